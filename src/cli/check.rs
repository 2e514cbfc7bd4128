//! `descrape check`: report, never write.

use std::{
    io::{BufWriter, Write},
    sync::Mutex,
};

use super::{
    Exit, Stop,
    args::{CheckArgs, OutputFormat},
    pipeline::{self, Event, Flow, Outcome},
    tally::{Tally, grouped, plural},
    terminal::{Terminal, write_out},
};
use crate::{
    corpus::{Block, Fields, Source},
    lint::Linter,
    report::{Reporter, render},
    rule::RuleSet,
    severity::Severity,
};

pub(super) fn run(args: &CheckArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let rules = args.rules.rule_set(terminal)?;
    let pool = args.corpus.thread_pool()?;
    let reporter = args.report.reporter(terminal);
    let checker = Checker {
        linters: LinterPool::new(&rules),
        fields: args.corpus.fields(),
        reporter: (!args.statistics).then_some(&*reporter),
    };
    let options = args.corpus.walk_options();
    let mut tally = Tally::default();
    let mut stream = FindingStream::new(&*reporter, !args.statistics);
    let outcome = pipeline::run(
        options.walk(&args.paths),
        &pool,
        terminal,
        args.report.quiet,
        |source, block| checker.check(source, block),
        |event| {
            let Event::Block(_, _, checked) = event else { return Ok(Flow::Continue) };
            tally.merge(checked.tally);
            stream.write(&checked.rendered)
        },
    )?;
    stream.finish()?;
    if args.statistics {
        write_out(&mut std::io::stdout(), statistics(&tally, args.report.output_format).as_bytes())?;
    }
    if !args.report.quiet && !outcome.stopped {
        terminal.tell(&summary(&tally, &outcome));
    }
    Ok(exit(&tally, &outcome, args.report.threshold()))
}

/// The exit code of a run over a corpus.
pub(super) fn exit(left: &Tally<'_>, outcome: &Outcome, threshold: Severity) -> Exit {
    if outcome.failed || left.unreported > 0 {
        Exit::Failed
    } else if left.reaches(threshold) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

/// Linters that wait for a thread to need one.
pub(super) struct LinterPool<'r> {
    rules: &'r RuleSet,
    idle: Mutex<Vec<Linter<'r>>>,
}

impl<'r> LinterPool<'r> {
    pub(super) fn new(rules: &'r RuleSet) -> Self {
        LinterPool { rules, idle: Mutex::new(Vec::new()) }
    }

    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Linter<'r>) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let waiting = idle().pop();
        let mut linter = waiting.unwrap_or_else(|| Linter::new(self.rules));
        let made = work(&mut linter);
        idle().push(linter);
        made
    }
}

struct Checker<'r> {
    linters: LinterPool<'r>,
    fields: Fields,
    reporter: Option<&'r dyn Reporter>,
}

struct Checked<'r> {
    rendered: Vec<u8>,
    tally: Tally<'r>,
}

impl<'r> Checker<'r> {
    fn check(&self, source: &Source, block: &Block) -> Checked<'r> {
        self.linters.with(|linter| {
            let mut checked = Checked { rendered: Vec::new(), tally: Tally::default() };
            for raw in source.format.records(block) {
                let Some(record) = source.format.decode(&raw, &self.fields) else { continue };
                let document = record.document(source, &self.fields, &raw);
                let findings = linter.lint(&document);
                checked.tally.add(document.text.len(), &findings);
                checked.tally.unreported += usize::from(!record.readable && findings.is_empty());
                if let Some(reporter) = self.reporter.filter(|_| !findings.is_empty()) {
                    render(reporter, &document, &findings, &mut checked.rendered);
                }
            }
            checked
        })
    }
}

/// Findings on their way to standard output, with the frame of their format.
pub(super) struct FindingStream<'a> {
    out: BufWriter<std::io::Stdout>,
    reporter: &'a dyn Reporter,
    enabled: bool,
    started: bool,
}

impl<'a> FindingStream<'a> {
    pub(super) fn new(reporter: &'a dyn Reporter, enabled: bool) -> Self {
        FindingStream {
            out: BufWriter::with_capacity(1 << 16, std::io::stdout()),
            reporter,
            enabled,
            started: false,
        }
    }

    pub(super) fn write(&mut self, rendered: &[u8]) -> Result<Flow, Stop> {
        if !self.enabled || rendered.is_empty() {
            return Ok(Flow::Continue);
        }
        let frame = self.reporter.frame();
        let before = if self.started { frame.between } else { frame.open };
        self.started = true;
        let read = write_out(&mut self.out, before.as_bytes())? && write_out(&mut self.out, rendered)?;
        // Nobody reads any further; there is nobody to write a frame for.
        self.enabled = read;
        Ok(if read { Flow::Continue } else { Flow::Stop })
    }

    pub(super) fn finish(&mut self) -> Result<(), Stop> {
        if self.enabled {
            let frame = self.reporter.frame();
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

fn statistics(tally: &Tally<'_>, format: OutputFormat) -> String {
    let rules = tally.rules();
    if matches!(format, OutputFormat::Json | OutputFormat::Jsonl) {
        let lines: Vec<String> = rules
            .iter()
            .map(|t| {
                serde_json::json!({
                    "rule": t.rule.id,
                    "severity": t.rule.severity.name(),
                    "findings": t.findings,
                    "documents": t.documents,
                    "safety": t.rule.applicability().map(super::super::edit::Applicability::name),
                })
                .to_string()
            })
            .collect();
        return match format {
            OutputFormat::Json => format!("[\n{}\n]\n", lines.join(",\n")),
            _ => lines.iter().map(|line| format!("{line}\n")).collect(),
        };
    }
    if rules.is_empty() {
        return String::new();
    }
    let mut out = format!("{:>10} {:>10}  {:<8} {:<7} rule\n", "findings", "documents", "severity", "fix");
    for t in rules {
        let fix = t.rule.applicability().map_or("none", |a| a.name());
        let (findings, documents) = (grouped(t.findings), grouped(t.documents));
        out.push_str(&format!(
            "{findings:>10} {documents:>10}  {:<8} {fix:<7} {}\n",
            t.rule.severity.name(),
            t.rule.id
        ));
    }
    out
}

fn summary(tally: &Tally<'_>, outcome: &Outcome) -> String {
    let documents = plural(tally.documents, "document");
    let failed = if outcome.failed { "; not everything could be read" } else { "" };
    let unreported = match tally.unreported {
        0 => String::new(),
        n => format!("{} could not be read.\n", plural(n, "record")),
    };
    if tally.findings() == 0 {
        return format!("No findings in {documents}{failed}.\n{unreported}");
    }
    let mut parts: Vec<String> = Vec::new();
    for severity in Severity::ALL.into_iter().rev() {
        if tally.of(severity) > 0 {
            let count = tally.of(severity);
            parts.push(match severity {
                Severity::Info => format!("{} info", grouped(count)),
                _ => plural(count, severity.name()),
            });
        }
    }
    let mut out = format!(
        "Found {} in {} of {documents}: {}{failed}.\n",
        plural(tally.findings(), "finding"),
        grouped(tally.with_findings),
        parts.join(", ")
    );
    if tally.safe > 0 {
        let rest = match tally.unsafe_ {
            0 => String::new(),
            n => format!(", {} more with --unsafe-fixes", grouped(n)),
        };
        out.push_str(&format!("`descrape fix` repairs {}{rest}.\n", grouped(tally.safe)));
    } else if tally.unsafe_ > 0 {
        out.push_str(&format!("`descrape fix --unsafe-fixes` repairs {}.\n", grouped(tally.unsafe_)));
    }
    out + &unreported
}
