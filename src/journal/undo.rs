//! Undoes a bulk fix: every repaired file becomes what it was made from.

use std::{io::BufRead, io::Read, path::PathBuf};

use super::{DoneEntry, FileEntry, Hasher, Mismatch, Replay, SpliceEntry, hash_file, replay::pieces};
use crate::corpus::{Compression, Output};

/// Restores the files below a folder, each atomically.
pub struct Undo {
    folder: PathBuf,
    /// Files that could not be restored, and why.
    pub failed: Vec<(String, Mismatch)>,
}

/// A file on its way back.
pub struct Restoring {
    repaired: Box<dyn BufRead + Send>,
    restored: Output,
    before: Hasher,
    /// How many bytes of the file before the fix are written.
    offset: usize,
}

impl Undo {
    /// Restores the files below `folder`.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Undo { folder, failed: Vec::new() }
    }
}

impl Restoring {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Mismatch> {
        self.before.update(bytes);
        self.offset += bytes.len();
        Ok(self.restored.write(bytes)?)
    }

    /// Takes over `length` bytes, or all that are left.
    fn copy(&mut self, length: usize) -> Result<usize, Mismatch> {
        let Restoring { repaired, restored, before, offset } = self;
        pieces(repaired, length, |bytes| {
            before.update(bytes);
            *offset += bytes.len();
            Ok(restored.write(bytes)?)
        })
    }
}

impl Replay for Undo {
    type File = Restoring;

    fn begin(&mut self, file: &FileEntry, done: &DoneEntry) -> Result<Option<Restoring>, Mismatch> {
        let path = self.folder.join(&file.file);
        if hash_file(&path)? != done.output {
            return Err(Mismatch::Differs("was changed since it was repaired, and stays as it is".into()));
        }
        let compression = Compression::of_name(&path).0;
        let packed = std::io::BufReader::new(std::fs::File::open(&path)?);
        Ok(Some(Restoring {
            repaired: compression.decoder(packed)?,
            restored: Output::create(&path, compression, Some(&path))?,
            before: Hasher::default(),
            offset: 0,
        }))
    }

    fn splice(&mut self, file: &mut Restoring, offset: usize, splice: &SpliceEntry) -> Result<(), Mismatch> {
        let gap = offset.checked_sub(file.offset).ok_or_else(|| out_of_order(offset))?;
        file.copy(gap)?;
        let mut there = vec![0; splice.replacement.len()];
        let read = file.repaired.read_exact(&mut there);
        if read.is_err() || there != splice.replacement.as_bytes() {
            return Err(Mismatch::Differs(format!("is not what the journal says at byte {offset}")));
        }
        file.write(splice.original.as_bytes())
    }

    fn end(&mut self, mut file: Restoring, done: &DoneEntry) -> Result<(), Mismatch> {
        file.copy(usize::MAX)?;
        if file.before.finish() != done.before {
            return Err(Mismatch::Differs("would not become what it was, and stays as it is".into()));
        }
        Ok(file.restored.finish()?.publish()?)
    }

    fn failed(&mut self, file: &str, mismatch: Mismatch) {
        self.failed.push((file.into(), mismatch));
    }
}

pub(super) fn out_of_order(offset: usize) -> Mismatch {
    Mismatch::Differs(format!("the journal's edits are out of order at byte {offset}"))
}
