//! Findings in, text out; nothing here writes.
//!
//! A reporter renders one finding at a time, on any thread; whoever writes puts
//! what it renders in the order of the input, with what the format wants around
//! the whole, around a file and between two findings.

mod checkstyle;
mod concise;
mod escape;
mod excerpt;
mod full;
mod github;
mod gitlab;
mod grouped;
mod json;
mod junit;
mod markdown;
mod place;
mod rdjsonl;
mod record;
mod rule_error;
mod sarif;
mod xml;

pub(crate) use self::excerpt::reveal;
pub use self::{
    checkstyle::Checkstyle,
    concise::Concise,
    full::Full,
    github::Github,
    gitlab::Gitlab,
    grouped::Grouped,
    junit::Junit,
    markdown::Markdown,
    rdjsonl::Rdjsonl,
    record::{Json, JsonLines, finding_schema},
    rule_error::render_rule_errors,
    sarif::Sarif,
};
use crate::{
    diagnostic::{Diagnostic, Identities, Identity},
    document::Document,
    edit::Applicability,
    position::{Position, Positions},
    rule::Rule,
    severity::Severity,
    span::Span,
};

/// One finding with its place, as reporters see it.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    /// The document it was found in.
    pub document: &'a Document<'a>,
    /// What was found.
    pub diagnostic: &'a Diagnostic<'a>,
    /// Where it starts.
    pub start: Position,
    /// One past its last character.
    pub end: Position,
    /// Whether it counts.
    pub standing: Standing<'a>,
    /// Those of all findings of the document, and which of them is this one's.
    identities: (&'a Identities<'a>, usize),
}

impl<'a> Finding<'a> {
    /// The same finding where it stands like this.
    #[must_use]
    pub fn standing(self, standing: Standing<'a>) -> Self {
        Finding { standing, ..self }
    }

    /// What it is known by in other runs.
    #[must_use]
    pub fn identity(&self) -> Identity {
        let (identities, index) = self.identities;
        identities.of(index)
    }

    /// `path:line:column`, or `path:record#id:line:column` where the file holds
    /// records.
    #[must_use]
    pub fn place(&self) -> String {
        let Position { line, column, .. } = self.start;
        if self.document.in_file {
            format!("{}:{line}:{column}", self.document.path)
        } else {
            format!("{}:{line}:{column}", self.document.name())
        }
    }
}

/// Whether a finding counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// It does.
    New,
    /// It was accepted: the baseline holds it.
    Known,
    /// Somebody said that it is to be left alone.
    Suppressed {
        /// Why.
        reason: &'a str,
    },
}

/// What was found in all.
#[derive(Clone, Debug)]
pub struct Totals<'a> {
    /// Rules with findings that count, most first; a rule stands here once for
    /// each severity it has somewhere.
    pub rules: Vec<RuleTotal<'a>>,
    /// Rules with any finding, by id.
    pub seen: Vec<&'a Rule>,
    /// Documents looked at.
    pub documents: usize,
    /// Findings that count and were not written, as the report has a
    /// [limit](Reporter::limit).
    pub left_out: usize,
    /// What could not be read and is no finding, in words.
    pub unread: Vec<String>,
}

/// Findings of one rule that count.
#[derive(Clone, Copy, Debug)]
pub struct RuleTotal<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// How bad they are.
    pub severity: Severity,
    /// How many.
    pub findings: usize,
    /// In so many documents.
    pub documents: usize,
    /// How many bytes of text they cover.
    pub bytes: usize,
    /// The most that a fix of one of them may be trusted; none where none has a fix.
    pub safety: Option<Applicability>,
}

/// Bytes by which it is told what wrote a file.
pub const HEAD: usize = 64;

/// A format; used by many threads at once.
///
/// Each method appends to `out`.
pub trait Reporter: Sync {
    /// One finding.
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>);

    /// What stands between two findings.
    fn between(&self) -> &'static str {
        ""
    }

    /// Whether findings that do not count are shown, too, as what they are.
    fn shows_all(&self) -> bool {
        false
    }

    /// The most findings that are written; of more, only the number is told.
    fn limit(&self) -> usize {
        usize::MAX
    }

    /// Before everything else.
    fn open(&self, _out: &mut Vec<u8>) {}

    /// Whether a file that starts like this, with [`HEAD`] bytes of it or all, may be a report of
    /// this format with some finding.
    fn may_have_written(&self, head: &[u8]) -> bool {
        let mut opening = Vec::new();
        self.open(&mut opening);
        opening.truncate(HEAD);
        !opening.is_empty() && head.starts_with(&opening)
    }

    /// Before the first finding of a file.
    fn open_file(&self, _path: &str, _out: &mut Vec<u8>) {}

    /// After the last finding of a file.
    fn close_file(&self, _path: &str, _out: &mut Vec<u8>) {}

    /// After everything else.
    fn close(&self, _totals: &Totals<'_>, _out: &mut Vec<u8>) {}
}

/// The first line of a span with a bit of its surroundings, invisible characters
/// made visible, and where the span stands in that.
#[must_use]
pub fn brief(text: &str, span: Span) -> (String, std::ops::Range<usize>) {
    let shown = excerpt::excerpt(text, span);
    (shown.text, shown.span)
}

/// Calls `each` with every finding of one document and its place, in order.
pub fn place(document: &Document<'_>, diagnostics: &[Diagnostic<'_>], mut each: impl FnMut(&Finding<'_>)) {
    let mut positions = Positions::new(document);
    let identities = Identities::new(document, diagnostics);
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        let (start, end) = positions.locate(diagnostic.span);
        let (standing, identities) = (Standing::New, (&identities, index));
        each(&Finding { document, diagnostic, start, end, standing, identities });
    }
}
