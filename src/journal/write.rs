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
        Ok(JournalWriter { file, compression: Compression::of_name(path).0, group: None })
    }

    /// Writes one line.
    ///
    /// # Errors
    ///
    /// If the disk does not take it.
    pub fn write(&mut self, entry: &Entry) -> io::Result<()> {
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
    /// If the disk does not take the rest.
    pub fn commit(&mut self) -> io::Result<()> {
        if let Some(group) = self.group.take() {
            group.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        }
        self.file.sync_all()
    }
}
