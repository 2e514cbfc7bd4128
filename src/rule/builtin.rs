//! The rules that are part of the program.

use super::{Rule, RuleErrors, load_rule};

/// (id, text) of every file below `rules/`, by id.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The files of the built-in rules: ids and texts, by id.
#[cfg(feature = "cli")]
pub(crate) fn builtin_files() -> &'static [(&'static str, &'static str)] {
    FILES
}

/// All built-in rules, by id.
///
/// # Errors
///
/// What is wrong with them; a test keeps this from happening.
pub fn builtin_rules() -> Result<Vec<Rule>, Vec<RuleErrors>> {
    let (mut rules, mut errors) = (Vec::with_capacity(FILES.len()), Vec::new());
    for (id, source) in FILES {
        match load_rule(id, &format!("rules/{id}.toml"), source) {
            Ok(rule) => rules.push(rule),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(rules) } else { Err(errors) }
}
