//! What holds for each rule of a set at one place of a corpus.

use super::data::Rule;
use crate::{edit::Applicability, severity::Severity};

/// What holds for each rule of a [`RuleSet`](super::RuleSet) at one place.
#[derive(Clone, Debug)]
pub struct Policy {
    /// By index of the rule.
    settings: Vec<Setting>,
}

/// What holds for one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Whether its findings are reported.
    pub reported: bool,
    /// How bad they are.
    pub severity: Severity,
    /// How far its fix may be trusted; `None` for what its file says.
    pub safety: Option<Applicability>,
}

impl Setting {
    pub(super) fn of(rule: &Rule, reported: bool) -> Self {
        Setting { reported, severity: rule.severity, safety: None }
    }
}

impl Policy {
    pub(super) fn new(settings: impl IntoIterator<Item = Setting>) -> Self {
        Policy { settings: settings.into_iter().collect() }
    }

    /// What holds for the rule of this index.
    pub(crate) fn of(&self, rule: usize) -> Setting {
        self.settings[rule]
    }
}
