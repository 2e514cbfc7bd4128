//! Journals that are none, are damaged or would lead elsewhere.

use crate::support::Folder;

#[test]
fn a_journal_that_is_none_is_refused() {
    let folder = Folder::new();
    folder.write("in/a.txt", "The mayor & # 39; s office.\n");
    folder.write("j.jsonl", "{\"kind\":\"file\"}\n");
    for args in [
        &["undo", "j.jsonl", "in"][..],
        &["verify", "j.jsonl", "in", "in"],
        &["fix", "in", "--output", "out", "--journal", "j.jsonl", "--resume"],
    ] {
        let run = folder.run(args).exits(2);
        assert!(run.stderr.contains("j.jsonl: line 1 is none of a journal"), "{}", run.stderr);
    }
    folder.run(&["undo", "missing", "in"]).exits(2);
    let run = folder.run(&["fix", "-", "--output", "-", "--journal", "k"]).exits(2);
    assert!(run.stderr.contains("standard input cannot be journaled"), "{}", run.stderr);
}

/// What a damaged journal still says is undone, the rest is told, and never written over.
#[test]
fn a_damaged_journal_is_never_taken_for_a_short_one() {
    let folder = Folder::new();
    for number in 0..200 {
        folder.write(&format!("in/{number}.txt"), format!("The mayor & # 39; s office {number}.\n"));
    }
    let fix = ["fix", "in", "--in-place", "--journal", "j.zst", "-q"];
    folder.run(&fix).exits(0);
    // What is put on the disk together is packed together: 128 files, and the rest.
    let mut journal = folder.read("j.zst");
    let near_its_end = journal.len() * 5 / 6;
    journal[near_its_end] ^= 64;
    folder.write("j.zst", &journal);
    let run = folder.run(&[&fix[..], &["--resume"]].concat()).exits(2);
    assert!(run.stderr.contains("j.zst: is damaged behind line"), "{}", run.stderr);
    assert!(folder.read("j.zst") == journal, "it stays");
    let run = folder.run(&["undo", "j.zst", "in"]).exits(2);
    assert!(run.stderr.contains("j.zst is damaged behind line"), "{}", run.stderr);
    assert_eq!(folder.read("in/0.txt"), b"The mayor & # 39; s office 0.\n");
    assert_eq!(folder.read("in/99.txt"), b"The mayor's office 99.\n");
}

/// As after a run that was stopped; but somebody may have cut it.
#[test]
fn a_journal_that_breaks_off_says_so() {
    let folder = Folder::new();
    folder.write("in/a.txt", "The mayor & # 39; s office.\n");
    folder.write("in/b.txt", "The mayor & # 39; s house.\n");
    folder.run(&["fix", "in", "--in-place", "--journal", "j", "-q"]).exits(0);
    let journal = folder.read("j");
    folder.write("j", &journal[..journal.len() - 30]);
    let run = folder.run(&["undo", "j", "in"]).exits(0);
    assert!(run.stderr.contains("note: j breaks off in what it says of b.txt"), "{}", run.stderr);
    assert_eq!(folder.read("in/a.txt"), b"The mayor & # 39; s office.\n");
}

#[test]
fn a_journal_holds_no_two_files_of_one_name() {
    let folder = Folder::new();
    let text = "The mayor & # 39; s office.\n";
    folder.write("a/x.txt", text);
    folder.write("b/x.txt", text);
    let run = folder.run(&["fix", "a", "b", "--in-place", "--journal", "j"]).exits(2);
    assert!(run.stderr.contains("b/x.txt: cannot be written: the journal has a file"), "{}", run.stderr);
    assert_eq!(folder.read("b/x.txt"), text.as_bytes());
    folder.run(&["undo", "j", "a"]).exits(0);
    assert_eq!(folder.read("a/x.txt"), text.as_bytes());
}

#[cfg(unix)]
#[test]
fn a_journal_holds_no_name_that_is_not_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    folder.write("in/b.txt", "Fine.\n");
    let odd = folder.path().join("in").join(std::ffi::OsStr::from_bytes(b"a\xff.txt"));
    std::fs::write(&odd, "The mayor & # 39; s office.\n").expect("a file");
    let run = folder.run(&["fix", "in", "--in-place", "--journal", "j"]).exits(2);
    assert!(run.stderr.contains("its name is not UTF-8"), "{}", run.stderr);
    assert_eq!(std::fs::read(&odd).expect("a file"), b"The mayor & # 39; s office.\n");
}

#[test]
fn a_journal_leads_nowhere_but_below_the_folder() {
    let folder = Folder::new();
    folder.write("in/a.txt", "The mayor & # 39; s office.\n");
    folder.run(&["fix", "in", "--output", "out", "--journal", "j", "-q"]).exits(0);
    let journal = String::from_utf8(folder.read("j")).expect("UTF-8");
    folder.write("victim.txt", folder.read("out/a.txt"));
    for name in ["../victim.txt", "/victim.txt"] {
        folder.write("k", journal.replace("\"a.txt\"", &format!("{name:?}")));
        for run in [folder.run(&["undo", "k", "out"]), folder.run(&["verify", "k", "in", "out"])] {
            let run = run.exits(2);
            assert!(run.stderr.contains("is no place below a folder"), "{}", run.stderr);
        }
    }
    assert_eq!(folder.read("victim.txt"), folder.read("out/a.txt"));
}
