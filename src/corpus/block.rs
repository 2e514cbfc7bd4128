//! Whole records, read a block at a time, so that threads can share a file and
//! memory stays bounded by the largest record.

use std::io::{self, BufRead, Read};

/// Bytes after which a block of lines ends with the line.
const BLOCK: usize = 1 << 18;

/// A number of whole records.
#[derive(Clone, Debug, Default)]
pub struct Block {
    bytes: Vec<u8>,
    /// The number of its first line in the file, from 1.
    line_number: usize,
    /// The offset of its first byte in the unpacked file.
    offset: usize,
}

/// One record as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    /// Its bytes, with the line end if it has one.
    pub bytes: &'a [u8],
    /// The number of its first line in the file, from 1.
    pub line_number: usize,
    /// The offset of its first byte in the unpacked file.
    pub offset: usize,
}

impl From<Vec<u8>> for Block {
    /// A whole file as one block.
    fn from(bytes: Vec<u8>) -> Self {
        Block { bytes, line_number: 1, offset: 0 }
    }
}

impl Block {
    /// Its size in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The offset of its first byte in the unpacked file.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Its memory, to read another block into; a very large one goes back to
    /// the system.
    #[must_use]
    pub fn recycle(self) -> Vec<u8> {
        if self.bytes.capacity() <= 2 * BLOCK { self.bytes } else { Vec::new() }
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn whole(&self) -> Raw<'_> {
        Raw { bytes: &self.bytes, line_number: self.line_number, offset: self.offset }
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = Raw<'_>> {
        let (mut line_number, mut offset, mut rest) = (self.line_number, self.offset, &self.bytes[..]);
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (bytes, tail) = rest.split_at(end);
            let raw = Raw { bytes, line_number, offset };
            rest = tail;
            line_number += 1;
            offset += end;
            Some(raw)
        })
    }
}

/// Reads the blocks of one file.
pub struct BlockReader {
    bytes: Box<dyn BufRead + Send>,
    by_line: bool,
    line_number: usize,
    offset: usize,
    done: bool,
}

impl BlockReader {
    /// The file is one record.
    pub(super) fn whole(bytes: Box<dyn BufRead + Send>) -> Self {
        BlockReader { bytes, by_line: false, line_number: 1, offset: 0, done: false }
    }

    /// Each line is a record.
    pub(super) fn lines(bytes: Box<dyn BufRead + Send>) -> Self {
        BlockReader { by_line: true, ..BlockReader::whole(bytes) }
    }

    /// The next block; `None` at the end of the file. An empty file of one
    /// record is one empty block. `spare` is memory to use for it.
    ///
    /// # Errors
    ///
    /// If the file cannot be read any further. What was read of the record
    /// before the error is lost; all records before it were returned.
    pub fn next_block(&mut self, spare: Vec<u8>) -> io::Result<Option<Block>> {
        if self.done {
            return Ok(None);
        }
        let mut block = Block { bytes: spare, line_number: self.line_number, offset: self.offset };
        block.bytes.clear();
        if !self.by_line {
            self.done = true;
            self.bytes.read_to_end(&mut block.bytes)?;
            return Ok(Some(block));
        }
        block.bytes.reserve(BLOCK + BLOCK / 16);
        let result = self.fill_lines(&mut block.bytes);
        if let Err(error) = result {
            // Keep the whole lines; the error comes with the next call.
            let whole = memchr::memrchr(b'\n', &block.bytes).map_or(0, |at| at + 1);
            block.bytes.truncate(whole);
            if block.is_empty() {
                self.done = true;
                return Err(error);
            }
        }
        self.line_number += memchr::memchr_iter(b'\n', &block.bytes).count();
        self.offset += block.len();
        if block.is_empty() {
            self.done = true;
            return Ok(None);
        }
        Ok(Some(block))
    }

    fn fill_lines(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        (&mut self.bytes).take(BLOCK as u64).read_to_end(out)?;
        if out.len() == BLOCK && out.last() != Some(&b'\n') {
            self.bytes.read_until(b'\n', out)?;
        }
        Ok(())
    }
}
