//! The findings that were accepted, known by content and not by place.
//!
//! A file of JSON Lines, sorted, an entry for each content and path. The path
//! says where a finding was when it was accepted, and is not what it is known
//! by: a file that moves keeps its baseline. Entries of different paths are
//! different lines, so that two branches that accept findings merge.

use std::{collections::HashMap, fmt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    hash::{Hash, Hasher},
    report::{Finding, brief},
};

/// The version of the entries.
const VERSION: u32 = 1;

/// So many accepted findings with the same content in the same file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The rule's id.
    pub rule: String,
    /// What it found, cut where it is long: for people.
    pub text: String,
    /// The line around it, cut where it is long: for people.
    pub line: String,
    /// The file it was found in, as the run that accepted it called it.
    pub path: String,
    /// XXH3 of 128 bits, in hexadecimal digits, of the text and its line.
    #[schemars(with = "String")]
    pub content: Hash,
    /// How many of them.
    pub count: usize,
    /// The version of this record.
    pub version: u32,
}

impl Accepted {
    /// A finding as an entry.
    #[must_use]
    pub fn of(finding: &Finding<'_>) -> Self {
        let (line, span) = brief(finding.document.text, finding.diagnostic.span);
        Accepted {
            rule: finding.diagnostic.rule.id.clone(),
            text: line[span].to_string(),
            line,
            path: finding.document.path.to_string(),
            content: finding.identity().content,
            count: 1,
            version: VERSION,
        }
    }

    fn key(&self) -> Hash {
        key(&self.rule, self.content)
    }

    /// Whether nothing but the count tells it from the other, if that does.
    fn is_same_but_for_count(&self, other: &Accepted) -> bool {
        let Accepted { rule, text, line, path, content, count: _, version } = other;
        (&self.rule, &self.text, &self.line, &self.path) == (rule, text, line, path)
            && (self.content, self.version) == (*content, *version)
    }
}

/// The JSON Schema of one entry, as text that ends with a newline.
#[must_use]
pub fn baseline_schema() -> String {
    let schema = schemars::schema_for!(Accepted);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

/// Accepted findings.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    entries: Vec<Accepted>,
    /// What is accepted of each rule and content.
    known: HashMap<Hash, Known>,
}

/// Entries of one rule and content, by their indexes.
#[derive(Clone, Debug)]
struct Known {
    first: usize,
    /// Those of other files: most often there is none.
    others: Vec<usize>,
}

impl Known {
    fn indexes(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

/// What findings of a rule with some content are known by.
fn key(rule: &str, content: Hash) -> Hash {
    let mut hasher = Hasher::default();
    hasher.update(rule.as_bytes());
    hasher.update(&content.to_bytes());
    hasher.finish()
}

/// Why a file is no baseline.
#[derive(Clone, Debug)]
pub struct BaselineError {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for BaselineError {}

impl Baseline {
    /// Reads a baseline; lines in any order, as a merge leaves them.
    /// `current` knows the id a rule has now.
    ///
    /// # Errors
    ///
    /// If a line is no entry, for instance a conflict that a merge left.
    pub fn parse(source: &str, current: impl Fn(&str) -> Option<String>) -> Result<Self, BaselineError> {
        let mut entries = Vec::new();
        for (index, line) in source.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let fail = |message: String| BaselineError { line: index + 1, message };
            if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
                let advice = "a merge conflict: keep the lines of both sides and delete this one";
                return Err(fail(advice.into()));
            }
            let mut entry: Accepted = serde_json::from_str(line).map_err(|error| fail(error.to_string()))?;
            if entry.version != VERSION {
                return Err(fail(format!("version {} of the record is not known here", entry.version)));
            }
            entry.rule = current(&entry.rule).unwrap_or(entry.rule);
            entries.push(entry);
        }
        Ok(Baseline::new(entries))
    }

    /// A baseline of these entries; those of the same content and path are
    /// added up.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = Accepted>) -> Self {
        let mut entries: Vec<Accepted> = entries.into_iter().collect();
        // A file is sorted already, but for what a merge left.
        entries.sort();
        entries.dedup_by(|entry, before| {
            let is_same = entry.is_same_but_for_count(before);
            before.count += if is_same { entry.count } else { 0 };
            is_same
        });
        let mut known: HashMap<Hash, Known> = HashMap::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            let one = Known { first: index, others: Vec::new() };
            known.entry(entry.key()).and_modify(|known| known.others.push(index)).or_insert(one);
        }
        Baseline { entries, known }
    }

    /// The entries, sorted.
    #[must_use]
    pub fn entries(&self) -> &[Accepted] {
        &self.entries
    }

    /// How many findings it holds.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.iter().map(|entry| entry.count).sum()
    }

    /// Whether it holds a finding of this rule and content.
    #[must_use]
    pub fn holds(&self, rule: &str, content: Hash) -> bool {
        self.known.contains_key(&key(rule, content))
    }

    /// The file: an entry a line.
    #[must_use]
    pub fn render(&self) -> String {
        let line = |entry| serde_json::to_string(entry).expect("every key is a string") + "\n";
        self.entries.iter().map(line).collect()
    }
}

/// What a run found again of a baseline. A finding is found again once: of two
/// with the same content, of which one was accepted, the second is new.
#[derive(Debug)]
pub struct Ledger<'b> {
    baseline: &'b Baseline,
    /// How many of each entry were found again.
    found: Vec<usize>,
}

impl<'b> Ledger<'b> {
    /// Nothing was found yet.
    #[must_use]
    pub fn new(baseline: &'b Baseline) -> Self {
        Ledger { baseline, found: vec![0; baseline.entries.len()] }
    }

    /// Takes a finding in a file; whether it is one that was accepted there, or in another file
    /// whose findings may have moved.
    pub fn take(
        &mut self,
        rule: &str,
        content: Hash,
        path: &str,
        may_have_moved: impl Fn(&str) -> bool,
    ) -> bool {
        let Some(known) = self.baseline.known.get(&key(rule, content)) else { return false };
        let entries = &self.baseline.entries;
        let is_left = |&index: &usize| self.found[index] < entries[index].count;
        let here = known.indexes().filter(is_left).find(|&index| entries[index].path == path);
        let there = || known.indexes().filter(is_left).find(|&index| may_have_moved(&entries[index].path));
        let index = here.or_else(there);
        index.inspect(|&index| self.found[index] += 1).is_some()
    }

    /// What was not found again, of the entries that were looked for: each with
    /// the number that is missing.
    pub fn stale(&self, looked_for: impl Fn(&Accepted) -> bool) -> Vec<Accepted> {
        let missing = |(entry, &found): (&Accepted, &usize)| {
            let count = entry.count - found;
            (count > 0 && looked_for(entry)).then(|| Accepted { count, ..entry.clone() })
        };
        self.baseline.entries.iter().zip(&self.found).filter_map(missing).collect()
    }

    /// The baseline without these.
    #[must_use]
    pub fn without(&self, stale: &[Accepted]) -> Baseline {
        let gone: HashMap<(&str, Hash, &str), usize> =
            stale.iter().map(|entry| ((&*entry.rule, entry.content, &*entry.path), entry.count)).collect();
        let left = self.baseline.entries.iter().filter_map(|entry| {
            let gone = gone.get(&(&*entry.rule, entry.content, &*entry.path)).copied().unwrap_or(0);
            let count = entry.count.saturating_sub(gone);
            (count > 0).then(|| Accepted { count, ..entry.clone() })
        });
        Baseline::new(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(rule: &str, text: &str, path: &str, count: usize) -> Accepted {
        Accepted {
            rule: rule.into(),
            text: text.into(),
            line: text.into(),
            path: path.into(),
            content: Hash::of(text.as_bytes()),
            count,
            version: VERSION,
        }
    }

    fn hash(text: &str) -> Hash {
        Hash::of(text.as_bytes())
    }

    #[test]
    fn a_finding_is_found_again_once() {
        let baseline = Baseline::new([entry("g/a", "x", "one", 2)]);
        let mut ledger = Ledger::new(&baseline);
        assert!(ledger.take("g/a", hash("x"), "one", |_| true));
        assert!(ledger.take("g/a", hash("x"), "moved", |_| true));
        assert!(!ledger.take("g/a", hash("x"), "one", |_| true));
        assert!(!ledger.take("g/b", hash("x"), "one", |_| true));
        assert!(!ledger.take("g/a", hash("y"), "one", |_| true));
        assert_eq!(ledger.stale(|_| true), []);
    }

    #[test]
    fn entries_that_differ_in_their_count_are_added_up() {
        let all = [entry("g/a", "x", "one", 1), entry("g/a", "x", "two", 9), entry("g/a", "x", "one", 3)];
        let baseline = Baseline::new(all.into_iter().chain([entry("g/a", "x", "one", 2)]));
        assert_eq!(baseline.entries(), [entry("g/a", "x", "one", 6), entry("g/a", "x", "two", 9)]);
        assert_eq!(baseline.count(), 15);
    }

    #[test]
    fn what_was_not_found_again_is_stale() {
        let all = [entry("g/a", "x", "one", 2), entry("g/a", "x", "two", 1), entry("g/a", "y", "one", 1)];
        let baseline = Baseline::new(all.clone());
        let mut ledger = Ledger::new(&baseline);
        assert!(ledger.take("g/a", hash("x"), "two", |_| true));
        assert!(ledger.take("g/a", hash("x"), "elsewhere", |_| true));
        let stale = ledger.stale(|_| true);
        assert_eq!(stale, [entry("g/a", "x", "one", 1), entry("g/a", "y", "one", 1)]);
        assert_eq!(ledger.stale(|entry| entry.path == "two"), []);
        let left = ledger.without(&stale);
        assert_eq!(left.entries(), [entry("g/a", "x", "one", 1), entry("g/a", "x", "two", 1)]);
    }

    #[test]
    fn a_file_is_read_as_it_was_written_in_any_order() {
        let baseline = Baseline::new([entry("g/b", "x\u{1b}\"", "two", 1), entry("g/a", "y", "one", 3)]);
        let source = baseline.render();
        let reversed: String = source.lines().rev().map(|line| format!("{line}\n\n")).collect();
        let again = Baseline::parse(&reversed, |_| None).expect("a baseline");
        assert_eq!(again.entries(), baseline.entries());
        assert_eq!(again.render(), source);
        let renamed = Baseline::parse(&source, |rule| (rule == "g/a").then(|| "g/c".into())).expect("one");
        assert!(renamed.holds("g/c", hash("y")) && !renamed.holds("g/a", hash("y")));
    }

    #[test]
    fn a_conflict_is_named() {
        let source = format!("{}<<<<<<< HEAD\n", Baseline::new([entry("g/a", "x", "one", 1)]).render());
        let error = Baseline::parse(&source, |_| None).expect_err("a conflict");
        assert_eq!(error.line, 2);
        assert!(error.message.contains("merge conflict"), "{}", error.message);
    }
}
