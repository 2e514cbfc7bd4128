//! A sample of edits for a person to read: of each rule about as many, chosen
//! by what they are, so that any number of threads gives the same.

use std::collections::{BTreeMap, BTreeSet};

use super::fixer::Told;
use crate::{hash::Hash, report::reveal};

/// Collects edits, keeping no more of a rule than the whole sample may have.
pub(super) struct Sample {
    size: usize,
    /// For each rule its edits with the smallest hashes, and how many there were.
    rules: BTreeMap<String, (BTreeSet<(String, String)>, usize)>,
}

impl Sample {
    pub(super) fn new(size: usize) -> Self {
        Sample { size, rules: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, told: &Told) {
        let Some(rule) = told.entry.rules.first() else { return };
        let (chosen, seen) = self.rules.entry(rule.rule.clone()).or_default();
        *seen += 1;
        let key = format!("{}\0{}\0{}", told.document, told.entry.start, told.entry.original);
        let hash = Hash::of(key.as_bytes()).to_string();
        if chosen.len() == self.size && chosen.last().is_some_and(|(last, _)| *last < hash) {
            return;
        }
        chosen.insert((hash, show(told)));
        if chosen.len() > self.size {
            chosen.pop_last();
        }
    }

    /// The sample, by rules: one of each in turn until it is full.
    pub(super) fn render(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut left = self.size;
        for round in 0..self.size {
            for (rule, (chosen, _)) in &self.rules {
                if left > 0 && chosen.len() > round {
                    *counts.entry(rule).or_default() += 1;
                    left -= 1;
                }
            }
        }
        let mut out = String::new();
        for (rule, count) in counts {
            let (chosen, seen) = &self.rules[rule];
            out.push_str(&format!("## {rule}: {count} of {seen}\n\n"));
            for (_, text) in chosen.iter().take(count) {
                out.push_str(text);
                out.push('\n');
            }
        }
        out
    }
}

fn show(told: &Told) -> String {
    let (entry, mut others) = (&told.entry, String::new());
    if entry.rules.len() > 1 {
        let names: Vec<&str> = entry.rules[1..].iter().map(|rule| rule.rule.as_str()).collect();
        others = format!(" with {}", names.join(", "));
    }
    let side = |sign: char, middle: &str| {
        let text = format!("{}⟦{middle}⟧{}", told.before, told.after);
        let lines: Vec<String> = text.lines().map(|line| format!("{sign} {}\n", reveal(line))).collect();
        lines.concat()
    };
    format!(
        "{} byte {}{others}\n{}{}",
        reveal(&told.document),
        entry.start,
        side('-', &entry.original),
        side('+', &entry.replacement)
    )
}
