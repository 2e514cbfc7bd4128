//! Which rules hold for a file, and whether a finding in it counts.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::found::Fate;
use crate::{
    config::{Places, Resolved},
    corpus::Source,
    document::{Check, Document},
    gate::{Baseline, Budget, Limit},
    report::{Finding, Standing},
    rule::{Policy, Rule, RuleSet},
};

/// Judges for a whole run; used by many threads at once.
pub(super) struct Judge<'r> {
    pub(super) rules: &'r RuleSet,
    pub(super) places: &'r Places,
    pub(super) baseline: Option<&'r Baseline>,
    pub(super) budgets: &'r [Budget],
    counts_words: bool,
    /// What documents have in common that a rule words.
    wanted: Vec<Check>,
    today: (u16, u8, u8),
    /// What holds under some overrides, made when first needed.
    policies: Mutex<HashMap<Vec<usize>, Arc<Policy>>>,
}

/// What holds for one file.
pub(super) struct Local<'j> {
    judge: &'j Judge<'j>,
    pub(super) policy: Arc<Policy>,
    pub(super) suppressions: Vec<usize>,
}

impl<'r> Judge<'r> {
    pub(super) fn new(resolved: &'r Resolved, baseline: Option<&'r Baseline>) -> Self {
        let Resolved { rules, places, budgets } = resolved;
        let counts_words = budgets.iter().any(|budget| matches!(budget.limit, Limit::PerMillionWords(_)));
        let wanted = rules.running().iter().filter_map(Rule::check).collect();
        let policies = Mutex::default();
        Judge { rules, places, baseline, budgets, counts_words, wanted, today: today(), policies }
    }

    pub(super) fn today(&self) -> (u16, u8, u8) {
        self.today
    }

    /// What holds for a file.
    pub(super) fn of(&self, source: &Source) -> Local<'_> {
        let path = self.places.relative(source.path.as_deref().unwrap_or(Path::new(&source.name)));
        let overrides = path.as_deref().map(|path| self.places.overrides_of(path)).unwrap_or_default();
        let suppressions = self.places.suppressions.of_file(path.as_deref(), self.today);
        let mut policies = self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        let policy = match policies.get(&overrides) {
            Some(policy) => policy.clone(),
            None => {
                let policy = Arc::new(self.places.policy(self.rules, &overrides));
                policies.entry(overrides).or_insert(policy).clone()
            }
        };
        Local { judge: self, policy, suppressions }
    }
}

impl Local<'_> {
    pub(super) fn counts_words(&self) -> bool {
        self.judge.counts_words
    }

    /// Whether a rule words it.
    pub(super) fn wants(&self, check: Check) -> bool {
        self.judge.wanted.contains(&check)
    }

    /// Whether a finding counts, as far as one thread can know, where these suppressions hold.
    pub(super) fn fate(&self, finding: &Finding<'_>, suppressions: &[usize]) -> Fate {
        let rule = finding.diagnostic.rule;
        if let Some(number) = self.suppression(suppressions, rule) {
            return Fate::Suppressed(number);
        }
        let Some(baseline) = self.judge.baseline else { return Fate::New };
        let content = finding.identity().content;
        if baseline.holds(&rule.id, content) { Fate::PerhapsKnown(content) } else { Fate::New }
    }

    /// The numbers of the suppressions that hold for a document.
    pub(super) fn suppressions_of(&self, document: &Document<'_>) -> Vec<usize> {
        let suppressions = &self.judge.places.suppressions;
        suppressions.of_document(&self.suppressions, document.id, document.text)
    }

    /// Which of these suppressions covers findings of a rule.
    pub(super) fn suppression(&self, suppressions: &[usize], rule: &Rule) -> Option<usize> {
        self.judge.places.suppressions.covering(suppressions, &rule.id)
    }

    /// What a finding is until more is known.
    pub(super) fn standing(&self, fate: Fate) -> Standing<'_> {
        match fate {
            Fate::New => Standing::New,
            Fate::PerhapsKnown(_) => Standing::Known,
            Fate::Suppressed(number) => {
                Standing::Suppressed { reason: &self.judge.places.suppressions.all()[number].reason }
            }
        }
    }
}

/// Today by the universal clock: year, month, day.
fn today() -> (u16, u8, u8) {
    use chrono::Datelike;
    let today = chrono::Utc::now().date_naive();
    (today.year() as u16, today.month() as u8, today.day() as u8)
}
