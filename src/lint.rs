//! The engine: what do these rules find in this document?

use std::ops::Range;

use crate::{
    diagnostic::Diagnostic,
    document::{Check, Document},
    layout::{line_end, line_start},
    page::Page,
    prefilter::Prefilter,
    prose,
    rule::{Found, PatternScratch, Probe, RuleSet, Unit, find_all, locate},
    span::Span,
};

/// Finds what `rules` find in `document`; cannot fail.
///
/// Findings are sorted by span, then by rule id, and are the same however often
/// and wherever the document is looked at. To look at many documents, keep a
/// [`Linter`].
#[must_use]
pub fn lint<'r>(rules: &'r RuleSet, document: &Document<'_>) -> Vec<Diagnostic<'r>> {
    Linter::new(rules).lint(document)
}

/// Rules with the memory that one thread needs to run them.
#[derive(Debug)]
pub struct Linter<'r> {
    rules: &'r RuleSet,
    /// For each rule and pattern, made when it is first needed.
    scratch: Vec<Vec<Option<PatternScratch>>>,
    /// For each probe, up to where the document was searched.
    searched: Vec<usize>,
}

/// A match before its context was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Raw {
    rule: usize,
    span: Span,
    whole: Span,
    scope: Span,
    pattern: Option<usize>,
}

impl<'r> Linter<'r> {
    /// A linter for these rules.
    #[must_use]
    pub fn new(rules: &'r RuleSet) -> Self {
        let scratch =
            rules.running().iter().map(|rule| rule.matcher.any.iter().map(|_| None).collect()).collect();
        Linter { rules, scratch, searched: vec![0; rules.probes().len()] }
    }

    /// The rules it runs.
    #[must_use]
    pub fn rules(&self) -> &'r RuleSet {
        self.rules
    }

    /// See [`lint`].
    pub fn lint(&mut self, document: &Document<'_>) -> Vec<Diagnostic<'r>> {
        self.run(document, Self::search)
    }

    /// As [`Linter::lint`], but every rule looks everywhere: slow, and right
    /// by construction. Tests hold the prefilter against it.
    pub fn lint_everywhere(&mut self, document: &Document<'_>) -> Vec<Diagnostic<'r>> {
        self.run(document, Self::search_everywhere)
    }

    fn run(
        &mut self,
        document: &Document<'_>,
        search: fn(&mut Self, &Page<'_>) -> Vec<Raw>,
    ) -> Vec<Diagnostic<'r>> {
        let page = Page::new(document);
        let mut found = if document.readable { search(self, &page) } else { Vec::new() };
        if found.is_empty() && document.damage.is_empty() {
            return Vec::new();
        }
        let rules = self.rules.running();
        found.sort_unstable();
        found.dedup();
        let lost: Vec<Span> =
            document.damage.iter().filter(|d| d.check == Check::InvalidUtf8).map(|d| d.span).collect();
        let is_whole = |span: Span| {
            // Sorted and apart, so that one candidate is enough.
            let next = lost.partition_point(|lost| lost.end <= span.start);
            lost.get(next).is_none_or(|lost| !lost.overlaps(span))
        };
        let mut judged: Vec<(usize, Diagnostic<'r>)> = Vec::new();
        for raw in found {
            // What a finding took along is not looked at again.
            if judged.last().is_some_and(|(rule, last)| *rule == raw.rule && last.span.covers(raw.span)) {
                continue;
            }
            judged.extend(
                self.judge(&page, raw).filter(|found| is_whole(found.span)).map(|found| (raw.rule, found)),
            );
        }
        drop_contained(&mut judged);
        for damage in document.damage {
            if let Some(rule) = self.rules.rule_for(damage.check) {
                judged.push((rule, Diagnostic { rule: &rules[rule], span: damage.span, fix: None }));
            }
        }
        let fired: Vec<bool> = {
            let mut fired = vec![false; rules.len()];
            judged.iter().for_each(|(rule, _)| fired[*rule] = true);
            fired
        };
        let required = |rule: usize| {
            let requires = &rules[rule].matcher.requires;
            requires.is_empty()
                || rules.iter().zip(&fired).any(|(other, &fired)| fired && requires.contains(&other.id))
        };
        judged.retain(|(rule, _)| self.rules.is_reported(*rule) && required(*rule));
        // Rules are sorted by id, so their indexes are as good.
        judged.sort_by_key(|(rule, diagnostic)| (diagnostic.span, *rule));
        judged.into_iter().map(|(_, diagnostic)| diagnostic).collect()
    }

    fn judge(&self, page: &Page<'_>, raw: Raw) -> Option<Diagnostic<'r>> {
        let rule = &self.rules.running()[raw.rule];
        let unit = match rule.matcher.unit {
            Unit::Span => None,
            // A line within a wrapped paragraph does not stand for itself.
            Unit::Line => Some(
                locate(&page.layout().standing, raw.scope.start)
                    .filter(|(_, unit)| unit.span == raw.scope)?,
            ),
            Unit::Paragraph => locate(&page.layout().paragraphs, raw.scope.start),
        };
        let span = rule.matcher.context.covers(page, raw.span, unit)?;
        let found = Found { whole: raw.whole, span, narrowed: raw.whole != raw.span };
        let fix = rule.fix(page, raw.scope, found, raw.pattern).ok()?;
        Some(Diagnostic { rule, span, fix })
    }

    /// Looks only where the prefilter says that something could match.
    fn search(&mut self, page: &Page<'_>) -> Vec<Raw> {
        let rules = self.rules;
        let text = page.text();
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut paragraphs: Vec<(usize, usize)> = Vec::new();
        let prefilter: &Prefilter = rules.prefilter();
        let folding = prefilter.folding(bytes);
        if prefilter.looks_at_lines() {
            self.search_lines(text, folding, &mut found);
        }
        self.nothing_searched(folding, bytes.len());
        let mut line = 0..0;
        prefilter.scan(bytes, |index, at| {
            let index = index as usize;
            let probe = &rules.probes()[index];
            if at < self.searched[index] {
                return;
            }
            let matcher = &rules.running()[probe.rule].matcher;
            let is_line = probe.pattern.is_none() && matcher.unit == Unit::Line;
            if is_line && !may_start_and_end(bytes, at, probe) {
                return;
            }
            if !line.contains(&at) {
                // Places mostly come in order.
                let floor = if at >= line.end { line.end } else { 0 };
                line = line_start(bytes, at, floor)..line_end(bytes, at);
            }
            match probe.pattern {
                Some(pattern) => self.search_at(text, index, probe, pattern, at, &line, &mut found),
                None if is_line => {
                    self.searched[index] = line.end;
                    if matcher.context.may_stand_at(&line, bytes.len()) {
                        self.search_line(text, probe.rule, line.clone(), &mut found);
                    }
                }
                // Paragraphs are looked at when all places are known.
                None => paragraphs.push((probe.rule, at)),
            }
        });
        paragraphs.sort_unstable();
        let mut seen = (usize::MAX, 0);
        for (rule, at) in paragraphs {
            if seen.0 != rule || at >= seen.1 {
                seen = (rule, self.search_paragraph(page, rule, at, &mut found));
            }
        }
        for &probe in
            folding.iter().map(|&probe| probe as usize).collect::<Vec<_>>().iter().chain(rules.unplaced())
        {
            self.search_probe_everywhere(page, probe, &mut found);
        }
        found
    }

    /// Forgets what was searched; probes that look everywhere later need no offers.
    fn nothing_searched(&mut self, folding: &[u32], length: usize) {
        self.searched.fill(0);
        for &probe in folding {
            self.searched[probe as usize] = length + 1;
        }
    }

    /// Lets line rules look at the lines that start with one of their windows.
    fn search_lines(&mut self, text: &str, folding: &[u32], found: &mut Vec<Raw>) {
        let rules = self.rules;
        let bytes = text.as_bytes();
        self.nothing_searched(folding, bytes.len());
        let mut start = 0;
        while start < bytes.len() {
            let end = line_end(bytes, start);
            let unit = trimmed(text, start..end);
            rules.prefilter().scan_line(bytes, &unit, |index| {
                let probe = &rules.probes()[index as usize];
                let searched = &mut self.searched[index as usize];
                if *searched > unit.start || probe.longest.is_some_and(|longest| unit.len() > longest) {
                    return;
                }
                *searched = end + 1;
                if rules.running()[probe.rule].matcher.context.may_stand_at(&(start..end), bytes.len()) {
                    self.search_unit(text, probe.rule, Span::new(unit.start, unit.end), found);
                }
            });
            start = end + 1;
        }
    }

    /// Searches for one pattern of a span rule whose window stands at `at`.
    ///
    /// Every match holds a window, and places come in order; so the leftmost
    /// match that was not seen yet starts no further before the first place
    /// than the longest prefix of the pattern.
    #[expect(clippy::too_many_arguments, reason = "the state of one scan")]
    fn search_at(
        &mut self,
        text: &str,
        index: usize,
        probe: &Probe,
        pattern: usize,
        at: usize,
        line: &Range<usize>,
        found: &mut Vec<Raw>,
    ) {
        let bytes = text.as_bytes();
        let regex = &self.rules.running()[probe.rule].matcher.any[pattern];
        let scratch = self.scratch[probe.rule][pattern].get_or_insert_with(|| regex.scratch());
        let region = if regex.crosses_lines { 0..bytes.len() } else { line.clone() };
        let seen = self.searched[index];
        let matched = match probe.exact_prefix {
            Some(prefix) => {
                let Some(start) = at.checked_sub(prefix).filter(|&start| start >= seen) else { return };
                regex.find(scratch, text, start..region.end.max(start), true)
            }
            None => {
                let floor = seen.max(region.start);
                let start = probe.longest_prefix.map_or(floor, |prefix| at.saturating_sub(prefix).max(floor));
                let matched = regex.find(scratch, text, start..region.end, false);
                if matched.is_none() {
                    // Nothing more in this line, or in this text.
                    self.searched[index] = region.end;
                }
                matched
            }
        };
        if let Some(matched) = matched {
            self.searched[index] = matched.resume();
            found.push(Raw {
                rule: probe.rule,
                span: matched.span,
                whole: matched.whole,
                scope: Span::new(0, bytes.len()),
                pattern: Some(pattern),
            });
        }
    }

    /// Lets a line rule look at one physical line; whether the line stands for
    /// itself is judged later, if it has to be.
    fn search_line(&mut self, text: &str, rule: usize, line: Range<usize>, found: &mut Vec<Raw>) {
        let unit = trimmed(text, line);
        if !unit.is_empty() {
            self.search_unit(text, rule, Span::new(unit.start, unit.end), found);
        }
    }

    /// Lets a paragraph rule look at the paragraph around `at`, and returns the
    /// end of that paragraph.
    fn search_paragraph(&mut self, page: &Page<'_>, rule: usize, at: usize, found: &mut Vec<Raw>) -> usize {
        let units = &page.layout().paragraphs;
        let next = units.partition_point(|unit| unit.span.end <= at);
        let Some(unit) = units.get(next) else { return usize::MAX };
        self.search_unit(page.text(), rule, unit.span, found);
        unit.span.end
    }

    fn search_unit(&mut self, text: &str, rule: usize, scope: Span, found: &mut Vec<Raw>) {
        let matcher = &self.rules.running()[rule].matcher;
        if let Some((matched, pattern)) = matcher.find_in_unit(&mut self.scratch[rule], text, scope) {
            found.push(Raw { rule, span: matched.span, whole: matched.whole, scope, pattern });
        }
    }

    fn search_everywhere(&mut self, page: &Page<'_>) -> Vec<Raw> {
        let mut found = Vec::new();
        for probe in 0..self.rules.probes().len() {
            self.search_probe_everywhere(page, probe, &mut found);
        }
        found
    }

    fn search_probe_everywhere(&mut self, page: &Page<'_>, probe: usize, found: &mut Vec<Raw>) {
        let probe = &self.rules.probes()[probe];
        let matcher = &self.rules.running()[probe.rule].matcher;
        let text = page.text();
        let Some(pattern) = probe.pattern else {
            if matcher.unit == Unit::Line {
                let mut start = 0;
                while start < text.len() {
                    let end = line_end(text.as_bytes(), start);
                    self.search_line(text, probe.rule, start..end, found);
                    start = end + 1;
                }
            } else {
                for unit in &page.layout().paragraphs {
                    self.search_unit(text, probe.rule, unit.span, found);
                }
            }
            return;
        };
        let regex = &matcher.any[pattern];
        let scratch = self.scratch[probe.rule][pattern].get_or_insert_with(|| regex.scratch());
        let scope = Span::new(0, text.len());
        find_all(regex, scratch, text, 0..text.len(), |matched| {
            found.push(Raw {
                rule: probe.rule,
                span: matched.span,
                whole: matched.whole,
                scope,
                pattern: Some(pattern),
            });
        });
    }
}

/// Whether the line around the window at `at` can be a unit that the probe
/// matches: the start no further away than its longest prefix, the end no
/// further than its longest match, blanks aside. Bytes beyond ASCII, which may
/// be blanks too, are given the benefit of the doubt.
fn may_start_and_end(bytes: &[u8], at: usize, probe: &Probe) -> bool {
    if let Some(prefix) = probe.longest_prefix.filter(|_| probe.anchored) {
        let from = at.saturating_sub(prefix);
        if !bytes[from..at].iter().any(ends_line) && !blank_until_line_end(bytes[..from].iter().rev()) {
            return false;
        }
    }
    if let Some(longest) = probe.longest {
        let to = (at + longest).min(bytes.len());
        if memchr::memchr2(b'\n', b'\r', &bytes[at..to]).is_none()
            && !blank_until_line_end(bytes[to..].iter())
        {
            return false;
        }
    }
    true
}

/// The place of a line without the blanks at its ends.
fn trimmed(text: &str, line: Range<usize>) -> Range<usize> {
    let content = &text[line.clone()];
    let trimmed = prose::trim(content);
    let start = line.start + (trimmed.as_ptr() as usize - content.as_ptr() as usize);
    start..start + trimmed.len()
}

fn ends_line(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn blank_until_line_end<'b>(mut bytes: impl Iterator<Item = &'b u8>) -> bool {
    let is_blank = |b: &&u8| matches!(b, b' ' | b'\t' | 0x0b | 0x0c);
    bytes.find(|b| !is_blank(b)).is_none_or(|b| ends_line(b) || !b.is_ascii())
}

/// Of one rule's findings, those within another one go.
fn drop_contained(judged: &mut Vec<(usize, Diagnostic<'_>)>) {
    judged.sort_by_key(|(rule, d)| (*rule, d.span.start, std::cmp::Reverse(d.span.end)));
    let mut last: Option<(usize, Span)> = None;
    judged.retain(|(rule, diagnostic)| {
        let contained = last.is_some_and(|(r, span)| r == *rule && span.covers(diagnostic.span));
        if !contained {
            last = Some((*rule, diagnostic.span));
        }
        !contained
    });
}
