//! `descrape check`: report, never write.

use std::path::{Path, PathBuf};

use super::{
    Exit, Stop,
    args::{CheckArgs, GateArgs, OutputFormat},
    examine::Examination,
    judge::Judge,
    pipeline::Outcome,
    settings::Measure,
    setup::{Setup, shown},
    statistics,
    tally::{Tally, bytes, grouped, plural},
    terminal::{Terminal, write_out},
    timing::Stopwatch,
};
use crate::{
    gate::{Accepted, Baseline, Verdict},
    severity::Severity,
};

/// A gate that looks at nothing is always open, which nobody should find out later.
pub(super) const NOTHING: &str = "no document was looked at: what is named holds none, or .gitignore, \
    `exclude` or the names of the files leave all of them out (--no-ignore, --format)";

pub(super) fn run(args: &CheckArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let setup = Setup::new(&args.paths, &args.setup, args.report.fail_on, terminal)?;
    let baseline = load_baseline(&setup, &args.gate)?;
    let format = args.report.stdout_format()?;
    let is_table = matches!(format, OutputFormat::Full | OutputFormat::Json | OutputFormat::Jsonl);
    if (args.statistics || args.timing) && !is_table {
        args.report.leave_stdout("a table, as `full`, `json` or `jsonl`")?;
    }
    let accepted_file = baseline.as_ref().map(|(file, _)| &**file);
    let places = setup.places(&args.paths, accepted_file);
    let measure = Measure { baseline: baseline.is_some(), threshold: setup.threshold };
    let (reporters, destinations) =
        args.report.reports(args.statistics || args.timing, measure, places, terminal)?;
    let judge = Judge::new(&setup.resolved, baseline.as_ref().map(|(_, baseline)| baseline));
    let examination = Examination {
        setup: &setup,
        judge: &judge,
        paths: &args.paths,
        corpus: &args.setup.corpus,
        baseline: accepted_file,
        apart: args.report.files().collect(),
        changed_since: args.gate.changed_since.as_deref(),
        quiet: args.report.quiet,
    };
    let (mut findings, outcome, watches) = if args.timing {
        examination.run_watched::<Stopwatch>(&reporters, destinations, terminal)?
    } else {
        let (findings, outcome) = examination.run(&reporters, destinations, terminal)?;
        (findings, outcome, Vec::new())
    };
    if let Some(file) = setup.config.file.as_ref().filter(|_| !outcome.stopped) {
        findings.suppressions(file)?;
    }
    let verdicts = findings.verdicts();
    let stale = match &baseline {
        Some(_) if !outcome.stopped => findings.stale(examination.looked_for(&findings.scope)),
        _ => Vec::new(),
    };
    findings.finish(outcome.failed)?;
    tell_unread(&findings.unread(), terminal);
    let tally = &findings.tally;
    if args.statistics {
        write_out(&mut std::io::stdout(), statistics::render(tally, format).as_bytes())?;
    }
    if args.timing {
        let all = watches.iter().fold(Stopwatch::default(), |mut sum, watch| {
            sum.add(watch);
            sum
        });
        write_out(&mut std::io::stdout(), all.render(judge.rules.running(), format).as_bytes())?;
    }
    let saw_nothing = tally.documents == 0 && tally.findings() == 0;
    if saw_nothing && args.gate.changed_since.is_none() && !outcome.stopped && !outcome.failed {
        terminal.note(NOTHING);
    }
    if !args.report.quiet && !outcome.stopped {
        terminal.tell(&summary(tally, &outcome));
        terminal.tell(&accepted(findings.known, findings.suppressed));
        terminal.tell(&verdict_table(&verdicts));
    }
    if !stale.is_empty() {
        let file = baseline.as_ref().map_or(Path::new(""), |(file, _)| file);
        terminal.note(&stale_entries(&stale, file));
    }
    let exit = exit(tally, &outcome, &verdicts, setup.threshold);
    let fails = args.gate.strict_baseline && !stale.is_empty();
    Ok(if exit == Exit::Clean && fails { Exit::Findings } else { exit })
}

/// The exit code of a run over a corpus. With budgets, these decide.
pub(super) fn exit(
    left: &Tally<'_>,
    outcome: &Outcome,
    verdicts: &[Verdict<'_>],
    threshold: Severity,
) -> Exit {
    let is_over =
        if verdicts.is_empty() { left.reaches(threshold) } else { verdicts.iter().any(Verdict::is_over) };
    if outcome.failed || left.unreported > 0 {
        Exit::Failed
    } else if is_over {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

/// The baseline of a run and its file, if it has one.
fn load_baseline(setup: &Setup, args: &GateArgs) -> Result<Option<(PathBuf, Baseline)>, Stop> {
    if args.no_baseline {
        return Ok(None);
    }
    let Some(path) = setup.baseline_file(args.baseline.as_deref()) else {
        return if args.strict_baseline {
            Err(Stop(
                "--strict-baseline needs a baseline: --baseline FILE, or `baseline` in descrape.toml".into(),
            ))
        } else {
            Ok(None)
        };
    };
    Ok(Some((path.clone(), setup.read_baseline(&path)?)))
}

/// Says what could not be read and is no finding.
pub(super) fn tell_unread(unread: &[String], terminal: &Terminal) {
    terminal.errors(unread, |more| format!("and the same in {}", plural(more, "more file")));
}

/// How many findings do not count.
fn accepted(known: usize, suppressed: usize) -> String {
    let mut parts = Vec::new();
    if known > 0 {
        parts.push(format!("{} in the baseline", grouped(known)));
    }
    if suppressed > 0 {
        parts.push(format!("{} suppressed", grouped(suppressed)));
    }
    if parts.is_empty() { String::new() } else { format!("Not counted: {}.\n", parts.join(", ")) }
}

/// Budgets, what was found, and whether that is too much.
pub(super) fn verdict_table(verdicts: &[Verdict<'_>]) -> String {
    if verdicts.is_empty() {
        return String::new();
    }
    let rows: Vec<[String; 4]> = std::iter::once(["budget", "allowed", "found", "verdict"].map(String::from))
        .chain(verdicts.iter().map(|verdict| {
            let limit = verdict.budget.limit;
            let word = if verdict.is_over() { "OVER" } else { "ok" };
            [verdict.budget.name.clone(), limit.show(limit.allowed()), limit.show(verdict.found), word.into()]
        }))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (a, b, c) = (width(0), width(1), width(2));
    rows.iter()
        .map(|[name, allowed, found, word]| format!("{name:<a$}  {allowed:>b$}  {found:>c$}  {word}\n"))
        .collect()
}

/// What a baseline holds and nobody found.
fn stale_entries(stale: &[Accepted], file: &Path) -> String {
    const MOST: usize = 5;
    let count = stale.iter().map(|entry| entry.count).sum();
    let mut out = format!(
        "{} of {} not found again; `descrape baseline prune` forgets them",
        plural(count, "accepted finding"),
        shown(file)
    );
    for entry in stale.iter().take(MOST) {
        out.push_str(&format!("\n  {}: {} {:?}", entry.path, entry.rule, entry.text));
    }
    if stale.len() > MOST {
        out.push_str(&format!("\n  and {} more", grouped(stale.len() - MOST)));
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
