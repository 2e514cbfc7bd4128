//! Rules: a file as serde sees it (`spec`), checked (`load`) to be plain data
//! (`data`), what such a rule does (`matcher`, `context`, `pattern`, `remedy`), and
//! all those of a run together (`set`).

mod account;
mod automaton;
mod builtin;
mod context;
mod data;
mod define;
mod engines;
mod error;
mod load;
mod matcher;
mod parse;
mod pattern;
mod policy;
mod remedy;
mod selection;
mod set;
mod spec;
mod words;

#[cfg(feature = "cli")]
pub(crate) use self::builtin::builtin_files;
#[cfg(feature = "cli")]
pub(crate) use self::error::suggest;
pub use self::{
    account::Condition,
    builtin::builtin_rules,
    data::{Bad, FileFormat, Good, Input, Rule, Status},
    error::{RuleError, RuleErrors},
    load::load_rule,
    policy::{Policy, Setting},
    selection::{RuleWord, Selection, SelectionError, renamed},
    set::RuleSet,
};
pub(crate) use self::{
    context::locate,
    data::Unit,
    matcher::find_all,
    pattern::{First, Found, PatternScratch},
    set::Probe,
};
#[cfg(feature = "cli")]
pub(crate) use self::{
    spec::{SafetySpec, SeveritySpec},
    words::{applicability, severity},
};

/// The JSON Schema of a rule file, as text that ends with a newline.
#[cfg(feature = "cli")]
#[must_use]
pub fn rule_schema() -> String {
    let schema = schemars::schema_for!(spec::RuleSpec);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}
