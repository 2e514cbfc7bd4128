//! Files that changed, as git sees it.

use std::{
    collections::{BTreeSet, HashSet},
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use super::Stop;
use crate::paths::folder_of;

/// The real paths of all files in the repositories around `paths` that differ from
/// what the branch and `revision` have in common, or that git does not know yet.
pub(super) fn changed_since(revision: &str, paths: &[PathBuf]) -> Result<HashSet<PathBuf>, Stop> {
    let here = [PathBuf::from(".")];
    let mut tops = BTreeSet::new();
    for path in if paths.is_empty() { &here } else { paths } {
        let folder = if path.is_dir() { path } else { folder_of(path) };
        let top = git(folder, &["rev-parse", "--show-toplevel"])?;
        tops.insert(PathBuf::from(String::from_utf8_lossy(&top).trim_end()));
    }
    let mut all = HashSet::new();
    for top in tops {
        all.extend(changed_in(&top, revision)?);
    }
    Ok(all)
}

fn changed_in(top: &Path, revision: &str) -> Result<Vec<PathBuf>, Stop> {
    let commit = format!("{revision}^{{commit}}");
    let commit = git(top, &["rev-parse", "--verify", "--end-of-options", &commit])?;
    let base = git(top, &["merge-base", String::from_utf8_lossy(&commit).trim_end(), "HEAD"])?;
    let base = String::from_utf8_lossy(&base).trim_end().to_string();
    let mut changed = git(top, &["diff", "--name-only", "-z", "--diff-filter=d", &base, "--"])?;
    changed.extend(git(top, &["ls-files", "--others", "--exclude-standard", "-z"])?);
    let names = changed.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.filter_map(|name| top.join(path(name)).canonicalize().ok()).collect())
}

fn git(folder: &Path, args: &[&str]) -> Result<Vec<u8>, Stop> {
    let run = Command::new("git").arg("-C").arg(folder).args(args).output();
    let output = run.map_err(|error| Stop(format!("--changed-since needs git: {error}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.trim().trim_start_matches("fatal: ");
    let what = if said.is_empty() { "no commit in common; is the clone shallow?" } else { said };
    Err(Stop(format!("--changed-since: git {}: {what}", args.join(" "))))
}

#[cfg(unix)]
fn path(name: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(OsStr::from_bytes(name))
}

#[cfg(not(unix))]
fn path(name: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(&*String::from_utf8_lossy(name)))
}
