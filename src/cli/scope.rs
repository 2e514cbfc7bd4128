//! Which files a run looked at, in the names that a baseline has for them.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use crate::{corpus::Source, paths::Root};

/// What a run looked at.
pub(super) struct Scope {
    /// The folder that paths are relative to.
    home: Root,
    /// What the user named, relative to it; "" for the folder itself.
    named: Vec<String>,
    /// Whether all that was named is looked at.
    complete: bool,
    read: HashSet<String>,
    /// The name of the file at hand, and what a baseline calls it.
    last: (String, String),
}

impl Scope {
    /// For paths that were named; `complete` unless only some of their files are
    /// looked at.
    pub(super) fn new(home: Root, paths: &[PathBuf], complete: bool) -> Self {
        let named = paths.iter().filter_map(|path| home.relative(path)).collect();
        let complete = complete && paths.iter().all(|path| path != Path::new("-"));
        Scope { home, named, complete, read: HashSet::new(), last: Default::default() }
    }

    /// Goes on to a file.
    pub(super) fn enter(&mut self, source: &Source) {
        if self.last.0 != source.name {
            let below = source.path.as_deref().and_then(|path| self.home.relative(path));
            self.last = (source.name.clone(), below.unwrap_or_else(|| source.name.clone()));
        }
    }

    /// What a baseline calls the file at hand.
    pub(super) fn name(&self) -> &str {
        &self.last.1
    }

    /// Notes that a file was read.
    pub(super) fn note(&mut self, source: &Source) {
        self.enter(source);
        self.read.insert(self.last.1.clone());
    }

    /// Whether the run would have found what is in this file: it was read, or it
    /// is not there any more.
    pub(super) fn covers(&self, path: &str) -> bool {
        self.read.contains(path) || self.complete && self.is_named(path) && !self.exists(path)
    }

    /// Whether what was in this file may be missing there: it is gone, or was looked at before
    /// the file at hand.
    pub(super) fn may_miss(&self, path: &str) -> bool {
        self.read.contains(path) || !self.exists(path)
    }

    fn is_named(&self, path: &str) -> bool {
        let below = |named: &String| {
            named.is_empty()
                || path.strip_prefix(named.as_str()).is_some_and(|rest| rest.starts_with('/'))
                || path == named
        };
        self.named.iter().any(below)
    }

    fn exists(&self, path: &str) -> bool {
        self.home.folder().join(path).exists()
    }

    /// Whether everything below the folder was looked at.
    pub(super) fn is_everything(&self) -> bool {
        self.complete && self.named.iter().any(String::is_empty)
    }
}
