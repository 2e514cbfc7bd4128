//! Where in the lines of a text a search is.

use std::ops::Range;

use crate::{
    layout::{line_end, line_start, trimmed},
    prefilter::Verdict,
    rule::RuleSet,
    span::Span,
};

/// The line around the place that was looked at last.
#[derive(Debug, Default)]
pub(super) struct Here {
    pub(super) line: Range<usize>,
    /// The line without the blanks at its ends.
    pub(super) unit: Range<usize>,
    /// What the gate said of it so far.
    pub(super) verdict: Verdict,
}

impl Here {
    pub(super) fn set(&mut self, text: &str, line: Range<usize>) {
        self.unit = trimmed(text, line.start, line.end).range();
        self.line = line;
        self.verdict.clear();
    }
}

/// The probes that look at the line at `place` for how it opens, or for its edges alone.
pub(in crate::lint) fn admitted(rules: &RuleSet, text: &str, place: Span) -> Vec<usize> {
    let mut admitted = Vec::new();
    let start = line_start(text.as_bytes(), place.start, 0);
    let unit = &text[trimmed(text, start, line_end(text.as_bytes(), place.start)).range()];
    if !unit.is_empty() {
        rules.openings().of(unit, |probe| admitted.push(probe as usize));
        let each = |seat: u32| admitted.push(rules.alone()[seat as usize]);
        rules.gate().alone(unit.as_bytes(), &mut Verdict::default(), each);
    }
    admitted
}
