//! `descrape init`: a configuration to start from, after a look at the corpus.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

use super::{
    Exit, Stop,
    args::{ConfigArgs, InitArgs, RuleArgs, SetupArgs},
    examine::Examination,
    judge::Judge,
    setup::{Setup, shown},
    tally::{grouped, plural},
    terminal::{Terminal, write_out},
};
use crate::{
    corpus::{Walk, WalkOptions},
    report::RuleTotal,
};

/// Files that are looked at, some of each format.
const FILES: usize = 200;
/// Rules that are listed.
const RULES: usize = 15;

pub(super) fn run(args: &InitArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let stdout = args.output == Path::new("-");
    if !stdout && args.output.exists() {
        return Err(Stop(format!("{}: is there already, and was not touched", shown(&args.output))));
    }
    let untouched = SetupArgs {
        config: ConfigArgs { config: None, isolated: true },
        force_exclude: false,
        rules: RuleArgs { rules: Vec::new(), select: Vec::new(), ignore: Vec::new() },
        corpus: args.corpus.clone(),
    };
    let setup = Setup::new(&args.paths, &untouched, None, terminal)?;
    let (formats, files) = sample(&setup.walk_options(&args.corpus, &[]), &args.paths)?;
    let judge = Judge::new(&setup.resolved, None);
    let examination = Examination {
        setup: &setup,
        judge: &judge,
        paths: &files,
        corpus: &args.corpus,
        baseline: None,
        apart: Vec::new(),
        changed_since: None,
        quiet: false,
    };
    let (mut findings, outcome) = examination.run(&[], Vec::new(), terminal)?;
    findings.finish(outcome.failed)?;
    let rules = findings.tally.rules();
    let text = configuration(&formats, files.len(), findings.tally.documents, &rules);
    if stdout {
        write_out(&mut std::io::stdout(), text.as_bytes())?;
        return Ok(Exit::Clean);
    }
    let write = || std::fs::File::create_new(&args.output)?.write_all(text.as_bytes());
    write().map_err(|error| Stop(format!("{}: cannot be written: {error}", shown(&args.output))))?;
    terminal.tell(&format!(
        "Wrote {} after a look at {}.\nNext: `descrape check`, and `descrape baseline create` to accept what is there.\n",
        shown(&args.output),
        plural(findings.tally.documents, "document")
    ));
    Ok(Exit::Clean)
}

/// How many files there are of each format, and some of them.
fn sample(
    options: &WalkOptions,
    paths: &[PathBuf],
) -> Result<(BTreeMap<&'static str, usize>, Vec<PathBuf>), Stop> {
    let mut formats: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    for found in options.walk(paths) {
        match found {
            Walk::Source(source) => formats.entry(source.format.name()).or_default().extend(source.path),
            Walk::Failed { name, reason } => return Err(Stop(format!("{name}: {reason}"))),
            Walk::Skipped { .. } => {}
        }
    }
    let share = FILES / formats.len().max(1);
    let spread = |files: &Vec<PathBuf>| -> Vec<PathBuf> {
        let step = files.len().div_ceil(share).max(1);
        files.iter().step_by(step).cloned().collect()
    };
    let chosen = formats.values().flat_map(spread).collect();
    Ok((formats.into_iter().map(|(name, files)| (name, files.len())).collect(), chosen))
}

fn configuration(
    formats: &BTreeMap<&str, usize>,
    files: usize,
    documents: usize,
    rules: &[RuleTotal<'_>],
) -> String {
    let found: Vec<String> =
        formats.iter().map(|(name, count)| format!("{name}: {}", plural(*count, "file"))).collect();
    let found = if found.is_empty() { "no file that can be read".to_string() } else { found.join(", ") };
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for total in rules {
        // What is the same in several languages tells nothing.
        if let [language] = &total.rule.languages[..] {
            *languages.entry(language).or_default() += total.findings;
        }
    }
    let listed: Vec<String> = languages.keys().map(|code| format!("{code:?}")).collect();
    let mut table = String::new();
    for total in rules.iter().take(RULES) {
        table.push_str(&format!(
            "#   {:>9}  {:<8} {}\n",
            grouped(total.findings),
            total.severity.name(),
            total.rule.id
        ));
    }
    if rules.len() > RULES {
        table.push_str(&format!("#   and of {}\n", plural(rules.len() - RULES, "more rule")));
    }
    if rules.is_empty() {
        table.push_str("#   none\n");
    }
    format!(
        "\
# What holds for this corpus. `descrape config show PATH` says what holds where.
# Found: {found}.
# Findings in {} of {}, by rule (`descrape rule show RULE` tells more):
{table}
# Rules that run and that do not: ids, groups, globs, ALL.
# select = [\"ALL\"]
# ignore = [\"caption/*\"]

# Languages of the corpus: rules made of words of others do not run. Rules of one language that fired are of:
# languages = [{}]

# Files that are not looked at.
# exclude = [\"raw/\"]

# The fields of records.
# text-field = \"text\"
# id-field = \"id\"

# Accepted findings, see `descrape baseline`: only new ones fail.
# baseline = \"descrape-baseline.jsonl\"

# The mildest severity that fails a check.
# fail-on = \"warning\"

# How bad findings are, and how far fixes are trusted.
# [severity]
# \"caption/*\" = \"info\"
# [safety]
# \"teaser/*\" = \"display\"

# What holds for some files.
# [[overrides]]
# paths = [\"forum/\"]
# ignore = [\"teaser\"]

# Findings that are left alone; a reason is demanded.
# [[suppress]]
# rule = \"entity/*\"
# path = \"manual/*.txt\"
# reason = \"the manual is about character references\"
# expires = 2030-01-01

# How much is allowed; all else that fails is not.
# [gate]
# \"caption/*\" = {{ per-million-words = 5 }}
# \"entity/*\" = 0
",
        plural(documents, "document"),
        plural(files, "file"),
        listed.join(", ")
    )
}
