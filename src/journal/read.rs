//! Journals in: only groups that were closed count.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Component, Path, PathBuf},
};

use super::{DoneEntry, Entry, FileEntry, VERSION};
use crate::corpus::{Compression, Output};

/// A journal that was written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    /// How many of its lines belong to closed groups or stand before the end of
    /// the last one.
    whole: usize,
    /// For each file the number of the line that opened its last closed group,
    /// and what was said when it was closed.
    files: HashMap<String, (usize, FileEntry, DoneEntry)>,
    /// Where it breaks off, if it does.
    end: End,
}

/// How a journal ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// With the end of a group.
    Whole,
    /// In the middle of one, as where its writer was stopped; of which file, if that is known.
    Cut(Option<String>),
    /// What comes after this line cannot be read, and why.
    Damaged(usize, String),
}

impl Journal {
    /// Reads through the journal at `path`. One that breaks off, or that is damaged, is read as
    /// far as its last closed group.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, or holds something other than a journal's lines.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut journal = Journal { path: path.into(), whole: 0, files: HashMap::new(), end: End::Whole };
        let mut open: Option<(usize, FileEntry)> = None;
        for (number, line) in lines(path)?.enumerate() {
            let line = match line {
                Ok(line) => line,
                Err(error) => {
                    // A writer that is stopped leaves a packed group without its end.
                    if error.kind() != io::ErrorKind::UnexpectedEof {
                        journal.end = End::Damaged(number, error.to_string());
                        return Ok(journal);
                    }
                    journal.end = End::Cut(None);
                    break;
                }
            };
            match parse(&line, number + 1) {
                Ok(Entry::File(file)) if file.version != VERSION => {
                    let version = file.version;
                    return Err(invalid(format!("is of version {version}, this program reads {VERSION}")));
                }
                Ok(Entry::File(file))
                    if [&file.file, &file.input].into_iter().any(|name| !is_below(name)) =>
                {
                    return Err(invalid(format!(
                        "line {}: {} is no place below a folder",
                        number + 1,
                        file.file
                    )));
                }
                Ok(Entry::File(file)) => open = Some((number, file)),
                Ok(Entry::Done(done)) => {
                    if let Some((start, file)) = open.take() {
                        journal.whole = number + 1;
                        journal.files.insert(file.file.clone(), (start, file, done));
                    }
                }
                Ok(Entry::Edit(_) | Entry::Record(_)) => {}
                // So was the one of a plain journal, in the middle of its last line.
                Err(_) if !line.ends_with(b"\n") => {
                    journal.end = End::Cut(None);
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        if let Some((_, file)) = open {
            journal.end = End::Cut(Some(file.file));
        }
        Ok(journal)
    }

    /// What of it cannot be read, which is lost if the journal is written anew.
    #[must_use]
    pub fn damage(&self) -> Option<String> {
        match &self.end {
            End::Damaged(line, reason) => Some(format!("is damaged behind line {line}: {reason}")),
            End::Whole | End::Cut(_) => None,
        }
    }

    /// Where it breaks off, if it does: as after a run that was stopped, which left that file as
    /// it was, or since somebody cut it.
    #[must_use]
    pub fn cut(&self) -> Option<String> {
        match &self.end {
            End::Cut(Some(file)) => Some(format!("breaks off in what it says of {file}")),
            End::Cut(None) => Some(format!("breaks off in the group behind line {}", self.whole)),
            End::Whole | End::Damaged(..) => None,
        }
    }

    /// What was said of a repaired file, if it was repaired.
    #[must_use]
    pub fn done(&self, file: &str) -> Option<(&FileEntry, &DoneEntry)> {
        self.files.get(file).map(|(_, file, done)| (file, done))
    }

    /// The files that were repaired.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The lines of all closed groups, in order; of several for one file the last.
    ///
    /// # Errors
    ///
    /// If it cannot be opened. An item is an error if it cannot be read any more.
    pub fn entries(&self) -> io::Result<impl Iterator<Item = io::Result<Entry>>> {
        let mut current = false;
        Ok(lines(&self.path)?.take(self.whole).enumerate().filter_map(move |(number, line)| {
            let entry = match line.and_then(|line| parse(&line, number + 1)) {
                Ok(entry) => entry,
                Err(error) => return Some(Err(error)),
            };
            if let Entry::File(file) = &entry {
                current = self.files.get(&file.file).is_some_and(|(start, ..)| *start == number);
            }
            current.then_some(Ok(entry))
        }))
    }

    /// Writes the journal anew with only the groups of `kept` files, so that it
    /// can be appended to.
    ///
    /// # Errors
    ///
    /// If it cannot be read or written; then the old one stays.
    pub fn retain(&mut self, kept: impl Fn(&str) -> bool) -> io::Result<()> {
        self.files.retain(|file, _| kept(file));
        let compression = Compression::of_name(&self.path).0;
        let mut output = Output::create(&self.path, compression, Some(&self.path))?;
        for entry in self.entries()? {
            let mut line = serde_json::to_vec(&entry?)?;
            line.push(b'\n');
            output.write(&line)?;
        }
        output.finish()?.publish()?;
        *self = Journal::open(&self.path)?;
        Ok(())
    }
}

/// Whether a name leads to a place below any folder that it is joined to.
fn is_below(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

fn lines(path: &Path) -> io::Result<impl Iterator<Item = io::Result<Vec<u8>>> + use<>> {
    let bytes = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut bytes = Compression::of_name(path).0.decoder(bytes)?;
    Ok(std::iter::from_fn(move || {
        let mut line = Vec::new();
        match bytes.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(Ok(line)),
            Err(error) => Some(Err(error)),
        }
    }))
}

fn parse(line: &[u8], number: usize) -> io::Result<Entry> {
    serde_json::from_slice(line)
        .map_err(|error| invalid(format!("line {number} is none of a journal: {error}")))
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
