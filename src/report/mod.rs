//! Findings in, text out; nothing here writes.

mod concise;
mod excerpt;
mod full;
mod record;
mod rule_error;

pub(crate) use self::excerpt::reveal;
pub use self::{
    concise::Concise,
    full::Full,
    record::{Json, JsonLines},
    rule_error::render_rule_errors,
};
use crate::{
    diagnostic::Diagnostic,
    document::Document,
    position::{Position, Positions},
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
}

impl Finding<'_> {
    /// `path:line:column`, or `path:record#id:line:column` where the file holds
    /// records.
    #[must_use]
    pub fn place(&self) -> String {
        let Position { line, column } = self.start;
        if self.document.in_file {
            format!("{}:{line}:{column}", self.document.path)
        } else {
            format!("{}:{line}:{column}", self.document.name())
        }
    }
}

/// Renders findings, one after the other; used by many threads at once.
pub trait Reporter: Sync {
    /// Appends one finding to `out`.
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>);

    /// What stands before the first finding of the run, between two, and
    /// after the last.
    fn frame(&self) -> Frame {
        Frame { open: "", between: "", close: "" }
    }
}

/// What a format puts around its findings.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Before the first.
    pub open: &'static str,
    /// Between two.
    pub between: &'static str,
    /// After the last.
    pub close: &'static str,
}

/// Appends all findings of one document to `out`, with what stands between.
pub fn render(
    reporter: &dyn Reporter,
    document: &Document<'_>,
    diagnostics: &[Diagnostic<'_>],
    out: &mut Vec<u8>,
) {
    let mut positions = Positions::new(document);
    for diagnostic in diagnostics {
        if !out.is_empty() {
            out.extend_from_slice(reporter.frame().between.as_bytes());
        }
        let (start, end) = positions.locate(diagnostic.span);
        reporter.finding(&Finding { document, diagnostic, start, end }, out);
    }
}
