//! A journal played over the bytes it speaks of.

use std::{
    fmt,
    io::{self, Read},
};

use super::{DoneEntry, Entry, FileEntry, Journal, RecordEntry, SpliceEntry};

/// Bytes that are compared or copied at a time.
pub(super) const PIECE: usize = 1 << 16;

/// What is done with each file of a journal, splice by splice.
pub trait Replay {
    /// What is held of a file while its splices come.
    type File;

    /// A file begins; `None` to leave it out.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    fn begin(&mut self, file: &FileEntry, done: &DoneEntry) -> Result<Option<Self::File>, Mismatch>;

    /// The bytes up to the splice, which stands at `offset` in the file before the
    /// fix and in its record `record`, are as they were; those of the splice follow.
    ///
    /// # Errors
    ///
    /// If the file is not what the journal says.
    fn splice(
        &mut self,
        file: &mut Self::File,
        record: usize,
        offset: usize,
        splice: &SpliceEntry,
    ) -> Result<(), Mismatch>;

    /// All bytes that are left are as they were.
    ///
    /// # Errors
    ///
    /// If the file is not what the journal says.
    fn end(&mut self, file: Self::File, done: &DoneEntry) -> Result<(), Mismatch>;

    /// The file does not agree with the journal, or could not be read.
    fn failed(&mut self, file: &str, mismatch: Mismatch);
}

/// Why a file and its journal do not go together.
#[derive(Debug)]
pub enum Mismatch {
    /// They do not agree; a fragment that says where.
    Differs(String),
    /// The system did not let it be read or written.
    Io(io::Error),
}

impl From<io::Error> for Mismatch {
    fn from(error: io::Error) -> Self {
        Mismatch::Io(error)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::Differs(what) => f.write_str(what),
            Mismatch::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Mismatch {}

/// Plays all of `journal`; how many files and edits it has.
///
/// # Errors
///
/// If the journal itself cannot be read.
pub fn replay<R: Replay>(journal: &Journal, to: &mut R) -> io::Result<(usize, usize)> {
    let mut open: Option<R::File> = None;
    let (mut files, mut edits) = (0, 0);
    for entry in journal.entries()? {
        match entry? {
            Entry::File(file) => {
                files += 1;
                let Some((_, done)) = journal.done(&file.file) else { continue };
                open = match to.begin(&file, done) {
                    Ok(begun) => begun,
                    Err(mismatch) => {
                        to.failed(&file.file, mismatch);
                        None
                    }
                };
            }
            Entry::Edit(_) => edits += 1,
            Entry::Record(record) => {
                if let Some(mut file) = open.take() {
                    match splices(to, &mut file, &record) {
                        Ok(()) => open = Some(file),
                        Err(mismatch) => to.failed(&record.file, mismatch),
                    }
                }
            }
            Entry::Done(done) => {
                if let Some(Err(mismatch)) = open.take().map(|file| to.end(file, &done)) {
                    to.failed(&done.file, mismatch);
                }
            }
        }
    }
    Ok((files, edits))
}

fn splices<R: Replay>(to: &mut R, file: &mut R::File, record: &RecordEntry) -> Result<(), Mismatch> {
    let place = |splice: &SpliceEntry| record.offset + splice.at;
    record.splices.iter().try_for_each(|splice| to.splice(file, record.record, place(splice), splice))
}

/// Takes `length` bytes, or all that are left, piece by piece.
pub(super) fn pieces(
    bytes: &mut impl Read,
    mut length: usize,
    mut each: impl FnMut(&[u8]) -> Result<(), Mismatch>,
) -> Result<usize, Mismatch> {
    let mut buffer = [0; PIECE];
    let mut taken = 0;
    while length > 0 {
        let wanted = length.min(PIECE);
        let read = bytes.read(&mut buffer[..wanted])?;
        if read == 0 {
            break;
        }
        each(&buffer[..read])?;
        length -= read;
        taken += read;
    }
    Ok(taken)
}
