//! The one test binary: linking is the slow part.

/// Helpers: built-in rules, a folder to work in, the program to run.
mod support;

/// Who may import whom.
mod architecture;
mod baseline;
/// What a configuration says: overrides, suppressions, budgets, mistakes.
mod configuration;
/// Damage put into clean text is found and undone.
mod damage;
/// Where reports go: several in one run, each whole or not there.
mod destinations;
/// Why there is a finding at a place, or none.
mod explain;
/// Folders, formats, and where repaired text goes.
mod files;
/// Every format gives the same, and only what changes is rewritten.
mod formats;
/// The life of a gate: baseline, what turns out new, git.
mod gate;
/// Files that are damaged, odd, or not there.
mod hostile;
mod hostile_journals;
/// Hostile text stays text in every report.
mod hostile_reports;
/// A bulk fix with a journal: proven, undone, and gone on with after any end.
mod journal;
/// What holds for every text: prefilter equals oracle, fixes end, bytes are kept.
mod laws;
/// Completions and manual pages, given to the programs they are made for.
mod manual;
/// Honest text full of near misses, and the same damage in other words.
mod near_misses;
/// A page of the documentation, run command by command.
mod page;
/// Parquet files: the same as JSON Lines, and all else kept.
#[cfg(feature = "parquet")]
mod parquet;
/// Every backend of the prefilter finds the same.
mod prefilter;
/// What a person sees: findings, fixes, help; by snapshot.
mod program;
/// Real scraped and clean text, where it is at hand.
mod real_text;
/// The record that other programs rely on.
mod record;
/// Reports for other programs: what they say.
mod reports;
/// Cut off, corrupt and mislabelled files: a finding or an error each, and nothing lost.
mod ruins;
/// Mistakes of rule authors, word for word.
mod rule_errors;
/// How rules are written: definitions, snapshots, remarks, trials, scores.
mod rule_work;
/// Every built-in rule is proven, explained, and kept current in the schema.
mod rules;
/// The document the project was born from, with its expected findings and fixes.
mod seed;
