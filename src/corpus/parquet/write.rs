//! Copies of Parquet files with other texts.
//!
//! A row group without a new text is copied as it is. Of any other, only the
//! column of the texts is written anew, packed and encoded as it was, and its
//! rows are null where they were.

use std::{io, path::Path, sync::Arc};

use bytes::Bytes;
use parquet::{
    basic::{BrotliLevel, Compression, Encoding, LogicalType, PageType},
    bloom_filter::Sbbf,
    column::{page::PageReader, writer::ColumnCloseResult},
    data_type::{ByteArray, ByteArrayType},
    errors::{ParquetError, Result},
    file::{
        metadata::PageIndexPolicy,
        properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr, WriterVersion},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
};
use tempfile::NamedTempFile;

use super::{
    super::{Block, Fields},
    file::{ParquetFile, guard},
    order,
    spool::Spool,
};

/// A copy of a file that is being written.
pub(in super::super) struct Rewriter {
    source: ParquetFile,
    writer: SerializedFileWriter<NamedTempFile>,
    /// The row group to write next, from 0, and the number of its first row,
    /// from 1.
    group: usize,
    first: usize,
    /// Its new texts.
    changed: Spool,
}

impl Rewriter {
    /// Starts to copy the file at `path` into `out`.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or holds what could not be copied faithfully.
    pub(in super::super) fn new(path: &Path, fields: &Fields, out: NamedTempFile) -> io::Result<Self> {
        let source = ParquetFile::open(path, fields, PageIndexPolicy::Optional, Arc::default())?;
        let folder = out.path().parent().unwrap_or(Path::new("."));
        let changed = Spool::new(folder);
        guard(|| {
            let schema = source.metadata.file_metadata().schema_descr().root_schema_ptr();
            let writer = SerializedFileWriter::new(out, schema, properties(&source)?)?;
            Ok(Rewriter { source, writer, group: 0, first: 1, changed })
        })
    }

    /// Takes the texts of the rows in `block`, of which `ends` are the ends in
    /// `bytes`.
    ///
    /// # Errors
    ///
    /// If the disk does not take them, or the rows that stood before cannot be
    /// copied.
    pub(in super::super) fn write(&mut self, block: &Block, bytes: &[u8], ends: &[usize]) -> io::Result<()> {
        let mut start = 0;
        for (raw, &end) in block.records().zip(ends) {
            let new = &bytes[start..end];
            start = end;
            if new == raw.bytes {
                continue;
            }
            while raw.number >= self.first + guard(|| self.source.rows(self.group))? {
                self.write_group()?;
            }
            self.changed.push(raw.number - self.first, new)?;
        }
        Ok(())
    }

    /// Writes what is left, and returns the file.
    ///
    /// # Errors
    ///
    /// If it cannot be read or written.
    pub(in super::super) fn finish(mut self) -> io::Result<NamedTempFile> {
        while self.group < self.source.metadata.num_row_groups() {
            self.write_group()?;
        }
        let metadata = self.source.metadata.file_metadata();
        guard(|| {
            let mut file = self.writer.into_inner()?;
            order::restore(&mut file, metadata.schema_descr(), metadata.column_orders())?;
            Ok(file)
        })
    }

    fn write_group(&mut self) -> io::Result<()> {
        let Rewriter { source, writer, group, changed, .. } = self;
        changed.rewind()?;
        let rows = guard(|| {
            let mut out = writer.next_row_group()?;
            for column in 0..source.metadata.row_group(*group).num_columns() {
                if column == source.columns.text && !changed.is_empty() {
                    encode(source, *group, changed, &mut out)?;
                } else {
                    copy(source, *group, column, &mut out)?;
                }
            }
            out.close()?;
            source.rows(*group)
        })?;
        changed.clear()?;
        self.group += 1;
        self.first += rows;
        Ok(())
    }
}

/// How the column of the texts is packed and encoded, and what the file says of
/// itself.
fn properties(source: &ParquetFile) -> Result<WriterPropertiesPtr> {
    let metadata = source.metadata.file_metadata();
    if metadata
        .schema_descr()
        .columns()
        .iter()
        .any(|column| matches!(column.logical_type_ref(), Some(LogicalType::_Unknown { .. })))
    {
        return Err(ParquetError::NYI("has a column of a type that is not known yet".into()));
    }
    let mut properties = WriterProperties::builder()
        .set_key_value_metadata(metadata.key_value_metadata().cloned())
        .set_offset_index_disabled(
            !source.metadata.page_index().is_some_and(|index| index.has_offset_indexes()),
        );
    if let Some(program) = metadata.created_by() {
        properties = properties.set_created_by(program.into());
    }
    let Some(group) = source.metadata.row_groups().first() else { return Ok(Arc::new(properties.build())) };
    let text = source.columns.text;
    // New texts may stand in another order than the old.
    let sorting = group
        .sorting_columns()
        .filter(|sorting| sorting.iter().all(|column| usize::try_from(column.column_idx) != Ok(text)));
    let chunk = group.column(text);
    let path = chunk.column_path().clone();
    let uses = |wanted: Encoding| chunk.encodings().any(|encoding| encoding == wanted);
    let encoding = [Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY]
        .into_iter()
        .find(|&wanted| uses(wanted));
    let has_pages = source.metadata.page_index().is_some_and(|index| index.column_index(0, text).is_some());
    let statistics = match chunk.statistics() {
        None => EnabledStatistics::None,
        Some(_) if has_pages => EnabledStatistics::Page,
        Some(_) => EnabledStatistics::Chunk,
    };
    let properties = properties
        .set_sorting_columns(sorting.cloned())
        .set_writer_version(version(source)?)
        .set_column_compression(path.clone(), packing(chunk.compression()))
        .set_column_dictionary_enabled(
            path.clone(),
            uses(Encoding::RLE_DICTIONARY) || uses(Encoding::PLAIN_DICTIONARY),
        )
        .set_column_encoding(path.clone(), encoding.unwrap_or(Encoding::PLAIN))
        .set_column_statistics_enabled(path.clone(), statistics)
        .set_column_bloom_filter_enabled(path, chunk.bloom_filter_offset().is_some());
    Ok(Arc::new(properties.build()))
}

/// A file does not say how hard it was packed. For all codecs but one, the crate
/// does as others do.
fn packing(compression: Compression) -> Compression {
    match compression {
        // Source: Apache Arrow C++, `kBrotliDefaultCompressionLevel`.
        Compression::BROTLI(level) => Compression::BROTLI(BrotliLevel::try_new(8).unwrap_or(level)),
        compression => compression,
    }
}

/// The version of the texts' pages.
fn version(source: &ParquetFile) -> Result<WriterVersion> {
    let mut pages = source.pages(0, source.columns.text)?;
    while let Some(page) = pages.get_next_page()? {
        match page.page_type() {
            PageType::DATA_PAGE => return Ok(WriterVersion::PARQUET_1_0),
            PageType::DATA_PAGE_V2 => return Ok(WriterVersion::PARQUET_2_0),
            _ => {}
        }
    }
    Ok(WriterVersion::PARQUET_1_0)
}

/// Copies one column of a row group byte for byte.
fn copy(
    source: &ParquetFile,
    group: usize,
    column: usize,
    out: &mut SerializedRowGroupWriter<'_, NamedTempFile>,
) -> Result<()> {
    let chunk = source.chunk(group, column)?;
    let index = source.metadata.page_index();
    let close = ColumnCloseResult {
        bytes_written: u64::try_from(chunk.compressed_size()).unwrap_or(0),
        rows_written: source.rows(group)? as u64,
        metadata: chunk.clone(),
        bloom_filter: Sbbf::read_from_column_chunk(chunk, &*source.chunks)?,
        column_index: index.and_then(|index| index.column_index(group, column)).cloned(),
        offset_index: index.and_then(|index| index.offset_index(group, column)).cloned(),
    };
    out.append_column(&*source.chunks, close)
}

/// Writes the texts of a row group with those that changed.
fn encode(
    source: &ParquetFile,
    group: usize,
    changed: &mut Spool,
    out: &mut SerializedRowGroupWriter<'_, NamedTempFile>,
) -> Result<()> {
    let mut texts = source.texts(group)?;
    let mut column = out.next_column()?.ok_or_else(|| ParquetError::General("has one column less".into()))?;
    let mut first = 0;
    loop {
        let rows = texts.read()?;
        if rows == 0 {
            return column.close();
        }
        let mut value = 0;
        for row in 0..rows {
            let new = changed.take(first + row)?;
            if !texts.has_value(row) {
                if new.is_some() {
                    return Err(ParquetError::General("a row without a text cannot be given one".into()));
                }
                continue;
            }
            if let Some(new) = new {
                texts.values[value] = ByteArray::from(Bytes::from(new));
            }
            value += 1;
        }
        first += rows;
        column.typed::<ByteArrayType>().write_batch(&texts.values, texts.levels(), None)?;
    }
}
