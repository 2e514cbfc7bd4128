//! Journals out: what is put on the disk together is packed together, so that
//! what was is not lost with what comes after it.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::Path,
};

use super::Entry;
use crate::corpus::{Compression, Encoder};

/// A journal that is being written.
pub struct JournalWriter {
    file: File,
    compression: Compression,
    group: Option<Encoder<BufWriter<File>>>,
    /// How many bytes of the file are whole; what stands behind them is not to be kept.
    whole: u64,
    /// Why it takes nothing any more.
    broken: Option<String>,
}

impl JournalWriter {
    /// Appends to the journal at `path`, which is made if it is not there; its
    /// name says how it is packed.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened.
    pub fn append(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let whole = file.metadata()?.len();
        Ok(JournalWriter {
            file,
            compression: Compression::of_name(path).0,
            group: None,
            whole,
            broken: None,
        })
    }

    /// Writes one line.
    ///
    /// # Errors
    ///
    /// If the disk does not take it. Then the journal is as it was after the last
    /// [`commit`](JournalWriter::commit), and takes nothing any more.
    pub fn write(&mut self, entry: &Entry) -> io::Result<()> {
        self.whole()?;
        self.try_write(entry).inspect_err(|error| self.take_back(error))
    }

    fn try_write(&mut self, entry: &Entry) -> io::Result<()> {
        let group = match &mut self.group {
            Some(group) => group,
            None => {
                let out = BufWriter::with_capacity(1 << 16, self.file.try_clone()?);
                self.group.insert(self.compression.encoder(out)?)
            }
        };
        serde_json::to_writer(&mut *group, entry)?;
        group.write_all(b"\n")
    }

    /// Puts all lines so far on the disk. What comes afterwards starts a member of
    /// its own in a packed journal.
    ///
    /// # Errors
    ///
    /// If the disk does not take the rest. Then the journal is as it was after the
    /// last commit, and takes nothing any more.
    pub fn commit(&mut self) -> io::Result<()> {
        self.whole()?;
        self.try_commit().inspect_err(|error| self.take_back(error))
    }

    /// Why it takes nothing any more, if that is so.
    #[must_use]
    pub fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    fn whole(&self) -> io::Result<()> {
        self.broken.as_ref().map_or(Ok(()), |reason| Err(io::Error::other(reason.clone())))
    }

    fn try_commit(&mut self) -> io::Result<()> {
        if let Some(group) = self.group.take() {
            group.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        }
        self.file.sync_all()?;
        self.whole = self.file.metadata()?.len();
        Ok(())
    }

    /// Takes back what was written since the last commit: half a line would be none
    /// of a journal.
    fn take_back(&mut self, error: &io::Error) {
        self.broken = Some(error.to_string());
        // Whatever it holds in memory is written when it goes.
        self.group = None;
        let _ = self.file.set_len(self.whole);
    }
}
