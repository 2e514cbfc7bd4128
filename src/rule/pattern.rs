//! One regular expression of a rule, searching: compiled when it is first needed.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use regex_automata::{
    Anchored, Input,
    meta::{self, Regex},
    util::captures::Captures,
};

pub(super) use super::parse::Pattern;
use crate::{page::REACH, span::Span};

/// The compiled form of a pattern, made when it is first needed: on most texts,
/// most never are.
#[derive(Clone, Debug, Default)]
pub(super) struct Compiled(Arc<OnceLock<Regex>>);

/// What one thread needs to search with one pattern.
#[derive(Debug)]
pub(crate) struct PatternScratch {
    cache: meta::Cache,
    captures: Option<Captures>,
}

/// A match: all of it, and the part that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) whole: Span,
    pub(crate) span: Span,
    /// Whether the group `span` took part.
    pub(crate) narrowed: bool,
}

impl Found {
    /// Where to look for the next match: behind the span, so that what stands
    /// around one span may stand around the next; behind all of it where it
    /// reaches so far that looking again would cost too much.
    pub(crate) fn resume(&self) -> usize {
        if self.whole.end - self.span.end <= REACH { self.span.end } else { self.whole.end }
    }
}

impl Pattern {
    /// Whether a match is so short that trying for one costs next to nothing.
    pub(crate) fn is_short(&self) -> bool {
        self.longest().is_some_and(|longest| longest <= 4 * REACH)
    }

    fn regex(&self) -> &Regex {
        self.compiled.0.get_or_init(|| {
            let config = meta::Config::new().nfa_size_limit(None);
            let built = Regex::builder().configure(config).build_from_hir(&self.parsed());
            built.expect("a parsed pattern compiles where its size is not limited")
        })
    }

    pub(crate) fn scratch(&self) -> PatternScratch {
        PatternScratch {
            cache: self.regex().create_cache(),
            captures: self.span_group.map(|_| self.regex().create_captures()),
        }
    }

    /// Whether the pattern matches anywhere in `text`.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.regex().is_match(text)
    }

    /// The first match in `text[range]`; the text around it is seen by `\b`,
    /// `^` and `$`. With `anchored`, only a match at the start of the range.
    pub(crate) fn find(
        &self,
        scratch: &mut PatternScratch,
        text: &str,
        range: Range<usize>,
        anchored: bool,
    ) -> Option<Found> {
        let anchored = if anchored { Anchored::Yes } else { Anchored::No };
        let input = Input::new(text).range(range).anchored(anchored);
        let (Some(group), Some(captures)) = (self.span_group, scratch.captures.as_mut()) else {
            let found = self.regex().search_with(&mut scratch.cache, &input)?;
            let span = Span::new(found.start(), found.end());
            return Some(Found { whole: span, span, narrowed: false });
        };
        self.regex().search_captures_with(&mut scratch.cache, &input, captures);
        let found = captures.get_match()?;
        let whole = Span::new(found.start(), found.end());
        // A group that took no part, or that is empty, narrows nothing.
        let span = captures.get_group(group).map(|s| Span::new(s.start, s.end)).filter(|s| !s.is_empty());
        Some(Found { whole, span: span.unwrap_or(whole), narrowed: span.is_some() })
    }

    /// Whether a match starts where `range` does and ends within it; the text
    /// around it is seen by `\b`, `^` and `$`.
    pub(crate) fn starts_at(&self, scratch: &mut PatternScratch, text: &str, range: Range<usize>) -> bool {
        let input = Input::new(text).range(range).anchored(Anchored::Yes).earliest(true);
        self.regex().search_half_with(&mut scratch.cache, &input).is_some()
    }

    /// Fills `template` with the groups of the match in `scope` that covers
    /// `whole`; the scope is the text the pattern was searched in.
    pub(crate) fn interpolate(&self, text: &str, scope: Span, whole: Span, template: &str) -> String {
        let mut captures = self.regex().create_captures();
        let text = &text[scope.range()];
        let range = whole.start - scope.start..whole.end - scope.start;
        let input = Input::new(text).range(range).anchored(Anchored::Yes);
        self.regex().search_captures(&input, &mut captures);
        let mut out = String::new();
        captures.interpolate_string_into(text, template, &mut out);
        out
    }
}
