//! `[fix]` as written.

use serde::Deserialize;
use toml::Spanned;

use super::Text;

/// How to repair the damage: exactly one of `delete`, `replace`, `transform`.
#[derive(Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FixSpec {
    /// Whether the fix may be applied unasked.
    pub(crate) safety: SafetySpec,
    /// What to delete, with the blanks and line ends it would leave behind.
    pub(crate) delete: Option<DeleteSpec>,
    /// The text to put in place of the span; `$1` and `${name}` stand for
    /// groups of the pattern, `$$` for a dollar sign.
    #[cfg_attr(schema, schemars(with = "Option<String>"))]
    pub(crate) replace: Option<Text>,
    /// The named rewrite to apply to the span.
    pub(crate) transform: Option<TransformSpec>,
    /// Whether two words that a deletion would join get a blank between them.
    #[serde(default)]
    pub(crate) keep_apart: bool,
    /// The share of a document's words, 0 to 1, that this rule may remove;
    /// where it would be more, its findings stay unfixed.
    #[cfg_attr(schema, schemars(with = "Option<f64>"))]
    pub(crate) max_removed: Option<Spanned<f64>>,
}

/// Whether a fix may be applied unasked.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SafetySpec {
    /// No human wrote these bytes, or their meaning is fully restored.
    Safe,
    /// A human may have written what goes.
    Unsafe,
    /// Only a person can decide; shown, never applied.
    Display,
}

/// What a fix deletes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DeleteSpec {
    /// What the finding covers.
    Match,
    /// The line it stands on.
    Line,
    /// The paragraph it stands in.
    Paragraph,
}

/// A named rewrite.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TransformSpec {
    /// Decodes an HTML character reference, however it was broken.
    DecodeEntity,
    /// Undoes UTF-8 that was read as another encoding, in any number of
    /// layers; gives a C1 control its Windows-1252 character.
    UndoMojibake,
    /// Decodes printed bytes: `=E2=80=99`, `%20`, `\xc3\xa9`, `\'92`, `<e2>`, `<U+0083>`.
    DecodeBytes,
    /// Decodes backslash escapes of JSON and JavaScript, in any number of layers.
    Unescape,
    /// Composes letters and their accents (Unicode NFC).
    NormalizeUnicode,
}
