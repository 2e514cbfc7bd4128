//! `descrape fix`: repair what may be repaired, report the rest.

mod fixer;
mod resume;
mod sample;
mod summary;
mod target;
mod writer;

use std::{io, path::Path};

use self::{
    fixer::Fixer,
    resume::Resume,
    sample::Sample,
    summary::{Sum, reason},
    target::{Target, target},
    writer::Writer,
};
use super::{
    Exit, Stop,
    args::{FixArgs, OutputFormat},
    check::{NOTHING, exit, tell_unread},
    examine::LinterPool,
    findings::Findings,
    judge::Judge,
    pipeline::{self, Event, Flow, Reading},
    scope::Scope,
    setup::Setup,
    terminal::{Terminal, write_out},
};
use crate::{corpus::Source, edit::Applicability, fix::FixOptions, hash::Hash, journal::JournalWriter};

pub(super) fn run(args: &FixArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let target = target(args)?;
    if args.report.output_format == Some(OutputFormat::Dolma) {
        return Err(Stop("attributes are about texts as they are: `descrape check` writes them".into()));
    }
    if matches!(target, Target::Diff | Target::Stdout) && args.report.output_format.is_some() {
        let what = if matches!(target, Target::Diff) { "the diff" } else { "the repaired text" };
        return Err(Stop(format!(
            "standard output shows {what}: give the report a file, as in --report json=findings.json"
        )));
    }
    let setup = Setup::new(&args.paths, &args.setup, args.report.fail_on, terminal)?;
    let pool = args.setup.corpus.thread_pool()?;
    let fields = &setup.fields;
    // With a diff, a sample or the text itself on standard output, findings would be in the way.
    let taken = !matches!(target, Target::Files(_)) || args.sample.is_some();
    let places = setup.places(&args.paths, &args.journal.as_deref().into_iter().collect::<Vec<_>>());
    let (reporters, destinations) = args.report.reports(taken, false, places, terminal)?;
    let judge = Judge::new(&setup.resolved, None);
    let fixer = Fixer {
        rules: judge.rules,
        linters: LinterPool::new(judge.rules),
        fields,
        judge: &judge,
        options: FixOptions {
            max_removed: args.max_removed,
            ..FixOptions::at(if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe })
        },
        reporters: &reporters,
        diff: matches!(target, Target::Diff),
        tells_edits: args.journal.is_some() || args.sample.is_some(),
    };
    let hash = settings_hash(&setup, args);
    let resume = match (&args.journal, &target) {
        (Some(journal), Target::Files(place)) => Some(Resume::new(journal, args, place, hash)?),
        _ => None,
    };
    let scope = Scope::new(setup.config.root.clone(), &args.paths, false);
    let mut findings =
        Findings::new(&judge, scope, fields, (&reporters, destinations), args.setup.corpus.strict)?;
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
        Target::Files(place) => (Some(Writer::new(place, fields, journal, hash, terminal)), false),
        Target::Stdout => (None, false),
        Target::Diff => (None, true),
    };
    let done = |source: &Source| resume.as_ref().is_some_and(|resume| resume.is_done(source));
    let reading = Reading {
        quiet: args.report.quiet,
        damage_is_finding: findings.report_damage(),
        done: Some(&done),
        ..args.setup.corpus.reading(fields, &pool, terminal)
    };
    let apart: Vec<&Path> = args.report.files().chain(args.journal.as_deref()).collect();
    let result = pipeline::run(
        &reading,
        &setup.walk_options(&args.setup.corpus, &apart),
        &args.paths,
        |source, block| fixer.fix(source, block),
        |event| {
            match event {
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
                    findings.block(source, block, &made.left)?;
                    Ok(if read { Flow::Continue } else { Flow::Stop })
                }
                Event::End(source, result) => {
                    findings.end(source, &result)?;
                    sum.end(&source.name);
                    match &mut writer {
                        Some(writer) => writer.end(source, result.is_ok()),
                        None => sum.settle(&source.name, true),
                    }
                    settle(&mut writer, &mut sum);
                    Ok(Flow::Continue)
                }
            }
            .and_then(|flow| match writer.as_ref().and_then(Writer::broken) {
                Some(reason) => Err(journal_failed(args, reason)),
                None => Ok(flow),
            })
        },
    );
    // What is whole goes into its place, however the run ended.
    if let Some(writer) = &mut writer {
        writer.settle();
    }
    settle(&mut writer, &mut sum);
    if let Some(reason) = writer.as_ref().and_then(Writer::broken) {
        return Err(journal_failed(args, reason));
    }
    let mut outcome = result?;
    outcome.failed |= writer.is_some_and(|writer| writer.failed);
    findings.finish(outcome.failed)?;
    tell_unread(&findings.unread(), terminal);
    if let Some(sample) = &sample {
        write_out(&mut io::stdout(), sample.render().as_bytes())?;
    }
    sum.left = findings.tally;
    if sum.left.documents == 0 && outcome.done == 0 && !outcome.stopped && !outcome.failed {
        terminal.note(NOTHING);
    }
    if !args.report.quiet && !outcome.stopped {
        terminal.tell(&sum.summary(args.unsafe_fixes, diff, &outcome));
    }
    let left_before = resume.as_ref().is_some_and(|resume| resume.left(setup.threshold));
    let verdict = match exit(&sum.left, &outcome, &[], setup.threshold) {
        Exit::Clean if left_before => Exit::Findings,
        verdict => verdict,
    };
    let would_change = diff && sum.changed() > 0;
    Ok(if verdict == Exit::Clean && would_change { Exit::Findings } else { verdict })
}

/// Counts what got into its place.
fn settle(writer: &mut Option<Writer<'_>>, sum: &mut Sum<'_>) {
    for (name, written) in writer.iter_mut().flat_map(|writer| writer.settled.drain(..)) {
        sum.settle(&name, written);
    }
}

/// What is said when a journal takes no more.
fn journal_failed(args: &FixArgs, reason: &str) -> Stop {
    let name = args.journal.as_deref().unwrap_or(Path::new("")).display();
    Stop(format!(
        "--journal {name}: cannot be written: {reason}; nothing is repaired that it does not hold: \
         go on with --resume"
    ))
}

/// All that decides what becomes of a text.
fn settings_hash(setup: &Setup, args: &FixArgs) -> Hash {
    let mut all = format!(
        "{} {} {:?} {} {:?} {:?}\n",
        env!("CARGO_PKG_VERSION"),
        args.unsafe_fixes,
        args.max_removed,
        setup.fields.text(),
        args.setup.corpus.format,
        args.setup.corpus.id_field
    );
    for rule in setup.resolved.rules.rules() {
        all.push_str(&format!("{} {:032x}\n", rule.id, rule.fingerprint));
    }
    for file in &setup.config.sources {
        all.push_str(&file.source);
    }
    Hash::of(all.as_bytes())
}
