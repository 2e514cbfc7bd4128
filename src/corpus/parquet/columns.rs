//! Which columns hold the texts and their ids.

use std::io;

use parquet::{
    basic::{ConvertedType, LogicalType, Type},
    schema::types::{ColumnDescriptor, SchemaDescriptor},
};

use super::super::{Fields, field::Path};

/// The numbers of the columns that matter, from 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) text: usize,
    /// Strings or whole numbers.
    pub(super) id: Option<usize>,
}

impl Columns {
    /// Finds the columns in the schema.
    ///
    /// # Errors
    ///
    /// If there is no column for the text, or not one with a string a row.
    pub(super) fn find(schema: &SchemaDescriptor, fields: &Fields) -> io::Result<Self> {
        let position =
            |path: &Path| schema.columns().iter().position(|column| column.path().parts() == path.names());
        let refused = |message: String| Err(io::Error::new(io::ErrorKind::Unsupported, message));
        let name = fields.text();
        let Some(text) = position(&fields.text) else {
            let names: Vec<String> =
                schema.columns().iter().map(|column| shown(column.path().parts())).collect();
            let names = names.join(", ");
            return refused(format!("has no column `{name}`; `--text-field` names another one of {names}"));
        };
        let column = schema.column(text);
        if column.max_rep_level() > 0 {
            return refused(format!("the column `{name}` holds lists, where one text a row was expected"));
        }
        if !holds_strings(&column) {
            let kind = column.logical_type_ref().map_or_else(
                || column.physical_type().to_string(),
                |logical| format!("{} as {logical:?}", column.physical_type()),
            );
            return refused(format!("the column `{name}` holds no strings, but {kind}"));
        }
        let id = position(&fields.id).filter(|&id| {
            let column = schema.column(id);
            column.max_rep_level() == 0 && (holds_strings(&column) || holds_whole_numbers(&column))
        });
        Ok(Columns { text, id })
    }
}

/// The name by which `--text-field` knows a column.
fn shown(names: &[String]) -> String {
    match names {
        [name] if !name.starts_with('/') => name.clone(),
        // Source: RFC 6901, JSON Pointer, section 3.
        _ => names.iter().map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1"))).collect(),
    }
}

/// Plain bytes may be strings, too; those that are not are found out one by one.
fn holds_strings(column: &ColumnDescriptor) -> bool {
    column.physical_type() == Type::BYTE_ARRAY
        && matches!(column.logical_type_ref(), None | Some(LogicalType::String))
        && matches!(column.converted_type(), ConvertedType::NONE | ConvertedType::UTF8)
}

fn holds_whole_numbers(column: &ColumnDescriptor) -> bool {
    matches!(column.physical_type(), Type::INT32 | Type::INT64)
        && matches!(column.logical_type_ref(), None | Some(LogicalType::Integer { .. }))
        && (column.converted_type() == ConvertedType::NONE || is_integer(column.converted_type()))
}

fn is_integer(kind: ConvertedType) -> bool {
    use ConvertedType::{INT_8, INT_16, INT_32, INT_64};
    matches!(kind, INT_8 | INT_16 | INT_32 | INT_64) || is_unsigned(kind)
}

/// Whether whole numbers have no sign.
pub(super) fn is_unsigned(kind: ConvertedType) -> bool {
    use ConvertedType::{UINT_8, UINT_16, UINT_32, UINT_64};
    matches!(kind, UINT_8 | UINT_16 | UINT_32 | UINT_64)
}
