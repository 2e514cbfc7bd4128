//! `check --timing`: what each rule costs, and how often it looks in vain.

use std::time::{Duration, Instant};

use super::{args::OutputFormat, tally::grouped};
use crate::{lint::Watch, rule::Rule};

/// Counts and times the work of one thread for each rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Stopwatch {
    /// By index of the rule.
    costs: Vec<Cost>,
}

/// The work for one rule.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    /// Places that the prefilter offered.
    offered: u64,
    /// Times its patterns ran.
    searched: u64,
    /// Times they found something.
    found: u64,
    time: Duration,
}

impl Watch for Stopwatch {
    fn offered(&mut self, rule: usize) {
        self.of(rule).offered += 1;
    }

    fn search<T>(&mut self, rule: usize, search: impl FnOnce() -> Option<T>) -> Option<T> {
        let start = Instant::now();
        let found = search();
        let time = start.elapsed();
        let cost = self.of(rule);
        cost.time += time;
        cost.searched += 1;
        cost.found += u64::from(found.is_some());
        found
    }
}

impl Stopwatch {
    fn of(&mut self, rule: usize) -> &mut Cost {
        if self.costs.len() <= rule {
            self.costs.resize(rule + 1, Cost::default());
        }
        &mut self.costs[rule]
    }

    /// Adds what another thread did.
    pub(super) fn add(&mut self, other: &Stopwatch) {
        for (rule, other) in other.costs.iter().enumerate() {
            let cost = self.of(rule);
            cost.offered += other.offered;
            cost.searched += other.searched;
            cost.found += other.found;
            cost.time += other.time;
        }
    }

    /// The rules that did anything, the dearest first.
    pub(super) fn render(&self, rules: &[Rule], format: OutputFormat) -> String {
        let mut costs: Vec<(&Rule, Cost)> = rules
            .iter()
            .zip(self.costs.iter().copied())
            .filter(|(_, cost)| cost.offered + cost.searched > 0)
            .collect();
        costs.sort_by_key(|(rule, cost)| (std::cmp::Reverse(cost.time), rule.id.as_str()));
        let whole: Duration = costs.iter().map(|(_, cost)| cost.time).sum();
        match format {
            OutputFormat::Json => format!("[\n{}\n]\n", records(&costs).join(",\n")),
            OutputFormat::Jsonl => records(&costs).iter().map(|line| format!("{line}\n")).collect(),
            _ => table(&costs, whole),
        }
    }
}

fn records(costs: &[(&Rule, Cost)]) -> Vec<String> {
    let record = |(rule, cost): &(&Rule, Cost)| {
        serde_json::json!({
            "rule": rule.id,
            "seconds": cost.time.as_secs_f64(),
            "offered": cost.offered,
            "searched": cost.searched,
            "found": cost.found,
        })
        .to_string()
    };
    costs.iter().map(record).collect()
}

fn table(costs: &[(&Rule, Cost)], whole: Duration) -> String {
    let share =
        |part: f64, all: f64| if all > 0.0 { format!("{:.0}%", 100.0 * part / all) } else { "-".into() };
    let mut out = format!(
        "{:>10} {:>7} {:>12} {:>12} {:>12} {:>10}  rule\n",
        "ms", "of all", "offered", "searched", "found", "in vain"
    );
    let mut row = |cost: &Cost, name: &str| {
        let (searched, found) = (cost.searched as f64, cost.found as f64);
        out.push_str(&format!(
            "{:>10.1} {:>7} {:>12} {:>12} {:>12} {:>10}  {name}\n",
            cost.time.as_secs_f64() * 1e3,
            share(cost.time.as_secs_f64(), whole.as_secs_f64()),
            grouped(cost.offered as usize),
            grouped(cost.searched as usize),
            grouped(cost.found as usize),
            share(searched - found, searched),
        ));
    };
    costs.iter().for_each(|(rule, cost)| row(cost, &rule.id));
    let mut sum = Cost { time: whole, ..Cost::default() };
    for (_, cost) in costs {
        sum.offered += cost.offered;
        sum.searched += cost.searched;
        sum.found += cost.found;
    }
    row(&sum, "all");
    out
}
