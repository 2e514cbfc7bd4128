//! Globs over paths, relative to one folder.

use std::path::{Component, Path, PathBuf};

use globset::{Error, GlobBuilder, GlobSet, GlobSetBuilder};

/// A folder that globs are relative to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root(PathBuf);

impl Root {
    /// This folder, which should be there.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Root(real(folder))
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The path below the folder, with slashes; `None` if it is not below it. What was named
    /// counts, wherever links in it lead.
    #[must_use]
    pub fn relative(&self, path: &Path) -> Option<String> {
        let below = |path: PathBuf| Some(path.strip_prefix(&self.0).ok()?.to_path_buf());
        let has_detours = path.components().any(|part| part == Component::ParentDir);
        let named = std::path::absolute(path).ok().filter(|_| !has_detours).and_then(below);
        let below = named.or_else(|| below(real(path)))?;
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        Some(parts.join("/"))
    }
}

/// The folder a file stands in.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The path without links and detours, as far as it is there.
pub(crate) fn real(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_path_buf())
}

/// Globs of which one must match a path or a folder above it. One without a slash
/// holds at any depth.
#[derive(Clone, Debug, Default)]
pub struct PathGlobs {
    globs: GlobSet,
    /// Where the folder of the paths stands below that of the globs; empty for the same.
    below: String,
}

impl PathGlobs {
    /// These globs.
    ///
    /// # Errors
    ///
    /// If one is none; with its number.
    pub fn new<'g>(globs: impl IntoIterator<Item = &'g str>) -> Result<Self, (usize, Error)> {
        let mut set = GlobSetBuilder::new();
        for (number, glob) in globs.into_iter().enumerate() {
            let fail = |error| (number, error);
            let inner = glob.strip_prefix("./").unwrap_or(glob).trim_end_matches('/');
            let anchored = inner.trim_start_matches('/');
            let anywhere = if inner.contains('/') { "" } else { "**/" };
            let whole = format!("{anywhere}{anchored}");
            for pattern in [whole.clone(), format!("{whole}/**")] {
                set.add(GlobBuilder::new(&pattern).literal_separator(true).build().map_err(fail)?);
            }
        }
        let globs = set.build().map_err(|error| (0, error))?;
        Ok(PathGlobs { globs, below: String::new() })
    }

    /// The same globs for paths that are relative to another folder, which stands here below
    /// their own.
    #[must_use]
    pub fn seen_from(self, below: &str) -> Self {
        PathGlobs { below: below.into(), ..self }
    }

    /// Whether one matches this path.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        if self.below.is_empty() {
            return self.globs.is_match(path);
        }
        self.globs.is_match(Path::new(&self.below).join(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_in_ignore_files() {
        for (glob, path, expected) in [
            ("*.txt", "a.txt", true),
            ("*.txt", "x/y/a.txt", true),
            ("x/*.txt", "x/a.txt", true),
            ("x/*.txt", "x/y/a.txt", false),
            ("x/**", "x/y/a.txt", true),
            ("x/", "x/y/a.txt", true),
            ("./x", "x/a.txt", true),
            ("/x", "y/x/a.txt", false),
            ("x/y", "x/y", true),
            ("news/*/de", "news/2020/de/a.jsonl", true),
            ("y", "x/y/a.txt", true),
            ("y", "xy/a.txt", false),
        ] {
            let globs = PathGlobs::new([glob]).expect("a glob");
            assert_eq!(globs.matches(path), expected, "{glob} {path}");
        }
        assert_eq!(PathGlobs::new(["a", "[b"]).expect_err("no glob").0, 1);
    }
}
