//! The formats: what a name says, and which module reads and rewrites.

use std::{
    ffi::OsStr,
    io::{self, BufRead},
    path::Path,
};

use super::{
    Compression, Fields, Raw, ReadBlocks, Record, Rewritten,
    block::{Lines, Splitting},
    csv, json_lines, parquet, tar, text, warc,
};
use crate::{document::inspect, edit::Change};

/// How a file holds its documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The file is one document.
    Text,
    /// Each line is a JSON object with a text field.
    JsonLines,
    /// A table with a header; each row has a text column.
    Csv,
    /// The same with tabs for commas.
    Tsv,
    /// A web archive, of which the plain texts are read.
    Warc,
    /// An archive, of which the members that are texts are read.
    Tar,
    /// Columns of values, of which one holds the texts.
    Parquet,
}

/// What a file's name says about its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// It is this one.
    Known(Format),
    /// It is one that cannot be read.
    Unsupported,
    /// Nothing.
    Unknown,
}

impl Format {
    /// What a file name says about its format, and what it says about its
    /// packing.
    #[must_use]
    pub fn of_name(path: &Path) -> (Named, Compression) {
        let (compression, inner) = Compression::of_name(path);
        let extension = inner.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
        let named = match extension.as_deref() {
            Some("jsonl" | "ndjson" | "jsonlines") => Named::Known(Format::JsonLines),
            Some("txt" | "text" | "md" | "markdown" | "rst") => Named::Known(Format::Text),
            Some("csv") => Named::Known(Format::Csv),
            Some("tsv") => Named::Known(Format::Tsv),
            Some("warc" | "wet") => Named::Known(Format::Warc),
            Some("tar" | "tgz") => Named::Known(Format::Tar),
            // It is packed inside, page by page.
            Some("parquet") if cfg!(feature = "parquet") && compression == Compression::None => {
                Named::Known(Format::Parquet)
            }
            Some(
                "json" | "parquet" | "arrow" | "feather" | "avro" | "wat" | "zip" | "xz" | "bz2" | "lz4"
                | "br" | "7z" | "pdf" | "doc" | "docx" | "odt" | "epub" | "sqlite" | "db" | "html" | "htm"
                | "xml",
            ) => Named::Unsupported,
            _ => Named::Unknown,
        };
        (named, compression)
    }

    /// All of them.
    pub const ALL: [Format; 7] = [
        Format::Text,
        Format::JsonLines,
        Format::Csv,
        Format::Tsv,
        Format::Warc,
        Format::Tar,
        Format::Parquet,
    ];

    /// The word for it in options and journals.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::JsonLines => "jsonl",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Warc => "warc",
            Format::Tar => "tar",
            Format::Parquet => "parquet",
        }
    }

    /// The word for it in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "plain text",
            Format::JsonLines => "JSON Lines",
            Format::Csv => "CSV",
            Format::Tsv => "TSV",
            Format::Warc => "a web archive",
            Format::Tar => "a tar archive",
            Format::Parquet => "Parquet",
        }
    }

    /// Whether a repaired file is of the same format.
    #[must_use]
    pub fn keeps_bytes(self) -> bool {
        self != Format::Warc
    }

    /// Whether a file holds several documents.
    #[must_use]
    pub fn has_records(self) -> bool {
        self != Format::Text
    }

    /// Reads `bytes` in blocks of whole records.
    ///
    /// # Errors
    ///
    /// If the format is not read from its start to its end.
    pub fn reader(self, bytes: Box<dyn BufRead + Send>, fields: &Fields) -> io::Result<Box<dyn ReadBlocks>> {
        Ok(match self {
            Format::Text => Box::new(Splitting::new(bytes, text::Whole::default())),
            Format::JsonLines => Box::new(Splitting::new(bytes, Lines)),
            Format::Csv => Box::new(Splitting::new(bytes, csv::Rows::new(b',', fields))),
            Format::Tsv => Box::new(Splitting::new(bytes, csv::Rows::new(b'\t', fields))),
            Format::Warc => Box::new(Splitting::new(bytes, warc::Records)),
            Format::Tar => Box::new(Splitting::new(bytes, tar::Members)),
            Format::Parquet => {
                let message = "a stream cannot be read as Parquet, which is read from its end: name the file";
                return Err(io::Error::new(io::ErrorKind::Unsupported, message));
            }
        })
    }

    /// Reads one record; `None` for one that holds no document, like a blank
    /// line, the header of a table, or a picture in an archive.
    #[must_use]
    pub fn decode<'a>(self, raw: &Raw<'a>, fields: &Fields) -> Option<Record<'a>> {
        self.decode_into(raw, fields, &mut String::new())
    }

    /// As [`Format::decode`]; a text that is not as it is written may take `memory`.
    pub(super) fn decode_into<'a>(
        self,
        raw: &Raw<'a>,
        fields: &Fields,
        memory: &mut String,
    ) -> Option<Record<'a>> {
        let mut record = match self {
            Format::Text => text::decode(raw.bytes),
            Format::JsonLines => json_lines::decode(raw, fields, memory)?,
            Format::Csv | Format::Tsv => csv::decode(raw)?,
            Format::Warc => warc::decode(raw)?,
            Format::Tar => tar::decode(raw.bytes)?,
            Format::Parquet => parquet::decode(raw),
        };
        if record.readable {
            record.damage.extend(inspect(&record.text));
        }
        Some(record)
    }

    /// Whether a record is a part of an archive that holds no text.
    #[must_use]
    pub fn passes_over(self, raw: &Raw<'_>) -> bool {
        let is_padding = raw.bytes.iter().all(|&b| b == 0 || b.is_ascii_whitespace());
        matches!(self, Format::Warc | Format::Tar) && !is_padding
    }

    /// What becomes of a record in the repaired file if these changes are made
    /// to its document's text. Without changes it keeps its bytes, if the
    /// format [keeps them](Format::keeps_bytes).
    #[must_use]
    pub fn rewrite<'a, B>(
        self,
        raw: &Raw<'a>,
        record: Option<&Record<'_>>,
        changes: &[Change<B>],
    ) -> Rewritten<'a> {
        let Some(record) = record else {
            return Rewritten::unchanged(if self.keeps_bytes() { raw.bytes } else { b"" });
        };
        let slot = &record.slot;
        match self {
            Format::Warc => {
                let (line, slot) = warc::export(raw, record);
                let splices = json_lines::splices(&line, &slot, changes);
                Rewritten { bytes: line.into(), splices }
            }
            _ if changes.is_empty() => Rewritten::unchanged(raw.bytes),
            Format::Text | Format::Parquet => {
                Rewritten { bytes: raw.bytes.into(), splices: text::splices(slot.start, changes) }
            }
            Format::JsonLines => {
                Rewritten { bytes: raw.bytes.into(), splices: json_lines::splices(raw.bytes, slot, changes) }
            }
            Format::Csv | Format::Tsv => {
                Rewritten { bytes: raw.bytes.into(), splices: csv::splices(raw, slot, &record.text, changes) }
            }
            Format::Tar => {
                Rewritten { bytes: raw.bytes.into(), splices: tar::splices(raw.bytes, slot, changes) }
            }
        }
    }
}
