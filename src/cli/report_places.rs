//! Places that a report may not take: what the run reads, or needs later.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use super::Stop;
use crate::{
    corpus::{Format, Named},
    paths::real,
    report::{HEAD, Reporter},
};

/// What must stay where it is in one run, and where its reports go.
pub(super) struct ReportPlaces<'p> {
    /// Files and folders that are looked at.
    inputs: &'p [PathBuf],
    /// By their real paths, files that are named as inputs, and reports so far.
    taken: Vec<PathBuf>,
    /// The same of the configuration, the baseline and the journal.
    needed: Vec<PathBuf>,
}

impl<'p> ReportPlaces<'p> {
    pub(super) fn new<'n>(inputs: &'p [PathBuf], needed: impl Iterator<Item = &'n Path>) -> Self {
        let taken = inputs.iter().filter(|path| path.is_file()).map(|path| real(path)).collect();
        ReportPlaces { inputs, taken, needed: needed.map(real).collect() }
    }

    /// Gives a report its place, unless something else stands there.
    pub(super) fn take(&mut self, file: &Path, reporter: &dyn Reporter) -> Result<(), Stop> {
        let (place, name) = (real(file), file.display());
        if self.taken.contains(&place) {
            return Err(Stop(format!("--report {name}: stands for an input or another report as well")));
        }
        if self.needed.contains(&place) {
            return Err(Stop(format!(
                "--report {name}: is a configuration, a baseline or the journal of this run"
            )));
        }
        if self.is_text_of_corpus(file, &place) && !is_report(file, reporter) {
            return Err(Stop(format!(
                "--report {name}: is there already, and would be a text of the corpus: remove it, \
                 or give the report another name"
            )));
        }
        self.taken.push(place);
        Ok(())
    }

    /// Whether a walk would come to the file, and read it.
    fn is_text_of_corpus(&self, file: &Path, place: &Path) -> bool {
        file.is_file()
            && matches!(Format::of_name(file).0, Named::Known(_))
            && self.inputs.iter().any(|input| input.is_dir() && place.starts_with(real(input)))
    }
}

/// Whether a file is empty, or starts as reports of this format do.
fn is_report(file: &Path, reporter: &dyn Reporter) -> bool {
    let mut head = Vec::new();
    let read = File::open(file).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    read.is_ok() && (head.is_empty() || reporter.may_have_written(&head))
}
