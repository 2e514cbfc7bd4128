use crate::support::{Folder, check_snapshot, example};

#[test]
fn check_shows_what_a_compiler_would() {
    check_snapshot("check-full", &example().run(&["check", "corpus"]).exits(1).shown());
}

#[test]
fn check_in_one_line_a_finding() {
    check_snapshot(
        "check-concise",
        &example().run(&["check", "corpus", "--output-format", "concise"]).exits(1).shown(),
    );
}

#[test]
fn check_counts() {
    let folder = example();
    check_snapshot("check-statistics", &folder.run(&["check", "corpus", "--statistics"]).exits(1).shown());
    let json = folder.run(&["check", "corpus", "--statistics", "--output-format", "json", "-q"]).exits(1);
    let rows: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(rows[0]["findings"], 2);
    assert_eq!(json.stderr, "");
}

#[test]
fn check_tells_what_rules_cost() {
    let folder = example();
    let json = folder.run(&["check", "corpus", "--timing", "--output-format", "json", "-q"]).exits(1);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json.stdout).expect("JSON");
    let row = rows.iter().find(|row| row["rule"] == "entity/spaced-numeric").expect("a rule that found");
    assert_eq!(row["found"], 2);
    let count = |row: &serde_json::Value, key: &str| row[key].as_u64().expect("a number");
    assert!(rows.iter().all(|row| count(row, "found") <= count(row, "searched")), "{}", json.stdout);
    assert!(rows.iter().any(|row| row["seconds"].as_f64() > Some(0.0)), "no time passed");
    let table = folder.run(&["check", "corpus", "--timing"]).exits(1).stdout;
    assert!(table.lines().last().is_some_and(|line| line.ends_with("  all")), "{table}");
    assert_eq!(table.lines().count(), rows.len() + 2);
}

#[test]
fn fix_reports_what_it_did_and_what_is_left() {
    let folder = example();
    let run = folder.run(&["fix", "corpus", "--output", "out", "--output-format", "concise"]).exits(1);
    check_snapshot("fix-output", &run.shown());
    check_snapshot("fixed-bridge", &String::from_utf8_lossy(&folder.read("out/bridge.txt")));
    check_snapshot("fixed-ferry", &String::from_utf8_lossy(&folder.read("out/ferry.jsonl")));
    assert_eq!(folder.read("out/honest.txt"), folder.read("corpus/honest.txt"));
}

#[test]
fn fix_shows_a_diff_and_writes_nothing() {
    let folder = example();
    let before = folder.read("corpus/bridge.txt");
    check_snapshot(
        "fix-diff",
        &folder.run(&["fix", "corpus/bridge.txt", "--diff", "--unsafe-fixes"]).exits(1).shown(),
    );
    assert_eq!(folder.read("corpus/bridge.txt"), before);
}

#[test]
fn invisible_and_dangerous_characters_are_shown_as_what_they_are() {
    let folder = Folder::new();
    let text = "A\u{200b}\u{202e}b\u{1b}[31m & # 39; s\u{a0}c\tand so on\n";
    folder.write("odd.txt", text);
    check_snapshot("check-invisible", &folder.run(&["check", "odd.txt"]).exits(1).shown());
}

#[test]
fn long_lines_are_cut_around_the_finding() {
    let folder = Folder::new();
    let prose = "the river rose in the night ".repeat(400);
    folder.write("long.txt", format!("{prose}the mayor & # 39; s house {prose}\n"));
    let run = folder.run(&["check", "long.txt"]).exits(1);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 120), "{}", run.stdout);
    check_snapshot("check-long-line", &run.shown());
}

#[test]
fn colours_only_where_they_are_asked_for() {
    let folder = example();
    let plain = folder.run(&["check", "corpus", "--color", "never"]);
    assert!(!plain.stdout.contains('\x1b'));
    let run = folder.run(&["check", "corpus", "--color", "always"]);
    assert!(run.stdout.contains("\x1b["));
    let stripped: String = anstream::adapter::strip_str(&run.stdout).to_string();
    assert_eq!(stripped, plain.stdout);
}

#[test]
fn help_has_examples() {
    let folder = Folder::new();
    check_snapshot("help", &folder.run(&["--help"]).exits(0).shown());
    check_snapshot("help-check", &folder.run(&["check", "--help"]).exits(0).shown());
    check_snapshot("help-fix", &folder.run(&["fix", "--help"]).exits(0).shown());
}

#[test]
fn rule_list_and_show() {
    let folder = Folder::new();
    check_snapshot("rule-list", &folder.run(&["rule", "list"]).exits(0).shown());
    check_snapshot("rule-show", &folder.run(&["rule", "show", "minify/placeholder-token"]).exits(0).shown());
    check_snapshot(
        "rule-show-unknown",
        &folder.run(&["rule", "show", "minify/placeholder-tokens"]).exits(2).shown(),
    );
}

#[test]
fn a_failed_example_is_shown_as_a_diff() {
    let folder = Folder::new();
    folder.write(
        "rules/test/colour.toml",
        "summary = \"colour\"\nwhy = \"test\"\nseverity = \"warning\"\n[match]\nany = ['red']\n\
         [fix]\nsafety = \"safe\"\nreplace = \"blue\"\n\
         [[bad]]\ntext = \"A red house.\\nA red hat.\\n\"\nfixed = \"A blue house.\\nA green hat.\\n\"\n\
         [[good]]\ntext = \"A hundred houses.\\n\"\n",
    );
    check_snapshot("rule-test-failed", &folder.run(&["rule", "test", "--rules", "rules"]).exits(1).shown());
}

#[test]
fn usage_errors_exit_with_two() {
    let folder = example();
    for args in [
        &["check", "--selekt", "ALL"][..],
        &["fix", "corpus"],
        &["fix", "corpus", "--diff", "--in-place"],
        &["fix", "corpus", "--output", "corpus/out"],
        &["fix", "corpus", "--output", "corpus"],
        &["fix", "-", "--in-place"],
        &["fix", "corpus", "--diff", "--max-removed", "30"],
        &["check", "corpus", "--select", "entity/spaced-numerik"],
        &["check", "corpus", "--rules", "nowhere"],
        &["frobnicate"],
    ] {
        let run = folder.run(args).exits(2);
        assert!(!run.stderr.is_empty() && run.stdout.is_empty(), "{args:?}");
    }
    let run = folder.run(&["check", "corpus", "--select", "entity/spaced-numerik"]);
    assert!(run.stderr.contains("did you mean `entity/spaced-numeric`?"), "{}", run.stderr);
}

#[test]
fn findings_fail_unless_asked_not_to() {
    let folder = example();
    folder.run(&["check", "corpus", "-q"]).exits(1);
    let run = folder.run(&["check", "corpus", "--exit-zero", "--output-format", "concise"]).exits(0);
    assert_eq!(run.stdout.lines().count(), 14);
    folder.run(&["fix", "corpus", "--diff", "--exit-zero", "-q"]).exits(0);
    folder.run(&["check", "nowhere", "--exit-zero", "-q"]).exits(2);
}
