//! Files that are cut off, corrupt, or not what their names say.

use std::io::Write;

use crate::support::Folder;

/// What a run has to make of a file.
#[derive(Clone, Copy, Debug)]
enum Ending {
    /// Nothing is wrong with it.
    Fine,
    /// A finding of this rule.
    Finding(&'static str),
    /// An error that says so.
    Error(&'static str),
}

use Ending::{Error, Finding, Fine};

const DAMAGED: Ending = Finding("corpus/damaged-file");
const MALFORMED: Ending = Finding("corpus/malformed-record");
const MISSING: Ending = Finding("corpus/missing-text");
const INVALID: Ending = Finding("corpus/invalid-utf8");
const EMPTY: Ending = Finding("corpus/empty-document");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("memory");
    encoder.include_checksum(true).expect("an option");
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn archive() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in [("a.txt", "Fine text.\n"), ("b.txt", "More fine text.\n")] {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_cksum();
        builder.append_data(&mut header, name, text.as_bytes()).expect("memory");
    }
    builder.into_inner().expect("memory")
}

fn cut(bytes: &[u8], by: usize) -> Vec<u8> {
    bytes[..bytes.len() - by].to_vec()
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 0x55;
    bytes
}

const WET: &[u8] =
    b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 5\r\n\r\nFine.\r\n\r\nWARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 6\r\n\r\nFiner.\r\n\r\n";

fn cases() -> Vec<(&'static str, Vec<u8>, Ending)> {
    let line = b"{\"text\":\"Fine.\"}\n".repeat(200);
    let (gz, zst, tar) = (gzip(&line), zstd(&line), archive());
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        // Texts.
        ("a.txt", text("Fine.\n"), Fine),
        ("a.txt", vec![], EMPTY),
        ("a.txt", text(" \r\n\t\n"), EMPTY),
        ("a.txt", text("\u{feff}"), EMPTY),
        ("a.txt", vec![0xff, 0xfe, b'a', 0], INVALID),
        ("a.txt", vec![b'c', b'a', b'f', 0xc3], INVALID),
        ("a.txt", text("a\r\nb\nc\r\n"), Finding("corpus/mixed-line-endings")),
        ("a.txt", gz.clone(), DAMAGED),
        ("a.md", zst.clone(), DAMAGED),
        ("a.txt", text("PAR1\0\0"), DAMAGED),
        ("a.txt", text("%PDF-1.7\n"), DAMAGED),
        ("a.txt", tar.clone(), DAMAGED),
        // JSON Lines.
        ("a.jsonl", vec![], Fine),
        ("a.jsonl", text("\n \n\n"), Fine),
        ("a.jsonl", text("\u{feff}{\"text\":\"Fine.\"}"), Fine),
        ("a.jsonl", text("{\"text\":\"Fine.\"}\r\n"), Fine),
        ("a.jsonl", text("{\"text\":\"\"}\n"), EMPTY),
        ("a.jsonl", text("{\"text\":\"Fi"), MALFORMED),
        ("a.jsonl", text("{\"text\":\"Fine.\"}{\"text\":\"Fine.\"}\n"), MALFORMED),
        ("a.jsonl", text("{\"text\":\"Fine.\",}\n"), MALFORMED),
        ("a.jsonl", text("{'text':'Fine.'}\n"), MALFORMED),
        ("a.jsonl", text("[{\"text\":\"Fine.\"}]\n"), MALFORMED),
        ("a.jsonl", text("null\n"), MALFORMED),
        ("a.jsonl", text("{\"text\":\"\\ud800\"}\n"), MALFORMED),
        ("a.jsonl", text("{\"text\":\"a\tb\"}\n"), MALFORMED),
        ("a.jsonl", text("{\"text\":\"a\",\"text\":\"b\"}\n"), MALFORMED),
        ("a.jsonl", text("{\"id\":1}\n"), MISSING),
        ("a.jsonl", text("{\"text\":null}\n"), MISSING),
        ("a.jsonl", text("{\"text\":[\"Fine.\"]}\n"), MISSING),
        ("a.jsonl", text("{\"text\":1e5}\n"), MISSING),
        ("a.jsonl", vec![b'{', 0xff, b'}', b'\n'], INVALID),
        (
            "a.jsonl",
            text("{\"id\":1,\"text\":\"A.\"}\n{\"id\":1,\"text\":\"B.\"}\n"),
            Finding("corpus/duplicate-id"),
        ),
        ("a.jsonl", text("{\"text\":\"A.\"}\n{\"text\":\"A.\"}\n"), Finding("corpus/duplicate-text")),
        ("a.jsonl", gz.clone(), DAMAGED),
        ("a.jsonl", text("WARC/1.0\r\nWARC-Type: conversion\r\n"), DAMAGED),
        // Tables.
        ("a.csv", text("id,text\n1,Fine.\n"), Fine),
        ("a.csv", text("text\n\"Fi\nne.\"\n"), Fine),
        ("a.csv", vec![], Fine),
        ("a.csv", text("id,text\n1,\n"), EMPTY),
        ("a.csv", text("id,text\n1\n"), MISSING),
        ("a.csv", text("id,text\n1,\"Fine.\n2,Fine.\n"), MALFORMED),
        ("a.csv", text("id,text\n1,\"Fine.\"x\n"), MALFORMED),
        ("a.csv", text("id;text\n1;Fine.\n"), Error("has no column `text`")),
        ("a.tsv", text("id,text\n1,Fine.\n"), Error("has no column `text`")),
        ("a.csv", [text("text\n"), vec![0xe9, b'\n']].concat(), INVALID),
        ("a.csv", zst.clone(), DAMAGED),
        // Packed.
        ("a.jsonl.gz", gz.clone(), Finding("corpus/duplicate-text")),
        ("a.jsonl.gz", cut(&gz, 1), DAMAGED),
        ("a.jsonl.gz", cut(&gz, 8), DAMAGED),
        ("a.jsonl.gz", cut(&gz, gz.len() - 5), DAMAGED),
        ("a.jsonl.gz", vec![], DAMAGED),
        ("a.jsonl.gz", flipped(&gz, 0), DAMAGED),
        ("a.jsonl.gz", flipped(&gz, gz.len() / 2), DAMAGED),
        ("a.jsonl.gz", flipped(&gz, gz.len() - 6), DAMAGED),
        ("a.jsonl.gz", [gz.clone(), text("trailing words")].concat(), DAMAGED),
        ("a.jsonl.gz", zst.clone(), DAMAGED),
        ("a.jsonl.gz", line.clone(), DAMAGED),
        ("a.txt.gz", gzip(b""), EMPTY),
        ("a.jsonl.zst", zst.clone(), Finding("corpus/duplicate-text")),
        ("a.jsonl.zst", cut(&zst, 1), DAMAGED),
        ("a.jsonl.zst", cut(&zst, zst.len() / 2), DAMAGED),
        ("a.jsonl.zst", flipped(&zst, 2), DAMAGED),
        ("a.jsonl.zst", flipped(&zst, zst.len() - 2), DAMAGED),
        ("a.jsonl.zst", gz.clone(), DAMAGED),
        ("a.jsonl.zst", [zst.clone(), text("trailing words")].concat(), DAMAGED),
        ("a.txt.gz", gzip(&gz), DAMAGED),
        // Archives.
        ("a.tar", tar.clone(), Fine),
        ("a.tar", cut(&tar, 1024), Fine),
        ("a.tar", cut(&tar, 1500), DAMAGED),
        ("a.tar", cut(&tar, tar.len() - 700), DAMAGED),
        ("a.tar", flipped(&tar, 1024 + 130), DAMAGED),
        ("a.tar", flipped(&tar, 3), DAMAGED),
        ("a.tar", text("Fine.\n"), DAMAGED),
        ("a.tar", vec![], Fine),
        ("a.tgz", tar.clone(), DAMAGED),
        ("a.tar.gz", gzip(&tar), Fine),
        ("a.wet", WET.to_vec(), Fine),
        ("a.wet", cut(WET, 4), Fine),
        ("a.wet", cut(WET, 6), DAMAGED),
        ("a.wet", cut(WET, 30), DAMAGED),
        ("a.warc", text("Fine.\n"), DAMAGED),
        ("a.warc", text("WARC/1.0\r\nWARC-Type: conversion\r\n\r\nFine.\r\n\r\n"), DAMAGED),
        ("a.warc.gz", gzip(&[WET, b"junk"].concat()), DAMAGED),
        ("a.warc", vec![], Fine),
        // Named, but no kind that is read.
        ("a.xlsx.zip", text("PK\u{3}\u{4}"), Error("no format that can be read")),
        ("a.pdf", text("%PDF-1.7\n"), Error("no format that can be read")),
    ]
}

#[test]
fn every_ruin_is_told_and_nothing_is_lost() {
    let cases = cases();
    assert!(cases.len() >= 60);
    let failures: Vec<String> = cases
        .iter()
        .enumerate()
        .flat_map(|(index, (name, bytes, ending))| {
            let problems = problems(name, bytes, *ending);
            problems.into_iter().map(move |problem| format!("case {index}: {name}, {ending:?}: {problem}"))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What a run makes of a file that it should not.
fn problems(name: &str, bytes: &[u8], ending: Ending) -> Vec<String> {
    let folder = Folder::new();
    folder.write(name, bytes);
    folder.write("z.txt", "It is & # 39; s.\n");
    let mut problems = Vec::new();
    let mut check = |holds: bool, problem: &str, shown: String| {
        if !holds {
            problems.push(format!("{problem}\n{shown}"));
        }
    };
    let run = folder.run(&["check", name, "z.txt", "--output-format", "concise", "--fail-on", "info"]);
    let neighbour = "z.txt:1:7: error[entity/spaced-numeric]";
    check(run.stdout.contains(neighbour), "its neighbour was not checked", run.shown());
    check(!run.stderr.contains("panicked"), "panicked", run.shown());
    let own: Vec<&str> = run.stdout.lines().filter(|line| !line.starts_with("z.txt")).collect();
    let code = match ending {
        Fine => {
            check(own.is_empty(), "finds something", run.shown());
            1
        }
        Finding(rule) => {
            let told = own.iter().any(|line| line.contains(&format!("[{rule}]")));
            check(told, "finds something else", run.shown());
            1
        }
        Error(message) => {
            check(run.stderr.contains(message), "says something else", run.shown());
            2
        }
    };
    check(run.code == Some(code), "ends otherwise", run.shown());
    // A fix leaves it as it is, in place and in a copy.
    folder.run(&["fix", name, "--in-place", "-q", "--ignore", "invisible,encoding"]);
    check(folder.read(name) == bytes, "was rewritten in place", String::new());
    folder.run(&["fix", name, "--output", "out", "-q", "--ignore", "invisible,encoding"]);
    let copy = std::fs::read(folder.path().join("out").join(name));
    let is_packed = name.ends_with("gz") || name.ends_with("zst");
    check(
        copy.is_err() || is_packed || copy.is_ok_and(|copy| copy == bytes),
        "its copy differs",
        String::new(),
    );
    let strict = folder.run(&["check", name, "--strict", "-q"]);
    let stops = match ending {
        Finding("corpus/damaged-file" | "corpus/malformed-record" | "corpus/missing-text") | Error(_) => true,
        Finding("corpus/invalid-utf8") => !name.ends_with(".txt") || bytes.starts_with(b"\xff\xfe"),
        _ => false,
    };
    check((strict.code == Some(2)) == stops, "ends otherwise with --strict", strict.shown());
    problems
}
