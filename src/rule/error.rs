//! What is wrong with a rule file, and where.

use std::{fmt, ops::Range};

use super::parse::PatternError;

/// One mistake in a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// What is wrong: a lower-case fragment without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where, in bytes of the file.
    pub span: Option<Range<usize>>,
}

impl RuleError {
    pub(crate) fn new(message: impl Into<String>, span: Option<Range<usize>>) -> Self {
        RuleError { message: message.into(), help: None, span }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// From what the TOML reader says, with a suggestion for a misspelt word.
    pub(crate) fn from_toml(error: &toml::de::Error) -> Self {
        let message = error.message();
        let span = error.span();
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let unknown = |what: &str, noun: &str| {
            let (word, known) = quoted.split_first()?;
            message.starts_with(what).then(|| {
                let help = match suggest(word, known) {
                    Some(best) => format!("did you mean `{best}`?"),
                    None => format!("expected one of {}", list(known)),
                };
                RuleError::new(format!("unknown {noun} `{word}`"), span.clone()).help(help)
            })
        };
        if let Some(error) = unknown("unknown field", "key").or_else(|| unknown("unknown variant", "value")) {
            return error;
        }
        if let Some(field) = message.strip_prefix("missing field ") {
            return RuleError::new(format!("missing key {field}"), span)
                .help(format!("add {field} to this table"));
        }
        RuleError::new(message.lines().collect::<Vec<_>>().join(", "), span)
    }

    /// From a refused pattern, pointing inside it where the source allows.
    pub(super) fn from_pattern(error: PatternError, source: &str, value: &str, span: Range<usize>) -> Self {
        let inside = error.at.and_then(|at| {
            // Only where the file spells the pattern as it is.
            let offset = span.start + source[span.clone()].find(value)?;
            let end = if at.end > at.start { at.end } else { at.start + 1 };
            Some(offset + at.start..(offset + end).min(span.end))
        });
        RuleError { message: error.message, help: error.help, span: Some(inside.unwrap_or(span)) }
    }
}

/// The known word that is most like `word`, if one is like it at all.
#[must_use]
pub(crate) fn suggest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    // All of them hold what is empty.
    if word.is_empty() {
        return None;
    }
    let close = known.iter().map(|known| (strsim::damerau_levenshtein(word, known), *known)).min()?;
    let near = close.0 <= 1 + word.chars().count() / 4;
    let part = || {
        known.iter().copied().find(|known| known.len() > 3 && (known.contains(word) || word.contains(known)))
    };
    if near { Some(close.1) } else { part() }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Everything that is wrong with one rule file.
#[derive(Clone, Debug)]
pub struct RuleErrors {
    /// The file, as the user named it.
    pub path: String,
    /// Its text.
    pub source: String,
    /// The mistakes, at least one.
    pub errors: Vec<RuleError>,
}

impl fmt::Display for RuleErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let line =
                error.span.as_ref().map_or(1, |span| 1 + self.source[..span.start].matches('\n').count());
            write!(f, "{}:{line}: {}", self.path, error.message)?;
            if let Some(help) = &error.help {
                write!(f, " ({help})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for RuleErrors {}
