//! A rule file as written: what serde sees, and nothing that is not in it.
//!
//! These types are also the source of the JSON Schema; their comments are what
//! an editor shows to a rule author. `schema` is set where the program is built.

mod example;
mod fix;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(crate) use self::{
    example::{BadSpec, FormatSpec, GoodSpec},
    fix::{DeleteSpec, FixSpec, SafetySpec, TransformSpec},
};

/// A string whose place in the file is remembered for error messages.
pub(crate) type Text = Spanned<String>;

/// A descrape rule: one kind of damage, how to find it, how to repair it, and
/// the proof.
#[derive(Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RuleSpec {
    /// The message of a finding: lower case, no full stop, names the artifact.
    #[cfg_attr(schema, schemars(with = "String"))]
    pub(crate) summary: Text,
    /// Where the damage comes from and why the fix is or is not safe.
    #[cfg_attr(schema, schemars(with = "String"))]
    pub(crate) why: Text,
    /// Address of the page the facts come from.
    pub(crate) source: Option<String>,
    /// How bad a finding is.
    pub(crate) severity: SeveritySpec,
    /// Whether the rule has proven itself.
    #[serde(default)]
    pub(crate) status: StatusSpec,
    /// For a deprecated rule: the id of the rule to use instead.
    #[cfg_attr(schema, schemars(with = "Option<String>"))]
    pub(crate) replaced_by: Option<Text>,
    /// The version of the rule set in which the rule appeared.
    pub(crate) since: Option<String>,
    /// Ids that the rule had before: baselines and suppressions that name one of
    /// them mean this rule.
    #[serde(default)]
    pub(crate) formerly: Vec<String>,
    /// Language codes, for a rule made of words.
    #[serde(default)]
    pub(crate) languages: Vec<String>,
    /// Free words to find the rule by.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Named pieces of patterns: `{{name}}` in a pattern stands for one.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "BTreeMap<String, Definition>"))]
    pub(crate) define: DefineSpec,
    /// What the damage looks like.
    #[cfg_attr(schema, schemars(with = "MatchSpec"))]
    pub(crate) r#match: Spanned<MatchSpec>,
    /// How to repair it; without it a finding is only reported.
    #[cfg_attr(schema, schemars(with = "Option<FixSpec>"))]
    pub(crate) fix: Option<Spanned<FixSpec>>,
    /// Texts in which the rule must find something.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<BadSpec>", length(min = 1)))]
    pub(crate) bad: Vec<Spanned<BadSpec>>,
    /// Near misses in which the rule must find nothing.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<GoodSpec>", length(min = 1)))]
    pub(crate) good: Vec<Spanned<GoodSpec>>,
}

/// Pieces of patterns by name.
pub(crate) type DefineSpec = BTreeMap<String, Spanned<Definition>>;

/// A piece of a pattern; a list stands for any one of its entries.
#[derive(Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "expected a regular expression or a list of them")]
pub(crate) enum Definition {
    /// One regular expression.
    One(String),
    /// Several, of which one must match.
    List(Vec<String>),
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SeveritySpec {
    /// Worth knowing; a person wrote it, or may have.
    Info,
    /// Most readers would want it gone.
    Warning,
    /// No human wrote these bytes.
    Error,
}

/// Whether the rule has proven itself.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StatusSpec {
    /// Runs only when selected by its full id.
    Preview,
    /// Runs.
    #[default]
    Stable,
    /// Runs only when selected by its full id; `replaced-by` says what to use.
    Deprecated,
}

/// What the damage looks like. All that is said must hold.
#[derive(Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct MatchSpec {
    /// What a finding covers: each match, a whole line, or a whole paragraph.
    #[serde(default)]
    pub(crate) unit: UnitSpec,
    /// Damage of the file itself, found by whoever reads it; takes the place
    /// of patterns.
    pub(crate) check: Option<CheckSpec>,
    /// Regular expressions of which one must match. A group named `span`
    /// narrows what is reported and fixed.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) any: Vec<Text>,
    /// Regular expressions that must all match: in the unit, or, for spans, in
    /// the line around the match.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) all: Vec<Text>,
    /// Regular expressions none of which may match there.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) unless: Vec<Text>,
    /// Words and phrases, taken literally; as good as one more `any` each.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) text: Vec<Text>,
    /// Whether `text` must stand between word boundaries.
    #[serde(default)]
    pub(crate) word: bool,
    /// Whether `any`, `all`, `unless` and `text` are blind to case.
    #[serde(default)]
    pub(crate) ignore_case: bool,
    /// Regular expressions of which one must match in the line before the
    /// span; end one with `$` to stand right before it.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) before: Vec<Text>,
    /// Regular expressions none of which may match in the line before the span.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) not_before: Vec<Text>,
    /// Regular expressions of which one must match in the line after the span;
    /// start one with `^` to stand right after it.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) after: Vec<Text>,
    /// Regular expressions none of which may match in the line after the span.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) not_after: Vec<Text>,
    /// Where in the document or record a finding may stand.
    pub(crate) place: Option<PlaceSpec>,
    /// What must stand before the unit, or before the line of a span.
    pub(crate) previous: Option<NeighbourSpec>,
    /// What must stand after it, and after what `following` takes.
    pub(crate) next: Option<NeighbourSpec>,
    /// The units below that belong to the finding.
    pub(crate) following: Option<FollowingSpec>,
    /// What the unit, or the line of a span, must look like.
    pub(crate) shape: Option<ShapeSpec>,
    /// How many times at least the same line must stand in the document.
    pub(crate) repeats: Option<usize>,
    /// Ids of rules of which one must have a finding in the same document.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) requires: Vec<Text>,
    /// Protected places in which the rule looks all the same.
    #[serde(default)]
    pub(crate) inside: Vec<ProtectedSpec>,
}

/// What a finding covers.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UnitSpec {
    /// The match, or its group `span`.
    #[default]
    Span,
    /// A line that is no part of a wrapped paragraph.
    Line,
    /// A paragraph.
    Paragraph,
}

/// Damage of the file itself.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CheckSpec {
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// A record that its format cannot read.
    MalformedRecord,
    /// A record without the text field, or with one that is not a string.
    MissingText,
    /// A document without a word.
    EmptyDocument,
    /// Lines of one document that end in different ways.
    MixedLineEndings,
    /// An id that another document of the run had before.
    DuplicateId,
    /// A text that another document of the run had before.
    DuplicateText,
    /// A file that cannot be read to its end.
    DamagedFile,
    /// A suppression in the configuration that covered no finding.
    UnusedSuppression,
    /// A suppression in the configuration whose last day is over.
    ExpiredSuppression,
    /// A suppression in the configuration for rules that are none.
    UnknownSuppression,
}

/// A kind of place that rules stay out of unless they ask for it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProtectedSpec {
    /// Fenced, indented or inline code.
    Code,
    /// A web address.
    Url,
    /// An e-mail address.
    Email,
}

/// Where in the document or record a finding may stand.
#[derive(Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PlaceSpec {
    /// Among so many non-blank lines at the start.
    pub(crate) first_lines: Option<usize>,
    /// Among so many non-blank lines at the end.
    pub(crate) last_lines: Option<usize>,
    /// In this share of the document from its start, 0 to 1.
    #[cfg_attr(schema, schemars(with = "Option<f64>"))]
    pub(crate) head: Option<Spanned<f64>>,
    /// In this share of the document before its end, 0 to 1.
    #[cfg_attr(schema, schemars(with = "Option<f64>"))]
    pub(crate) tail: Option<Spanned<f64>>,
    /// In a record field of one of these names; a text file is a field `text`.
    #[serde(default)]
    pub(crate) field: Vec<String>,
}

/// What must stand next to a unit. All that is said must hold.
#[derive(Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct NeighbourSpec {
    /// One of these.
    #[serde(default)]
    pub(crate) is: Vec<KindSpec>,
    /// None of these.
    #[serde(default)]
    pub(crate) not: Vec<KindSpec>,
    /// It has so many words, if it is there.
    pub(crate) words: Option<CountSpec>,
    /// One of these regular expressions matches in it.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) any: Vec<Text>,
    /// None of these regular expressions matches in it.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) unless: Vec<Text>,
}

/// The units below a line or paragraph that belong to the finding: as many in
/// a row as fit. All that is said must hold for each.
#[derive(Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FollowingSpec {
    /// It is one of these.
    #[serde(default)]
    pub(crate) is: Vec<KindSpec>,
    /// It is none of these.
    #[serde(default)]
    pub(crate) not: Vec<KindSpec>,
    /// It has so many words.
    pub(crate) words: Option<CountSpec>,
    /// One of these regular expressions matches in it.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) any: Vec<Text>,
    /// None of these regular expressions matches in it.
    #[serde(default)]
    #[cfg_attr(schema, schemars(with = "Vec<String>"))]
    pub(crate) unless: Vec<Text>,
    /// How many there must be, 1 if nothing is said, and how many are taken at
    /// the most, 50 if nothing is said.
    #[cfg_attr(schema, schemars(with = "Option<CountSpec>"))]
    pub(crate) lines: Option<Spanned<CountSpec>>,
}

/// The part a neighbour plays.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KindSpec {
    /// A blank line stands between the two.
    Blank,
    /// There is nothing before.
    Start,
    /// There is nothing after.
    End,
    /// Starts and ends like a sentence.
    Prose,
    /// Short, capitalised, without a full stop.
    Heading,
    /// Opens with a bullet or a number.
    ListItem,
}

/// What a unit must look like. All that is said must hold.
#[derive(Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ShapeSpec {
    /// Number of words.
    pub(crate) words: Option<CountSpec>,
    /// Whether it ends as a sentence does.
    pub(crate) terminal: Option<bool>,
    /// Share of its letters that are capitals.
    pub(crate) capitals: Option<ShareSpec>,
    /// Share of its characters other than blanks that are digits.
    pub(crate) digits: Option<ShareSpec>,
    /// Share of its words that start with a capital.
    pub(crate) title_case: Option<ShareSpec>,
}

/// A range of counts, both ends included.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CountSpec {
    /// At least.
    pub(crate) min: Option<usize>,
    /// At most.
    pub(crate) max: Option<usize>,
}

/// A range of shares, 0 to 1, both ends included.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(schema, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareSpec {
    /// At least.
    pub(crate) min: Option<f64>,
    /// At most.
    pub(crate) max: Option<f64>,
}
