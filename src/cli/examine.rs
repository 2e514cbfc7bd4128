//! Looks at a corpus and judges what it finds.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    Stop,
    args::CorpusArgs,
    changed::changed_since,
    findings::Findings,
    found::Found,
    judge::Judge,
    pipeline::{self, Event, Outcome, Reading},
    reports::Destination,
    scope::Scope,
    setup::Setup,
    terminal::Terminal,
};
use crate::{
    corpus::{Block, Fields, Source, WalkOptions},
    document::Check,
    gate::Accepted,
    lint::{Linter, Watch},
    paths::{Root, folder_of},
    report::Reporter,
    rule::RuleSet,
};

/// A look at a corpus.
pub(super) struct Examination<'r> {
    pub(super) setup: &'r Setup,
    pub(super) judge: &'r Judge<'r>,
    pub(super) paths: &'r [PathBuf],
    pub(super) corpus: &'r CorpusArgs,
    /// The baseline, if there is one.
    pub(super) baseline: Option<&'r Path>,
    /// Files that are no part of the corpus.
    pub(super) apart: Vec<&'r Path>,
    /// The revision of git since which a file must have changed to be looked at.
    pub(super) changed_since: Option<&'r str>,
    pub(super) quiet: bool,
}

impl<'r> Examination<'r> {
    /// Looks at all files; what was found is written, but for the ends of the
    /// reports.
    pub(super) fn run(
        &self,
        reporters: &'r [Box<dyn Reporter>],
        destinations: Vec<Destination>,
        terminal: &Terminal,
    ) -> Result<(Findings<'r>, Outcome), Stop> {
        let (findings, outcome, _) = self.run_watched::<()>(reporters, destinations, terminal)?;
        Ok((findings, outcome))
    }

    /// The same, and what a watch of each thread has seen.
    pub(super) fn run_watched<W: Watch + Default + Clone + Send>(
        &self,
        reporters: &'r [Box<dyn Reporter>],
        destinations: Vec<Destination>,
        terminal: &Terminal,
    ) -> Result<(Findings<'r>, Outcome, Vec<W>), Stop> {
        let Examination { setup, judge, paths, corpus, .. } = *self;
        let apart: Vec<&Path> = self.baseline.into_iter().chain(self.apart.iter().copied()).collect();
        let fields = &setup.fields;
        let pool = corpus.thread_pool()?;
        let strict = corpus.strict;
        let mut findings = Findings::new(judge, self.scope(), fields, (reporters, destinations), strict)?;
        let linters: LinterPool<'r, W> = LinterPool::watched(judge.rules);
        let checker = Checker { linters, judge, fields, reporters, spare: Mutex::default() };
        let only = self.changed_since.map(|revision| changed_since(revision, paths)).transpose()?;
        let reading = Reading {
            quiet: self.quiet,
            damage_is_finding: findings.report_damage(),
            ..corpus.reading(fields, &pool, terminal)
        };
        let outcome = pipeline::run(
            &reading,
            &WalkOptions { only, ..setup.walk_options(corpus, &apart) },
            paths,
            |source, block| checker.check(source, block),
            |event| match event {
                Event::Block(source, block, found) => {
                    let flow = findings.block(source, block, &found);
                    checker.spare().push(found.recycle());
                    flow
                }
                Event::End(source, result) => findings.end(source, &result),
            },
        )?;
        Ok((findings, outcome, checker.linters.watches()))
    }

    fn scope(&self) -> Scope {
        Scope::new(self.home(), self.paths, self.changed_since.is_none())
    }

    /// The folder that the paths of a baseline are relative to: that of the configuration
    /// which names it.
    pub(super) fn home(&self) -> Root {
        let config = &self.setup.config;
        match (&config.file, &config.baseline) {
            (_, Some(said)) if self.baseline == Some(&said.value) => Root::new(folder_of(&said.file.path)),
            (Some(_), _) => self.setup.config.root.clone(),
            (None, _) => Root::new(self.baseline.map_or(Path::new("."), folder_of)),
        }
    }

    /// Tells whether the run would have found an entry again, were it still there.
    pub(super) fn looked_for(&self, scope: &Scope) -> impl Fn(&Accepted) -> bool {
        let rules = self.judge.rules;
        let running: HashSet<&str> = rules.rules().map(|rule| rule.id.as_str()).collect();
        // What a document has in common with one that was not looked at cannot be seen.
        let among_documents: Vec<&str> = [Check::DuplicateId, Check::DuplicateText]
            .into_iter()
            .filter_map(|check| Some(rules.running()[rules.rule_for(check)?].id.as_str()))
            .collect();
        move |entry| {
            let exists = self.setup.known_rules.contains(&entry.rule);
            let in_sight = scope.is_everything() || !among_documents.contains(&entry.rule.as_str());
            !exists || running.contains(entry.rule.as_str()) && in_sight && scope.covers(&entry.path)
        }
    }
}

/// Linters that wait for a thread to need one.
pub(super) struct LinterPool<'r, W = ()> {
    rules: &'r RuleSet,
    idle: Mutex<Vec<Linter<'r, W>>>,
}

impl<'r> LinterPool<'r> {
    pub(super) fn new(rules: &'r RuleSet) -> Self {
        LinterPool::watched(rules)
    }
}

impl<'r, W: Watch + Default + Clone> LinterPool<'r, W> {
    /// A pool whose linters each have a watch of their own.
    fn watched(rules: &'r RuleSet) -> Self {
        LinterPool { rules, idle: Mutex::new(Vec::new()) }
    }

    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Linter<'r, W>) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle().pop();
        let mut linter = waiting.unwrap_or_else(|| Linter::watched(self.rules, W::default()));
        let made = work(&mut linter);
        idle().push(linter);
        made
    }

    /// What the watches of all linters have seen.
    fn watches(&self) -> Vec<W> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.iter().map(|linter| linter.watch().clone()).collect()
    }
}

struct Checker<'r, W> {
    linters: LinterPool<'r, W>,
    judge: &'r Judge<'r>,
    fields: &'r Fields,
    reporters: &'r [Box<dyn Reporter>],
    /// Memory of what was handed on.
    spare: Mutex<Vec<Found<'r>>>,
}

impl<'r, W: Watch + Default + Clone> Checker<'r, W> {
    fn spare(&self) -> MutexGuard<'_, Vec<Found<'r>>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self, source: &Source, block: &Block) -> Found<'r> {
        let local = self.judge.of(source);
        self.linters.with(|linter| {
            let spare = self.spare().pop();
            let mut found = spare.unwrap_or_else(|| Found::new(self.reporters.len()));
            source.for_each_record(block, self.fields, |index, raw, record| {
                let Some(record) = record else {
                    found.passed_over += usize::from(source.format.passes_over(raw));
                    return;
                };
                let document = record.document(source, self.fields, raw);
                let findings = linter.lint_under(&document, &local.policy);
                found.add(source, index, record, &document, &findings, (&local, self.reporters));
            });
            found
        })
    }
}
