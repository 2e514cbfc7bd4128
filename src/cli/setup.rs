//! What was typed and what is configured, as one: the rules of a run, what holds
//! where, and how the corpus is read.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use super::{
    Stop,
    args::{ConfigArgs, CorpusArgs, SetupArgs, SeverityArg},
    report_places::ReportPlaces,
    settings::{all_rules, show_mistakes},
    terminal::Terminal,
};
use crate::{
    config::{Config, ConfigError, NAME, ResolveError, Resolved, find, load},
    corpus::{Fields, FileId, WalkOptions},
    gate::Baseline,
    rule::{Rule, renamed},
    severity::Severity,
};

/// What the file with accepted findings is called unless somebody says otherwise.
pub(super) const BASELINE: &str = "descrape-baseline.jsonl";

/// Everything that a run needs to know before it starts.
pub(super) struct Setup {
    pub(super) config: Config,
    pub(super) resolved: Resolved,
    pub(super) fields: Fields,
    /// The mildest severity that fails.
    pub(super) threshold: Severity,
    /// Whether files that were named are left out where others would be.
    force_exclude: bool,
    /// Rules that have another id now.
    pub(super) renamed: HashMap<String, String>,
    /// All rules there are, by id.
    pub(super) known_rules: HashSet<String>,
}

impl Setup {
    pub(super) fn new(
        paths: &[PathBuf],
        args: &SetupArgs,
        fail_on: Option<SeverityArg>,
        terminal: &Terminal,
    ) -> Result<Self, Stop> {
        let SetupArgs { config, force_exclude, rules, corpus } = args;
        // Standard input stands where its name says.
        let named = corpus.stdin_filename.as_ref().map(PathBuf::from);
        let place = |path: &PathBuf| named.clone().filter(|_| path == Path::new("-")).unwrap_or(path.clone());
        let places: Vec<PathBuf> = paths.iter().map(place).collect();
        let config = configuration(&places, config, terminal)?;
        let all = all_rules(&rule_folders(&config, &rules.rules)?, terminal)?;
        let renamed = renamed(&all);
        let known_rules = all.iter().map(|rule| rule.id.clone()).collect();
        let fail_on = fail_on.map(Severity::from);
        let threshold =
            fail_on.or(config.fail_on.as_ref().map(|said| said.value)).unwrap_or(Severity::Warning);
        let resolved = config.resolve(all, &rules.selection(), threshold).map_err(|error| match error {
            ResolveError::Mistakes(mistakes) => show_mistakes(&mistakes, "configuration file", terminal),
            ResolveError::Selection(error) => error.into(),
        })?;
        if resolved.rules.running().is_empty() {
            terminal
                .note("no rule runs here: `descrape config show` says what is selected and what is ignored");
        }
        let field = |typed: &Option<String>, said: &Option<crate::config::Said<String>>, otherwise: &str| {
            typed.clone().or(said.as_ref().map(|said| said.value.clone())).unwrap_or_else(|| otherwise.into())
        };
        let fields = Fields::new(
            &field(&corpus.text_field, &config.text_field, "text"),
            &field(&corpus.id_field, &config.id_field, "id"),
        );
        Ok(Setup { config, resolved, fields, threshold, force_exclude: *force_exclude, renamed, known_rules })
    }

    /// Where reports may not go: to what is looked at, or what the run needs.
    pub(super) fn places<'p>(&self, inputs: &'p [PathBuf], needed: Option<&Path>) -> ReportPlaces<'p> {
        let config = &self.config;
        let configured = config.sources.iter().map(|file| &*file.path);
        let baseline = config.baseline.iter().map(|said| &*said.value);
        ReportPlaces::new(inputs, configured.chain(baseline).chain(needed))
    }

    /// How the corpus is walked; the files of `apart` are no part of it.
    pub(super) fn walk_options(&self, corpus: &CorpusArgs, apart: &[&Path]) -> WalkOptions {
        let typed = corpus.walk_options();
        let exclude = self.config.exclude.iter().map(|said| (self.config.root.clone(), said.value.1.clone()));
        let configured = self.config.sources.iter().map(|file| &*file.path);
        let rules = self.config.rules.iter().map(|said| &*said.value);
        let baseline = self.config.baseline.iter().map(|said| &*said.value);
        let apart = configured.chain(rules).chain(baseline).chain(apart.iter().copied());
        WalkOptions {
            apart: [NAME, BASELINE]
                .map(PathBuf::from)
                .into_iter()
                .chain(apart.filter_map(|path| path.canonicalize().ok()))
                .collect(),
            exclude: exclude.chain(typed.exclude).collect(),
            written: FileId::of_stdout(),
            force_exclude: self.force_exclude,
            ..typed
        }
    }

    /// The file with accepted findings: the one that was typed, or configured.
    pub(super) fn baseline_file(&self, typed: Option<&Path>) -> Option<PathBuf> {
        typed.map(Path::to_path_buf).or_else(|| Some(self.config.baseline.as_ref()?.value.clone()))
    }

    /// Reads accepted findings.
    pub(super) fn read_baseline(&self, path: &Path) -> Result<Baseline, Stop> {
        let name = shown(path);
        let source = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                Stop(format!("{name}: no such baseline; `descrape baseline create` makes one"))
            }
            _ => Stop(format!("{name}: cannot be read: {error}")),
        })?;
        Baseline::parse(&source, |rule| self.current(rule)).map_err(|error| Stop(format!("{name}: {error}")))
    }

    /// The id a rule has now, if it had this one before.
    pub(super) fn current(&self, id: &str) -> Option<String> {
        self.renamed.get(id).cloned()
    }
}

/// The configuration for these paths: the one that was named, or the nearest.
pub(super) fn configuration(
    paths: &[PathBuf],
    args: &ConfigArgs,
    terminal: &Terminal,
) -> Result<Config, Stop> {
    if args.isolated {
        return Ok(Config::default());
    }
    let path = match &args.config {
        Some(path) => Some(path.clone()),
        None => nearest(paths)?,
    };
    let Some(path) = path else { return Ok(Config::default()) };
    load(&path, &shown(&path)).map_err(|error| match error {
        ConfigError::Unreadable(message) => Stop(message),
        ConfigError::Mistakes(mistakes) => show_mistakes(&[*mistakes], "configuration file", terminal),
    })
}

/// The folders of rules that are configured, and more.
fn rule_folders(config: &Config, more: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    if let Some(said) = config.rules.iter().find(|said| !said.value.is_dir()) {
        return Err(Stop(format!("{}: {}: no such folder of rules", said.origin(), shown(&said.value))));
    }
    Ok(config.rules.iter().map(|said| &said.value).chain(more).cloned().collect())
}

/// The same for a run here.
pub(super) fn rule_folders_here(
    args: &ConfigArgs,
    more: &[PathBuf],
    terminal: &Terminal,
) -> Result<Vec<PathBuf>, Stop> {
    rule_folders(&configuration(&[Path::new(".").into()], args, terminal)?, more)
}

/// All rules that a run here would know.
pub(super) fn rules_here(
    args: &ConfigArgs,
    more: &[PathBuf],
    terminal: &Terminal,
) -> Result<Vec<Rule>, Stop> {
    all_rules(&rule_folders_here(args, more, terminal)?, terminal)
}

/// The nearest configuration of all paths, which has to be the same.
fn nearest(paths: &[PathBuf]) -> Result<Option<PathBuf>, Stop> {
    let of = |path: &PathBuf| find(if path == Path::new("-") { Path::new(".") } else { path });
    let mut found: Option<(&PathBuf, Option<PathBuf>)> = None;
    for path in paths {
        let own = of(path);
        match &found {
            Some((first, other)) if *other != own => {
                let name = |file: &Option<PathBuf>| {
                    file.as_ref().map_or_else(|| "no configuration".into(), |file| shown(file))
                };
                return Err(Stop(format!(
                    "{} has {}, {} has {}: check them in two runs, or name one with --config",
                    first.display(),
                    name(other),
                    path.display(),
                    name(&own)
                )));
            }
            Some(_) => {}
            None => found = Some((path, own)),
        }
    }
    Ok(found.and_then(|(_, file)| file))
}

/// The path as a person would write it here.
pub(super) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let below = here.ok().and_then(|here| path.strip_prefix(here).ok());
    let shown = below.unwrap_or(path).display().to_string().replace('\\', "/");
    if shown.is_empty() { ".".into() } else { shown }
}
