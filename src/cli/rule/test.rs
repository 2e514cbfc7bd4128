//! `descrape rule test`: every example of every rule, and what a person sees of them.

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rayon::prelude::*;
use similar::TextDiff;

use super::{
    super::{
        Exit, Stop,
        settings::{folder_files, load},
        setup::rules_here,
        tally::plural,
        terminal::{Terminal, write_out},
    },
    args::{RULES, RuleTestArgs},
    chosen,
};
use crate::{
    proof::{Failure, prove, render_examples},
    rule::Rule,
};

/// Time between two looks at the rule files.
const PAUSE: Duration = Duration::from_millis(300);
/// Matches of which it is told why they are no findings.
const MOST_REASONS: usize = 5;
/// Where a folder of rules keeps its snapshots.
const SNAPSHOTS: &str = "snapshots";

pub(super) fn run(args: &RuleTestArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    if args.watch {
        return watch(args, terminal);
    }
    let (text, exit) = test(args, terminal)?;
    write_out(&mut io::stdout(), text.as_bytes())?;
    Ok(exit)
}

/// Tests whenever a file changes; ends only by a signal or when nobody reads.
fn watch(args: &RuleTestArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let mut seen: Option<BTreeMap<String, String>> = None;
    loop {
        let now: BTreeMap<String, String> = folder_files(&args.rules)?
            .into_iter()
            .map(|file| (file.path, file.source.into_owned()))
            .collect();
        if seen.as_ref() != Some(&now) {
            let text = match test(args, terminal) {
                Ok((text, _)) => text,
                Err(Stop(message)) => format!("{message}\n"),
            };
            if !write_out(&mut io::stdout(), format!("{text}Waiting for a change …\n").as_bytes())? {
                return Ok(Exit::Clean);
            }
            seen = Some(now);
        }
        thread::sleep(PAUSE);
    }
}

fn test(args: &RuleTestArgs, terminal: &Terminal) -> Result<(String, Exit), Stop> {
    let all = rules_here(&args.config, &args.rules, terminal)?;
    let files = folder_files(&args.rules)?;
    let own = if args.rules.is_empty() { all.clone() } else { load(&files, terminal)? };
    let chosen = chosen(own, &args.select).map_err(|error| with_folder(error, &args.rules))?;
    let results: Vec<(&Rule, Vec<Failure>)> =
        chosen.par_iter().map(|rule| Ok((rule, prove(rule, &all)?))).collect::<Result<_, Stop>>()?;
    let paths: HashMap<String, String> = files.into_iter().map(|file| (file.id, file.path)).collect();
    let mut out = String::new();
    for (rule, failures) in &results {
        let path = paths.get(&rule.id).cloned().unwrap_or_else(|| format!("{RULES}/{}.toml", rule.id));
        for failure in failures {
            out.push_str(&show_failure(&path, failure));
        }
    }
    let failed = results.iter().filter(|(_, failures)| !failures.is_empty()).count();
    let examples: usize = results.iter().map(|(rule, _)| rule.bad.len() + rule.good.len()).sum();
    let (rules, examples) = (plural(results.len(), "rule"), plural(examples, "example"));
    if failed > 0 {
        out.push_str(&format!("{failed} of {rules} failed; {examples} tried.\n"));
        return Ok((out, Exit::Findings));
    }
    let mut changed = 0;
    for folder in &args.rules {
        let is_own =
            |rule: &&Rule| paths.get(&rule.id).is_some_and(|path| Path::new(path).starts_with(folder));
        let own: Vec<&Rule> = chosen.iter().filter(is_own).collect();
        changed += compare(&Snapshots(folder.join(SNAPSHOTS)), args, &own, &all, &mut out)?;
    }
    out.push_str(&format!("{rules} proven by {examples}.\n"));
    if changed == 0 {
        return Ok((out, Exit::Clean));
    }
    let snapshots = plural(changed, "snapshot");
    if args.accept {
        out.push_str(&format!("{snapshots} written; read them before you commit them.\n"));
        Ok((out, Exit::Clean))
    } else {
        out.push_str(&format!("{snapshots} out of date; `--accept` takes what the rules do now.\n"));
        Ok((out, Exit::Findings))
    }
}

/// A word that names no rule may be one of a folder that was not named.
fn with_folder(Stop(message): Stop, folders: &[PathBuf]) -> Stop {
    let message = message.replace("--select ", "");
    if folders.is_empty() && Path::new(RULES).is_dir() {
        return Stop(format!("{message}; `--rules {RULES}` looks at the rules in that folder"));
    }
    Stop(message)
}

/// Compares what is seen of the rules with the snapshots, tells the differences, and takes them if it may.
fn compare(
    snapshots: &Snapshots,
    args: &RuleTestArgs,
    rules: &[&Rule],
    all: &[Rule],
    out: &mut String,
) -> Result<usize, Stop> {
    // A folder without snapshots does without, until some are accepted.
    if !args.accept && !snapshots.0.is_dir() {
        return Ok(0);
    }
    let mut expected = snapshots.read()?;
    let mut changed = 0;
    for rule in rules {
        let now = render_examples(rule, all)?;
        let old = expected.remove(&rule.id).unwrap_or_default();
        if old != now {
            changed += 1;
            out.push_str(&show_difference(&snapshots.path(&rule.id), &old, &now));
            if args.accept {
                snapshots.write(&rule.id, &now)?;
            }
        }
    }
    // What is left belongs to rules that are gone, if all of them were looked at.
    if args.select.is_empty() {
        for (id, old) in expected {
            changed += 1;
            out.push_str(&show_difference(&snapshots.path(&id), &old, ""));
            if args.accept {
                fs::remove_file(snapshots.path(&id))?;
            }
        }
    }
    Ok(changed)
}

/// A folder with one file for each rule.
struct Snapshots(PathBuf);

impl Snapshots {
    fn path(&self, id: &str) -> PathBuf {
        self.0.join(format!("{id}.snap"))
    }

    /// All snapshots, by rule id.
    fn read(&self) -> Result<BTreeMap<String, String>, Stop> {
        let mut found = BTreeMap::new();
        if !self.0.is_dir() {
            return Ok(found);
        }
        for entry in ignore::WalkBuilder::new(&self.0).standard_filters(false).build() {
            let path = entry?.into_path();
            if path.extension().is_some_and(|extension| extension == "snap") {
                let id = path.strip_prefix(&self.0).unwrap_or(&path).with_extension("");
                let text = fs::read_to_string(&path).map_err(|error| cannot(&path, "read", &error))?;
                found.insert(id.to_string_lossy().replace('\\', "/"), text.replace("\r\n", "\n"));
            }
        }
        Ok(found)
    }

    fn write(&self, id: &str, text: &str) -> Result<(), Stop> {
        let path = self.path(id);
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| cannot(&path, "written", &error))
    }
}

fn cannot(path: &Path, what: &str, error: &io::Error) -> Stop {
    Stop(format!("{}: cannot be {what}: {error}", path.display()))
}

fn show_difference(path: &Path, old: &str, new: &str) -> String {
    let mut out = format!("{}:\n", path.display());
    let diff = TextDiff::from_lines(old, new);
    for group in diff.grouped_ops(2) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            out.push_str(&format!("    {}{}\n", change.tag(), change.value().trim_end_matches('\n')));
        }
    }
    out.push('\n');
    out
}

fn show_failure(path: &str, failure: &Failure) -> String {
    let mut out = format!("{path}: {}: {}\n", failure.example, failure.problem);
    for reason in failure.reasons.iter().take(MOST_REASONS) {
        out.push_str(&format!("    {reason}\n"));
    }
    if failure.expected == failure.found {
        return out + "\n";
    }
    let diff = TextDiff::from_lines(&failure.expected, &failure.found);
    for change in diff.iter_all_changes() {
        let line = change.value().trim_end_matches('\n').replace('\r', "␍");
        out.push_str(&format!("    {}{line}\n", change.tag()));
    }
    out.push_str("    (- what the example says, + what the rule does)\n\n");
    out
}
