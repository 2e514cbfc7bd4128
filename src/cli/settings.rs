//! What the arguments mean here: rules loaded, corpus described, threads ready.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{
    Exit, Stop,
    args::{CorpusArgs, FormatArg, OutputFormat, ReportArgs, RuleArgs, SeverityArg},
    pipeline::Reading,
    report_places::ReportPlaces,
    reports::Destination,
    terminal::{Terminal, WIDTH},
};
use crate::{
    corpus::{Fields, Format, WalkOptions},
    paths::{PathGlobs, Root, real},
    report::{
        Checkstyle, Concise, Full, Github, Gitlab, Grouped, Json, JsonLines, Junit, Markdown, Rdjsonl,
        Reporter, Sarif, render_rule_errors,
    },
    rule::{Rule, RuleErrors, Selection, builtin_files, builtin_rules, load_rule},
    severity::Severity,
};

/// Formats, and where each of them goes.
pub(super) type Reports = (Vec<Box<dyn Reporter>>, Vec<Destination>);

/// A rule file as it was read.
pub(super) struct RuleFile {
    pub(super) id: String,
    /// What messages call it.
    pub(super) path: String,
    pub(super) source: Cow<'static, str>,
}

/// The built-in rules with those of the folders: added, or in place of one of
/// the same id.
pub(super) fn all_rules(folders: &[PathBuf], terminal: &Terminal) -> Result<Vec<Rule>, Stop> {
    let own = load(&folder_files(folders)?, terminal)?;
    let mut rules = builtin_rules();
    rules.retain(|rule| own.iter().all(|other| other.id != rule.id));
    rules.extend(own);
    Ok(rules)
}

/// The files of the folders; no two have the same id.
pub(super) fn folder_files(folders: &[PathBuf]) -> Result<Vec<RuleFile>, Stop> {
    let mut files: Vec<RuleFile> = Vec::new();
    for folder in folders {
        let paths = rule_files(folder)?;
        if paths.is_empty() {
            return Err(Stop(format!("{}: holds no rule files (*.toml)", folder.display())));
        }
        for path in paths {
            let source = std::fs::read_to_string(&path)
                .map_err(|error| Stop(format!("{}: cannot be read: {error}", path.display())))?;
            let id = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
            let id = id.to_string_lossy().replace('\\', "/");
            // A folder may be configured and named as well; the name that was typed is shown.
            files.retain(|other| other.id != id || real(Path::new(&other.path)) != real(&path));
            if let Some(before) = files.iter().find(|other| other.id == id) {
                let (here, there) = (path.display(), &before.path);
                return Err(Stop(format!(
                    "{here}: {there} holds a rule `{id}` as well; one of them has to go"
                )));
            }
            files.push(RuleFile { id, path: path.display().to_string(), source: source.into() });
        }
    }
    Ok(files)
}

/// The files of the built-in rules, as if they stood in a folder `rules`.
pub(super) fn builtin_rule_files() -> Vec<RuleFile> {
    let file = |&(id, source): &(&str, &'static str)| RuleFile {
        id: id.into(),
        path: format!("rules/{id}.toml"),
        source: source.into(),
    };
    builtin_files().iter().map(file).collect()
}

/// The rules in `files`.
pub(super) fn load(files: &[RuleFile], terminal: &Terminal) -> Result<Vec<Rule>, Stop> {
    let loaded: Vec<Result<Rule, RuleErrors>> =
        files.par_iter().map(|file| load_rule(&file.id, &file.path, &file.source)).collect();
    let (mut rules, mut errors): (Vec<Rule>, Vec<RuleErrors>) = (Vec::new(), Vec::new());
    for result in loaded {
        match result {
            Ok(rule) => rules.push(rule),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(rules) } else { Err(show_rule_errors(&errors, terminal)) }
}

fn rule_files(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    if !folder.is_dir() {
        return Err(Stop(format!("{}: no such folder of rules", folder.display())));
    }
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .hidden(true)
        .sort_by_file_name(Ord::cmp)
        .build()
    {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "toml") && entry.path().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

pub(super) fn show_rule_errors(errors: &[RuleErrors], terminal: &Terminal) -> Stop {
    show_mistakes(errors, "rule file", terminal)
}

/// Shows what is wrong with files, each called a `kind`.
pub(super) fn show_mistakes(errors: &[RuleErrors], kind: &str, terminal: &Terminal) -> Stop {
    for error in errors {
        terminal.tell(&render_rule_errors(error, terminal.color_errors(), terminal.width));
    }
    let count: usize = errors.iter().map(|error| error.errors.len()).sum();
    let s = |n: usize| if n == 1 { "" } else { "s" };
    let (files, mistakes) = (errors.len(), count);
    Stop(format!("{mistakes} mistake{} in {files} {kind}{}, nothing was done", s(mistakes), s(files)))
}

impl RuleArgs {
    /// The rules that were chosen.
    pub(super) fn selection(&self) -> Selection {
        Selection { select: self.select.clone(), ignore: self.ignore.clone() }
    }
}

/// What was typed to be left out: globs relative to the folder that this program runs in.
pub(super) fn excluded(globs: &[String]) -> Option<(Root, PathGlobs)> {
    let globs = (!globs.is_empty()).then(|| globs.iter().map(String::as_str))?;
    Some((Root::new(Path::new(".")), PathGlobs::new(globs).expect("each was one when it was typed")))
}

impl CorpusArgs {
    pub(super) fn walk_options(&self) -> WalkOptions {
        WalkOptions {
            written: None,
            no_ignore: self.no_ignore,
            follow: self.follow,
            format: self.format.map(Format::from),
            stdin_name: self.stdin_filename.clone(),
            stdin_format: self.stdin_format.map(Format::from),
            exclude: excluded(&self.exclude).into_iter().collect(),
            apart: Vec::new(),
            force_exclude: false,
            only: None,
        }
    }

    /// The fields of a record, as typed.
    pub(super) fn fields(&self) -> Fields {
        let (text, id) = (self.text_field.as_deref(), self.id_field.as_deref());
        Fields::new(text.unwrap_or("text"), id.unwrap_or("id"))
    }

    /// How these files are read; a damaged one is an error.
    pub(super) fn reading<'a>(
        &self,
        fields: &'a Fields,
        pool: &'a rayon::ThreadPool,
        terminal: &'a Terminal,
    ) -> Reading<'a> {
        let strict = self.strict;
        Reading { fields, pool, terminal, quiet: false, damage_is_finding: false, strict, done: None }
    }

    pub(super) fn thread_pool(&self) -> Result<rayon::ThreadPool, Stop> {
        Ok(rayon::ThreadPoolBuilder::new().num_threads(usize::from(self.threads)).build()?)
    }
}

impl ReportArgs {
    /// How the run ends for whoever started it.
    pub(super) fn exit(&self, exit: Exit) -> Exit {
        if self.exit_zero && exit == Exit::Findings { Exit::Clean } else { exit }
    }

    /// The format of what goes to standard output, unless nothing does.
    pub(super) fn stdout_format(&self) -> Result<OutputFormat, Stop> {
        let on_stdout: Vec<_> = self.report.iter().filter(|report| report.file.is_none()).collect();
        match (self.output_format, &on_stdout[..]) {
            (None, []) => Ok(OutputFormat::Full),
            (Some(format), []) => Ok(format),
            (None, [only]) => Ok(only.format),
            _ => Err(Stop(
                "only one report can go to standard output: give the others a file, \
                           as in --report sarif=findings.sarif"
                    .into(),
            )),
        }
    }

    /// Refuses a report on standard output, which shows something else.
    pub(super) fn leave_stdout(&self, shown: &str) -> Result<(), Stop> {
        if self.output_format.is_none() && self.report.iter().all(|report| report.file.is_some()) {
            return Ok(());
        }
        Err(Stop(format!(
            "standard output shows {shown}: give the report a file, as in --report json=findings.json"
        )))
    }

    /// The files that reports go to.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.report.iter().filter_map(|report| report.file.as_deref())
    }

    /// The reports that were asked for, and where they go; only those with a file
    /// if standard output is `taken`. Annotations of GitHub come with the summary of
    /// the job.
    pub(super) fn reports(
        &self,
        taken: bool,
        measure: Measure,
        mut places: ReportPlaces<'_>,
        terminal: &Terminal,
    ) -> Result<Reports, Stop> {
        let (mut reporters, mut destinations) = (Vec::new(), Vec::new());
        let mut add = |reporter, destination| {
            reporters.push(reporter);
            destinations.push(destination);
        };
        let on_stdout = self.stdout_format()?;
        if !taken {
            add(reporter(on_stdout, measure, Some(terminal)), Destination::Stdout);
        }
        for report in &self.report {
            if report.format == OutputFormat::Dolma {
                return Err(Stop("attributes have places of their own: --output-format dolma".into()));
            }
            if let Some(file) = &report.file {
                let reporter = reporter(report.format, measure, None);
                places.take(file, &*reporter)?;
                add(reporter, Destination::File(file.clone()));
            }
        }
        let annotates = (!taken && on_stdout == OutputFormat::Github)
            || self
                .report
                .iter()
                .any(|report| report.format == OutputFormat::Github && report.file.is_some());
        // What GitHub shows on the page of a job, where annotations are few.
        if let Some(summary) =
            std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| annotates && !file.is_empty())
        {
            add(Box::new(Markdown), Destination::Append(summary.into()));
        }
        Ok((reporters, destinations))
    }
}

/// What findings are held against.
#[derive(Clone, Copy)]
pub(super) struct Measure {
    /// Whether some were accepted before.
    pub(super) baseline: bool,
    /// The mildest severity that fails.
    pub(super) threshold: Severity,
}

/// A format; with colours and the width of a terminal only where it goes there.
fn reporter(format: OutputFormat, measure: Measure, terminal: Option<&Terminal>) -> Box<dyn Reporter> {
    match format {
        OutputFormat::Full => {
            let (color, width) = terminal.map_or((false, WIDTH), |terminal| (terminal.color, terminal.width));
            Box::new(Full::new(color, width))
        }
        OutputFormat::Concise => Box::new(Concise),
        OutputFormat::Grouped => Box::new(Grouped),
        OutputFormat::Json => Box::new(Json),
        OutputFormat::Jsonl | OutputFormat::Dolma => Box::new(JsonLines),
        OutputFormat::Sarif => Box::new(Sarif { baseline: measure.baseline }),
        OutputFormat::Github => Box::new(Github),
        OutputFormat::Gitlab => Box::new(Gitlab),
        OutputFormat::Junit => Box::new(Junit { threshold: measure.threshold }),
        OutputFormat::Checkstyle => Box::new(Checkstyle),
        OutputFormat::Rdjsonl => Box::new(Rdjsonl),
        OutputFormat::Markdown => Box::new(Markdown),
    }
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Text => Format::Text,
            FormatArg::Jsonl => Format::JsonLines,
            FormatArg::Csv => Format::Csv,
            FormatArg::Tsv => Format::Tsv,
            FormatArg::Warc => Format::Warc,
            FormatArg::Tar => Format::Tar,
            FormatArg::Parquet => Format::Parquet,
        }
    }
}

impl From<SeverityArg> for Severity {
    fn from(severity: SeverityArg) -> Self {
        match severity {
            SeverityArg::Info => Severity::Info,
            SeverityArg::Warning => Severity::Warning,
            SeverityArg::Error => Severity::Error,
        }
    }
}
