//! Looks for what a rule looks for.

use std::ops::Range;

use super::{
    data::Matcher,
    parse::Pattern,
    pattern::{Found, PatternScratch},
};
use crate::span::Span;

impl Matcher {
    /// The finding in a unit, and which pattern made it; patterns that are not
    /// admitted do not match. A unit is searched as a text of its own.
    pub(crate) fn find_in_unit(
        &self,
        scratch: &mut [PatternScratch],
        text: &str,
        unit: Span,
        mut admits: impl FnMut(usize) -> bool,
    ) -> Option<(Found, Option<usize>)> {
        if self.any.is_empty() {
            // Without a pattern the shape is what the rule looks for.
            if self.context.shape.as_ref().is_some_and(|shape| !shape.fits(&text[unit.range()])) {
                return None;
            }
            return Some((Found { whole: unit, span: unit, narrowed: false }, None));
        }
        let slice = &text[unit.range()];
        let mut patterns = self.any.iter().zip(scratch).enumerate().filter(|(index, _)| admits(*index));
        patterns.find_map(|(index, (pattern, scratch))| {
            let found = pattern.find(scratch, slice, 0..slice.len(), pattern.is_anchored())?;
            let whole = found.whole.shifted(unit.start);
            let span = if found.narrowed { found.span.shifted(unit.start) } else { unit };
            Some((Found { whole, span, ..found }, Some(index)))
        })
    }
}

/// Successive matches of one pattern, none overlapping the span of another.
pub(crate) fn find_all(
    pattern: &Pattern,
    scratch: &mut PatternScratch,
    text: &str,
    range: Range<usize>,
    mut each: impl FnMut(Found),
) {
    let mut at = range.start;
    while at < range.end {
        let Some(found) = pattern.find(scratch, text, at..range.end, false) else { break };
        at = found.resume();
        each(found);
    }
}
