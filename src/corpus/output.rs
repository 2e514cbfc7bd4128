//! Files out: written next to their place, then moved there, so that a reader
//! never sees half of one and a crash leaves the old.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io,
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{
    Block, Fields, Format, Source,
    compression::{Compression, Encoder},
    parquet::Rewriter,
};
use crate::paths::folder_of;

/// What unfinished files are called.
const UNFINISHED: (&str, &str) = (".descrape-", ".tmp");

/// A file that is being written.
pub struct Output {
    kind: Kind,
    path: PathBuf,
}

enum Kind {
    /// Bytes, one after the other.
    Bytes(Box<Encoder<BufWriter<NamedTempFile>>>),
    /// A copy of a Parquet file with other texts.
    Parquet(Box<Rewriter>),
}

impl Output {
    /// Starts the file that will stand at `path` and holds the records of
    /// `source` as they are after a repair, block by block; folders above it
    /// are made. A link in its place is replaced, unless it is the source itself:
    /// what it points to may be anything.
    ///
    /// # Errors
    ///
    /// If the folder cannot be written to, or the source cannot be copied.
    pub fn of(path: &Path, source: &Source, fields: &Fields) -> io::Result<Self> {
        let like = source.path.as_deref();
        let path = if like == Some(path) { behind_links(path) } else { path.to_path_buf() };
        match (source.format, like) {
            (Format::Parquet, Some(from)) => {
                let file = begin(&path, like)?;
                Ok(Output { kind: Kind::Parquet(Box::new(Rewriter::new(from, fields, file)?)), path })
            }
            _ => Output::at(path, source.compression, like),
        }
    }

    /// Starts the file that will stand at `path`, packed as `compression`
    /// says; folders above it are made. `like` is a file whose permissions it
    /// gets. A link stays one: the file it points to is replaced.
    ///
    /// # Errors
    ///
    /// If the folder cannot be written to.
    pub fn create(path: &Path, compression: Compression, like: Option<&Path>) -> io::Result<Self> {
        Output::at(behind_links(path), compression, like)
    }

    fn at(path: PathBuf, compression: Compression, like: Option<&Path>) -> io::Result<Self> {
        let file = begin(&path, like)?;
        let bytes = compression.encoder(BufWriter::with_capacity(1 << 16, file))?;
        Ok(Output { kind: Kind::Bytes(Box::new(bytes)), path })
    }

    /// Appends to the file.
    ///
    /// # Errors
    ///
    /// If the disk does not take it, or the file is more than bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.kind {
            Kind::Bytes(out) => out.write_all(bytes),
            Kind::Parquet(_) => Err(io::Error::other("Parquet is written in blocks of records")),
        }
    }

    /// Appends what became of the next block of the source: `repaired` are its
    /// bytes then, and where each of its records ends in them; without, it is as
    /// it was. Blocks that are left out before the first one are missing in the
    /// file, see [`copy_start`](Output::copy_start).
    ///
    /// # Errors
    ///
    /// If the disk does not take it.
    pub fn write_block(&mut self, block: &Block, repaired: Option<(&[u8], &[usize])>) -> io::Result<()> {
        match (&mut self.kind, repaired) {
            (Kind::Bytes(out), _) => out.write_all(repaired.map_or(block.bytes(), |(bytes, _)| bytes)),
            (Kind::Parquet(out), Some((bytes, ends))) => out.write(block, bytes, ends),
            (Kind::Parquet(_), None) => Ok(()),
        }
    }

    /// Copies what stands in the source before this block.
    ///
    /// # Errors
    ///
    /// If it cannot be read again, or the disk does not take it.
    pub fn copy_start(&mut self, source: &Source, block: &Block) -> io::Result<()> {
        match &mut self.kind {
            Kind::Bytes(out) => {
                io::copy(&mut source.unpacked()?.take(block.offset() as u64), out).map(|_| ())
            }
            // It copies all that was not changed.
            Kind::Parquet(_) => Ok(()),
        }
    }

    /// Writes what is left; the file is whole then, but not in its place yet.
    ///
    /// # Errors
    ///
    /// If the disk does not take the rest.
    pub fn finish(self) -> io::Result<Finished> {
        let file = match self.kind {
            Kind::Bytes(out) => out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?,
            Kind::Parquet(out) => out.finish()?,
        };
        Ok(Finished { file, path: self.path })
    }
}

/// The file that links lead to.
fn behind_links(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Makes the file that will stand at `path`.
fn begin(path: &Path, like: Option<&Path>) -> io::Result<NamedTempFile> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let (prefix, suffix) = UNFINISHED;
    let mut file = tempfile::Builder::new();
    file.prefix(prefix).suffix(suffix);
    #[cfg(unix)]
    if like.is_none() {
        // As any new file: what others may read is not for this to say.
        file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    let file = file.tempfile_in(folder)?;
    // Whoever holds the lock is alive; see `clean_up`. Where there are no
    // locks, nothing is ever cleaned up.
    let _ = file.as_file().try_lock();
    if let Some(like) = like {
        let like = fs::metadata(like)?;
        keep_owner(file.as_file(), &like);
        file.as_file().set_permissions(like.permissions())?;
    }
    Ok(file)
}

/// Gives a file the owner and the group of another, as far as whoever runs this may.
#[cfg(unix)]
fn keep_owner(file: &File, like: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    if file.metadata().is_ok_and(|own| (own.uid(), own.gid()) != (like.uid(), like.gid())) {
        let _ = fchown(file, Some(like.uid()), Some(like.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}

/// A file that was written, and waits to be put into its place.
pub struct Finished {
    file: NamedTempFile,
    path: PathBuf,
}

impl Finished {
    /// Where its bytes stand until then.
    #[must_use]
    pub fn written(&self) -> &Path {
        self.file.path()
    }

    /// Puts the file on the disk, where it outlives a loss of power.
    ///
    /// # Errors
    ///
    /// If the disk does not take it.
    pub fn sync(&self) -> io::Result<()> {
        self.file.as_file().sync_all()
    }

    /// Puts the file on the disk and into its place.
    ///
    /// # Errors
    ///
    /// If the disk does not take it, or it cannot be moved. Then the place is as
    /// it was.
    pub fn publish(self) -> io::Result<()> {
        self.sync()?;
        // Should the new name be lost with the power, the file is missing, and made again.
        self.file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Whether it is called like a file that is being written.
pub(super) fn is_unfinished(path: &Path) -> bool {
    let (prefix, suffix) = UNFINISHED;
    let name = path.file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| name.starts_with(prefix) && name.ends_with(suffix))
}

/// Removes unfinished files in `folder` whose writers are gone.
pub fn clean_up(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let abandoned = || File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_unfinished(&entry.path()) && abandoned() {
            let _ = fs::remove_file(entry.path());
        }
    }
}
