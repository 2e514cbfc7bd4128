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
    /// A document without a word.
    EmptyDocument,
    /// Lines of one document that end in different ways.
    MixedLineEndings,
    /// An id that another document had before.
    DuplicateId,
    /// A text that another document had before.
    DuplicateText,
    /// A file that cannot be read to its end: cut off, corrupt, or not what its
    /// name says.
    DamagedFile,
    /// A suppression that covered no finding.
    UnusedSuppression,
    /// A suppression whose last day is over.
    ExpiredSuppression,
    /// A suppression of rules that are none.
    UnknownSuppression,
}

/// One place where a [`Check`] failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What is wrong.
    pub check: Check,
    /// Where, in the document's text.
    pub span: Span,
    /// What of it is wrong, in words, where the reader can tell.
    pub reason: Option<Box<str>>,
}

impl Damage {
    /// Damage that needs no more words than its rule has.
    #[must_use]
    pub fn new(check: Check, span: Span) -> Self {
        Damage { check, span, reason: None }
    }

    /// The same with what is wrong in words.
    #[must_use]
    pub fn because(self, reason: impl Into<Box<str>>) -> Self {
        Damage { reason: Some(reason.into()), ..self }
    }
}

/// What is wrong with a whole text, whatever it says: nothing in it, or lines
/// that end in different ways.
#[must_use]
pub fn inspect(text: &str) -> Vec<Damage> {
    let mut damage = Vec::new();
    if text.chars().all(|c| c.is_whitespace() || c == '\u{feff}') {
        damage.push(Damage::new(Check::EmptyDocument, Span::new(0, text.len())));
    }
    damage.extend(odd_line_end(text.as_bytes()).map(|span| Damage::new(Check::MixedLineEndings, span)));
    damage
}

/// The first line end that is not of the kind of the one before it.
fn odd_line_end(bytes: &[u8]) -> Option<Span> {
    memchr::memchr(b'\r', bytes)?;
    let mut ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter_map(|at| match bytes[at] {
        b'\n' if at > 0 && bytes[at - 1] == b'\r' => None,
        b'\r' if bytes.get(at + 1) == Some(&b'\n') => Some(Span::new(at, at + 2)),
        _ => Some(Span::new(at, at + 1)),
    });
    let first = ends.next()?;
    ends.find(|end| bytes[end.range()] != bytes[first.range()])
}

/// One text with its name.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The file it came from, as the user named it.
    pub path: &'a str,
    /// The record's name in a file that holds several documents.
    pub id: Option<&'a str>,
    /// The number of its record in such a file, from 1.
    pub record: Option<usize>,
    /// The offset of its record in the unpacked file.
    pub offset: usize,
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
    /// Whether reports count lines and bytes in the file, rather than in the
    /// text.
    pub in_file: bool,
    /// The number of the text's first line in reports, from 1.
    pub first_line: usize,
    /// The offset of the text's first byte in reports.
    pub first_byte: usize,
    /// The number of the line of the file on which its record starts, from 1;
    /// `None` where a file has no lines to show: packed, an archive, or binary.
    pub line_in_file: Option<usize>,
}

impl<'a> Document<'a> {
    /// An undamaged document that is the whole of its file.
    #[must_use]
    pub fn new(path: &'a str, text: &'a str) -> Self {
        Document {
            path,
            id: None,
            record: None,
            offset: 0,
            field: "text",
            text,
            damage: &[],
            readable: true,
            in_file: false,
            first_line: 1,
            first_byte: 0,
            line_in_file: Some(1),
        }
    }

    /// What people call it: `path`, or `path:record#id`.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = self.path.to_string();
        if let Some(record) = self.record {
            name.extend([":", &record.to_string()]);
        }
        if let Some(id) = self.id {
            name.extend(["#", id]);
        }
        name
    }

    /// Whether a fix may change it: its bytes are those of the file, and all of them are text.
    #[must_use]
    pub fn may_change(&self) -> bool {
        self.readable && self.damage.iter().all(|damage| damage.check != Check::InvalidUtf8)
    }

    /// The same document with another text, and what is wrong with that.
    #[must_use]
    pub fn with_text<'b>(&self, text: &'b str, damage: &'b [Damage]) -> Document<'b>
    where
        'a: 'b,
    {
        Document { text, damage, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_inspected() {
        for (text, expected) in [
            ("a\nb\n", &[][..]),
            ("a\r\nb\r\n", &[]),
            ("a\rb\r", &[]),
            ("a\r\nb\nc\r\n", &[(Check::MixedLineEndings, 4, 5)]),
            ("a\nb\r\n", &[(Check::MixedLineEndings, 3, 5)]),
            ("a\rb\r\n", &[(Check::MixedLineEndings, 3, 5)]),
            ("", &[(Check::EmptyDocument, 0, 0)]),
            (" \n\u{a0}", &[(Check::EmptyDocument, 0, 4)]),
        ] {
            let found: Vec<_> = inspect(text).iter().map(|d| (d.check, d.span.start, d.span.end)).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
