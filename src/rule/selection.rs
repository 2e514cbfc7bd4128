//! Words that name rules: ids, groups, globs, `ALL`.

use std::{collections::HashMap, fmt};

use globset::{Glob, GlobMatcher};

use super::{Rule, Status, error::suggest};

/// Which rules run.
///
/// A word is a rule's id, a group, a glob over ids, or `ALL`. The more specific
/// word wins; where two are equally specific, ignoring does.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Words for rules that run; empty for all.
    pub select: Vec<String>,
    /// Words for rules that do not run.
    pub ignore: Vec<String>,
}

impl Selection {
    /// For each of `ids`, which are sorted, whether it is selected and not ignored.
    ///
    /// # Errors
    ///
    /// If a word names none of them.
    pub fn matching(&self, ids: &[impl AsRef<str>]) -> Result<Vec<bool>, SelectionError> {
        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        let strengths = self.strengths(&ids)?;
        Ok(strengths.into_iter().map(|(selected, ignored)| selected > ignored).collect())
    }

    /// The same with the ids that rules have now, where a word is an id that one had before.
    pub(crate) fn current(&self, rules: &[Rule]) -> Selection {
        let renamed = renamed(rules);
        let is_known = |word: &String| rules.iter().any(|rule| rule.id == *word);
        let current = |words: &[String]| -> Vec<String> {
            let now = |word: &String| renamed.get(word).filter(|_| !is_known(word));
            words.iter().map(|word| now(word).unwrap_or(word).clone()).collect()
        };
        Selection { select: current(&self.select), ignore: current(&self.ignore) }
    }

    /// For each of `rules`, which are sorted by id, whether it is chosen: the
    /// others run only when they are selected by their full id.
    pub(crate) fn chosen(&self, rules: &[Rule]) -> Result<Vec<bool>, SelectionError> {
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        let chosen = |(rule, (selected, ignored)): (&Rule, (u8, u8))| {
            selected > ignored && rule.runs_when_selected(selected)
        };
        Ok(rules.iter().zip(self.strengths(&ids)?).map(chosen).collect())
    }

    /// How specifically each id is selected, and how it is ignored.
    fn strengths(&self, ids: &[&str]) -> Result<Vec<(u8, u8)>, SelectionError> {
        let select = words(&self.select, ids, "select")?;
        let ignore = words(&self.ignore, ids, "ignore")?;
        let everything = u8::from(select.is_empty());
        Ok(ids.iter().map(|id| (strength(&select, id).max(everything), strength(&ignore, id))).collect())
    }
}

/// A word of a [`Selection`], or an id in `requires`, that names no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionError {
    pub(super) message: String,
}

impl fmt::Display for SelectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SelectionError {}

/// What one word names.
#[derive(Clone, Debug)]
pub enum RuleWord {
    /// Every rule.
    All,
    /// All rules of a group, or of a group within it.
    Group(String),
    /// The rules whose ids match.
    Glob(GlobMatcher),
    /// One rule.
    Id(String),
}

impl RuleWord {
    const BY_ID: u8 = 3;

    /// Reads a word that has to name at least one of `ids`; `shown` is what a
    /// message calls it.
    ///
    /// # Errors
    ///
    /// If it names none, or is no glob.
    pub fn parse(text: &str, ids: &[&str], shown: &str) -> Result<Self, SelectionError> {
        let fail = |message: String| SelectionError { message };
        if text.trim().is_empty() {
            return Err(fail(format!("`{shown}` holds an empty word")));
        }
        let word = if text == "ALL" {
            RuleWord::All
        } else if text.contains(['*', '?', '[', '{']) {
            let glob = Glob::new(text).map_err(|error| fail(format!("`{shown}`: {}", error.kind())))?;
            RuleWord::Glob(glob.compile_matcher())
        } else if ids.contains(&text) {
            RuleWord::Id(text.to_string())
        } else {
            RuleWord::Group(text.trim_end_matches('/').to_string())
        };
        if !matches!(word, RuleWord::All) && !ids.iter().any(|id| word.names(id)) {
            let groups: Vec<&str> =
                ids.iter().filter_map(|id| id.rsplit_once('/').map(|(group, _)| group)).collect();
            let known: Vec<&str> = ids.iter().copied().chain(groups).chain(["ALL"]).collect();
            return Err(fail(format!("`{shown}` names no rule{}", hint(text, &known))));
        }
        Ok(word)
    }

    /// Whether it names the rule `id`.
    #[must_use]
    pub fn names(&self, id: &str) -> bool {
        self.strength(id) > 0
    }

    /// How specifically it names `id`; 0 if it does not.
    pub(crate) fn strength(&self, id: &str) -> u8 {
        match self {
            RuleWord::All => 1,
            RuleWord::Group(group)
                if id.strip_prefix(group.as_str()).is_some_and(|rest| rest.starts_with('/')) =>
            {
                2
            }
            RuleWord::Glob(glob) if glob.is_match(id) => 2,
            RuleWord::Id(name) if name == id => Self::BY_ID,
            _ => 0,
        }
    }
}

impl Rule {
    /// Whether a word that names it so specifically makes it run.
    pub(crate) fn runs_when_selected(&self, strength: u8) -> bool {
        self.status == Status::Stable || strength == RuleWord::BY_ID
    }
}

/// The ids that rules had before, and the ones they have now.
#[must_use]
pub fn renamed(rules: &[Rule]) -> HashMap<String, String> {
    let replaced = rules.iter().filter_map(|rule| match &rule.status {
        Status::Deprecated { replaced_by } => Some((rule.id.clone(), replaced_by.clone())),
        _ => None,
    });
    let formerly = rules.iter().flat_map(|rule| rule.formerly.iter().map(|id| (id.clone(), rule.id.clone())));
    replaced.chain(formerly).collect()
}

fn strength(words: &[RuleWord], id: &str) -> u8 {
    words.iter().map(|word| word.strength(id)).max().unwrap_or(0)
}

fn words(given: &[String], ids: &[&str], option: &str) -> Result<Vec<RuleWord>, SelectionError> {
    given.iter().map(|text| RuleWord::parse(text, ids, &format!("--{option} {text}"))).collect()
}

pub(super) fn hint(word: &str, known: &[&str]) -> String {
    suggest(word, known)
        .map_or_else(|| "; `descrape rule list` shows all".into(), |best| format!("; did you mean `{best}`?"))
}
