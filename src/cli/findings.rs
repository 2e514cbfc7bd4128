//! What a run finds, in the order of the input: judged to the end, counted, and
//! handed to the reports.

use std::{collections::HashMap, io};

use super::{
    Stop,
    found::{Fate, Found, Looked, Rendered},
    judge::Judge,
    pipeline::Flow,
    reports::{Destination, Writers},
    scope::Scope,
    tally::{Counted, Tally, plural},
};
use crate::{
    config::ConfigFile,
    corpus::{Block, Fields, Raw, Record, Seen, Source, is_damage},
    diagnostic::Diagnostic,
    document::{Check, Document},
    gate::{Accepted, Baseline, Ledger, Meter, Suppression, Verdict},
    hash::Hash,
    layout::line_end,
    lint::Linter,
    report::{Reporter, Standing, Totals, place},
    rule::{Policy, Rule, RuleWord},
    span::Span,
};

/// Adds up what the blocks hold, and looks for what only a whole run can show.
pub(super) struct Findings<'r> {
    pub(super) tally: Tally<'r>,
    judge: &'r Judge<'r>,
    pub(super) scope: Scope,
    ledger: Option<Ledger<'r>>,
    meter: Meter<'r>,
    /// Whether each suppression covered a finding.
    used: Vec<bool>,
    /// Whether each suppression holds for a file that was read.
    in_reach: Vec<bool>,
    /// Findings that do not count.
    pub(super) known: usize,
    pub(super) suppressed: usize,
    fields: &'r Fields,
    reporters: &'r [Box<dyn Reporter>],
    writers: Writers<'r>,
    seen: Seen,
    /// Rules of which a report shows something, for those that list rules.
    seen_rules: HashMap<&'r str, &'r Rule>,
    /// Files with records that could not be read and that no rule reported, and the first of these.
    unread: Vec<(String, usize, usize)>,
    /// How far the file at hand was read: the number of the next line, and bytes.
    reached: (usize, usize),
    strict: bool,
}

impl<'r> Findings<'r> {
    /// A report for each of the reporters goes to each of the destinations.
    pub(super) fn new(
        judge: &'r Judge<'r>,
        scope: Scope,
        fields: &'r Fields,
        (reporters, destinations): (&'r [Box<dyn Reporter>], Vec<Destination>),
        strict: bool,
    ) -> Result<Self, Stop> {
        Ok(Findings {
            tally: Tally::default(),
            judge,
            scope,
            ledger: judge.baseline.map(Ledger::new),
            meter: Meter::new(judge.budgets),
            used: vec![false; judge.places.suppressions.all().len()],
            in_reach: vec![false; judge.places.suppressions.all().len()],
            known: 0,
            suppressed: 0,
            fields,
            reporters,
            writers: Writers::open(reporters, destinations)?,
            seen: Seen::default(),
            seen_rules: HashMap::new(),
            unread: Vec::new(),
            reached: (1, 0),
            strict,
        })
    }

    /// Whether a damaged file is a finding.
    pub(super) fn report_damage(&self) -> bool {
        self.finding(Check::DamagedFile, Span::new(0, 0), self.judge.rules.policy()).is_some()
    }

    /// Takes what was found in the next block.
    pub(super) fn block(&mut self, source: &Source, block: &Block, found: &Found<'r>) -> Result<Flow, Stop> {
        if let Some(number) = found.unreadable.filter(|_| self.strict) {
            return Err(Stop(format!("{}: record {number} cannot be read", source.name)));
        }
        self.reached = block.end();
        self.tally.words += found.words;
        self.unreported(source, &found.unreported);
        self.tally.passed_over += found.passed_over;
        let mut start = 0;
        for looked in &found.looked {
            self.meter.next_document();
            self.tally.next_document(looked.bytes);
            let mut turned_new: Vec<usize> = Vec::new();
            for (index, entry) in found.entries.iter().enumerate().take(looked.end).skip(start) {
                let rule = entry.counted.rule;
                if entry.fate != Fate::New {
                    self.note_rule(rule);
                }
                let is_new = match entry.fate {
                    Fate::New => true,
                    Fate::PerhapsKnown(content) => !self.is_known(source, rule, content),
                    Fate::Suppressed(number) => {
                        self.used[number] = true;
                        self.suppressed += 1;
                        false
                    }
                };
                if is_new {
                    self.meter.count(&rule.id, entry.counted.severity);
                    self.tally.add(entry.counted);
                    if matches!(entry.fate, Fate::PerhapsKnown(_)) {
                        turned_new.push(index);
                    }
                }
            }
            self.write(source, block, (looked, start), &found.rendered, &turned_new)?;
            self.duplicates(source, block, looked, &found.rendered)?;
            start = looked.end;
        }
        self.writers.flush(&source.name, &found.rendered)?;
        Ok(self.writers.flow())
    }

    /// Takes records that could not be read and that no rule reported.
    fn unreported(&mut self, source: &Source, numbers: &[usize]) {
        let Some(first) = numbers.first() else { return };
        self.tally.unreported += numbers.len();
        match self.unread.last_mut().filter(|(name, ..)| *name == source.name) {
            Some((_, _, count)) => *count += numbers.len(),
            None => self.unread.push((source.name.clone(), *first, numbers.len())),
        }
    }

    /// What could not be read and no rule reported, file by file, in words.
    pub(super) fn unread(&self) -> Vec<String> {
        let told = |(name, first, count): &(String, usize, usize)| match count {
            1 => format!("{name}: record {first} cannot be read"),
            _ => format!("{name}: {} cannot be read, the first of them {first}", plural(*count, "record")),
        };
        self.unread.iter().map(told).collect()
    }

    /// Takes a finding of which the baseline holds its like; whether it is one of
    /// those that were accepted.
    fn is_known(&mut self, source: &Source, rule: &Rule, content: Hash) -> bool {
        let Some(ledger) = &mut self.ledger else { return false };
        self.scope.enter(source);
        let scope = &self.scope;
        let known = ledger.take(&rule.id, content, scope.name(), |path| scope.may_miss(path));
        self.known += usize::from(known);
        known
    }

    /// Hands on what was found in one document, whose entries begin at `start`. Those
    /// that turned out new were rendered as known ones: that is what most of them are.
    fn write(
        &mut self,
        source: &Source,
        block: &Block,
        (looked, start): (&Looked<'r>, usize),
        rendered: &Rendered,
        turned_new: &[usize],
    ) -> Result<(), Stop> {
        let path = &source.name;
        let mut at = start;
        if !turned_new.is_empty() {
            let (raw, record) = self.again(source, block, looked);
            let document = record.document(source, self.fields, &raw);
            let mut late = Rendered::new(self.reporters.len());
            let mut indexes = start..looked.end;
            place(&document, &looked.findings, |finding| {
                if indexes.next().is_some_and(|index| turned_new.binary_search(&index).is_ok()) {
                    late.push(self.reporters, finding, false);
                }
            });
            for (nth, &index) in turned_new.iter().enumerate() {
                self.writers.take(path, rendered, at..index)?;
                self.writers.flush(path, rendered)?;
                self.writers.take(path, &late, nth..nth + 1)?;
                self.writers.flush(path, &late)?;
                at = index + 1;
            }
        }
        self.writers.take(path, rendered, at..looked.end)
    }

    fn note_rule(&mut self, rule: &'r Rule) {
        self.seen_rules.entry(&rule.id).or_insert(rule);
    }

    /// Takes how a file ended.
    pub(super) fn end(&mut self, source: &Source, result: &io::Result<()>) -> Result<Flow, Stop> {
        let (first_line, first_byte) = std::mem::replace(&mut self.reached, (1, 0));
        self.note_file(source);
        if !result.as_ref().is_err_and(is_damage) {
            return Ok(Flow::Continue);
        }
        let local = self.judge.of(source);
        let finding = self.finding(Check::DamagedFile, Span::new(0, 0), &local.policy);
        let document =
            Document { first_line, first_byte, readable: false, ..Document::new(&source.name, "") };
        self.meter.next_document();
        self.late(source, &document, &finding.into_iter().collect::<Vec<_>>(), Tally::add_apart)?;
        Ok(self.writers.flow())
    }

    fn note_file(&mut self, source: &Source) {
        if self.ledger.is_some() {
            self.scope.note(source);
        }
        if !self.in_reach.is_empty() {
            self.judge.of(source).suppressions.iter().for_each(|&number| self.in_reach[number] = true);
        }
    }

    /// Takes findings that no thread has seen: judges and renders them, and has those
    /// that are new counted.
    fn late(
        &mut self,
        source: &Source,
        document: &Document<'_>,
        findings: &[Diagnostic<'r>],
        count: fn(&mut Tally<'r>, Counted<'r>),
    ) -> Result<(), Stop> {
        let judge = self.judge;
        let local = judge.of(source);
        let suppressions = local.suppressions_of(document);
        let mut rendered = Rendered::new(self.reporters.len());
        let mut unplaced = findings.iter();
        place(document, findings, |finding| {
            let diagnostic = unplaced.next().expect("a place for every finding");
            let rule = diagnostic.rule;
            let standing = match local.fate(finding, &suppressions) {
                fate @ Fate::Suppressed(number) => {
                    self.used[number] = true;
                    self.suppressed += 1;
                    local.standing(fate)
                }
                Fate::PerhapsKnown(content) if self.is_known(source, rule, content) => Standing::Known,
                Fate::PerhapsKnown(_) | Fate::New => Standing::New,
            };
            if standing == Standing::New {
                self.meter.count(&rule.id, diagnostic.severity);
                count(&mut self.tally, Counted::of(diagnostic));
            }
            self.note_rule(rule);
            rendered.push(self.reporters, &finding.standing(standing), false);
        });
        self.writers.take(&source.name, &rendered, 0..findings.len())?;
        self.writers.flush(&source.name, &rendered)
    }

    /// Takes what is wrong with the suppressions of a configuration, once all
    /// findings are known.
    pub(super) fn suppressions(&mut self, file: &ConfigFile) -> Result<(), Stop> {
        let today = self.judge.today();
        let all = self.judge.places.suppressions.all();
        let used = |number: usize| {
            let suppression: &Suppression = &all[number];
            // Only a run that looked there can tell.
            let looked = self.scope.is_everything() || suppression.path.is_some() && self.in_reach[number];
            let runs = |word: &RuleWord| self.judge.rules.rules().any(|rule| word.names(&rule.id));
            (looked && suppression.rules.as_ref().is_some_and(runs)).then(|| self.used[number])
        };
        let damage: Vec<_> = all
            .iter()
            .enumerate()
            .filter_map(|(number, suppression)| suppression.damage(used(number), today))
            .collect();
        if damage.is_empty() {
            return Ok(());
        }
        let document =
            Document { damage: &damage, readable: false, ..Document::new(&file.name, &file.source) };
        let findings = Linter::new(self.judge.rules).lint(&document);
        let source = Source::at(std::path::Path::new(&file.name), crate::corpus::Format::Text);
        self.meter.next_document();
        self.late(&source, &document, &findings, Tally::add_apart)
    }

    /// What the budgets say.
    pub(super) fn verdicts(&self) -> Vec<Verdict<'r>> {
        self.meter.verdicts(self.tally.documents, self.tally.words)
    }

    /// What was accepted and not found again, of the entries that were looked for.
    pub(super) fn stale(&self, looked_for: impl Fn(&Accepted) -> bool) -> Vec<Accepted> {
        self.ledger.as_ref().map(|ledger| ledger.stale(looked_for)).unwrap_or_default()
    }

    /// The baseline without these entries.
    pub(super) fn baseline_without(&self, stale: &[Accepted]) -> Baseline {
        self.ledger.as_ref().map(|ledger| ledger.without(stale)).unwrap_or_default()
    }

    /// Writes what is left, and puts reports into their places; what was kept in
    /// memory, report by report. `failed` says that something else could not be read.
    pub(super) fn finish(&mut self, failed: bool) -> Result<Vec<Vec<u8>>, Stop> {
        self.tally.totals().for_each(|total| {
            self.seen_rules.insert(&total.rule.id, total.rule);
        });
        let mut seen: Vec<&Rule> = self.seen_rules.drain().map(|(_, rule)| rule).collect();
        seen.sort_unstable_by_key(|rule| &rule.id);
        let mut unread = self.unread();
        if failed && unread.is_empty() {
            unread.push("not everything could be read".into());
        }
        let (rules, documents) = (self.tally.rules(), self.tally.documents);
        let totals = Totals { rules, seen, documents, left_out: 0, unread };
        self.writers.finish(&totals)
    }

    fn finding(&self, check: Check, span: Span, policy: &Policy) -> Option<Diagnostic<'r>> {
        let rules = self.judge.rules;
        let index = rules.rule_for(check).filter(|&index| policy.of(index).reported)?;
        let severity = policy.of(index).severity;
        Some(Diagnostic { rule: &rules.running()[index], severity, span, reason: None, fix: None })
    }

    /// A document that a thread has looked at, once more.
    fn again<'b>(&self, source: &Source, block: &'b Block, looked: &Looked<'r>) -> (Raw<'b>, Record<'b>) {
        let raw = block.record(looked.index);
        let record = source.format.decode(&raw, self.fields).expect("a thread has read it");
        (raw, record)
    }

    /// Takes a document that another one is like.
    fn duplicates(
        &mut self,
        source: &Source,
        block: &Block,
        looked: &Looked<'r>,
        rendered: &Rendered,
    ) -> Result<(), Stop> {
        let had = self.seen.note(looked.trace);
        if had.is_empty() {
            return Ok(());
        }
        let (raw, record) = self.again(source, block, looked);
        let document = record.document(source, self.fields, &raw);
        // The first line is enough to know a document by.
        let line = line_end(document.text.as_bytes(), 0);
        let local = self.judge.of(source);
        let finding = |check| self.finding(check, Span::new(0, line), &local.policy);
        let findings: Vec<Diagnostic<'r>> = had.into_iter().filter_map(finding).collect();
        // What was found in it before comes first.
        self.writers.flush(&source.name, rendered)?;
        self.late(source, &document, &findings, Tally::add)
    }
}
