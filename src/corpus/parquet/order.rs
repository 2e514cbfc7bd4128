//! In which order the least and the greatest value of a column were found.
//!
//! The crate says of every file the orders that it would use itself. The
//! statistics of a copy are those of its source, so their orders are put back:
//! at the end of the footer, in the same number of bytes.

use std::io::{self, Read, Seek, SeekFrom, Write};

use parquet::{
    basic::ColumnOrder,
    errors::{ParquetError, Result},
    schema::types::SchemaDescriptor,
};

/// Bytes behind the footer: its length, and `PAR1`.
const TAIL: usize = 8;

/// Makes the orders in a file that the crate wrote those of its source, if the
/// source has some.
///
/// # Errors
///
/// If an order is not known, or the file does not end as expected.
pub(super) fn restore(
    file: &mut (impl Read + Write + Seek),
    schema: &SchemaDescriptor,
    source: Option<&Vec<ColumnOrder>>,
) -> Result<()> {
    let own: Vec<ColumnOrder> = schema
        .columns()
        .iter()
        .map(|column| {
            let (logical, converted) = (column.logical_type_ref(), column.converted_type());
            ColumnOrder::column_order_for_type(logical, converted, column.physical_type())
        })
        .collect();
    // Without any, no order is to be relied on but that of the type.
    let restored = match source {
        Some(orders) => spell(orders)?,
        None => [[TYPE_ORDER, 0, 0].repeat(own.len()), vec![0]].concat(),
    };
    let written = spell(&own)?;
    if restored == written {
        return Ok(());
    }
    let place = SeekFrom::End(-i64::try_from(written.len() + TAIL).unwrap_or(i64::MAX));
    let mut found = vec![0; written.len()];
    file.seek(place)?;
    file.read_exact(&mut found)?;
    if found != written || restored.len() != written.len() {
        return Err(ParquetError::from(io::Error::other(
            "the footer does not end with the order of columns",
        )));
    }
    file.seek(place)?;
    file.write_all(&restored)?;
    Ok(())
}

/// The header of the first member of the union `ColumnOrder`, which is an empty
/// structure.
const TYPE_ORDER: u8 = 0x1c;

/// The last bytes of a footer with these orders.
/// Source: Thrift compact protocol, and `ColumnOrder` in `parquet.thrift`.
fn spell(orders: &[ColumnOrder]) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(3 * orders.len() + 1);
    for order in orders {
        let header = match order {
            ColumnOrder::TYPE_DEFINED_ORDER(_) | ColumnOrder::UNDEFINED => TYPE_ORDER,
            ColumnOrder::IEEE_754_TOTAL_ORDER => 0x2c,
            ColumnOrder::INT96_TIMESTAMP_ORDER => 0x3c,
            ColumnOrder::UNKNOWN => {
                return Err(ParquetError::NYI("has a column in an order that is not known yet".into()));
            }
        };
        // The ends of the structure and of the union.
        bytes.extend_from_slice(&[header, 0, 0]);
    }
    bytes.push(0);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::{io::Cursor, sync::Arc};

    use bytes::Bytes;
    use parquet::{
        basic::SortOrder,
        file::{metadata::ParquetMetaDataReader, writer::SerializedFileWriter},
        schema::parser::parse_message_type,
    };

    use super::*;

    #[test]
    fn orders_are_those_of_the_source() {
        let schema = "message m { required double a; required int96 b; required int32 c; }";
        let schema = Arc::new(parse_message_type(schema).expect("a schema"));
        let writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).expect("memory");
        let file = writer.into_inner().expect("memory");
        let parse = |file: &[u8]| {
            ParquetMetaDataReader::new().parse_and_finish(&Bytes::copy_from_slice(file)).expect("sound")
        };
        let own = parse(&file).file_metadata().column_orders().cloned().expect("it has some");
        let old = vec![ColumnOrder::TYPE_DEFINED_ORDER(SortOrder::SIGNED); 3];
        for (source, expected) in
            [(Some(&own), [false, false, true]), (Some(&old), [true, true, true]), (None, [true, true, true])]
        {
            let mut copy = Cursor::new(file.clone());
            let before = parse(&file);
            restore(&mut copy, before.file_metadata().schema_descr(), source).expect("memory");
            let orders = parse(copy.get_ref()).file_metadata().column_orders().cloned().expect("some");
            let of_type = orders.iter().map(|order| matches!(order, ColumnOrder::TYPE_DEFINED_ORDER(_)));
            assert_eq!(of_type.collect::<Vec<_>>(), expected);
        }
    }
}
