//! A corpus in a git repository, and the check that a team leaves switched on.

use std::process::Command;

use descrape::gate::{Baseline, Ledger};

use crate::support::{Folder, Run, check_snapshot};

const BASELINE: &str = "descrape-baseline.jsonl";

/// A repository with two texts of three findings.
pub(super) fn repository() -> Folder {
    let folder = Folder::new();
    folder.write("corpus/a.txt", "The mayor & # 39; s office is closed for the whole of next week.\n");
    folder.write(
        "corpus/b.txt",
        "The ferry & # 39; s bell & quot; rang for the last time on Monday evening, he said.\n",
    );
    git(&folder, &["init", "-q", "-b", "main"]);
    commit(&folder, "first");
    folder
}

fn git(folder: &Folder, args: &[&str]) -> String {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    let run = Command::new("git")
        .args(identity)
        .args(args)
        .current_dir(folder.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    assert!(run.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("UTF-8")
}

fn commit(folder: &Folder, message: &str) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", message]);
}

pub(super) fn check(folder: &Folder, more: &[&str]) -> Run {
    folder.run(&[&["check", ".", "--output-format", "concise"], more].concat())
}

fn replace(folder: &Folder, name: &str, from: &str, to: &str) {
    let text = String::from_utf8(folder.read(name)).expect("UTF-8");
    assert!(text.contains(from), "{name} holds no {from:?}");
    folder.write(name, text.replacen(from, to, 1));
}

fn accepted(folder: &Folder) -> usize {
    let source = String::from_utf8(folder.read(BASELINE)).expect("UTF-8");
    Baseline::parse(&source, |_| None).expect("a baseline").count()
}

/// A repository whose findings are all accepted.
fn gated() -> Folder {
    let folder = repository();
    folder.write("descrape.toml", format!("baseline = \"{BASELINE}\"\n"));
    folder.write(".gitattributes", format!("{BASELINE} merge=union\n"));
    folder.run(&["baseline", "create"]).exits(0);
    commit(&folder, "a gate");
    folder
}

#[test]
fn the_life_of_a_gate() {
    let folder = repository();
    let mut log = String::new();
    let mut step = |name: &str, run: &Run| log.push_str(&format!("## {name}\n{}\n", run.shown()));

    step("first run", &check(&folder, &[]).exits(1));
    step("baseline", &folder.run(&["baseline", "create"]).exits(0));
    step("a second time", &folder.run(&["baseline", "create"]).exits(2));
    folder.write("descrape.toml", format!("baseline = \"{BASELINE}\"\n"));
    step("all is accepted", &check(&folder, &["--strict-baseline"]).exits(0));

    std::fs::rename(folder.path().join("corpus/a.txt"), folder.path().join("corpus/moved.txt"))
        .expect("moved");
    step("a file moved", &check(&folder, &["--strict-baseline"]).exits(0));

    // One goes and another comes, on the same line.
    replace(&folder, "corpus/moved.txt", "mayor & # 39; s", "mayor's");
    replace(&folder, "corpus/moved.txt", "next week", "next & # 39; week");
    step("one fixed, another made on its line", &check(&folder, &[]).exits(1));
    step("accepted, by name", &folder.run(&["baseline", "accept"]).exits(0));
    step("what is gone is told", &check(&folder, &[]).exits(0));
    step("and fails if that is wanted", &check(&folder, &["--strict-baseline"]).exits(1));
    step("forgotten", &folder.run(&["baseline", "prune"]).exits(0));
    step("nothing to tell", &check(&folder, &["--strict-baseline"]).exits(0));
    step("shown", &folder.run(&["baseline", "show"]).exits(0));

    folder.write(
        "descrape.toml",
        "[[suppress]]\nrule = \"entity\"\npath = \"corpus/moved.txt\"\nreason = \"a quotation\"\n\
         expires = 2020-12-31\n",
    );
    step("a suppression expired", &check(&folder, &[]).exits(1));
    folder.write("descrape.toml", "[gate]\n\"entity/*\" = 3\n");
    step("within budget", &check(&folder, &[]).exits(0));
    folder.write("corpus/c.txt", "The last bus & # 39; s driver had gone home before the rain came.\n");
    step("a budget crossed", &check(&folder, &[]).exits(1));
    check_snapshot("gate-life", &log);
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
fn only_what_changed_is_checked() {
    let folder = gated();
    git(&folder, &["switch", "-q", "-c", "topic"]);
    replace(&folder, "corpus/a.txt", "& # 39; s", "& # 39; s own");
    folder.write("corpus/näw.txt", "A new & # 39; s file that git does not know yet.\n");
    folder.write("corpus/same/c.txt", "nothing\n");
    let run = check(&folder, &["--changed-since", "main", "--no-baseline"]).exits(1);
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
    assert!(run.stdout.contains("a.txt") && run.stdout.contains("näw.txt"), "{}", run.stdout);
    // What main does meanwhile is not this branch's.
    commit(&folder, "topic");
    git(&folder, &["switch", "-q", "main"]);
    folder.write("corpus/main.txt", "The main & # 39; s branch goes on without the other one.\n");
    commit(&folder, "main");
    git(&folder, &["switch", "-q", "topic"]);
    let run =
        folder.run(&["check", "corpus", "--changed-since", "main", "--output-format", "concise"]).exits(1);
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
    // Accepted findings of files that were not looked at are not stale.
    check(&folder, &["--changed-since", "HEAD", "--strict-baseline"]).exits(0);
    let run = check(&folder, &["--changed-since", "nothing-like-it"]).exits(2);
    assert!(run.stderr.contains("--changed-since"), "{}", run.stderr);
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
fn a_document_is_counted_once_for_each_rule() {
    let folder = gated();
    let line = String::from_utf8(folder.read("corpus/a.txt")).expect("UTF-8");
    // One that is known, its like that is not, and another one that nobody knows.
    folder.write("corpus/a.txt", format!("{line}{line}The baker & # 39; s shop is closed.\n"));
    let run = folder.run(&["check", "corpus", "--statistics", "--output-format", "json", "-q"]).exits(1);
    let rows: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((&rows[0]["findings"], &rows[0]["documents"]), (&2.into(), &1.into()), "{rows}");
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

#[test]
fn a_gate_that_looks_at_nothing_says_so() {
    let folder = Folder::new();
    folder.write("all/.gitignore", "c/\n");
    folder.write("all/c/a.txt", "The mayor & # 39; s office.\n");
    for command in [&["check", "all"][..], &["fix", "all", "--output", "out"]] {
        let run = folder.run(&[command, &["-q", "--isolated"]].concat()).exits(0);
        assert!(run.stderr.starts_with("note: no document was looked at: "), "{}", run.stderr);
    }
    assert_eq!(folder.run(&["check", "all", "-q", "--isolated", "--no-ignore"]).exits(1).stderr, "");
}

#[test]
fn a_file_that_is_named_twice_is_looked_at_once() {
    let folder = Folder::new();
    folder.write("c/a.txt", "The mayor & # 39; s office.\n");
    let run = folder.run(&["check", "c", "c/a.txt", "./c", "--isolated", "--output-format", "concise"]);
    let run = run.exits(1);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert!(run.stderr.contains("in 1 of 1 document"), "{}", run.stderr);
    folder.run(&["fix", "c", "c/a.txt", "--isolated", "--in-place", "-q"]).exits(0);
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
    gate(&["check", "c"]).exits(1);
    std::fs::remove_file(folder.path().join("c/z.txt")).expect("it was there");
    gate(&["check", "c/a.txt"]).exits(0);
    gate(&["check", "c"]).exits(0);
}

#[test]
fn a_suppression_for_a_file_that_is_not_there_is_unused() {
    let folder = Folder::new();
    let suppress = "[[suppress]]\nrule = \"entity/*\"\npath = \"crpus/m.txt\"\nreason = \"r\"\n";
    folder.write("descrape.toml", suppress);
    folder.write("corpus/m.txt", "Nothing is wrong here.\n");
    let run = folder.run(&["check", ".", "-q", "--output-format", "concise"]).exits(1);
    assert!(run.stdout.contains("config/unused-suppression"), "{}", run.stdout);
    assert_eq!(
        folder.run(&["check", "corpus/m.txt", "-q", "--output-format", "concise"]).exits(0).stdout,
        ""
    );
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

#[test]
fn a_revision_is_no_option_of_git() {
    let folder = gated();
    let run = folder.run(&["check", "--changed-since=--help"]).exits(2);
    assert!(run.stderr.contains("rev-parse --verify --end-of-options --help^{commit}"), "{}", run.stderr);
}
