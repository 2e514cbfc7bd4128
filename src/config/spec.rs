//! A configuration file as written: what serde sees, and nothing that is not in
//! it. The comments are what an editor shows.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use toml::{Spanned, value::Datetime};

use crate::rule::{SafetySpec, SeveritySpec};

/// A string whose place in the file is remembered.
pub(super) type Text = Spanned<String>;

/// What holds for a corpus: which rules run where, what is accepted, and how much
/// is allowed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct ConfigSpec {
    /// Other configurations, read before this one: files, or folders with a
    /// `descrape.toml`; relative to this file.
    #[schemars(with = "Vec<String>")]
    pub(super) extends: Vec<Text>,
    /// Folders with rules of your own, relative to this file.
    #[schemars(with = "Vec<String>")]
    pub(super) rules: Vec<Text>,
    /// Rules that run: ids, groups, globs or ALL. Takes the place of what is
    /// extended.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) select: Option<Spanned<Vec<String>>>,
    /// Rules that do not run; of two words the more specific one wins.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) ignore: Option<Spanned<Vec<String>>>,
    /// Language codes: rules made of words of other languages do not run.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) languages: Option<Spanned<Vec<String>>>,
    /// Files that are not looked at, as globs relative to the folder of the
    /// configuration; one without a slash holds at any depth.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) exclude: Option<Spanned<Vec<String>>>,
    /// Field or column of a record that holds the text: a name, or a JSON pointer
    /// like /meta/text.
    #[schemars(with = "Option<String>")]
    pub(super) text_field: Option<Text>,
    /// Field or column of a record that holds its id.
    #[schemars(with = "Option<String>")]
    pub(super) id_field: Option<Text>,
    /// The file with accepted findings, relative to this file.
    #[schemars(with = "Option<String>")]
    pub(super) baseline: Option<Text>,
    /// The mildest severity that fails a check; `[gate]` has the last word on what
    /// it names.
    #[schemars(with = "Option<SeveritySpec>")]
    pub(super) fail_on: Option<Spanned<SeveritySpec>>,
    /// The severity of rules, by id, group or glob.
    #[schemars(with = "BTreeMap<String, SeveritySpec>")]
    pub(super) severity: BTreeMap<Text, SeveritySpec>,
    /// How far the fixes of rules are trusted, by id, group or glob.
    #[schemars(with = "BTreeMap<String, SafetySpec>")]
    pub(super) safety: BTreeMap<Text, SafetySpec>,
    /// What holds for some files; of several that match, later ones win.
    #[schemars(with = "Vec<OverrideSpec>")]
    pub(super) overrides: Vec<Spanned<OverrideSpec>>,
    /// Findings that are left alone, and why.
    #[schemars(with = "Vec<SuppressSpec>")]
    pub(super) suppress: Vec<Spanned<SuppressSpec>>,
    /// How many findings are allowed, by id, group, glob, or severity: a number, or
    /// a table.
    #[schemars(with = "BTreeMap<String, LimitSpec>")]
    pub(super) gate: BTreeMap<Text, LimitSpec>,
}

/// What holds for some files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct OverrideSpec {
    /// Globs relative to the folder of the configuration; one without a slash
    /// holds at any depth.
    #[schemars(with = "Vec<String>")]
    pub(super) paths: Vec<Text>,
    /// Rules that run here, too.
    #[serde(default)]
    pub(super) select: Vec<String>,
    /// Rules that do not run here.
    #[serde(default)]
    pub(super) ignore: Vec<String>,
    /// Language codes: rules made of words of other languages do not run here.
    pub(super) languages: Option<Vec<String>>,
    /// The severity of rules here.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, SeveritySpec>")]
    pub(super) severity: BTreeMap<Text, SeveritySpec>,
}

/// Findings that are left alone: of these rules, in documents that are all that
/// is said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SuppressSpec {
    /// A rule's id, a group, a glob over ids, or ALL.
    #[schemars(with = "String")]
    pub(super) rule: Text,
    /// A glob for files, relative to the folder of the configuration.
    #[schemars(with = "Option<String>")]
    pub(super) path: Option<Text>,
    /// The id of a document.
    pub(super) id: Option<String>,
    /// The hash of a document's text: XXH3 of 128 bits, in hexadecimal digits.
    #[schemars(with = "Option<String>")]
    pub(super) hash: Option<Text>,
    /// Why.
    #[schemars(with = "String")]
    pub(super) reason: Text,
    /// The last day on which it holds: a date.
    #[schemars(with = "Option<String>")]
    pub(super) expires: Option<Spanned<Datetime>>,
}

/// How many findings are allowed: a number, or a table of one number or more.
#[derive(Debug, Default)]
pub(super) struct LimitSpec {
    pub(super) count: Option<f64>,
    pub(super) per_thousand_documents: Option<f64>,
    pub(super) per_million_words: Option<f64>,
    pub(super) share_of_documents: Option<f64>,
}

/// A limit that is written as a table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LimitTable {
    /// So many findings.
    count: Option<u32>,
    /// So many findings for a thousand documents.
    per_thousand_documents: Option<Number>,
    /// So many findings for a million words.
    per_million_words: Option<Number>,
    /// Documents with findings: 0.01 or "1%".
    share_of_documents: Option<Share>,
}

/// A number that is not below zero.
#[derive(Clone, Copy, Debug)]
struct Number(f64);

/// A share from 0 to 1, or a string like "1%".
#[derive(Clone, Copy, Debug)]
struct Share(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        if number >= 0.0 { Ok(Number(number)) } else { Err(de::Error::custom("expected a number from 0 up")) }
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shares;
        impl Visitor<'_> for Shares {
            type Value = f64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a share: a number from 0 to 1, or a string like \"1%\"")
            }

            fn visit_f64<E: de::Error>(self, share: f64) -> Result<f64, E> {
                Ok(share)
            }

            fn visit_i64<E: de::Error>(self, share: i64) -> Result<f64, E> {
                Ok(share as f64)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
                let percent = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
                percent
                    .map(|percent| percent / 100.0)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        let share = deserializer.deserialize_any(Shares)?;
        if (0.0..=1.0).contains(&share) {
            Ok(Share(share))
        } else {
            Err(de::Error::custom("expected a share from 0 to 1, or from 0% to 100%"))
        }
    }
}

impl<'de> Deserialize<'de> for LimitSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Limits;
        impl<'de> Visitor<'de> for Limits {
            type Value = LimitSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of findings, or a table like { per-million-words = 5 }")
            }

            fn visit_i64<E: de::Error>(self, count: i64) -> Result<LimitSpec, E> {
                let count = u32::try_from(count)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(count), &self))?;
                Ok(LimitSpec { count: Some(count.into()), ..LimitSpec::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LimitSpec, A::Error> {
                let table = LimitTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(LimitSpec {
                    count: table.count.map(Into::into),
                    per_thousand_documents: table.per_thousand_documents.map(|number| number.0),
                    per_million_words: table.per_million_words.map(|number| number.0),
                    share_of_documents: table.share_of_documents.map(|share| share.0),
                })
            }
        }
        deserializer.deserialize_any(Limits)
    }
}

impl JsonSchema for LimitSpec {
    fn schema_name() -> Cow<'static, str> {
        "Limit".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<LimitTable>();
        json_schema!({
            "description": "A number of findings that is allowed, or a table of such numbers.",
            "anyOf": [{ "type": "integer", "minimum": 0 }, table],
        })
    }
}

impl JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 0 })
    }
}

impl JsonSchema for Share {
    fn schema_name() -> Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "number", "minimum": 0, "maximum": 1 },
                { "type": "string", "pattern": "^[0-9.]+ *%$" },
            ],
        })
    }
}
