//! Puts repaired files in their places, one after the other, and keeps the
//! journal.

use std::{
    collections::HashSet,
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use super::{
    super::{
        Stop,
        found::{Fate, Found},
        terminal::Terminal,
    },
    fixer::Made,
    target::resolve,
};
use crate::{
    corpus::{Block, Fields, Finished, Output, Source, clean_up, slashed},
    hash::{Hash, Hasher},
    journal::{DoneEntry, EditEntry, Entry, FileEntry, JournalWriter, RecordEntry, VERSION, hash_file},
    severity::Severity,
};

/// Files that are put into their places together.
const WAITING: usize = 128;
/// How long one waits at the most, so that a run that is stopped was not in vain.
const PATIENCE: Duration = Duration::from_secs(1);
/// Threads that put them on the disk.
const WRITERS: usize = 16;

/// Where repaired files go.
pub(super) enum Place {
    /// Below this folder, as a mirror.
    Folder(PathBuf),
    /// Over the file itself.
    InPlace,
}

/// The journal of a run.
pub(super) struct Journaling {
    /// What messages call it.
    name: String,
    writer: JournalWriter,
}

impl Journaling {
    pub(super) fn append(path: &Path) -> Result<Self, Stop> {
        let name = path.display().to_string();
        match JournalWriter::append(path) {
            Ok(writer) => Ok(Journaling { name, writer }),
            Err(error) => Err(Stop(format!("--journal {name}: cannot be written: {error}"))),
        }
    }

    fn check(&self) -> Result<(), Stop> {
        let Some(reason) = self.writer.broken() else { return Ok(()) };
        Err(Stop(format!(
            "--journal {}: cannot be written: {reason}; nothing is repaired that it does not hold: \
             go on with --resume",
            self.name
        )))
    }
}

/// Writes the files of a run.
pub(super) struct Writer<'t> {
    place: Place,
    fields: &'t Fields,
    journal: Option<Journaling>,
    /// The rules and options, for the journal.
    rules: Hash,
    open: Option<Shard>,
    /// Places that were written in this run.
    taken: HashSet<PathBuf>,
    /// The names of files in the journal of this run.
    journaled: HashSet<PathBuf>,
    /// Files that are whole.
    waiting: Vec<Waiting>,
    /// When the last ones were put into their places.
    settled_at: Instant,
    /// The files that ended, and whether they are as they should be.
    pub(super) settled: Vec<(String, bool)>,
    /// Folders in which unfinished files of other runs were removed.
    cleaned: HashSet<PathBuf>,
    terminal: &'t Terminal,
    pub(super) failed: bool,
}

/// A file that is whole, and is yet to be put into its place.
struct Waiting {
    /// The name of its source.
    name: String,
    file: Finished,
    /// The file that it takes the place of, as it was read.
    read: Option<Stamp>,
}

/// A file as it was when it was looked at.
struct Stamp {
    path: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn new(path: &Path) -> io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        Ok(Stamp { path: path.into(), length: metadata.len(), modified: metadata.modified().ok() })
    }

    /// Whether it is as it was.
    fn still_holds(&self) -> bool {
        let now = Stamp::new(&self.path);
        now.is_ok_and(|now| now.length == self.length && now.modified == self.modified)
    }
}

/// The file at hand.
#[derive(Default)]
struct Shard {
    /// The file that it takes the place of, as it was read.
    read: Option<Stamp>,
    /// None where nothing was written yet, or ever will be.
    output: Option<Output>,
    place: PathBuf,
    /// Whether it could not be written, which was said.
    given_up: bool,
    edits: usize,
    left: [usize; 3],
    /// Bytes read so far, unpacked and as they are exported.
    exported: usize,
    before: Hasher,
    after: Hasher,
}

impl<'t> Writer<'t> {
    pub(super) fn new(
        place: Place,
        fields: &'t Fields,
        journal: Option<Journaling>,
        rules: Hash,
        terminal: &'t Terminal,
    ) -> Self {
        let (taken, journaled, cleaned) = (HashSet::new(), HashSet::new(), HashSet::new());
        let waiting = Vec::with_capacity(WAITING);
        Writer {
            place,
            fields,
            journal,
            rules,
            open: None,
            taken,
            journaled,
            waiting,
            settled_at: Instant::now(),
            settled: Vec::new(),
            cleaned,
            terminal,
            failed: false,
        }
    }

    /// Whether files can be journaled still: else nothing more may be written.
    pub(super) fn check_journal(&self) -> Result<(), Stop> {
        self.journal.as_ref().map_or(Ok(()), Journaling::check)
    }

    /// Writes the next block of a file.
    pub(super) fn block(&mut self, source: &Source, block: &Block, made: &Made<'_>) {
        self.settle_in_time();
        if self.open.is_none() {
            self.open = Some(self.begin(source));
        }
        let Some(mut shard) = self.open.take() else { return };
        if !shard.given_up
            && let Err(error) = self.write(&mut shard, source, block, made)
        {
            self.give_up(&mut shard, source, &error);
        }
        self.open = Some(shard);
    }

    /// Ends a file; one that could not be read to its end keeps its place.
    pub(super) fn end(&mut self, source: &Source, whole: bool) {
        let mut shard = match self.open.take() {
            Some(shard) => shard,
            None if whole => self.begin(source),
            None => return self.settled.push((source.name.clone(), false)),
        };
        // What cannot be read to its end is never written; its group stays open.
        if !whole || shard.given_up {
            self.settled.push((source.name.clone(), false));
        } else if let Err(error) = self.finish(&mut shard, source) {
            self.give_up(&mut shard, source, &error);
            self.settled.push((source.name.clone(), false));
        }
    }

    fn begin(&mut self, source: &Source) -> Shard {
        let place = match &self.place {
            Place::Folder(folder) if source.path.is_none() => {
                folder.join(Path::new(&source.name).file_name().unwrap_or_default())
            }
            Place::Folder(folder) => folder.join(source.mirrored()),
            Place::InPlace => source.path.clone().unwrap_or_default(),
        };
        let mut shard = Shard { place, ..Shard::default() };
        if let Err(error) = self.prepare(&mut shard, source) {
            self.give_up(&mut shard, source, &error);
        }
        shard
    }

    fn prepare(&mut self, shard: &mut Shard, source: &Source) -> io::Result<()> {
        let mirrors = matches!(self.place, Place::Folder(_));
        if !mirrors && !source.format.keeps_bytes() {
            let format = source.format.name();
            let message =
                format!("{format} cannot be rewritten: --output takes its repaired texts as JSON Lines");
            return Err(io::Error::other(message));
        }
        if mirrors && source.path.as_deref().is_some_and(|input| resolve(input) == resolve(&shard.place)) {
            return Err(io::Error::other("would be written over itself; use --in-place"));
        }
        if !self.taken.insert(shard.place.clone()) {
            let place = shard.place.display();
            return Err(io::Error::other(format!("would be written to {place}, as another input was")));
        }
        if !mirrors && let Some(path) = &source.path {
            shard.read = Some(Stamp::new(path)?);
        }
        if self.journal.is_some() {
            let name = source.mirrored();
            if name.to_str().is_none() {
                return Err(io::Error::other("its name is not UTF-8, which a journal cannot hold"));
            }
            // In place, files of several folders may be called the same.
            if !self.journaled.insert(name) {
                let message =
                    "the journal has a file of this name already; give each folder a journal of its own";
                return Err(io::Error::other(message));
            }
        }
        if let Some(journal) = &mut self.journal {
            let file = FileEntry {
                version: VERSION,
                file: slashed(&source.mirrored()),
                input: slashed(&source.relative),
                format: source.format.key().into(),
                field: self.fields.text().into(),
                rules: self.rules,
            };
            journal.writer.write(&Entry::File(file))?;
        }
        if mirrors { self.start(shard, source) } else { Ok(()) }
    }

    fn start(&mut self, shard: &mut Shard, source: &Source) -> io::Result<()> {
        let folder = shard.place.parent().unwrap_or(Path::new("")).to_path_buf();
        if self.cleaned.insert(folder.clone()) {
            clean_up(&folder);
        }
        shard.output = Some(Output::of(&shard.place, source, self.fields)?);
        Ok(())
    }

    fn write(
        &mut self,
        shard: &mut Shard,
        source: &Source,
        block: &Block,
        made: &Made<'_>,
    ) -> io::Result<()> {
        if made.changed > 0 && shard.output.is_none() {
            // In place a file is only written once something changes in it.
            self.start(shard, source)?;
            if let Some(output) = &mut shard.output {
                output.copy_start(source, block)?;
            }
        }
        let exported = made.exported.as_deref().unwrap_or(block.bytes());
        let repaired = made.repaired.as_deref().unwrap_or(exported);
        if let Some(journal) = &mut self.journal {
            let file = slashed(&source.mirrored());
            for told in &made.edits {
                journal.writer.write(&Entry::Edit(EditEntry { file: file.clone(), ..told.entry.clone() }))?;
            }
            for record in &made.records {
                let offset = shard.exported + record.offset;
                journal.writer.write(&Entry::Record(RecordEntry {
                    file: file.clone(),
                    offset,
                    ..record.clone()
                }))?;
            }
            shard.before.update(exported);
            shard.after.update(repaired);
            shard.edits += made.edits.len();
        }
        shard.exported += exported.len();
        add_left(&mut shard.left, &made.left);
        let repaired = made.repaired.as_deref().map(|bytes| (bytes, &*made.ends));
        shard.output.as_mut().map_or(Ok(()), |output| output.write_block(block, repaired))
    }

    /// Closes the group of a file, which then waits to be put into its place.
    fn finish(&mut self, shard: &mut Shard, source: &Source) -> io::Result<()> {
        let finished = shard.output.take().map(Output::finish).transpose()?;
        if let (Some(journal), Some(input)) = (&mut self.journal, &source.path) {
            let written = finished.as_ref().map_or(input.as_path(), Finished::written);
            let done = DoneEntry {
                file: slashed(&source.mirrored()),
                edits: shard.edits,
                left: shard.left,
                input: hash_file(input)?,
                output: hash_file(written)?,
                before: shard.before.finish(),
                after: shard.after.finish(),
            };
            journal.writer.write(&Entry::Done(done))?;
        }
        match finished {
            Some(file) => {
                self.waiting.push(Waiting { name: source.name.clone(), file, read: shard.read.take() });
            }
            None => self.settled.push((source.name.clone(), true)),
        }
        self.settle_in_time();
        Ok(())
    }

    fn settle_in_time(&mut self) {
        if self.waiting.len() >= WAITING || self.settled_at.elapsed() > PATIENCE {
            self.settle();
        }
    }

    /// Puts the files that wait into their places, together, as a disk takes many
    /// files at once hardly slower than one. The journal is on the disk before
    /// them, so that no file is ever there without its journal.
    pub(super) fn settle(&mut self) {
        self.settled_at = Instant::now();
        let waiting = std::mem::take(&mut self.waiting);
        std::thread::scope(|scope| {
            for files in waiting.chunks(WAITING / WRITERS) {
                // Who fails here does so again, and says it, when it is put into its place.
                scope.spawn(|| files.iter().for_each(|waiting| drop(waiting.file.sync())));
            }
        });
        let committed = self.journal.as_mut().map_or(Ok(()), |journal| journal.writer.commit());
        for Waiting { name, file, read } in waiting {
            let published = match (&committed, read) {
                (Err(_), _) => Ok(false),
                (_, Some(read)) if !read.still_holds() => {
                    Err(io::Error::other("was changed while it was repaired, and stays as it is"))
                }
                _ => file.publish().map(|()| true),
            };
            self.settled.push((name.clone(), published.as_ref().is_ok_and(|published| *published)));
            if let Err(error) = published {
                self.fail(&name, &error);
            }
        }
    }

    fn give_up(&mut self, shard: &mut Shard, source: &Source, error: &io::Error) {
        shard.output = None;
        shard.given_up = true;
        self.fail(&source.name, error);
    }

    fn fail(&mut self, name: &str, error: &io::Error) {
        self.failed = true;
        if self.check_journal().is_err() {
            // Which is said once, and ends the run.
            return;
        }
        self.terminal.error(&format!("{name}: cannot be written: {error}"));
    }
}

fn add_left(left: &mut [usize; 3], found: &Found<'_>) {
    for finding in found.entries.iter().filter(|entry| entry.fate == Fate::New) {
        left[match finding.counted.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Info => 2,
        }] += 1;
    }
}
