//! What a careful reader would say of a rule that its examples do not.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use toml::{Table, Value};

use super::{alone, unproven};
use crate::{
    document::Document,
    edit::Applicability,
    fix::{FixOptions, Kept, fix},
    lint::Linter,
    rule::{Input, Rule, RuleSet, Selection, SelectionError},
    severity::Severity,
};

/// Something about a rule that its author should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What is amiss: a fragment.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
}

fn remark(message: impl Into<String>, help: &'static str) -> Remark {
    Remark { message: message.into(), help }
}

/// Bytes of honest text on which a rule's speed is taken.
const SAMPLE: usize = 1 << 20;
/// The slowest a rule may be on it; a thousandth of the memory's speed.
const SLOWEST: Duration = Duration::from_millis(100);

/// All rules of a run, together, as one of them meets the others.
pub struct Company<'r> {
    rules: &'r [Rule],
    set: RuleSet,
    /// The patterns and words of each rule file, with the rules that have them.
    literals: BTreeMap<String, BTreeSet<String>>,
    sample: String,
}

impl<'r> Company<'r> {
    /// Of all `rules`, each with the source of its file.
    ///
    /// # Errors
    ///
    /// If a rule requires one that is not there.
    pub fn new(rules: &'r [Rule], sources: &[(&str, &str)]) -> Result<Self, SelectionError> {
        let select = rules.iter().map(|rule| rule.id.clone()).collect();
        let set = RuleSet::new(rules.to_vec(), &Selection { select, ignore: Vec::new() })?;
        let mut literals: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (id, source) in sources {
            for literal in literals_of(source) {
                literals.entry(literal).or_default().insert((*id).to_string());
            }
        }
        let honest: Vec<&str> = rules
            .iter()
            .flat_map(|rule| &rule.good)
            .filter_map(|good| match &good.input {
                Input::Text(text) => Some(text.as_str()),
                Input::File { .. } => None,
            })
            .collect();
        let mut sample = String::with_capacity(SAMPLE);
        for text in honest.iter().cycle() {
            sample.push_str(text);
            sample.push('\n');
            if sample.len() >= SAMPLE {
                break;
            }
        }
        Ok(Company { rules, set, literals, sample })
    }

    /// All remarks on `rule`, which is one of the company, with the source of its file.
    ///
    /// # Errors
    ///
    /// If the rule requires one that is not there.
    pub fn remarks(&self, rule: &Rule, source: &str) -> Result<Vec<Remark>, SelectionError> {
        let alone = alone(rule, self.rules)?;
        let mut remarks: Vec<Remark> = unproven(&rule.id, source, self.rules)?
            .into_iter()
            .map(|part| {
                let help = "add an example that fails without it, or take it out";
                remark(format!("no example needs `{part}`"), help)
            })
            .collect();
        if rule.check().is_none() && alone.has_unplaced() {
            let help = "give every pattern three bytes in a row that every match holds";
            remarks.push(remark("a pattern has nothing to look for first: every text is searched", help));
        }
        self.easy_examples(rule, &alone, &mut remarks);
        self.duplicates(rule, source, &mut remarks);
        self.meetings(rule, &mut remarks);
        let sample = Document::new("sample", &self.sample);
        // Once may be slow for what else the machine does.
        let is_slow = || {
            let start = Instant::now();
            let _ = Linter::new(&alone).lint(&sample);
            start.elapsed() > SLOWEST
        };
        if (0..3).all(|_| is_slow()) {
            let help = "give its patterns a rarer literal, or bound their repetitions";
            remarks.push(remark("slow: below 10 MB a second on honest text", help));
        }
        Ok(remarks)
    }

    /// `good` examples that share no word with what the rule finds.
    fn easy_examples(&self, rule: &Rule, alone: &RuleSet, remarks: &mut Vec<Remark>) {
        let mut linter = Linter::new(alone);
        let mut marks: BTreeSet<String> = BTreeSet::new();
        for bad in &rule.bad {
            let Input::Text(text) = &bad.input else { continue };
            for finding in linter.lint(&Document::new("example", text)) {
                marks.extend(marks_of(&text[finding.span.range()]));
            }
        }
        for (index, good) in rule.good.iter().enumerate() {
            let Input::Text(text) = &good.input else { continue };
            if !marks.is_empty() && marks_of(text).is_disjoint(&marks) {
                remarks.push(remark(
                    format!("good {} has nothing of what the rule finds", index + 1),
                    "make it a near miss that a careless pattern would flag",
                ));
            }
        }
    }

    fn duplicates(&self, rule: &Rule, source: &str, remarks: &mut Vec<Remark>) {
        let mut own = BTreeSet::new();
        for literal in literals_of(source) {
            let shown: String = literal.chars().take(60).collect();
            if !own.insert(literal.clone()) {
                remarks.push(remark(format!("`{shown}` stands there twice"), "remove one"));
            }
            let others = self.literals[&literal].iter().find(|id| **id < rule.id);
            if let Some(other) = others {
                remarks.push(remark(format!("`{shown}` is what `{other}` looks for, too"), "remove one"));
            }
        }
    }

    /// What happens where all rules run together on the rule's examples.
    fn meetings(&self, rule: &Rule, remarks: &mut Vec<Remark>) {
        let mut linter = Linter::new(&self.set);
        for (index, bad) in rule.bad.iter().enumerate() {
            let Input::Text(text) = &bad.input else { continue };
            let document = Document::new("example", text);
            let findings = linter.lint(&document);
            let (own, others): (Vec<_>, Vec<_>) = findings.iter().partition(|d| d.rule.id == rule.id);
            let rivals: BTreeSet<&str> = others
                .iter()
                .filter(|other| other.severity >= Severity::Warning && rule.severity >= Severity::Warning)
                .filter(|other| own.iter().any(|own| own.span.overlaps(other.span)))
                .map(|other| other.rule.id.as_str())
                .collect();
            for rival in rivals {
                remarks.push(remark(
                    format!("bad {} is claimed by `{rival}`, too", index + 1),
                    "narrow one of the two, so that a finding has one name",
                ));
            }
            let options = FixOptions::at(Applicability::Display);
            if let Some(Kept::Cycle { rules }) = fix(&mut linter, &document, options).kept {
                remarks.push(remark(
                    format!("bad {}: the fixes of {} never end", index + 1, rules.join(", ")),
                    "let the fix of one leave nothing for the other",
                ));
            }
        }
    }
}

/// Patterns and words a rule file looks for.
fn literals_of(source: &str) -> Vec<String> {
    let file = source.parse::<Table>().unwrap_or_default();
    let Some(Value::Table(spec)) = file.get("match") else { return Vec::new() };
    // What surrounds a finding, and what a definition is short for, may well be alike.
    let lists = ["any", "text"].into_iter().filter_map(|key| spec.get(key)?.as_array());
    let entries = lists.flatten().filter_map(|entry| entry.as_str());
    entries.filter(|entry| !entry.contains("{{")).map(String::from).collect()
}

/// Words of three letters or more, in lower case, and single characters that
/// are neither letters nor common marks.
fn marks_of(text: &str) -> BTreeSet<String> {
    let words = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| word.chars().count() >= 3 || !word.is_ascii())
        .map(str::to_lowercase);
    let signs = text
        .chars()
        .filter(|c| !c.is_alphabetic() && !c.is_whitespace() && !".,".contains(*c))
        .map(|c| if c.is_numeric() { "0".into() } else { c.to_string() });
    words.chain(signs).chain(text.contains('\u{a0}').then(|| "\u{a0}".into())).collect()
}
