//! A bulk fix one dares to run.

use std::{
    collections::BTreeMap,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::Folder;

const PLUS: &str =
    "Plus:\n\nThe council voted on Monday to close the old bridge for the whole of next year.\n";

/// A corpus of several formats below `in`.
fn corpus(folder: &Folder, shards: usize, lines: usize) {
    for shard in 0..shards {
        let line = |index: usize| {
            let text = match index % 3 {
                0 => format!("Line {index} & # 39; s \u{e9}."),
                1 => PLUS.to_string(),
                _ => format!("Nothing is wrong with line {index} of shard {shard}."),
            };
            format!("{{\"id\":\"{shard}-{index}\",\"text\":{},\"n\":1.0}}\n", json!(text))
        };
        let text: String = (0..lines).map(line).collect();
        let packed = match shard % 3 {
            0 => (format!("in/s{shard}.jsonl"), text.into_bytes()),
            1 => {
                (format!("in/sub/s{shard}.jsonl.zst"), zstd::encode_all(text.as_bytes(), 1).expect("memory"))
            }
            _ => {
                let rows = (0..lines)
                    .map(|i| format!("{shard}-{i},\"Row {i} & amp; more\",x\r\n"))
                    .collect::<String>();
                (format!("in/s{shard}.csv"), format!("id,text,z\r\n{rows}").into_bytes())
            }
        };
        folder.write(&packed.0, packed.1);
    }
    folder.write("in/a.txt", format!("The mayor & # 39; s house.\n\n{PLUS}"));
    folder.write("in/clean.txt", "Nothing is wrong here.\n");
    folder.write("in/empty.jsonl", "");
}

/// All files below a folder, by their names.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, path: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                collect(root, &entry.path(), found);
            } else {
                let name = entry.path().strip_prefix(root).expect("below it").display().to_string();
                found.insert(name, std::fs::read(entry.path()).expect("a file"));
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(root, root, &mut found);
    found
}

/// The same, unpacked.
fn unpacked(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let unpack = |(name, bytes): (String, Vec<u8>)| {
        let bytes = if name.ends_with(".zst") { zstd::decode_all(&bytes[..]).expect("zstd") } else { bytes };
        (name, bytes)
    };
    files(root).into_iter().map(unpack).collect()
}

fn entries(folder: &Folder, name: &str) -> Vec<Value> {
    let bytes = folder.read(name);
    let text = if name.ends_with(".zst") { zstd::decode_all(&bytes[..]).expect("zstd") } else { bytes };
    String::from_utf8(text)
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

#[test]
fn a_journal_proves_and_undoes_a_fix() {
    let folder = Folder::new();
    corpus(&folder, 3, 40);
    for journal in ["j.jsonl", "j.jsonl.gz", "j.jsonl.zst"] {
        let out = format!("out-{journal}");
        folder.run(&["fix", "in", "--output", &out, "--journal", journal, "-q"]).exits(0);
        let run = folder.run(&["verify", journal, "in", &out]).exits(0);
        assert!(run.stderr.starts_with("Verified 6 files: the output is the input with "), "{}", run.stderr);
        assert!(unpacked(&folder.path().join("in")) != unpacked(&folder.path().join(&out)));
        folder.run(&["undo", journal, &out]).exits(0);
        assert!(unpacked(&folder.path().join("in")) == unpacked(&folder.path().join(&out)), "{journal}");
    }
}

#[test]
fn an_edit_says_all_that_there_is_to_know() {
    let folder = Folder::new();
    folder.write("in/a.jsonl", "\n{\"id\":7,\"text\":\"\\u00e9 & # 39; s\"}\n");
    folder.run(&["fix", "in", "--output", "out", "--journal", "j.jsonl", "-q"]).exits(0);
    let lines = entries(&folder, "j.jsonl");
    let kinds: Vec<&str> = lines.iter().map(|line| line["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["file", "edit", "record", "done"]);
    let edit = &lines[1];
    for (key, value) in [
        ("file", json!("a.jsonl")),
        ("record", json!(2)),
        ("id", json!("7")),
        ("start", json!(2)),
        ("end", json!(11)),
        ("original", json!(" & # 39; ")),
        ("replacement", json!("'")),
    ] {
        assert_eq!(edit[key], value, "{key}");
    }
    assert_eq!(edit["rules"][0]["rule"], "entity/spaced-numeric");
    assert_eq!(edit["rules"][0]["version"].as_str().map(str::len), Some(32));
    assert_ne!(edit["before"], edit["after"]);
    assert_eq!(lines[2]["splices"][0]["at"], 22, "in bytes of the record");
}

#[test]
fn what_does_not_agree_is_not_verified_and_not_undone() {
    let folder = Folder::new();
    corpus(&folder, 3, 12);
    folder.run(&["fix", "in", "--output", "out", "--journal", "j", "-q"]).exits(0);
    let fixed = String::from_utf8(folder.read("out/s0.jsonl")).expect("UTF-8");
    folder.write("out/s0.jsonl", fixed.replace("Nothing", "Something"));
    folder.write("out/more.txt", "Not from here.\n");
    folder.write("in/later.txt", "Came later.\n");
    let run = folder.run(&["verify", "j", "in", "out"]).exits(1);
    for message in [
        "s0.jsonl: differs where the journal has no edit",
        "more.txt: stands in the output, but not in the journal",
        "later.txt: stands in the input, but not in the journal",
    ] {
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
    let changed = folder.read("out/s0.jsonl");
    let run = folder.run(&["undo", "j", "out"]).exits(1);
    assert!(run.stderr.contains("s0.jsonl: was changed since it was repaired"), "{}", run.stderr);
    assert_eq!(folder.read("out/s0.jsonl"), changed);
    assert_eq!(folder.read("out/a.txt"), folder.read("in/a.txt"), "all others are restored");
    std::fs::remove_file(folder.path().join("out/s2.csv")).expect("it is there");
    folder.run(&["verify", "j", "in", "out"]).exits(2);
}

#[test]
fn a_run_goes_on_where_it_was_stopped() {
    let folder = Folder::new();
    corpus(&folder, 3, 12);
    let fix = ["fix", "in", "--output", "out", "--journal", "j.zst"];
    folder.run(&fix).exits(0);
    let run = folder.run(&fix).exits(2);
    assert!(run.stderr.contains("j.zst: is there already; --resume goes on with it"), "{}", run.stderr);
    let resume = [&fix[..], &["--resume"]].concat();
    let run = folder.run(&resume).exits(0);
    assert!(run.stderr.contains("6 files repaired before"), "{}", run.stderr);
    // What changed on either side is done again, and nothing else.
    folder.write("in/clean.txt", "It is & amp; was.\n");
    std::fs::remove_file(folder.path().join("out/a.txt")).expect("it is there");
    let run = folder.run(&resume).exits(0);
    assert!(run.stderr.contains("4 files repaired before"), "{}", run.stderr);
    assert_eq!(folder.read("out/clean.txt"), b"It is & was.\n");
    folder.run(&["verify", "j.zst", "in", "out"]).exits(0);
    // Other rules make another text.
    let run = folder.run(&[&resume[..], &["--ignore", "minify"]].concat()).exits(0);
    assert!(!run.stderr.contains("repaired before"), "{}", run.stderr);
    folder.run(&["verify", "j.zst", "in", "out"]).exits(0);
    // Findings that were left count although their file is not looked at again.
    folder.write("in/left.jsonl", "no json\n");
    folder.run(&resume).exits(1);
    folder.run(&resume).exits(1);
}

/// Killed at any moment, a run that goes on comes to the same end.
#[cfg(unix)]
#[test]
fn a_killed_run_loses_nothing() {
    let folder = Folder::new();
    corpus(&folder, 7, 3000);
    let fix = ["fix", "in", "--output", "out", "--journal", "j.jsonl.zst", "--resume", "-q"];
    let start = Instant::now();
    folder.run(&["fix", "in", "--output", "whole", "--journal", "whole.jsonl.zst", "-q"]).exits(0);
    let whole_run = start.elapsed();
    let expected = files(&folder.path().join("whole"));
    let mut killed = 0;
    for round in 0..10u32 {
        for name in ["out", "j.jsonl.zst"] {
            let path = folder.path().join(name);
            let _ = std::fs::remove_dir_all(&path).or_else(|_| std::fs::remove_file(&path));
        }
        // Two kills a round, spread over the time that a run takes.
        for part in 1..=2 {
            let mut child =
                folder.command(&fix).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
            std::thread::sleep(whole_run.mul_f64(f64::from(round * 7 % 10 + 1) / 11.0 / f64::from(part)));
            killed += u32::from(child.try_wait().expect("a child").is_none());
            child.kill().expect("a child");
            child.wait().expect("a child");
        }
        folder.run(&fix).exits(0);
        assert!(
            files(&folder.path().join("out")) == expected,
            "round {round}: files differ, or some are left over"
        );
        folder.run(&["verify", "j.jsonl.zst", "in", "out"]).exits(0);
    }
    assert!(killed >= 5, "only {killed} runs were killed before their end");
    folder.run(&["undo", "j.jsonl.zst", "out"]).exits(0);
    assert!(unpacked(&folder.path().join("in")) == unpacked(&folder.path().join("out")));
    assert!(start.elapsed() < Duration::from_secs(300));
}

#[test]
fn a_sample_holds_something_of_every_rule() {
    let folder = Folder::new();
    corpus(&folder, 3, 60);
    let sample = |threads: &str| {
        let run = folder.run(&["fix", "in", "--diff", "--sample", "7", "-q", "--threads", threads]).exits(1);
        run.stdout
    };
    let shown = sample("1");
    assert_eq!(shown, sample("2"));
    let headings: Vec<&str> = shown.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(headings.len(), 3, "{shown}");
    let edits = shown.lines().filter(|line| line.contains(" byte ") && line.starts_with("in/")).count();
    assert_eq!(edits, 7, "{shown}");
    assert!(shown.contains("- ") && shown.contains("⟦ & # 39; ⟧") && shown.contains("⟦'⟧"), "{shown}");
}

#[test]
fn an_undo_can_be_repeated() {
    let folder = Folder::new();
    for name in ["c/a.txt", "c/b.txt"] {
        folder.write(name, "The mayor & # 39; s office.\n");
    }
    folder.write("c/clean.txt", "Nothing is wrong here.\n");
    folder.run(&["fix", "c", "--isolated", "--output", "out", "--journal", "j", "-q"]).exits(0);
    let repaired = folder.read("out/b.txt");
    assert_eq!(folder.run(&["undo", "j", "out"]).exits(0).stderr, "Restored 2 files: 2 edits undone.\n");
    folder.write("out/b.txt", &repaired);
    let again = folder.run(&["undo", "j", "out"]).exits(0);
    assert_eq!(again.stderr, "Restored 1 file: 1 edit undone; restored before: 1.\n");
    assert_eq!(folder.read("out/b.txt"), folder.read("c/b.txt"));
}

#[cfg(unix)]
#[test]
fn only_what_is_written_is_counted_as_fixed() {
    let folder = Folder::new();
    folder.write("in/a.txt", "The mayor & # 39; s office.\n");
    folder.write("in/b.txt", "The mayor & # 39; s office.\n");
    // A folder stands where the file should go.
    folder.write("out/a.txt/x", "");
    let run = folder.run(&["fix", "in", "--isolated", "--output", "out"]).exits(2);
    assert!(run.stderr.contains("Fixed 1 finding in 1 of 2 documents"), "{}", run.stderr);
    assert!(run.stderr.contains("1 changed file could not be written."), "{}", run.stderr);
}

/// What was repaired in place can only be undone while its group is there.
#[test]
fn a_journal_in_place_is_gone_on_with_by_the_same_rules_only() {
    let folder = Folder::new();
    let (before, after) = ("The mayor & # 39; s office.\n", "The mayor's office.\n");
    folder.write("in/a.txt", before);
    let fix = ["fix", "in", "--in-place", "--journal", "j", "-q"];
    folder.run(&fix).exits(0);
    let run = folder.run(&[&fix[..], &["--resume", "--unsafe-fixes"]].concat()).exits(2);
    assert!(run.stderr.contains("--journal j: was written with other rules or options"), "{}", run.stderr);
    folder.run(&[&fix[..], &["--resume"]].concat()).exits(0);
    assert_eq!(folder.read("in/a.txt"), after.as_bytes());
    folder.run(&["undo", "j", "in"]).exits(0);
    assert_eq!(folder.read("in/a.txt"), before.as_bytes());
}

/// By its configuration, or as it was typed; and what no fix looks at may be there twice.
#[test]
fn verify_leaves_out_what_was_typed() {
    let folder = Folder::new();
    for name in ["in/a.txt", "in/raw/b.txt"] {
        folder.write(name, "The mayor & # 39; s office.\n");
    }
    folder.write("in/.hidden.txt", "nothing\n");
    folder.write("out/.hidden.txt", "nothing\n");
    let exclude = ["--exclude", "raw/"];
    let fix = ["fix", "in", "--isolated", "--output", "out", "--journal", "j", "-q"];
    folder.run(&[&fix[..], &exclude].concat()).exits(0);
    assert!(!folder.path().join("out/raw").exists());
    folder.run(&["verify", "j", "in", "out"]).exits(1);
    folder.run(&[&["verify", "j", "in", "out"][..], &exclude].concat()).exits(0);
    folder.write("other.toml", "exclude = [\"raw/\"]\n");
    folder.run(&["verify", "j", "in", "out", "--config", "other.toml"]).exits(0);
    let run = folder.run(&["check", "in", "--exclude", "[a"]).exits(2);
    assert!(run.stderr.contains("--exclude"), "{}", run.stderr);
}

/// What stands in the folders without being a text is not in doubt.
#[test]
fn verify_looks_at_what_the_fix_looked_at() {
    let folder = Folder::new();
    folder.write("in/descrape.toml", "exclude = [\"raw/\"]\n");
    folder.write("in/raw/b.txt", "Fine.\n");
    folder.write("in/a.txt", "The mayor & # 39; s office.\n");
    std::fs::create_dir(folder.path().join("out")).expect("a folder");
    folder.run(&["fix", "in", "--output", "out", "--journal", "out/j.jsonl", "-q"]).exits(0);
    folder.run(&["verify", "out/j.jsonl", "in", "out"]).exits(0);
}
