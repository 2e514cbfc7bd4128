//! Documents in, documents out.
//!
//! A file is a sequence of *records*, read in blocks of whole ones. A format
//! says where a record ends ([`ReadBlocks`]), what document it holds
//! ([`Format::decode`]) and how a changed text is put back
//! ([`Format::rewrite`]). Compression is a layer around the bytes, not a format.

mod block;
mod compression;
mod csv;
mod export;
mod field;
mod file_id;
mod format;
mod json_lines;
mod members;
mod output;
mod parquet;
mod plain_json;
mod record;
mod seen;
mod sniff;
mod tar;
mod text;
mod walk;
mod warc;

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

pub use self::{
    block::{Block, Raw, ReadBlocks},
    compression::{Compression, Encoder},
    field::Fields,
    file_id::FileId,
    format::{Format, Named},
    output::{Finished, Output, clean_up},
    record::{Record, Rewritten, Slot, Splice, splice},
    seen::{Seen, Trace},
    walk::{Walk, WalkOptions},
};

/// One file of a corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it is; `None` for standard input.
    pub path: Option<PathBuf>,
    /// What reports call it.
    pub name: String,
    /// Its place below the folder that was named, for mirroring.
    pub relative: PathBuf,
    /// How it holds its documents.
    pub format: Format,
    /// How its bytes are packed.
    pub compression: Compression,
}

impl Source {
    /// The file at `path`, read as `format`; its name says how it is packed.
    #[must_use]
    pub fn at(path: &Path, format: Format) -> Self {
        Source {
            path: Some(path.into()),
            name: path.display().to_string(),
            relative: path.file_name().map_or_else(PathBuf::new, PathBuf::from),
            format,
            compression: Compression::of_name(path).0,
        }
    }

    /// Whether an editor shows the file as the lines that its records stand on.
    #[must_use]
    pub fn has_lines(&self) -> bool {
        self.compression == Compression::None
            && matches!(self.format, Format::Text | Format::JsonLines | Format::Csv | Format::Tsv)
    }

    /// Opens the file for reading record by record; `read` counts its packed
    /// bytes.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, or plainly is not what its name says.
    pub fn open(&self, fields: &Fields, read: Arc<AtomicU64>) -> io::Result<Box<dyn ReadBlocks>> {
        if let (Format::Parquet, Some(path)) = (self.format, &self.path) {
            let mut head = BufReader::with_capacity(1 << 9, File::open(path)?);
            sniff::content(&mut head, self.format)?;
            return parquet::open(path, fields, read);
        }
        let counted = Box::new(Counted { inner: self.packed()?, read });
        let mut packed = BufReader::with_capacity(1 << 16, counted as Box<dyn io::Read + Send>);
        let compression = match (&self.path, self.compression) {
            // A stream without a name says itself how it is packed.
            (None, Compression::None) => sniff::packing_of(packed.fill_buf()?),
            (_, named) => named,
        };
        sniff::packing(&mut packed, compression)?;
        let mut bytes = compression.decoder(packed)?;
        sniff::content(&mut bytes, self.format)?;
        self.format.reader(bytes, fields)
    }

    /// Opens the file for reading its unpacked bytes.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub fn unpacked(&self) -> io::Result<Box<dyn io::BufRead + Send>> {
        self.compression.decoder(BufReader::with_capacity(1 << 16, self.packed()?))
    }

    /// The bytes that the repaired file would have without a change: those of
    /// the file, unpacked, unless its texts leave in another format.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub fn exported(&self, fields: &Fields) -> io::Result<Box<dyn io::BufRead + Send>> {
        // Those of a Parquet file are its texts, one after the other.
        if self.format.keeps_bytes() && self.format != Format::Parquet {
            return self.unpacked();
        }
        let blocks = self.open(fields, Arc::default())?;
        Ok(Box::new(BufReader::new(export::Exported::new(blocks, self.format, fields.clone()))))
    }

    fn packed(&self) -> io::Result<Box<dyn io::Read + Send>> {
        Ok(match &self.path {
            Some(path) => Box::new(File::open(path)?),
            None => Box::new(io::stdin()),
        })
    }

    /// The records of one of its blocks, each with the document it holds.
    pub fn records<'a>(
        &self,
        block: &'a Block,
        fields: &'a Fields,
    ) -> impl Iterator<Item = (Raw<'a>, Option<Record<'a>>)> + use<'a> {
        let format = self.format;
        block.records().map(move |raw| (raw, format.decode(&raw, fields)))
    }

    /// Calls `each` with the records of one of its blocks, numbered from 0; their texts
    /// share some memory.
    pub fn for_each_record(
        &self,
        block: &Block,
        fields: &Fields,
        mut each: impl FnMut(usize, &Raw<'_>, Option<&Record<'_>>),
    ) {
        let mut memory = String::new();
        for (index, raw) in block.records().enumerate() {
            let record = self.format.decode_into(&raw, fields, &mut memory);
            each(index, &raw, record.as_ref());
            if let Some(Record { text: Cow::Owned(text), .. }) = record {
                memory = text;
            }
        }
    }

    /// Its place in a mirror of the corpus: that of the file itself, unless
    /// repaired texts leave in another format.
    #[must_use]
    pub fn mirrored(&self) -> PathBuf {
        if self.format.keeps_bytes() {
            return self.relative.clone();
        }
        let (_, inner) = Compression::of_name(&self.relative);
        let mut name = inner.as_os_str().to_os_string();
        name.push(".jsonl");
        name.push(self.compression.extension());
        self.relative.with_file_name(name)
    }
}

/// A path below a folder as journals have it, on every system.
#[must_use]
pub fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Counts the bytes that are read.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: io::Read> io::Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// An error that is the fault of the file's content.
fn damaged(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}

/// Whether a file's content is why it could not be read, rather than the
/// system, or what was asked for.
#[must_use]
pub fn is_damage(error: &io::Error) -> bool {
    error.raw_os_error().is_none() && error.kind() != io::ErrorKind::Unsupported
}
