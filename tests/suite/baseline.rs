//! Accepted findings: what they cover, and what becomes of them.

use descrape::gate::{Baseline, Ledger};

use super::gate::{BASELINE, check, commit, gated, git, replace, repository};
use crate::support::Folder;

fn accepted(folder: &Folder) -> usize {
    let source = String::from_utf8(folder.read(BASELINE)).expect("UTF-8");
    Baseline::parse(&source, |_| None).expect("a baseline").count()
}

#[test]
fn accepted_findings_cover_as_many_and_no_more() {
    let folder = gated();
    let text = folder.read("corpus/a.txt");
    folder.write("corpus/copy.txt", &text);
    let run = check(&folder, &[]).exits(1);
    let new: Vec<&str> = run.stdout.lines().filter(|line| line.contains("entity/")).collect();
    assert_eq!(new.len(), 1, "{}", run.stdout);
    // Two in one file, where one was accepted.
    std::fs::remove_file(folder.path().join("corpus/copy.txt")).expect("it is there");
    folder.write("corpus/a.txt", [&text[..], &text[..]].concat());
    let run = check(&folder, &[]).exits(1);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn pruning_adds_nothing_and_accepting_forgets_nothing() {
    let folder = gated();
    replace(&folder, "corpus/a.txt", "& # 39; s", "'s");
    folder.write("corpus/c.txt", "The last bus & # 39; s driver had gone home before the rain came.\n");
    let before = accepted(&folder);
    folder.run(&["baseline", "prune"]).exits(0);
    assert_eq!(accepted(&folder), before - 1);
    check(&folder, &[]).exits(1);
    replace(&folder, "corpus/b.txt", "& # 39; s", "'s");
    folder.run(&["baseline", "accept", "corpus/c.txt"]).exits(0);
    assert_eq!(accepted(&folder), before);
    // The line that changed holds another finding, which is not what was accepted.
    check(&folder, &[]).exits(1);
}

#[test]
fn what_was_not_looked_at_is_not_stale() {
    let folder = gated();
    check(&folder, &["--strict-baseline", "--select", "minify"]).exits(0);
    folder.run(&["check", "corpus/a.txt", "--strict-baseline", "-q"]).exits(0);
    folder.run(&["baseline", "prune", "corpus/a.txt"]).exits(0);
    assert_eq!(accepted(&folder), 3);
    std::fs::remove_file(folder.path().join("corpus/a.txt")).expect("it is there");
    folder.run(&["baseline", "prune", "corpus/b.txt"]).exits(0);
    assert_eq!(accepted(&folder), 3);
    folder.run(&["baseline", "prune", "corpus"]).exits(0);
    assert_eq!(accepted(&folder), 2);
}

#[test]
fn baselines_of_two_branches_merge() {
    let folder = gated();
    git(&folder, &["switch", "-q", "-c", "left"]);
    folder.write("corpus/left.txt", "The left & # 39; s bank was dry when the water came to town.\n");
    folder.run(&["baseline", "accept"]).exits(0);
    commit(&folder, "left");
    git(&folder, &["switch", "-q", "main"]);
    git(&folder, &["switch", "-q", "-c", "right"]);
    folder.write("corpus/right.txt", "The right & # 39; s bank was dry when the water came to town.\n");
    // The same text on both sides, in two files.
    folder.write("corpus/right2.txt", "The left & # 39; s bank was dry when the water came to town.\n");
    folder.run(&["baseline", "accept"]).exits(0);
    commit(&folder, "right");
    git(&folder, &["merge", "-q", "--no-edit", "left"]);
    check(&folder, &["--strict-baseline"]).exits(0);
    assert_eq!(accepted(&folder), 6);
}

#[test]
fn a_conflict_in_a_baseline_is_an_error_with_its_line() {
    let folder = gated();
    let mut bytes = b"<<<<<<< HEAD\n".to_vec();
    bytes.extend(folder.read(BASELINE));
    folder.write(BASELINE, bytes);
    let run = check(&folder, &[]).exits(2);
    assert!(run.stderr.contains("line 1: a merge conflict"), "{}", run.stderr);
    folder.write(BASELINE, "{\"rule\": \"x\"}\n");
    assert!(check(&folder, &[]).exits(2).stderr.contains("line 1: missing field"), "malformed");
    std::fs::remove_file(folder.path().join(BASELINE)).expect("it is there");
    let run = check(&folder, &[]).exits(2);
    assert!(run.stderr.contains("`descrape baseline create` makes one"), "{}", run.stderr);
    check(&folder, &["--no-baseline"]).exits(1);
}

#[test]
fn a_renamed_rule_keeps_what_was_accepted() {
    let folder = repository();
    let rule = |formerly: &str| {
        format!(
            "summary = \"bell\"\nwhy = \"it rings\"\nseverity = \"warning\"\n{formerly}[match]\nany = [\"bell\"]\n\
             [[bad]]\ntext = \"a bell\"\n[[good]]\ntext = \"a tower\"\n"
        )
    };
    folder.write("rules/house/old.toml", rule(""));
    folder.write(
        "descrape.toml",
        format!("rules = [\"rules\"]\nbaseline = \"{BASELINE}\"\n[[suppress]]\nrule = \"house/old\"\npath = \"x\"\nreason = \"r\"\n"),
    );
    folder.run(&["baseline", "create"]).exits(0);
    std::fs::remove_file(folder.path().join("rules/house/old.toml")).expect("it is there");
    folder.write("rules/house/new.toml", rule(""));
    let run = check(&folder, &["--ignore", "config"]).exits(1);
    assert!(run.stdout.contains("house/new"), "{}", run.stdout);
    assert!(run.stderr.contains("house/old"), "{}", run.stderr);
    folder.write("rules/house/new.toml", rule("formerly = [\"house/old\"]\n"));
    let run = check(&folder, &["--strict-baseline", "--ignore", "config/unused-suppression"]).exits(0);
    assert!(!run.stdout.contains("config/unknown-suppression"), "{}", run.stdout);
}

#[test]
fn accepting_is_the_same_for_any_number_of_threads() {
    let folder = repository();
    for number in 0..40 {
        let texts: String = (0..50)
            .map(|record| format!("{{\"text\":\"Line {} of the mayor & # 39; s speech\"}}\n", record % 7))
            .collect();
        folder.write(&format!("corpus/{number}.jsonl"), texts);
    }
    folder.run(&["baseline", "create", "corpus", "--threads", "1", "--baseline", "one.jsonl"]).exits(0);
    folder.run(&["baseline", "create", "corpus", "--threads", "4", "--baseline", "four.jsonl"]).exits(0);
    assert!(folder.read("one.jsonl") == folder.read("four.jsonl"), "two baselines");
    let source = String::from_utf8(folder.read("one.jsonl")).expect("UTF-8");
    let baseline = Baseline::parse(&source, |_| None).expect("a baseline");
    assert_eq!(Ledger::new(&baseline).stale(|_| true).len(), baseline.entries().len());
    // All but some of one line were accepted.
    let kept: String = source
        .lines()
        .filter(|line| !line.contains("corpus/7.jsonl"))
        .map(|line| format!("{line}\n"))
        .collect();
    folder.write("one.jsonl", kept);
    let found = |threads| {
        folder
            .run(&[
                "check",
                "corpus",
                "--output-format",
                "concise",
                "--baseline",
                "one.jsonl",
                "--threads",
                threads,
                "--select",
                "entity",
            ])
            .exits(1)
            .stdout
    };
    assert_eq!(found("1"), found("4"));
    assert_eq!(found("2").lines().count(), 50);
}

#[test]
fn what_turns_out_new_is_shown_as_new_in_its_place() {
    let folder = Folder::new();
    let [mayor, ferry, baker] =
        ["mayor", "ferry", "baker"].map(|who| format!("The {who} & # 39; s office is closed.\n"));
    let write = |lines: &[&str]| {
        let record = serde_json::json!({ "id": "<\u{e9}>", "text": lines.concat() });
        folder.write("corpus/a.jsonl", format!("{{\"text\":\"Good day.\"}}\n{record}\n"));
    };
    write(&[&mayor, &ferry]);
    folder.run(&["baseline", "create", "corpus", "--baseline", BASELINE]).exits(0);
    write(&[&mayor, &mayor, &ferry, &baker, &mayor]);
    let run = |format: &str, more: &[&str]| {
        let args = ["check", "corpus", "--select", "entity", "--output-format", format, "-q"];
        folder.run(&[&args, more].concat()).exits(1).stdout
    };
    for format in ["jsonl", "concise", "github", "rdjsonl"] {
        let all = run(format, &["--no-baseline"]);
        let all: Vec<&str> = all.lines().filter(|line| line.contains("entity/")).collect();
        let new = run(format, &["--baseline", BASELINE]);
        let new: Vec<&str> = new.lines().filter(|line| line.contains("entity/")).collect();
        assert_eq!(new, [all[1], all[3], all[4]], "{format}");
    }
    let log: serde_json::Value =
        serde_json::from_str(&run("sarif", &["--baseline", BASELINE])).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    let states: Vec<_> = results.iter().map(|result| result["baselineState"].as_str()).collect();
    assert_eq!(states, ["unchanged", "new", "unchanged", "new", "new"].map(Some));
}

/// A copy is new also where the file that it is a copy of is not looked at.
#[test]
fn part_of_a_corpus_takes_no_entries_of_the_rest() {
    let folder = Folder::new();
    folder.write("c/z.txt", "The mayor & # 39; s office.\n");
    folder.write("c/s/y.txt", "The mayor & # 39; s other office.\n");
    folder.write("c/t/y.txt", "The mayor & # 39; s other office.\n");
    folder.run(&["baseline", "create", "c", "-q"]).exits(0);
    let gate = |paths: &[&str]| {
        folder.run(&[paths, &["--baseline", "descrape-baseline.jsonl", "--strict-baseline", "-q"]].concat())
    };
    gate(&["check", "c"]).exits(0);
    // The duplicate has its other half elsewhere.
    gate(&["check", "c/t"]).exits(0);
    let text = folder.read("c/z.txt");
    folder.write("c/a.txt", &text);
    gate(&["check", "c/a.txt"]).exits(1);
    let run = gate(&["check", "c", "--output-format", "concise"]).exits(1);
    assert!(run.stdout.starts_with("c/a.txt:1:"), "the copy is new, not what was copied: {}", run.stdout);
    std::fs::remove_file(folder.path().join("c/z.txt")).expect("it was there");
    gate(&["check", "c/a.txt"]).exits(0);
    gate(&["check", "c"]).exits(0);
}

#[test]
fn a_baseline_is_not_written_over_by_a_run_that_read_nothing() {
    let folder = gated();
    let held = accepted(&folder);
    assert!(held > 0);
    let run = folder.run(&["baseline", "create", "nosuch", "--overwrite"]).exits(2);
    assert!(run.stderr.contains("no baseline was written"), "{}", run.stderr);
    assert_eq!(accepted(&folder), held);
}

/// A baseline belongs to the configuration that names it, wherever it is read from.
#[test]
fn part_of_a_corpus_with_its_own_configuration_has_the_same_baseline() {
    let folder = Folder::new();
    folder.write("descrape.toml", "baseline = \"b.jsonl\"\n");
    folder.write("sub/descrape.toml", "extends = [\"../descrape.toml\"]\n");
    folder.write("sub/a.txt", "The mayor & # 39; s office.\n");
    folder.write("other/b.txt", "The captain & # 39; s ship.\n");
    folder.run(&["baseline", "create", "."]).exits(0);
    let run = folder.run(&["check", "sub"]).exits(0);
    assert!(!run.stderr.contains("not found again"), "{}", run.stderr);
    let run = folder.run(&["baseline", "prune", "sub"]).exits(0);
    assert!(run.stderr.contains("now holds 2"), "{}", run.stderr);
    folder.run(&["check", "."]).exits(0);
}
