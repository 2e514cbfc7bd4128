//! `check --output-format dolma`: findings as attribute files, so that the mixer
//! of the dolma toolkit can filter by them or apply them.
//!
//! Each file below a folder `documents` gets a companion of the same name below
//! `attributes/descrape`, a line a document. Source: the toolkit's
//! `docs/data-format.md` and `docs/mixer.md`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    Exit, Stop,
    args::CheckArgs,
    check::{exit, summary, tell_unread, verdict_table},
    examine::LinterPool,
    findings::Findings,
    found::Found,
    judge::{Judge, Local},
    pipeline::{self, Event, Flow, Reading},
    scope::Scope,
    setup::Setup,
    terminal::Terminal,
};
use crate::{
    corpus::{Block, Fields, Finished, Format, Output, Source},
    diagnostic::Diagnostic,
    edit::Applicability,
    lint::Linter,
    severity::Severity,
    span::Span,
};

/// The name of the attribute set.
const NAME: &str = "descrape";

/// Start and end in code points, and a score.
type Row = (usize, usize, f64);

#[derive(Serialize)]
struct Line<'a> {
    id: Option<&'a str>,
    attributes: BTreeMap<String, Vec<Row>>,
}

pub(super) fn run(args: &CheckArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    if !args.report.report.is_empty() {
        return Err(Stop("attributes have places of their own, and go with no other report".into()));
    }
    let gate = &args.gate;
    let others = [
        ("--baseline", gate.baseline.is_some()),
        ("--strict-baseline", gate.strict_baseline),
        ("--changed-since", gate.changed_since.is_some()),
        ("--statistics", args.statistics),
        ("--timing", args.timing),
    ];
    if let Some((option, _)) = others.into_iter().find(|(_, is_given)| *is_given) {
        return Err(Stop(format!(
            "attributes tell all that is found in all documents, and go without {option}"
        )));
    }
    let setup = Setup::new(&args.paths, &args.setup, args.report.fail_on, terminal)?;
    let pool = args.setup.corpus.thread_pool()?;
    let fields = &setup.fields;
    let judge = Judge::new(&setup.resolved, None);
    let linters = LinterPool::new(judge.rules);
    let scope = Scope::new(setup.config.root.clone(), &args.paths, false);
    let mut findings = Findings::new(&judge, scope, fields, (&[], Vec::new()), args.setup.corpus.strict)?;
    let reading = Reading {
        quiet: args.report.quiet,
        damage_is_finding: findings.report_damage(),
        ..args.setup.corpus.reading(fields, &pool, terminal)
    };
    let mut open: Option<Output> = None;
    let written = attributes_folders(&args.paths);
    let apart: Vec<&Path> = written.iter().map(PathBuf::as_path).collect();
    let outcome = pipeline::run(
        &reading,
        &setup.walk_options(&args.setup.corpus, &apart),
        &args.paths,
        |source, block| {
            let local = judge.of(source);
            linters.with(|linter| attributes(linter, &local, source, block, fields))
        },
        |event| match event {
            Event::Block(source, block, (found, lines)) => {
                let output = match &mut open {
                    Some(output) => output,
                    None => open.insert(create(source)?),
                };
                output.write(&lines).map_err(|error| failed(source, &error))?;
                findings.block(source, block, &found)
            }
            Event::End(source, result) => {
                findings.end(source, &result)?;
                let output = open.take();
                if result.is_ok() {
                    // A file without documents has attributes, too: none.
                    let output = output.map_or_else(|| create(source), Ok)?;
                    output.finish().and_then(Finished::publish).map_err(|error| failed(source, &error))?;
                }
                Ok(Flow::Continue)
            }
        },
    )?;
    if let Some(file) = setup.config.file.as_ref().filter(|_| !outcome.stopped) {
        findings.suppressions(file)?;
    }
    let verdicts = findings.verdicts();
    findings.finish(outcome.failed)?;
    tell_unread(&findings.unread(), terminal);
    if !args.report.quiet {
        terminal.tell(&summary(&findings.tally, &outcome));
        terminal.tell(&verdict_table(&verdicts));
    }
    Ok(exit(&findings.tally, &outcome, &verdicts, setup.threshold))
}

/// Where earlier runs may have written: beside folders `documents` in what was named, or in
/// a folder of that.
fn attributes_folders(paths: &[PathBuf]) -> Vec<PathBuf> {
    let inner = paths.iter().flat_map(|path| path.read_dir().into_iter().flatten().flatten());
    let folders = paths.iter().cloned().chain(inner.map(|entry| entry.path()));
    let is_set = |folder: &PathBuf| folder.join("documents").is_dir();
    folders.filter(is_set).map(|folder| folder.join("attributes")).collect()
}

fn failed(source: &Source, error: &std::io::Error) -> Stop {
    Stop(format!("{}: its attributes cannot be written: {error}", source.name))
}

fn create(source: &Source) -> Result<Output, Stop> {
    if source.format != Format::JsonLines {
        let format = source.format.name();
        return Err(Stop(format!("{}: is {format}; attributes go with JSON Lines", source.name)));
    }
    let path = source.path.as_deref().unwrap_or(Path::new(""));
    let place = companion(path).ok_or_else(|| {
        Stop(format!("{}: stands below no folder `documents`, so that attributes have no place", source.name))
    })?;
    Output::create(&place, source.compression, None).map_err(|error| failed(source, &error))
}

/// Where the attributes of a file stand: the last `documents` in its path
/// becomes `attributes/descrape`.
fn companion(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let parts: Vec<_> = absolute.iter().collect();
    let documents = parts.iter().rposition(|part| *part == "documents")?;
    let (above, below) = (&parts[..documents], &parts[documents + 1..]);
    let set: PathBuf = above.iter().collect();
    Some(set.join("attributes").join(NAME).join(below.iter().collect::<PathBuf>()))
}

fn attributes<'r>(
    linter: &mut Linter<'r>,
    local: &Local<'_>,
    source: &Source,
    block: &Block,
    fields: &Fields,
) -> (Found<'r>, Vec<u8>) {
    let (mut found, mut lines) = (Found::default(), Vec::new());
    source.for_each_record(block, fields, |index, raw, record| {
        let Some(record) = record else { return };
        let document = record.document(source, fields, raw);
        let mut findings = linter.lint_under(&document, &local.policy);
        found.add(source, index, record, &document, &findings, (local, &[]));
        let suppressions = local.suppressions_of(&document);
        findings.retain(|finding| local.suppression(&suppressions, finding.rule).is_none());
        // Lines go with those of the documents, whatever these hold.
        let attributes =
            if record.readable { attributes_of(document.text, &findings) } else { BTreeMap::new() };
        let line = Line { id: document.id, attributes };
        serde_json::to_writer(&mut lines, &line).expect("memory takes bytes, and every key is a string");
        lines.push(b'\n');
    });
    (found, lines)
}

/// The findings of each rule, and what fixes delete.
fn attributes_of(text: &str, findings: &[Diagnostic<'_>]) -> BTreeMap<String, Vec<Row>> {
    let mut attributes: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let mut points = CodePoints { text, at: 0, count: 0 };
    for finding in findings {
        let name = format!("{NAME}__{}", finding.rule.id.replace('/', "__").replace('-', "_"));
        let score = match finding.severity {
            Severity::Error => 1.0,
            Severity::Warning => 0.6,
            Severity::Info => 0.3,
        };
        let (start, end) = points.of(finding.span);
        attributes.entry(name).or_default().push((start, end, score));
    }
    let mut deletions: Vec<(Span, f64)> = Vec::new();
    for finding in findings {
        let score = match finding.fix.as_ref().map(|fix| fix.applicability) {
            Some(Applicability::Safe) => 1.0,
            Some(Applicability::Unsafe) => 0.5,
            _ => continue,
        };
        let edits =
            finding.edits(text).into_iter().filter(|edit| edit.text.is_empty() && !edit.span.is_empty());
        deletions.extend(edits.map(|edit| (edit.span, score)));
    }
    deletions.sort_by_key(|(span, _)| *span);
    let mut end = 0;
    // The mixer replaces spans one after the other: of overlapping ones the first.
    deletions.retain(|(span, _)| {
        let apart = span.start >= end;
        end = if apart { span.end } else { end };
        apart
    });
    if !deletions.is_empty() {
        let mut points = CodePoints { text, at: 0, count: 0 };
        let row = |(span, score): (Span, f64)| {
            let (start, end) = points.of(span);
            (start, end, score)
        };
        attributes.insert(format!("{NAME}__delete"), deletions.into_iter().map(row).collect());
    }
    attributes
}

/// Counts code points from one place to the next.
struct CodePoints<'t> {
    text: &'t str,
    at: usize,
    count: usize,
}

impl CodePoints<'_> {
    fn of(&mut self, span: Span) -> (usize, usize) {
        self.count += self.text[self.at..span.start].chars().count();
        self.at = span.start;
        (self.count, self.count + self.text[span.range()].chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_companion_stands_beside_the_documents() {
        let place = |path: &str| companion(Path::new(path)).map(|place| place.display().to_string());
        assert_eq!(
            place("/data/set/documents/2019/a.jsonl.gz").as_deref(),
            Some("/data/set/attributes/descrape/2019/a.jsonl.gz")
        );
        assert_eq!(
            place("/documents/x/documents/a.jsonl").as_deref(),
            Some("/documents/x/attributes/descrape/a.jsonl")
        );
        assert_eq!(place("/data/a.jsonl"), None);
    }
}
