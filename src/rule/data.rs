//! A rule that was checked: plain data.
//!
//! What a rule does with it stands elsewhere (`matcher`, `context`, `pattern`,
//! `remedy`). Here is only what a file says, so that the built-in rules can be
//! made when the crate is built, and written out ([`Compact`]).

use super::parse::Pattern;
use crate::{
    compact::{Lazy, compact},
    document::Check,
    edit::{Applicability, Tidy},
    openings::{Ending, Opening},
    prefilter::{Cover, Edges},
    prose::{Kind, Protected},
    severity::Severity,
    transform::Transform,
};

/// Whether a rule has proven itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Runs only when selected by its full id.
    Preview,
    /// Runs.
    Stable,
    /// Runs only when selected by its full id; use the other rule instead.
    Deprecated {
        /// The id of the rule to use instead.
        replaced_by: String,
    },
}

impl Status {
    /// The word used in rule files and reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Status::Preview => "preview",
            Status::Stable => "stable",
            Status::Deprecated { .. } => "deprecated",
        }
    }
}

/// A rule that was checked; never changes.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `group/name`: the rule's path below the rules folder.
    pub id: String,
    /// The message of its findings.
    pub summary: String,
    /// Where the damage comes from, and why the fix is or is not safe.
    pub why: String,
    /// Address of the page the facts come from.
    pub source: Option<String>,
    /// How bad a finding is.
    pub severity: Severity,
    /// Whether it runs unasked.
    pub status: Status,
    /// XXH3 of its file: another rule, or another version of it, has another one.
    pub fingerprint: u128,
    /// The version of the rule set in which it appeared.
    pub since: Option<String>,
    /// Ids it had before.
    pub formerly: Vec<String>,
    /// Language codes, for a rule made of words.
    pub languages: Vec<String>,
    /// Free words to find it by.
    pub tags: Vec<String>,
    /// Texts in which it finds something.
    pub bad: Vec<Bad>,
    /// Near misses in which it finds nothing.
    pub good: Vec<Good>,
    /// As bytes, until the rule is to run.
    pub(crate) matcher: Lazy<Matcher>,
    pub(crate) remedy: Option<Remedy>,
}

impl Rule {
    /// The group: the id without its last part.
    #[must_use]
    pub fn group(&self) -> &str {
        self.id.rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// How far the rule's fix may be trusted, if it has one.
    #[must_use]
    pub fn applicability(&self) -> Option<Applicability> {
        self.remedy.as_ref().map(|remedy| remedy.applicability)
    }

    /// The damage of the file itself that this rule words, if it does that.
    #[must_use]
    pub fn check(&self) -> Option<Check> {
        self.matcher.check
    }

    /// Ids of rules of which one must have a finding in the same document.
    #[must_use]
    pub fn requires(&self) -> &[String] {
        &self.matcher.requires
    }
}

/// A text in which a rule finds something.
#[derive(Clone, Debug)]
pub struct Bad {
    /// The damaged file.
    pub input: Input,
    /// The texts of the findings, where the author said them.
    pub finds: Option<Vec<String>>,
    /// The text after the rule's fix.
    pub fixed: Option<String>,
}

/// A near miss in which a rule finds nothing.
#[derive(Clone, Debug)]
pub struct Good {
    /// The honest file.
    pub input: Input,
    /// Why the rule leaves it alone.
    pub because: Option<String>,
}

/// The content of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A text document.
    Text(String),
    /// A whole file, for rules about damage of the file itself.
    File {
        /// Its bytes.
        bytes: Vec<u8>,
        /// What its name would say.
        format: FileFormat,
    },
}

/// The format of an example file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Plain text.
    Text,
    /// JSON Lines.
    JsonLines,
    /// Plain text, packed by gzip.
    Gzip,
    /// A configuration.
    Config,
}

/// Patterns and context of one rule.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    pub(crate) unit: Unit,
    pub(crate) check: Option<Check>,
    pub(crate) any: Vec<Pattern>,
    pub(crate) context: Context,
    /// Ids of rules of which one must have a finding in the document.
    pub(crate) requires: Vec<String>,
    /// What the prefilter looks for: for each pattern, or, without any, for what
    /// must be there as well; `None` where nothing can be told.
    pub(crate) covers: Vec<Option<Cover>>,
    /// For each pattern of a line or paragraph rule, what is known of its units.
    pub(crate) guards: Vec<Guard>,
}

/// What is known of the units that a pattern matches: they open like this, or have such
/// edges.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) openings: Vec<Opening>,
    /// How those end that open like this.
    pub(crate) ending: Ending,
    /// None if all of them open like that.
    pub(crate) edges: Option<Edges>,
}

/// What a finding covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Span,
    Line,
    Paragraph,
}

/// Everything a rule says besides what it looks for. All of it must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    pub(crate) all: Vec<Pattern>,
    pub(crate) unless: Vec<Pattern>,
    pub(crate) before: Vec<Pattern>,
    pub(crate) not_before: Vec<Pattern>,
    pub(crate) after: Vec<Pattern>,
    pub(crate) not_after: Vec<Pattern>,
    pub(crate) place: Place,
    pub(crate) previous: Option<Neighbour>,
    pub(crate) next: Option<Neighbour>,
    pub(crate) following: Option<Following>,
    pub(crate) shape: Option<Shape>,
    pub(crate) repeats: Option<usize>,
    pub(crate) protected: Vec<Protected>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) first_lines: Option<usize>,
    pub(crate) last_lines: Option<usize>,
    pub(crate) head: Option<f64>,
    pub(crate) tail: Option<f64>,
    pub(crate) fields: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Neighbour {
    pub(crate) is: Vec<Part>,
    pub(crate) not: Vec<Part>,
    pub(crate) words: Option<(usize, usize)>,
    pub(crate) any: Vec<Pattern>,
    pub(crate) unless: Vec<Pattern>,
}

/// The units below a unit that belong to the finding.
#[derive(Clone, Debug)]
pub(crate) struct Following {
    /// What each of them is like.
    pub(crate) unit: Neighbour,
    /// With fewer there is no finding.
    pub(crate) min: usize,
    /// No more are taken.
    pub(crate) max: usize,
}

/// The most units that a finding may take, so that long lists cost no more than
/// their length.
pub(crate) const MOST_FOLLOWING: usize = 50;

/// What a neighbour can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A blank line stands between.
    Blank,
    /// There is none: the text starts or ends here.
    Edge,
    /// It plays this part.
    Kind(Kind),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) words: Option<(usize, usize)>,
    pub(crate) terminal: Option<bool>,
    pub(crate) capitals: Option<(f64, f64)>,
    pub(crate) digits: Option<(f64, f64)>,
    pub(crate) title_case: Option<(f64, f64)>,
}

/// How a rule repairs what it found.
#[derive(Clone, Debug)]
pub(crate) struct Remedy {
    pub(crate) applicability: Applicability,
    pub(crate) action: Action,
    /// The share of a document's words that it may remove.
    pub(crate) max_removed: Option<f64>,
}

#[derive(Clone, Debug)]
pub(crate) enum Action {
    Delete(Target, Tidy),
    Replace(String),
    Transform(Transform),
}

/// What a deletion takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Match,
    Line,
    Paragraph,
}

compact! { struct Rule {
    id, summary, why, source, severity, status, fingerprint, since, formerly, languages, tags, bad, good, matcher, remedy,
} }
compact! { enum Status { Preview, Stable, Deprecated { replaced_by } } }
compact! { enum Severity { Info, Warning, Error } }
compact! { struct Bad { input, finds, fixed } }
compact! { struct Good { input, because } }
compact! { enum Input { Text(text), File { bytes, format } } }
compact! { enum FileFormat { Text, JsonLines, Gzip, Config } }
compact! { struct Matcher { unit, check, any, context, requires, covers, guards } }
compact! { struct Guard { openings, ending, edges } }
compact! { enum Unit { Span, Line, Paragraph } }
compact! { enum Check {
    InvalidUtf8, MalformedRecord, MissingText, EmptyDocument, MixedLineEndings, DuplicateId, DuplicateText,
    DamagedFile, UnusedSuppression, ExpiredSuppression, UnknownSuppression,
} }
compact! { struct Context {
    all, unless, before, not_before, after, not_after, place, previous, next, following, shape, repeats,
    protected,
} }
compact! { enum Protected { Code, Url, Email } }
compact! { struct Place { first_lines, last_lines, head, tail, fields } }
compact! { struct Neighbour { is, not, words, any, unless } }
compact! { struct Following { unit, min, max } }
compact! { enum Part { Blank, Edge, Kind(kind) } }
compact! { enum Kind { Heading, ListItem, Prose, Other } }
compact! { struct Shape { words, terminal, capitals, digits, title_case } }
compact! { struct Remedy { applicability, action, max_removed } }
compact! { enum Applicability { Display, Unsafe, Safe } }
compact! { enum Action { Delete(target, tidy), Replace(template), Transform(transform) } }
compact! { enum Target { Match, Line, Paragraph } }
compact! { enum Tidy { Exact, Close, Apart } }
compact! { enum Transform { DecodeEntity, UndoMojibake, DecodeBytes, Unescape, NormalizeUnicode } }
