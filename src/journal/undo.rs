//! Undoes a bulk fix: every repaired file becomes what it was made from.

mod bytes;
mod records;

use std::{collections::HashSet, path::PathBuf};

use self::{bytes::Bytes, records::Records};
use super::{DoneEntry, FileEntry, Mismatch, Replay, SpliceEntry, hash::hash_all, hash_file};
use crate::{
    corpus::{Fields, Format, Output, Source, clean_up},
    hash::Hash,
    paths::folder_of,
};

/// Restores the files below a folder, each atomically.
pub struct Undo {
    folder: PathBuf,
    /// Files that could not be restored, and why.
    pub failed: Vec<(String, Mismatch)>,
    /// How many files were restored.
    pub restored: usize,
    /// How many were what they had been already, with the edits that the fix had made in them.
    pub already: (usize, usize),
    /// Folders in which unfinished files of other runs were removed.
    cleaned: HashSet<PathBuf>,
}

/// A file on its way back.
pub struct Restoring(Box<dyn Restore>);

/// How a file of some format is restored.
trait Restore {
    /// Takes over what stands before the splice, and puts back what it replaced.
    fn splice(&mut self, record: usize, offset: usize, splice: &SpliceEntry) -> Result<(), Mismatch>;

    /// Takes over what is left; the file, and the hash of its content.
    fn finish(self: Box<Self>) -> Result<(Output, Hash), Mismatch>;
}

impl Undo {
    /// Restores the files below `folder`.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Undo { folder, failed: Vec::new(), restored: 0, already: (0, 0), cleaned: HashSet::new() }
    }
}

impl Replay for Undo {
    type File = Restoring;

    fn begin(&mut self, file: &FileEntry, done: &DoneEntry) -> Result<Option<Restoring>, Mismatch> {
        if done.edits == 0 {
            return Ok(None);
        }
        let path = self.folder.join(&file.file);
        if self.cleaned.insert(folder_of(&path).to_path_buf()) {
            clean_up(folder_of(&path));
        }
        let source = Source::at(&path, file.format()?);
        let hash = hash_file(&path)?;
        if hash != done.output {
            if hash == done.input || hash_all(&mut source.unpacked()?)? == done.before {
                self.already = (self.already.0 + 1, self.already.1 + done.edits);
                return Ok(None);
            }
            return Err(Mismatch::Differs("was changed since it was repaired, and stays as it is".into()));
        }
        // Values that stand in columns are restored value by value, all else as bytes.
        Ok(Some(Restoring(match source.format {
            Format::Parquet => Box::new(Records::open(&source, &Fields::new(&file.field, "id"))?),
            _ => Box::new(Bytes::open(&source)?),
        })))
    }

    fn splice(
        &mut self,
        file: &mut Restoring,
        record: usize,
        offset: usize,
        splice: &SpliceEntry,
    ) -> Result<(), Mismatch> {
        file.0.splice(record, offset, splice)
    }

    fn end(&mut self, file: Restoring, done: &DoneEntry) -> Result<(), Mismatch> {
        let (restored, hash) = file.0.finish()?;
        if hash != done.before {
            return Err(Mismatch::Differs("would not become what it was, and stays as it is".into()));
        }
        restored.finish()?.publish()?;
        self.restored += 1;
        Ok(())
    }

    fn failed(&mut self, file: &str, mismatch: Mismatch) {
        self.failed.push((file.into(), mismatch));
    }
}

pub(super) fn out_of_order(offset: usize) -> Mismatch {
    Mismatch::Differs(format!("the journal's edits are out of order at byte {offset}"))
}

fn unlike(offset: usize) -> Mismatch {
    Mismatch::Differs(format!("is not what the journal says at byte {offset}"))
}
