//! A Parquet file that is open: what it says of itself, and its columns.
//!
//! Everything that touches the bytes of a file goes through [`guard`], so that
//! no damage of them is more than an error.

use std::{
    cell::Cell,
    io,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    path::Path,
    sync::{Arc, Once, atomic::AtomicU64},
};

use parquet::{
    column::reader::{ColumnReaderImpl, get_column_reader, get_typed_column_reader},
    data_type::{ByteArray, ByteArrayType, DataType},
    errors::{ParquetError, Result},
    file::{
        metadata::{
            ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData, ParquetMetaDataOptions,
            ParquetMetaDataReader,
        },
        reader::{Length, SerializedPageReader},
    },
};

use super::{
    super::{Fields, damaged},
    chunks::Chunks,
    columns::Columns,
};

/// Rows that are read at once at most. Their values share the memory of the
/// pages they stand in.
const ROWS: usize = 256;
/// Bytes of values that are read at once, as far as can be told before.
const BYTES: usize = 1 << 16;

/// An open file.
pub(super) struct ParquetFile {
    pub(super) chunks: Arc<Chunks>,
    pub(super) metadata: ParquetMetaData,
    pub(super) columns: Columns,
}

impl ParquetFile {
    /// Opens the file at `path`; `read` counts the bytes that are read of it.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, is no Parquet file, or has no such columns.
    pub(super) fn open(
        path: &Path,
        fields: &Fields,
        indexes: PageIndexPolicy,
        read: Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let chunks = Arc::new(Chunks::open(path, read)?);
        let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
        let metadata = guard(|| {
            ParquetMetaDataReader::new()
                .with_metadata_options(Some(options))
                .with_page_index_policy(indexes)
                .parse_and_finish(&*chunks)
        })?;
        let columns = Columns::find(metadata.file_metadata().schema_descr(), fields)?;
        Ok(ParquetFile { chunks, metadata, columns })
    }

    /// Number of rows in a row group.
    pub(super) fn rows(&self, group: usize) -> Result<usize> {
        let Some(group) = self.metadata.row_groups().get(group) else {
            return Err(ParquetError::EOF("has fewer rows than before".into()));
        };
        let rows = group.num_rows();
        usize::try_from(rows).map_err(|_| ParquetError::General(format!("a row group of {rows} rows")))
    }

    /// Where one column in a row group stands, and what is said of it.
    pub(super) fn chunk(&self, group: usize, column: usize) -> Result<&ColumnChunkMetaData> {
        let Some(chunk) = self.metadata.row_group(group).columns().get(column) else {
            return Err(ParquetError::General("a row group has fewer columns than the file".into()));
        };
        // The crate takes these places at their word. Without values there may be
        // a dictionary and no page of data.
        let data = chunk.data_page_offset();
        let start = chunk.dictionary_page_offset().unwrap_or(data);
        let in_order = chunk.num_values() == 0 || (4 <= start && start <= data);
        let end = u64::try_from(start).ok().zip(u64::try_from(chunk.compressed_size()).ok());
        let is_inside = end.is_some_and(|(start, length)| {
            start.checked_add(length).is_some_and(|end| end <= self.chunks.len())
        });
        if in_order && is_inside && chunk.file_path().is_none() {
            return Ok(chunk);
        }
        let name = chunk.column_path().string();
        Err(ParquetError::General(format!("the column `{name}` stands at no sound place")))
    }

    /// The pages of one column in a row group.
    pub(super) fn pages(&self, group: usize, column: usize) -> Result<SerializedPageReader<Chunks>> {
        let chunk = self.chunk(group, column)?;
        SerializedPageReader::new(self.chunks.clone(), chunk, self.rows(group)?, None)
    }

    /// The values of one column in a row group; `T` is its type.
    pub(super) fn column<T: DataType>(&self, group: usize, column: usize) -> Result<ColumnReaderImpl<T>> {
        let descriptor = self.metadata.file_metadata().schema_descr().column(column);
        let pages = Box::new(self.pages(group, column)?);
        Ok(get_typed_column_reader(get_column_reader(descriptor, pages)))
    }

    /// The texts of a row group.
    pub(super) fn texts(&self, group: usize) -> Result<Texts> {
        let max_level =
            self.metadata.file_metadata().schema_descr().column(self.columns.text).max_def_level();
        let reader = self.column(group, self.columns.text)?;
        let left = self.rows(group)?;
        Ok(Texts { reader, max_level, left, batch: 1, levels: Vec::new(), values: Vec::new() })
    }
}

/// The column of the texts in one row group, some rows at a time.
pub(super) struct Texts {
    reader: ColumnReaderImpl<ByteArrayType>,
    max_level: i16,
    /// Rows that were not read yet.
    left: usize,
    /// Number of rows to read next.
    batch: usize,
    /// The definition level of each row of the batch at hand; none where every
    /// row has a value.
    levels: Vec<i16>,
    /// The values in these rows.
    pub(super) values: Vec<ByteArray>,
}

impl Texts {
    /// Reads the next rows; how many, 0 at the end of the row group.
    pub(super) fn read(&mut self) -> Result<usize> {
        self.levels.clear();
        self.values.clear();
        let wanted = self.batch.min(self.left);
        let (rows, ..) = self.reader.read_records(wanted, Some(&mut self.levels), None, &mut self.values)?;
        if rows < wanted {
            return Err(ParquetError::EOF(format!(
                "{} rows are missing at the end of a row group",
                self.left - rows
            )));
        }
        self.left -= rows;
        let bytes: usize = self.values.iter().map(ByteArray::len).sum();
        self.batch = if bytes > BYTES { (self.batch / 2).max(1) } else { (self.batch * 2).min(ROWS) };
        Ok(rows)
    }

    /// The definition level of each row of the batch; none of a column without nulls.
    pub(super) fn levels(&self) -> Option<&[i16]> {
        (self.max_level > 0).then_some(&self.levels)
    }

    /// Whether this row of the batch has a value.
    pub(super) fn has_value(&self, row: usize) -> bool {
        self.levels.get(row).is_none_or(|level| *level == self.max_level)
    }
}

/// Does what may fail for what a file holds, and makes one kind of error of the
/// several ways in which it fails.
pub(super) fn guard<T>(work: impl FnOnce() -> Result<T>) -> io::Result<T> {
    // What the crate takes for granted in a file it may panic about. That is no
    // fault of this program, which says in its own words what is wrong.
    SILENT.call_once(|| {
        let told = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                told(panic);
            }
        }));
    });
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    match result {
        Ok(result) => result.map_err(failure),
        Err(_) => Err(damaged("is no sound Parquet file")),
    }
}

thread_local! {
    /// Whether this thread is in a [`guard`].
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Done when guarded panics are silent.
static SILENT: Once = Once::new();

fn failure(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) if error.raw_os_error().is_some() => *error,
            Ok(error) => damaged(error.to_string()),
            Err(error) => damaged(error.to_string()),
        },
        ParquetError::General(message) | ParquetError::EOF(message) | ParquetError::NYI(message) => {
            damaged(message)
        }
        error => damaged(error.to_string()),
    }
}
