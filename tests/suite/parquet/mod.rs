//! Parquet files give what the same texts give as JSON Lines, and keep all else.

mod made;

use std::{fs::File, path::Path, sync::Arc};

use bytes::Bytes;
use parquet::{
    basic::Compression,
    bloom_filter::Sbbf,
    data_type::{ByteArray, ByteArrayType},
    file::{
        metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader},
        properties::{EnabledStatistics, WriterVersion},
        reader::{FileReader, SerializedFileReader},
        writer::SerializedFileWriter,
    },
    record::RowAccessor,
    schema::parser::parse_message_type,
};

use self::made::Make;
use crate::support::Folder;

/// Texts with damage, without, long ones, and none.
fn texts() -> Vec<Option<String>> {
    let text = |row: usize| match row % 6 {
        0 => None,
        1 => Some(format!("It is & # 39; s the {row}th.\nIt goes on.\n")),
        2 => Some(String::new()),
        3 => Some("Ein Satz ohne Fehler, der öfter vorkommt.\n".to_string()),
        4 => Some(format!("Number {row} is all right.\n").repeat(1 + row)),
        _ => Some(format!("{}It is & # 39; s long.\n", format!("Line {row} of a text.\n").repeat(20))),
    };
    (0..100).map(text).collect()
}

/// All ways in which files are made.
fn makes() -> Vec<(&'static str, Make)> {
    let make = Make::default();
    let gzip = Compression::GZIP(Default::default());
    let zstd = Compression::ZSTD(Default::default());
    let brotli = Compression::BROTLI(Default::default());
    let v2 = WriterVersion::PARQUET_2_0;
    let pages = EnabledStatistics::Page;
    vec![
        ("snappy", make),
        ("plain", Make { dictionary: false, ..make }),
        ("unpacked", Make { compression: Compression::UNCOMPRESSED, rows: 1000, ..make }),
        ("gzip", Make { compression: gzip, statistics: pages, ..make }),
        ("zstd", Make { compression: zstd, version: v2, ..make }),
        ("lz4", Make { compression: Compression::LZ4_RAW, bloom: true, ..make }),
        ("brotli", Make { compression: brotli, version: v2, dictionary: false, statistics: pages, ..make }),
        ("bare", Make { statistics: EnabledStatistics::None, rows: 1, ..make }),
    ]
}

fn json_lines(texts: &[Option<String>]) -> String {
    let line = |(row, text): (usize, &Option<String>)| {
        let inner = if row % 9 > 0 { serde_json::json!({ "text": text }) } else { serde_json::Value::Null };
        let record = serde_json::json!({ "id": 10 * (row + 1), "text": text, "meta": inner });
        format!("{record}\n")
    };
    texts.iter().enumerate().map(line).collect()
}

fn parse(bytes: &[u8]) -> ParquetMetaData {
    let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
    reader.parse_and_finish(&Bytes::copy_from_slice(bytes)).expect("a Parquet file")
}

/// The texts of a file that the program wrote.
fn texts_in(path: &Path, field: &str) -> Vec<Option<String>> {
    let reader = SerializedFileReader::new(File::open(path).expect("it is there")).expect("a Parquet file");
    let rows = reader.get_row_iter(None).expect("it has rows");
    rows.map(|row| {
        let row = row.expect("a row");
        if field == "text" {
            return row.get_string(3).ok().cloned();
        }
        row.get_group(5).ok().and_then(|group| group.get_string(0).ok().cloned())
    })
    .collect()
}

#[test]
fn findings_and_fixes_are_those_of_the_same_texts_as_json_lines() {
    let folder = Folder::new();
    let texts = texts();
    folder.write("c.jsonl", json_lines(&texts));
    let files: Vec<(String, Vec<u8>)> =
        makes().into_iter().map(|(kind, make)| (format!("{kind}.parquet"), make.file(&texts))).collect();
    for field in ["text", "/meta/text"] {
        let common = ["-q", "--text-field", field, "--ignore", "corpus/duplicate-id,corpus/duplicate-text"];
        let run = |args: &[&str]| folder.run(&[args, &common].concat()).exits(1).stdout;
        for (name, bytes) in &files {
            folder.write(&format!("in/{name}"), bytes);
        }
        let lines = run(&["check", "c.jsonl", "--output-format", "concise"]);
        let found = run(&["check", "in", "--output-format", "concise"]);
        // A line that cannot be read is counted in its file, a value is not.
        let of = |stdout: &str, name: &str| -> (Vec<String>, Vec<String>) {
            let lines = stdout.lines().filter_map(|line| line.strip_prefix(name)).map(String::from);
            lines.partition(|line| line.contains("missing-text"))
        };
        let (lines_missing, lines_found) = of(&lines, "c.jsonl");
        run(&["fix", "c.jsonl", "--output", "out"]);
        run(&["fix", "in", "--output", "out"]);
        run(&["fix", "in", "--in-place"]);
        let fixed = texts_in_lines(&folder.read("out/c.jsonl"), field);
        for (name, before) in &files {
            let (missing, found) = of(&found, &format!("in/{name}"));
            assert_eq!(found, lines_found, "{name}, {field}");
            assert_eq!(missing.len(), lines_missing.len(), "{name}, {field}");
            assert_eq!(missing[0], ":1#10:1:1: error[corpus/missing-text] record without a text");
            let after = folder.read(&format!("out/{name}"));
            assert_eq!(texts_in(&folder.path().join("out").join(name), field), fixed, "{name}, {field}");
            check_kept(before, &after, if field == "text" { 3 } else { 5 });
            assert!(folder.read(&format!("in/{name}")) == after, "{name}, {field}: in place as elsewhere");
        }
    }
}

/// A column that cannot be null has no definition levels.
#[test]
fn a_required_text_is_repaired() {
    let folder = Folder::new();
    let schema = parse_message_type("message schema { required binary text (UTF8); }").expect("a schema");
    let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::default()).expect("memory");
    let mut group = file.next_row_group().expect("memory");
    let mut column = group.next_column().expect("memory").expect("a column");
    let texts = [ByteArray::from("It is & # 39; s."), ByteArray::from("All right.")];
    column.typed::<ByteArrayType>().write_batch(&texts, None, None).expect("memory");
    column.close().expect("memory");
    group.close().expect("memory");
    folder.write("a.parquet", file.into_inner().expect("memory"));
    folder.run(&["fix", "a.parquet", "--output", "out", "-q"]).exits(0);
    let file = File::open(folder.path().join("out/a.parquet")).expect("it is there");
    let reader = SerializedFileReader::new(file).expect("a Parquet file");
    let rows = reader.get_row_iter(None).expect("it has rows");
    let texts = rows.map(|row| row.expect("a row").get_string(0).cloned().expect("a text"));
    assert_eq!(texts.collect::<Vec<_>>(), ["It is's.", "All right."]);
}

fn texts_in_lines(lines: &[u8], field: &str) -> Vec<Option<String>> {
    let pointer = if field == "text" { "/text" } else { field };
    let text = |line: &[u8]| {
        let record: serde_json::Value = serde_json::from_slice(line).expect("JSON");
        record.pointer(pointer).and_then(|text| text.as_str()).map(String::from)
    };
    lines.split_inclusive(|&b| b == b'\n').map(text).collect()
}

/// All that a fix of one column has to leave as it was.
#[track_caller]
fn check_kept(before: &[u8], after: &[u8], text: usize) {
    let (old, new) = (parse(before), parse(after));
    let (old_file, new_file) = (old.file_metadata(), new.file_metadata());
    assert_eq!(old_file.schema(), new_file.schema());
    assert_eq!(old_file.key_value_metadata(), new_file.key_value_metadata());
    assert_eq!(old_file.created_by(), new_file.created_by());
    assert_eq!(old_file.version(), new_file.version());
    assert_eq!(old.num_row_groups(), new.num_row_groups());
    let files = (&old, &new);
    for (group, (old, new)) in old.row_groups().iter().zip(new.row_groups()).enumerate() {
        assert_eq!(old.num_rows(), new.num_rows());
        for (column, (old, new)) in old.columns().iter().zip(new.columns()).enumerate() {
            assert_eq!(old.compression(), new.compression());
            assert_eq!(old.statistics().is_some(), new.statistics().is_some());
            let bloom = |chunk, bytes| {
                Sbbf::read_from_column_chunk(chunk, &Bytes::copy_from_slice(bytes)).expect("it can be read")
            };
            let (old_bloom, new_bloom) = (bloom(old, before), bloom(new, after));
            assert_eq!(old_bloom.is_some(), new_bloom.is_some());
            let indexes = |file: &ParquetMetaData| {
                let index = file.page_index()?;
                Some((
                    index.column_index(group, column).cloned(),
                    index.offset_index(group, column).is_some(),
                ))
            };
            if column == text {
                let has = |index: Option<(Option<_>, bool)>| {
                    index.map(|(column, offset)| (column.is_some(), offset))
                };
                assert_eq!(has(indexes(files.0)), has(indexes(files.1)));
                assert_eq!(old.dictionary_page_offset().is_some(), new.dictionary_page_offset().is_some());
                continue;
            }
            assert_eq!(chunk(old, before), chunk(new, after), "column {column} of row group {group}");
            assert_eq!(old.statistics(), new.statistics());
            assert_eq!(old.encodings_mask(), new.encodings_mask());
            assert_eq!(indexes(files.0), indexes(files.1));
            let probe = |bloom: Option<Sbbf>| {
                bloom.map(|bloom| (0..1000).map(|id: i64| bloom.check(&id)).collect::<Vec<_>>())
            };
            assert_eq!(probe(old_bloom), probe(new_bloom));
        }
    }
}

fn chunk<'b>(chunk: &parquet::file::metadata::ColumnChunkMetaData, bytes: &'b [u8]) -> &'b [u8] {
    let (start, length) = chunk.byte_range();
    &bytes[start as usize..(start + length) as usize]
}

#[test]
fn what_needs_no_repair_keeps_its_bytes() {
    let folder = Folder::new();
    let mut texts: Vec<Option<String>> = vec![Some("All is well.\n".into()); 100];
    let clean = Make::default().file(&texts);
    folder.write("clean.parquet", &clean);
    let modified = || std::fs::metadata(folder.path().join("clean.parquet")).and_then(|m| m.modified()).ok();
    let then = modified();
    folder.run(&["fix", "clean.parquet", "--in-place", "-q", "--ignore", "corpus/duplicate-text"]).exits(0);
    assert_eq!(modified(), then, "nothing changes, so nothing is written");
    texts[50] = Some("It is & # 39; s.\n".into());
    let before = Make::default().file(&texts);
    folder.write("one.parquet", &before);
    folder.run(&["fix", "one.parquet", "--in-place", "-q", "--ignore", "corpus/duplicate-text"]).exits(0);
    let after = folder.read("one.parquet");
    check_kept(&before, &after, 3);
    let (old, new) = (parse(&before), parse(&after));
    for (group, same) in [(0, true), (1, false), (2, true)] {
        let text = |file: &ParquetMetaData, bytes| chunk(file.row_group(group).column(3), bytes).to_vec();
        assert_eq!(text(&old, &before) == text(&new, &after), same, "row group {group}");
    }
    texts[50] = Some("It is's.\n".into());
    assert_eq!(texts_in(&folder.path().join("one.parquet"), "text"), texts);
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = Folder::new();
    let file = Make::default().file(&texts());
    folder.write("c.parquet", &file);
    folder.write("c.parquet.gz", &file);
    folder.write("c.csv", &file);
    folder.write("text.parquet", "It is & # 39; s.\n");
    folder.write("empty.parquet", "");
    let columns = "yes, small, id, text, old, /meta/text, /meta/rank, score, code, raw, /tags/list/element";
    for (args, code, said) in [
        (
            &["c.parquet", "--text-field", "body"][..],
            2,
            &*format!(
                "c.parquet: cannot be read: has no column `body`; `--text-field` names another one of {columns}"
            ),
        ),
        (&["c.parquet", "--text-field", "id"], 2, "the column `id` holds no strings, but INT64"),
        (&["c.parquet", "--text-field", "/tags/list/element"], 2, "holds lists, where one text a row"),
        (&["c.parquet.gz"], 2, "no format that can be read"),
        (&["c.csv"], 1, "named like CSV, but holds a Parquet file"),
        (&["-", "--stdin-format", "parquet"], 2, "a stream cannot be read as Parquet"),
        (&["text.parquet"], 1, "text.parquet: cannot be read: "),
        (&["empty.parquet"], 1, "empty.parquet: cannot be read: "),
    ] {
        let run = folder.run_with(&[&["check"], args].concat(), &file).exits(code);
        assert!(run.stderr.contains(said), "{args:?}: {}", run.stderr);
    }
    let run = folder.run(&["check", "c.parquet", "--text-field", "raw", "--output-format", "concise", "-q"]);
    assert!(run.exits(1).stdout.contains("c.parquet:2#20:1:1: error[corpus/invalid-utf8]"));
}

#[test]
fn a_journal_counts_in_the_texts() {
    let folder = Folder::new();
    let texts = texts();
    folder.write("c.parquet", Make::default().file(&texts));
    folder.run(&["fix", "c.parquet", "--output", "out", "--journal", "j.jsonl", "-q"]).exits(1);
    let journal = String::from_utf8(folder.read("j.jsonl")).expect("UTF-8");
    let all = |texts: &[Option<String>]| -> String { texts.iter().flatten().map(String::as_str).collect() };
    let (before, after) = (all(&texts), all(&texts_in(&folder.path().join("out/c.parquet"), "text")));
    let mut records = 0;
    for line in journal.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let number = |key: &str| entry[key].as_u64().expect("a number") as usize;
        match entry["kind"].as_str() {
            Some("record") => {
                let text = texts[number("record") - 1].as_deref().expect("a text");
                assert!(before[number("offset")..].starts_with(text), "{line}");
                records += 1;
            }
            Some("done") => {
                let hash = |text: &str| descrape::hash::Hash::of(text.as_bytes()).to_string();
                assert_eq!(entry["before"], hash(&before));
                assert_eq!(entry["after"], hash(&after));
            }
            _ => {}
        }
    }
    assert_eq!(records, texts.iter().flatten().filter(|text| text.contains("& #")).count());
    folder.run(&["verify", "j.jsonl", "c.parquet", "out"]).exits(0);
    folder.run(&["undo", "j.jsonl", "out"]).exits(0);
    assert_eq!(texts_in(&folder.path().join("out/c.parquet"), "text"), texts);
}

/// Cut anywhere, or with a flipped byte anywhere, a file is read or refused, and
/// one that is refused is not written.
#[test]
fn damage_is_never_more_than_an_error() {
    let folder = Folder::new();
    for (kind, make) in makes() {
        let file = make.file(&texts()[..20]);
        let mut damaged: Vec<(String, Vec<u8>)> = Vec::new();
        for step in 0..12 {
            let at = step * file.len() / 12;
            damaged.push((format!("cut-{at}"), file[..at].to_vec()));
        }
        for step in 0..60 {
            let at = (step * 7919) % file.len();
            let mut flipped = file.clone();
            flipped[at] ^= 1 << (step % 8);
            damaged.push((format!("flip-{at}"), flipped));
        }
        for (what, bytes) in &damaged {
            folder.write(&format!("in/{kind}-{what}.parquet"), bytes);
        }
        let run = folder.run(&["fix", "in", "--output", "out", "-q", "--output-format", "concise"]);
        assert!(!run.stderr.contains("panicked"), "{kind}: {}", run.stderr);
        for (what, _) in &damaged {
            let name = format!("{kind}-{what}.parquet");
            let written = folder.path().join("out").join(&name);
            let refused = run.stderr.contains(&format!("{name}: cannot be"));
            assert_ne!(refused, written.exists(), "{name}: {}", run.stderr);
            assert!(refused || what.starts_with("flip"), "{name}");
        }
        std::fs::remove_dir_all(folder.path().join("in")).expect("a folder");
    }
}
