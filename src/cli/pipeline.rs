//! Reads a corpus in batches, works on a batch with all threads while the next
//! is read, and hands out the results in the order of the input.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, atomic::AtomicU64},
    time::{Duration, Instant},
};

use rayon::prelude::*;

use super::{Stop, progress::Progress, tally::plural, terminal::Terminal};
use crate::corpus::{Block, Fields, ReadBlocks, Source, Walk, WalkOptions, is_damage};

/// Bytes, for each thread, after which a batch is full: few enough to stay in
/// the cache between reading and looking.
const BATCH: usize = 1 << 20;
/// The same where several share it, which is more, so that they seldom wait for the last of them.
const SHARED: usize = 4 << 20;
/// More bytes than this are no gain, however many threads share them.
const MOST_SHARED: usize = 64 << 20;
/// Files after which a batch is full.
const FILES: usize = 4096;
/// Blocks whose memory is kept for the next ones.
const SPARE: usize = 256;
/// A batch with so many bytes more than make it full is worked on alone: holding the next one
/// beside it would take too much memory.
const HUGE: usize = 32 << 20;

/// What comes out, in the order of the input.
pub(super) enum Event<'a, T> {
    /// A block of a file, and what was made of it.
    Block(&'a Source, &'a Block, T),
    /// The file ends here, or cannot be read any further; the latter was said.
    End(&'a Source, io::Result<()>),
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Continue,
    /// Nobody wants to know more.
    Stop,
}

/// What went wrong on the way.
#[derive(Debug, Default)]
#[must_use]
pub(super) struct Outcome {
    /// Something could not be read or written.
    pub(super) failed: bool,
    /// Files in folders that are of no kind that can be read.
    pub(super) skipped: usize,
    /// Files that needed no work any more.
    pub(super) done: usize,
    /// Files that were read.
    pub(super) files: usize,
    /// From the first file to the last.
    pub(super) elapsed: Duration,
    /// Whether somebody stopped it early.
    pub(super) stopped: bool,
}

enum Item {
    Block(Arc<Source>, Block),
    End(Arc<Source>, io::Result<()>),
    Done,
    Skipped { name: String, reason: &'static str },
    Failed { name: String, reason: String },
}

/// How a corpus is read.
pub(super) struct Reading<'a> {
    pub(super) fields: &'a Fields,
    pub(super) pool: &'a rayon::ThreadPool,
    pub(super) terminal: &'a Terminal,
    /// Whether nothing is said but errors.
    pub(super) quiet: bool,
    /// Whether a file that is damaged is a finding, which the sink reports; else
    /// it is an error.
    pub(super) damage_is_finding: bool,
    /// Whether the first file that cannot be read ends the run.
    pub(super) strict: bool,
    /// Which files need no work any more.
    pub(super) done: Option<&'a (dyn Fn(&Source) -> bool + Sync)>,
}

/// Runs `work` on every block of every file, in any order and on all threads,
/// and `sink` on the results, in order.
pub(super) fn run<T: Send>(
    reading: &Reading<'_>,
    options: &WalkOptions,
    paths: &[PathBuf],
    work: impl Fn(&Source, &Block) -> T + Sync,
    sink: impl FnMut(Event<'_, T>) -> Result<Flow, Stop> + Send,
) -> Result<Outcome, Stop> {
    let Reading { fields, pool, terminal, quiet, .. } = *reading;
    let start = Instant::now();
    let progress = Progress::new(terminal, quiet, options, paths);
    let full = full(pool.current_num_threads());
    let walk = options.walk(paths);
    let done = reading.done;
    let mut feeder =
        Feeder { walk, fields, done, read: progress.read.clone(), open: None, full, spare: Vec::new() };
    let mut giver =
        Giver { reading, progress: &progress, sink, verbose_skips: 3, outcome: Outcome::default() };
    let process = |batch: Batch| -> Results<T> {
        let work = |item: Item| {
            let made = match &item {
                Item::Block(source, block) => Some(work(source, block)),
                _ => None,
            };
            (item, made)
        };
        batch.items.into_par_iter().map(work).collect()
    };
    let result = pool.install(|| {
        let mut batch = feeder.fill();
        let mut results = Vec::new();
        while !batch.items.is_empty() || !results.is_empty() {
            let is_huge = batch.bytes > full + HUGE;
            // All threads work on one batch; one of them first hands out the batch
            // before it, and reads the one behind it.
            let (made, handed) = rayon::join(
                || process(batch),
                || {
                    let given = giver.give(std::mem::take(&mut results), &mut feeder.spare);
                    given.map(|()| (!is_huge).then(|| feeder.fill()))
                },
            );
            let next = handed?;
            if is_huge {
                giver.give(made, &mut feeder.spare)?;
            } else {
                results = made;
            }
            if giver.outcome.stopped {
                break;
            }
            batch = next.unwrap_or_else(|| feeder.fill());
        }
        Ok::<(), Stop>(())
    });
    progress.finish();
    result?;
    let mut outcome = giver.outcome;
    outcome.elapsed = start.elapsed();
    if outcome.skipped > 3 && !quiet {
        terminal.note(&format!("{} skipped in all", plural(outcome.skipped, "file")));
    }
    Ok(outcome)
}

/// Bytes after which a batch for so many threads is full.
fn full(threads: usize) -> usize {
    let alone = BATCH * threads;
    if threads == 1 { alone } else { (SHARED * threads).min(MOST_SHARED).max(alone) }
}

/// What was made of the items of a batch.
type Results<T> = Vec<(Item, Option<T>)>;

/// Hands out what was made.
struct Giver<'g, F> {
    reading: &'g Reading<'g>,
    progress: &'g Progress,
    sink: F,
    verbose_skips: usize,
    outcome: Outcome,
}

impl<F> Giver<'_, F> {
    /// Hands out the results of a batch, until somebody stops it; the memory of
    /// blocks goes to `spare`.
    fn give<T>(&mut self, results: Results<T>, spare: &mut Vec<Vec<u8>>) -> Result<(), Stop>
    where
        F: FnMut(Event<'_, T>) -> Result<Flow, Stop>,
    {
        for (item, made) in results {
            let flow = match (item, made) {
                (Item::Block(source, block), Some(made)) => {
                    let flow = (self.sink)(Event::Block(&source, &block, made))?;
                    if spare.len() < SPARE {
                        spare.push(block.recycle());
                    }
                    flow
                }
                (Item::End(source, result), _) => {
                    self.outcome.files += 1;
                    self.end(&source, &result)?;
                    (self.sink)(Event::End(&source, result))?
                }
                (Item::Done, _) => {
                    self.outcome.done += 1;
                    Flow::Continue
                }
                (Item::Skipped { name, reason }, _) => {
                    self.skipped(&format!("{name}: skipped: {reason}"));
                    Flow::Continue
                }
                (Item::Failed { name, reason }, _) => {
                    self.failed(format!("{name}: {reason}"))?;
                    Flow::Continue
                }
                (Item::Block(..), None) => unreachable!("every block is worked on"),
            };
            if flow == Flow::Stop {
                self.outcome.stopped = true;
                break;
            }
        }
        self.progress.advance(self.outcome.files);
        Ok(())
    }

    /// Says what kept a file from being read to its end.
    fn end(&mut self, source: &Source, result: &io::Result<()>) -> Result<(), Stop> {
        let Err(error) = result else { return Ok(()) };
        let message = format!("{}: cannot be read: {error}", source.name);
        if self.reading.damage_is_finding && is_damage(error) && !self.reading.strict {
            self.progress.pause(|| self.reading.terminal.note(&message));
            return Ok(());
        }
        self.failed(message)
    }

    fn failed(&mut self, message: String) -> Result<(), Stop> {
        if self.reading.strict {
            return Err(Stop(message));
        }
        self.outcome.failed = true;
        self.progress.pause(|| self.reading.terminal.error(&message));
        Ok(())
    }

    fn skipped(&mut self, message: &str) {
        self.outcome.skipped += 1;
        if self.verbose_skips > 0 && !self.reading.quiet {
            self.verbose_skips -= 1;
            self.progress.pause(|| self.reading.terminal.note(message));
        }
    }
}

#[derive(Default)]
struct Batch {
    items: Vec<Item>,
    bytes: usize,
}

struct Feeder<'f, W> {
    walk: W,
    fields: &'f Fields,
    done: Option<&'f (dyn Fn(&Source) -> bool + Sync)>,
    read: Arc<AtomicU64>,
    open: Option<(Arc<Source>, Box<dyn ReadBlocks>)>,
    /// Bytes after which a batch is full.
    full: usize,
    /// Memory of blocks that are done with.
    spare: Vec<Vec<u8>>,
}

impl<W: Iterator<Item = Walk>> Feeder<'_, W> {
    fn fill(&mut self) -> Batch {
        let mut batch = Batch::default();
        while batch.bytes < self.full && batch.items.len() < FILES {
            if let Some((source, reader)) = &mut self.open {
                let source = source.clone();
                match reader.next_block(self.spare.pop().unwrap_or_default()) {
                    Ok(Some(block)) => {
                        batch.bytes += block.len();
                        batch.items.push(Item::Block(source, block));
                        continue;
                    }
                    Ok(None) => batch.items.push(Item::End(source, Ok(()))),
                    Err(error) => batch.items.push(Item::End(source, Err(error))),
                }
                self.open = None;
            }
            match self.walk.next() {
                None => break,
                Some(Walk::Skipped { name, reason }) => batch.items.push(Item::Skipped { name, reason }),
                Some(Walk::Failed { name, reason }) => batch.items.push(Item::Failed { name, reason }),
                Some(Walk::Source(source)) if self.done.is_some_and(|done| done(&source)) => {
                    batch.items.push(Item::Done);
                }
                Some(Walk::Source(source)) => match source.open(self.fields, self.read.clone()) {
                    Ok(reader) => self.open = Some((Arc::new(source), reader)),
                    Err(error) => batch.items.push(Item::End(Arc::new(source), Err(error))),
                },
            }
        }
        batch
    }
}
