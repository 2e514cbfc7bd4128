//! What holds for a corpus: `descrape.toml`.
//!
//! A file as serde sees it (`spec`), with those it extends (`load`), and against
//! the rules there are (`resolve`).

mod load;
mod resolve;
mod spec;

use std::{ops::Range, path::PathBuf, sync::Arc};

pub use self::{
    load::{ConfigError, NAME, find, load, parse},
    resolve::{Override, Places, ResolveError, Resolved},
};
use crate::{
    edit::Applicability,
    gate::Limit,
    paths::{PathGlobs, Root},
    rule::RuleErrors,
    severity::Severity,
};

/// A configuration with all that it extends; rule words are not checked yet.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file that was found or named; `None` where there is none.
    pub file: Option<Arc<ConfigFile>>,
    /// The same, and all files it extends.
    pub sources: Vec<Arc<ConfigFile>>,
    /// The folder that globs are relative to.
    pub root: Root,
    /// Folders with rules.
    pub rules: Vec<Said<PathBuf>>,
    /// Words for rules that run.
    pub select: Option<Said<Vec<String>>>,
    /// Words for rules that do not run.
    pub ignore: Option<Said<Vec<String>>>,
    /// Languages of the corpus.
    pub languages: Option<Said<Vec<String>>>,
    /// Files that are not looked at.
    pub exclude: Option<Said<(Vec<String>, PathGlobs)>>,
    /// The field that holds the text.
    pub text_field: Option<Said<String>>,
    /// The field that holds the id.
    pub id_field: Option<Said<String>>,
    /// The file with accepted findings.
    pub baseline: Option<Said<PathBuf>>,
    /// The mildest severity that fails a check.
    pub fail_on: Option<Said<Severity>>,
    /// Words for rules, and their severity.
    pub severity: Vec<Said<(String, Severity)>>,
    /// Words for rules, and how far their fixes are trusted.
    pub safety: Vec<Said<(String, Applicability)>>,
    /// What holds for some files.
    pub overrides: Vec<Said<OverrideEntry>>,
    /// What is left alone.
    pub suppress: Vec<Said<SuppressEntry>>,
    /// What is counted, and the limits.
    pub gate: Vec<Said<(String, Vec<Limit>)>>,
}

/// `[[overrides]]`, its globs checked.
#[derive(Clone, Debug)]
pub struct OverrideEntry {
    /// As written.
    pub paths: Vec<String>,
    /// The same, to match with.
    pub globs: PathGlobs,
    /// Words for rules that run, too.
    pub select: Vec<String>,
    /// Words for rules that do not.
    pub ignore: Vec<String>,
    /// Languages of these files.
    pub languages: Option<Vec<String>>,
    /// Words for rules, and their severity.
    pub severity: Vec<Said<(String, Severity)>>,
}

/// `[[suppress]]`, all but its rules checked.
#[derive(Clone, Debug)]
pub struct SuppressEntry {
    /// The word for the rules.
    pub rule: String,
    /// What holds of their findings, but for the rules.
    pub suppression: crate::gate::Suppression,
    /// The glob as written.
    pub path: Option<String>,
}

/// A value, and where it was said.
#[derive(Clone, Debug)]
pub struct Said<T> {
    /// What was said.
    pub value: T,
    /// The file.
    pub file: Arc<ConfigFile>,
    /// Where in it, in bytes.
    pub span: Range<usize>,
}

/// A configuration file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFile {
    /// Where it is; empty for none.
    pub path: PathBuf,
    /// What messages call it.
    pub name: String,
    /// Its text.
    pub source: String,
}

impl<T> Said<T> {
    /// `file:line`.
    #[must_use]
    pub fn origin(&self) -> String {
        let line = 1 + self.file.source[..self.span.start].matches('\n').count();
        format!("{}:{line}", self.file.name)
    }
}

impl ConfigFile {
    fn mistakes(&self, errors: Vec<crate::rule::RuleError>) -> RuleErrors {
        RuleErrors { path: self.name.clone(), source: self.source.clone(), errors }
    }
}

/// The JSON Schema of a configuration file, as text that ends with a newline.
#[must_use]
pub fn config_schema() -> String {
    let schema = schemars::schema_for!(spec::ConfigSpec);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}
