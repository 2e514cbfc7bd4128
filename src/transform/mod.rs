//! The few rewrites that a constant replacement cannot say.
//!
//! A closed list. A rule names one in its `[fix]`; no transform knows a rule.

mod bytes;
mod entity;
mod escape;
mod mojibake;
mod name;

use unicode_normalization::UnicodeNormalization;

pub(crate) use self::name::Transform;
use crate::{edit::Edit, span::Span};

impl Transform {
    /// The edit that repairs `span`, or `None` where the bytes there are not of
    /// the kind this transform understands, or would not change.
    pub(crate) fn edit(self, text: &str, span: Span) -> Option<Edit> {
        let old = &text[span.range()];
        let edit = match self {
            Transform::DecodeEntity => entity::edit(text, span)?,
            Transform::UndoMojibake => Edit::replace(span, mojibake::undo(old)?),
            Transform::DecodeBytes => Edit::replace(span, bytes::decode(old)?),
            Transform::Unescape => Edit::replace(span, escape::unescape(old)?),
            Transform::NormalizeUnicode => Edit::replace(span, old.nfc().collect::<String>()),
        };
        (text[edit.span.range()] != edit.text).then_some(edit)
    }
}
