//! Tables of comma- or tab-separated values: a header, then a record a row,
//! which may reach over several lines. The parser is that of the crate `csv`.

use std::{borrow::Cow, io, ops::Range, sync::Arc};

use csv_core::{ReadFieldResult, ReadRecordResult, Reader, ReaderBuilder};

use super::{
    Fields, Raw, Record, Slot, Splice,
    block::{After, Split},
    splice,
    text::{self, decode_utf8},
};
use crate::{
    document::{Check, Damage},
    edit::Change,
    span::Span,
};

/// What stands in which column.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    delimiter: u8,
    text: usize,
    id: Option<usize>,
}

/// Cuts a table after each row; the header is the record 0.
pub(super) struct Rows {
    delimiter: u8,
    fields: Fields,
    reader: Reader,
    /// What the reader makes of the fields, which nobody wants here.
    scratch: Vec<u8>,
    ends: Vec<usize>,
    columns: Option<Arc<Columns>>,
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

impl Rows {
    pub(super) fn new(delimiter: u8, fields: &Fields) -> Self {
        Rows {
            delimiter,
            fields: fields.clone(),
            reader: reader(delimiter),
            scratch: vec![0; 1 << 16],
            ends: vec![0; 1 << 10],
            columns: None,
        }
    }

    /// Finds the columns that matter in the header.
    fn read_header(&mut self, header: &[u8]) -> io::Result<()> {
        let mut names: Vec<String> = Vec::new();
        for cell in Cells::new(header, self.delimiter) {
            names.push(String::from_utf8_lossy(&cell.value(header)).into_owned());
        }
        let column = |path: &super::field::Path| names.iter().position(|name| *name == path.to_string());
        let Some(text) = column(&self.fields.text) else {
            let message = format!(
                "has no column `{}`; `--text-field` names another one of {}",
                self.fields.text(),
                names.join(", ")
            );
            return Err(io::Error::new(io::ErrorKind::Unsupported, message));
        };
        let id = column(&self.fields.id);
        self.columns = Some(Arc::new(Columns { delimiter: self.delimiter, text, id }));
        Ok(())
    }
}

impl Split for Rows {
    fn split(&mut self, bytes: &[u8], seen: usize, after: After, ends: &mut Vec<usize>) -> io::Result<()> {
        let mut at = seen;
        loop {
            // With nothing left, the reader is told that this is the end.
            if at == bytes.len() && after != After::End {
                break;
            }
            let (result, read, ..) = self.reader.read_record(&bytes[at..], &mut self.scratch, &mut self.ends);
            at += read;
            match result {
                ReadRecordResult::Record => {
                    // The line feed of a pair is read with the next row.
                    let pair = bytes[..at].ends_with(b"\r") && bytes.get(at) == Some(&b'\n');
                    let end = at + usize::from(pair);
                    if self.columns.is_none() {
                        self.read_header(&bytes[..end])?;
                    }
                    ends.push(end);
                }
                ReadRecordResult::End => break,
                _ => {}
            }
        }
        // Blank lines at the end belong to no row, but to the file.
        if after == After::End && ends.last().copied().unwrap_or(0) < bytes.len() {
            ends.push(bytes.len());
        }
        Ok(())
    }

    fn first_number(&self) -> usize {
        0
    }

    fn columns(&self) -> Option<Arc<Columns>> {
        self.columns.clone()
    }
}

/// The place of one cell in a row.
struct Cell {
    /// Without the delimiter, but with the quotes.
    range: Range<usize>,
}

impl Cell {
    fn is_quoted(&self, row: &[u8]) -> bool {
        row[self.range.clone()].starts_with(b"\"")
    }

    /// Whether it is closed by a quote if one opens it.
    fn is_sound(&self, row: &[u8]) -> bool {
        let raw = &row[self.range.clone()];
        !raw.starts_with(b"\"")
            || (raw.len() > 1 && raw.ends_with(b"\"") && quotes_pair_up(&raw[1..raw.len() - 1]))
    }

    fn value<'r>(&self, row: &'r [u8]) -> Cow<'r, [u8]> {
        let raw = &row[self.range.clone()];
        if !self.is_quoted(row) || raw.len() < 2 {
            return Cow::Borrowed(raw);
        }
        let inner = &raw[1..raw.len() - 1];
        if memchr::memchr(b'"', inner).is_none() {
            return Cow::Borrowed(inner);
        }
        let mut value = Vec::with_capacity(inner.len());
        let mut rest = inner;
        while let Some(quote) = memchr::memchr(b'"', rest) {
            value.extend_from_slice(&rest[..=quote]);
            rest = rest.get(quote + 2..).unwrap_or_default();
        }
        value.extend_from_slice(rest);
        Cow::Owned(value)
    }
}

fn quotes_pair_up(inner: &[u8]) -> bool {
    let mut quotes = memchr::memchr_iter(b'"', inner);
    while let Some(first) = quotes.next() {
        if quotes.next() != Some(first + 1) {
            return false;
        }
    }
    true
}

/// The cells of one row.
struct Cells<'r> {
    row: &'r [u8],
    reader: Reader,
    at: usize,
    done: bool,
}

impl<'r> Cells<'r> {
    fn new(row: &'r [u8], delimiter: u8) -> Self {
        // Blank lines before a row, and the mark at the start of a file, are no part of it.
        let mark = if row.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let blank = row[mark..].iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        Cells { row, reader: reader(delimiter), at: mark + blank, done: row.len() == mark + blank }
    }
}

impl Iterator for Cells<'_> {
    type Item = Cell;

    fn next(&mut self) -> Option<Cell> {
        if self.done {
            return None;
        }
        let start = self.at;
        let mut scratch = [0; 4096];
        loop {
            let (result, read, _) = self.reader.read_field(&self.row[self.at..], &mut scratch);
            self.at += read;
            let closed = match result {
                ReadFieldResult::Field { record_end } => {
                    self.done = record_end;
                    // A delimiter or the end of a line was read, too.
                    usize::from(read > 0)
                }
                ReadFieldResult::End => {
                    self.done = true;
                    0
                }
                _ => continue,
            };
            return Some(Cell { range: start..(self.at - closed).max(start) });
        }
    }
}

pub(super) fn decode<'a>(raw: &Raw<'a>) -> Option<Record<'a>> {
    let columns = raw.columns.filter(|_| raw.number > 0)?;
    let (content, damage) = decode_utf8(raw.bytes);
    if !damage.is_empty() {
        return Some(Record::unreadable(content, damage));
    }
    let (mut text, mut id, mut cells) = (None, None, 0);
    let mut unsound = None;
    for (index, cell) in Cells::new(raw.bytes, columns.delimiter).enumerate() {
        cells += 1;
        if !cell.is_sound(raw.bytes) {
            unsound.get_or_insert(cells);
        }
        if columns.id == Some(index) {
            id = Some(Cow::from(String::from_utf8_lossy(&cell.value(raw.bytes)).into_owned()));
        }
        if columns.text == index {
            text = Some(cell);
        }
    }
    if cells == 0 {
        return None;
    }
    let failed = |check, reason: String| {
        let span = Span::new(0, content.trim_end_matches(['\n', '\r']).len());
        let damage = vec![Damage::new(check, span).because(reason)];
        Some(Record { id: id.clone(), ..Record::unreadable(content.clone(), damage) })
    };
    if let Some(cell) = unsound {
        let reason = format!("field {cell} opens with a quote that does not close it");
        return failed(Check::MalformedRecord, reason);
    }
    let Some(cell) = text else {
        let reason = format!("it ends before field {}, which is the text", columns.text + 1);
        return failed(Check::MissingText, reason);
    };
    // The row is UTF-8, and a quote is never a part of a character.
    let text = match cell.value(raw.bytes) {
        Cow::Borrowed(value) => String::from_utf8_lossy(value),
        Cow::Owned(value) => Cow::Owned(String::from_utf8_lossy(&value).into_owned()),
    };
    Some(Record { id, text, damage: Vec::new(), readable: true, slot: cell.range })
}

/// The changes of the text as changes of the row, whose cell stands in `slot`.
pub(super) fn splices<B>(raw: &Raw<'_>, slot: &Slot, old: &str, changes: &[Change<B>]) -> Vec<Splice> {
    let cell = &raw.bytes[slot.clone()];
    let delimiter = raw.columns.map_or(b',', |columns| columns.delimiter);
    if cell.starts_with(b"\"") {
        let (mut at, mut behind) = (slot.start + 1, 0);
        let mut advance = |to: usize| {
            at += to - behind + old[behind..to].bytes().filter(|&b| b == b'"').count();
            behind = to;
            at
        };
        return changes
            .iter()
            .map(|change| {
                let (start, end) = (advance(change.span.start), advance(change.span.end));
                Splice { at: start..end, with: change.text.replace('"', "\"\"").into_bytes() }
            })
            .collect();
    }
    let mut new = Vec::with_capacity(old.len());
    splice(old.as_bytes(), &text::splices(0, changes), &mut new);
    let new = String::from_utf8(new).expect("text for text");
    let comes = |byte: u8| changes.iter().any(|change| change.text.contains(char::from(byte)));
    if [delimiter, b'"', b'\n', b'\r'].into_iter().any(comes) || new.starts_with('"') {
        let quoted = format!("\"{}\"", new.replace('"', "\"\""));
        return vec![Splice { at: slot.clone(), with: quoted.into_bytes() }];
    }
    text::splices(slot.start, changes)
}
