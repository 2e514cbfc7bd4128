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
/// The most memory of a block that is kept for the next one.
const MOST_KEPT: usize = 1 << 21;

/// A number of whole records.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub(super) bytes: Vec<u8>,
    /// One past the last byte of each record.
    pub(super) ends: Vec<usize>,
    /// How many lines end in the block up to the end of each record; nothing where
    /// values stand alone, at no place in the file.
    pub(super) lines: Vec<usize>,
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
        Block {
            ends: vec![bytes.len()],
            lines: vec![count_line_ends(&bytes)],
            bytes,
            number: 1,
            line_number: 1,
            ..Block::default()
        }
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
        self.lines.last().map_or((1, 0), |lines| (self.line_number + lines, self.offset + self.len()))
    }

    /// Its memory, to read another block into; a very large one goes back to
    /// the system.
    #[must_use]
    pub fn recycle(self) -> Vec<u8> {
        if self.bytes.capacity() <= MOST_KEPT { self.bytes } else { Vec::new() }
    }

    /// Its records, in order.
    pub fn records(&self) -> impl Iterator<Item = Raw<'_>> {
        (0..self.count()).map(|index| self.record(index))
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
        (self.number + index, &self.bytes[self.range(index)])
    }

    /// The record with this index, from 0.
    ///
    /// # Panics
    ///
    /// If it has none.
    #[must_use]
    pub fn record(&self, index: usize) -> Raw<'_> {
        let range = self.range(index);
        let lines = index.checked_sub(1).and_then(|before| self.lines.get(before));
        Raw {
            offset: self.offset + range.start,
            bytes: &self.bytes[range],
            number: self.number + index,
            line_number: self.line_number + lines.copied().unwrap_or(0),
            columns: self.columns.as_deref(),
            row: self.rows.get(index),
        }
    }

    fn range(&self, index: usize) -> Range<usize> {
        index.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[index]
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

    /// How many lines end in `bytes`, a block, up to each of these ends.
    fn lines(&self, bytes: &[u8], ends: &[usize]) -> Vec<usize> {
        count_lines(bytes, ends)
    }

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

    /// Reads on behind the first `filled` of these bytes; how many. What lies there
    /// is memory of blocks before, which need not be made empty.
    fn read(&mut self, bytes: &mut Vec<u8>, filled: usize) -> io::Result<usize> {
        // A record longer than a block is read in ever larger steps.
        let end = BLOCK.max(2 * filled);
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        let mut at = filled;
        while at < end {
            match self.bytes.read(&mut bytes[at..end]) {
                Ok(0) => break,
                Ok(read) => at += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // What came before the error is looked at first.
                Err(error) if at > filled => {
                    self.end = Some(Err(error));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(at - filled)
    }
}

impl<S: Split> ReadBlocks for Splitting<S> {
    fn next_block(&mut self, spare: Vec<u8>) -> io::Result<Option<Block>> {
        if let Some(end) = &mut self.end {
            return std::mem::replace(end, Ok(())).map(|()| None);
        }
        let mut bytes = spare;
        let mut filled = self.rest.len();
        bytes.resize(bytes.len().max(filled), 0);
        bytes[..filled].copy_from_slice(&self.rest);
        self.rest.clear();
        let mut ends = Vec::new();
        while self.end.is_none() && (ends.is_empty() || filled < BLOCK) {
            let seen = filled;
            match self.read(&mut bytes, filled) {
                Ok(0) => self.end = Some(Ok(())),
                Ok(read) => filled += read,
                Err(error) => self.end = Some(Err(error)),
            }
            let after = match &self.end {
                None => After::More,
                Some(Ok(())) => After::End,
                Some(Err(_)) => After::Damage,
            };
            if let Err(error) = self.split.split(&bytes[..filled], seen, after, &mut ends) {
                // The first thing that went wrong explains the others.
                if !matches!(self.end, Some(Err(_))) {
                    self.end = Some(Err(error));
                }
            }
        }
        let whole = ends.last().copied().unwrap_or(0);
        if self.end.is_none() {
            self.rest.extend_from_slice(&bytes[whole..filled]);
        }
        bytes.truncate(whole);
        if ends.is_empty() {
            return self.next_block(bytes);
        }
        let block = Block {
            number: self.number,
            line_number: self.line_number,
            offset: self.offset,
            columns: self.split.columns(),
            rows: Vec::new(),
            lines: self.split.lines(&bytes, &ends),
            bytes,
            ends,
        };
        self.number += block.count();
        (self.line_number, self.offset) = block.end();
        Ok(Some(block))
    }
}

/// How many lines end in `bytes` up to each of these ends.
fn count_lines(bytes: &[u8], ends: &[usize]) -> Vec<usize> {
    let (mut lines, mut start) = (0, 0);
    let count = |&end: &usize| {
        lines += count_line_ends(&bytes[start..end]);
        start = end;
        lines
    };
    ends.iter().map(count).collect()
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

    fn lines(&self, bytes: &[u8], ends: &[usize]) -> Vec<usize> {
        // A lone `\r` ends a line, but no record.
        if memchr::memchr(b'\r', bytes).is_some() {
            return count_lines(bytes, ends);
        }
        let last = ends.len() - usize::from(!bytes.ends_with(b"\n"));
        (1..ends.len()).chain([last]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time, and is interrupted in between.
    struct Drips {
        bytes: io::Cursor<Vec<u8>>,
        calls: usize,
    }

    impl Read for Drips {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.calls += 1;
            if self.calls.is_multiple_of(3) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let most = out.len().min(self.calls * 97);
            self.bytes.read(&mut out[..most])
        }
    }

    #[test]
    fn blocks_hold_what_was_read_and_nothing_of_those_before() {
        for ends in [["\r", "\r\n"], ["", "\n"]] {
            read_in_drips(ends);
        }
    }

    #[track_caller]
    fn read_in_drips([inner, end]: [&str; 2]) {
        let long = "x".repeat(3 * BLOCK);
        let lines: Vec<String> = (0..20_000).map(|n| format!("line {n}{inner} of {}{end}", n % 7)).collect();
        let text = format!("{}{long}\n{}end", lines.concat(), lines.concat());
        let bytes = Drips { bytes: io::Cursor::new(text.clone().into_bytes()), calls: 0 };
        let mut reader = Splitting::new(Box::new(bytes), Lines);
        let (mut read, mut line_number) = (Vec::new(), 1);
        let mut spare = b"old\n".repeat(BLOCK);
        while let Some(block) = reader.next_block(spare).expect("memory is read to its end") {
            for raw in block.records() {
                assert_eq!((raw.offset, raw.line_number), (read.len(), line_number));
                read.extend_from_slice(raw.bytes);
                line_number += count_line_ends(raw.bytes);
            }
            assert_eq!(block.end(), (line_number, read.len()));
            spare = block.recycle();
        }
        assert!(read == text.as_bytes());
    }
}
