//! `descrape rule docs`: the reference as Markdown, made from the rule files.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use super::super::{Stop, setup::rules_here, tally::plural, terminal::Terminal};
use super::{args::RuleDocsArgs, reveal_lines, shown};
use crate::{
    document::Document,
    lint::Linter,
    report::reveal,
    rule::{Input, Rule, RuleSet, Selection, Status},
};

/// Characters of a finding that the index shows.
const SHOWN: usize = 60;

pub(super) fn run(args: &RuleDocsArgs, terminal: &Terminal) -> Result<String, Stop> {
    let mut rules = rules_here(&args.config, &args.rules, terminal)?;
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let looks = looks(&rules)?;
    write(&args.output.join("README.md"), &index(&rules, &looks))?;
    for rule in &rules {
        write(&args.output.join(format!("{}.md", rule.id)), &page(rule))?;
    }
    Ok(format!("{}: an index and {} written.\n", args.output.display(), plural(rules.len(), "page")))
}

fn write(path: &Path, text: &str) -> Result<(), Stop> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Stop(format!("{}: cannot be written: {error}", path.display())))
}

/// What the first finding of each rule's first example looks like.
fn looks(rules: &[Rule]) -> Result<BTreeMap<&str, String>, Stop> {
    let select = rules.iter().map(|rule| rule.id.clone()).collect();
    let set = RuleSet::new(rules.to_vec(), &Selection { select, ignore: Vec::new() })?;
    let mut linter = Linter::new(&set);
    let mut looks = BTreeMap::new();
    for rule in rules {
        let Some(Input::Text(text)) = rule.bad.first().map(|bad| &bad.input) else { continue };
        let document = Document::new("example", text);
        let found = linter.lint(&document);
        if let Some(finding) = found.iter().find(|finding| finding.rule.id == rule.id) {
            let line = text[finding.span.range()].lines().next().unwrap_or_default();
            let mut look = reveal(line);
            if let Some((end, _)) = look.char_indices().nth(SHOWN) {
                look.truncate(end);
                look.push('…');
            }
            looks.insert(rule.id.as_str(), look);
        }
    }
    Ok(looks)
}

fn index(rules: &[Rule], looks: &BTreeMap<&str, String>) -> String {
    let mut out =
        format!("# Rules\n\n{}, by group and by what the text looks like.\n", plural(rules.len(), "rule"));
    let mut group = "";
    for rule in rules {
        if rule.group() != group {
            group = rule.group();
            write!(out, "\n## {group}\n\n| rule | finds | severity | fix |\n|---|---|---|---|\n")
                .expect("a string takes text");
        }
        let status = match rule.status {
            Status::Stable => String::new(),
            _ => format!(" ({})", rule.status.name()),
        };
        writeln!(
            out,
            "| [{id}]({id}.md) | {}{status} | {} | {} |",
            cell(&rule.summary),
            rule.severity.name(),
            rule.applicability().map_or("none", |a| a.name()),
            id = rule.id,
        )
        .expect("a string takes text");
    }
    out.push_str("\n## By what the text looks like\n\n| in the text | rule |\n|---|---|\n");
    let mut sorted: Vec<(&str, &String)> = looks.iter().map(|(id, look)| (*id, look)).collect();
    // Letters first, in one order whatever their case; then signs.
    sorted.sort_by_key(|(id, look)| {
        (!look.starts_with(char::is_alphabetic), look.to_lowercase(), id.to_string())
    });
    for (id, look) in sorted {
        writeln!(out, "| {} | [{id}]({id}.md) |", code(look)).expect("a string takes text");
    }
    out
}

fn page(rule: &Rule) -> String {
    let mut out = format!("# {}\n\n{}.\n\n", rule.id, sentence(&rule.summary));
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            writeln!(out, "- **{name}:** {value}").expect("a string takes text");
        }
    };
    row("Severity", rule.severity.name());
    row("Fix", rule.applicability().map_or("none", |a| a.name()));
    match &rule.status {
        Status::Deprecated { replaced_by } => row("Status", &format!("deprecated; use {replaced_by}")),
        Status::Preview => row("Status", "preview; runs only when selected by its full id"),
        Status::Stable => {}
    }
    row("Since", rule.since.as_deref().unwrap_or_default());
    row("Languages", &rule.languages.join(", "));
    row("Tags", &rule.tags.join(", "));
    row("Source", rule.source.as_deref().unwrap_or_default());
    write!(out, "\n{}\n", rule.why.trim()).expect("a string takes text");
    out.push_str("\n## Found\n");
    for bad in &rule.bad {
        out.push_str(&block(&shown(&bad.input)));
        if let Some(fixed) = &bad.fixed {
            out.push_str("\nAfter the fix:\n");
            out.push_str(&block(&reveal_lines(fixed)));
        }
    }
    out.push_str("\n## Left alone\n");
    for good in &rule.good {
        if let Some(because) = &good.because {
            write!(out, "\n{}:\n", sentence(because)).expect("a string takes text");
        }
        out.push_str(&block(&shown(&good.input)));
    }
    out
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A fenced block whose fence is longer than any in the text.
fn block(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n{fence}text\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

/// Fit for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

fn code(text: &str) -> String {
    let fence = "`".repeat(text.split(|c| c != '`').map(str::len).max().unwrap_or(0) + 1);
    format!("{fence} {} {fence}", text.replace('|', "\\|"))
}
