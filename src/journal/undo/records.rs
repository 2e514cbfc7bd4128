//! Restores a file record by record, where records are values of a column.

use std::sync::Arc;

use super::{Restore, out_of_order, unlike};
use crate::{
    corpus::{Block, Fields, Output, ReadBlocks, Source},
    hash::{Hash, Hasher},
    journal::{Mismatch, SpliceEntry},
};

pub(super) struct Records {
    blocks: Box<dyn ReadBlocks>,
    block: Option<Block>,
    /// The index in the block of the record at hand.
    index: usize,
    /// How many bytes of that record were taken over or replaced.
    taken: usize,
    /// The restored records of the block.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    restored: Output,
    before: Hasher,
    /// How many bytes of the records before the fix were restored.
    offset: usize,
}

impl Records {
    pub(super) fn open(source: &Source, fields: &Fields) -> Result<Self, Mismatch> {
        let path = source.path.as_deref().unwrap_or(&source.relative);
        Ok(Records {
            blocks: source.open(fields, Arc::default())?,
            block: None,
            index: 0,
            taken: 0,
            bytes: Vec::new(),
            ends: Vec::new(),
            restored: Output::of(path, source, fields)?,
            before: Hasher::default(),
            offset: 0,
        })
    }

    /// Goes on to the record `number`, taking over all before it; false if there
    /// is none.
    fn advance(&mut self, number: usize) -> Result<bool, Mismatch> {
        loop {
            let Some(block) = &self.block else {
                self.block = self.blocks.next_block(Vec::new())?;
                if self.block.is_none() {
                    return Ok(false);
                }
                continue;
            };
            if self.index == block.count() {
                self.restored.write_block(block, Some((&self.bytes, &self.ends)))?;
                self.block = None;
                (self.index, self.bytes, self.ends) = (0, Vec::new(), Vec::new());
                continue;
            }
            let (at_hand, bytes) = block.value(self.index);
            if at_hand >= number {
                return Ok(true);
            }
            let rest = bytes.get(self.taken..).unwrap_or_default().to_vec();
            self.push(&rest);
            self.ends.push(self.bytes.len());
            (self.index, self.taken) = (self.index + 1, 0);
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.before.update(bytes);
        self.offset += bytes.len();
        self.bytes.extend_from_slice(bytes);
    }
}

impl Restore for Records {
    fn splice(&mut self, record: usize, offset: usize, splice: &SpliceEntry) -> Result<(), Mismatch> {
        let found = self.advance(record)?;
        let Some(block) = self.block.as_ref().filter(|_| found) else { return Err(unlike(offset)) };
        let rest = block.value(self.index).1.get(self.taken..).unwrap_or_default();
        let gap = offset.checked_sub(self.offset).ok_or_else(|| out_of_order(offset))?;
        let kept = rest.get(..gap).ok_or_else(|| unlike(offset))?.to_vec();
        if !rest[gap..].starts_with(splice.replacement.as_bytes()) {
            return Err(unlike(offset));
        }
        self.taken += gap + splice.replacement.len();
        self.push(&kept);
        self.push(splice.original.as_bytes());
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(Output, Hash), Mismatch> {
        self.advance(usize::MAX)?;
        Ok((self.restored, self.before.finish()))
    }
}
