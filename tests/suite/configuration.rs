//! What a configuration says, where it says it, and what is wrong with it.

use descrape::config::config_schema;

use super::gate::{check, repository};
use crate::support::{Folder, check_snapshot};

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

/// A folder with a rule of its own, which its configuration names.
fn with_house_rule() -> Folder {
    let folder = Folder::new();
    folder.write(
        "rules/house/two.toml",
        "summary = \"two\"\nwhy = \"it is\"\nseverity = \"warning\"\n\
        [match]\nany = [\"two\"]\n[[bad]]\ntext = \"one two\"\n[[good]]\ntext = \"one\"\n",
    );
    folder.write("descrape.toml", "rules = [\"rules\"]\n");
    folder
}

#[test]
fn rules_of_configured_folders_are_listed_and_shown() {
    let folder = with_house_rule();
    let list = |args: &[&str]| folder.run(&[&["rule", "list"], args].concat()).exits(0).stdout;
    assert_eq!(list(&["--select", "house"]).trim_end(), "house/two  warning  -        two");
    assert!(list(&[]).contains("minify/placeholder-token"));
    assert!(!list(&["--isolated"]).contains("house/two"));
    assert!(folder.run(&["rule", "show", "house/two"]).exits(0).stdout.starts_with("house/two: two\n"));
    folder.run(&["rule", "show", "house/two", "--isolated"]).exits(2);
}

/// Whoever proves, reads or scores rules knows those of configured folders, too.
#[test]
fn rules_of_configured_folders_are_at_hand() {
    let folder = with_house_rule();
    folder.write("clean.jsonl", "{\"text\":\"one and two\"}\n");
    let proven = folder.run(&["rule", "test", "house/two"]).exits(0).stdout;
    assert_eq!(proven, "1 rule proven by 2 examples.\n");
    folder.run(&["rule", "test", "house/two", "--isolated"]).exits(2);
    let remarks = folder.run(&["rule", "lint", "house/two"]).exits(1).stdout;
    assert!(remarks.contains("rules/house/two.toml: "), "{remarks}");
    folder.run(&["rule", "lint", "house/two", "--isolated"]).exits(2);
    let scored = |more: &[&str]| {
        let args = [&["eval", "--clean", "clean.jsonl", "--output-format", "json"], more].concat();
        folder.run(&args).exits(0).stdout
    };
    assert!(scored(&[]).contains("house/two"));
    assert!(!scored(&["--isolated"]).contains("house/two"));
    folder.run(&["rule", "docs", "--output", "site"]).exits(0);
    assert!(folder.path().join("site/house/two.md").is_file());
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
    // What is said of fixes is said of them as they are trusted here.
    let summary = folder.run(&["fix", "a.txt", "--output", "out"]).exits(1).stderr;
    for said in ["only a person can decide", "its fix is unsafe: --unsafe-fixes applies it"] {
        assert!(summary.contains(said), "{summary}");
    }
    let table = folder.run(&["check", ".", "--statistics"]).exits(1).stdout;
    assert!(!table.contains(" safe "), "{table}");
}

#[test]
fn what_is_configured_and_not_there_is_told_by_its_line() {
    let folder = Folder::new();
    folder.write("a.txt", "fine\n");
    folder.write("descrape.toml", "# Ours.\nrules = [\"nowhere\"]\n");
    let run = check(&folder, &[]).exits(2);
    assert!(run.stderr.contains("descrape.toml:2: nowhere: no such folder of rules"), "{}", run.stderr);
}

#[test]
fn a_report_that_would_not_be_shown_is_refused() {
    let folder = Folder::new();
    folder.write("a.txt", "The mayor & # 39; s office.\n");
    for args in [
        &["check", "a.txt", "--statistics", "--output-format", "sarif"][..],
        &["check", "a.txt", "--timing", "--report", "github"],
        &["fix", "a.txt", "--diff", "--report", "json"],
        &["fix", "a.txt", "--output", "out", "--sample", "1", "--output-format", "json"],
    ] {
        let run = folder.run(args).exits(2);
        assert!(run.stderr.contains("give the report a file"), "{args:?}: {}", run.stderr);
    }
    let run = folder.run_with(&["fix", "-", "--output", "-", "--sample", "1"], b"fine\n").exits(2);
    assert!(run.stderr.contains("a sample needs `--output DIR`"), "{}", run.stderr);
}

/// Neither do they end in a report of thousands of lines.
#[test]
fn documents_that_stay_as_they_were_are_told_and_counted() {
    let folder = Folder::new();
    let lines: String = (0..30).map(|_| "{\"text\":\"Plus:\"}\n").collect();
    folder.write("a.jsonl", lines);
    let fix = ["fix", "a.jsonl", "--output", "out", "--ignore", "corpus"];
    let run = folder.run(&fix);
    assert_eq!(
        run.stderr.matches("left as it was: nothing would be left of it").count(),
        10,
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("note: and 20 more documents\n"), "{}", run.stderr);
    assert_eq!(folder.run(&[&fix[..], &["-q"]].concat()).stderr, "");
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
fn a_language_that_no_rule_has_is_a_mistake() {
    let folder = Folder::new();
    folder.write("a.txt", "Nothing is wrong here.\n");
    for (languages, hint) in [("EN", "did you mean `en`?"), ("english", "codes of two letters: ar, ")] {
        folder.write("descrape.toml", format!("languages = [\"de\", \"{languages}\"]\n"));
        let run = folder.run(&["check", "a.txt"]).exits(2);
        assert!(run.stderr.contains(&format!("no rule is of the language `{languages}`")), "{}", run.stderr);
        assert!(run.stderr.contains(hint) && run.stderr.contains("descrape.toml:1:20"), "{}", run.stderr);
    }
}

/// Globs are relative to the file that says them, if that stands above the paths.
#[test]
fn globs_of_a_configuration_above_reach_below() {
    let folder = Folder::new();
    let above = "exclude = [\"sub/raw/\"]\n[[overrides]]\npaths = [\"sub/*.txt\"]\nignore = [\"entity\"]\n";
    folder.write("descrape.toml", above);
    folder.write("sub/descrape.toml", "extends = [\"../descrape.toml\"]\n");
    for name in ["sub/a.txt", "sub/raw/b.txt", "sub/deep/c.txt"] {
        folder.write(name, "The mayor & # 39; s office.\n");
    }
    for path in [".", "sub"] {
        let run =
            folder.run(&["check", path, "-q", "--output-format", "concise", "--ignore", "corpus"]).exits(1);
        assert!(run.stdout.starts_with("sub/deep/c.txt:1:11: "), "{path}: {}", run.stdout);
        assert_eq!(run.stdout.lines().count(), 1, "{path}: {}", run.stdout);
    }
}

#[test]
fn what_is_typed_goes_before_what_is_selected_for_some_files() {
    let folder = Folder::new();
    folder
        .write("descrape.toml", "[[overrides]]\npaths = [\"*.txt\"]\nselect = [\"entity/spaced-numeric\"]\n");
    folder.write("a.txt", "The mayor & # 39; s office.\n");
    folder.run(&["check", "-q"]).exits(1);
    folder.run(&["check", "-q", "--select", "minify"]).exits(0);
    folder.run(&["check", "-q", "--ignore", "entity/spaced-numeric"]).exits(0);
    folder.run(&["check", "-q", "--ignore", "minify"]).exits(1);
}

/// A link is where it stands, not where it leads.
#[cfg(unix)]
#[test]
fn globs_match_the_name_of_a_link() {
    let folder = Folder::new();
    folder.write("real/a.txt", "The mayor & # 39; s office.\n");
    std::fs::create_dir(folder.path().join("corpus")).expect("a folder");
    std::os::unix::fs::symlink("../real/a.txt", folder.path().join("corpus/b.txt")).expect("a link");
    folder.write("descrape.toml", "[[overrides]]\npaths = [\"corpus/*.txt\"]\nignore = [\"entity\"]\n");
    folder.run(&["check", "corpus/b.txt", "-q"]).exits(0);
    folder.run(&["check", "corpus", "--follow", "-q"]).exits(0);
    folder.run(&["check", "real", "-q"]).exits(1);
}
