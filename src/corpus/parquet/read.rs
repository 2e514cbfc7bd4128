//! The texts of a Parquet file in blocks, with the ids that stand beside them.

use std::{
    io,
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

use parquet::{
    basic::Type,
    column::reader::ColumnReaderImpl,
    data_type::{ByteArrayType, DataType, Int32Type, Int64Type},
    errors::{ParquetError, Result},
    file::metadata::PageIndexPolicy,
};

use super::{
    super::{Block, Fields, ReadBlocks, block::BLOCK},
    Row,
    columns::is_unsigned,
    file::{ParquetFile, Texts, guard},
};

/// Opens the file at `path` for reading row by row; `read` counts the bytes that
/// are read of it.
pub(in super::super) fn open(
    path: &Path,
    fields: &Fields,
    read: Arc<AtomicU64>,
) -> io::Result<Box<dyn ReadBlocks>> {
    let file = ParquetFile::open(path, fields, PageIndexPolicy::Skip, read)?;
    Ok(Box::new(Values { file, next: 0, open: None, number: 1, following: 1, offset: 0, failed: None }))
}

/// Reads the values of a file.
struct Values {
    file: ParquetFile,
    /// The row group that comes next, from 0.
    next: usize,
    open: Option<Group>,
    /// The number of the next row, and of the first one of the next row group.
    number: usize,
    following: usize,
    /// The offset of the next value, if all stood one after the other.
    offset: usize,
    /// What was wrong with the first row group that could not be read.
    failed: Option<io::Error>,
}

impl ReadBlocks for Values {
    fn next_block(&mut self, spare: Vec<u8>) -> io::Result<Option<Block>> {
        let mut block = Block { bytes: spare, ..Block::default() };
        block.bytes.clear();
        loop {
            let Some(group) = &mut self.open else {
                if self.next == self.file.metadata.num_row_groups() {
                    return self.failed.take().map_or(Ok(None), Err);
                }
                self.open_next();
                continue;
            };
            let result = guard(|| group.fill(&mut block));
            if !matches!(result, Ok(Filled::Full)) {
                self.open = None;
            }
            if let Err(error) = result {
                self.failed.get_or_insert(error);
            }
            if !block.ends.is_empty() {
                (block.number, block.line_number, block.offset) = (self.number, 1, self.offset);
                self.number += block.ends.len();
                self.offset += block.len();
                return Ok(Some(block));
            }
        }
    }
}

impl Values {
    /// Opens the next row group, if it can be read.
    fn open_next(&mut self) {
        self.number = self.following;
        let file = &self.file;
        let opened = guard(|| {
            let rows = file.rows(self.next)?;
            Ok((rows, Group::open(file, self.next)?))
        });
        self.next += 1;
        match opened {
            Ok((rows, group)) => {
                self.following = self.number.saturating_add(rows);
                self.open = Some(group);
            }
            Err(error) => {
                self.failed.get_or_insert(error);
            }
        }
    }
}

/// How far a block was filled.
enum Filled {
    /// There may be more rows in the row group.
    Full,
    /// There are none.
    End,
}

/// One row group that is read.
struct Group {
    texts: Texts,
    ids: Ids,
    /// The batch of rows at hand: how many, the next one, and the next value.
    rows: usize,
    row: usize,
    value: usize,
    /// The ids in these rows; empty where the file has none.
    read_ids: Vec<Option<String>>,
}

impl Group {
    fn open(file: &ParquetFile, group: usize) -> Result<Self> {
        let (texts, ids) = (file.texts(group)?, Ids::open(file, group)?);
        Ok(Group { texts, ids, rows: 0, row: 0, value: 0, read_ids: Vec::new() })
    }

    /// Appends rows to `block` until it is full.
    fn fill(&mut self, block: &mut Block) -> Result<Filled> {
        while block.bytes.len() < BLOCK && block.ends.len() < BLOCK {
            if self.row == self.rows {
                // A batch is whole before a row of it is passed on.
                (self.rows, self.row, self.value) = (0, 0, 0);
                let rows = self.texts.read()?;
                if rows == 0 {
                    return Ok(Filled::End);
                }
                self.read_ids = self.ids.read(rows)?;
                self.rows = rows;
            }
            let null = !self.texts.has_value(self.row);
            if !null {
                block.bytes.extend_from_slice(self.texts.values[self.value].data());
                self.value += 1;
            }
            block.ends.push(block.bytes.len());
            let id = self.read_ids.get_mut(self.row).and_then(Option::take);
            block.rows.push(Row { id, null });
            self.row += 1;
        }
        Ok(Filled::Full)
    }
}

/// The column of the ids in one row group.
struct Ids {
    reader: Option<IdReader>,
    max_level: i16,
    unsigned: bool,
}

enum IdReader {
    Bytes(ColumnReaderImpl<ByteArrayType>),
    Int32(ColumnReaderImpl<Int32Type>),
    Int64(ColumnReaderImpl<Int64Type>),
}

impl Ids {
    fn open(file: &ParquetFile, group: usize) -> Result<Self> {
        let Some(column) = file.columns.id else {
            return Ok(Ids { reader: None, max_level: 0, unsigned: false });
        };
        let descriptor = file.metadata.file_metadata().schema_descr().column(column);
        let reader = match descriptor.physical_type() {
            Type::INT32 => IdReader::Int32(file.column(group, column)?),
            Type::INT64 => IdReader::Int64(file.column(group, column)?),
            _ => IdReader::Bytes(file.column(group, column)?),
        };
        Ok(Ids {
            reader: Some(reader),
            max_level: descriptor.max_def_level(),
            unsigned: is_unsigned(descriptor.converted_type()),
        })
    }

    /// The ids of the next rows; none if the file has none.
    fn read(&mut self, rows: usize) -> Result<Vec<Option<String>>> {
        let (max, unsigned) = (self.max_level, self.unsigned);
        match &mut self.reader {
            None => Ok(Vec::new()),
            Some(IdReader::Bytes(reader)) => {
                read(reader, rows, max, |id| String::from_utf8_lossy(id.data()).into_owned())
            }
            Some(IdReader::Int32(reader)) => read(reader, rows, max, |id| {
                if unsigned { id.cast_unsigned().to_string() } else { id.to_string() }
            }),
            Some(IdReader::Int64(reader)) => read(reader, rows, max, |id| {
                if unsigned { id.cast_unsigned().to_string() } else { id.to_string() }
            }),
        }
    }
}

/// The next values of a column, as they are shown.
fn read<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    max_level: i16,
    show: impl Fn(&T::T) -> String,
) -> Result<Vec<Option<String>>> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (read, ..) = reader.read_records(rows, Some(&mut levels), None, &mut values)?;
    if read < rows {
        return Err(ParquetError::EOF("there are fewer ids than texts".into()));
    }
    let mut values = values.iter();
    let mut show_next = |row: usize| {
        let has_value = levels.get(row).is_none_or(|level| *level == max_level);
        if has_value { values.next().map(&show) } else { None }
    };
    Ok((0..rows).map(&mut show_next).collect())
}
