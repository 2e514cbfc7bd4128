//! `descrape eval`: how right the rules are.

mod clean;
mod labelled;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use self::labelled::Labelled;
use super::{
    Exit, Stop,
    args::{EvalArgs, TableFormat},
    examine::LinterPool,
    pipeline::{self, Event, Flow},
    setup::rules_here,
    tally::{grouped, plural},
    terminal::{Terminal, write_out},
};
use crate::{
    corpus::{Block, Source},
    diagnostic::Diagnostic,
    document::Document,
    eval::{Label, Score, claims},
    lint::Linter,
    report::reveal,
    rule::RuleSet,
    severity::Severity,
};

/// Lines shown on either side of a false positive.
const AROUND: usize = 2;
/// Characters shown of a line.
const SHOWN: usize = 160;

pub(super) fn run(args: &EvalArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let all = rules_here(&args.config, &args.rules.rules, terminal)?;
    let rules = RuleSet::new(all, &args.rules.selection())?;
    if !args.clean.is_empty() {
        return clean::run(args, &rules, terminal);
    }
    let linters = LinterPool::new(&rules);
    let mut figures = Figures::default();
    let fields = args.corpus.fields();
    let outcome = pipeline::run(
        &args.corpus.reading(&fields, &args.corpus.thread_pool()?, terminal),
        &args.corpus.walk_options(),
        &args.labelled,
        |source, block| linters.with(|linter| score_block(args, linter, source, block)),
        |event| {
            if let Event::Block(_, _, scored) = event {
                figures.merge(scored);
            }
            Ok(Flow::Continue)
        },
    )?;
    terminal.errors(&figures.problems, |more| {
        let more = plural(more, "more record");
        format!("and the like in {more}; honest text without labels is scored with --clean")
    });
    let text = match args.output_format {
        TableFormat::Table => figures.table(args.worst),
        TableFormat::Json => figures.json(args.worst),
    };
    write_out(&mut std::io::stdout(), text.as_bytes())?;
    let failed = outcome.failed || !figures.problems.is_empty();
    Ok(if failed { Exit::Failed } else { Exit::Clean })
}

/// What was counted so far.
#[derive(Default)]
struct Figures {
    records: usize,
    left_out: usize,
    all: Score,
    /// By values of the fields that the figures are broken down by, each longer than the last.
    groups: BTreeMap<Vec<String>, Score>,
    rules: BTreeMap<String, Score>,
    false_positives: Vec<FalsePositive>,
    problems: Vec<String>,
}

/// What rules claim of honest text.
struct FalsePositive {
    rules: Vec<String>,
    place: String,
    bytes: usize,
    /// The lines around it, and which is the one.
    lines: Vec<(bool, String)>,
}

impl FalsePositive {
    fn show(&self, out: &mut String) {
        out.push_str(&format!("\n{}  {}\n", self.rules.join(", "), self.place));
        for (claimed, line) in &self.lines {
            out.push_str(&format!("  {} {line}\n", if *claimed { ">" } else { "|" }));
        }
    }

    fn json(&self) -> Value {
        let lines: Vec<&String> = self.lines.iter().map(|(_, line)| line).collect();
        json!({"rules": self.rules, "place": self.place, "bytes": self.bytes, "lines": lines})
    }
}

/// So many of them: of every rule the longest first, the rules in turn.
fn worst(all: &[FalsePositive], count: usize) -> Vec<&FalsePositive> {
    let mut sorted: Vec<&FalsePositive> = all.iter().collect();
    sorted.sort_by_key(|found| std::cmp::Reverse(found.bytes));
    let mut rank: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ranked: Vec<(usize, &FalsePositive)> = Vec::new();
    for found in sorted {
        let rank = rank.entry(&found.rules[0]).or_default();
        ranked.push((*rank, found));
        *rank += 1;
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(count).map(|(_, found)| found).collect()
}

/// The lines from one to another, of which `index` is the one.
fn around<T: AsRef<str>>(lines: &[T], index: usize) -> Vec<(bool, String)> {
    let from = index.saturating_sub(AROUND);
    let to = (index + AROUND + 1).min(lines.len());
    let shown = |line: &T| reveal(line.as_ref()).chars().take(SHOWN).collect();
    (from..to).map(|at| (at == index, shown(&lines[at]))).collect()
}

fn score_block<'r>(args: &EvalArgs, linter: &mut Linter<'r>, source: &Source, block: &Block) -> Figures {
    let mut figures = Figures::default();
    for raw in block.records() {
        if raw.bytes.trim_ascii().is_empty() {
            continue;
        }
        let place = format!("{}:{}", source.name, raw.line_number);
        match Labelled::read(&raw) {
            Ok(record) if record.wanted(args) => figures.score(args, linter, &record, &place),
            Ok(_) => figures.left_out += 1,
            Err(problem) => figures.problems.push(format!("{place}: {problem}")),
        }
    }
    figures
}

impl Figures {
    fn score(&mut self, args: &EvalArgs, linter: &mut Linter<'_>, record: &Labelled, place: &str) {
        let text = record.lines.join("\n");
        let mut lines = Vec::with_capacity(record.lines.len());
        let mut at = 0;
        for line in &record.lines {
            lines.push(at..at + line.len());
            at += line.len() + 1;
        }
        let threshold = Severity::from(args.severity);
        let mut findings: Vec<Diagnostic<'_>> = linter.lint(&Document::new(place, &text));
        findings.retain(|finding| finding.severity >= threshold);
        let claims = claims(&text, &lines, &findings);

        let mut score = Score { hits: findings.len(), ..Score::default() };
        score.artifacts = record.labels.iter().filter(|&&label| label == Label::Artifact).count();
        for finding in &findings {
            self.rules.entry(finding.rule.id.clone()).or_default().hits += 1;
        }
        for (&index, rules) in &claims {
            let (label, bytes) = (record.labels[index], lines[index].len());
            score.add(label, bytes);
            for rule in rules {
                self.rules.entry((*rule).to_string()).or_default().add(label, bytes);
            }
            if label == Label::Content && args.worst > 0 {
                self.false_positives.push(false_positive(record, index, rules, place));
            }
        }
        self.records += 1;
        self.all.merge(score);
        let values: Vec<String> = args.by.iter().map(|field| record.field(field)).collect();
        for length in 1..=values.len() {
            self.groups.entry(values[..length].to_vec()).or_default().merge(score);
        }
    }

    fn merge(&mut self, mut other: Figures) {
        self.records += other.records;
        self.left_out += other.left_out;
        self.all.merge(other.all);
        for (group, score) in other.groups {
            self.groups.entry(group).or_default().merge(score);
        }
        for (rule, score) in other.rules {
            self.rules.entry(rule).or_default().merge(score);
        }
        self.false_positives.append(&mut other.false_positives);
        self.problems.append(&mut other.problems);
    }

    /// The rules by what they claim, most first.
    fn by_rule(&self) -> Vec<(&String, Score)> {
        let mut rules: Vec<_> = self.rules.iter().map(|(id, score)| (id, *score)).collect();
        rules.sort_by_key(|(id, score)| (std::cmp::Reverse(score.true_lines + score.false_lines), *id));
        rules
    }

    fn table(&self, worst: usize) -> String {
        let mut out = String::new();
        let width = self.rules.keys().map(String::len).chain([24]).max().unwrap_or(24);
        let head = format!(
            "{:>8} {:>7} {:>7} {:>10}  {:>9}  {:<13} {:>6} {:>10}\n",
            "findings", "true", "false", "unlabelled", "precision", "95 % interval", "recall", "bytes"
        );
        out.push_str(&format!("{:<width$} {head}", "text"));
        out.push_str(&row("all", width, &self.all));
        for (group, score) in &self.groups {
            let name = format!("{}{}", "  ".repeat(group.len()), group.last().map_or("", String::as_str));
            out.push_str(&row(&name, width, score));
        }
        out.push_str(&format!("\n{:<width$} {head}", "rule"));
        for (id, mut score) in self.by_rule() {
            score.artifacts = self.all.artifacts;
            out.push_str(&row(id, width, &score));
        }
        let left_out = match self.left_out {
            0 => String::new(),
            n => format!(", {} left out", grouped(n)),
        };
        out.push_str(&format!("\n{}{left_out}.\n", plural(self.records, "record")));
        self::worst(&self.false_positives, worst).into_iter().for_each(|found| found.show(&mut out));
        out
    }

    fn json(&self, worst: usize) -> String {
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|(group, score)| {
                let mut value = figures(score);
                value["group"] = json!(group);
                value
            })
            .collect();
        let rules: Vec<Value> = self
            .by_rule()
            .into_iter()
            .map(|(id, mut score)| {
                score.artifacts = self.all.artifacts;
                let mut value = figures(&score);
                value["rule"] = json!(id);
                value
            })
            .collect();
        let worst: Vec<Value> =
            self::worst(&self.false_positives, worst).into_iter().map(FalsePositive::json).collect();
        let all = json!({
            "version": 1, "records": self.records, "left_out": self.left_out, "all": figures(&self.all),
            "groups": groups, "rules": rules, "worst": worst,
        });
        format!("{all:#}\n")
    }
}

fn false_positive(record: &Labelled, index: usize, rules: &[&str], place: &str) -> FalsePositive {
    FalsePositive {
        rules: rules.iter().map(|rule| (*rule).to_string()).collect(),
        place: format!("{place}: {}, line {}", record.field("id"), index + 1),
        bytes: record.lines[index].len(),
        lines: around(&record.lines, index),
    }
}

fn row(name: &str, width: usize, score: &Score) -> String {
    let share = |share: Option<f64>| share.map_or_else(|| "-".into(), |share| format!("{share:.3}"));
    let interval =
        score.interval().map_or_else(|| "-".into(), |(low, high)| format!("{low:.3} to {high:.3}"));
    format!(
        "{name:<width$} {:>8} {:>7} {:>7} {:>10}  {:>9}  {interval:<14}{:>6} {:>10}\n",
        grouped(score.hits),
        grouped(score.true_lines),
        grouped(score.false_lines),
        grouped(score.unlabelled),
        share(score.precision()),
        share(score.recall()),
        grouped(score.true_bytes + score.false_bytes),
    )
}

fn figures(score: &Score) -> Value {
    json!({
        "findings": score.hits, "true": score.true_lines, "false": score.false_lines,
        "unlabelled": score.unlabelled, "precision": score.precision(),
        "precision_interval": score.interval().map(|(low, high)| [low, high]),
        "recall": score.recall(), "artifacts": score.artifacts,
        "true_bytes": score.true_bytes, "false_bytes": score.false_bytes,
    })
}
