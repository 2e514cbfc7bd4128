//! What somebody said to leave alone. It is said outside of the data, as a corpus
//! holds no comments.

use crate::paths::PathGlobs;

use crate::{
    document::{Check, Damage},
    hash::Hash,
    rule::RuleWord,
    span::Span,
};

/// Findings of some rules in some documents that are left alone.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The rules; `None` if the word names none.
    pub rules: Option<RuleWord>,
    /// Their files, relative to the folder of the configuration.
    pub path: Option<PathGlobs>,
    /// The id of their document.
    pub id: Option<String>,
    /// The hash of their document's text.
    pub hash: Option<Hash>,
    /// Why.
    pub reason: String,
    /// The last day it holds: year, month, day.
    pub expires: Option<(u16, u8, u8)>,
    /// Where it stands in its file.
    pub span: Span,
}

/// All suppressions of a run.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    all: Vec<Suppression>,
}

impl Suppressions {
    /// These.
    #[must_use]
    pub fn new(all: Vec<Suppression>) -> Self {
        Suppressions { all }
    }

    /// All, by number.
    #[must_use]
    pub fn all(&self) -> &[Suppression] {
        &self.all
    }

    /// The numbers of those that hold on this day for the file at this path, relative to
    /// the folder of the configuration.
    #[must_use]
    pub fn of_file(&self, path: Option<&str>, today: (u16, u8, u8)) -> Vec<usize> {
        let holds = |suppression: &Suppression| {
            !suppression.is_expired(today)
                && suppression.path.as_ref().is_none_or(|globs| path.is_some_and(|path| globs.matches(path)))
        };
        (0..self.all.len()).filter(|&number| holds(&self.all[number])).collect()
    }

    /// Those of these `numbers` that hold for a document with this id and text.
    #[must_use]
    pub fn of_document(&self, numbers: &[usize], id: Option<&str>, text: &str) -> Vec<usize> {
        let mut hash = None;
        let mut holds = |suppression: &Suppression| {
            suppression.id.as_deref().is_none_or(|own| id == Some(own))
                && suppression
                    .hash
                    .is_none_or(|own| *hash.get_or_insert_with(|| Hash::of(text.as_bytes())) == own)
        };
        numbers.iter().copied().filter(|&number| holds(&self.all[number])).collect()
    }

    /// The first of these `numbers` that covers findings of a rule.
    #[must_use]
    pub fn covering(&self, numbers: &[usize], rule: &str) -> Option<usize> {
        let covers = |number: &usize| self.all[*number].rules.as_ref().is_some_and(|word| word.names(rule));
        numbers.iter().copied().find(covers)
    }
}

impl Suppression {
    /// Whether its last day is over.
    #[must_use]
    pub fn is_expired(&self, today: (u16, u8, u8)) -> bool {
        self.expires.is_some_and(|last| last < today)
    }

    /// What is wrong with it, if `used` says whether it covered a finding of this
    /// run; `None` where the run cannot tell.
    #[must_use]
    pub fn damage(&self, used: Option<bool>, today: (u16, u8, u8)) -> Option<Damage> {
        let check = if self.rules.is_none() {
            Check::UnknownSuppression
        } else if self.is_expired(today) {
            Check::ExpiredSuppression
        } else if used == Some(false) {
            Check::UnusedSuppression
        } else {
            return None;
        };
        Some(Damage::new(check, self.span))
    }
}
