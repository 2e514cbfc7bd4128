//! Rules: a file as serde sees it (`spec`), checked (`load`), compiled (`matcher`,
//! `context`, `pattern`), and all those of a run together (`set`).

mod builtin;
mod context;
mod define;
mod error;
mod load;
mod matcher;
mod pattern;
mod set;
mod spec;
mod words;

#[cfg(feature = "cli")]
pub(crate) use self::builtin::builtin_files;
pub use self::{
    builtin::builtin_rules,
    error::{RuleError, RuleErrors},
    load::load_rule,
    set::{RuleSet, Selection, SelectionError},
};
pub(crate) use self::{
    context::locate,
    matcher::{Matcher, Unit, find_all},
    pattern::{Found, PatternScratch},
    set::Probe,
};
use crate::{
    document::Check,
    edit::{Applicability, Edit, Fix, Tidy},
    layout::Layout,
    page::Page,
    severity::Severity,
    span::Span,
    transform::Transform,
};

/// The JSON Schema of a rule file, as text that ends with a newline.
#[cfg(feature = "cli")]
#[must_use]
pub fn rule_schema() -> String {
    let schema = schemars::schema_for!(spec::RuleSpec);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

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
    /// Language codes, for a rule made of words.
    pub languages: Vec<String>,
    /// Free words to find it by.
    pub tags: Vec<String>,
    /// Texts in which it finds something.
    pub bad: Vec<Bad>,
    /// Near misses in which it finds nothing.
    pub good: Vec<Good>,
    pub(crate) matcher: Matcher,
    pub(crate) remedy: Option<Remedy>,
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

    /// Whether the rule looks at the place of a finding in its document.
    #[must_use]
    pub fn leans_on_position(&self) -> bool {
        self.matcher.context.leans_on_position()
    }

    /// The fix of one finding in `scope`, the text its pattern saw; `Err` if the rule's transform does not know
    /// what to do with it, which means that it is none.
    pub(crate) fn fix(
        &self,
        page: &Page<'_>,
        scope: Span,
        found: Found,
        pattern: Option<usize>,
    ) -> Result<Option<Fix>, NotDamage> {
        let Some(remedy) = &self.remedy else { return Ok(None) };
        let text = page.text();
        let span = found.span;
        let edit = match &remedy.action {
            Action::Delete(target, tidy) => Edit::delete(target.around(page, span), *tidy),
            Action::Replace(template) => {
                let template = match pattern {
                    Some(index) => self.matcher.any[index].interpolate(text, scope, found.whole, template),
                    None => template.clone(),
                };
                Edit::replace(span, template)
            }
            Action::Transform(transform) => transform.edit(text, span).ok_or(NotDamage)?,
        };
        Ok(Some(Fix { applicability: remedy.applicability, edit }))
    }
}

/// The bytes a rule's transform was given are not of its kind.
pub(crate) struct NotDamage;

impl Target {
    fn around(self, page: &Page<'_>, span: Span) -> Span {
        let layout = page.layout();
        let line = || {
            let index =
                layout.lines.partition_point(|line| line.content.start <= span.start).saturating_sub(1);
            let last = layout.lines.partition_point(|line| line.content.start < span.end).saturating_sub(1);
            Span::new(layout.lines[index].trimmed.start, layout.lines[last].trimmed.end)
        };
        match self {
            Target::Match => span,
            Target::Line => line(),
            Target::Paragraph => {
                Layout::unit_at(&layout.paragraphs, span.start).map_or_else(line, |unit| unit.span)
            }
        }
    }
}
