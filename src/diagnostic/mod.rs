//! A finding.

mod identity;

use std::borrow::Cow;

pub use self::identity::{Identities, Identity};
use crate::{
    edit::{Edit, Fix, tidy},
    rule::Rule,
    severity::Severity,
    span::Span,
};

/// One finding of one rule in one document.
#[derive(Clone, Debug)]
pub struct Diagnostic<'r> {
    /// The rule that found it.
    pub rule: &'r Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// What it covers, in bytes of the document's text.
    pub span: Span,
    /// What is wrong with this one, beyond the rule's summary.
    pub reason: Option<Box<str>>,
    /// How to repair it.
    pub fix: Option<Fix>,
}

impl Diagnostic<'_> {
    /// What it is called: the rule's summary, and what is wrong with this one.
    #[must_use]
    pub fn message(&self) -> Cow<'_, str> {
        match &self.reason {
            Some(reason) => Cow::Owned(format!("{}: {reason}", self.rule.summary)),
            None => Cow::Borrowed(&self.rule.summary),
        }
    }

    /// The literal edits of its fix, applied alone; none if it has no fix.
    #[must_use]
    pub fn edits(&self, text: &str) -> Vec<Edit> {
        let tidied = self.fix.iter().flat_map(|fix| tidy(text, std::slice::from_ref(&fix.edit)));
        tidied.map(|tidied| tidied.edit).collect()
    }
}
