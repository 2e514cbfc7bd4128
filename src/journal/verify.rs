//! Proves that repaired files are their originals with the journal's edits, and
//! nothing else.

use std::{
    collections::HashSet,
    io::{BufRead, Read},
    path::{Path, PathBuf},
};

use super::{
    DoneEntry, FileEntry, Mismatch, Replay, SpliceEntry,
    replay::{PIECE, pieces},
    undo::out_of_order,
};
use crate::{
    corpus::{Fields, Format, Source},
    hash::{Hash, Hasher},
};

/// Compares the files below two folders.
pub struct Verify {
    /// The files before the fix: a folder, or the only file.
    input: PathBuf,
    /// The repaired files.
    output: PathBuf,
    /// Files that the journal speaks of.
    pub known: HashSet<String>,
    /// Files that do not agree, and why.
    pub failed: Vec<(String, Mismatch)>,
}

/// Two files side by side.
pub struct Comparing {
    before: Box<dyn BufRead + Send>,
    after: Box<dyn BufRead + Send>,
    hashes: (Hasher, Hasher),
    /// How many bytes of the file before the fix were compared.
    offset: usize,
}

impl Verify {
    /// Compares what is below `input` with what is below `output`.
    #[must_use]
    pub fn new(input: PathBuf, output: PathBuf) -> Self {
        Verify { input, output, known: HashSet::new(), failed: Vec::new() }
    }
}

/// What a file of the journal holds, unpacked.
fn exported(path: &Path, format: Format, field: &str) -> Result<Box<dyn BufRead + Send>, Mismatch> {
    Ok(Source::at(path, format).exported(&Fields::new(field, "id"))?)
}

impl Comparing {
    /// `length` bytes, or all that are left, are the same in both.
    fn same(&mut self, length: usize) -> Result<(), Mismatch> {
        let Comparing { before, after, hashes, offset } = self;
        let mut other = [0; PIECE];
        let taken = pieces(before, length, |bytes| {
            let there = &mut other[..bytes.len()];
            if after.read_exact(there).is_err() || there != bytes {
                let place = *offset + bytes.iter().zip(there.iter()).take_while(|(a, b)| a == b).count();
                return Err(Mismatch::Differs(format!(
                    "differs where the journal has no edit, at byte {place}"
                )));
            }
            hashes.0.update(bytes);
            hashes.1.update(bytes);
            *offset += bytes.len();
            Ok(())
        })?;
        if length != usize::MAX && taken < length {
            return Err(Mismatch::Differs(format!("the file before the fix ends at byte {offset}")));
        }
        Ok(())
    }
}

impl Replay for Verify {
    type File = Comparing;

    fn begin(&mut self, file: &FileEntry, _: &DoneEntry) -> Result<Option<Comparing>, Mismatch> {
        self.known.insert(file.file.clone());
        let format = file.format()?;
        let input = if self.input.is_dir() { self.input.join(&file.input) } else { self.input.clone() };
        let kept = if format.keeps_bytes() { format } else { Format::JsonLines };
        Ok(Some(Comparing {
            before: exported(&input, format, &file.field)?,
            after: exported(&self.output.join(&file.file), kept, &file.field)?,
            hashes: (Hasher::default(), Hasher::default()),
            offset: 0,
        }))
    }

    fn splice(
        &mut self,
        file: &mut Comparing,
        _: usize,
        offset: usize,
        splice: &SpliceEntry,
    ) -> Result<(), Mismatch> {
        file.same(offset.checked_sub(file.offset).ok_or_else(|| out_of_order(offset))?)?;
        let sides = [
            (&mut file.before, &mut file.hashes.0, &splice.original, "before"),
            (&mut file.after, &mut file.hashes.1, &splice.replacement, "after"),
        ];
        for (bytes, hash, expected, side) in sides {
            let mut there = vec![0; expected.len()];
            if bytes.read_exact(&mut there).is_err() || there != expected.as_bytes() {
                let message =
                    format!("the file {side} the fix is not what the journal says at byte {offset}");
                return Err(Mismatch::Differs(message));
            }
            hash.update(&there);
        }
        file.offset += splice.original.len();
        Ok(())
    }

    fn end(&mut self, mut file: Comparing, done: &DoneEntry) -> Result<(), Mismatch> {
        file.same(usize::MAX)?;
        if !file.after.fill_buf()?.is_empty() {
            return Err(Mismatch::Differs("goes on where the file before the fix ends".into()));
        }
        let hashes: (Hash, Hash) = (file.hashes.0.finish(), file.hashes.1.finish());
        if hashes != (done.before, done.after) {
            return Err(Mismatch::Differs("has another hash than the journal says".into()));
        }
        Ok(())
    }

    fn failed(&mut self, file: &str, mismatch: Mismatch) {
        self.failed.push((file.into(), mismatch));
    }
}
