//! One record: the document it holds, and what becomes of its bytes.

use std::{borrow::Cow, ops::Range};

use super::{Fields, Raw, Source};
use crate::document::{Damage, Document};

/// What a record turned out to be.
#[derive(Debug)]
pub struct Record<'a> {
    /// The document's id, where the record has one.
    pub id: Option<Cow<'a, str>>,
    /// The document's text, or the raw record where it could not be read.
    pub text: Cow<'a, str>,
    /// What is wrong with the record.
    pub damage: Vec<Damage>,
    /// Whether `text` is the document's text.
    pub readable: bool,
    pub(super) slot: Slot,
}

/// Where in a raw record the text's value stands.
pub type Slot = Range<usize>;

impl<'a> Record<'a> {
    pub(super) fn unreadable(text: Cow<'a, str>, damage: Vec<Damage>) -> Self {
        Record { id: None, text, damage, readable: false, slot: 0..0 }
    }

    /// The document, as `source` calls it.
    #[must_use]
    pub fn document<'b>(&'b self, source: &'b Source, fields: &'b Fields, raw: &Raw<'_>) -> Document<'b> {
        // What has no records is counted as the file is; so is what could not be
        // read, unless values stand alone.
        let in_file = !source.format.has_records() || (!self.readable && raw.row.is_none());
        let (first_line, first_byte) = if in_file { (raw.line_number, raw.offset) } else { (1, 0) };
        Document {
            path: &source.name,
            id: self.id.as_deref(),
            record: source.format.has_records().then_some(raw.number),
            offset: raw.offset,
            field: fields.text(),
            text: &self.text,
            damage: &self.damage,
            readable: self.readable,
            in_file,
            first_line,
            first_byte,
            line_in_file: source.has_lines().then_some(raw.line_number),
        }
    }
}

/// A record in the repaired file: some bytes, and what changes in them.
#[derive(Clone, Debug)]
pub struct Rewritten<'a> {
    /// The record before any change.
    pub bytes: Cow<'a, [u8]>,
    /// The changes, sorted, none overlapping.
    pub splices: Vec<Splice>,
}

impl<'a> Rewritten<'a> {
    pub(super) fn unchanged(bytes: &'a [u8]) -> Self {
        Rewritten { bytes: bytes.into(), splices: Vec::new() }
    }
}

/// Replaces one range of a record's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Splice {
    /// What goes.
    pub at: Range<usize>,
    /// What comes.
    pub with: Vec<u8>,
}

/// Appends `bytes` to `out`, spliced.
pub fn splice(bytes: &[u8], splices: &[Splice], out: &mut Vec<u8>) {
    let mut kept = 0;
    for splice in splices {
        out.extend_from_slice(&bytes[kept..splice.at.start]);
        out.extend_from_slice(&splice.with);
        kept = splice.at.end;
    }
    out.extend_from_slice(&bytes[kept..]);
}
