//! Documents in, documents out.
//!
//! A file is a sequence of *records*, read in blocks of whole ones. A format
//! says where a record ends (`reader`), what document it holds
//! ([`Format::decode`]) and how to put a changed text back
//! ([`Format::encode`]). Compression is a layer around the bytes, not a format.

mod block;
mod compression;
mod json_lines;
mod output;
mod text;
mod walk;

use std::{
    borrow::Cow,
    ffi::OsStr,
    io::{self, BufReader},
    ops::Range,
    path::{Path, PathBuf},
};

pub use self::{
    block::{Block, BlockReader, Raw},
    compression::Compression,
    output::Output,
    walk::{Walk, WalkOptions},
};
use crate::document::{Damage, Document};

/// How a file holds its documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The file is one document.
    Text,
    /// Each line is a JSON object with a text field.
    JsonLines,
}

/// The record fields that hold a document's text and its id.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Name of the field with the text.
    pub text: String,
    /// Name of the field with the id, a string or a number.
    pub id: String,
}

impl Default for Fields {
    fn default() -> Self {
        Fields { text: "text".into(), id: "id".into() }
    }
}

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
    /// Opens the file for reading record by record.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub fn open(&self) -> io::Result<BlockReader> {
        Ok(self.format.reader(self.unpacked()?))
    }

    /// Opens the file for reading its unpacked bytes.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub fn unpacked(&self) -> io::Result<Box<dyn io::BufRead + Send>> {
        let bytes: Box<dyn io::Read + Send> = match &self.path {
            Some(path) => Box::new(std::fs::File::open(path)?),
            None => Box::new(io::stdin()),
        };
        self.compression.decoder(BufReader::with_capacity(1 << 16, bytes))
    }
}

/// What a record turned out to be.
#[derive(Debug)]
pub struct Record<'a> {
    /// The document's id, where the record has one.
    pub id: Option<String>,
    /// The document's text, or the raw record where it could not be read.
    pub text: Cow<'a, str>,
    /// What is wrong with the record.
    pub damage: Vec<Damage>,
    /// Whether `text` is the document's text.
    pub readable: bool,
    slot: Slot,
}

/// Where in a raw record the text's value stands.
pub type Slot = Range<usize>;

impl Record<'_> {
    /// Where to put a changed text; the old one is let go.
    #[must_use]
    pub fn into_slot(self) -> Slot {
        self.slot
    }

    /// The document, as `source` calls it.
    #[must_use]
    pub fn document<'b>(&'b self, source: &'b Source, fields: &'b Fields, raw: &Raw<'_>) -> Document<'b> {
        let (first_line, first_byte) = if self.readable { (1, 0) } else { (raw.line_number, raw.offset) };
        Document {
            path: &source.name,
            id: self.id.as_deref(),
            field: &fields.text,
            text: &self.text,
            damage: &self.damage,
            readable: self.readable,
            first_line,
            first_byte,
        }
    }
}

impl Format {
    /// What a file name says about its format, and what it says about its
    /// packing; `None` for the format if its last part is not known.
    #[must_use]
    pub fn of_name(path: &Path) -> (Named, Compression) {
        let (compression, inner) = Compression::of_name(path);
        let extension = inner.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
        let named = match extension.as_deref() {
            Some("jsonl" | "ndjson" | "jsonlines") => Named::Known(Format::JsonLines),
            Some("txt" | "text" | "md" | "markdown" | "rst") => Named::Known(Format::Text),
            Some(
                "json" | "csv" | "tsv" | "parquet" | "arrow" | "warc" | "wet" | "wat" | "tar" | "tgz" | "zip"
                | "xz" | "bz2" | "lz4" | "br" | "7z" | "pdf" | "doc" | "docx" | "odt" | "epub" | "sqlite"
                | "db",
            ) => Named::Unsupported,
            _ => Named::Unknown,
        };
        (named, compression)
    }

    fn reader(self, bytes: Box<dyn io::BufRead + Send>) -> BlockReader {
        match self {
            Format::Text => BlockReader::whole(bytes),
            Format::JsonLines => BlockReader::lines(bytes),
        }
    }

    /// The records of a block, in order.
    pub fn records<'a>(self, block: &'a Block) -> Box<dyn Iterator<Item = Raw<'a>> + 'a> {
        match self {
            Format::Text => Box::new(std::iter::once(block.whole())),
            Format::JsonLines => Box::new(block.lines()),
        }
    }

    /// Reads one record; `None` for one that holds nothing, like a blank line.
    #[must_use]
    pub fn decode<'a>(self, raw: &Raw<'a>, fields: &Fields) -> Option<Record<'a>> {
        match self {
            Format::Text => Some(text::decode(raw.bytes)),
            Format::JsonLines => json_lines::decode(raw, fields),
        }
    }

    /// Appends the record with another text to `out`; all bytes outside its
    /// value are kept.
    pub fn encode(self, raw: &Raw<'_>, slot: Slot, text: String, out: &mut Vec<u8>) {
        match self {
            // A whole file may be as large as memory, and need not be copied.
            Format::Text if out.is_empty() => *out = text.into_bytes(),
            Format::Text => out.extend_from_slice(text.as_bytes()),
            Format::JsonLines => json_lines::encode(raw.bytes, slot, &text, out),
        }
    }
}

/// What a file's name says about its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// It is this one.
    Known(Format),
    /// It is one that cannot be read yet.
    Unsupported,
    /// Nothing.
    Unknown,
}
