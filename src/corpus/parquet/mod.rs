//! Columns of strings in Parquet files: each row is a record, of which the
//! bytes are those of its text.
//!
//! A file is not read from its start to its end, so it does not pass through
//! the layers that other formats share: [`open`] reads its values, and a
//! [`Rewriter`] copies it with other ones. Both are only there with the feature
//! `parquet`.

#[cfg(not(feature = "parquet"))]
mod absent;
#[cfg(feature = "parquet")]
mod chunks;
#[cfg(feature = "parquet")]
mod columns;
#[cfg(feature = "parquet")]
mod file;
#[cfg(feature = "parquet")]
mod order;
#[cfg(feature = "parquet")]
mod read;
#[cfg(feature = "parquet")]
mod spool;
#[cfg(feature = "parquet")]
mod write;

use std::borrow::Cow;

#[cfg(not(feature = "parquet"))]
pub(super) use self::absent::{Rewriter, open};
#[cfg(feature = "parquet")]
pub(super) use self::{read::open, write::Rewriter};
use super::{Raw, Record, text::decode_utf8};
use crate::{
    document::{Check, Damage},
    span::Span,
};

/// What is known of a value besides its bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// The id in the same row.
    pub(super) id: Option<String>,
    /// Whether there is no value.
    pub(super) null: bool,
}

pub(super) fn decode<'a>(raw: &Raw<'a>) -> Record<'a> {
    let id = raw.row.and_then(|row| row.id.as_deref()).map(Cow::Borrowed);
    if raw.row.is_some_and(|row| row.null) {
        let damage = vec![Damage::new(Check::MissingText, Span::new(0, 0))];
        return Record { id, ..Record::unreadable(Cow::Borrowed(""), damage) };
    }
    let (text, damage) = decode_utf8(raw.bytes);
    let readable = damage.is_empty();
    Record { id, text, damage, readable, slot: 0..raw.bytes.len() }
}
