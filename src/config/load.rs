//! From a file to a configuration, with all files it extends.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use toml::Spanned;

use super::{
    Config, ConfigFile, OverrideEntry, Said, SuppressEntry,
    spec::{ConfigSpec, LimitSpec, OverrideSpec, SuppressSpec, Text},
};
use crate::{
    gate::{Limit, Suppression},
    hash::Hash,
    paths::{PathGlobs, Root, folder_of},
    rule::{RuleError, RuleErrors, applicability, severity},
    span::Span,
};

/// What the file is called.
pub const NAME: &str = "descrape.toml";

/// Why there is no configuration.
#[derive(Debug)]
pub enum ConfigError {
    /// A file cannot be read, or extends itself.
    Unreadable(String),
    /// A file is wrong.
    Mistakes(Box<RuleErrors>),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Unreadable(message) => f.write_str(message),
            ConfigError::Mistakes(mistakes) => mistakes.fmt(f),
        }
    }
}

impl std::error::Error for ConfigError {}

/// The nearest configuration at or above `path`.
#[must_use]
pub fn find(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().or_else(|_| std::path::absolute(path)).ok()?;
    // A link that leads nowhere is a mistake to be told, and not no configuration.
    path.ancestors().map(|folder| folder.join(NAME)).find(|file| file.is_file() || file.is_symlink())
}

/// Reads a configuration and those it extends; `name` is what messages call it.
///
/// # Errors
///
/// If a file cannot be read or is wrong.
pub fn load(path: &Path, name: &str) -> Result<Config, ConfigError> {
    let mut config = Config { root: Root::new(folder_of(path)), ..Config::default() };
    let file = read(path, name, &mut config, &mut Vec::new())?;
    config.file = Some(file);
    Ok(config)
}

/// Reads a configuration that extends nothing and stands nowhere.
///
/// # Errors
///
/// If it is wrong.
pub fn parse(source: &str) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let file = Arc::new(ConfigFile { path: PathBuf::new(), name: NAME.into(), source: source.into() });
    let spec = file.spec()?;
    Reading::all(&file, spec, Path::new("."), &mut config)?;
    config.file = Some(file);
    Ok(config)
}

fn read(
    path: &Path,
    name: &str,
    config: &mut Config,
    above: &mut Vec<PathBuf>,
) -> Result<Arc<ConfigFile>, ConfigError> {
    let unreadable =
        |error: std::io::Error| ConfigError::Unreadable(format!("{name}: cannot be read: {error}"));
    let source = std::fs::read_to_string(path).map_err(unreadable)?;
    let real = path.canonicalize().map_err(unreadable)?;
    let file = Arc::new(ConfigFile { path: path.to_path_buf(), name: name.to_string(), source });
    let spec = file.spec()?;
    config.sources.push(file.clone());
    above.push(real);
    for other in &spec.extends {
        let mut target = folder_of(path).join(other.as_ref());
        let mut shown = Path::new(name).parent().unwrap_or(Path::new("")).join(other.as_ref());
        if target.is_dir() {
            target.push(NAME);
            shown.push(NAME);
        }
        let wrong = |message: &str, help: &str| {
            file.wrong(vec![RuleError::new(message, Some(other.span())).help(help)])
        };
        if !target.is_file() {
            let help = format!("looked for {}", target.display());
            return Err(wrong("no such configuration", &help));
        }
        if target.canonicalize().is_ok_and(|target| above.contains(&target)) {
            return Err(wrong(
                "a configuration cannot extend itself",
                "remove this entry, or that in the other file",
            ));
        }
        read(&target, &shown.display().to_string().replace('\\', "/"), config, above)?;
    }
    above.pop();
    Reading::all(&file, spec, folder_of(path), config)?;
    Ok(file)
}

impl ConfigFile {
    fn spec(&self) -> Result<ConfigSpec, ConfigError> {
        toml::from_str(&self.source).map_err(|error| self.wrong(vec![RuleError::from_toml(&error)]))
    }

    fn wrong(&self, errors: Vec<RuleError>) -> ConfigError {
        ConfigError::Mistakes(Box::new(self.mistakes(errors)))
    }
}

/// A file that is being read, and what is wrong with it.
struct Reading<'f> {
    file: &'f Arc<ConfigFile>,
    /// Where the folder that the configuration holds for stands below the file's own.
    below: String,
    errors: Vec<RuleError>,
}

impl<'f> Reading<'f> {
    fn all(
        file: &'f Arc<ConfigFile>,
        spec: ConfigSpec,
        folder: &Path,
        config: &mut Config,
    ) -> Result<(), ConfigError> {
        // One that stands above speaks of the folders below itself.
        let below = Root::new(folder).relative(config.root.folder()).unwrap_or_default();
        let mut reading = Reading { file, below, errors: Vec::new() };
        reading.merge(spec, folder, config);
        if reading.errors.is_empty() { Ok(()) } else { Err(file.wrong(reading.errors)) }
    }

    fn said<T>(&self, value: T, span: Range<usize>) -> Said<T> {
        Said { value, file: self.file.clone(), span }
    }

    fn take<T, U>(&self, given: Option<Spanned<T>>, into: &mut Option<Said<U>>, as_is: impl FnOnce(T) -> U) {
        if let Some(given) = given {
            let span = given.span();
            *into = Some(self.said(as_is(given.into_inner()), span));
        }
    }

    /// Takes the place of what was read before, or adds to it.
    fn merge(&mut self, spec: ConfigSpec, folder: &Path, config: &mut Config) {
        for path in spec.rules {
            let span = path.span();
            config.rules.push(self.said(folder.join(path.into_inner()), span));
        }
        self.take(spec.select, &mut config.select, |words| words);
        self.take(spec.ignore, &mut config.ignore, |words| words);
        self.take(spec.languages, &mut config.languages, |codes| codes);
        self.take(spec.text_field, &mut config.text_field, |name| name);
        self.take(spec.id_field, &mut config.id_field, |name| name);
        self.take(spec.baseline, &mut config.baseline, |path| folder.join(path));
        self.take(spec.fail_on, &mut config.fail_on, severity);
        if let Some(globs) = spec.exclude {
            let span = globs.span();
            let globs = globs.into_inner();
            match PathGlobs::new(globs.iter().map(String::as_str)) {
                Ok(set) => config.exclude = Some(self.said((globs, set.seen_from(&self.below)), span)),
                Err((_, error)) => self.errors.push(RuleError::new(error.to_string(), Some(span))),
            }
        }
        for (word, own) in spec.severity {
            replace(&mut config.severity, self.word(word, severity(own)));
        }
        for (word, own) in spec.safety {
            replace(&mut config.safety, self.word(word, applicability(own)));
        }
        for entry in spec.overrides {
            let span = entry.span();
            if let Some(entry) = self.override_entry(entry.into_inner()) {
                config.overrides.push(self.said(entry, span));
            }
        }
        for entry in spec.suppress {
            let span = entry.span();
            if let Some(entry) = self.suppress_entry(entry.into_inner(), span.clone()) {
                config.suppress.push(self.said(entry, span));
            }
        }
        for (word, limit) in spec.gate {
            let limits = limits(&limit);
            if limits.is_empty() {
                let error = RuleError::new("a budget without a number", Some(word.span()));
                self.errors.push(error.help("for instance `{ per-million-words = 5 }`, or 0"));
            }
            replace(&mut config.gate, self.word(word, limits));
        }
    }

    fn word<T>(&self, word: Text, value: T) -> Said<(String, T)> {
        let span = word.span();
        self.said((word.into_inner(), value), span)
    }

    fn globs(&mut self, globs: &[Text]) -> Option<PathGlobs> {
        match PathGlobs::new(globs.iter().map(|glob| glob.as_ref().as_str())) {
            Ok(set) => Some(set.seen_from(&self.below)),
            Err((number, error)) => {
                let span = globs.get(number).map(Spanned::span);
                self.errors.push(RuleError::new(error.kind().to_string(), span));
                None
            }
        }
    }

    fn override_entry(&mut self, spec: OverrideSpec) -> Option<OverrideEntry> {
        let globs = self.globs(&spec.paths)?;
        let severity = spec.severity.into_iter().map(|(word, own)| self.word(word, severity(own))).collect();
        Some(OverrideEntry {
            paths: spec.paths.into_iter().map(Spanned::into_inner).collect(),
            globs,
            select: spec.select,
            ignore: spec.ignore,
            languages: spec.languages,
            severity,
        })
    }

    fn suppress_entry(&mut self, spec: SuppressSpec, span: Range<usize>) -> Option<SuppressEntry> {
        if spec.path.is_none() && spec.id.is_none() && spec.hash.is_none() {
            let error = RuleError::new("a suppression for no document in particular", Some(span));
            self.errors.push(error.help("add `path`, `id` or `hash`; `ignore` turns a rule off everywhere"));
            return None;
        }
        if spec.reason.as_ref().trim().is_empty() {
            let error = RuleError::new("a suppression without a reason", Some(spec.reason.span()));
            self.errors.push(error.help("say why these findings are to be left alone"));
            return None;
        }
        let path = match &spec.path {
            Some(glob) => Some(self.globs(std::slice::from_ref(glob))?),
            None => None,
        };
        let hash = match spec.hash.map(|hash| (hash.as_ref().parse::<Hash>(), hash.span())) {
            Some((Ok(hash), _)) => Some(hash),
            Some((Err(error), span)) => {
                let error = RuleError::new(error.to_string(), Some(span));
                self.errors.push(error.help("`descrape explain FILE:LINE` shows the hash of a document"));
                return None;
            }
            None => None,
        };
        let expires = match spec.expires {
            Some(given) => match given.as_ref().date {
                Some(date) => Some((date.year, date.month, date.day)),
                None => {
                    let error = RuleError::new("expected a date", Some(given.span()));
                    self.errors.push(error.help("for instance 2027-01-31, without quotes"));
                    return None;
                }
            },
            None => None,
        };
        // The head of the table is enough to point at.
        let head = self.file.source[span.clone()].find('\n').map_or(span.end, |at| span.start + at);
        let suppression = Suppression {
            rules: None,
            path,
            id: spec.id,
            hash,
            reason: spec.reason.into_inner(),
            expires,
            span: Span::new(span.start, head),
        };
        Some(SuppressEntry {
            rule: spec.rule.into_inner(),
            suppression,
            path: spec.path.map(Spanned::into_inner),
        })
    }
}

/// Adds an entry for a word, in place of that for the same word.
fn replace<T>(entries: &mut Vec<Said<(String, T)>>, entry: Said<(String, T)>) {
    entries.retain(|other| other.value.0 != entry.value.0);
    entries.push(entry);
}

fn limits(spec: &LimitSpec) -> Vec<Limit> {
    [
        spec.count.map(Limit::Count),
        spec.per_thousand_documents.map(Limit::PerThousandDocuments),
        spec.per_million_words.map(Limit::PerMillionWords),
        spec.share_of_documents.map(Limit::ShareOfDocuments),
    ]
    .into_iter()
    .flatten()
    .collect()
}
