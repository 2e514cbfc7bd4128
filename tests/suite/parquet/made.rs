//! Parquet files to test with, made column by column.

use std::sync::Arc;

use parquet::{
    basic::Compression,
    column::writer::ColumnWriter,
    data_type::{ByteArray, FixedLenByteArray, Int96},
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties, WriterVersion},
        writer::SerializedFileWriter,
    },
    schema::{parser::parse_message_type, types::ColumnPath},
};

/// All physical types, before and behind the columns of texts.
const SCHEMA: &str = "message schema {
    required boolean yes;
    optional int32 small;
    required int64 id (INTEGER(64, true));
    optional binary text (UTF8);
    required int96 old;
    optional group meta { optional binary text (UTF8); required float rank; }
    optional double score;
    required fixed_len_byte_array(3) code;
    optional binary raw;
    optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
}";

/// How a file is made.
#[derive(Clone, Copy)]
pub(super) struct Make {
    pub(super) compression: Compression,
    pub(super) dictionary: bool,
    pub(super) version: WriterVersion,
    pub(super) statistics: EnabledStatistics,
    pub(super) bloom: bool,
    /// Rows of each row group but the last.
    pub(super) rows: usize,
}

impl Default for Make {
    fn default() -> Self {
        Make {
            compression: Compression::SNAPPY,
            dictionary: true,
            version: WriterVersion::PARQUET_1_0,
            statistics: EnabledStatistics::Chunk,
            bloom: false,
            rows: 40,
        }
    }
}

impl Make {
    /// A file with these texts, once as `text` and once as `/meta/text`; the id of
    /// each row is ten times its number.
    pub(super) fn file(self, texts: &[Option<String>]) -> Vec<u8> {
        let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
        let said = vec![KeyValue::new("ARROW:schema".into(), "anything".to_string())];
        let properties = WriterProperties::builder()
            .set_compression(self.compression)
            .set_dictionary_enabled(self.dictionary)
            .set_writer_version(self.version)
            .set_statistics_enabled(self.statistics)
            .set_offset_index_disabled(self.statistics != EnabledStatistics::Page)
            .set_column_bloom_filter_enabled(ColumnPath::from("id"), self.bloom)
            .set_column_bloom_filter_enabled(ColumnPath::from("text"), self.bloom)
            .set_data_page_row_count_limit(7)
            .set_write_batch_size(7)
            .set_created_by("a test version 1.2.3".into())
            .set_key_value_metadata(Some(said))
            .build();
        let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).expect("memory");
        for (index, texts) in texts.chunks(self.rows).enumerate() {
            let mut group = file.next_row_group().expect("memory");
            let mut number = 0;
            while let Some(mut column) = group.next_column().expect("memory") {
                write(column.untyped(), number, index * self.rows, texts);
                column.close().expect("memory");
                number += 1;
            }
            group.close().expect("memory");
        }
        file.into_inner().expect("memory")
    }
}

/// Writes the rows from `first` on of the column with this number.
fn write(column: &mut ColumnWriter<'_>, number: usize, first: usize, texts: &[Option<String>]) {
    let rows = first..first + texts.len();
    let bytes = |text: &str| ByteArray::from(text.as_bytes().to_vec());
    let values: Vec<ByteArray> = texts.iter().flatten().map(|text| bytes(text)).collect();
    let levels: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
    // Every fifth row has no value.
    let some = |row: &usize| !row.is_multiple_of(5);
    let some_levels: Vec<i16> = rows.clone().map(|row| i16::from(some(&row))).collect();
    let written = match (column, number) {
        (ColumnWriter::BoolColumnWriter(column), _) => {
            column.write_batch(&rows.map(|row| row % 3 == 0).collect::<Vec<_>>(), None, None)
        }
        (ColumnWriter::Int32ColumnWriter(column), _) => {
            let small: Vec<i32> = rows.filter(some).map(|row| row as i32).collect();
            column.write_batch(&small, Some(&some_levels), None)
        }
        (ColumnWriter::Int64ColumnWriter(column), _) => {
            let ids: Vec<i64> = rows.map(|row| 10 * (row as i64 + 1)).collect();
            column.write_batch(&ids, None, None)
        }
        (ColumnWriter::Int96ColumnWriter(column), _) => {
            let old: Vec<Int96> = rows.map(|row| Int96::from(vec![row as u32, 0, 2_440_588])).collect();
            column.write_batch(&old, None, None)
        }
        (ColumnWriter::FloatColumnWriter(column), _) => {
            // Of a group that is null now and then, like its text.
            let ranks: Vec<f32> =
                rows.clone().filter(|row| !row.is_multiple_of(9)).map(|row| row as f32).collect();
            let levels: Vec<i16> = rows.map(|row| i16::from(!row.is_multiple_of(9))).collect();
            column.write_batch(&ranks, Some(&levels), None)
        }
        (ColumnWriter::DoubleColumnWriter(column), _) => {
            let scores: Vec<f64> = rows.filter(some).map(|row| row as f64 / 7.0).collect();
            column.write_batch(&scores, Some(&some_levels), None)
        }
        (ColumnWriter::FixedLenByteArrayColumnWriter(column), _) => {
            let codes: Vec<FixedLenByteArray> =
                rows.map(|row| ByteArray::from(vec![row as u8, 0xff, 0]).into()).collect();
            column.write_batch(&codes, None, None)
        }
        (ColumnWriter::ByteArrayColumnWriter(column), 3) => column.write_batch(&values, Some(&levels), None),
        (ColumnWriter::ByteArrayColumnWriter(column), 5) => {
            let is_group = |row: usize| !row.is_multiple_of(9);
            let inner: Vec<ByteArray> = rows
                .clone()
                .zip(texts)
                .filter_map(|(row, text)| text.as_deref().filter(|_| is_group(row)).map(bytes))
                .collect();
            let levels: Vec<i16> =
                rows.zip(&levels).map(|(row, level)| if is_group(row) { 1 + level } else { 0 }).collect();
            column.write_batch(&inner, Some(&levels), None)
        }
        (ColumnWriter::ByteArrayColumnWriter(column), 9) => {
            let raw: Vec<ByteArray> =
                rows.filter(some).map(|row| ByteArray::from(vec![0xfe; row % 4])).collect();
            column.write_batch(&raw, Some(&some_levels), None)
        }
        (ColumnWriter::ByteArrayColumnWriter(column), _) => {
            // Lists of two, one without a value.
            let tags: Vec<ByteArray> = rows.clone().map(|row| bytes(&format!("tag {}", row % 3))).collect();
            let levels: Vec<i16> = rows.clone().flat_map(|_| [3, 2]).collect();
            let repeated: Vec<i16> = rows.flat_map(|_| [0, 1]).collect();
            column.write_batch(&tags, Some(&levels), Some(&repeated))
        }
    };
    written.expect("memory");
}
