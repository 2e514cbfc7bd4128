//! Takes what became of each block and each file, and puts it where it goes.

use std::io::{self, IsTerminal};

use super::{
    super::{
        Stop,
        pipeline::Flow,
        tally::plural,
        terminal::{MOST_TOLD, Terminal, write_out},
    },
    fixer::Made,
    sample::Sample,
    summary::{Sum, reason},
    writer::Writer,
};
use crate::{
    corpus::{Block, Source},
    report::reveal,
};

/// Where repaired texts go.
pub(super) enum Texts<'t> {
    /// Files, each in its place.
    Files(Box<Writer<'t>>),
    /// Standard output.
    Stdout,
    /// Nowhere: the changes go to standard output, unless a sample does.
    Diff,
}

/// Puts texts and changes in their places, and counts them.
pub(super) struct Sink<'r, 't> {
    texts: Texts<'t>,
    pub(super) sample: Option<Sample>,
    pub(super) sum: Sum<'r>,
    /// Documents that were left as they were though some of them was to be repaired.
    kept: usize,
    /// Whether nobody wants to hear of them.
    quiet: bool,
    terminal: &'t Terminal,
}

impl<'r, 't> Sink<'r, 't> {
    pub(super) fn new(texts: Texts<'t>, sample: Option<Sample>, quiet: bool, terminal: &'t Terminal) -> Self {
        Sink { texts, sample, sum: Sum::default(), kept: 0, quiet, terminal }
    }

    /// Takes the next block of a file.
    pub(super) fn block(
        &mut self,
        source: &Source,
        block: &Block,
        made: &mut Made<'r>,
    ) -> Result<Flow, Stop> {
        for (document, kept) in &made.kept {
            self.kept += 1;
            if self.kept <= MOST_TOLD && !self.quiet {
                let document = reveal(document);
                self.terminal.note(&format!("{document}: left as it was: {}", reason(kept)));
            }
        }
        if let Some(sample) = &mut self.sample {
            made.edits.iter().for_each(|told| sample.add(told));
        }
        self.sum.add(made);
        let is_read = match &mut self.texts {
            Texts::Files(writer) => {
                writer.block(source, block, made);
                self.check_journal()?;
                true
            }
            Texts::Diff if self.sample.is_some() => true,
            // A terminal would obey what a text holds.
            Texts::Diff if io::stdout().is_terminal() => {
                let shown: String = made.diff.lines().map(|line| reveal(line) + "\n").collect();
                write_out(&mut io::stdout(), shown.as_bytes())?
            }
            Texts::Diff => write_out(&mut io::stdout(), made.diff.as_bytes())?,
            Texts::Stdout => write_out(&mut io::stdout(), made.repaired.as_deref().unwrap_or(block.bytes()))?,
        };
        Ok(if is_read { Flow::Continue } else { Flow::Stop })
    }

    /// Ends a file; `whole` says whether it could be read to its end.
    pub(super) fn end(&mut self, source: &Source, whole: bool) -> Result<(), Stop> {
        self.sum.end(&source.name);
        match &mut self.texts {
            Texts::Files(writer) => writer.end(source, whole),
            Texts::Stdout | Texts::Diff => self.sum.settle(&source.name, true),
        }
        self.count_settled();
        self.check_journal()
    }

    /// Puts into its place what is whole, however the run ended; whether something could not be
    /// written.
    pub(super) fn finish(&mut self) -> Result<bool, Stop> {
        let more = self.kept.saturating_sub(MOST_TOLD);
        if more > 0 && !self.quiet {
            self.terminal.note(&format!("and {}", plural(more, "more document")));
        }
        if let Texts::Files(writer) = &mut self.texts {
            writer.settle();
        }
        self.count_settled();
        self.check_journal()?;
        Ok(matches!(&self.texts, Texts::Files(writer) if writer.failed))
    }

    /// Whether texts are only shown as they would be.
    pub(super) fn is_diff(&self) -> bool {
        matches!(self.texts, Texts::Diff)
    }

    fn count_settled(&mut self) {
        if let Texts::Files(writer) = &mut self.texts {
            for (name, written) in writer.settled.drain(..) {
                self.sum.settle(&name, written);
            }
        }
    }

    /// A run that cannot be journaled ends.
    fn check_journal(&self) -> Result<(), Stop> {
        match &self.texts {
            Texts::Files(writer) => writer.check_journal(),
            _ => Ok(()),
        }
    }
}
