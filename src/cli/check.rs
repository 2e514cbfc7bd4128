//! `descrape check`: report, never write.

use std::sync::Mutex;

use super::{
    Exit, Stop,
    args::{CheckArgs, OutputFormat},
    findings::{Findings, Found},
    pipeline::{self, Event, Outcome, Reading},
    tally::{Tally, bytes, grouped, plural},
    terminal::{Terminal, write_out},
};
use crate::{
    corpus::{Block, Fields, Source},
    lint::Linter,
    report::Reporter,
    rule::RuleSet,
    severity::Severity,
};

pub(super) fn run(args: &CheckArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let rules = args.rules.rule_set(terminal)?;
    let pool = args.corpus.thread_pool()?;
    let reporter = args.report.reporter(terminal);
    let fields = args.corpus.fields();
    let reporter = (!args.statistics).then_some(&*reporter);
    let checker = Checker { linters: LinterPool::new(&rules), fields: &fields, reporter };
    let mut findings = Findings::new(&rules, &fields, reporter, args.corpus.strict);
    let reading = Reading {
        quiet: args.report.quiet,
        damage_is_finding: findings.report_damage(),
        ..args.corpus.reading(&fields, &pool, terminal)
    };
    let outcome = pipeline::run(
        &reading,
        &args.corpus.walk_options(),
        &args.paths,
        |source, block| checker.check(source, block),
        |event| match event {
            Event::Block(source, block, found) => findings.block(source, block, found),
            Event::End(source, result) => findings.end(source, &result),
        },
    )?;
    findings.finish()?;
    let tally = findings.tally;
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
    fields: &'r Fields,
    reporter: Option<&'r dyn Reporter>,
}

impl<'r> Checker<'r> {
    fn check(&self, source: &Source, block: &Block) -> Found<'r> {
        self.linters.with(|linter| {
            let mut found = Found::default();
            for (index, (raw, record)) in source.records(block, self.fields).enumerate() {
                let Some(record) = record else {
                    found.tally.passed_over += usize::from(source.format.passes_over(&raw));
                    continue;
                };
                let document = record.document(source, self.fields, &raw);
                let findings = linter.lint(&document);
                found.add(source, (index, raw.line_number), &record, &document, &findings, self.reporter);
            }
            found
        })
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

pub(super) fn summary(tally: &Tally<'_>, outcome: &Outcome) -> String {
    let mut out = verdict(tally);
    if outcome.failed {
        out.push_str("; not everything could be read");
    }
    out.push_str(&format!("; {}.\n", speed(tally, outcome)));
    if tally.safe > 0 {
        let rest = match tally.unsafe_ {
            0 => String::new(),
            n => format!(", {} more with --unsafe-fixes", grouped(n)),
        };
        out.push_str(&format!("`descrape fix` repairs {}{rest}.\n", grouped(tally.safe)));
    } else if tally.unsafe_ > 0 {
        out.push_str(&format!("`descrape fix --unsafe-fixes` repairs {}.\n", grouped(tally.unsafe_)));
    }
    out + &left_out(tally)
}

/// How much was found.
fn verdict(tally: &Tally<'_>) -> String {
    let documents = plural(tally.documents, "document");
    if tally.findings() == 0 {
        return format!("No findings in {documents}");
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
    format!(
        "Found {} in {} of {documents}: {}",
        plural(tally.findings(), "finding"),
        grouped(tally.with_findings),
        parts.join(", ")
    )
}

/// How much was looked at, and how fast.
pub(super) fn speed(tally: &Tally<'_>, outcome: &Outcome) -> String {
    let seconds = outcome.elapsed.as_secs_f64();
    let rate = tally.bytes as f64 / 1e6 / seconds.max(1e-6);
    format!("{} in {seconds:.2} s, {rate:.1} MB/s", bytes(tally.bytes))
}

/// What was not looked at, if there is such.
pub(super) fn left_out(tally: &Tally<'_>) -> String {
    let mut out = String::new();
    if tally.unreported > 0 {
        out.push_str(&format!("{} could not be read.\n", plural(tally.unreported, "record")));
    }
    if tally.passed_over > 0 {
        out.push_str(&format!(
            "{} of archives passed over: not plain text.\n",
            plural(tally.passed_over, "record")
        ));
    }
    out
}
