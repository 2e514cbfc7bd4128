//! The texts of a file as they leave it, without a change.

use std::io::{self, Read};

use super::{Fields, Format, ReadBlocks};

/// Reads the exported records of a file.
pub(super) struct Exported {
    blocks: Box<dyn ReadBlocks>,
    format: Format,
    fields: Fields,
    bytes: Vec<u8>,
    /// Bytes that were handed out.
    at: usize,
}

impl Exported {
    pub(super) fn new(blocks: Box<dyn ReadBlocks>, format: Format, fields: Fields) -> Self {
        Exported { blocks, format, fields, bytes: Vec::new(), at: 0 }
    }
}

impl Read for Exported {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.bytes.len() {
            let Some(block) = self.blocks.next_block(Vec::new())? else { return Ok(0) };
            self.bytes.clear();
            self.at = 0;
            for raw in block.records() {
                let record = self.format.decode(&raw, &self.fields);
                self.bytes.extend_from_slice(&self.format.rewrite::<()>(&raw, record.as_ref(), &[]).bytes);
            }
        }
        let length = out.len().min(self.bytes.len() - self.at);
        out[..length].copy_from_slice(&self.bytes[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}
