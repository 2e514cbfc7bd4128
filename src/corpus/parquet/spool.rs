//! The new texts of one row group, on the disk if they are large: a row group
//! can only be written when all of them are there.

use std::{
    collections::VecDeque,
    io::{self, Read, Seek, Write},
    path::Path,
};

use tempfile::SpooledTempFile;

/// Bytes that are kept in memory.
const KEPT: usize = 32 << 20;

/// Texts with the rows that they are for.
pub(super) struct Spool {
    /// The texts, one after the other.
    bytes: SpooledTempFile,
    /// The index of each text's row in the row group, and its length.
    rows: VecDeque<(usize, usize)>,
}

impl Spool {
    /// An empty one, that uses `folder` for what is large.
    pub(super) fn new(folder: &Path) -> Self {
        Spool { bytes: tempfile::spooled_tempfile_in(KEPT, folder), rows: VecDeque::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Appends the text of a row, which comes after those that were appended.
    ///
    /// # Errors
    ///
    /// If the disk does not take it.
    pub(super) fn push(&mut self, row: usize, text: &[u8]) -> io::Result<()> {
        self.rows.push_back((row, text.len()));
        self.bytes.write_all(text)
    }

    /// Makes the first text the next one to take.
    ///
    /// # Errors
    ///
    /// If the disk fails.
    pub(super) fn rewind(&mut self) -> io::Result<()> {
        self.bytes.rewind()
    }

    /// The text of this row, if it is the next one.
    ///
    /// # Errors
    ///
    /// If it cannot be read back.
    pub(super) fn take(&mut self, row: usize) -> io::Result<Option<Vec<u8>>> {
        let Some(&(_, length)) = self.rows.front().filter(|(next, _)| *next == row) else { return Ok(None) };
        let mut text = vec![0; length];
        self.bytes.read_exact(&mut text)?;
        self.rows.pop_front();
        Ok(Some(text))
    }

    /// Forgets all texts.
    ///
    /// # Errors
    ///
    /// If the disk fails.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.rows.clear();
        self.bytes.rewind()?;
        self.bytes.set_len(0)
    }
}
