//! `descrape undo` and `descrape verify`: what a journal is good for.

use std::path::{Path, PathBuf};

use super::{
    Exit, Stop,
    args::{UndoArgs, VerifyArgs},
    settings::excluded,
    setup::{BASELINE, configuration},
    tally::plural,
    terminal::Terminal,
};
use crate::{
    config::NAME,
    corpus::{Walk, WalkOptions, slashed},
    journal::{Journal, Mismatch, Undo, Verify, hash_file, replay},
};

pub(super) fn undo(args: &UndoArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    folder(&args.folder)?;
    let journal = open(&args.journal)?;
    let mut undo = Undo::new(args.folder.clone());
    let (_, edits) = replay(&journal, &mut undo)?;
    let exit = sound(&journal, &args.journal, report(&undo.failed, terminal), terminal);
    let (already, edits_before) = undo.already;
    let mut told = format!("Restored {}", plural(undo.restored, "file"));
    match undo.failed.len() {
        0 => told.push_str(&format!(": {} undone", plural(edits - edits_before, "edit"))),
        left => told.push_str(&format!("; left as they are: {left}")),
    }
    if already > 0 {
        told.push_str(&format!("; restored before: {already}"));
    }
    terminal.tell(&format!("{told}.\n"));
    Ok(exit)
}

pub(super) fn verify(args: &VerifyArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    folder(&args.output)?;
    if !args.input.exists() {
        return Err(Stop(format!("{}: no such file or folder", args.input.display())));
    }
    let journal = open(&args.journal)?;
    let mut verify = Verify::new(args.input.clone(), args.output.clone());
    let (files, edits) = replay(&journal, &mut verify)?;
    let differs = |what: &str| Mismatch::Differs(what.into());
    // What the journal does not know of was not made by it; nor was the journal.
    let no_text = [NAME, BASELINE].map(PathBuf::from);
    let apart: Vec<PathBuf> = no_text.into_iter().chain(args.journal.canonicalize()).collect();
    let options = WalkOptions { no_ignore: true, apart: apart.clone(), ..WalkOptions::default() };
    let paths = [args.output.clone()];
    for file in options.walk(&paths) {
        if let Walk::Source(source) = file {
            let name = slashed(&source.relative);
            if !verify.known.contains(&name)
                && !is_untouched(&args.input.join(&name), &args.output.join(&name))
            {
                verify.failed.push((name, differs("stands in the output, but not in the journal")));
            }
        }
    }
    let paths = [args.input.clone()];
    let config = configuration(&paths, &args.config, terminal)?;
    let exclude = config.exclude.map(|said| (config.root, said.value.1));
    let exclude = exclude.into_iter().chain(excluded(&args.exclude)).collect();
    let options = WalkOptions { apart, exclude, ..WalkOptions::default() };
    for file in options.walk(&paths) {
        if let Walk::Source(source) = file {
            let name = slashed(&source.mirrored());
            if !verify.known.contains(&name) {
                verify.failed.push((name, differs("stands in the input, but not in the journal")));
            }
        }
    }
    let exit = sound(&journal, &args.journal, report(&verify.failed, terminal), terminal);
    let (files, edits) = (plural(files, "file"), plural(edits, "edit"));
    terminal.tell(&match exit {
        Exit::Clean => format!("Verified {files}: the output is the input with {edits}, and nothing else.\n"),
        _ => format!("Not verified: {} in doubt.\n", plural(verify.failed.len(), "file")),
    });
    Ok(exit)
}

fn open(path: &Path) -> Result<Journal, Stop> {
    Journal::open(path).map_err(|error| Stop(format!("{}: {error}", path.display())))
}

/// Whether a file that no fix looks at is the same before and after.
fn is_untouched(before: &Path, after: &Path) -> bool {
    hash_file(before).is_ok_and(|hash| hash_file(after).is_ok_and(|other| hash == other))
}

/// Says so if some of the journal could not be read; what is left of the exit code then.
fn sound(journal: &Journal, path: &Path, exit: Exit, terminal: &Terminal) -> Exit {
    let name = path.display();
    if let Some(cut) = journal.cut() {
        terminal
            .note(&format!("{name} {cut}, as after a run that was stopped, which left that file as it was"));
    }
    let Some(damage) = journal.damage() else { return exit };
    terminal.error(&format!("{name} {damage}; what it says of other files is lost"));
    Exit::Failed
}

fn folder(path: &Path) -> Result<(), Stop> {
    if path.is_dir() { Ok(()) } else { Err(Stop(format!("{}: no such folder", path.display()))) }
}

fn report(failed: &[(String, Mismatch)], terminal: &Terminal) -> Exit {
    for (file, mismatch) in failed {
        terminal.error(&format!("{file}: {mismatch}"));
    }
    match failed {
        [] => Exit::Clean,
        _ if failed.iter().any(|(_, mismatch)| matches!(mismatch, Mismatch::Io(_))) => Exit::Failed,
        _ => Exit::Findings,
    }
}
