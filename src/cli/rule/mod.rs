//! `descrape rule`: what the rules are, and that they hold.

pub(super) mod args;
mod concordance;
mod docs;
mod lint;
mod skeleton;
mod test;

use std::fmt::Write;

use serde_json::{Value, json};

use self::args::{RuleCommand, RuleListArgs, RuleShowArgs};
use super::{
    Exit, Stop,
    args::TableFormat,
    setup::rules_here,
    terminal::{Terminal, write_out},
};
use crate::{
    edit::Applicability,
    report::reveal,
    rule::{Input, Rule, RuleSet, Selection, Status, rule_schema},
};

pub(super) fn run(command: &RuleCommand, terminal: &Terminal) -> Result<Exit, Stop> {
    let (text, exit) = match command {
        RuleCommand::List(args) => (list(args, terminal)?, Exit::Clean),
        RuleCommand::Show(args) => (show(args, terminal)?, Exit::Clean),
        RuleCommand::Test(args) => return test::run(args, terminal),
        RuleCommand::Lint(args) => lint::run(args, terminal)?,
        RuleCommand::New(args) => (skeleton::run(args, terminal)?, Exit::Clean),
        RuleCommand::Try(args) => concordance::run(args, terminal)?,
        RuleCommand::Docs(args) => (docs::run(args, terminal)?, Exit::Clean),
        RuleCommand::Schema => (rule_schema(), Exit::Clean),
    };
    write_out(&mut std::io::stdout(), text.as_bytes())?;
    Ok(exit)
}

fn list(args: &RuleListArgs, terminal: &Terminal) -> Result<String, Stop> {
    let RuleListArgs { config, rules: args, output_format } = args;
    let rules = rules_here(config, &args.rules, terminal)?;
    let chosen = if args.select.is_empty() && args.ignore.is_empty() {
        rules
    } else {
        RuleSet::new(rules, &args.selection())?.rules().cloned().collect()
    };
    let mut sorted: Vec<&Rule> = chosen.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    if *output_format == TableFormat::Json {
        let all: Vec<Value> = sorted.into_iter().map(record).collect();
        return Ok(format!("{:#}\n", Value::Array(all)));
    }
    let width = sorted.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in sorted {
        let fix = rule.applicability().map_or("-", |a| a.name());
        let status = match &rule.status {
            Status::Stable => String::new(),
            other => format!(" ({})", other.name()),
        };
        writeln!(out, "{:<width$}  {:<7}  {fix:<7}  {}{status}", rule.id, rule.severity.name(), rule.summary)
            .expect("a string takes text");
    }
    Ok(out)
}

/// What a program may want to know of a rule.
fn record(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "summary": rule.summary,
        "severity": rule.severity.name(),
        "safety": rule.applicability().map(Applicability::name),
        "status": rule.status.name(),
        "since": rule.since,
        "formerly": rule.formerly,
        "languages": rule.languages,
        "tags": rule.tags,
        "source": rule.source,
        "why": rule.why.trim_end(),
    })
}

fn show(args: &RuleShowArgs, terminal: &Terminal) -> Result<String, Stop> {
    let rules = rules_here(&args.config, &args.rules, terminal)?;
    let Some(rule) = rules.iter().find(|rule| rule.id == args.id || rule.formerly.contains(&args.id)) else {
        // The selection knows the words and what they might have been.
        let selection = Selection { select: vec![args.id.clone()], ignore: Vec::new() };
        return Err(match RuleSet::new(rules, &selection) {
            Err(error) => Stop(error.to_string().replace("--select ", "")),
            Ok(_) => Stop(format!(
                "`{}` is more than one rule; `descrape rule list --select {}`",
                args.id, args.id
            )),
        });
    };
    let mut out = format!("{}: {}\n\n", rule.id, rule.summary);
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!("{name:<11}{value}\n"));
        }
    };
    line("severity", rule.severity.name());
    line("fix", rule.applicability().map_or("none", |a| a.name()));
    line("status", rule.status.name());
    if let Status::Deprecated { replaced_by } = &rule.status {
        line("use", replaced_by);
    }
    line("since", rule.since.as_deref().unwrap_or(""));
    line("languages", &rule.languages.join(", "));
    line("tags", &rule.tags.join(", "));
    line("source", rule.source.as_deref().unwrap_or(""));
    out.push('\n');
    out.push_str(&wrap(&rule.why, terminal.width.min(100)));
    for bad in &rule.bad {
        out.push_str("\nbad:\n");
        out.push_str(&indent(&shown(&bad.input)));
        if let Some(fixed) = &bad.fixed {
            out.push_str("fixed:\n");
            out.push_str(&indent(&reveal_lines(fixed)));
        }
    }
    for good in &rule.good {
        let because = good.because.as_ref().map_or_else(String::new, |because| format!(" ({because})"));
        out.push_str(&format!("\ngood{because}:\n"));
        out.push_str(&indent(&shown(&good.input)));
    }
    Ok(out)
}

/// What an example holds, as it can be shown: what nobody sees is spelled out.
fn shown(input: &Input) -> String {
    match input {
        Input::Text(text) => reveal_lines(text),
        Input::File { bytes, .. } => {
            bytes.escape_ascii().to_string().replace("\\n", "\n").replace("\\\"", "\"")
        }
    }
}

fn reveal_lines(text: &str) -> String {
    text.lines().map(|line| reveal(line) + "\n").collect()
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}").trim_end().to_string() + "\n").collect()
}

/// Breaks prose at blanks; blank lines stay.
fn wrap(text: &str, width: usize) -> String {
    let mut out = String::new();
    for paragraph in text.trim().split("\n\n") {
        let mut column = 0;
        for word in paragraph.split_whitespace() {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > width {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
        out.push('\n');
    }
    out
}

/// Rules of every status that the words name.
pub(super) fn chosen(mut rules: Vec<Rule>, words: &[String]) -> Result<Vec<Rule>, Stop> {
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    if words.is_empty() {
        return Ok(rules);
    }
    let ids: Vec<String> = rules.iter().map(|rule| rule.id.clone()).collect();
    let named = Selection { select: words.to_vec(), ignore: Vec::new() }.matching(&ids)?;
    Ok(rules.into_iter().zip(named).filter(|(_, named)| *named).map(|(rule, _)| rule).collect())
}
