//! What makes two findings the same one, wherever they stand.

use std::{cell::OnceCell, collections::HashMap};

use super::Diagnostic;
use crate::{
    document::Document,
    hash::{Hash, Hasher},
    layout::{line_end, line_start},
};

/// Bytes of a line, on either side of a span, by which a finding is known.
const MARGIN: usize = 120;

/// What a finding is known by: its rule, the text it covers and the line around
/// that. Not its place: a file that moved, or text before it that changed,
/// leaves it the same finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Of text and line, bounded to 120 bytes on either side of the text.
    pub content: Hash,
    /// How many findings of its rule with the same content stand before it in its
    /// document.
    pub ordinal: usize,
}

/// The identities of the findings of one document, made when somebody asks for
/// one of them: most runs never do.
#[derive(Debug)]
pub struct Identities<'a> {
    document: &'a Document<'a>,
    findings: &'a [Diagnostic<'a>],
    made: OnceCell<Vec<Identity>>,
}

impl<'a> Identities<'a> {
    /// Nothing is made yet.
    #[must_use]
    pub fn new(document: &'a Document<'a>, findings: &'a [Diagnostic<'a>]) -> Self {
        Identities { document, findings, made: OnceCell::new() }
    }

    /// The identity of the finding with this index, from 0.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn of(&self, index: usize) -> Identity {
        self.made.get_or_init(|| identities(self.document, self.findings))[index]
    }
}

fn identities<'d>(document: &Document<'_>, findings: &'d [Diagnostic<'_>]) -> Vec<Identity> {
    let mut before: HashMap<(&str, Hash), usize> = HashMap::new();
    let identify = |finding: &'d Diagnostic<'_>| {
        let content = content(document, finding);
        let count = before.entry((&finding.rule.id, content)).or_default();
        *count += 1;
        Identity { content, ordinal: *count - 1 }
    };
    findings.iter().map(identify).collect()
}

fn content(document: &Document<'_>, finding: &Diagnostic<'_>) -> Hash {
    let (bytes, span) = (document.text.as_bytes(), finding.span);
    let mut hasher = Hasher::default();
    let mut part = |bytes: &[u8]| {
        hasher.update(&bytes.len().to_le_bytes());
        hasher.update(bytes);
    };
    if span.is_empty() {
        // Damage of a whole file has no text to know it by.
        let name = document.path.rsplit('/').next().unwrap_or_default();
        part(name.as_bytes());
        part(document.id.unwrap_or_default().as_bytes());
    } else {
        let start = line_start(bytes, span.start, span.start.saturating_sub(MARGIN));
        let ceiling = (span.end + MARGIN).min(bytes.len());
        part(&bytes[start..span.start]);
        part(&bytes[span.range()]);
        part(&bytes[span.end..span.end + line_end(&bytes[span.end..ceiling], 0)]);
    }
    hasher.finish()
}
