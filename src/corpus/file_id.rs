//! By what the system knows a file, whatever it is called.

use std::path::Path;

/// By what the system knows a file, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId {
    device: u64,
    number: u64,
}

impl FileId {
    /// That of the file at `path`; `None` if there is none, or where the system does not tell.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        FileId::from_metadata(&std::fs::metadata(path).ok()?)
    }

    /// That of the file that standard output goes to, if it is one.
    #[must_use]
    pub fn of_stdout() -> Option<Self> {
        #[cfg(unix)]
        {
            use std::os::fd::AsFd;
            let stdout = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
            FileId::from_metadata(&std::fs::File::from(stdout).metadata().ok()?)
        }
        #[cfg(not(unix))]
        None
    }

    fn from_metadata(metadata: &std::fs::Metadata) -> Option<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            metadata.is_file().then(|| FileId { device: metadata.dev(), number: metadata.ino() })
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            None
        }
    }
}
