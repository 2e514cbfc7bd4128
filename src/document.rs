//! One text with its name, and the damage its container already showed.

use crate::span::Span;

/// Damage that lies in the file rather than in the text.
///
/// A closed list: whoever reads a corpus finds it, a rule file with
/// `check = "…"` gives it its words and its severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// A record that its format cannot read.
    MalformedRecord,
    /// A record without the text field, or with one that is not a string.
    MissingText,
}

/// One place where a [`Check`] failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What is wrong.
    pub check: Check,
    /// Where, in the document's text.
    pub span: Span,
}

/// One text with its name.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The file it came from, as the user named it.
    pub path: &'a str,
    /// The record's name in a file that holds several documents.
    pub id: Option<&'a str>,
    /// The record field the text was taken from.
    pub field: &'a str,
    /// The text; every offset in this crate counts its bytes.
    pub text: &'a str,
    /// What the reader of the file found. The bytes of an
    /// [`Check::InvalidUtf8`] stand in `text` as as many `U+007F`.
    pub damage: &'a [Damage],
    /// False when `text` is not the document's text but the raw record, which
    /// could not be read: then only `damage` is reported.
    pub readable: bool,
    /// The number of the text's first line in reports, from 1.
    pub first_line: usize,
    /// The offset of the text's first byte in reports.
    pub first_byte: usize,
}

impl<'a> Document<'a> {
    /// An undamaged document that is the whole of its file.
    #[must_use]
    pub fn new(path: &'a str, text: &'a str) -> Self {
        Document {
            path,
            id: None,
            field: "text",
            text,
            damage: &[],
            readable: true,
            first_line: 1,
            first_byte: 0,
        }
    }

    /// The same document with another text.
    #[must_use]
    pub fn with_text<'b>(&self, text: &'b str) -> Document<'b>
    where
        'a: 'b,
    {
        Document { text, ..*self }
    }
}
