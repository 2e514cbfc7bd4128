use std::io::Write;

use crate::support::Folder;

const BAD: &str = "It is & # 39; s.\n";
const FIXED: &str = "It is's.\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn folders_are_walked_as_ripgrep_does() {
    let folder = Folder::new();
    for name in ["b.txt", "a/z.md", "a/y.txt", "ignored.txt", ".hidden.txt", "a/skip/x.txt"] {
        folder.write(name, BAD);
    }
    folder.write(".gitignore", "ignored.txt\nskip/\n");
    let paths = |args: &[&str]| -> Vec<String> {
        let run = folder
            .run(&[&["check", "--output-format", "concise", "-q", "--ignore", "corpus"], args].concat());
        run.stdout.lines().map(|line| line.split(':').next().unwrap_or_default().to_string()).collect()
    };
    assert_eq!(paths(&[]), ["a/y.txt", "a/z.md", "b.txt"]);
    assert_eq!(paths(&["a", "b.txt"]), ["a/y.txt", "a/z.md", "b.txt"]);
    assert_eq!(
        paths(&["--no-ignore"]),
        [".hidden.txt", "a/skip/x.txt", "a/y.txt", "a/z.md", "b.txt", "ignored.txt"]
    );
    assert_eq!(paths(&["ignored.txt"]), ["ignored.txt"], "what is named is read");
}

#[test]
fn named_files_are_left_out_only_by_force() {
    let folder = Folder::new();
    for name in ["raw/a.txt", "kept/b.txt", "descrape-baseline.jsonl"] {
        folder.write(name, BAD);
    }
    folder.write("descrape.toml", "exclude = [\"raw/\"]\n");
    let read = |args: &[&str]| -> Vec<String> {
        let names = ["raw/a.txt", "kept/b.txt", "descrape-baseline.jsonl"];
        let run = folder.run(
            &[&["check", "--output-format", "concise", "-q", "--format", "text"], &names[..], args].concat(),
        );
        run.stdout.lines().map(|line| line.split(':').next().unwrap_or_default().to_string()).collect()
    };
    assert_eq!(read(&["--select", "entity"]), ["raw/a.txt", "kept/b.txt", "descrape-baseline.jsonl"]);
    assert_eq!(read(&["--select", "entity", "--force-exclude"]), ["kept/b.txt"]);
    folder.run(&["check", "raw/a.txt", "--force-exclude", "-q"]).exits(0);
    folder.run(&["check", "raw/gone.txt", "--force-exclude"]).exits(2);
    folder.run(&["fix", "raw/a.txt", "--in-place", "--force-exclude", "-q"]).exits(0);
    assert_eq!(folder.read("raw/a.txt"), BAD.as_bytes());
}

#[test]
fn kinds_that_cannot_be_read_are_skipped_with_a_word() {
    let folder = Folder::new();
    folder.write("a.txt", BAD);
    folder.write("b.docx", "PK\u{3}\u{4}");
    folder.write("c", b"\x7fELF\0\0");
    folder.write("d", BAD);
    let run = folder.run(&["check", ".", "--output-format", "concise", "--ignore", "corpus"]).exits(1);
    assert_eq!(run.stdout.lines().count(), 2, "a name without an extension may be text");
    assert!(run.stderr.contains("b.docx: skipped") && run.stderr.contains("c: skipped"), "{}", run.stderr);
    folder.run(&["check", "b.docx"]).exits(2);
    folder.run(&["check", "c", "--format", "text", "--select", "entity"]).exits(0);
}

#[test]
fn every_packing_gives_the_same_findings_and_the_same_texts() {
    let folder = Folder::new();
    let lines: String = (0..3000)
        .map(|i| format!("{{\"id\": \"d{i}\", \"n\":1.0e{i}, \"text\": \"A\\u00e9 {i} & # 39; s\\t\"  }}\n"))
        .collect();
    folder.write("plain/c.jsonl", &lines);
    folder.write(
        "gz/c.jsonl.gz",
        [gzip(&lines.as_bytes()[..50_000]), gzip(&lines.as_bytes()[50_000..])].concat(),
    );
    folder.write("zst/c.jsonl.zst", zstd::encode_all(lines.as_bytes(), 3).expect("memory"));
    let findings = |name: &str, threads: &str| {
        let run =
            folder.run(&["check", name, "--output-format", "jsonl", "-q", "--threads", threads]).exits(1);
        run.stdout
            .replace(&format!("{name}/"), "")
            .replace(".jsonl.gz", ".jsonl")
            .replace(".jsonl.zst", ".jsonl")
    };
    let plain = findings("plain", "1");
    assert_eq!(plain.lines().count(), 3000);
    for (name, threads) in [("plain", "2"), ("plain", "7"), ("gz", "1"), ("gz", "3"), ("zst", "2")] {
        assert_eq!(findings(name, threads), plain, "{name} with {threads} threads");
    }
    for name in ["plain", "gz", "zst"] {
        folder.run(&["fix", name, "--output", &format!("out-{name}"), "-q"]).exits(0);
    }
    let fixed = lines.replace(" & # 39; ", "'");
    let unzip = |bytes: Vec<u8>| {
        std::io::read_to_string(flate2::read::MultiGzDecoder::new(&bytes[..])).expect("gzip")
    };
    assert_eq!(String::from_utf8_lossy(&folder.read("out-plain/c.jsonl")), fixed);
    assert_eq!(unzip(folder.read("out-gz/c.jsonl.gz")), fixed);
    assert_eq!(zstd::decode_all(&folder.read("out-zst/c.jsonl.zst")[..]).expect("zstd"), fixed.as_bytes());
}

#[test]
fn other_fields_can_hold_the_text() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"key\":\"k1\",\"body\":\"It is & # 39; s.\",\"text\":\"It is & # 39; s.\"}\n");
    let run = folder.run(&[
        "check",
        "a.jsonl",
        "--text-field",
        "body",
        "--id-field",
        "key",
        "--output-format",
        "concise",
        "-q",
    ]);
    assert!(run.stdout.starts_with("a.jsonl:1#k1:1:7: "), "{}", run.stdout);
    folder.run(&["fix", "a.jsonl", "--in-place", "--text-field", "body", "-q"]).exits(0);
    assert_eq!(
        folder.read("a.jsonl"),
        b"{\"key\":\"k1\",\"body\":\"It is's.\",\"text\":\"It is & # 39; s.\"}\n"
    );
}

#[test]
fn standard_input_and_output() {
    let folder = Folder::new();
    let run = folder.run_with(&["check", "-", "--output-format", "concise", "-q"], BAD.as_bytes()).exits(1);
    assert!(run.stdout.starts_with("-:1:7: "), "{}", run.stdout);
    let record = b"{\"id\":\"x\",\"text\":\"It is & # 39; s.\"}\n";
    let run = folder.run_with(
        &["check", "-", "--stdin-filename", "in.jsonl", "--output-format", "concise", "-q"],
        record,
    );
    assert!(run.stdout.starts_with("in.jsonl:1#x:1:7: "), "{}", run.stdout);
    let run = folder.run_with(&["fix", "-", "--output", "-"], BAD.as_bytes()).exits(0);
    assert_eq!(run.stdout, FIXED);
    let run = folder.run_with(&["fix", "-", "--output", "-"], b"Fine.").exits(0);
    assert_eq!(run.stdout, "Fine.");
}

#[test]
fn a_copy_mirrors_the_tree() {
    let folder = Folder::new();
    folder.write("in/a/b/c.txt", BAD);
    folder.write("in/d.txt", "Fine.\n");
    folder.run(&["fix", "in", "--output", "out", "-q"]).exits(0);
    assert_eq!((folder.read("out/a/b/c.txt"), folder.read("out/d.txt")), (FIXED.into(), b"Fine.\n".to_vec()));
    assert_eq!(folder.read("in/a/b/c.txt"), BAD.as_bytes());
    folder.write("other/d.txt", BAD);
    let run = folder.run(&["fix", "in", "other", "--output", "out2", "-q"]).exits(2);
    assert!(run.stderr.contains("as another input was"), "{}", run.stderr);
    assert_eq!(folder.read("out2/d.txt"), b"Fine.\n", "the first one is not overwritten");
    let left: Vec<_> = walk(folder.path()).into_iter().filter(|name| name.contains(".descrape-")).collect();
    assert_eq!(left, [] as [String; 0]);
}

fn walk(path: &std::path::Path) -> Vec<String> {
    std::fs::read_dir(path)
        .expect("a folder")
        .flat_map(|entry| {
            let path = entry.expect("an entry").path();
            if path.is_dir() { walk(&path) } else { vec![path.display().to_string()] }
        })
        .collect()
}

#[test]
fn in_place_touches_only_what_changes() {
    let folder = Folder::new();
    folder.write("bad.txt", BAD);
    let good = folder.write("good.txt", "Fine.\n");
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    std::fs::File::options().append(true).open(&good).expect("a file").set_modified(old).expect("a time");
    folder.run(&["fix", ".", "--in-place", "-q"]).exits(0);
    assert_eq!(folder.read("bad.txt"), FIXED.as_bytes());
    assert_eq!(std::fs::metadata(&good).expect("a file").modified().expect("a time"), old);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    let path = folder.write("real.txt", BAD);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink("real.txt", folder.path().join("link.txt")).expect("a link");
    folder.run(&["fix", "link.txt", "--in-place", "-q"]).exits(0);
    assert_eq!(folder.read("real.txt"), FIXED.as_bytes());
    assert!(folder.path().join("link.txt").is_symlink());
    assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_late_change_keeps_what_went_before() {
    // Larger than a block, and only the last record changes.
    let folder = Folder::new();
    let fine =
        "{\"text\":\"Nothing is wrong with this line, which is here to fill the file.\"}\n".repeat(8000);
    folder.write("a.jsonl", format!("{fine}{{\"text\":\"It is & # 39; s.\"}}"));
    folder.run(&["fix", "a.jsonl", "--in-place", "-q"]).exits(0);
    assert_eq!(String::from_utf8_lossy(&folder.read("a.jsonl")), format!("{fine}{{\"text\":\"It is's.\"}}"));
}

#[test]
fn a_guard_keeps_documents_from_being_gutted() {
    let folder = Folder::new();
    let text = "Plus:\n\nThe council voted on Monday to close the old bridge for the whole of next year.\n";
    folder.write("a.txt", text);
    let run = folder.run(&["fix", "a.txt", "--in-place", "--max-removed", "0.01"]).exits(1);
    assert!(
        run.stderr.contains("left as it was: more of its words would go than --max-removed allows"),
        "{}",
        run.stderr
    );
    assert_eq!(folder.read("a.txt"), text.as_bytes());
    folder.write("b.txt", "%MINIFYHTML7c1e0b9fa2d34f58869e02b7c4d1a3f01%\n");
    let run = folder.run(&["fix", "b.txt", "--in-place"]).exits(1);
    assert!(run.stderr.contains("nothing would be left of it"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_copy_is_never_written_through_a_link() {
    let folder = Folder::new();
    folder.write("in/a.txt", "The mayor & # 39; s office.\n");
    folder.write("in/b.txt", "Precious.\n");
    std::fs::create_dir(folder.path().join("out")).expect("a folder");
    std::os::unix::fs::symlink("../in/b.txt", folder.path().join("out/a.txt")).expect("a link");
    folder.run(&["fix", "in/a.txt", "--output", "out", "-q"]).exits(0);
    assert_eq!(folder.read("in/b.txt"), b"Precious.\n");
    assert_eq!(folder.read("out/a.txt"), b"The mayor's office.\n");
    assert!(!folder.path().join("out/a.txt").is_symlink());
}

/// Neither are what version control keeps, and what a killed run left, whatever is not ignored.
#[test]
fn what_is_nobodys_text_is_never_looked_at() {
    let folder = Folder::new();
    let text = "The mayor & # 39; s office.\n";
    for name in [".git/COMMIT_EDITMSG", "sub/.svn/x.txt", ".descrape-ab12.tmp", ".hidden.txt", "a.txt"] {
        folder.write(name, text);
    }
    let check = ["check", "--no-ignore", "-q", "--output-format", "concise", "--select", "entity"];
    let run = folder.run(&check).exits(1);
    let files: Vec<&str> = run.stdout.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(files, [".hidden.txt", "a.txt"]);
}

#[test]
fn a_packed_archive_is_verified_and_undone_by_its_short_name() {
    let folder = Folder::new();
    let mut builder = tar::Builder::new(Vec::new());
    let text = "The mayor & # 39; s office.\n";
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    builder.append_data(&mut header, "a.txt", text.as_bytes()).expect("memory");
    let archive = gzip(&builder.into_inner().expect("memory"));
    for name in ["x.tgz", "y.tar.gz", "z.TAR.GZ"] {
        folder.write(&format!("in/{name}"), &archive);
    }
    let run = folder.run(&["fix", "in", "--output", "out", "--journal", "j"]).exits(0);
    assert!(run.stderr.contains("Fixed 3 findings"), "{}", run.stderr);
    folder.run(&["verify", "j", "in", "out"]).exits(0);
    folder.run(&["undo", "j", "out"]).exits(0);
    assert_eq!(every_text(&folder.read("out/x.tgz")), text);
}

/// The texts of a packed archive, one after the other.
fn every_text(bytes: &[u8]) -> String {
    use std::io::Read;
    let mut archive = tar::Archive::new(flate2::read::MultiGzDecoder::new(bytes));
    let mut text = String::new();
    for member in archive.entries().expect("an archive") {
        member.expect("a member").read_to_string(&mut text).expect("a text");
    }
    text
}

#[test]
fn commands_that_cannot_read_what_was_named_say_so() {
    let folder = Folder::new();
    folder.run(&["rule", "try", "x", "nosuch"]).exits(2);
    let run = folder.run(&["init", "nosuch"]).exits(2);
    assert!(run.stderr.contains("nosuch: no such file or folder"), "{}", run.stderr);
}
