//! A line of JSON is read as `serde_json` reads it, or refused where that
//! refuses it; and a changed text is read back from the line that it was put into.

#![no_main]

use descrape::{
    corpus::{Block, Fields, Format, splice},
    edit::Change,
    span::Span,
};
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A record as `serde_json` sees it, which refuses a field that is there twice.
#[derive(Deserialize)]
struct Parsed<'a> {
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

fuzz_target!(|line: &[u8]| {
    // What stands behind a line's end is no part of it.
    let line = line.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let (read, expected) = (Read::by_descrape(line), Read::by_serde(line));
    assert_eq!(read, expected, "{}", line.escape_ascii());
    if let Some(read) = read {
        check_change(line, read);
    }
});

/// The document in a line.
#[derive(Debug, PartialEq)]
struct Read {
    text: String,
    id: Option<String>,
}

impl Read {
    fn by_descrape(line: &[u8]) -> Option<Self> {
        let block = Block::from(line.to_vec());
        let record = Format::JsonLines.decode(&block.record(0, 1), &Fields::default())?;
        record.readable.then(|| Read { text: record.text.into_owned(), id: record.id })
    }

    fn by_serde(line: &[u8]) -> Option<Self> {
        // The mark that some programs put at the start of a file is no JSON.
        let line = str::from_utf8(line).ok()?;
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        // A list would do for a structure, too.
        let object = Some(line).filter(|line| line.trim_start().starts_with('{'))?;
        let parsed: Parsed<'_> = serde_json::from_str(object).ok()?;
        let text = serde_json::from_str(parsed.text?.get()).ok()?;
        let id = parsed.id.map(RawValue::get).and_then(|id| match id.as_bytes()[0] {
            b'"' => serde_json::from_str(id).ok(),
            b'-' | b'0'..=b'9' => Some(id.to_string()),
            _ => None,
        });
        Some(Read { text, id })
    }
}

/// Replaces the character in the middle of a line's text.
fn check_change(line: &[u8], Read { mut text, id }: Read) {
    let start = text.floor_char_boundary(text.len() / 2);
    let end = text.ceil_char_boundary(start + 1).min(text.len());
    let change = Change { span: Span::new(start, end), text: "é\"".into(), by: vec![()] };
    let block = Block::from(line.to_vec());
    let raw = block.record(0, 1);
    let record = Format::JsonLines.decode(&raw, &Fields::default());
    let rewritten = Format::JsonLines.rewrite(&raw, record.as_ref(), &[change]);
    let mut changed = Vec::new();
    splice(&rewritten.bytes, &rewritten.splices, &mut changed);
    text.replace_range(start..end, "é\"");
    assert_eq!(Read::by_descrape(&changed), Some(Read { text, id }), "{}", line.escape_ascii());
}
