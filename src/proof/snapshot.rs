//! What a person sees of a rule's examples: findings as the default report
//! shows them, and what fixes change.

use std::fmt::Write;

use similar::TextDiff;

use super::alone;
use crate::{
    document::Document,
    edit::Applicability,
    fix::{FixOptions, fix},
    lint::Linter,
    report::{Full, Reporter, place, reveal},
    rule::{Input, Rule, SelectionError},
};

/// Columns to fit findings into.
const WIDTH: usize = 100;

/// Renders the findings in all examples of `rule`, and its fixes; `others` hold the rules it requires.
///
/// # Errors
///
/// If a required rule is not among `others`.
pub fn render_examples(rule: &Rule, others: &[Rule]) -> Result<String, SelectionError> {
    let set = alone(rule, others)?;
    let mut linter = Linter::new(&set);
    let safety = rule.applicability().map_or("no fix", Applicability::name);
    let mut out = format!("{} ({}, {safety})\n", rule.id, rule.severity.name());
    for (index, bad) in rule.bad.iter().enumerate() {
        let name = format!("bad-{}", index + 1);
        writeln!(out, "\n== {name}").expect("a string takes text");
        let Input::Text(text) = &bad.input else {
            out.push_str("(damage of a file)\n");
            continue;
        };
        let document = Document::new(&name, text);
        let findings = linter.lint(&document);
        let (full, mut rendered) = (Full::new(false, WIDTH), Vec::new());
        place(&document, &findings, |finding| full.finding(finding, &mut rendered));
        out.push_str(&String::from_utf8_lossy(&rendered));
        let options = FixOptions::at(Applicability::Display);
        if let Some(fixed) = fix(&mut linter, &document, options).text {
            out.push_str("-- fixed\n");
            out.push_str(&diff(text, &fixed));
        }
    }
    for (index, good) in rule.good.iter().enumerate() {
        let because = good.because.as_deref().unwrap_or("an honest text");
        let found = match &good.input {
            Input::Text(text) => linter.lint(&Document::new("good", text)).len(),
            Input::File { .. } => 0,
        };
        writeln!(out, "\n== good-{}: {because}: {found} findings", index + 1).expect("a string takes text");
    }
    Ok(out)
}

/// The changed lines with one line around them, `-` before and `+` after; a line's invisible characters are
/// escaped.
fn diff(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut out = String::new();
    for group in diff.grouped_ops(1) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (value, newline) = match change.value().strip_suffix('\n') {
                Some(line) => (line, ""),
                None => (change.value(), "\n\\ no newline at the end"),
            };
            out.push_str(format!("{}{}{newline}", change.tag(), reveal(value)).trim_end());
            out.push('\n');
        }
    }
    out
}
