//! A configuration against the rules there are.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    path::Path,
};

use super::{Config, ConfigFile, Said};
use crate::{
    edit::Applicability,
    gate::{Budget, Measure, Suppression, Suppressions},
    paths::{PathGlobs, Root},
    rule::{
        Policy, Rule, RuleError, RuleErrors, RuleSet, RuleWord, Selection, SelectionError, renamed, suggest,
    },
    severity::Severity,
};

/// What a run is made of.
#[derive(Debug)]
pub struct Resolved {
    /// All rules that run anywhere.
    pub rules: RuleSet,
    /// What holds where.
    pub places: Places,
    /// What is allowed; empty without `[gate]`.
    pub budgets: Vec<Budget>,
}

/// What holds for the files of a corpus.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The folder that globs are relative to.
    pub root: Root,
    /// For some files.
    pub overrides: Vec<Override>,
    /// What was typed to be ignored, whatever is selected for some files.
    ignored: Vec<RuleWord>,
    /// What is left alone.
    pub suppressions: Suppressions,
    safety: Vec<(RuleWord, Applicability)>,
    severity: Vec<(RuleWord, Severity)>,
    languages: Option<Vec<String>>,
    /// Rules that were asked for by their id run in any language.
    by_id: Vec<String>,
}

/// What holds for some files.
#[derive(Clone, Debug)]
pub struct Override {
    globs: PathGlobs,
    select: Vec<RuleWord>,
    ignore: Vec<RuleWord>,
    languages: Option<Vec<String>>,
    severity: Vec<(RuleWord, Severity)>,
}

/// Why it does not go with the rules.
#[derive(Debug)]
pub enum ResolveError {
    /// Words of a configuration name no rule.
    Mistakes(Vec<RuleErrors>),
    /// Words that were typed name no rule.
    Selection(SelectionError),
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResolveError::Mistakes(mistakes) => mistakes.iter().try_for_each(|mistakes| mistakes.fmt(f)),
            ResolveError::Selection(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ResolveError {}

impl From<SelectionError> for ResolveError {
    fn from(error: SelectionError) -> Self {
        ResolveError::Selection(error)
    }
}

impl Config {
    /// Chooses from `rules`; what was `typed` goes over what the configuration
    /// says: words to select take the place of all its words, words to ignore
    /// alone are added to them. `fail_on` is the severity from which findings
    /// fail that no budget counts.
    ///
    /// # Errors
    ///
    /// If a word names no rule.
    pub fn resolve(
        &self,
        mut rules: Vec<Rule>,
        typed: &Selection,
        fail_on: Severity,
    ) -> Result<Resolved, ResolveError> {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        let ids: Vec<String> = rules.iter().map(|rule| rule.id.clone()).collect();
        let mut words = Words {
            ids: ids.iter().map(String::as_str).collect(),
            renamed: renamed(&rules),
            mistakes: Vec::new(),
        };
        let selection = self.selection(typed, &mut words).current(&rules);
        let pairs = |words: &mut Words<'_>, said: &[Said<(String, Severity)>]| -> Vec<_> {
            said.iter()
                .filter_map(|entry| Some((words.word(entry, &entry.value.0)?, entry.value.1)))
                .collect()
        };
        let severity = pairs(&mut words, &self.severity);
        let safety = self
            .safety
            .iter()
            .filter_map(|entry| Some((words.word(entry, &entry.value.0)?, entry.value.1)))
            .collect();
        let languages: BTreeSet<&str> =
            rules.iter().flat_map(|rule| &rule.languages).map(String::as_str).collect();
        if let Some(said) = &self.languages {
            words.languages(said, &said.value, &languages);
        }
        for entry in &self.overrides {
            words.languages(entry, entry.value.languages.iter().flatten(), &languages);
        }
        let mut overrides: Vec<Override> = self
            .overrides
            .iter()
            .map(|entry| Override {
                globs: entry.value.globs.clone(),
                select: words.all(entry, &entry.value.select),
                ignore: words.all(entry, &entry.value.ignore),
                languages: entry.value.languages.clone(),
                severity: pairs(&mut words, &entry.value.severity),
            })
            .collect();
        if !typed.select.is_empty() {
            // What was typed takes the place of all that is selected anywhere.
            overrides.iter_mut().for_each(|own| own.select.clear());
        }
        let ignored = typed
            .ignore
            .iter()
            .filter_map(|word| RuleWord::parse(words.current(word), &words.ids, word).ok())
            .collect();
        let suppressions = self.suppress.iter().map(|entry| {
            // One that names no rule is a finding, not a mistake.
            let word = &entry.value.rule;
            let current = words.renamed.get(word).unwrap_or(word);
            let rules = RuleWord::parse(current, &words.ids, word).ok();
            Suppression { rules, ..entry.value.suppression.clone() }
        });
        let suppressions = Suppressions::new(suppressions.collect());
        let budgets = self.budgets(fail_on, &mut words);
        if !words.mistakes.is_empty() {
            return Err(ResolveError::Mistakes(words.mistakes));
        }
        let reported = selection.chosen(&rules)?;
        let wanted: Vec<bool> = rules
            .iter()
            .zip(&reported)
            .map(|(rule, &chosen)| chosen || overrides.iter().any(|own| own.selects(rule) == Some(true)))
            .collect();
        let rules = RuleSet::of(rules, &reported, &wanted)?;
        let places = Places {
            root: self.root.clone(),
            overrides,
            ignored,
            suppressions,
            safety,
            severity,
            languages: self.languages.as_ref().map(|said| said.value.clone()),
            by_id: selection.select,
        };
        Ok(Resolved { rules, places, budgets })
    }

    fn selection(&self, typed: &Selection, words: &mut Words<'_>) -> Selection {
        if !typed.select.is_empty() {
            return typed.clone();
        }
        let mut list = |said: &Option<Said<Vec<String>>>| match said {
            Some(said) => {
                words.all(said, &said.value);
                said.value.clone()
            }
            None => Vec::new(),
        };
        let (select, mut ignore) = (list(&self.select), list(&self.ignore));
        ignore.extend(typed.ignore.iter().cloned());
        Selection { select, ignore }
    }

    fn budgets(&self, fail_on: Severity, words: &mut Words<'_>) -> Vec<Budget> {
        let mut budgets = Vec::new();
        for entry in &self.gate {
            let (name, limits) = &entry.value;
            let measure = match Severity::ALL.iter().find(|severity| severity.name() == name) {
                Some(severity) => Measure::Severity(*severity),
                None => match words.word(entry, name) {
                    Some(word) => Measure::Rules(word),
                    None => continue,
                },
            };
            budgets.extend(limits.iter().map(|&limit| Budget {
                name: name.clone(),
                measure: measure.clone(),
                limit,
            }));
        }
        if !budgets.is_empty() {
            let name = match fail_on {
                Severity::Info => "everything else".into(),
                Severity::Warning => "other warnings and errors".into(),
                Severity::Error => "other errors".into(),
            };
            let limit = crate::gate::Limit::Count(0.0);
            budgets.push(Budget { name, measure: Measure::Else(fail_on), limit });
        }
        budgets
    }
}

/// Reads words, and notes those that name nothing.
struct Words<'i> {
    ids: Vec<&'i str>,
    renamed: HashMap<String, String>,
    mistakes: Vec<RuleErrors>,
}

impl Words<'_> {
    fn word<T>(&mut self, said: &Said<T>, word: &str) -> Option<RuleWord> {
        match RuleWord::parse(self.current(word), &self.ids, word) {
            Ok(word) => Some(word),
            Err(error) => {
                self.wrong(&said.file, RuleError::new(error.to_string(), Some(within(said, word))));
                None
            }
        }
    }

    /// A rule that was renamed is known by its old id, too.
    fn current<'w>(&'w self, word: &'w str) -> &'w str {
        let is_known = self.ids.contains(&word);
        self.renamed.get(word).filter(|_| !is_known).map_or(word, String::as_str)
    }

    fn all<T>(&mut self, said: &Said<T>, words: &[String]) -> Vec<RuleWord> {
        words.iter().filter_map(|word| self.word(said, word)).collect()
    }

    /// A code that no rule has would turn off rules of all languages.
    fn languages<'c, T>(
        &mut self,
        said: &Said<T>,
        codes: impl IntoIterator<Item = &'c String>,
        known: &BTreeSet<&str>,
    ) {
        for code in codes.into_iter().filter(|code| !known.contains(code.as_str())) {
            let known: Vec<&str> = known.iter().copied().collect();
            let message = format!("no rule is of the language `{code}`");
            let help = match suggest(&code.to_lowercase(), &known) {
                Some(best) => format!("did you mean `{best}`?"),
                None => format!("codes of two letters: {}", known.join(", ")),
            };
            self.wrong(&said.file, RuleError::new(message, Some(within(said, code))).help(help));
        }
    }

    fn wrong(&mut self, file: &ConfigFile, error: RuleError) {
        match self.mistakes.iter_mut().find(|mistakes| mistakes.path == file.name) {
            Some(mistakes) => mistakes.errors.push(error),
            None => self.mistakes.push(file.mistakes(vec![error])),
        }
    }
}

/// Where a word stands in what was said, if it stands there as it is.
fn within<T>(said: &Said<T>, word: &str) -> std::ops::Range<usize> {
    let source = &said.file.source[said.span.clone()];
    match source.find(&format!("\"{word}\"")) {
        Some(at) => said.span.start + at..said.span.start + at + word.len() + 2,
        None => said.span.clone(),
    }
}

impl Override {
    /// Whether it turns the rule on or off, if it does.
    fn selects(&self, rule: &Rule) -> Option<bool> {
        let strength =
            |words: &[RuleWord]| words.iter().map(|word| word.strength(&rule.id)).max().unwrap_or(0);
        let (select, ignore) = (strength(&self.select), strength(&self.ignore));
        if select > ignore && rule.runs_when_selected(select) {
            Some(true)
        } else {
            (ignore > 0).then_some(false)
        }
    }
}

impl Places {
    /// The path as globs see it, if there is any glob.
    #[must_use]
    pub fn relative(&self, path: &Path) -> Option<String> {
        if self.overrides.is_empty() && self.suppressions.all().is_empty() {
            return None;
        }
        self.root.relative(path)
    }

    /// The numbers of the overrides for a file.
    #[must_use]
    pub fn overrides_of(&self, relative: &str) -> Vec<usize> {
        (0..self.overrides.len()).filter(|&number| self.overrides[number].globs.matches(relative)).collect()
    }

    /// What holds for a file with these overrides.
    #[must_use]
    pub fn policy(&self, rules: &RuleSet, overrides: &[usize]) -> Policy {
        let overrides: Vec<&Override> = overrides.iter().map(|&number| &self.overrides[number]).collect();
        let languages =
            overrides.iter().rev().find_map(|own| own.languages.as_ref()).or(self.languages.as_ref());
        rules.policy_where(|rule, setting| {
            let is_ignored = self.ignored.iter().any(|word| word.names(&rule.id));
            for own in &overrides {
                let selects = own.selects(rule).filter(|&on| !(on && is_ignored));
                setting.reported = selects.unwrap_or(setting.reported);
            }
            if let Some(languages) = languages {
                let other = !rule.languages.is_empty()
                    && !rule.languages.iter().any(|language| languages.contains(language));
                setting.reported &= !other || self.by_id.contains(&rule.id);
            }
            let tables = std::iter::once(&self.severity).chain(overrides.iter().map(|own| &own.severity));
            for table in tables {
                setting.severity = most_specific(table, &rule.id).unwrap_or(setting.severity);
            }
            if rule.applicability().is_some() {
                setting.safety = most_specific(&self.safety, &rule.id).or(setting.safety);
            }
        })
    }
}

/// What the most specific word for a rule says; of two the later one.
fn most_specific<T: Copy>(table: &[(RuleWord, T)], id: &str) -> Option<T> {
    let named = table.iter().filter(|(word, _)| word.names(id));
    named.max_by_key(|(word, _)| word.strength(id)).map(|(_, value)| *value)
}
