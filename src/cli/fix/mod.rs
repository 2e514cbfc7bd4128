//! `descrape fix`: repair what may be repaired, report the rest.

mod fixer;
mod resume;
mod sample;
mod writer;

use std::{
    io,
    path::{Path, PathBuf},
};

use self::{
    fixer::{Fixer, Made},
    resume::Resume,
    sample::Sample,
    writer::{Place, Writer},
};
use super::{
    Exit, Stop,
    args::{FixArgs, OutputFormat},
    check::{LinterPool, exit, left_out, speed},
    findings::Findings,
    pipeline::{self, Event, Flow, Outcome, Reading},
    tally::{Tally, grouped, plural},
    terminal::{Terminal, write_out},
};
use crate::{
    edit::Applicability,
    fix::{FixOptions, Kept},
    journal::{Hash, JournalWriter},
    rule::RuleSet,
};

/// Rules that are listed of those that fixed something, and of those that are left.
const MOST_LINES: usize = 15;

/// Where the repaired text goes.
enum Target {
    /// To files.
    Files(Place),
    /// To standard output.
    Stdout,
    /// Nowhere: the change is shown.
    Diff,
}

pub(super) fn run(args: &FixArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let target = target(args)?;
    if args.report.output_format == OutputFormat::Dolma {
        return Err(Stop("attributes are about texts as they are: `descrape check` writes them".into()));
    }
    let rules = args.rules.rule_set(terminal)?;
    let pool = args.corpus.thread_pool()?;
    let reporter = args.report.reporter(terminal);
    let fields = args.corpus.fields();
    // With a diff, a sample or the text itself on standard output, findings would be in the way.
    let reporter = (matches!(target, Target::Files(_)) && args.sample.is_none()).then_some(&*reporter);
    let options = FixOptions {
        level: if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe },
        max_removed: args.max_removed,
    };
    let fixer = Fixer {
        rules: &rules,
        linters: LinterPool::new(&rules),
        fields: &fields,
        options,
        reporter,
        diff: matches!(target, Target::Diff),
        tells_edits: args.journal.is_some() || args.sample.is_some(),
    };
    let hash = settings_hash(&rules, args);
    let resume = match (&args.journal, &target) {
        (Some(journal), Target::Files(place)) => Some(Resume::new(journal, args, place, hash)?),
        _ => None,
    };
    let mut findings = Findings::new(&rules, &fields, reporter, args.corpus.strict);
    let mut sample = args.sample.map(|size| Sample::new(size as usize));
    let mut sum = Sum::default();
    let journal = match &args.journal {
        Some(path) => Some(
            JournalWriter::append(path)
                .map_err(|error| Stop(format!("--journal {}: cannot be written: {error}", path.display())))?,
        ),
        None => None,
    };
    let (mut writer, diff) = match target {
        Target::Files(place) => (Some(Writer::new(place, &fields, journal, hash, terminal)), false),
        Target::Stdout => (None, false),
        Target::Diff => (None, true),
    };
    let done = |source: &crate::corpus::Source| resume.as_ref().is_some_and(|resume| resume.is_done(source));
    let reading = Reading {
        quiet: args.report.quiet,
        damage_is_finding: findings.report_damage(),
        done: Some(&done),
        ..args.corpus.reading(&fields, &pool, terminal)
    };
    let mut outcome = pipeline::run(
        &reading,
        &args.corpus.walk_options(),
        &args.paths,
        |source, block| fixer.fix(source, block),
        |event| match event {
            Event::Block(source, block, mut made) => {
                for (document, kept) in &made.kept {
                    terminal.note(&format!("{document}: left as it was: {}", reason(kept)));
                }
                if let Some(sample) = &mut sample {
                    made.edits.iter().for_each(|told| sample.add(told));
                }
                sum.add(&mut made);
                let read = if let Some(writer) = &mut writer {
                    writer.block(source, block, &made);
                    true
                } else if diff {
                    sample.is_some() || write_out(&mut io::stdout(), made.diff.as_bytes())?
                } else {
                    write_out(&mut io::stdout(), made.repaired.as_deref().unwrap_or(block.bytes()))?
                };
                // The work goes on when nobody reads the report any more.
                findings.block(source, block, made.left)?;
                Ok(if read { Flow::Continue } else { Flow::Stop })
            }
            Event::End(source, result) => {
                findings.end(source, &result)?;
                if let Some(writer) = &mut writer {
                    writer.end(source, result.is_ok());
                }
                Ok(Flow::Continue)
            }
        },
    )?;
    findings.finish()?;
    outcome.failed |= writer.is_some_and(|writer| writer.failed);
    if let Some(sample) = &sample {
        write_out(&mut io::stdout(), sample.render().as_bytes())?;
    }
    sum.left = findings.tally;
    if !args.report.quiet && !outcome.stopped {
        terminal.tell(&sum.summary(args.unsafe_fixes, diff, &outcome));
    }
    let left_before = resume.as_ref().is_some_and(|resume| resume.left(args.report.threshold()));
    let verdict = match exit(&sum.left, &outcome, args.report.threshold()) {
        Exit::Clean if left_before => Exit::Findings,
        verdict => verdict,
    };
    let would_change = diff && sum.changed > 0;
    Ok(if verdict == Exit::Clean && would_change { Exit::Findings } else { verdict })
}

/// All that decides what becomes of a text.
fn settings_hash(rules: &RuleSet, args: &FixArgs) -> Hash {
    let mut all = format!(
        "{} {} {:?} {}\n",
        env!("CARGO_PKG_VERSION"),
        args.unsafe_fixes,
        args.max_removed,
        args.corpus.text_field
    );
    for rule in rules.rules() {
        all.push_str(&format!("{} {:032x}\n", rule.id, rule.fingerprint));
    }
    Hash::of(all.as_bytes())
}

/// Checks what can be checked before any work is done.
fn target(args: &FixArgs) -> Result<Target, Stop> {
    let stdin = args.paths.iter().any(|path| path == Path::new("-"));
    if args.journal.is_some() && stdin {
        return Err(Stop("standard input cannot be journaled: give the files themselves".into()));
    }
    if let Some(folder) = &args.target.output {
        if folder == Path::new("-") {
            return match args.paths.len() {
                1 if stdin => Ok(Target::Stdout),
                _ => {
                    Err(Stop("`--output -` repairs standard input: write `descrape fix - --output -`".into()))
                }
            };
        }
        if stdin && args.corpus.stdin_filename.is_none() {
            return Err(Stop(
                "standard input has no name to be written under: use `--output -` or `--stdin-filename`"
                    .into(),
            ));
        }
        if folder.exists() && !folder.is_dir() {
            return Err(Stop(format!("--output {}: is not a folder", folder.display())));
        }
        let resolved = resolve(folder);
        for path in &args.paths {
            let input = resolve(path);
            if path.is_dir() && resolved.starts_with(&input) {
                let (output, input) = (folder.display(), path.display());
                return Err(Stop(format!(
                    "--output {output} lies in {input}, which would be read while it is written: \
                     name another folder, or use --in-place"
                )));
            }
        }
        return Ok(Target::Files(Place::Folder(folder.clone())));
    }
    if args.target.diff {
        return Ok(Target::Diff);
    }
    if stdin {
        return Err(Stop("standard input cannot be rewritten in place: use `--output -`".into()));
    }
    Ok(Target::Files(Place::InPlace))
}

/// The absolute path, links resolved as far as it exists.
pub(super) fn resolve(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let existing =
        absolute.ancestors().find_map(|ancestor| Some((ancestor, std::fs::canonicalize(ancestor).ok()?)));
    match existing {
        Some((ancestor, real)) => real.join(absolute.strip_prefix(ancestor).unwrap_or(Path::new(""))),
        None => absolute,
    }
}

fn reason(kept: &Kept) -> String {
    match kept {
        Kept::Cycle { rules } => format!("these rules do not come to an end: {}", rules.join(", ")),
        Kept::Emptied => "nothing would be left of it".into(),
        Kept::Guarded => "more of its words would go than --max-removed allows".into(),
    }
}

/// What the whole run did.
#[derive(Default)]
struct Sum<'r> {
    changed: usize,
    fixed: Tally<'r>,
    left: Tally<'r>,
}

impl<'r> Sum<'r> {
    fn add(&mut self, made: &mut Made<'r>) {
        self.changed += made.changed;
        self.fixed.merge(std::mem::take(&mut made.fixed));
    }

    fn summary(&self, unsafe_fixes: bool, diff: bool, outcome: &Outcome) -> String {
        let documents = plural(self.left.documents, "document");
        let verb = if diff { "Would fix" } else { "Fixed" };
        let changed = grouped(self.changed);
        let findings = plural(self.fixed.findings(), "finding");
        let mut out =
            format!("{verb} {findings} in {changed} of {documents}; {}.\n", speed(&self.left, outcome));
        let rules = self.fixed.rules();
        for tally in rules.iter().take(MOST_LINES) {
            out.push_str(&format!("{:>10}  {}\n", grouped(tally.findings), tally.rule.id));
        }
        out.push_str(&more_rules(rules.len()));
        if self.left.findings() > 0 {
            out.push_str(&format!("Left {}:\n", plural(self.left.findings(), "finding")));
            let rules = self.left.rules();
            for tally in rules.iter().take(MOST_LINES) {
                let why = match tally.rule.applicability() {
                    None => "nothing repairs it",
                    Some(Applicability::Display) => "only a person can decide",
                    Some(Applicability::Unsafe) if !unsafe_fixes => {
                        "its fix is unsafe: --unsafe-fixes applies it"
                    }
                    Some(_) => "its document was left as it was",
                };
                out.push_str(&format!("{:>10}  {:<36} {why}\n", grouped(tally.findings), tally.rule.id));
            }
            out.push_str(&more_rules(rules.len()));
        }
        if outcome.done > 0 {
            out.push_str(&format!("{} repaired before.\n", plural(outcome.done, "file")));
        }
        out + &left_out(&self.left)
    }
}

/// Says that a list of rules was cut.
fn more_rules(count: usize) -> String {
    match count.saturating_sub(MOST_LINES) {
        0 => String::new(),
        more => format!("            and of {}; --statistics of `check` counts all\n", plural(more, "rule")),
    }
}
