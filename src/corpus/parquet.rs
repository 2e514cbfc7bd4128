//! Columns of strings in Parquet files.

/// What is known of a value besides its bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// The id in the same row.
    pub(super) id: Option<String>,
    /// Whether there is no value.
    pub(super) null: bool,
}
