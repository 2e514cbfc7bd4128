//! What a run finds, in the order of the input: on its way to standard output,
//! and counted.

use std::io::{self, BufWriter, Write};

use super::{Stop, pipeline::Flow, tally::Tally, terminal::write_out};
use crate::{
    corpus::{Block, Fields, Record, Seen, Source, Trace, is_damage},
    diagnostic::Diagnostic,
    document::{Check, Document},
    layout::line_end,
    report::{Reporter, render},
    rule::{Rule, RuleSet},
    span::Span,
};

/// What was found in one block.
#[derive(Default)]
pub(super) struct Found<'r> {
    /// For the report; empty where nothing is reported.
    pub(super) rendered: Vec<u8>,
    pub(super) tally: Tally<'r>,
    /// Of each document that was looked at.
    traces: Vec<Looked>,
    /// The number of the first record that could not be read.
    pub(super) unreadable: Option<usize>,
}

impl<'r> Found<'r> {
    /// Notes a document that was looked at, and what is left in it: the index of
    /// its record in the block, the line that starts on, and `shown`, the document
    /// as it is now.
    pub(super) fn add(
        &mut self,
        source: &Source,
        (index, line_number): (usize, usize),
        record: &Record<'_>,
        shown: &Document<'_>,
        findings: &[Diagnostic<'r>],
        reporter: Option<&dyn Reporter>,
    ) {
        self.tally.add(record.text.len(), findings);
        if !record.readable {
            self.tally.unreported += usize::from(findings.is_empty());
            self.unreadable = self.unreadable.or(Some(shown.record.unwrap_or(1)));
        }
        if let Some(reporter) = reporter.filter(|_| !findings.is_empty()) {
            render(reporter, shown, findings, &mut self.rendered);
        }
        self.traces.push(Looked {
            index,
            line_number,
            trace: Trace::of(record, source.format),
            clean: findings.is_empty(),
            end: self.rendered.len(),
        });
    }
}

/// A document that was looked at.
struct Looked {
    /// The index of its record in the block, and the line it starts on.
    index: usize,
    line_number: usize,
    trace: Trace,
    /// Whether nothing was found in it.
    clean: bool,
    /// Where its findings end in what was rendered.
    end: usize,
}

/// Adds up what the blocks hold, and looks for what only a whole run can show.
pub(super) struct Findings<'r> {
    pub(super) tally: Tally<'r>,
    /// The rules for what is no part of a text.
    checks: Vec<(Check, &'r Rule)>,
    fields: &'r Fields,
    reporter: Option<&'r dyn Reporter>,
    stream: FindingStream<'r>,
    seen: Seen,
    /// How far the file at hand was read: the number of the next line, and bytes.
    reached: (usize, usize),
    strict: bool,
}

impl<'r> Findings<'r> {
    /// Without a reporter, findings are only counted.
    pub(super) fn new(
        rules: &'r RuleSet,
        fields: &'r Fields,
        reporter: Option<&'r dyn Reporter>,
        strict: bool,
    ) -> Self {
        Findings {
            tally: Tally::default(),
            checks: rules.rules().filter_map(|rule| Some((rule.check()?, rule))).collect(),
            fields,
            reporter,
            stream: FindingStream::new(reporter),
            seen: Seen::default(),
            reached: (1, 0),
            strict,
        }
    }

    /// Whether a damaged file is a finding.
    pub(super) fn report_damage(&self) -> bool {
        self.finding(Check::DamagedFile, Span::new(0, 0)).is_some()
    }

    /// Takes what was found in the next block.
    pub(super) fn block(&mut self, source: &Source, block: &Block, found: Found<'r>) -> Result<Flow, Stop> {
        if let Some(number) = found.unreadable.filter(|_| self.strict) {
            return Err(Stop(format!("{}: record {number} cannot be read", source.name)));
        }
        self.reached = block.end();
        let rendered = self.with_duplicates(source, block, &found);
        self.tally.merge(found.tally);
        self.stream.write(rendered.as_deref().unwrap_or(&found.rendered))
    }

    /// Takes how a file ended.
    pub(super) fn end(&mut self, source: &Source, result: &io::Result<()>) -> Result<Flow, Stop> {
        let (first_line, first_byte) = std::mem::replace(&mut self.reached, (1, 0));
        let damaged = result.as_ref().is_err_and(is_damage);
        let Some(finding) = self.finding(Check::DamagedFile, Span::new(0, 0)).filter(|_| damaged) else {
            return Ok(Flow::Continue);
        };
        let document =
            Document { first_line, first_byte, readable: false, ..Document::new(&source.name, "") };
        self.tally.note(&finding);
        let mut rendered = Vec::new();
        if let Some(reporter) = self.reporter {
            render(reporter, &document, &[finding], &mut rendered);
        }
        self.stream.write(&rendered)
    }

    /// Writes what is left.
    pub(super) fn finish(&mut self) -> Result<(), Stop> {
        self.stream.finish()
    }

    fn finding(&self, check: Check, span: Span) -> Option<Diagnostic<'r>> {
        let (_, rule) = self.checks.iter().find(|(known, _)| *known == check)?;
        Some(Diagnostic { rule, span, fix: None })
    }

    /// The rendered findings of a block with those on duplicates among them, if
    /// there are any.
    fn with_duplicates(&mut self, source: &Source, block: &Block, found: &Found<'r>) -> Option<Vec<u8>> {
        let mut out: Option<Vec<u8>> = None;
        let mut copied = 0;
        for &Looked { index, line_number, trace, clean, end } in &found.traces {
            let had = self.seen.note(trace, |check| self.checks.iter().any(|(known, _)| *known == check));
            if had.is_empty() {
                continue;
            }
            let raw = block.record(index, line_number);
            let Some(record) = source.format.decode(&raw, self.fields) else { continue };
            let document = record.document(source, self.fields, &raw);
            // The first line is enough to know a document by.
            let line = line_end(document.text.as_bytes(), 0);
            let findings: Vec<Diagnostic<'r>> =
                had.into_iter().filter_map(|check| self.finding(check, Span::new(0, line))).collect();
            findings.iter().for_each(|finding| self.tally.note(finding));
            self.tally.with_findings += usize::from(clean);
            if let Some(reporter) = self.reporter {
                let out = out.get_or_insert_default();
                join(out, &found.rendered[copied..end], reporter);
                copied = end;
                render(reporter, &document, &findings, out);
            }
        }
        let mut out = out?;
        join(&mut out, &found.rendered[copied..], self.reporter?);
        Some(out)
    }
}

/// Appends rendered findings, with what stands between two of them.
fn join(out: &mut Vec<u8>, rendered: &[u8], reporter: &dyn Reporter) {
    let between = reporter.frame().between.as_bytes();
    // Those that were not the first of their block have it already.
    let rendered = rendered.strip_prefix(between).unwrap_or(rendered);
    if !out.is_empty() && !rendered.is_empty() {
        out.extend_from_slice(between);
    }
    out.extend_from_slice(rendered);
}

/// Findings on their way to standard output, with the frame of their format.
struct FindingStream<'a> {
    out: BufWriter<std::io::Stdout>,
    reporter: Option<&'a dyn Reporter>,
    started: bool,
}

impl<'a> FindingStream<'a> {
    fn new(reporter: Option<&'a dyn Reporter>) -> Self {
        FindingStream { out: BufWriter::with_capacity(1 << 16, std::io::stdout()), reporter, started: false }
    }

    fn write(&mut self, rendered: &[u8]) -> Result<Flow, Stop> {
        let Some(reporter) = self.reporter.filter(|_| !rendered.is_empty()) else {
            return Ok(Flow::Continue);
        };
        let frame = reporter.frame();
        let before = if self.started { frame.between } else { frame.open };
        self.started = true;
        let read = write_out(&mut self.out, before.as_bytes())? && write_out(&mut self.out, rendered)?;
        if read {
            return Ok(Flow::Continue);
        }
        // Nobody reads any further; there is nobody to write a frame for.
        self.reporter = None;
        Ok(Flow::Stop)
    }

    fn finish(&mut self) -> Result<(), Stop> {
        if let Some(reporter) = self.reporter {
            let frame = reporter.frame();
            let open = if self.started { "" } else { frame.open };
            let _ = write_out(&mut self.out, open.as_bytes())?
                && write_out(&mut self.out, frame.close.as_bytes())?;
        }
        match self.out.flush() {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }
}
