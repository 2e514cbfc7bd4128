//! `descrape config`: what holds for a path, and where that was said.

use std::path::Path;

use serde_json::json;

use super::{
    Exit, Stop,
    args::{ConfigCommand, ConfigShowArgs, TableFormat},
    settings::all_rules,
    setup::{Setup, shown},
    terminal::{Terminal, write_out},
};
use crate::{
    config::Said,
    gate::Limit,
    rule::{Rule, RuleSet, Selection},
};

pub(super) fn run(command: &ConfigCommand, terminal: &Terminal) -> Result<Exit, Stop> {
    let text = match command {
        ConfigCommand::Show(args) => show(args, terminal)?,
    };
    write_out(&mut std::io::stdout(), text.as_bytes())?;
    Ok(Exit::Clean)
}

/// A value that holds, and where it was said.
struct Row {
    name: &'static str,
    value: String,
    origin: String,
}

fn show(args: &ConfigShowArgs, terminal: &Terminal) -> Result<String, Stop> {
    let paths = [args.path.clone()];
    let setup = Setup::new(&paths, &args.setup, None, terminal)?;
    let rows = rows(&setup, &args.path);
    let running = running(&setup, &args.path);
    let built_in = RuleSet::new(all_rules(&[], terminal)?, &Selection::default())?;
    let differences = differences(&running, &built_in);
    let name = shown(&args.path);
    let file = setup.config.file.as_ref().map_or("none", |file| &file.name);
    if args.output_format == TableFormat::Json {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| json!({ "key": row.name, "value": row.value, "origin": row.origin }))
            .collect();
        let rules: Vec<_> =
            running.iter().map(|rule| json!({ "rule": rule.0, "severity": rule.1 })).collect();
        let all =
            json!({ "version": 1, "path": name, "configuration": file, "settings": rows, "rules": rules });
        return Ok(format!("{all:#}\n"));
    }
    let width =
        |column: fn(&Row) -> &str| rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0);
    let (first, second) = (width(|row| row.name), width(|row| &row.value).min(60));
    let mut out = format!("{name}\nconfiguration: {file}\n\n");
    for Row { name, value, origin } in &rows {
        out.push_str(&format!("{name:<first$}  {value:<second$}  {origin}\n"));
    }
    out.push_str(&format!("\n{} rules run here", running.len()));
    if differences.is_empty() {
        out.push_str(", as they do without a configuration.\n");
    } else {
        out.push_str("; other than without a configuration:\n");
        differences.iter().for_each(|line| out.push_str(&format!("  {line}\n")));
    }
    Ok(out)
}

fn rows(setup: &Setup, path: &Path) -> Vec<Row> {
    let config = &setup.config;
    let mut rows = Vec::new();
    let mut add = |name, value: String, origin: String| rows.push(Row { name, value, origin });
    let built_in = || "built in".to_string();
    let words =
        |said: &Option<Said<Vec<String>>>| said.as_ref().map(|said| (said.value.join(", "), said.origin()));
    let (value, origin) = words(&config.select).unwrap_or(("ALL".into(), built_in()));
    add("select", value, origin);
    for (name, said) in [("ignore", &config.ignore), ("languages", &config.languages)] {
        if let Some((value, origin)) = words(said) {
            add(name, value, origin);
        }
    }
    if let Some(said) = &config.exclude {
        add("exclude", said.value.0.join(", "), said.origin());
    }
    for (name, said, otherwise) in
        [("text-field", &config.text_field, "text"), ("id-field", &config.id_field, "id")]
    {
        match said {
            Some(said) => add(name, said.value.clone(), said.origin()),
            None => add(name, otherwise.into(), built_in()),
        }
    }
    match &config.fail_on {
        Some(said) => add("fail-on", said.value.name().into(), said.origin()),
        None => add("fail-on", "warning".into(), built_in()),
    }
    if let Some(said) = &config.baseline {
        add("baseline", shown(&said.value), said.origin());
    }
    for said in &config.rules {
        add("rules", shown(&said.value), said.origin());
    }
    for said in &config.severity {
        add("severity", format!("{} = {}", said.value.0, said.value.1.name()), said.origin());
    }
    for said in &config.safety {
        add("safety", format!("{} = {}", said.value.0, said.value.1.name()), said.origin());
    }
    let places = &setup.resolved.places;
    let relative = places.relative(path);
    let matching = relative.as_deref().map(|path| places.overrides_of(path)).unwrap_or_default();
    for said in matching.iter().map(|&number| &config.overrides[number]) {
        let own = &said.value;
        let mut what = Vec::new();
        let mut list = |name: &str, words: &[String]| {
            if !words.is_empty() {
                what.push(format!("{name} {}", words.join(", ")));
            }
        };
        list("select", &own.select);
        list("ignore", &own.ignore);
        list("languages", own.languages.as_deref().unwrap_or_default());
        let severity: Vec<String> =
            own.severity.iter().map(|said| format!("{} = {}", said.value.0, said.value.1.name())).collect();
        list("severity", &severity);
        add("override", format!("{}: {}", own.paths.join(", "), what.join("; ")), said.origin());
    }
    for number in places.suppressions.of_file(relative.as_deref(), (0, 0, 0)) {
        let said = &config.suppress[number];
        let own = &said.value;
        let id = own.suppression.id.as_ref().map_or_else(String::new, |id| format!(" in {id}"));
        let last = own.suppression.expires;
        let last = last.map_or_else(String::new, |(y, m, d)| format!(", until {y:04}-{m:02}-{d:02}"));
        add("suppress", format!("{}{id}: {}{last}", own.rule, own.suppression.reason), said.origin());
    }
    for said in &config.gate {
        let limits: Vec<String> =
            said.value.1.iter().map(|limit: &Limit| limit.show(limit.allowed())).collect();
        add("gate", format!("{}: {}", said.value.0, limits.join(", ")), said.origin());
    }
    rows
}

/// The rules that report here, with their severity.
fn running(setup: &Setup, path: &Path) -> Vec<(String, &'static str)> {
    let places = &setup.resolved.places;
    let overrides = places.relative(path).map(|path| places.overrides_of(&path)).unwrap_or_default();
    let mut all = Vec::new();
    let policy = places.policy(&setup.resolved.rules, &overrides);
    for (index, rule) in setup.resolved.rules.running().iter().enumerate() {
        let setting = policy.of(index);
        if setting.reported {
            all.push((rule.id.clone(), setting.severity.name()));
        }
    }
    all
}

/// What is other than without a configuration, a line for each group of rules.
fn differences(running: &[(String, &'static str)], built_in: &RuleSet) -> Vec<String> {
    let mut lines = Vec::new();
    let known: Vec<&Rule> = built_in.rules().collect();
    let find = |id: &str| known.iter().find(|rule| rule.id == id);
    let list = |ids: Vec<&str>| ids.join(", ");
    let off: Vec<&str> = known
        .iter()
        .filter(|rule| !running.iter().any(|(id, _)| *id == rule.id))
        .map(|rule| rule.id.as_str())
        .collect();
    let on: Vec<&str> =
        running.iter().filter(|(id, _)| find(id).is_none()).map(|(id, _)| id.as_str()).collect();
    if !off.is_empty() {
        lines.push(format!("{} off: {}", off.len(), list(off)));
    }
    if !on.is_empty() {
        lines.push(format!("{} more: {}", on.len(), list(on)));
    }
    for (id, severity) in running {
        if let Some(rule) = find(id).filter(|rule| rule.severity.name() != *severity) {
            lines.push(format!("{id}: {severity} in place of {}", rule.severity.name()));
        }
    }
    lines
}
