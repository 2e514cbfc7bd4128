use serde_json::Value;

use crate::support::Folder;

fn jsonl(folder: &Folder, args: &[&str], code: i32) -> Vec<Value> {
    let args = [&["check", "--output-format", "jsonl"], args].concat();
    let run = folder.run(&args).exits(code);
    run.stdout.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn empty_files_are_fine() {
    let folder = Folder::new();
    for name in ["a.txt", "b.jsonl", "c.md"] {
        folder.write(name, "");
    }
    // A file without a record has no document that could be empty.
    let paths: Vec<Value> = jsonl(&folder, &["."], 1).iter().map(|found| found["path"].clone()).collect();
    assert_eq!(paths, ["a.txt", "c.md"]);
    assert_eq!(jsonl(&folder, &[".", "--ignore", "corpus/empty-document"], 0), [] as [Value; 0]);
    folder.run(&["fix", ".", "--in-place"]).exits(1);
    folder.run(&["fix", "a.txt", "b.jsonl", "--output", "out"]).exits(1);
    assert_eq!((folder.read("out/a.txt"), folder.read("out/b.jsonl")), (vec![], vec![]));
}

#[test]
fn invalid_utf8_is_a_finding_and_the_file_is_never_rewritten() {
    let folder = Folder::new();
    let bytes = b"caf\xe9 & # 39; s\n\xff\xfe\n";
    folder.write("a.txt", bytes);
    let found = jsonl(&folder, &["a.txt"], 1);
    let places: Vec<(&str, u64, u64)> = found
        .iter()
        .map(|r| {
            let number = |key: &str| r[key].as_u64().expect("a number");
            (r["rule"].as_str().expect("a rule"), number("byte_start"), number("byte_end"))
        })
        .collect();
    assert_eq!(
        places,
        [("corpus/invalid-utf8", 3, 4), ("entity/spaced-numeric", 5, 12), ("corpus/invalid-utf8", 15, 17)]
    );
    folder.run(&["fix", "a.txt", "--in-place"]).exits(1);
    assert_eq!(folder.read("a.txt"), bytes);
    folder.run(&["fix", "a.txt", "--output", "out"]).exits(1);
    assert_eq!(folder.read("out/a.txt"), bytes);
}

/// With or without a byte order mark: its NULs are no control characters to be removed.
#[test]
fn utf16_is_named_and_left_alone() {
    let folder = Folder::new();
    let text = "Łatwo i ładnie, żart & # 39; s.\n";
    for (mark, name) in [("", "a.txt"), ("\u{feff}", "b.txt")] {
        let bytes: Vec<u8> = format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        folder.write(name, &bytes);
        let run = folder.run(&["check", name]).exits(1);
        assert!(run.stdout.contains("the file is UTF-16, to be converted to UTF-8 first"), "{}", run.stdout);
        folder.run(&["fix", name, "--in-place", "-q"]).exits(1);
        assert_eq!(folder.read(name), bytes);
    }
}

/// A journal could not tell what stood there.
#[test]
fn padding_that_is_no_text_stays() {
    let folder = Folder::new();
    let text = "The mayor & # 39; s office.\n";
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    builder.append_data(&mut header, "m.txt", text.as_bytes()).expect("memory");
    let mut archive = builder.into_inner().expect("memory");
    archive[700] = 0xff;
    folder.write("in/a.tar", &archive);
    folder.run(&["fix", "in", "--in-place", "--journal", "j", "-q"]).exits(0);
    assert_eq!(folder.read("in/a.tar"), archive);
    folder.run(&["undo", "j", "in"]).exits(0);
}

#[test]
fn a_damaged_record_leaves_its_neighbours_alone() {
    let folder = Folder::new();
    let lines: &[u8] = b"{\"text\":\"It is & # 39; s.\"}\n{\"text\":\"caf\xe9\"}\n{\"text\": \n{\"text\":\"It is & # 39; s.\"}\n";
    folder.write("a.jsonl", lines);
    let found = jsonl(&folder, &["a.jsonl"], 1);
    let places: Vec<(&str, u64)> = found
        .iter()
        .map(|r| (r["rule"].as_str().expect("a rule"), r["line"].as_u64().expect("a line")))
        .collect();
    assert_eq!(
        places,
        [
            ("entity/spaced-numeric", 1),
            ("corpus/invalid-utf8", 2),
            ("corpus/malformed-record", 3),
            ("entity/spaced-numeric", 1),
            ("corpus/duplicate-text", 1)
        ]
    );
    // The offset of a byte that is no UTF-8 is that in the file.
    assert_eq!(lines[found[1]["byte_start"].as_u64().expect("a number") as usize], 0xe9);
    folder.run(&["fix", "a.jsonl", "--in-place"]).exits(1);
    let fixed: &[u8] =
        b"{\"text\":\"It is's.\"}\n{\"text\":\"caf\xe9\"}\n{\"text\": \n{\"text\":\"It is's.\"}\n";
    assert_eq!(folder.read("a.jsonl"), fixed);
}

#[test]
fn a_record_that_no_rule_reports_is_counted() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"text\": \n{\"text\":\"fine\"}\n");
    let run = folder.run(&["check", "a.jsonl", "--select", "minify"]).exits(2);
    assert!(run.stderr.contains("1 record could not be read"), "{}", run.stderr);
}

#[test]
fn odd_characters_and_line_ends() {
    let folder = Folder::new();
    folder.write("nul.txt", "a\0b & # 39; s\0\n");
    folder.write("cr.txt", "One here.\rThe mayor & # 39; s house.\rThree.");
    folder.write(
        "bom.txt",
        "\u{feff}date 2020-01-24\r\n\r\nThe council voted on Monday to close the old bridge.\r\n",
    );
    let found = jsonl(&folder, &[".", "--select", "entity,metadata"], 1);
    let places: Vec<String> =
        found.iter().map(|r| format!("{} {}:{}", r["path"], r["line"], r["column"])).collect();
    assert_eq!(places, ["\"bom.txt\" 1:1", "\"cr.txt\" 2:11", "\"nul.txt\" 1:5"]);
    folder.run(&["fix", ".", "--in-place", "--select", "entity,metadata"]).exits(0);
    assert_eq!(folder.read("nul.txt"), b"a\0b's\0\n");
    assert_eq!(folder.read("cr.txt"), b"One here.\rThe mayor's house.\rThree.");
    assert_eq!(
        folder.read("bom.txt"),
        "\u{feff}The council voted on Monday to close the old bridge.\r\n".as_bytes()
    );
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_checked() {
    let folder = Folder::new();
    folder.write("good.txt", "It is & # 39; s.\n");
    let run = folder.run(&["check", "missing.txt", "good.txt", "-q", "--output-format", "concise"]).exits(2);
    assert_eq!(run.stdout.lines().count(), 1);
    assert_eq!(run.stderr, "error: missing.txt: no such file or folder\n");
}

#[cfg(unix)]
#[test]
fn links_pipes_and_locked_files() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    folder.write("sub/good.txt", "It is & # 39; s.\n");
    symlink("loop", folder.path().join("loop")).expect("a link");
    symlink("..", folder.path().join("sub/up")).expect("a link");
    let found = jsonl(&folder, &["."], 1);
    assert_eq!(found.len(), 1, "links are not followed: {found:?}");
    let run = folder.run(&["check", "loop"]).exits(2);
    assert!(run.stderr.contains("loop: "), "{}", run.stderr);
    let run = folder.run(&["check", ".", "--follow", "-q", "--output-format", "concise"]).exits(2);
    assert_eq!(run.stdout.lines().count(), 1);
    assert!(run.stderr.contains("loop"), "{}", run.stderr);

    let made = std::process::Command::new("mkfifo")
        .arg(folder.path().join("pipe.txt"))
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    let run = folder.run(&["check", ".", "-q", "--output-format", "concise"]).exits(2);
    assert_eq!(run.stdout.lines().count(), 1);
    assert_eq!(run.stderr, "error: pipe.txt: not a regular file\n");
    std::fs::remove_file(folder.path().join("pipe.txt")).expect("it was there");

    let locked = folder.write("locked.txt", "It is & # 39; s.\n");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).expect("permissions");
    if std::fs::read(&locked).is_ok() {
        // The superuser may read everything.
        return;
    }
    let run = folder.run(&["check", ".", "-q"]).exits(2);
    assert!(run.stderr.contains("locked.txt"), "{}", run.stderr);
}

#[test]
fn cut_compressed_files_are_checked_as_far_as_they_go() {
    let folder = Folder::new();
    let line =
        "{\"text\":\"It is & # 39; s, and it goes on for a while so that there is something to pack.\"}\n";
    let mut whole = Vec::new();
    for index in 0..40_000 {
        whole.extend_from_slice(
            line.replace("a while", &format!("{} whiles", index * 7919 % 10007)).as_bytes(),
        );
    }
    folder.write("a.jsonl", &whole);
    for (pack, name) in [("gzip", "a.jsonl.gz"), ("zstd", "a.jsonl.zst")] {
        let packed = match pack {
            "gzip" => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                std::io::Write::write_all(&mut encoder, &whole).expect("memory");
                encoder.finish().expect("memory")
            }
            _ => zstd::encode_all(&whole[..], 3).expect("memory"),
        };
        folder.write(name, &packed[..packed.len() / 2]);
        let run = folder.run(&["check", name, "-q", "--output-format", "concise"]).exits(1);
        assert!(run.stdout.lines().count() > 1000, "{name}: {} findings", run.stdout.lines().count());
        let last = run.stdout.lines().last().expect("there are findings");
        assert!(last.contains("corpus/damaged-file"), "{last}");
        assert!(run.stderr.starts_with(&format!("note: {name}: cannot be read: ")), "{}", run.stderr);
        // Where no rule words it, it is an error.
        let run =
            folder.run(&["check", name, "-q", "--select", "entity", "--output-format", "concise"]).exits(2);
        assert!(run.stderr.starts_with(&format!("error: {name}: cannot be read: ")), "{}", run.stderr);
        let run = folder.run(&["check", name, "-q", "--strict"]).exits(2);
        assert!(run.stderr.starts_with(&format!("error: {name}: cannot be read: ")), "{}", run.stderr);
        // Half a file is not repaired, which is more than a finding.
        let before = folder.read(name);
        folder.run(&["fix", name, "--in-place", "-q", "--exit-zero"]).exits(2);
        assert_eq!(folder.read(name), before);
    }
}

#[test]
fn one_very_long_line_takes_time_in_proportion_to_its_length() {
    let folder = Folder::new();
    let size = 1 << 19;
    // Prose, text in which every place starts a window, and damage throughout.
    for piece in [
        "the river rose in the night and ",
        "& # ",
        "& # 39; ",
        "%MINIFYHTML",
        ",quot;a ",
        "&amp;amp;",
        "Plus: ",
        "```",
        "<code>",
        "(Jane ",
    ] {
        let text = piece.repeat(size / piece.len());
        folder.write("long.txt", &text);
        let start = std::time::Instant::now();
        let run = folder.run(&["check", "long.txt", "--output-format", "jsonl"]);
        assert!(run.code == Some(0) || run.code == Some(1), "{piece:?}: {}", run.stderr);
        // Far above what a slow machine takes, far below what a square would.
        assert!(start.elapsed().as_secs() < 60, "{piece:?} took {:?}", start.elapsed());
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    use std::io::Read;
    let folder = Folder::new();
    folder.write("a.txt", "It is & # 39; s.\n".repeat(200_000));
    let mut child = folder
        .command(&["check", "a.txt", "--output-format", "jsonl"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut head = [0; 100];
    child.stdout.take().expect("a pipe").read_exact(&mut head).expect("some output");
    let output = child.wait_with_output().expect("it ends");
    assert_ne!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_file_of_one_line_of_100_megabytes() {
    let folder = Folder::new();
    let piece = "the river rose in the night and nobody in the town slept until the water had gone ";
    let mut text = piece.repeat(100_000_000 / piece.len());
    let start = text.len() + "said the mayor".len() + 1;
    text.push_str("said the mayor & # 39; s son\n");
    folder.write("long.txt", &text);
    let found = jsonl(&folder, &["long.txt"], 1);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0]["line"].as_u64(), found[0]["column"].as_u64()), (Some(1), Some(start as u64 + 1)));
    folder.run(&["fix", "long.txt", "--in-place", "-q"]).exits(0);
    assert_eq!(folder.read("long.txt"), text.replace(" & # 39; ", "'").as_bytes());
}

#[test]
fn a_reader_that_goes_away_does_not_stop_the_work() {
    use std::io::Read;
    let folder = Folder::new();
    for index in 0..1500 {
        let text = format!(
            "The water came in the night {index}.\n\nA boat on the river (Jane Miller / Reuters)\n\nIt is & # 39; s.\n"
        );
        folder.write(&format!("in/{index}.txt"), text);
    }
    let mut child = folder
        .command(&["fix", "in", "--output", "out", "--output-format", "jsonl", "-q"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut head = [0; 100];
    child.stdout.take().expect("a pipe").read_exact(&mut head).expect("some output");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    assert_eq!(std::fs::read_dir(folder.path().join("out")).expect("a folder").count(), 1500);
}

#[test]
fn many_findings_take_time_in_proportion() {
    let folder = Folder::new();
    let rule = |pattern: &str| {
        format!(
            "summary = \"x\"\nwhy = \"x\"\nseverity = \"error\"\n[match]\nany = ['{pattern}']\n\
             [[bad]]\ntext = \"x\"\n[[good]]\ntext = \"y\"\n"
        )
    };
    folder.write("rules/x/tail.toml", rule(r"QZXJ[^;\r\n]*;"));
    folder.write("rules/x/span.toml", rule(r"(?<span>qzxj)[^;\r\n]*;"));
    folder.write("tail.txt", "QZXJ".repeat(100_000) + &"qzxj".repeat(100_000) + ";");
    folder.write("lost.txt", b"He said & # 39 ;yes & # 39 ; to it. caf\xe9 ".repeat(20_000));
    let caption = "The man walks by the river bank. (Photo: John Smith, Harbour Post)\n\nWords and words of text go on here.\n\n";
    folder.write("captions.txt", caption.repeat(10_000));
    for args in [
        &["check", "tail.txt", "--rules", "rules", "--select", "x", "-q", "--statistics"][..],
        &["check", "lost.txt", "-q", "--statistics"],
        &["fix", "captions.txt", "--output", "out", "--unsafe-fixes", "-q", "--output-format", "concise"],
    ] {
        let start = std::time::Instant::now();
        let run = folder.run(args);
        assert_eq!(run.code, Some(1), "{args:?}: {}", run.stderr);
        assert!(start.elapsed().as_secs() < 30, "{args:?} took {:?}", start.elapsed());
    }
}
