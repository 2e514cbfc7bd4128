//! What formats that know nothing but files and lines can say of a place.

use std::fmt::Write;

use super::{Finding, excerpt::visible};
use crate::{edit::Edit, position::Position};

impl Finding<'_> {
    /// Whether its lines, columns and offsets are those of the file.
    pub(super) fn is_in_file(&self) -> bool {
        let document = self.document;
        document.line_in_file.is_some() && (document.in_file || document.record.is_none())
    }

    /// The line of the file where it stands, or where its record starts.
    pub(super) fn line(&self) -> Option<usize> {
        if self.is_in_file() { Some(self.start.line) } else { self.document.line_in_file }
    }

    /// `line:column`, or `record#id:line:column`; fit to be shown.
    pub(super) fn place_in_file(&self) -> String {
        let place = self.place();
        let place = place.strip_prefix(self.document.path).unwrap_or(&place);
        visible(place.strip_prefix([':', '#']).unwrap_or(place)).into_owned()
    }

    /// What it is called, and the place in the text where the file's lines do not
    /// tell it; on one line.
    pub(super) fn message(&self) -> String {
        let mut message = visible(&self.diagnostic.message()).into_owned();
        let Position { line, column, .. } = self.start;
        let _ = match (self.document.id, self.document.record) {
            _ if self.is_in_file() => Ok(()),
            (Some(id), _) => write!(message, " (document {}, at {line}:{column})", visible(id)),
            (None, Some(record)) => write!(message, " (record {record}, at {line}:{column})"),
            (None, None) => write!(message, " (at {line}:{column} of the unpacked text)"),
        };
        message
    }

    /// Where each edit of its fix starts and ends; nothing where that is not a
    /// place in the file.
    pub(super) fn edits_in_file(&self) -> Vec<(Edit, Position, Position)> {
        if !self.is_in_file() {
            return Vec::new();
        }
        let (text, own) = (self.document.text, self.diagnostic.span.start);
        let placed = |edit: Edit| {
            let start = self.start.step(text, own, edit.span.start);
            let end = start.step(text, edit.span.start, edit.span.end);
            (edit, start, end)
        };
        self.diagnostic.edits(text).into_iter().map(placed).collect()
    }
}

/// A path as platforms name the files of a repository.
pub(super) fn relative(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}
