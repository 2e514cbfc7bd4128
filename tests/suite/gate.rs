//! A corpus in a git repository, and the check that a team leaves switched on.

use std::process::Command;

use crate::support::{Folder, Run, check_snapshot};

pub(super) const BASELINE: &str = "descrape-baseline.jsonl";

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

pub(super) fn git(folder: &Folder, args: &[&str]) -> String {
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

pub(super) fn commit(folder: &Folder, message: &str) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", message]);
}

pub(super) fn check(folder: &Folder, more: &[&str]) -> Run {
    folder.run(&[&["check", ".", "--output-format", "concise"], more].concat())
}

pub(super) fn replace(folder: &Folder, name: &str, from: &str, to: &str) {
    let text = String::from_utf8(folder.read(name)).expect("UTF-8");
    assert!(text.contains(from), "{name} holds no {from:?}");
    folder.write(name, text.replacen(from, to, 1));
}

/// A repository whose findings are all accepted.
pub(super) fn gated() -> Folder {
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
fn what_changed_in_several_repositories_is_checked() {
    let (one, two) = (gated(), gated());
    replace(&two, "corpus/a.txt", "& # 39; s", "& # 39; s own");
    let there = two.path().join("corpus").display().to_string();
    let run = one.run(&["check", "corpus", &there, "--isolated", "--changed-since", "HEAD", "-q"]).exits(1);
    assert!(run.stdout.contains("a.txt:"), "{}", run.stdout);
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
fn a_revision_is_no_option_of_git() {
    let folder = gated();
    let run = folder.run(&["check", "--changed-since=--help"]).exits(2);
    assert!(run.stderr.contains("rev-parse --verify --end-of-options --help^{commit}"), "{}", run.stderr);
}
