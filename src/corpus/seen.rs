//! What documents of one run have in common.

use std::collections::HashSet;

use xxhash_rust::xxh3::xxh3_64;

use super::{Format, Record};
use crate::document::Check;

/// What two documents should not share, as hashes.
#[derive(Clone, Copy, Debug)]
pub struct Trace {
    id: Option<u64>,
    text: Option<u64>,
}

impl Trace {
    /// The trace of a document, of it what is `wanted`; a text without a word is no
    /// duplicate of another, nor is a member of an archive that has another one's
    /// name.
    #[must_use]
    pub fn of(record: &Record<'_>, format: Format, wanted: impl Fn(Check) -> bool) -> Self {
        let hash = |text: &str| xxh3_64(text.as_bytes());
        let id = record.id.as_deref().filter(|_| format != Format::Tar && wanted(Check::DuplicateId));
        let text = (record.readable && wanted(Check::DuplicateText)).then_some(&*record.text);
        let text = text.filter(|text| !text.trim_start().is_empty());
        Trace { id: id.map(hash), text: text.map(hash) }
    }
}

/// The traces of all documents so far: 9 to 18 bytes for each and kind.
#[derive(Debug, Default)]
pub struct Seen {
    ids: HashSet<u64>,
    texts: HashSet<u64>,
}

impl Seen {
    /// Notes a document; what others had before.
    pub fn note(&mut self, trace: Trace) -> Vec<Check> {
        let mut had = Vec::new();
        for (check, hash, seen) in [
            (Check::DuplicateId, trace.id, &mut self.ids),
            (Check::DuplicateText, trace.text, &mut self.texts),
        ] {
            if hash.is_some_and(|hash| !seen.insert(hash)) {
                had.push(check);
            }
        }
        had
    }
}
