//! A finding.

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
    /// What it covers, in bytes of the document's text.
    pub span: Span,
    /// How to repair it.
    pub fix: Option<Fix>,
}

impl Diagnostic<'_> {
    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }

    /// The literal edits of its fix, applied alone; none if it has no fix.
    #[must_use]
    pub fn edits(&self, text: &str) -> Vec<Edit> {
        let tidied = self.fix.iter().flat_map(|fix| tidy(text, std::slice::from_ref(&fix.edit)));
        tidied.map(|tidied| tidied.edit).collect()
    }
}
