//! Files out: written next to their place, then moved there, so that a reader
//! never sees half of one and a crash leaves the old.

use std::{
    fs, io,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::compression::{Compression, Encoder};

/// A file that is being written.
pub struct Output {
    bytes: Encoder<BufWriter<NamedTempFile>>,
    path: PathBuf,
}

impl Output {
    /// Starts the file that will stand at `path`, packed as `compression`
    /// says; folders above it are made. `like` is a file whose permissions it
    /// gets.
    ///
    /// # Errors
    ///
    /// If the folder cannot be written to.
    pub fn create(path: &Path, compression: Compression, like: Option<&Path>) -> io::Result<Self> {
        // A link stays one: the file it points to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let file = tempfile::Builder::new().prefix(".descrape-").suffix(".tmp").tempfile_in(folder)?;
        if let Some(like) = like {
            file.as_file().set_permissions(fs::metadata(like)?.permissions())?;
        }
        Ok(Output { bytes: compression.encoder(BufWriter::with_capacity(1 << 16, file))?, path })
    }

    /// Appends to the file.
    ///
    /// # Errors
    ///
    /// If the disk does not take it.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.write_all(bytes)
    }

    /// Puts the file into its place.
    ///
    /// # Errors
    ///
    /// If the disk does not take the rest, or the file cannot be moved. Then
    /// the place is as it was.
    pub fn finish(self) -> io::Result<()> {
        let file = self.bytes.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}
