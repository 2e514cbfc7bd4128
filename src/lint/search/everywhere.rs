//! Lets rules look at all of a text: those that the prefilter cannot place, and all of
//! them where they are the oracle.

use super::{Raw, Search, Watch};
use crate::{
    layout::{line_end, trimmed},
    page::Page,
    rule::{PatternScratch, Probe, Unit, find_all},
    span::Span,
};

impl<W: Watch> Search<'_, W> {
    /// Lets every rule look everywhere, with nothing that is quick between.
    pub(in crate::lint) fn everywhere(&mut self, page: &Page<'_>, found: &mut Vec<Raw>) {
        self.scratch.iter_mut().flatten().for_each(PatternScratch::close_programs);
        self.look_everywhere(page, 0..self.rules.probes().len(), found);
    }

    /// Lets patterns of span rules, and all patterns of other rules, look everywhere.
    pub(super) fn look_everywhere(
        &mut self,
        page: &Page<'_>,
        probes: impl Iterator<Item = usize>,
        found: &mut Vec<Raw>,
    ) {
        let text = page.text();
        let mut last = None;
        for probe in probes {
            let Probe { rule, unit, pattern, .. } = self.rules.probes()[probe];
            match (unit, pattern) {
                (Unit::Span, Some(pattern)) => {
                    let regex = &self.rules.running()[rule].matcher.any[pattern];
                    let scope = Span::new(0, text.len());
                    let scratch = &mut self.scratch[rule][pattern];
                    self.watch.search(rule, || {
                        let before = found.len();
                        find_all(regex, scratch, text, 0..text.len(), |matched| {
                            let (span, whole) = (matched.span, matched.whole);
                            found.push(Raw { rule, span, whole, scope, pattern: Some(pattern) });
                        });
                        (found.len() > before).then_some(())
                    });
                }
                // All patterns of the rule have looked.
                _ if last.replace(rule) == Some(rule) => {}
                (Unit::Line, _) => {
                    let mut start = 0;
                    while start < text.len() {
                        let end = line_end(text.as_bytes(), start);
                        let unit = trimmed(text, start, end);
                        if !unit.is_empty() {
                            self.unit(text, rule, unit, None, found);
                        }
                        start = end + 1;
                    }
                }
                _ => {
                    for unit in &page.layout().paragraphs {
                        self.unit(text, rule, unit.span, None, found);
                    }
                }
            }
        }
    }
}
