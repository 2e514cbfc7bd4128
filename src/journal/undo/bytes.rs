//! Restores a file as the bytes that it is, unpacked.

use std::io::{BufRead, Read};

use super::{Restore, out_of_order, unlike};
use crate::{
    corpus::{Output, Source},
    hash::{Hash, Hasher},
    journal::{Mismatch, SpliceEntry, replay::pieces},
};

pub(super) struct Bytes {
    repaired: Box<dyn BufRead + Send>,
    restored: Output,
    before: Hasher,
    /// How many bytes of the file before the fix are written.
    offset: usize,
}

impl Bytes {
    pub(super) fn open(source: &Source) -> Result<Self, Mismatch> {
        let path = source.path.as_deref();
        Ok(Bytes {
            repaired: source.unpacked()?,
            restored: Output::create(path.unwrap_or(&source.relative), source.compression, path)?,
            before: Hasher::default(),
            offset: 0,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Mismatch> {
        self.before.update(bytes);
        self.offset += bytes.len();
        Ok(self.restored.write(bytes)?)
    }

    /// Takes over `length` bytes, or all that are left.
    fn copy(&mut self, length: usize) -> Result<(), Mismatch> {
        let Bytes { repaired, restored, before, offset } = self;
        pieces(repaired, length, |bytes| {
            before.update(bytes);
            *offset += bytes.len();
            Ok(restored.write(bytes)?)
        })
        .map(|_| ())
    }
}

impl Restore for Bytes {
    fn splice(&mut self, _: usize, offset: usize, splice: &SpliceEntry) -> Result<(), Mismatch> {
        self.copy(offset.checked_sub(self.offset).ok_or_else(|| out_of_order(offset))?)?;
        let mut there = vec![0; splice.replacement.len()];
        if self.repaired.read_exact(&mut there).is_err() || there != splice.replacement.as_bytes() {
            return Err(unlike(offset));
        }
        self.write(splice.original.as_bytes())
    }

    fn finish(mut self: Box<Self>) -> Result<(Output, Hash), Mismatch> {
        self.copy(usize::MAX)?;
        Ok((self.restored, self.before.finish()))
    }
}
