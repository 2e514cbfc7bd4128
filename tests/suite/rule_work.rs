use crate::support::{Folder, Run, check_snapshot};

const LIST: &str = r#"summary = "list of other stories"
why = "A box under an article."
severity = "warning"

[define]
label = ["Most read", "More stories"]
heading = '{{label}}:?'

[match]
unit = "line"
any = ['^{{heading}}$']

[match.following]
not = ["prose"]
words = { max = 6 }
lines = { min = 2, max = 3 }

[match.next]
is = ["prose", "end"]

[fix]
safety = "unsafe"
delete = "match"

[[bad]]
text = """
The bridge stays closed until spring.

Most read

Ferry sinks
Bridge falls

Nobody was hurt when the old crane fell.
"""
finds = ["Most read\n\nFerry sinks\nBridge falls"]
fixed = """
The bridge stays closed until spring.

Nobody was hurt when the old crane fell.
"""

[[good]]
text = """
Most read

Ferry sinks

Nobody was hurt when the old crane fell.
"""
because = "one line is no list"
"#;

fn folder_with(source: &str) -> Folder {
    let folder = Folder::new();
    folder.write("rules/box/list.toml", source);
    folder
}

/// What the rule finds in `text`, one finding a line.
#[track_caller]
fn check_found(text: &str, expected: &[&str]) {
    let folder = folder_with(LIST);
    folder.write("a.txt", text);
    let run =
        folder.run(&["check", "a.txt", "--rules", "rules", "--select", "box", "--output-format", "jsonl"]);
    let found: Vec<String> = run
        .stdout
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).expect("a record");
            value["text"].as_str().expect("a text").to_string()
        })
        .collect();
    assert_eq!(found, expected, "{}", run.stderr);
}

#[test]
fn a_finding_takes_the_lines_that_follow() {
    check_found("More stories:\nOne\nTwo\nThree\n", &["More stories:\nOne\nTwo\nThree"]);
    check_found("Most read\n\nOne\n\n\nTwo\n", &["Most read\n\nOne\n\n\nTwo"]);
    // Too few, too many, and something else after them.
    check_found("Most read\nOne\n", &[]);
    check_found("Most read\nOne\nTwo\nThree\nFour\n", &[]);
    check_found("Most read\nOne\nTwo\nSeven words are more than there may be\n", &[]);
    // A label within the lines of another belongs to it.
    check_found("Most read\nOne\nMost read\nTwo\n", &["Most read\nOne\nMost read\nTwo"]);
}

#[test]
fn the_rule_with_following_lines_holds() {
    folder_with(LIST).run(&["rule", "test", "--rules", "rules"]).exits(0);
}

#[track_caller]
fn check_refused(name: &str, old: &str, new: &str) {
    let source = LIST.replacen(old, new, 1);
    assert_ne!(source, LIST, "nothing was replaced");
    let run = folder_with(&source).run(&["rule", "test", "--rules", "rules"]).exits(2);
    check_snapshot(&format!("rule-error-{name}"), &run.stderr);
}

#[test]
fn mistakes_in_definitions_and_following_lines() {
    check_refused("unknown-definition", "'^{{heading}}$'", "'^{{headin}}$'");
    check_refused("unused-definition", "heading = '{{label}}:?'", "heading = '{{label}}:?'\nfoot = 'End'");
    check_refused("circular-definition", "heading = '{{label}}:?'", "heading = '{{label}}{{heading}}'");
    check_refused("broken-definition", "heading = '{{label}}:?'", "heading = '{{label}}:)'");
    check_refused("following-span", "unit = \"line\"", "unit = \"span\"");
    check_refused("following-lines", "min = 2, max = 3", "min = 5, max = 3");
    check_refused("following-paragraph", "delete = \"match\"", "delete = \"paragraph\"");
}

fn without_folder(run: &Run) -> String {
    run.shown().replace('\\', "/")
}

#[test]
fn snapshots_of_a_folder_are_compared_and_accepted() {
    let folder = folder_with(LIST);
    let test = |args: &[&str], code| {
        let args: Vec<&str> = ["rule", "test", "--rules", "rules"].iter().chain(args).copied().collect();
        folder.run(&args).exits(code)
    };
    check_snapshot("rule-test-accept", &without_folder(&test(&["--accept"], 0)));
    let taken = String::from_utf8(folder.read("rules/snapshots/box/list.snap")).expect("text");
    assert!(taken.contains("-Most read") && taken.contains("good-1"), "{taken}");
    assert_eq!(test(&[], 0).stdout, "1 rule proven by 2 examples.\n");

    // Another severity is seen, and told; it is taken only when asked for.
    folder.write("rules/box/list.toml", LIST.replace("severity = \"warning\"", "severity = \"info\""));
    let changed = test(&[], 1);
    assert!(
        changed.stdout.contains("-box/list (warning, unsafe)\n    +box/list (info, unsafe)"),
        "{}",
        changed.stdout
    );
    assert!(changed.stdout.contains("1 snapshot out of date"), "{}", changed.stdout);
    test(&["--accept"], 0);
    test(&[], 0);

    // The snapshot of a rule that is gone goes, too.
    folder.write("rules/box/other.toml", LIST.replace("label = [", "label = [\"Our best\", "));
    std::fs::remove_file(folder.path().join("rules/box/list.toml")).expect("it is there");
    test(&[], 1);
    test(&["--accept"], 0);
    assert!(!folder.path().join("rules/snapshots/box/list.snap").exists());
    test(&[], 0);
}

/// Also where it is a preview, which runs only by its id, at places with a configuration.
#[test]
fn an_id_of_before_can_be_typed() {
    let folder = folder_with(&LIST.replace(
        "severity = \"warning\"",
        "severity = \"warning\"\nstatus = \"preview\"\nformerly = [\"box/former\"]",
    ));
    folder.write("a.txt", "The bridge stays closed.\n\nMost read\n\nFerry sinks\nBridge falls\n\nNobody was hurt when it fell.\n");
    folder.write(
        "descrape.toml",
        "rules = [\"rules\"]\n[[overrides]]\npaths = [\"a.txt\"]\nseverity = { entity = \"info\" }\n",
    );
    let run = folder.run(&["check", "a.txt", "--select", "box/former", "-q", "--output-format", "concise"]);
    assert!(run.exits(1).stdout.contains("warning[box/list]"));
    folder.run(&["check", "a.txt", "--select", "box", "-q"]).exits(0);
    assert!(folder.run(&["rule", "show", "box/former"]).exits(0).stdout.starts_with("box/list: "));
}

#[test]
fn rules_are_listed_for_programs() {
    let folder = folder_with(LIST);
    let args = ["rule", "list", "--rules", "rules", "--select", "box", "--output-format", "json"];
    let listed: serde_json::Value = serde_json::from_str(&folder.run(&args).exits(0).stdout).expect("JSON");
    let rule = &listed[0];
    assert_eq!((listed.as_array().map(Vec::len), &rule["id"]), (Some(1), &"box/list".into()));
    assert_eq!((&rule["severity"], &rule["safety"]), (&"warning".into(), &"unsafe".into()));
}

/// Each folder keeps the snapshots of its own rules.
#[test]
fn snapshots_of_two_folders_are_kept_apart() {
    let folder = folder_with(LIST);
    folder.write("more/box/other.toml", LIST.replace("label = [", "label = [\"Our best\", "));
    folder.run(&["rule", "test", "--rules", "rules", "--rules", "more", "--accept"]).exits(0);
    let there = |name: &str| folder.path().join(name).exists();
    assert!(there("rules/snapshots/box/list.snap") && there("more/snapshots/box/other.snap"));
    assert!(!there("more/snapshots/box/list.snap"));
    folder.write("rules/box/list.toml", LIST.replace("min = 2", "min = 1"));
    let run = folder.run(&["rule", "test", "--rules", "rules", "--rules", "more"]).exits(1);
    assert!(run.stdout.contains("rules/box/list.toml: "), "{}", run.stdout);
}

#[test]
fn failures_are_told_before_snapshots_are_taken() {
    let folder = folder_with(&LIST.replace("min = 2, max = 3", "min = 1, max = 3"));
    folder.run(&["rule", "test", "--rules", "rules", "--accept"]).exits(1);
    assert!(!folder.path().join("rules/snapshots").exists());
}

#[test]
fn a_new_rule_proves_as_it_stands() {
    let folder = Folder::new();
    folder.run(&["rule", "new", "box/first", "--rules", "mine"]).exits(0);
    folder.run(&["rule", "test", "--rules", "mine"]).exits(0);
    folder.run(&["rule", "lint", "--rules", "mine"]).exits(0);
    let again = folder.run(&["rule", "new", "box/first", "--rules", "mine"]).exits(2);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
    let bad = folder.run(&["rule", "new", "First", "--rules", "mine"]).exits(2);
    assert!(bad.stderr.contains("not of the form `group/name`"), "{}", bad.stderr);
}

#[test]
fn lint_says_what_nothing_proves() {
    let source = LIST
        .replace("words = { max = 6 }", "words = { max = 6 }\nunless = ['xyz']")
        .replace("Most read\n\nFerry sinks\n\nNobody", "The sea was calm.\n\nNobody");
    let folder = folder_with(&source);
    let run = folder.run(&["rule", "lint", "--rules", "rules"]).exits(1);
    check_snapshot("rule-lint", &without_folder(&run));
}

#[test]
fn lint_tells_of_fixes_that_fight() {
    let rule = |from: &str, to: &str| {
        format!(
            "summary = \"colour\"\nwhy = \"test\"\nseverity = \"warning\"\n[match]\nany = ['{from}']\n\
             [fix]\nsafety = \"safe\"\nreplace = \"{to}\"\n\
             [[bad]]\ntext = \"A {from} house.\\n\"\nfixed = \"A {to} house.\\n\"\n\
             [[good]]\ntext = \"A house.\\n\"\n"
        )
    };
    let folder = Folder::new();
    folder.write("rules/test/one.toml", rule("maroon", "crimson"));
    folder.write("rules/test/two.toml", rule("crimson", "maroon"));
    let run = folder.run(&["rule", "lint", "--rules", "rules"]).exits(1);
    assert!(run.stdout.contains("the fixes of test/one, test/two never end"), "{}", run.stdout);
    assert!(run.stdout.contains("good 1 has nothing of what the rule finds"), "{}", run.stdout);
}

#[test]
fn try_shows_matches_in_their_context() {
    let folder = Folder::new();
    folder.write("a.txt", "The bridge is closed.\nPlus:\nThe ferry runs.\n");
    folder.write("b.jsonl", "{\"id\": \"x\", \"text\": \"A plus: two\u{200b} ferries.\"}\n");
    let run = folder.run(&["rule", "try", "plus:", ".", "--ignore-case"]).exits(0);
    check_snapshot("rule-try", &without_folder(&run));
    folder.run(&["rule", "try", "(", "."]).exits(2);
}

#[test]
fn docs_are_written_from_the_rules() {
    let folder = folder_with(LIST);
    folder.run(&["rule", "docs", "--rules", "rules", "--output", "out"]).exits(0);
    check_snapshot("rule-docs", &String::from_utf8(folder.read("out/box/list.md")).expect("text"));
    let index = String::from_utf8(folder.read("out/README.md")).expect("text");
    assert!(
        index.contains("| [box/list](box/list.md) | list of other stories | warning | unsafe |"),
        "{index}"
    );
    assert!(index.contains("| ` Most read ` | [box/list](box/list.md) |"), "{index}");
    for rule in descrape::rule::builtin_rules() {
        assert!(folder.path().join(format!("out/{}.md", rule.id)).is_file(), "{}", rule.id);
    }
}

#[test]
fn eval_scores_labelled_lines() {
    let folder = folder_with(LIST);
    let record = |id: &str, lines: &[&str], labels: &[i8]| {
        serde_json::json!({"id": id, "version": "window", "source": "s", "lines": lines, "labels": labels})
            .to_string()
            + "\n"
    };
    let text = record("a", &["The bridge stays closed.", "Most read", "One", "Two"], &[0, 1, 1, 1])
        + &record("b", &["Most read", "Poems", "Plays", "These sold best of all this year."], &[-1, 0, 0, 0])
        + &record("c", &["A lone line that nobody found"], &[1]);
    folder.write("l.jsonl", &text);
    let args = ["eval", "l.jsonl", "--rules", "rules", "--select", "box", "--worst", "1"];
    check_snapshot("eval", &without_folder(&folder.run(&args).exits(0)));
    let json =
        folder.run(&["eval", "l.jsonl", "--rules", "rules", "--select", "box", "--output-format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(
        (&value["all"]["true"], &value["all"]["false"], &value["all"]["artifacts"]),
        (&3.into(), &2.into(), &4.into())
    );
    assert_eq!(value["all"]["precision"], 0.6);
    let some =
        folder.run(&["eval", "l.jsonl", "--rules", "rules", "--where", "id=a", "--where", "id=c"]).exits(0);
    assert!(some.stdout.contains("2 records, 1 left out."), "{}", some.stdout);

    folder.write("bad.jsonl", "{\"lines\": [\"a\"], \"labels\": []}\nnot JSON\n");
    let bad = folder.run(&["eval", "bad.jsonl"]).exits(2);
    assert!(bad.stderr.contains("bad.jsonl:1: has 1 lines, but 0 labels"), "{}", bad.stderr);
    assert!(bad.stderr.contains("bad.jsonl:2: is no JSON record"), "{}", bad.stderr);
}

#[test]
fn eval_counts_findings_in_clean_text() {
    let folder = folder_with(LIST);
    folder.write("clean.txt", "Most read\nOne\nTwo\n");
    let run = folder.run(&["eval", "--clean", "clean.txt", "--rules", "rules", "--select", "box"]).exits(0);
    check_snapshot("eval-clean", &run.shown());
}

/// What an author would otherwise have to find out with `explain`.
#[test]
fn a_failed_example_says_which_condition_failed() {
    let folder = Folder::new();
    let rule = |extra: &str, fix: &str, bad: &str| {
        format!(
            "summary = \"bell\"\nwhy = \"it rings\"\nseverity = \"warning\"\n[match]\nany = ['bell']\n{extra}\n{fix}\n\
             [[bad]]\n{bad}\n[[good]]\ntext = \"a bellows\\n\"\nbecause = \"other\"\n"
        )
    };
    let test = || folder.run(&["rule", "test", "--rules", "own"]).exits(1).stdout;
    folder.write("own/a/b.toml", rule("not-after = ['^s']", "", "text = \"the bells\\n\""));
    let shown = test();
    assert!(shown.contains("    \"bell\" matches, but not-after: /^s/\n"), "{shown}");
    folder.write("own/a/b.toml", rule("not-after = ['^o']", "", "text = \"the ball\\n\""));
    assert!(test().contains("    no pattern matches\n"));
    let fix = "[fix]\nsafety = \"safe\"\nreplace = \"a bell\"\n";
    folder.write(
        "own/a/b.toml",
        rule("not-after = ['^o']", fix, "text = \"the bell\\n\"\nfixed = \"the a bell\\n\""),
    );
    let shown = test();
    assert!(
        shown.contains("the fix was not applied: what it puts there is found again, and again"),
        "{shown}"
    );
    let remarks = folder.run(&["rule", "lint", "--rules", "own"]).exits(1).stdout;
    assert!(remarks.contains("own/a/b.toml: its examples do not hold"), "{remarks}");
}

#[test]
fn a_new_rule_in_the_place_of_a_built_in_one_is_told() {
    let folder = Folder::new();
    let run = folder.run(&["rule", "new", "teaser/lone-plus"]).exits(0);
    assert!(run.stderr.contains("note: `teaser/lone-plus` is built in"), "{}", run.stderr);
    let run = folder.run(&["rule", "new", "house/own"]).exits(0);
    assert_eq!(run.stderr, "");
    let run = folder.run(&["rule", "test", "house/own"]).exits(2);
    assert!(run.stderr.contains("`--rules rules` looks at the rules in that folder"), "{}", run.stderr);
    assert!(!run.stderr.contains("--select"), "{}", run.stderr);
}

#[test]
fn false_positives_in_honest_text_are_shown() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"id\":\"x\",\"text\":\"One.\\nThe mayor & # 39; s office.\\nThree.\"}\n");
    let run = folder.run(&["eval", "--clean", "a.jsonl", "--worst", "3"]).exits(0);
    let shown = "\nentity/spaced-numeric  a.jsonl:1#x, line 2\n  | One.\n  > The mayor & # 39; s office.\n  | Three.\n";
    assert!(run.stdout.contains(shown), "{}", run.stdout);
    let run = folder.run(&["eval", "--clean", "a.jsonl", "--by", "lang"]).exits(2);
    assert!(run.stderr.contains("'--by <FIELD>'"), "{}", run.stderr);
    let records: String = (0..30).map(|n| format!("{{\"text\":\"{n}\"}}\n")).collect();
    folder.write("b.jsonl", records);
    let run = folder.run(&["eval", "b.jsonl"]).exits(2);
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 11, "{}", run.stderr);
    assert!(run.stderr.contains("honest text without labels is scored with --clean"), "{}", run.stderr);
}
