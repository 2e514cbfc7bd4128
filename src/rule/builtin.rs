//! The rules that are part of the program.
//!
//! They were loaded from `rules/` when the crate was built, by the same code that
//! loads a user's; what came of it is read here. A mistake in one of them stops
//! the build.

use super::Rule;
use crate::compact::Compact;

/// (id, text) of every file below `rules/`, by id.
#[cfg(feature = "cli")]
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The rules in these files.
static RULES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules"));

/// The files of the built-in rules: ids and texts, by id.
#[cfg(feature = "cli")]
pub(crate) fn builtin_files() -> &'static [(&'static str, &'static str)] {
    FILES
}

/// All built-in rules, by id.
#[must_use]
pub fn builtin_rules() -> Vec<Rule> {
    Vec::read(&mut &*RULES)
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::rule::load_rule;

    #[test]
    fn built_in_rules_are_what_their_files_say() {
        let rules = builtin_rules();
        assert_eq!(rules.len(), FILES.len());
        for (built, (id, source)) in rules.iter().zip(FILES) {
            let loaded = load_rule(id, id, source).unwrap_or_else(|errors| panic!("{errors}"));
            assert_eq!(format!("{built:?}"), format!("{loaded:?}"), "{id}");
        }
    }
}
