//! What a run that was stopped left behind, and what of it still stands.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::{
    super::{Stop, args::FixArgs},
    writer::Place,
};
use crate::{
    corpus::{Source, slashed},
    hash::Hash,
    journal::{Journal, hash_file},
    severity::Severity,
};

/// The files that an earlier run repaired.
pub(super) struct Resume {
    journal: Option<Journal>,
    folder: Option<PathBuf>,
    rules: Hash,
    /// Its files that need no work.
    passed_over: Mutex<Vec<String>>,
}

impl Resume {
    /// Reads the journal of the earlier run, and forgets in it what does not
    /// stand any more.
    pub(super) fn new(path: &Path, args: &FixArgs, place: &Place, rules: Hash) -> Result<Self, Stop> {
        let folder = match place {
            Place::Folder(folder) => Some(folder.clone()),
            Place::InPlace => None,
        };
        let mut resume = Resume { journal: None, folder, rules, passed_over: Mutex::default() };
        let name = path.display();
        if !path.exists() {
            return Ok(resume);
        }
        if !args.resume {
            return Err(Stop(format!("--journal {name}: is there already; --resume goes on with it")));
        }
        let fail = |error: std::io::Error| Stop(format!("--journal {name}: {error}"));
        let mut journal = Journal::open(path).map_err(fail)?;
        if let Some(damage) = journal.damage() {
            return Err(Stop(format!(
                "--journal {name}: {damage}; to go on would lose the rest of it, so give this run a journal of its own"
            )));
        }
        let has_others =
            || journal.files().filter_map(|file| journal.done(file)).any(|(it, _)| it.rules != rules);
        if resume.folder.is_none() && has_others() {
            // What they repaired in place can only be undone as long as they are kept.
            return Err(Stop(format!(
                "--journal {name}: was written with other rules or options; give this run a journal of its own \
                 (`descrape undo` takes the later one first)"
            )));
        }
        let stands: HashSet<String> =
            journal.files().filter(|file| resume.stands(&journal, file)).map(String::from).collect();
        journal.retain(|file| stands.contains(file)).map_err(fail)?;
        resume.journal = Some(journal);
        Ok(resume)
    }

    /// Whether the repaired file is there as the journal says, by these rules.
    fn stands(&self, journal: &Journal, file: &str) -> bool {
        let Some((opened, done)) = journal.done(file) else { return false };
        // In place the input is the output; `is_done` looks at it.
        let there = match &self.folder {
            Some(folder) => hash_file(&folder.join(file)).is_ok_and(|hash| hash == done.output),
            None => true,
        };
        opened.rules == self.rules && there
    }

    /// Whether the file needs no work: it is what was read then, or, in place,
    /// what was written.
    pub(super) fn is_done(&self, source: &Source) -> bool {
        let (Some(journal), Some(path)) = (&self.journal, &source.path) else { return false };
        let name = slashed(&source.mirrored());
        let Some((_, done)) = journal.done(&name) else { return false };
        let expected = if self.folder.is_some() { done.input } else { done.output };
        let is_done = hash_file(path).is_ok_and(|hash| hash == expected);
        if is_done {
            self.passed_over.lock().unwrap_or_else(PoisonError::into_inner).push(name);
        }
        is_done
    }

    /// Whether findings of that severity were left in the files that need no work.
    pub(super) fn left(&self, threshold: Severity) -> bool {
        let Some(journal) = &self.journal else { return false };
        let severities = [Severity::Error, Severity::Warning, Severity::Info];
        let passed_over = self.passed_over.lock().unwrap_or_else(PoisonError::into_inner);
        passed_over.iter().filter_map(|file| journal.done(file)).any(|(_, done)| {
            severities.iter().zip(done.left).any(|(&severity, count)| severity >= threshold && count > 0)
        })
    }
}
