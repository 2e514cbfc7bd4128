//! `descrape fix`: repair what may be repaired, report the rest.

mod fixer;
mod resume;
mod sample;
mod sink;
mod summary;
mod target;
mod writer;

use std::{io, path::Path};

use self::{
    fixer::Fixer,
    resume::Resume,
    sample::Sample,
    sink::{Sink, Texts},
    target::{Target, target},
    writer::{Journaling, Writer},
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
    settings::Measure,
    setup::Setup,
    terminal::{Terminal, write_out},
};
use crate::{corpus::Source, edit::Applicability, fix::FixOptions, hash::Hash};

pub(super) fn run(args: &FixArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let target = target(args)?;
    check_report(args, &target)?;
    let setup = Setup::new(&args.paths, &args.setup, args.report.fail_on, terminal)?;
    let pool = args.setup.corpus.thread_pool()?;
    let fields = &setup.fields;
    // With a diff, a sample or the text itself on standard output, findings would be in the way.
    let taken = !matches!(target, Target::Files(_)) || args.sample.is_some();
    let places = setup.places(&args.paths, args.journal.as_deref());
    let measure = Measure { baseline: false, threshold: setup.threshold };
    let (reporters, destinations) = args.report.reports(taken, measure, places, terminal)?;
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
    let texts = match target {
        Target::Files(place) => {
            let journal = args.journal.as_deref().map(Journaling::append).transpose()?;
            Texts::Files(Box::new(Writer::new(place, fields, journal, hash, terminal)))
        }
        Target::Stdout => Texts::Stdout,
        Target::Diff => Texts::Diff,
    };
    let mut sink =
        Sink::new(texts, args.sample.map(|size| Sample::new(size as usize)), args.report.quiet, terminal);
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
        |event| match event {
            Event::Block(source, block, mut made) => {
                let flow = sink.block(source, block, &mut made)?;
                // The work goes on when nobody reads the report any more.
                findings.block(source, block, &made.left)?;
                Ok(flow)
            }
            Event::End(source, result) => {
                findings.end(source, &result)?;
                sink.end(source, result.is_ok())?;
                Ok(Flow::Continue)
            }
        },
    );
    let not_written = sink.finish()?;
    let mut outcome = result?;
    outcome.failed |= not_written;
    findings.finish(outcome.failed)?;
    tell_unread(&findings.unread(), terminal);
    if let Some(sample) = &sink.sample {
        write_out(&mut io::stdout(), sample.render().as_bytes())?;
    }
    let is_diff = sink.is_diff();
    let mut sum = sink.sum;
    sum.left = findings.tally;
    if sum.left.documents == 0 && outcome.done == 0 && !outcome.stopped && !outcome.failed {
        terminal.note(NOTHING);
    }
    if !args.report.quiet && !outcome.stopped {
        terminal.tell(&sum.summary(args.unsafe_fixes, is_diff, &outcome));
    }
    let left_before = resume.as_ref().is_some_and(|resume| resume.left(setup.threshold));
    let would_change = is_diff && sum.changed() > 0;
    outcome.failed |= sum.lost > 0;
    Ok(match exit(&sum.left, &outcome, &[], setup.threshold) {
        Exit::Clean if left_before || would_change => Exit::Findings,
        verdict => verdict,
    })
}

/// Refuses what cannot go together with the place that texts go to.
fn check_report(args: &FixArgs, target: &Target) -> Result<(), Stop> {
    let shown = match target {
        Target::Stdout if args.sample.is_some() => {
            return Err(Stop(
                "standard output shows the repaired text: a sample needs `--output DIR`".into(),
            ));
        }
        _ if args.sample.is_some() => Some("the sample"),
        Target::Files(_) => None,
        Target::Stdout => Some("the repaired text"),
        Target::Diff => Some("the diff"),
    };
    if args.report.output_format == Some(OutputFormat::Dolma) {
        return Err(Stop("attributes are about texts as they are: `descrape check` writes them".into()));
    }
    shown.map_or(Ok(()), |shown| args.report.leave_stdout(shown))
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
