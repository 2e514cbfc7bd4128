//! descrape finds and repairs the damage that web scraping leaves in text.
//!
//! Rules are data: files that say what a kind of damage looks like, in which
//! surroundings, how to repair it, and that prove it with examples. A
//! [`RuleSet`](rule::RuleSet) holds the rules of a run, [`lint`](lint::lint)
//! finds, [`fix`](fix::fix) repairs.
//!
//! ```
//! use descrape::{document::Document, lint::lint, rule::{RuleSet, Selection, builtin_rules}};
//!
//! let rules = RuleSet::new(builtin_rules(), &Selection::default())?;
//! let text = "the cleric Muqtada al-Sadr & # 39; s followers\n";
//! let findings = lint(&rules, &Document::new("story.txt", text));
//!
//! assert_eq!(findings[0].rule.id, "entity/spaced-numeric");
//! assert_eq!(&text[findings[0].span.range()], "& # 39;");
//! # Ok::<(), descrape::rule::SelectionError>(())
//! ```
//!
//! Without the feature `cli` the library has no files, no threads and no clock.

#[allow(dead_code, reason = "what is read here is written by the build script")]
mod compact;
pub mod hash;
#[cfg(feature = "cli")]
pub mod paths;
pub mod severity;
pub mod span;

pub mod document;
pub mod edit;
pub mod layout;
pub mod prose;
mod transform;

mod page;
mod prefilter;

mod backtrack;
mod openings;
pub use prefilter::Backend;
pub mod rule;

pub mod diagnostic;
#[cfg(feature = "cli")]
pub mod eval;
pub mod fix;
pub mod lint;

pub mod position;
#[cfg(feature = "cli")]
pub mod report;

#[cfg(feature = "cli")]
pub mod config;
#[cfg(feature = "cli")]
pub mod corpus;
#[cfg(feature = "cli")]
pub mod gate;

#[cfg(feature = "cli")]
pub mod journal;
#[cfg(feature = "cli")]
pub mod proof;

#[cfg(feature = "cli")]
pub mod cli;
