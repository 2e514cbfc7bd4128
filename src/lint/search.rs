//! Runs patterns over a document: where the prefilter says that they could
//! match, or everywhere.

use std::ops::Range;

use super::Raw;
use crate::{
    layout::{line_end, line_start},
    page::Page,
    prefilter::{Admitted, Offer, Prefilter},
    prose,
    rule::{PatternScratch, Probe, RuleSet, Unit, find_all},
    span::Span,
};

/// Rules with the memory that one thread needs to search with them.
#[derive(Debug)]
pub(super) struct Search<'r> {
    rules: &'r RuleSet,
    /// For each rule and pattern, made when it is first needed.
    scratch: Vec<Vec<Option<PatternScratch>>>,
    /// For each probe, up to where the document was searched.
    searched: Vec<usize>,
    here: Here,
}

/// How far behind a place it is looked for a byte that no match may hold.
const NEAR: usize = 32;

/// The line around the place that was looked at last.
#[derive(Debug, Default)]
struct Here {
    line: Range<usize>,
    /// The line without the blanks at its ends.
    unit: Range<usize>,
    /// What the gate admits; empty until it was asked.
    admitted: Vec<u64>,
}

impl<'r> Search<'r> {
    pub(super) fn new(rules: &'r RuleSet) -> Self {
        let scratch =
            rules.running().iter().map(|rule| rule.matcher.any.iter().map(|_| None).collect()).collect();
        Search { rules, scratch, searched: vec![0; rules.probes().len()], here: Here::default() }
    }

    /// Looks only where the prefilter says that something could match.
    pub(super) fn page(&mut self, page: &Page<'_>) -> Vec<Raw> {
        let rules = self.rules;
        let text = page.text();
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut paragraphs: Vec<(usize, usize)> = Vec::new();
        let prefilter: &Prefilter = rules.prefilter();
        self.searched.fill(0);
        if rules.gate().looks_at_lines() {
            self.lines(text, &mut found);
        }
        self.here.set(text, 0..0);
        let folding = prefilter.scan(bytes, |offer| {
            let (index, at) = (offer.probe as usize, offer.at);
            let probe = &rules.probes()[index];
            let seen = self.searched[index];
            if probe.pattern.is_some() && at < seen {
                return;
            }
            match probe.pattern {
                Some(pattern) => self.span(text, offer, pattern, &mut found),
                None if rules.running()[probe.rule].matcher.unit == Unit::Line => {
                    self.here.move_to(text, at);
                    if seen != self.here.line.end {
                        self.searched[index] = self.here.line.end;
                        self.line(text, probe, &mut found);
                    }
                }
                // Paragraphs are looked at when all places are known.
                None => paragraphs.push((index, at)),
            }
        });
        // What these found is not all, and may overlap the rest.
        for probe in folding.iter().map(|&probe| &rules.probes()[probe as usize]) {
            found.retain(|raw: &Raw| {
                raw.rule != probe.rule || probe.pattern.is_some() && raw.pattern != probe.pattern
            });
        }
        paragraphs.retain(|(index, _)| !folding.contains(&(*index as u32)));
        paragraphs.sort_unstable();
        let mut seen = (usize::MAX, 0);
        for (index, at) in paragraphs {
            if seen.0 != index || at >= seen.1 {
                seen = (index, self.paragraph(page, index, at, &mut found));
            }
        }
        let folding = folding.iter().map(|&probe| probe as usize);
        for probe in folding.chain(rules.unplaced().iter().copied()) {
            self.probe_everywhere(page, probe, &mut found);
        }
        found
    }

    /// Lets every rule look everywhere.
    pub(super) fn everywhere(&mut self, page: &Page<'_>) -> Vec<Raw> {
        let mut found = Vec::new();
        for probe in 0..self.rules.probes().len() {
            self.probe_everywhere(page, probe, &mut found);
        }
        found
    }

    /// The rules that look at a line in `place` for its edges alone.
    pub(super) fn admitted(rules: &'r RuleSet, text: &str, place: Span) -> Vec<usize> {
        let gate = rules.gate();
        if !gate.looks_at_lines() {
            return Vec::new();
        }
        let start = line_start(text.as_bytes(), place.start, 0);
        let unit = trimmed(text, start..line_end(text.as_bytes(), place.start));
        let mut admitted = Vec::new();
        gate.admit(&text.as_bytes()[unit], &mut admitted);
        gate.alone(&admitted).map(|probe| rules.probes()[probe as usize].rule).collect()
    }

    /// Asks the gate about every line.
    fn lines(&mut self, text: &str, found: &mut Vec<Raw>) {
        let rules = self.rules;
        let mut admitted = std::mem::take(&mut self.here.admitted);
        let mut start = 0;
        while start < text.len() {
            let line = start..line_end(text.as_bytes(), start);
            let unit = trimmed(text, line.clone());
            if unit.start < unit.end {
                rules.gate().admit(&text.as_bytes()[unit.clone()], &mut admitted);
                for index in rules.gate().alone(&admitted) {
                    let probe = &rules.probes()[index as usize];
                    let Some(seats) = &probe.seats else { continue };
                    let context = &rules.running()[probe.rule].matcher.context;
                    if self.searched[index as usize] <= start && context.may_stand_at(&line, text.len()) {
                        let scope = Span::new(unit.start, unit.end);
                        self.unit(text, probe.rule, scope, seats.own(&admitted), found);
                    }
                }
            }
            start = line.end + 1;
        }
        self.here.admitted = admitted;
    }

    /// Searches for one pattern of a span rule.
    ///
    /// Every match holds a window, and places come in order; so the leftmost
    /// match that was not seen yet starts no further before the first place
    /// than the longest prefix of the pattern. Where the prefix of the window is
    /// known, there is no such match if none starts right there.
    fn span(&mut self, text: &str, offer: Offer, pattern: usize, found: &mut Vec<Raw>) {
        let (index, at) = (offer.probe as usize, offer.at);
        let probe = &self.rules.probes()[index];
        let regex = &self.rules.running()[probe.rule].matcher.any[pattern];
        let scratch = self.scratch[probe.rule][pattern].get_or_insert_with(|| regex.scratch());
        let seen = self.searched[index];
        // Where a long match fails, one search of the line is cheaper than a try
        // at every place.
        let matched = match offer.prefix.filter(|_| regex.is_short()) {
            Some(prefix) if probe.one_prefix => {
                let Some(start) = at.checked_sub(prefix).filter(|&start| start >= seen) else { return };
                // It ends with its line where it has to.
                regex.find(scratch, text, start..text.len(), true)
            }
            prefix => {
                let region = if regex.crosses_lines {
                    0..text.len()
                } else {
                    self.here.move_to(text, at);
                    self.here.line.clone()
                };
                let floor = seen.max(region.start);
                if let Some(prefix) = prefix {
                    let Some(start) = at.checked_sub(prefix).filter(|&start| start >= floor) else { return };
                    if !regex.starts_at(scratch, text, start..region.end.max(start)) {
                        return;
                    }
                }
                let start = probe.longest_prefix.map_or(floor, |prefix| at.saturating_sub(prefix).max(floor));
                // No match reaches beyond the bytes that it may hold.
                let is_outside = |&byte: &u8| !probe.alphabet.contains(byte);
                let bytes = text.as_bytes();
                let start = bytes[start..at].iter().rposition(is_outside).map_or(start, |i| start + i + 1);
                let near = &bytes[at..region.end.min(at + NEAR).max(at)];
                if let Some(length) = near.iter().position(is_outside) {
                    let matched = regex.find(scratch, text, start..at + length, false);
                    if matched.is_none() {
                        self.searched[index] = at + length;
                    }
                    matched
                } else {
                    // A short pattern need not look at all of a long line; twice as far as
                    // a match from here could reach, so that the looks do not overlap much.
                    let longest = regex.longest().filter(|_| regex.is_short());
                    let end = longest.map_or(region.end, |longest| region.end.min(at + 2 * longest));
                    let mut matched = regex.find(scratch, text, start..end, false);
                    if matched.is_none() {
                        // What starts so late that it may have been cut off was not seen.
                        let cut = longest.filter(|_| end < region.end).unwrap_or(0);
                        self.searched[index] = end - cut;
                    } else if end < region.end {
                        matched = regex.find(scratch, text, start..region.end, false);
                    }
                    matched
                }
            }
        };
        if let Some(matched) = matched {
            self.searched[index] = matched.resume();
            found.push(Raw {
                rule: probe.rule,
                span: matched.span,
                whole: matched.whole,
                scope: Span::new(0, text.len()),
                pattern: Some(pattern),
            });
        }
    }

    /// Lets a line rule look at the physical line that we are at; whether it
    /// stands for itself is judged later, if it has to be.
    fn line(&mut self, text: &str, probe: &Probe, found: &mut Vec<Raw>) {
        let Here { line, unit, admitted } = &mut self.here;
        let admitted = match &probe.seats {
            Some(seats) => {
                if admitted.is_empty() {
                    self.rules.gate().admit(&text.as_bytes()[unit.clone()], admitted);
                }
                seats.own(admitted)
            }
            None => Admitted::ALL,
        };
        let context = &self.rules.running()[probe.rule].matcher.context;
        if unit.start < unit.end && !admitted.is_none() && context.may_stand_at(line, text.len()) {
            let scope = Span::new(unit.start, unit.end);
            self.unit(text, probe.rule, scope, admitted, found);
        }
    }

    /// Lets a paragraph rule look at the paragraph around `at`, and returns the
    /// end of that paragraph.
    fn paragraph(&mut self, page: &Page<'_>, index: usize, at: usize, found: &mut Vec<Raw>) -> usize {
        let units = &page.layout().paragraphs;
        let next = units.partition_point(|unit| unit.span.end <= at);
        let Some(unit) = units.get(next) else { return usize::MAX };
        let probe = &self.rules.probes()[index];
        let text = page.text();
        let admitted = match &probe.seats {
            Some(seats) => {
                let admitted = &mut self.here.admitted;
                self.rules.gate().admit(&text.as_bytes()[unit.span.range()], admitted);
                seats.own(admitted)
            }
            None => Admitted::ALL,
        };
        if !admitted.is_none() {
            self.unit(text, probe.rule, unit.span, admitted, found);
        }
        unit.span.end
    }

    fn unit(&mut self, text: &str, rule: usize, scope: Span, admitted: Admitted, found: &mut Vec<Raw>) {
        let matcher = &self.rules.running()[rule].matcher;
        let scratch = &mut self.scratch[rule];
        if let Some((matched, pattern)) = matcher.find_in_unit(scratch, text, scope, admitted) {
            found.push(Raw { rule, span: matched.span, whole: matched.whole, scope, pattern });
        }
    }

    fn probe_everywhere(&mut self, page: &Page<'_>, probe: usize, found: &mut Vec<Raw>) {
        let Probe { rule, pattern, .. } = self.rules.probes()[probe];
        let matcher = &self.rules.running()[rule].matcher;
        let text = page.text();
        let Some(pattern) = pattern else {
            if matcher.unit == Unit::Line {
                let mut start = 0;
                while start < text.len() {
                    let end = line_end(text.as_bytes(), start);
                    let unit = trimmed(text, start..end);
                    if !unit.is_empty() {
                        let scope = Span::new(unit.start, unit.end);
                        self.unit(text, rule, scope, Admitted::ALL, found);
                    }
                    start = end + 1;
                }
            } else {
                for unit in &page.layout().paragraphs {
                    self.unit(text, rule, unit.span, Admitted::ALL, found);
                }
            }
            return;
        };
        let regex = &matcher.any[pattern];
        let scratch = self.scratch[rule][pattern].get_or_insert_with(|| regex.scratch());
        let scope = Span::new(0, text.len());
        find_all(regex, scratch, text, 0..text.len(), |matched| {
            found.push(Raw { rule, span: matched.span, whole: matched.whole, scope, pattern: Some(pattern) });
        });
    }
}

impl Here {
    /// Goes on to the line around a place; places come in order.
    fn move_to(&mut self, text: &str, at: usize) {
        if !self.line.contains(&at) {
            let start = line_start(text.as_bytes(), at, self.line.end);
            self.set(text, start..line_end(text.as_bytes(), at));
        }
    }

    fn set(&mut self, text: &str, line: Range<usize>) {
        self.unit = trimmed(text, line.clone());
        self.line = line;
        self.admitted.clear();
    }
}

/// The place of a line without the blanks at its ends.
fn trimmed(text: &str, line: Range<usize>) -> Range<usize> {
    let content = &text[line.clone()];
    let trimmed = prose::trim(content);
    let start = line.start + (trimmed.as_ptr() as usize - content.as_ptr() as usize);
    start..start + trimmed.len()
}
