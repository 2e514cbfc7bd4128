//! The proof of a rule as written.

use serde::Deserialize;

/// A text in which the rule must find something.
#[derive(Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct BadSpec {
    /// The damaged text.
    pub(crate) text: Option<String>,
    /// The damaged bytes, for a rule with a `check`.
    pub(crate) bytes: Option<Vec<u8>>,
    /// The format the example is a file of, for a rule with a `check`.
    #[serde(default)]
    pub(crate) format: FormatSpec,
    /// The texts of the findings, in order.
    pub(crate) finds: Option<Vec<String>>,
    /// The text after this rule's fix; demanded where the rule has a fix.
    pub(crate) fixed: Option<String>,
}

/// A near miss, in which the rule must find nothing.
#[derive(Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct GoodSpec {
    /// The honest text.
    pub(crate) text: Option<String>,
    /// The honest bytes, for a rule with a `check`.
    pub(crate) bytes: Option<Vec<u8>>,
    /// The format the example is a file of, for a rule with a `check`.
    #[serde(default)]
    pub(crate) format: FormatSpec,
    /// Why the rule must leave it alone.
    pub(crate) because: Option<String>,
}

/// The format of an example that is a whole file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FormatSpec {
    /// One document.
    #[default]
    Text,
    /// A document a line.
    JsonLines,
    /// One document, packed.
    Gzip,
    /// A configuration.
    Config,
}
