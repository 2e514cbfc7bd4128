//! Where repaired texts go, checked before any work is done.

use std::path::{Path, PathBuf};

use super::{
    super::{Stop, args::FixArgs},
    writer::Place,
};

/// Where the repaired text goes.
pub(super) enum Target {
    /// To files.
    Files(Place),
    /// To standard output.
    Stdout,
    /// Nowhere: the change is shown.
    Diff,
}

/// Checks what can be checked before any work is done.
pub(super) fn target(args: &FixArgs) -> Result<Target, Stop> {
    let stdin = args.paths.iter().any(|path| path == Path::new("-"));
    if args.journal.is_some() && stdin {
        return Err(Stop("standard input cannot be journaled: give the files themselves".into()));
    }
    if let Some(folder) = &args.target.output {
        if folder == Path::new("-") {
            return match args.paths.len() {
                1 if stdin => Ok(Target::Stdout),
                _ => {
                    Err(Stop("`--output -` repairs standard input: write `descrape fix - --output -`".into()))
                }
            };
        }
        if stdin && args.setup.corpus.stdin_filename.is_none() {
            return Err(Stop(
                "standard input has no name to be written under: use `--output -` or `--stdin-filename`"
                    .into(),
            ));
        }
        if folder.exists() && !folder.is_dir() {
            return Err(Stop(format!("--output {}: is not a folder", folder.display())));
        }
        let resolved = resolve(folder);
        for path in &args.paths {
            let input = resolve(path);
            if path.is_dir() && resolved.starts_with(&input) {
                let (output, input) = (folder.display(), path.display());
                return Err(Stop(format!(
                    "--output {output} lies in {input}, which would be read while it is written: \
                     name another folder, or use --in-place"
                )));
            }
        }
        return Ok(Target::Files(Place::Folder(folder.clone())));
    }
    if args.target.diff {
        return Ok(Target::Diff);
    }
    if stdin {
        return Err(Stop("standard input cannot be rewritten in place: use `--output -`".into()));
    }
    Ok(Target::Files(Place::InPlace))
}

/// The absolute path, links resolved as far as it exists.
pub(super) fn resolve(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let existing =
        absolute.ancestors().find_map(|ancestor| Some((ancestor, std::fs::canonicalize(ancestor).ok()?)));
    match existing {
        Some((ancestor, real)) => real.join(absolute.strip_prefix(ancestor).unwrap_or(Path::new(""))),
        None => absolute,
    }
}
