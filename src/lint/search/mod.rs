//! Runs patterns over a document: where the prefilter says that they could
//! match, or [`everywhere`].

mod everywhere;
mod here;

use self::here::Here;
pub(super) use self::here::admitted;
use super::{Raw, watch::Watch};
use crate::{
    layout::{line_end, line_start},
    page::Page,
    prefilter::{self, Offer, Sink, Verdict},
    rule::{First, PatternScratch, Probe, Rule, RuleSet, Unit},
    span::Span,
};

/// Rules with the memory that one thread needs to search with them.
#[derive(Debug)]
pub(super) struct Search<'r, W> {
    rules: &'r RuleSet,
    watch: W,
    /// For each rule and pattern, made when it is first needed.
    scratch: Vec<Vec<PatternScratch>>,
    /// Where the document starts: places count on from one to the next, so that nothing has to
    /// be cleared between them.
    base: usize,
    /// For each probe, up to where it has searched, from the start of the first document.
    searched: Vec<usize>,
    /// Lent to a scan while it runs.
    scan: Option<Box<prefilter::Scratch>>,
    /// Probes that look at a line for how it opens, or for its edges alone.
    admitted: Vec<usize>,
    here: Here,
}

/// How far behind a place it is looked for a byte that no match may hold.
const NEAR: usize = 32;

impl<'r, W: Watch> Search<'r, W> {
    pub(super) fn new(rules: &'r RuleSet, watch: W) -> Self {
        let scratch = |rule: &Rule| rule.matcher.any.iter().map(|_| PatternScratch::default()).collect();
        Search {
            rules,
            watch,
            scratch: rules.running().iter().map(scratch).collect(),
            base: 0,
            searched: vec![0; rules.probes().len()],
            scan: None,
            admitted: Vec::new(),
            here: Here::default(),
        }
    }

    pub(super) fn watch(&self) -> &W {
        &self.watch
    }

    /// Looks only where the prefilter says that something could match.
    pub(super) fn page(&mut self, page: &Page<'_>, found: &mut Vec<Raw>) {
        let rules = self.rules;
        let text = page.text();
        if rules.look_at_lines() {
            self.enter_line(text, 0, found);
        } else {
            self.here.set(text, 0..0);
        }
        let mut scan = self.scan.take().unwrap_or_default();
        let mut looking = Looking { search: self, text, found: &mut *found, paragraphs: Vec::new() };
        let folding = rules.prefilter().scan(&mut scan, text.as_bytes(), &mut looking);
        let mut paragraphs = looking.paragraphs;
        self.scan = Some(scan);
        // Through the lines that are left.
        self.go_to(text, text.len().saturating_sub(1), found);
        // What these found is not all, and may overlap the rest.
        for probe in folding.iter().map(|&probe| &rules.probes()[probe as usize]) {
            let is_span = probe.unit == Unit::Span;
            found.retain(|raw: &Raw| raw.rule != probe.rule || is_span && raw.pattern != probe.pattern);
            paragraphs.retain(|(_, other)| rules.probes()[*other].rule != probe.rule);
        }
        for (at, probe) in paragraphs {
            if self.base + at >= self.searched[probe] {
                self.paragraph(page, probe, at, found);
            }
        }
        let folding = folding.iter().map(|&probe| probe as usize);
        self.look_everywhere(page, folding.chain(rules.unplaced().iter().copied()), found);
        self.leave(text.len());
    }

    /// Goes on behind a document of so many bytes.
    fn leave(&mut self, length: usize) {
        self.base += length + 1;
        // No document is longer than half of what can be counted.
        if self.base > usize::MAX / 2 {
            self.searched.fill(0);
            self.base = 0;
        }
    }

    /// Goes on to the line around a place; places come in order.
    fn go_to(&mut self, text: &str, at: usize, found: &mut Vec<Raw>) {
        if self.rules.look_at_lines() {
            while at > self.here.line.end {
                self.enter_line(text, self.here.line.end + 1, found);
            }
        } else if !self.here.line.contains(&at) {
            let start = line_start(text.as_bytes(), at, self.here.line.end);
            self.here.set(text, start..line_end(text.as_bytes(), at));
        }
    }

    /// Goes on to the line that starts here, and lets the patterns look at it that are told by how
    /// it opens, or that have no windows and that the gate admits.
    fn enter_line(&mut self, text: &str, start: usize, found: &mut Vec<Raw>) {
        let rules = self.rules;
        self.here.set(text, start..line_end(text.as_bytes(), start));
        let Here { unit, verdict, .. } = &mut self.here;
        if unit.start < unit.end {
            let mut admitted = std::mem::take(&mut self.admitted);
            let probe = |seat: u32| rules.alone()[seat as usize];
            let unit = &text[unit.clone()];
            rules.openings().of(unit, |probe| admitted.push(probe as usize));
            rules.gate().alone(unit.as_bytes(), verdict, |seat| admitted.push(probe(seat)));
            for probe in admitted.drain(..) {
                self.search_line(text, probe, found);
            }
            self.admitted = admitted;
        }
    }

    /// Searches for one pattern of a span rule.
    ///
    /// Every match holds a window, and places come in order; so the leftmost
    /// match that was not seen yet starts no further before the first place
    /// than the longest prefix of the pattern. Where the prefix of the window is
    /// known, there is no such match if none starts right there, and where it
    /// is not, if what the window stands in does not.
    fn span(&mut self, text: &str, offer: Offer, pattern: usize, found: &mut Vec<Raw>) {
        let (index, at) = (offer.probe as usize, offer.at);
        let probe = &self.rules.probes()[index];
        let regex = &self.rules.running()[probe.rule].matcher.any[pattern];
        // Where a long match fails, one search of the line is cheaper than a try
        // at every place.
        let prefix = offer.prefix.filter(|_| regex.is_short());
        let only_prefix = prefix.filter(|_| probe.one_prefix);
        if only_prefix.is_none() && !regex.crosses_lines {
            self.go_to(text, at, found);
            if !regex.may_reach(at, &self.here.line, probe.longest_prefix) {
                return;
            }
        }
        let scratch = &mut self.scratch[probe.rule][pattern];
        let here = &self.here;
        let mut searched = self.searched[index].saturating_sub(self.base);
        let matched = self.watch.search(probe.rule, || {
            if let Some(prefix) = only_prefix {
                let start = at.checked_sub(prefix).filter(|&start| start >= searched)?;
                // It ends with its line where it has to.
                return regex.find(scratch, text, start..text.len(), true);
            }
            let region = if regex.crosses_lines { 0..text.len() } else { here.line.clone() };
            let floor = region.start.max(searched);
            if regex.has_trial() {
                if !regex.may_pass(scratch, text, at, floor..region.end) {
                    return None;
                }
            } else if let Some(prefix) = prefix {
                let start = at.checked_sub(prefix).filter(|&start| start >= floor)?;
                if !regex.starts_at(scratch, text, start..region.end.max(start)) {
                    return None;
                }
            }
            let start = probe.longest_prefix.map_or(floor, |prefix| at.saturating_sub(prefix).max(floor));
            // No match reaches beyond the bytes that it may hold.
            let is_outside = |&byte: &u8| !probe.alphabet.contains(byte);
            let bytes = text.as_bytes();
            let start = bytes[start..at].iter().rposition(is_outside).map_or(start, |i| start + i + 1);
            match regex.first_within(scratch, text, start..at + 1, region.end) {
                First::Nothing => return None,
                First::Match(found) => return Some(found),
                First::Unknown => {}
            }
            let near = &bytes[at..region.end.min(at + NEAR).max(at)];
            if let Some(length) = near.iter().position(is_outside) {
                let matched = regex.find(scratch, text, start..at + length, false);
                if matched.is_none() {
                    searched = at + length;
                }
                return matched;
            }
            // A short pattern need not look at all of a long line; twice as far as
            // a match from here could reach, so that the looks do not overlap much.
            let longest = regex.longest().filter(|_| regex.is_short());
            let end = longest.map_or(region.end, |longest| region.end.min(at + 2 * longest));
            let matched = regex.find(scratch, text, start..end, false);
            if matched.is_none() {
                // What starts so late that it may have been cut off was not seen.
                let cut = longest.filter(|_| end < region.end).unwrap_or(0);
                searched = end - cut;
            } else if end < region.end {
                return regex.find(scratch, text, start..region.end, false);
            }
            matched
        });
        if let Some(matched) = matched {
            searched = matched.resume();
            found.push(Raw {
                rule: probe.rule,
                span: matched.span,
                whole: matched.whole,
                scope: Span::new(0, text.len()),
                pattern: Some(pattern),
            });
        }
        self.searched[index] = self.base + searched;
    }

    /// Lets a pattern of a line rule look at the physical line that we are at; whether
    /// it stands for itself is judged later, if it has to be.
    fn line(&mut self, text: &str, probe: usize, at: usize, found: &mut Vec<Raw>) {
        let Here { line, unit, verdict } = &mut self.here;
        if self.searched[probe] >= self.base + line.end || !unit.contains(&at) {
            return;
        }
        let slice = &text[unit.clone()];
        let probed = &self.rules.probes()[probe];
        if may_match(self.rules, &mut self.scratch, probed, slice, verdict, at - unit.start) {
            self.search_line(text, probe, found);
        }
    }

    /// Searches the line that we are at for a pattern.
    fn search_line(&mut self, text: &str, probe: usize, found: &mut Vec<Raw>) {
        let Here { line, unit, verdict } = &mut self.here;
        self.searched[probe] = self.base + line.end;
        let Probe { rule, pattern, .. } = self.rules.probes()[probe];
        let context = &self.rules.running()[rule].matcher.context;
        if context.may_stand_at(line, text.len()) && context.may_have_shape(&text[unit.clone()]) {
            let scope = Span::new(unit.start, unit.end);
            let mut verdict = std::mem::take(verdict);
            self.unit(text, rule, scope, pattern.map(|pattern| (pattern, &mut verdict)), found);
            self.here.verdict = verdict;
        }
    }

    /// Lets a pattern of a paragraph rule look at the paragraph around `at`.
    fn paragraph(&mut self, page: &Page<'_>, probe: usize, at: usize, found: &mut Vec<Raw>) {
        let units = &page.layout().paragraphs;
        let next = units.partition_point(|unit| unit.span.end <= at);
        let Some(span) = units.get(next).map(|unit| unit.span).filter(|span| span.start <= at) else {
            return;
        };
        let probed = &self.rules.probes()[probe];
        let mut verdict = Verdict::default();
        let slice = &page.text()[span.range()];
        if may_match(self.rules, &mut self.scratch, probed, slice, &mut verdict, at - span.start) {
            self.searched[probe] = self.base + span.end;
            if !self.rules.running()[probed.rule].matcher.context.may_have_shape(slice) {
                return;
            }
            let asked = probed.pattern.map(|pattern| (pattern, &mut verdict));
            self.unit(page.text(), probed.rule, span, asked, found);
        }
    }

    /// Searches a unit for a rule: for one of its patterns, and if that matches for those
    /// before it that the gate admits, or for all.
    fn unit(
        &mut self,
        text: &str,
        rule: usize,
        scope: Span,
        asked: Option<(usize, &mut Verdict)>,
        found: &mut Vec<Raw>,
    ) {
        let rules = self.rules;
        let matcher = &rules.running()[rule].matcher;
        let scratch = &mut self.scratch[rule];
        let matched = self.watch.search(rule, || {
            let Some((pattern, verdict)) = asked else {
                return matcher.find_in_unit(scratch, text, scope, |_| true);
            };
            let last = matcher.find_in_unit(scratch, text, scope, |index| index == pattern)?;
            let unit = &text.as_bytes()[scope.range()];
            let has_openings = |index: usize| !matcher.guards[index].openings.is_empty();
            let admits =
                |index| index < pattern && (has_openings(index) || rules.admits(rule, index, unit, verdict));
            matcher.find_in_unit(scratch, text, scope, admits).or(Some(last))
        });
        if let Some((matched, pattern)) = matched {
            found.push(Raw { rule, span: matched.span, whole: matched.whole, scope, pattern });
        }
    }
}

/// Whether a rule could match the unit `text` where it was offered the place `at`.
fn may_match(
    rules: &RuleSet,
    scratch: &mut [Vec<PatternScratch>],
    probe: &Probe,
    text: &str,
    verdict: &mut Verdict,
    at: usize,
) -> bool {
    let Some(pattern) = probe.pattern else { return true };
    let regex = &rules.running()[probe.rule].matcher.any[pattern];
    let is_far = regex.is_anchored() && probe.longest_prefix.is_some_and(|longest| at > longest);
    !is_far
        && rules.admits(probe.rule, pattern, text.as_bytes(), verdict)
        && regex.may_pass(&mut scratch[probe.rule][pattern], text, at, 0..text.len())
}

/// Hears of places while a text is scanned.
struct Looking<'s, 'r, 't, W> {
    search: &'s mut Search<'r, W>,
    text: &'t str,
    found: &'s mut Vec<Raw>,
    /// Places and probes of rules that look at paragraphs, for when all are known.
    paragraphs: Vec<(usize, usize)>,
}

impl<W: Watch> Sink for Looking<'_, '_, '_, W> {
    #[inline]
    fn admits(&mut self, seat: u32, at: usize) -> bool {
        self.search.go_to(self.text, at, self.found);
        let Here { unit, verdict, .. } = &mut self.search.here;
        unit.contains(&at)
            && self.search.rules.gate().admits(&self.text.as_bytes()[unit.clone()], verdict, seat)
    }

    fn offer(&mut self, offer: Offer) {
        let (index, at) = (offer.probe as usize, offer.at);
        let probe = &self.search.rules.probes()[index];
        self.search.watch.offered(probe.rule);
        if self.search.base + at < self.search.searched[index] {
            return;
        }
        match (probe.unit, probe.pattern) {
            (Unit::Span, Some(pattern)) => self.search.span(self.text, offer, pattern, self.found),
            (Unit::Line, _) => {
                self.search.go_to(self.text, at, self.found);
                self.search.line(self.text, index, at, self.found);
            }
            _ => self.paragraphs.push((at, index)),
        }
    }
}
