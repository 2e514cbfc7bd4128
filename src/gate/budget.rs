//! How much of a kind of damage is allowed.

use crate::{rule::RuleWord, severity::Severity};

/// Findings that are allowed.
#[derive(Clone, Debug)]
pub struct Budget {
    /// What is counted, as the user wrote it.
    pub name: String,
    /// What is counted.
    pub measure: Measure,
    /// How much of it is allowed.
    pub limit: Limit,
}

/// What a budget counts.
#[derive(Clone, Debug)]
pub enum Measure {
    /// Findings of these rules.
    Rules(RuleWord),
    /// Findings of this severity.
    Severity(Severity),
    /// Findings of this severity and worse that no other budget counts.
    Else(Severity),
}

/// A number of findings that is allowed, counted in some way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// So many.
    Count(f64),
    /// So many for a thousand documents.
    PerThousandDocuments(f64),
    /// So many for a million words.
    PerMillionWords(f64),
    /// Documents with any, 0 to 1 of all.
    ShareOfDocuments(f64),
}

impl Limit {
    /// The number itself.
    #[must_use]
    pub fn allowed(self) -> f64 {
        match self {
            Limit::Count(n)
            | Limit::PerThousandDocuments(n)
            | Limit::PerMillionWords(n)
            | Limit::ShareOfDocuments(n) => n,
        }
    }

    /// A number of this kind, in words.
    #[must_use]
    pub fn show(self, n: f64) -> String {
        let short = |n: f64| {
            let text = format!("{n:.2}");
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        };
        match self {
            Limit::Count(_) => format!("{n:.0}"),
            Limit::PerThousandDocuments(_) => format!("{} per thousand documents", short(n)),
            Limit::PerMillionWords(_) => format!("{} per million words", short(n)),
            Limit::ShareOfDocuments(_) => format!("{}% of documents", short(n * 100.0)),
        }
    }
}

/// What was found of what a budget counts.
#[derive(Clone, Debug)]
pub struct Verdict<'b> {
    /// The budget.
    pub budget: &'b Budget,
    /// How much was found, in the budget's own measure.
    pub found: f64,
    /// How many findings that are.
    pub findings: usize,
}

impl Verdict<'_> {
    /// Whether more was found than is allowed.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.found > self.budget.limit.allowed()
    }
}

/// Counts what budgets count, document by document.
#[derive(Clone, Debug)]
pub struct Meter<'b> {
    budgets: &'b [Budget],
    findings: Vec<usize>,
    documents: Vec<usize>,
    /// The last document that each budget counted.
    last: Vec<usize>,
    document: usize,
}

impl<'b> Meter<'b> {
    /// Nothing was counted yet.
    #[must_use]
    pub fn new(budgets: &'b [Budget]) -> Self {
        let none = vec![0; budgets.len()];
        Meter { budgets, findings: none.clone(), documents: none.clone(), last: none, document: 0 }
    }

    /// The findings that come belong to another document.
    pub fn next_document(&mut self) {
        self.document += 1;
    }

    /// Counts a finding in the document at hand.
    pub fn count(&mut self, rule: &str, severity: Severity) {
        let mut counted = false;
        for (index, budget) in self.budgets.iter().enumerate() {
            let counts = match &budget.measure {
                Measure::Rules(word) => word.names(rule),
                Measure::Severity(own) => *own == severity,
                // It comes after all others.
                Measure::Else(least) => !counted && severity >= *least,
            };
            if counts {
                counted = true;
                self.findings[index] += 1;
                if self.last[index] != self.document {
                    self.last[index] = self.document;
                    self.documents[index] += 1;
                }
            }
        }
    }

    /// What was found in so many documents and words.
    #[must_use]
    pub fn verdicts(&self, documents: usize, words: usize) -> Vec<Verdict<'b>> {
        let share = |count: usize, of: usize, times: f64| {
            if count == 0 { 0.0 } else { count as f64 * times / of.max(1) as f64 }
        };
        let verdict = |(index, budget): (usize, &'b Budget)| {
            let findings = self.findings[index];
            let found = match budget.limit {
                Limit::Count(_) => findings as f64,
                Limit::PerThousandDocuments(_) => share(findings, documents, 1e3),
                Limit::PerMillionWords(_) => share(findings, words, 1e6),
                Limit::ShareOfDocuments(_) => share(self.documents[index], documents, 1.0),
            };
            Verdict { budget, found, findings }
        };
        self.budgets.iter().enumerate().map(verdict).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(name: &str, limit: Limit) -> Budget {
        let ids = ["g/a", "g/b", "h/c"];
        let measure = match name {
            "else" => Measure::Else(Severity::Warning),
            "error" => Measure::Severity(Severity::Error),
            word => Measure::Rules(RuleWord::parse(word, &ids, word).expect("a word")),
        };
        Budget { name: name.into(), measure, limit }
    }

    #[test]
    fn budgets_count_what_they_name() {
        let budgets = [
            budget("g", Limit::Count(2.0)),
            budget("g/a", Limit::ShareOfDocuments(0.5)),
            budget("g/*", Limit::PerMillionWords(1000.0)),
            budget("error", Limit::PerThousandDocuments(100.0)),
            budget("else", Limit::Count(0.0)),
        ];
        let mut meter = Meter::new(&budgets);
        for document in [
            &[("g/a", Severity::Warning), ("g/a", Severity::Warning)][..],
            &[("g/b", Severity::Info), ("h/c", Severity::Error), ("h/c", Severity::Warning)],
            &[("h/c", Severity::Info)],
            &[],
        ] {
            meter.next_document();
            document.iter().for_each(|(rule, severity)| meter.count(rule, *severity));
        }
        let verdicts = meter.verdicts(4, 3000);
        let found: Vec<f64> = verdicts.iter().map(|verdict| verdict.found).collect();
        assert_eq!(found, [3.0, 0.25, 1000.0, 250.0, 1.0]);
        let over: Vec<bool> = verdicts.iter().map(Verdict::is_over).collect();
        assert_eq!(over, [true, false, false, true, true]);
    }
}
