//! Whole records, read a block at a time, so that threads can share a file and
//! memory stays bounded by the largest record.

use std::{
    io::{self, Read},
    ops::Range,
    sync::Arc,
};

use super::{csv::Columns, parquet::Row};
use crate::position::count_line_ends;

/// Bytes after which a block ends with its record.
pub(super) const BLOCK: usize = 1 << 18;

/// A number of whole records.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub(super) bytes: Vec<u8>,
    /// One past the last byte of each record.
    pub(super) ends: Vec<usize>,
    /// The number of its first record in the file.
    pub(super) number: usize,
    /// The number of its first line in the file, from 1.
    pub(super) line_number: usize,
    /// The offset of its first byte in the unpacked file.
    pub(super) offset: usize,
    /// What the columns of a table are.
    pub(super) columns: Option<Arc<Columns>>,
    /// What is known of each record besides its bytes, where values stand alone.
    pub(super) rows: Vec<Row>,
}

/// One record as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    /// Its bytes, with the line end if it has one.
    pub bytes: &'a [u8],
    /// Its number in the file, from 1; what stands before the first has 0.
    pub number: usize,
    /// The number of its first line in the file, from 1.
    pub line_number: usize,
    /// The offset of its first byte in the unpacked file.
    pub offset: usize,
    pub(super) columns: Option<&'a Columns>,
    pub(super) row: Option<&'a Row>,
}

impl From<Vec<u8>> for Block {
    /// One record, the first of its file.
    fn from(bytes: Vec<u8>) -> Self {
        Block { ends: vec![bytes.len()], bytes, number: 1, line_number: 1, ..Block::default() }
    }
}

impl Block {
    /// Its size in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
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

    /// Where the next block of the file starts: the number of its line, and its
    /// offset.
    #[must_use]
    pub fn end(&self) -> (usize, usize) {
        // Values that stand alone are at no place in the file.
        if !self.rows.is_empty() {
            return (1, 0);
        }
        (self.line_number + count_line_ends(&self.bytes), self.offset + self.len())
    }

    /// Its memory, to read another block into; a very large one goes back to
    /// the system.
    #[must_use]
    pub fn recycle(self) -> Vec<u8> {
        if self.bytes.capacity() <= 2 * BLOCK { self.bytes } else { Vec::new() }
    }

    /// Its records, in order.
    pub fn records(&self) -> impl Iterator<Item = Raw<'_>> {
        let (mut start, mut line_number) = (0, self.line_number);
        self.ends.iter().enumerate().map(move |(index, &end)| {
            let raw = self.raw(index, start..end, line_number);
            line_number += count_line_ends(raw.bytes);
            start = end;
            raw
        })
    }

    /// The number of its records.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The number in the file, and the bytes, of the record with this index, from 0.
    ///
    /// # Panics
    ///
    /// If it has none.
    #[must_use]
    pub fn value(&self, index: usize) -> (usize, &[u8]) {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        (self.number + index, &self.bytes[start..self.ends[index]])
    }

    /// The record with this index, from 0, which starts on the line `line_number`.
    ///
    /// # Panics
    ///
    /// If it has none.
    #[must_use]
    pub fn record(&self, index: usize, line_number: usize) -> Raw<'_> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.raw(index, start..self.ends[index], line_number)
    }

    fn raw(&self, index: usize, range: Range<usize>, line_number: usize) -> Raw<'_> {
        Raw {
            offset: self.offset + range.start,
            bytes: &self.bytes[range],
            number: self.number + index,
            line_number,
            columns: self.columns.as_deref(),
            row: self.rows.get(index),
        }
    }
}

/// Reads the blocks of one file.
pub trait ReadBlocks: Send {
    /// The next block; `None` at the end of the file. `spare` is memory to use
    /// for it.
    ///
    /// # Errors
    ///
    /// If the file cannot be read any further; all whole records before that
    /// were returned. [`is_damage`](super::is_damage) tells whether it is the
    /// file's fault.
    fn next_block(&mut self, spare: Vec<u8>) -> io::Result<Option<Block>>;
}

/// What comes after the bytes that were read so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// More bytes.
    More,
    /// Nothing: what is left is a record, too.
    End,
    /// Nothing that could be read: what is left is half a record.
    Damage,
}

/// Where records end in bytes that come in pieces.
pub(super) trait Split: Send {
    /// Appends to `ends` the ends of records in `bytes`, which start with a
    /// record; `bytes[..seen]` were looked at before.
    ///
    /// # Errors
    ///
    /// If the bytes are no records of the format.
    fn split(&mut self, bytes: &[u8], seen: usize, after: After, ends: &mut Vec<usize>) -> io::Result<()>;

    /// The number of the first record.
    fn first_number(&self) -> usize {
        1
    }

    /// What the columns of the table are, as far as they are known.
    fn columns(&self) -> Option<Arc<Columns>> {
        None
    }
}

/// Blocks of bytes that are cut by a [`Split`].
pub(super) struct Splitting<S> {
    bytes: Box<dyn Read + Send>,
    split: S,
    /// The bytes of a record that was not whole when the last block ended.
    rest: Vec<u8>,
    number: usize,
    line_number: usize,
    offset: usize,
    /// What ended the file, to be told after its last block.
    end: Option<io::Result<()>>,
}

impl<S: Split> Splitting<S> {
    pub(super) fn new(bytes: Box<dyn Read + Send>, split: S) -> Self {
        let number = split.first_number();
        Splitting { bytes, split, rest: Vec::new(), number, line_number: 1, offset: 0, end: None }
    }

    /// Appends some bytes; how many.
    fn read(&mut self, out: &mut Vec<u8>) -> io::Result<usize> {
        let old = out.len();
        // A record longer than a block is read in ever larger steps.
        let wanted = if old < BLOCK { BLOCK - old } else { old };
        match (&mut self.bytes).take(wanted as u64).read_to_end(out) {
            // What came before the error stays in `out`, and is looked at first.
            Err(error) if out.len() > old => {
                self.end = Some(Err(error));
                Ok(out.len() - old)
            }
            result => result,
        }
    }
}

impl<S: Split> ReadBlocks for Splitting<S> {
    fn next_block(&mut self, spare: Vec<u8>) -> io::Result<Option<Block>> {
        if let Some(end) = &mut self.end {
            return std::mem::replace(end, Ok(())).map(|()| None);
        }
        let mut bytes = spare;
        bytes.clear();
        bytes.append(&mut self.rest);
        bytes.reserve(BLOCK.saturating_sub(bytes.len()) + 32);
        let mut ends = Vec::new();
        let mut seen = bytes.len();
        while self.end.is_none() && (ends.is_empty() || bytes.len() < BLOCK) {
            match self.read(&mut bytes) {
                Ok(0) => self.end = Some(Ok(())),
                Ok(_) => {}
                Err(error) => self.end = Some(Err(error)),
            }
            let after = match &self.end {
                None => After::More,
                Some(Ok(())) => After::End,
                Some(Err(_)) => After::Damage,
            };
            if let Err(error) = self.split.split(&bytes, seen, after, &mut ends) {
                // The first thing that went wrong explains the others.
                if !matches!(self.end, Some(Err(_))) {
                    self.end = Some(Err(error));
                }
            }
            seen = bytes.len();
        }
        let whole = ends.last().copied().unwrap_or(0);
        if self.end.is_none() {
            self.rest.extend_from_slice(&bytes[whole..]);
        }
        bytes.truncate(whole);
        if ends.is_empty() {
            return self.next_block(bytes);
        }
        let columns = self.split.columns();
        let block = Block {
            number: self.number,
            line_number: self.line_number,
            offset: self.offset,
            columns,
            rows: Vec::new(),
            bytes,
            ends,
        };
        self.number += block.ends.len();
        self.line_number += count_line_ends(&block.bytes);
        self.offset += block.len();
        Ok(Some(block))
    }
}

/// Each line is a record.
pub(super) struct Lines;

impl Split for Lines {
    fn split(&mut self, bytes: &[u8], seen: usize, after: After, ends: &mut Vec<usize>) -> io::Result<()> {
        ends.extend(memchr::memchr_iter(b'\n', &bytes[seen..]).map(|at| seen + at + 1));
        if after == After::End && ends.last().copied().unwrap_or(0) < bytes.len() {
            ends.push(bytes.len());
        }
        Ok(())
    }
}
