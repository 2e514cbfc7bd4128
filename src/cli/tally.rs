//! What a run found, counted.

use std::collections::HashMap;

use crate::{diagnostic::Diagnostic, edit::Applicability, report::RuleTotal, rule::Rule, severity::Severity};

/// A finding, as far as it is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted<'r> {
    pub(super) rule: &'r Rule,
    pub(super) severity: Severity,
    /// How far its fix may be trusted, if it has one.
    pub(super) safety: Option<Applicability>,
    /// How many bytes of text it covers.
    pub(super) bytes: usize,
}

impl<'r> Counted<'r> {
    pub(super) fn of(finding: &Diagnostic<'r>) -> Self {
        let safety = finding.fix.as_ref().map(|fix| fix.applicability);
        Counted { rule: finding.rule, severity: finding.severity, safety, bytes: finding.span.len() }
    }
}

/// What was counted of a rule, and the number of the last document it was found in.
#[derive(Clone, Copy, Debug)]
struct Counts<'r> {
    total: RuleTotal<'r>,
    last: usize,
}

impl Counts<'_> {
    fn add(&mut self, findings: usize, documents: usize, bytes: usize, safety: Option<Applicability>) {
        self.total.findings += findings;
        self.total.documents += documents;
        self.total.bytes += bytes;
        self.total.safety = self.total.safety.max(safety);
    }
}

/// Counts that can be added up in any order.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally<'r> {
    /// Documents looked at.
    pub(super) documents: usize,
    /// Of these, the ones with findings.
    pub(super) with_findings: usize,
    /// Bytes of text looked at.
    pub(super) bytes: usize,
    /// Words of text looked at, where these are counted.
    pub(super) words: usize,
    /// Findings that a safe fix would repair.
    pub(super) safe: usize,
    /// Findings that an unsafe fix would repair.
    pub(super) unsafe_: usize,
    /// Records that could not be read and that no rule reported.
    pub(super) unreported: usize,
    /// Records of archives that hold no text.
    pub(super) passed_over: usize,
    /// A rule may have several severities in one corpus, but only one in a document.
    rules: HashMap<(&'r str, Severity), Counts<'r>>,
    /// The number of the last document with findings.
    last: usize,
}

impl<'r> Tally<'r> {
    /// Goes on to a document of so many bytes.
    pub(super) fn next_document(&mut self, bytes: usize) {
        self.documents += 1;
        self.bytes += bytes;
    }

    /// Counts a finding of the document that was counted last.
    pub(super) fn add(&mut self, finding: Counted<'r>) {
        let number = self.documents;
        self.with_findings += usize::from(std::mem::replace(&mut self.last, number) != number);
        let counts = self.counts(finding.rule, finding.severity);
        let first = std::mem::replace(&mut counts.last, number) != number;
        counts.add(1, usize::from(first), finding.bytes, finding.safety);
        self.count_fix(finding.safety);
    }

    /// Counts a finding in what is no document of the corpus.
    pub(super) fn add_apart(&mut self, finding: Counted<'r>) {
        self.counts(finding.rule, finding.severity).add(1, 1, finding.bytes, finding.safety);
        self.count_fix(finding.safety);
    }

    /// Counts findings of a rule.
    pub(super) fn count(&mut self, more: RuleTotal<'r>) {
        let RuleTotal { rule, severity, findings, documents, bytes, safety } = more;
        self.counts(rule, severity).add(findings, documents, bytes, safety);
    }

    fn count_fix(&mut self, safety: Option<Applicability>) {
        match safety {
            Some(Applicability::Safe) => self.safe += 1,
            Some(Applicability::Unsafe) => self.unsafe_ += 1,
            Some(Applicability::Display) | None => {}
        }
    }

    fn counts(&mut self, rule: &'r Rule, severity: Severity) -> &mut Counts<'r> {
        let none = RuleTotal { rule, severity, findings: 0, documents: 0, bytes: 0, safety: None };
        self.rules.entry((&rule.id, severity)).or_insert(Counts { total: none, last: 0 })
    }

    pub(super) fn merge(&mut self, other: Tally<'r>) {
        self.documents += other.documents;
        self.with_findings += other.with_findings;
        self.bytes += other.bytes;
        self.words += other.words;
        self.safe += other.safe;
        self.unsafe_ += other.unsafe_;
        self.unreported += other.unreported;
        self.passed_over += other.passed_over;
        other.totals().for_each(|total| self.count(total));
    }

    /// Findings of that severity.
    pub(super) fn of(&self, severity: Severity) -> usize {
        self.totals().filter(|total| total.severity == severity).map(|total| total.findings).sum()
    }

    /// All findings.
    pub(super) fn findings(&self) -> usize {
        self.totals().map(|total| total.findings).sum()
    }

    /// Whether there are findings of that severity or a worse one.
    pub(super) fn reaches(&self, threshold: Severity) -> bool {
        Severity::ALL.iter().any(|&severity| severity >= threshold && self.of(severity) > 0)
    }

    /// The rules with findings, in no order; one stands here once for each of its severities.
    pub(super) fn totals(&self) -> impl Iterator<Item = RuleTotal<'r>> {
        self.rules.values().map(|counts| counts.total)
    }

    /// The same, most findings first.
    pub(super) fn rules(&self) -> Vec<RuleTotal<'r>> {
        let mut rules: Vec<RuleTotal<'r>> = self.totals().collect();
        rules
            .sort_by_key(|tally| (std::cmp::Reverse(tally.findings), tally.rule.id.as_str(), tally.severity));
        rules
    }
}

/// `n thing` or `n things` (`n matches`), with groups of digits.
pub(super) fn plural(n: usize, thing: &str) -> String {
    format!(
        "{} {thing}{}",
        grouped(n),
        match n {
            1 => "",
            _ if thing.ends_with("ch") => "es",
            _ => "s",
        }
    )
}

/// `1234567` as `1,234,567`.
pub(super) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1234567` as `1.2 MB`.
pub(super) fn bytes(n: usize) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if n < 1000 {
        return plural(n, "byte");
    }
    let (mut value, mut unit) = (n as f64 / 1e3, 0);
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1e3;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}
