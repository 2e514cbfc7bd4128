use crate::support::{Folder, check_snapshot};

const SOUND: &str = r#"summary = "a colour"
why = "test"
severity = "warning"

[match]
any = ['red']

[fix]
safety = "safe"
replace = "blue"

[[bad]]
text = "A red house.\n"
fixed = "A blue house.\n"

[[good]]
text = "A hundred and one houses, all of them green.\n"
"#;

/// Loads the sound rule with one passage replaced, and shows what the user sees.
#[track_caller]
fn check(name: &str, old: &str, new: &str) {
    let folder = Folder::new();
    let source = SOUND.replacen(old, new, 1);
    assert_ne!(source, SOUND, "nothing was replaced");
    folder.write("rules/test/colour.toml", source);
    folder.write("a.txt", "fine\n");
    let run = folder.run(&["check", "a.txt", "--rules", "rules"]).exits(2);
    assert_eq!(run.stdout, "");
    check_snapshot(&format!("rule-error-{name}"), &run.stderr);
}

#[test]
fn unknown_key() {
    check("unknown-key", "severity = ", "sevrity = ");
}

#[test]
fn unknown_key_in_a_table() {
    check("unknown-key-in-table", "any = ['red']", "any = ['red']\nunles = ['x']");
}

#[test]
fn unknown_value() {
    check("unknown-value", "\"warning\"", "\"warn\"");
}

#[test]
fn missing_key() {
    check("missing-key", "why = \"test\"\n", "");
}

#[test]
fn wrong_type() {
    check("wrong-type", "any = ['red']", "any = 'red'");
}

#[test]
fn broken_toml() {
    check("broken-toml", "any = ['red']", "any = ['red'");
}

#[test]
fn broken_regex() {
    check("broken-regex", "'red'", "'blue', 'r(ed[a-'");
}

#[test]
fn look_around() {
    check("look-around", "'red'", "'(?<=a )red'");
}

#[test]
fn backreference() {
    check("backreference", "'red'", r"'(r)ed\1'");
}

#[test]
fn empty_match() {
    check("empty-match", "'red'", "'r*'");
}

#[test]
fn text_anchor_in_a_line_rule() {
    check("text-anchor", "any = ['red']", "unit = \"line\"\nany = ['\\Ared']");
}

#[test]
fn huge_pattern() {
    check("huge-pattern", "'red'", r"'(?:\w{1000}){1000}'");
}

#[test]
fn no_bad_example() {
    check("no-bad", "[[bad]]\ntext = \"A red house.\\n\"\nfixed = \"A blue house.\\n\"\n", "");
}

#[test]
fn no_good_example() {
    check("no-good", "[[good]]\ntext = \"A hundred and one houses, all of them green.\\n\"\n", "");
}

#[test]
fn fix_without_fixed() {
    check("no-fixed", "fixed = \"A blue house.\\n\"\n", "");
}

#[test]
fn fix_without_an_action() {
    check("no-action", "replace = \"blue\"\n", "");
}

#[test]
fn unknown_group() {
    check("unknown-group", "\"blue\"", "\"$colour blue\"");
}

#[test]
fn share_out_of_range() {
    check("share", "replace = \"blue\"", "replace = \"blue\"\nmax-removed = 30.0");
}

#[test]
fn summary_with_a_full_stop() {
    check("summary", "\"a colour\"", "\"A colour.\"");
}

#[test]
fn rule_that_looks_for_nothing() {
    check("nothing", "any = ['red']", "ignore-case = true");
}

#[test]
fn several_mistakes_at_once() {
    check("several", "any = ['red']", "any = ['r(ed', 'b*']\nunless = ['[']");
}

#[test]
fn id_that_is_none() {
    let folder = Folder::new();
    folder.write("rules/Colour.toml", SOUND);
    folder.write("a.txt", "fine\n");
    check_snapshot("rule-error-id", &folder.run(&["check", "a.txt", "--rules", "rules"]).exits(2).stderr);
}

#[test]
fn required_rule_that_is_not_there() {
    let folder = Folder::new();
    folder.write(
        "rules/test/colour.toml",
        SOUND.replace("any = ['red']", "any = ['red']\nrequires = [\"minify/placeholder\"]"),
    );
    folder.write("a.txt", "fine\n");
    check_snapshot(
        "rule-error-requires",
        &folder.run(&["check", "a.txt", "--rules", "rules"]).exits(2).stderr,
    );
}

/// Whether a rule speaks must not lean on one that may be silent itself.
#[test]
fn required_rule_that_requires_another() {
    let folder = Folder::new();
    let requires =
        |id: &str| SOUND.replace("any = ['red']", &format!("any = ['red']\nrequires = [\"{id}\"]"));
    folder.write("rules/test/one.toml", requires("test/two"));
    folder.write("rules/test/two.toml", requires("test/three"));
    folder.write("rules/test/three.toml", SOUND);
    folder.write("a.txt", "fine\n");
    let run = folder.run(&["check", "a.txt", "--rules", "rules"]).exits(2);
    let expected = "rule `test/one` requires `test/two`, which requires `test/three` itself";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
}

#[test]
fn definitions_that_multiply_are_refused() {
    let folder = Folder::new();
    let doubled: String =
        (0..40).map(|n| format!("a{n} = '{{{{a{}}}}}{{{{a{}}}}}'\n", n + 1, n + 1)).collect();
    let source = SOUND.replace("any = ['red']", "any = ['{{a0}}']");
    folder.write("rules/test/colour.toml", format!("{source}\n[define]\n{doubled}a40 = 'red'\n"));
    folder.write("a.txt", "fine\n");
    let run = folder.run(&["check", "a.txt", "--rules", "rules"]).exits(2);
    assert!(run.stderr.contains("stands for more than 1048576 bytes"), "{}", run.stderr);
}

#[test]
fn a_sound_rule_loads() {
    let folder = Folder::new();
    folder.write("rules/test/colour.toml", SOUND);
    folder.write("a.txt", "A red house.\n");
    let run =
        folder.run(&["check", "a.txt", "--rules", "rules", "--output-format", "concise", "-q"]).exits(1);
    assert_eq!(run.stdout, "a.txt:1:3: warning[test/colour] a colour\n");
}

#[test]
fn conditions_that_nothing_fulfils() {
    check(
        "impossible",
        "any = ['red']",
        "any = ['red']\nrepeats = 1\nplace = { first-lines = 0 }\nshape = { words = { min = 5, max = 2 }, capitals = { min = 50 } }",
    );
    check("line-before", "any = ['red']", "unit = \"line\"\nany = ['red']\nbefore = ['x']");
    check("unknown-language", "severity = ", "languages = [\"en\", \"english\"]\nseverity = ");
}

#[test]
fn two_folders_with_one_id() {
    let folder = Folder::new();
    folder.write("one/test/colour.toml", SOUND);
    folder.write("two/test/colour.toml", SOUND);
    folder.write("a.txt", "fine\n");
    let run = folder.run(&["check", "a.txt", "--rules", "one", "--rules", "two"]).exits(2);
    assert!(run.stderr.contains("one/test/colour.toml holds a rule `test/colour` as well"), "{}", run.stderr);
    // One folder by two names is one.
    folder.write("descrape.toml", "rules = [\"one\"]\n");
    assert_eq!(
        folder.run(&["check", "a.txt", "-q", "--rules", "one", "--rules", "./one"]).exits(0).stderr,
        ""
    );
}
