//! What one thread found in one block, rendered for every report.

use std::ops::Range;

use super::{judge::Local, tally::Counted};
use crate::{
    corpus::{Record, Source, Trace},
    diagnostic::Diagnostic,
    document::Document,
    hash::Hash,
    prose::count_words,
    report::{Finding, Reporter, Standing, place},
};

/// The most memory of a rendered block that is kept for the next one.
const MOST_KEPT: usize = 1 << 20;

/// What was found in one block.
#[derive(Default)]
pub(super) struct Found<'r> {
    /// In the order of the input.
    pub(super) entries: Vec<Entry<'r>>,
    /// Each entry in turn; one that may be known as if it were.
    pub(super) rendered: Rendered,
    /// Of each document that was looked at.
    pub(super) looked: Vec<Looked<'r>>,
    /// Words of text looked at, where these are counted.
    pub(super) words: usize,
    /// Records that could not be read and that no rule reported, by their numbers.
    pub(super) unreported: Vec<usize>,
    /// Records of archives that hold no text.
    pub(super) passed_over: usize,
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
    /// How many bytes of text it has.
    pub(super) bytes: usize,
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

    /// Its memory, for another block; very much of it goes back to the system.
    pub(super) fn recycle(mut self) -> Self {
        let reports = self.rendered.buffers.len();
        if self.rendered.buffers.iter().any(|buffer| buffer.capacity() > MOST_KEPT) {
            return Found::new(reports);
        }
        self.entries.clear();
        self.rendered.clear();
        self.looked.clear();
        Found { entries: self.entries, rendered: self.rendered, looked: self.looked, ..Found::default() }
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
        let suppressions = if findings.is_empty() { Vec::new() } else { local.suppressions_of(shown) };
        let mut unplaced = findings.iter();
        place(shown, findings, |finding| {
            let mut counted = unplaced.next().map(Counted::of).expect("a place for every finding");
            counted.safety = counted.safety.filter(|_| shown.may_change());
            let fate = local.fate(finding, &suppressions);
            self.entries.push(Entry { counted, fate });
            let standing = local.standing(fate);
            self.rendered.push(reporters, &finding.standing(standing), fate == Fate::New);
        });
        let entries = &self.entries[start..];
        let may_be_known = entries.iter().any(|entry| matches!(entry.fate, Fate::PerhapsKnown(_)));
        if local.counts_words() {
            self.words += count_words(shown.text, usize::MAX);
        }
        if !record.readable {
            let number = shown.record.unwrap_or(1);
            self.unreported.extend(findings.is_empty().then_some(number));
            self.unreadable = self.unreadable.or(Some(number));
        }
        let trace = Trace::of(record, source.format, |check| local.wants(check));
        let findings = if may_be_known { findings.to_vec() } else { Vec::new() };
        let (bytes, end) = (record.text.len(), self.entries.len());
        self.looked.push(Looked { index, trace, bytes, end, findings });
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

    fn clear(&mut self) {
        self.buffers.iter_mut().for_each(Vec::clear);
        self.ends.clear();
        self.sure = 0;
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
