//! What a bulk fix did, so that it can be read, proven, undone and gone on with.
//!
//! A journal is JSON Lines, one group a file: `file` opens it, `edit` says what
//! was changed and by which rules, `record` says the same in bytes, and `done`
//! closes it once the repaired file is whole. A group that is not closed counts
//! for nothing: its file was never put into its place.

mod hash;
mod read;
mod replay;
mod write;

use serde::{Deserialize, Serialize};

use crate::{corpus::Format, hash::Hash};

mod undo;
mod verify;

pub use self::{
    hash::hash_file,
    read::Journal,
    replay::{Mismatch, Replay, replay},
    undo::Undo,
    verify::Verify,
    write::JournalWriter,
};

/// The version of the journal's lines.
pub const VERSION: u32 = 1;

/// One line of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Entry {
    /// A file begins.
    File(FileEntry),
    /// A part of a document's text was replaced.
    Edit(EditEntry),
    /// The bytes of a record were replaced.
    Record(RecordEntry),
    /// The file is whole.
    Done(DoneEntry),
}

/// Opens the group of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// [`VERSION`].
    pub version: u32,
    /// Where the repaired file stands, below the output folder.
    pub file: String,
    /// Where the file it was made from stands, below the input folder.
    pub input: String,
    /// How both hold their documents, as the option `--format` has it.
    pub format: String,
    /// The field that holds the texts.
    pub field: String,
    /// The rules and options it was repaired with.
    pub rules: Hash,
}

impl FileEntry {
    /// How both files hold their documents.
    ///
    /// # Errors
    ///
    /// If this program knows no such format.
    pub fn format(&self) -> Result<Format, Mismatch> {
        let known = Format::ALL.into_iter().find(|format| format.key() == self.format);
        known.ok_or_else(|| Mismatch::Differs(format!("is of a format that is not known: {}", self.format)))
    }
}

/// One edit, in terms of the document's text before the fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditEntry {
    /// As in [`FileEntry`].
    pub file: String,
    /// The number of the record in the file, from 1.
    pub record: usize,
    /// The document's id, where it has one.
    pub id: Option<String>,
    /// The rules that had a part in it.
    pub rules: Vec<RuleVersion>,
    /// Offset of the first byte that was replaced, in the text as UTF-8.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What stood there.
    pub original: String,
    /// What stands there now.
    pub replacement: String,
    /// Hash of the document's text before the fix.
    pub before: Hash,
    /// And after it.
    pub after: Hash,
}

/// A rule as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleVersion {
    /// The rule's id.
    pub rule: String,
    /// Hash of its file.
    pub version: Hash,
}

/// The bytes of one record that were replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordEntry {
    /// As in [`FileEntry`].
    pub file: String,
    /// The number of the record in the file, from 1.
    pub record: usize,
    /// The offset of its first byte in the unpacked file before the fix; in
    /// Parquet, in its texts, one after the other.
    pub offset: usize,
    /// What was replaced, in order, none overlapping.
    pub splices: Vec<SpliceEntry>,
}

/// A piece of a record that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpliceEntry {
    /// The offset in the record before the fix.
    pub at: usize,
    /// What stood there.
    pub original: String,
    /// What stands there now.
    pub replacement: String,
}

/// Closes the group of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoneEntry {
    /// As in [`FileEntry`].
    pub file: String,
    /// Number of edits.
    pub edits: usize,
    /// Findings that are left, by severity: errors, warnings, infos.
    pub left: [usize; 3],
    /// Hash of the file that was read, as it lies on the disk.
    pub input: Hash,
    /// Hash of the file that was written, as it lies on the disk.
    pub output: Hash,
    /// Hash of what was read, unpacked: for a web archive, of the JSON Lines that
    /// its texts are; for Parquet, of the texts, one after the other.
    pub before: Hash,
    /// Hash of what was written, unpacked.
    pub after: Hash,
}
