//! Web archives: the plain texts of a WET file, or of records that hold plain
//! text. Their repaired texts leave as JSON Lines.

use std::{borrow::Cow, io};

use serde::Serialize;

use super::{
    Raw, Record, Slot,
    block::{After, Split},
    damaged,
    text::decode_utf8,
};

/// Headers longer than this are none.
const MOST_HEADER: usize = 1 << 20;

/// Cuts an archive after each record.
pub(super) struct Records;

impl Split for Records {
    fn split(&mut self, bytes: &[u8], _: usize, after: After, ends: &mut Vec<usize>) -> io::Result<()> {
        let mut start = ends.last().copied().unwrap_or(0);
        loop {
            let rest = &bytes[start..];
            if rest.is_empty() {
                return Ok(());
            }
            let length = match extent(rest)? {
                Some((content, length))
                    if length <= rest.len() || (after == After::End && content.end <= rest.len()) =>
                {
                    length.min(rest.len())
                }
                _ if after == After::End => {
                    if rest.iter().all(u8::is_ascii_whitespace) {
                        rest.len()
                    } else {
                        return Err(damaged("the archive ends inside a record"));
                    }
                }
                _ => return Ok(()),
            };
            start += length;
            ends.push(start);
        }
    }
}

/// The place of a record's content, and the length of the record with the
/// blank lines behind it; `None` if its header is not whole yet.
fn extent(bytes: &[u8]) -> io::Result<Option<(Slot, usize)>> {
    let blank = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let record = &bytes[blank..];
    if !b"WARC/".starts_with(&record[..record.len().min(5)]) {
        return Err(damaged("no record of a web archive starts here"));
    }
    let Some(header) = header_end(record) else {
        return if record.len() > MOST_HEADER {
            Err(damaged("a record's header does not end"))
        } else {
            Ok(None)
        };
    };
    let length =
        Header { bytes: &record[..header] }.get("content-length").and_then(|value| value.parse().ok());
    let length: usize = length.ok_or_else(|| damaged("a record has no readable Content-Length"))?;
    let start = blank + header;
    let end = start.checked_add(length).ok_or_else(|| damaged("a record is larger than memory"))?;
    // Two line ends follow; whoever wrote others is read all the same.
    let tail = bytes.get(end..).unwrap_or_default();
    let behind = tail.iter().take(4).take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let missing = if tail.len() < 4 && behind == tail.len() { 4 } else { behind };
    Ok(Some((start..end, end + missing)))
}

fn header_end(record: &[u8]) -> Option<usize> {
    let crlf = memchr::memmem::find(record, b"\r\n\r\n").map(|at| at + 4);
    let limit = crlf.unwrap_or(record.len());
    memchr::memmem::find(&record[..limit], b"\n\n").map(|at| at + 2).or(crlf)
}

/// The named fields of a record.
struct Header<'a> {
    bytes: &'a [u8],
}

impl<'a> Header<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        let lines = self.bytes.split(|&b| b == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
        lines
            .filter_map(|line| line.split_once(':'))
            .find_map(|(key, value)| key.trim().eq_ignore_ascii_case(name).then(|| value.trim()))
    }
}

pub(super) fn decode<'a>(raw: &Raw<'a>) -> Option<Record<'a>> {
    let (content, _) = extent(raw.bytes).ok().flatten()?;
    let header = Header { bytes: &raw.bytes[..content.start] };
    let is_text = match header.get("warc-type")? {
        "conversion" => true,
        "resource" => header.get("content-type").is_some_and(|kind| kind.starts_with("text/plain")),
        _ => false,
    };
    if !is_text {
        return None;
    }
    let slot = content.start..content.end.min(raw.bytes.len());
    let (text, damage) = decode_utf8(&raw.bytes[slot.clone()]);
    let id = header.get("warc-record-id").map(|id| Cow::Borrowed(id.trim_matches(['<', '>'])));
    Some(Record { id, text, damage, readable: true, slot })
}

#[derive(Serialize)]
struct Line<'a> {
    id: Option<&'a str>,
    url: Option<&'a str>,
    date: Option<&'a str>,
    text: &'a str,
}

/// The record as a line of JSON, and where its text stands there. Bytes that
/// are not UTF-8 become replacement characters.
pub(super) fn export(raw: &Raw<'_>, record: &Record<'_>) -> (Vec<u8>, Slot) {
    let header = Header { bytes: &raw.bytes[..record.slot.start] };
    let text = match &record.damage[..] {
        [] => Cow::Borrowed(&*record.text),
        _ => String::from_utf8_lossy(&raw.bytes[record.slot.clone()]),
    };
    let (id, url, date) = (record.id.as_deref(), header.get("warc-target-uri"), header.get("warc-date"));
    let line = Line { id, url, date, text: &text };
    let mut out = serde_json::to_vec(&line).expect("strings are JSON");
    // The text is the last member.
    let value = serde_json::to_string(&text).expect("a string is JSON").len();
    let end = out.len() - 1;
    out.push(b'\n');
    (out, end - value..end)
}
