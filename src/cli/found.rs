//! What one thread found in one block, rendered for every report.

use std::ops::Range;

use super::{
    judge::Local,
    tally::{Counted, Tally},
};
use crate::{
    corpus::{Record, Source, Trace},
    diagnostic::Diagnostic,
    document::Document,
    hash::Hash,
    prose::count_words,
    report::{Finding, Reporter, Standing, place},
};

/// What was found in one block.
#[derive(Default)]
pub(super) struct Found<'r> {
    /// Of the findings that surely count.
    pub(super) tally: Tally<'r>,
    /// In the order of the input.
    pub(super) entries: Vec<Entry<'r>>,
    /// Each entry in turn; one that may be known as if it were.
    pub(super) rendered: Rendered,
    /// Of each document that was looked at.
    pub(super) looked: Vec<Looked<'r>>,
    /// The number of the first record that could not be read.
    pub(super) unreadable: Option<usize>,
}

/// A finding, as far as it is counted.
pub(super) struct Entry<'r> {
    pub(super) counted: Counted<'r>,
    pub(super) fate: Fate,
}

/// Whether a finding counts, as far as one thread can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It does.
    New,
    /// The baseline holds its like; whether there are enough of them shows in the
    /// order of the input, and needs the content that it is known by.
    PerhapsKnown(Hash),
    /// The suppression of this number covers it.
    Suppressed(usize),
}

/// A document that was looked at.
pub(super) struct Looked<'r> {
    /// The index of its record in the block.
    pub(super) index: usize,
    pub(super) trace: Trace,
    /// Where its entries end.
    pub(super) end: usize,
    /// All its findings, where one may be known: if it is not, it is yet to be
    /// rendered as new.
    pub(super) findings: Vec<Diagnostic<'r>>,
}

impl<'r> Found<'r> {
    /// For so many reports.
    pub(super) fn new(reports: usize) -> Self {
        Found { rendered: Rendered::new(reports), ..Found::default() }
    }

    /// Notes a document that was looked at, and what is left in it: the index of
    /// its record in the block, and `shown`, the document as it is now.
    pub(super) fn add(
        &mut self,
        source: &Source,
        index: usize,
        record: &Record<'_>,
        shown: &Document<'_>,
        findings: &[Diagnostic<'r>],
        (local, reporters): (&Local<'_>, &[Box<dyn Reporter + '_>]),
    ) {
        let start = self.entries.len();
        let mut unplaced = findings.iter();
        place(shown, findings, |finding| {
            let counted = unplaced.next().map(Counted::of).expect("a place for every finding");
            let fate = local.fate(finding);
            self.entries.push(Entry { counted, fate });
            let standing = local.standing(fate);
            self.rendered.push(reporters, &finding.standing(standing), fate == Fate::New);
        });
        let entries = &self.entries[start..];
        let may_be_known = entries.iter().any(|entry| matches!(entry.fate, Fate::PerhapsKnown(_)));
        let counted = entries.iter().filter(|entry| entry.fate == Fate::New);
        self.tally.add(record.text.len(), counted.map(|entry| entry.counted));
        if local.counts_words() {
            self.tally.words += count_words(shown.text, usize::MAX);
        }
        if !record.readable {
            self.tally.unreported += usize::from(findings.is_empty());
            self.unreadable = self.unreadable.or(Some(shown.record.unwrap_or(1)));
        }
        let trace = Trace::of(record, source.format, |check| local.wants(check));
        let findings = if may_be_known { findings.to_vec() } else { Vec::new() };
        self.looked.push(Looked { index, trace, end: self.entries.len(), findings });
    }
}

/// Findings as each report has them, one after the other.
#[derive(Default)]
pub(super) struct Rendered {
    buffers: Vec<Vec<u8>>,
    /// Where each finding ends in each of the buffers.
    ends: Vec<usize>,
    /// Findings that surely count.
    sure: usize,
}

/// In place of a finding that no report can have room for.
const LEFT_OUT: &[u8] = b"\0";

impl Rendered {
    pub(super) fn new(reports: usize) -> Self {
        Rendered { buffers: vec![Vec::new(); reports], ends: Vec::new(), sure: 0 }
    }

    /// Appends a finding, which is `sure` to count or not.
    pub(super) fn push(&mut self, reporters: &[Box<dyn Reporter + '_>], finding: &Finding<'_>, sure: bool) {
        for (reporter, buffer) in reporters.iter().zip(&mut self.buffers) {
            if finding.standing == Standing::New || reporter.shows_all() {
                // Those before it fill the report, whatever was written before the block.
                if sure && self.sure >= reporter.limit() {
                    buffer.extend_from_slice(LEFT_OUT);
                } else {
                    reporter.finding(finding, buffer);
                }
            }
            self.ends.push(buffer.len());
        }
        self.sure += usize::from(sure);
    }

    /// What one of the reports has of these findings.
    pub(super) fn bytes(&self, report: usize, findings: Range<usize>) -> &[u8] {
        let reports = self.buffers.len();
        let end = |count: usize| count.checked_sub(1).map_or(0, |last| self.ends[last * reports + report]);
        &self.buffers[report][end(findings.start)..end(findings.end)]
    }
}
