//! One corpus in every format: the same findings, the same repaired texts, and
//! all other bytes as they were.

use std::io::{Read, Write};

use serde_json::{Value, json};

use crate::support::Folder;

/// Texts with and without damage, and with what formats have to escape.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "The mayor & # 39; s house, \"on the hill\".\n\nPlus:\n\nThe council voted on Monday to close the old bridge for the whole of next year.\n",
        "Nothing is wrong here, \tnot even with the tab and the back\\slash.\n",
        "Zürich & amp; Genève — 日本 \u{1f600} & # 8217; s\n",
        "One, & quot; two & quot; , three; a comma, and a \"quote\".\n",
        "x\n",
        "A first line.\n\nA second one with & # 39; in it,\nand a third.\n",
    ]
    .map(String::from)
    .to_vec();
    for index in 0..600 {
        texts.push(format!("Document {index} has a number & # 39; s and {} words.\n", index % 7));
    }
    texts
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    // Many members, as in Common Crawl.
    for piece in bytes.chunks(bytes.len() / 3 + 1) {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(piece).expect("memory");
        out.extend(encoder.finish().expect("memory"));
    }
    out
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(bytes.len() / 2 + 1).flat_map(|piece| zstd::encode_all(piece, 3).expect("memory")).collect()
}

fn unpack(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match name.rsplit('.').next() {
        Some("gz") => {
            flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).expect("gzip");
        }
        Some("zst") => out = zstd::decode_all(bytes).expect("zstd"),
        _ => out.extend_from_slice(bytes),
    }
    out
}

fn jsonl(texts: &[String]) -> Vec<u8> {
    let line = |(index, text): (usize, &String)| {
        format!("{{\"id\": \"d{index}\", \"n\":1.50e0,\"text\":{},\t\"x\":[null] }}\r\n", json!(text))
    };
    texts.iter().enumerate().map(line).collect::<String>().into_bytes()
}

/// As a writer that escapes everything would spell it.
fn escaped_jsonl(texts: &[String]) -> Vec<u8> {
    let escape = |text: &String| -> String {
        text.encode_utf16()
            .map(|unit| match u8::try_from(unit) {
                Ok(b'/') => "\\/".into(),
                Ok(byte) if byte.is_ascii_alphanumeric() || byte == b' ' => (byte as char).to_string(),
                _ => format!("\\u{unit:04X}"),
            })
            .collect()
    };
    let line =
        |(index, text): (usize, &String)| format!("{{\"text\":\"{}\",\"id\":\"d{index}\"}}\n", escape(text));
    texts.iter().enumerate().map(line).collect::<String>().into_bytes()
}

fn table(texts: &[String], delimiter: char) -> Vec<u8> {
    let mut out = format!("id{delimiter}text{delimiter}more\r\n");
    for (index, text) in texts.iter().enumerate() {
        let text = if index % 2 == 0 || text.contains(['"', '\n', delimiter]) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        };
        out.push_str(&format!("d{index}{delimiter}{text}{delimiter}\"a \"\"b\"\"\"\r\n"));
    }
    out.into_bytes()
}

fn wet(texts: &[String]) -> Vec<u8> {
    let mut out = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\ninfo\r\n\r\n".to_vec();
    for (index, text) in texts.iter().enumerate() {
        out.extend_from_slice(
            format!(
                "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <d{index}>\r\nWARC-Target-URI: http://e.org/{index}\r\n\
                 WARC-Date: 2024-01-01T00:00:00Z\r\ncontent-length: {}\r\n\r\n{text}\r\n\r\n",
                text.len()
            )
            .as_bytes(),
        );
    }
    out
}

fn archive(texts: &[String]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut append = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o640);
        header.set_mtime(1_700_000_000);
        header.set_cksum();
        builder.append_data(&mut header, name, bytes).expect("memory");
    };
    append("picture.png", b"\x89PNG\r\n\x1a\n\0& # 39;");
    for (index, text) in texts.iter().enumerate() {
        // Names too long for a header of their own have another one before it.
        let long = if index % 5 == 0 { "long/".repeat(30) } else { String::new() };
        append(&format!("{long}d{index}.txt"), text.as_bytes());
    }
    builder.into_inner().expect("memory")
}

/// The texts of a file, decoded by somebody else's readers.
fn read_texts(name: &str, bytes: &[u8]) -> Vec<String> {
    let bytes = unpack(name, bytes);
    let named = |part: &str| name.split('.').any(|other| other == part);
    if named("jsonl") {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let line =
            |line: &str| serde_json::from_str::<Value>(line).expect(line)["text"].as_str().map(String::from);
        text.lines().map(|text| line(text).expect("a text")).collect()
    } else if named("tar") {
        let mut archive = tar::Archive::new(&bytes[..]);
        let entries = archive.entries().expect("an archive").map(|entry| entry.expect("an entry"));
        entries
            .filter(|entry| entry.path().expect("a name").extension().is_some_and(|e| e == "txt"))
            .map(|mut entry| {
                let mut text = String::new();
                entry.read_to_string(&mut text).expect("UTF-8");
                text
            })
            .collect()
    } else {
        let delimiter = if named("tsv") { b'\t' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(&bytes[..]);
        reader.records().map(|row| row.expect("a row")[1].to_string()).collect()
    }
}

#[test]
fn every_format_gives_the_same_findings_and_the_same_texts() {
    let (folder, texts) = (Folder::new(), texts());
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("a.jsonl", jsonl(&texts)),
        ("b.jsonl", escaped_jsonl(&texts)),
        ("c.csv", table(&texts, ',')),
        ("d.tsv", table(&texts, '\t')),
        ("e.wet", wet(&texts)),
        ("f.tar", archive(&texts)),
    ];
    for (index, text) in texts.iter().enumerate() {
        folder.write(&format!("txt/d{index:04}.txt"), text);
    }
    let findings = |path: &str, threads: &str| -> Vec<Value> {
        let args = ["check", path, "--output-format", "jsonl", "-q", "--threads", threads];
        let run = folder.run(&[&args[..], &["--ignore", "corpus"]].concat()).exits(1);
        let found = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
        found
            .map(|found| {
                let keys = ["rule", "line", "column", "end_line", "end_column", "byte_start", "text", "fix"];
                keys.iter().map(|key| found[*key].clone()).collect()
            })
            .collect()
    };
    let expected = findings("txt", "1");
    assert!(expected.len() > 600);
    folder.run(&["fix", "txt", "--output", "out", "-q", "--ignore", "corpus"]).exits(0);
    let fixed: Vec<String> = (0..texts.len())
        .map(|index| String::from_utf8(folder.read(&format!("out/d{index:04}.txt"))).expect("UTF-8"))
        .collect();
    for (name, bytes) in &files {
        for (suffix, packed) in [("", bytes.clone()), (".gz", gzip(bytes)), (".zst", zstd(bytes))] {
            let name = format!("{name}{suffix}");
            folder.write(&name, &packed);
            assert!(findings(&name, "2") == expected, "{name}");
            folder.run(&["fix", &name, "--output", "out", "-q", "--ignore", "corpus"]).exits(0);
            let out = if name.contains(".wet") { name.replace(".wet", ".wet.jsonl") } else { name.clone() };
            let repaired = folder.read(&format!("out/{out}"));
            assert!(read_texts(&out, &repaired) == fixed, "{name}");
            // From standard input, whose packing shows itself.
            let format = name.split('.').nth(1).map(|format| if format == "wet" { "warc" } else { format });
            let args = [
                "check",
                "-",
                "--stdin-format",
                format.expect("a format"),
                "-q",
                "--output-format",
                "concise",
            ];
            let run = folder.run_with(&args, &packed).exits(1);
            assert!(run.stdout.lines().count() >= expected.len(), "{name}");
        }
    }
}

/// Each replaced part alone differs: what stands around it keeps its spelling.
#[test]
fn only_what_changes_is_rewritten() {
    let folder = Folder::new();
    let cases: [(&str, &str, &str); 7] = [
        (
            "a.jsonl",
            "\u{feff}{\"z\":1.0E+2,\"text\" : \"\\u0041\\/ & # 39; s \\ud83d\\ude00 é\" , \"id\":null}\r\n\r\n{\"text\":\"\"}",
            "\u{feff}{\"z\":1.0E+2,\"text\" : \"\\u0041\\/'s \\ud83d\\ude00 é\" , \"id\":null}\r\n\r\n{\"text\":\"\"}",
        ),
        (
            "b.csv",
            "\u{feff}text,n\n\n\"a \"\"b\"\" & # 39; s\",1\n\n",
            "\u{feff}text,n\n\n\"a \"\"b\"\"'s\",1\n\n",
        ),
        ("c.csv", "n;m,text\r\n1, x & amp; y \r\n2,z\r\n", "n;m,text\r\n1, x & y \r\n2,z\r\n"),
        // What needs quotes now gets them.
        ("d.csv", "text\nsay & quot; hi & quot; now\n", "text\n\"say \"\"hi\"\" now\"\n"),
        (
            "g.csv",
            "id,text\n1,%MINIFYHTML7c1e0b9fa2d34f58869e02b7c4d1a3f01%\"a\" b\n2,\"c\"\n",
            "id,text\n1,\"\"\"a\"\" b\"\n2,\"c\"\n",
        ),
        ("e.tsv", "id\ttext\n1\ta, b & # 39; s\n", "id\ttext\n1\ta, b's\n"),
        ("f.txt", "a\r\n\u{feff}b & # 39; s\rc\n\n\n", "a\r\n\u{feff}b's\rc\n\n\n"),
    ];
    for (name, before, after) in cases {
        folder.write(name, before);
        folder.run(&["fix", name, "--in-place", "-q", "--select", "entity,minify"]).exits(0);
        assert_eq!(String::from_utf8_lossy(&folder.read(name)), after, "{name}");
    }
}

#[test]
fn a_pointer_names_a_field_inside() {
    let folder = Folder::new();
    let line = "{\"meta\":{\"ids\":[\"k\"],\"body\":\"It is & # 39; s.\"},\"text\":5}\n";
    folder.write("a.jsonl", line);
    let fields = ["--text-field", "/meta/body", "--id-field", "/meta/ids/0"];
    let run = folder
        .run(&[&["check", "a.jsonl", "-q", "--output-format", "concise"][..], &fields].concat())
        .exits(1);
    assert!(run.stdout.starts_with("a.jsonl:1#k:1:7: "), "{}", run.stdout);
    folder.run(&[&["fix", "a.jsonl", "--in-place", "-q"][..], &fields].concat()).exits(0);
    assert_eq!(String::from_utf8_lossy(&folder.read("a.jsonl")), line.replace(" & # 39; s", "'s"));
}

#[test]
fn a_table_without_the_column_says_which_it_has() {
    let folder = Folder::new();
    folder.write("a.csv", "id,body\n1,x\n");
    let run = folder.run(&["check", "a.csv"]).exits(2);
    assert!(
        run.stderr.contains("has no column `text`; `--text-field` names another one of id, body"),
        "{}",
        run.stderr
    );
    folder.run(&["check", "a.csv", "--text-field", "body"]).exits(0);
}

#[test]
fn a_large_text_is_looked_at_in_pieces() {
    let folder = Folder::new();
    let paragraph = "The river rose in the night and nobody in the village had seen it coming.\n\n";
    let many = paragraph.repeat((40 << 20) / paragraph.len());
    let text = format!("{many}It is & # 39; s.\n");
    folder.write("a.txt", &text);
    let run =
        folder.run(&["check", "a.txt", "-q", "--output-format", "jsonl", "--select", "entity"]).exits(1);
    let found: Value = serde_json::from_str(run.stdout.trim()).expect("one finding");
    assert_eq!(found["line"], text.lines().count());
    assert_eq!(found["byte_start"], text.find('&').expect("it is there"));
    folder.run(&["fix", "a.txt", "--in-place", "-q", "--select", "entity"]).exits(0);
    assert!(folder.read("a.txt") == text.replace(" & # 39; s", "'s").as_bytes());
}

#[test]
fn attributes_go_with_documents() {
    let folder = Folder::new();
    let lines = [
        json!({"id": "a", "text": "日本 & # 39; s\n\nPlus:\n\nThe council voted on Monday to close the old bridge for the whole of next year.\n"}),
        json!({"id": "b", "text": "Fine."}),
    ];
    folder.write("set/documents/x/a.jsonl", format!("{}\n{}\nno json\n", lines[0], lines[1]));
    folder.run(&["check", "set/documents", "--output-format", "dolma", "-q"]).exits(1);
    let written = String::from_utf8(folder.read("set/attributes/descrape/x/a.jsonl")).expect("UTF-8");
    let written: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(written.len(), 3, "a line a document");
    assert_eq!(written[0]["attributes"]["descrape__entity__spaced_numeric"], json!([[3, 10, 1.0]]));
    assert_eq!(written[0]["attributes"]["descrape__delete"], json!([[14, 21, 1.0]]));
    assert_eq!((&written[1]["id"], &written[1]["attributes"]), (&json!("b"), &json!({})));
    folder.write("empty/documents/b.jsonl", "");
    folder.run(&["check", "empty", "--output-format", "dolma", "-q"]).exits(0);
    assert_eq!(folder.read("empty/attributes/descrape/b.jsonl"), b"");
    let run = folder.run(&["check", "set/attributes", "--output-format", "dolma"]).exits(2);
    assert!(run.stderr.contains("below no folder `documents`"), "{}", run.stderr);
}
