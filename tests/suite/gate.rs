//! A corpus in a git repository, and the check that a team leaves switched on.

use std::process::Command;

use descrape::{
    config::config_schema,
    document::Document,
    gate::{Baseline, Ledger},
    lint::{Linter, Outcome},
    span::Span,
};

use crate::support::{Folder, RULES, Run, check_snapshot, example_texts};

const BASELINE: &str = "descrape-baseline.jsonl";

/// A repository with two texts of three findings.
fn repository() -> Folder {
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

fn check(folder: &Folder, more: &[&str]) -> Run {
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
    let run = check(&folder, &["--strict-baseline"]).exits(0);
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
fn overrides_hold_where_they_say() {
    let folder = repository();
    folder.write(
        "descrape.toml",
        "ignore = [\"config\"]\n[severity]\n\"entity/*\" = \"warning\"\n\
         [[overrides]]\npaths = [\"a.txt\"]\nignore = [\"entity\"]\n\
         [[overrides]]\npaths = [\"corpus/\"]\nseverity = { \"entity/spaced-named\" = \"info\" }\n",
    );
    let run = check(&folder, &[]).exits(1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", run.stdout);
    assert!(lines[0].starts_with("corpus/b.txt:1:11: warning[entity/spaced-numeric]"), "{}", lines[0]);
    assert!(lines[1].starts_with("corpus/b.txt:1:26: info[entity/spaced-named]"), "{}", lines[1]);
    // A fix leaves alone what is off.
    folder.run(&["fix", "corpus", "--in-place", "-q"]).exits(0);
    assert!(String::from_utf8_lossy(&folder.read("corpus/a.txt")).contains("& # 39;"));
    assert!(!String::from_utf8_lossy(&folder.read("corpus/b.txt")).contains("& # 39;"));
}

#[test]
fn an_override_may_turn_a_preview_on() {
    let folder = Folder::new();
    folder.write("a.txt", "one two\n");
    folder.write("rules/house/two.toml", "summary = \"two\"\nwhy = \"it is\"\nseverity = \"warning\"\n\
        status = \"preview\"\n[match]\nany = [\"two\"]\n[[bad]]\ntext = \"one two\"\n[[good]]\ntext = \"one\"\n");
    folder.write("descrape.toml", "rules = [\"rules\"]\n");
    check(&folder, &[]).exits(0);
    folder.write(
        "descrape.toml",
        "rules = [\"rules\"]\n[[overrides]]\npaths = [\"a.*\"]\nselect = [\"house/two\"]\n",
    );
    check(&folder, &[]).exits(1);
    folder.write("b.txt", "two and two\n");
    assert_eq!(check(&folder, &[]).exits(1).stdout.lines().count(), 1);
}

#[test]
fn languages_and_safety() {
    let folder = Folder::new();
    folder.write(
        "a.txt",
        "The ferry runs every twenty minutes.\n\nRead more:\n\nTickets are sold on board by the mayor & # 39; s men, and children under the age of six travel without one.\n",
    );
    folder.write("descrape.toml", "languages = [\"ja\"]\n");
    assert!(check(&folder, &["--isolated"]).exits(1).stdout.contains("teaser/lone-related"), "it is found");
    let japanese = check(&folder, &[]).exits(1);
    assert!(!japanese.stdout.contains("teaser/lone-related"), "{}", japanese.stdout);
    folder.write(
        "descrape.toml",
        "languages = [\"en\", \"de\"]\n[safety]\n\"teaser/*\" = \"display\"\n\"entity\" = \"unsafe\"\n",
    );
    let run = folder.run(&["fix", "a.txt", "--diff", "--unsafe-fixes"]).exits(1);
    assert!(
        run.stdout.contains("+Tickets are sold on board by the mayor's men")
            && !run.stdout.contains("-Read more:"),
        "{}",
        run.stdout
    );
    let run = folder.run(&["fix", "a.txt", "--diff"]).exits(1);
    assert_eq!(run.stdout, "");
}

#[test]
fn suppressions_cover_what_they_name() {
    let folder = Folder::new();
    let text = "The mayor & # 39; s office";
    folder.write(
        "a.jsonl",
        format!("{{\"id\":\"one\",\"text\":\"{text}\"}}\n{{\"id\":\"two\",\"text\":\"{text} too\"}}\n"),
    );
    let suppress = |who: &str| format!("[[suppress]]\nrule = \"entity/*\"\n{who}\nreason = \"quoted\"\n");
    folder.write("descrape.toml", suppress("id = \"one\""));
    let run = check(&folder, &[]).exits(1);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert!(
        run.stdout.contains("#two") && run.stderr.contains("Not counted: 1 suppressed."),
        "{}",
        run.shown()
    );
    let hash = folder.run(&["explain", "a.jsonl:2", "--isolated"]).exits(0).stdout;
    let hash =
        hash.lines().find_map(|line| line.strip_prefix("hash of the document's text: ")).expect("a hash");
    folder.write("descrape.toml", suppress(&format!("hash = \"{hash}\"")));
    let run = check(&folder, &[]).exits(1);
    assert!(run.stdout.contains("#one") && !run.stdout.contains("#two"), "{}", run.stdout);
    // A fix leaves it alone, too.
    folder.run(&["fix", "a.jsonl", "--in-place", "-q"]).exits(0);
    let fixed = String::from_utf8(folder.read("a.jsonl")).expect("UTF-8");
    assert!(fixed.contains("mayor's office\"") && fixed.contains("& # 39; s office too"), "{fixed}");
    folder.write("descrape.toml", suppress("path = \"*.jsonl\"\nid = \"three\""));
    let run = check(&folder, &[]).exits(1);
    assert!(run.stdout.contains("descrape.toml:1:1: warning[config/unused-suppression]"), "{}", run.stdout);
    // Who looked elsewhere cannot tell.
    folder.write("b.txt", "nothing\n");
    folder.run(&["check", "b.txt"]).exits(0);
}

#[test]
fn budgets_have_the_last_word() {
    let folder = Folder::new();
    folder.write(
        "a.txt",
        "The ferry runs every twenty minutes.\n\nRead more:\n\nTickets are sold on board by the mayor & # 39; s men, and children under the age of six travel without one.\n",
    );
    let exits = |gate: &str, code: i32| {
        folder.write("descrape.toml", gate);
        check(&folder, &[]).exits(code)
    };
    exits("[gate]\n\"entity/*\" = 1\n", 1);
    exits("[gate]\n\"entity/*\" = 1\nteaser = 1\n", 0);
    exits("[gate]\nwarning = 1\nerror = { share-of-documents = 1 }\n", 0);
    exits("[gate]\nALL = { per-thousand-documents = 1999 }\n", 1);
    exits("[gate]\nALL = { per-thousand-documents = 2000 }\n", 0);
    exits("fail-on = \"error\"\n[gate]\n\"entity/*\" = 1\n", 0);
    let words = exits("[gate]\nALL = { per-million-words = 5 }\n", 1);
    assert!(words.stderr.contains("per million words  OVER"), "{}", words.stderr);
}

#[test]
fn configurations_extend_each_other() {
    let folder = repository();
    folder.write(
        "base/descrape.toml",
        "ignore = [\"minify\"]\nrules = [\"own\"]\n[severity]\n\"entity/*\" = \"info\"\n",
    );
    folder.write(
        "base/own/house/bell.toml",
        "summary = \"bell\"\nwhy = \"it rings\"\nseverity = \"warning\"\n\
        [match]\nany = [\"bell\"]\n[[bad]]\ntext = \"a bell\"\n[[good]]\ntext = \"a tower\"\n",
    );
    folder.write("descrape.toml", "extends = [\"base\"]\nignore = [\"caption\"]\n[[overrides]]\npaths = [\"*.md\"]\nselect = [\"ALL\"]\n");
    let run = check(&folder, &[]).exits(1);
    assert!(run.stdout.contains("house/bell") && run.stdout.contains("info[entity"), "{}", run.stdout);
    check_snapshot("config-show", &folder.run(&["config", "show", "corpus/a.txt"]).exits(0).shown());
    let json = folder.run(&["config", "show", "corpus/a.txt", "--output-format", "json"]).exits(0);
    let all: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(all["settings"][1]["origin"], "descrape.toml:2");
    // Round and round.
    folder.write("base/descrape.toml", "extends = [\"..\"]\n");
    assert!(check(&folder, &[]).exits(2).stderr.contains("cannot extend itself"), "a circle");
}

#[test]
fn the_nearest_configuration_holds_and_only_one() {
    let folder = repository();
    folder.write("descrape.toml", "ignore = [\"ALL\"]\n");
    folder.run(&["check", "corpus/a.txt"]).exits(0);
    folder.run(&["check", "corpus/a.txt", "--isolated"]).exits(1);
    folder.write("other/descrape.toml", "ignore = [\"entity/spaced-named\"]\n");
    folder.write("other/c.txt", "nothing\n");
    let run = folder.run(&["check", "corpus", "other"]).exits(2);
    assert!(run.stderr.contains("check them in two runs"), "{}", run.stderr);
    folder.run(&["check", "corpus", "other", "--config", "other/descrape.toml", "-q"]).exits(1);
}

#[test]
fn mistakes_in_a_configuration_are_shown_with_their_place() {
    let folder = repository();
    let mut log = String::new();
    for source in [
        "selct = [\"ALL\"]\n",
        "select = [\"captoin\"]\n",
        "[gate]\n\"entity/*\" = \"few\"\n",
        "[gate]\n\"entity/*\" = { per-milion-words = 5 }\n",
        "[gate]\n\"entity/*\" = { share-of-documents = \"150%\" }\n",
        "[gate]\n\"entity/*\" = {}\n",
        "[[suppress]]\nrule = \"entity\"\nreason = \"r\"\n",
        "[[suppress]]\nrule = \"entity\"\npath = \"x\"\n",
        "[[suppress]]\nrule = \"entity\"\npath = \"x\"\nreason = \" \"\n",
        "[[suppress]]\nrule = \"entity\"\nhash = \"12\"\nreason = \"r\"\n",
        "[[suppress]]\nrule = \"entity\"\nid = \"x\"\nreason = \"r\"\nexpires = \"soon\"\n",
        "[[overrides]]\npaths = [\"a\", \"b[\"]\n",
        "[[overrides]]\npaths = [\"a\"]\nignore = [\"entitty\"]\n",
        "[severity]\n\"entity/*\" = \"fatal\"\n",
        "extends = [\"nowhere\"]\n",
        "baseline = 3\n",
    ] {
        folder.write("descrape.toml", source);
        let run = check(&folder, &[]).exits(2);
        log.push_str(&format!(
            "## {source}\n{}\n",
            run.stderr.replace(&folder.path().display().to_string(), "")
        ));
    }
    check_snapshot("config-mistakes", &log);
}

#[test]
fn init_writes_what_it_saw_and_touches_nothing() {
    let folder = repository();
    folder.run(&["init"]).exits(0);
    let written = String::from_utf8(folder.read("descrape.toml")).expect("UTF-8");
    check_snapshot("init", &written);
    check(&folder, &[]).exits(1);
    // All that is commented out is right.
    let uncommented: String = written
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = ") || line.starts_with('['))
        .map(|line| format!("{line}\n"))
        .collect();
    folder.write("descrape.toml", uncommented);
    folder.run(&["config", "show"]).exits(0);
    assert!(folder.run(&["init"]).exits(2).stderr.contains("is there already"), "kept");
}

#[test]
fn the_schema_of_a_configuration_knows_its_keys() {
    let schema: serde_json::Value = serde_json::from_str(&config_schema()).expect("JSON");
    let keys: Vec<&str> =
        schema["properties"].as_object().expect("keys").keys().map(String::as_str).collect();
    for key in ["extends", "select", "languages", "overrides", "suppress", "gate", "baseline", "fail-on"] {
        assert!(keys.contains(&key), "{key} of {keys:?}");
    }
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn what_is_explained_is_what_is_found() {
    let mut linter = Linter::new(&RULES);
    let mut explained = 0;
    for text in example_texts() {
        let document = Document::new("t", &text);
        let findings = linter.lint(&document);
        let whole = Span::new(0, text.len());
        let accounts = linter.explain(&document, RULES.policy(), whole);
        let matches =
            || accounts.iter().flat_map(|account| account.matches.iter().map(move |m| (account, m)));
        // Every finding is explained.
        for finding in &findings {
            let found = matches().any(|(account, m)| {
                account.rule.id == finding.rule.id
                    && matches!(&m.outcome, Outcome::Finding(own) if own.span == finding.span)
            });
            assert!(found || finding.rule.check().is_some(), "{} in {text:?}", finding.rule.id);
            explained += 1;
        }
        // Nothing else is: all conditions hold exactly where there is a finding, or another reason.
        for (account, m) in matches() {
            let holds = m.conditions.iter().all(|condition| condition.holds);
            assert_eq!(holds, !matches!(m.outcome, Outcome::Context), "{} in {text:?}", account.rule.id);
            assert!(
                account.offered || !matches!(m.outcome, Outcome::Finding(_)) || text.contains('\n'),
                "{}",
                account.rule.id
            );
        }
    }
    assert!(explained > 2000, "{explained} findings");
}

#[test]
fn a_place_is_explained() {
    let folder = repository();
    check_snapshot("explain", &folder.run(&["explain", "corpus/b.txt:1:11"]).exits(0).shown());
    for place in ["corpus/b.txt", "corpus/b.txt:9", "corpus/b.txt:1:500", "nowhere.txt:1"] {
        folder.run(&["explain", place]).exits(2);
    }
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
