//! From what the user named to the files of a corpus, in a fixed order.

use std::{
    collections::HashSet,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use super::{Compression, FileId, Format, Named, Source, output::is_unfinished};
use crate::paths::{PathGlobs, Root, real};

/// Bytes in which a NUL shows that a file of unknown kind is no text.
const SNIFFED: usize = 1024;

/// Folders that are never looked into: what they hold is no text of anybody.
const VERSION_CONTROL: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

/// How folders are walked.
#[derive(Clone, Debug, Default)]
pub struct WalkOptions {
    /// Whether `.gitignore` and hidden files count for nothing.
    pub no_ignore: bool,
    /// Whether links are followed.
    pub follow: bool,
    /// The format of all files, whatever their names say.
    pub format: Option<Format>,
    /// What standard input is called; its name also tells its format.
    pub stdin_name: Option<String>,
    /// The format of standard input, whatever its name says.
    pub stdin_format: Option<Format>,
    /// Files in folders that are left out, by globs each relative to a folder.
    pub exclude: Vec<(Root, PathGlobs)>,
    /// Files, and folders with all that is in them, that are no part of the corpus,
    /// by their real paths, or by their name alone: configurations, baselines, rules,
    /// reports.
    pub apart: Vec<PathBuf>,
    /// A file that the run writes to, and does not read, however it is called.
    pub written: Option<FileId>,
    /// Whether these hold for files that were named, too.
    pub force_exclude: bool,
    /// The only files that are looked at, by their real paths; `None` for all.
    pub only: Option<HashSet<PathBuf>>,
}

/// A file of the corpus, or why something is none.
#[derive(Debug)]
pub enum Walk {
    /// To be read.
    Source(Source),
    /// Stood in a folder, but is not a kind of file that can be read.
    Skipped {
        /// What it is called.
        name: String,
        /// Why, as a fragment.
        reason: &'static str,
    },
    /// Could not be looked at, or was named and is none.
    Failed {
        /// What it is called.
        name: String,
        /// Why, as a fragment.
        reason: String,
    },
}

impl WalkOptions {
    /// Everything below `paths`, each in turn, folders by name; a file that several of them name
    /// comes once. `-` stands for standard input.
    pub fn walk<'a>(&'a self, paths: &'a [PathBuf]) -> impl Iterator<Item = Walk> + Send + 'a {
        let mut seen = HashSet::new();
        let mut is_new = move |walk: &Walk| match walk {
            Walk::Source(Source { path, .. }) if paths.len() > 1 => seen.insert(path.as_deref().map(real)),
            _ => true,
        };
        paths.iter().flat_map(|path| self.walk_one(path)).filter(move |walk| is_new(walk))
    }

    fn walk_one<'a>(&'a self, path: &'a Path) -> Box<dyn Iterator<Item = Walk> + Send + 'a> {
        if path == Path::new("-") {
            return Box::new(std::iter::once(self.stdin()));
        }
        if !path.is_dir() {
            // Who names a file wants it, unless something else was asked for.
            let wanted =
                !path.is_file() || self.is_among_only(path) && !(self.force_exclude && self.leaves_out(path));
            return Box::new(wanted.then(|| self.named(path)).into_iter());
        }
        let walk = ignore::WalkBuilder::new(path)
            .standard_filters(!self.no_ignore)
            .require_git(false)
            .follow_links(self.follow)
            .sort_by_file_name(std::cmp::Ord::cmp)
            .filter_entry(|entry| !VERSION_CONTROL.iter().any(|name| entry.file_name() == *name))
            .build();
        Box::new(walk.filter_map(move |entry| match entry {
            Ok(entry) => {
                let kind = entry.file_type();
                if kind.is_none_or(|kind| kind.is_dir()) || !self.wants(entry.path()) {
                    return None;
                }
                Some(if kind.is_some_and(|kind| kind.is_symlink()) {
                    Walk::Skipped {
                        name: show(entry.path()),
                        reason: "a symbolic link; `--follow` follows it",
                    }
                } else if kind.is_some_and(|kind| kind.is_file()) {
                    self.found(path, entry.path())
                } else {
                    Walk::Failed { name: show(entry.path()), reason: "not a regular file".into() }
                })
            }
            Err(error) => {
                let name = show(error_path(&error).unwrap_or(path));
                Some(Walk::Failed { name, reason: walk_reason(&error) })
            }
        }))
    }

    /// Whether a file in a folder is to be looked at.
    fn wants(&self, path: &Path) -> bool {
        let is_written = self.written.is_some() && FileId::of(path) == self.written;
        !is_written && !is_unfinished(path) && !self.leaves_out(path) && self.is_among_only(path)
    }

    /// Whether a file is excluded, or no part of the corpus.
    fn leaves_out(&self, path: &Path) -> bool {
        let excluded = self
            .exclude
            .iter()
            .any(|(root, globs)| root.relative(path).is_some_and(|relative| globs.matches(&relative)));
        excluded || self.stands_apart(path)
    }

    fn stands_apart(&self, path: &Path) -> bool {
        if self.apart.iter().any(|apart| path.file_name() == Some(apart.as_os_str())) {
            return true;
        }
        // Few files have such names, and only theirs are resolved.
        let named = |apart: &&PathBuf| path.iter().any(|part| Some(part) == apart.file_name());
        let mut named = self.apart.iter().filter(named).peekable();
        named.peek().is_some()
            && path.canonicalize().is_ok_and(|real| named.any(|apart| real.starts_with(apart)))
    }

    fn is_among_only(&self, path: &Path) -> bool {
        let Some(only) = &self.only else { return true };
        path.canonicalize().is_ok_and(|path| only.contains(&path))
    }

    fn stdin(&self) -> Walk {
        let name = self.stdin_name.clone().unwrap_or_else(|| "-".into());
        let (named, compression) = Format::of_name(Path::new(&name));
        match self.stdin_format.or(self.format).map_or(named, Named::Known) {
            Named::Unsupported => Walk::Failed { name, reason: UNSUPPORTED.into() },
            Named::Known(format) => source(None, name, PathBuf::new(), format, compression),
            Named::Unknown => source(None, name, PathBuf::new(), Format::Text, compression),
        }
    }

    /// A file that the user named.
    fn named(&self, path: &Path) -> Walk {
        let name = show(path);
        match std::fs::metadata(path) {
            Err(error) => return Walk::Failed { name, reason: describe(&error) },
            Ok(metadata) if !metadata.is_file() => {
                return Walk::Failed { name, reason: "not a regular file".into() };
            }
            Ok(_) => {}
        }
        let relative = path.file_name().map_or_else(PathBuf::new, PathBuf::from);
        let (named, compression) = Format::of_name(path);
        match self.format.map_or(named, Named::Known) {
            Named::Unsupported => Walk::Failed { name, reason: UNSUPPORTED.into() },
            Named::Known(format) => source(Some(path), name, relative, format, compression),
            Named::Unknown => source(Some(path), name, relative, Format::Text, compression),
        }
    }

    /// A file that stood in the folder `root`.
    fn found(&self, root: &Path, path: &Path) -> Walk {
        let name = show(path);
        let relative = path.strip_prefix(root).unwrap_or(path).to_path_buf();
        let (named, compression) = Format::of_name(path);
        match self.format.map_or(named, Named::Known) {
            Named::Unsupported => Walk::Skipped { name, reason: UNSUPPORTED },
            Named::Known(format) => source(Some(path), name, relative, format, compression),
            Named::Unknown => match looks_binary(path, compression) {
                Ok(true) => Walk::Skipped { name, reason: "looks like no text" },
                Ok(false) => source(Some(path), name, relative, Format::Text, compression),
                Err(error) => Walk::Failed { name, reason: describe(&error) },
            },
        }
    }
}

const UNSUPPORTED: &str = "no format that can be read; `--format` says otherwise";

fn source(
    path: Option<&Path>,
    name: String,
    relative: PathBuf,
    format: Format,
    compression: Compression,
) -> Walk {
    Walk::Source(Source { path: path.map(Path::to_path_buf), name, relative, format, compression })
}

fn looks_binary(path: &Path, compression: Compression) -> std::io::Result<bool> {
    let mut head = Vec::new();
    let file = std::io::BufReader::new(File::open(path)?);
    // A damaged member is for the reader to report.
    let _ = compression.decoder(file)?.take(SNIFFED as u64).read_to_end(&mut head);
    Ok(head.contains(&0))
}

/// Separators as they are written everywhere but on Windows, so that reports
/// are the same there.
fn show(path: &Path) -> String {
    let name = path.to_string_lossy();
    let name = name.strip_prefix("./").unwrap_or(&name);
    if cfg!(windows) { name.replace('\\', "/") } else { name.to_string() }
}

fn describe(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".into(),
        std::io::ErrorKind::PermissionDenied => "not allowed to read it".into(),
        _ => error.to_string(),
    }
}

/// The file or folder that an error of the walk is about.
fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}

fn walk_reason(error: &ignore::Error) -> String {
    let text = error.to_string();
    // The walker's own message names the path a second time.
    text.rsplit_once(": ").map_or(text.clone(), |(head, reason)| {
        if head.contains("loop") { text.clone() } else { reason.to_string() }
    })
}
