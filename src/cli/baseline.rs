//! `descrape baseline`: what was accepted.

use std::path::{Path, PathBuf};

use super::{
    Exit, Stop,
    args::{BaselineArgs, BaselineCommand, BaselineCreateArgs, BaselineShowArgs},
    examine::Examination,
    judge::Judge,
    reports::Destination,
    setup::{BASELINE, Setup, configuration, shown},
    tally::{grouped, plural},
    terminal::{Terminal, write_out},
};
use crate::{
    corpus::{Compression, Finished, Output},
    gate::{Accepted, Baseline},
    paths::Root,
    report::{Concise, Finding, Reporter},
    rule::Selection,
};

pub(super) fn run(command: &BaselineCommand, terminal: &Terminal) -> Result<Exit, Stop> {
    match command {
        BaselineCommand::Create(args) => create(args, terminal),
        BaselineCommand::Accept(args) => accept(args, terminal),
        BaselineCommand::Prune(args) => prune(args, terminal),
        BaselineCommand::Show(args) => show(args, terminal),
    }
}

fn create(args: &BaselineCreateArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let common = &args.common;
    let setup = setup(common, terminal)?;
    let file = file(&setup, common);
    if file.exists() && !args.overwrite {
        return Err(Stop(format!(
            "{}: is there already; `descrape baseline accept` adds to it, `prune` takes from it, \
             --overwrite writes it anew",
            shown(&file)
        )));
    }
    let judge = Judge::new(&setup.resolved, None);
    let examination = examination(&setup, &judge, &file, common);
    let reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Entries)];
    let (mut findings, outcome) = examination.run(&reporters, vec![Destination::Memory], terminal)?;
    let baseline = Baseline::new(entries(&findings.finish(outcome.failed)?.concat(), examination.home())?);
    if outcome.failed {
        return Err(Stop("not everything could be read, so that no baseline was written".into()));
    }
    write(&file, &baseline)?;
    if !common.quiet {
        terminal.tell(&format!(
            "Accepted {} of {} in {}.\n",
            plural(baseline.count(), "finding"),
            plural(findings.tally.rules().len(), "rule"),
            shown(&file)
        ));
        if setup.config.baseline.is_none() {
            let place = file.strip_prefix(setup.config.root.folder()).unwrap_or(&file);
            terminal.tell(&format!(
                "To use it in every check, write `baseline = {:?}` into descrape.toml, or say --baseline.\n",
                place.display().to_string()
            ));
        }
    }
    Ok(Exit::Clean)
}

fn accept(args: &BaselineArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let setup = setup(args, terminal)?;
    let file = file(&setup, args);
    let baseline = setup.read_baseline(&file)?;
    let judge = Judge::new(&setup.resolved, Some(&baseline));
    let examination = examination(&setup, &judge, &file, args);
    let reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Entries), Box::new(Concise)];
    let shown_at = if args.quiet { Destination::Memory } else { Destination::Stdout };
    let (mut findings, outcome) =
        examination.run(&reporters, vec![Destination::Memory, shown_at], terminal)?;
    let kept = findings.finish(outcome.failed)?;
    let new = entries(kept.first().map_or(&[][..], Vec::as_slice), examination.home())?;
    let count: usize = new.iter().map(|entry| entry.count).sum();
    if count > 0 {
        write(&file, &Baseline::new(baseline.entries().iter().cloned().chain(new)))?;
    }
    if !args.quiet {
        terminal.tell(&format!(
            "Accepted {}; {} now holds {}.\n",
            plural(count, "new finding"),
            shown(&file),
            grouped(baseline.count() + count)
        ));
    }
    Ok(if outcome.failed { Exit::Failed } else { Exit::Clean })
}

fn prune(args: &BaselineArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let setup = setup(args, terminal)?;
    let file = file(&setup, args);
    let baseline = setup.read_baseline(&file)?;
    let judge = Judge::new(&setup.resolved, Some(&baseline));
    let examination = examination(&setup, &judge, &file, args);
    let (mut findings, outcome) = examination.run(&[], Vec::new(), terminal)?;
    findings.finish(outcome.failed)?;
    if outcome.failed {
        return Err(Stop("not everything could be read, nothing was forgotten".into()));
    }
    let stale = findings.stale(examination.looked_for(&findings.scope));
    if !stale.is_empty() {
        write(&file, &findings.baseline_without(&stale))?;
    }
    if !args.quiet {
        let lines: String = stale.iter().map(line).collect();
        write_out(&mut std::io::stdout(), lines.as_bytes())?;
        let count = stale.iter().map(|entry| entry.count).sum();
        terminal.tell(&format!(
            "Forgot {} not found any more; {} now holds {}.\n",
            plural(count, "accepted finding"),
            shown(&file),
            grouped(baseline.count() - count)
        ));
    }
    Ok(Exit::Clean)
}

fn show(args: &BaselineShowArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let config = configuration(&[PathBuf::from(".")], &args.config, terminal)?;
    let configured = config.baseline.as_ref().map(|said| said.value.clone());
    let file = args.baseline.clone().or(configured).unwrap_or_else(|| config.root.folder().join(BASELINE));
    let source = std::fs::read_to_string(&file)
        .map_err(|error| Stop(format!("{}: cannot be read: {error}", shown(&file))))?;
    let baseline =
        Baseline::parse(&source, |_| None).map_err(|error| Stop(format!("{}: {error}", shown(&file))))?;
    let mut ids: Vec<&str> = baseline.entries().iter().map(|entry| &*entry.rule).collect();
    ids.dedup();
    let mut out = String::new();
    if args.rules.is_empty() {
        out.push_str(&format!("{:>10} {:>8}  rule\n", "findings", "files"));
        for id in ids {
            let of_rule = || baseline.entries().iter().filter(|entry| entry.rule == id);
            let findings = of_rule().map(|entry| entry.count).sum();
            let mut files: Vec<&str> = of_rule().map(|entry| &*entry.path).collect();
            files.sort_unstable();
            files.dedup();
            out.push_str(&format!("{:>10} {:>8}  {id}\n", grouped(findings), grouped(files.len())));
        }
        out.push_str(&format!("{:>10} {:>8}  all\n", grouped(baseline.count()), ""));
    } else {
        let named = Selection { select: args.rules.clone(), ignore: Vec::new() }.matching(&ids)?;
        let chosen: Vec<&str> =
            ids.iter().zip(named).filter(|(_, named)| *named).map(|(id, _)| *id).collect();
        out.extend(baseline.entries().iter().filter(|entry| chosen.contains(&&*entry.rule)).map(line));
    }
    write_out(&mut std::io::stdout(), out.as_bytes())?;
    Ok(Exit::Clean)
}

/// An entry for a person.
fn line(entry: &Accepted) -> String {
    let times = if entry.count == 1 { String::new() } else { format!(" ({} times)", grouped(entry.count)) };
    format!("{}: {} {:?} in {:?}{times}\n", entry.path, entry.rule, entry.text, entry.line)
}

fn setup(args: &BaselineArgs, terminal: &Terminal) -> Result<Setup, Stop> {
    Setup::new(&args.paths, &args.setup, None, terminal)
}

fn file(setup: &Setup, args: &BaselineArgs) -> PathBuf {
    let configured = setup.baseline_file(args.baseline.as_deref());
    configured.unwrap_or_else(|| setup.config.root.folder().join(BASELINE))
}

fn examination<'r>(
    setup: &'r Setup,
    judge: &'r Judge<'r>,
    file: &'r Path,
    args: &'r BaselineArgs,
) -> Examination<'r> {
    Examination {
        setup,
        judge,
        paths: &args.paths,
        corpus: &args.setup.corpus,
        baseline: Some(file),
        apart: Vec::new(),
        changed_since: None,
        quiet: args.quiet,
    }
}

/// Renders findings as entries of a baseline.
struct Entries;

impl Reporter for Entries {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let entry = Accepted::of(finding);
        serde_json::to_writer(&mut *out, &entry).expect("memory takes bytes, and every key is a string");
        out.push(b'\n');
    }
}

/// Entries as they were rendered, with paths relative to `home`.
fn entries(rendered: &[u8], home: Root) -> Result<Vec<Accepted>, Stop> {
    let lines = rendered.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let entry = |line| {
        let entry: Accepted = serde_json::from_slice(line)?;
        let path = home.relative(Path::new(&entry.path)).unwrap_or(entry.path);
        Ok(Accepted { path, ..entry })
    };
    lines.map(entry).collect::<Result<_, serde_json::Error>>().map_err(Stop::from)
}

fn write(file: &Path, baseline: &Baseline) -> Result<(), Stop> {
    let write = || {
        let mut output = Output::create(file, Compression::None, None)?;
        output.write(baseline.render().as_bytes())?;
        output.finish().and_then(Finished::publish)
    };
    write().map_err(|error| Stop(format!("{}: cannot be written: {error}", shown(file))))
}
