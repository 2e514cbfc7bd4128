//! Mutation proof: a rule without one of its patterns or conditions must fail
//! one of its own examples, or nothing shows what that part is for.

use rayon::prelude::*;
use toml::{Table, Value};

use super::prove;
use crate::rule::{Rule, SelectionError, load_rule};

/// The lists of which each entry is a part of its own.
const LISTS: [&str; 12] = [
    "any",
    "all",
    "unless",
    "before",
    "not-before",
    "after",
    "not-after",
    "is",
    "not",
    "requires",
    "inside",
    "field",
];

/// The tables whose keys are parts of their own.
const TABLES: [&str; 10] =
    ["place", "previous", "next", "following", "shape", "words", "lines", "capitals", "digits", "title-case"];

/// The parts of the rule in `source` that none of its examples needs, as
/// `next.unless 2`. A word list (`text`) is one part. `others` hold the rules it requires.
///
/// # Errors
///
/// If a required rule is not among `others`.
pub fn unproven(id: &str, source: &str, others: &[Rule]) -> Result<Vec<String>, SelectionError> {
    let Ok(file) = source.parse::<Table>() else { return Ok(Vec::new()) };
    let found: Vec<Option<String>> = parts(&file)
        .into_par_iter()
        .map(|part| {
            let mut mutant = file.clone();
            part.remove(&mut mutant);
            // A file that is no rule without it needs it.
            let Ok(rule) = load_rule(id, id, &mutant.to_string()) else { return Ok(None) };
            Ok(prove(&rule, others)?.is_empty().then(|| part.name()))
        })
        .collect::<Result<_, SelectionError>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// A key of `[match]` or a table in it, or one entry of a list.
#[derive(Clone, Debug)]
struct Part {
    keys: Vec<String>,
    entry: Option<usize>,
}

fn parts(file: &Table) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(Value::Table(table)) = file.get("match") {
        collect(table, &mut vec!["match".into()], &mut parts);
    }
    if file.get("fix").and_then(|fix| fix.get("keep-apart")).is_some() {
        parts.push(Part { keys: vec!["fix".into(), "keep-apart".into()], entry: None });
    }
    parts
}

fn collect(table: &Table, keys: &mut Vec<String>, parts: &mut Vec<Part>) {
    for (key, value) in table {
        keys.push(key.clone());
        match value {
            Value::Table(inner) if TABLES.contains(&key.as_str()) => collect(inner, keys, parts),
            Value::Array(entries) if LISTS.contains(&key.as_str()) => {
                parts.extend((0..entries.len()).map(|entry| Part { keys: keys.clone(), entry: Some(entry) }));
            }
            _ if key == "unit" || key == "check" => {}
            _ => parts.push(Part { keys: keys.clone(), entry: None }),
        }
        keys.pop();
    }
}

impl Part {
    fn name(&self) -> String {
        let keys = self.keys[1..].join(".");
        match self.entry {
            Some(entry) => format!("{keys} {}", entry + 1),
            None => keys,
        }
    }

    /// Takes the part out, and tables and lists that hold nothing after that.
    fn remove(&self, file: &mut Table) {
        let (last, tables) = self.keys.split_last().expect("a part has a key");
        remove(file, tables, last, self.entry);
    }
}

fn remove(table: &mut Table, tables: &[String], key: &str, entry: Option<usize>) {
    let Some((first, rest)) = tables.split_first() else {
        match (entry, table.get_mut(key)) {
            (Some(entry), Some(Value::Array(entries))) if entries.len() > 1 => {
                entries.remove(entry);
            }
            _ => {
                table.remove(key);
            }
        }
        return;
    };
    if let Some(Value::Table(inner)) = table.get_mut(first) {
        remove(inner, rest, key, entry);
        if inner.is_empty() {
            table.remove(first);
        }
    }
}
