//! One regular expression of a rule: parsed, checked, compiled.
//!
//! In a pattern that looks for spans, `^` and `$` are the ends of a line, and
//! `\r\n` and a lone `\r` end one as they do for the layout. In all others they
//! are the ends of what is looked at: the unit, a neighbour, the text before.

use std::{
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

use regex_automata::{
    Anchored, Input,
    meta::{self, Regex},
    util::captures::Captures,
};
use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind, Look},
};

use crate::{page::REACH, span::Span};

/// The group that narrows what is reported and fixed.
const SPAN_GROUP: &str = "span";

/// The states that a pattern may have, roughly; about a megabyte of them.
const MOST_STATES: usize = 50_000;

/// A pattern, compiled when it is first needed: on most texts, most never are.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// The parsed form, from which the prefilter takes its literals.
    pub(crate) hir: Hir,
    regex: Arc<OnceLock<Regex>>,
    /// The names of its groups, by index; the first is the whole match.
    groups: Vec<Option<String>>,
    span_group: Option<usize>,
    /// Whether a match may hold a line end.
    pub(crate) crosses_lines: bool,
}

/// What a pattern is used for, which decides what it may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Finds spans anywhere in the text.
    Span,
    /// Finds a line or paragraph, and sees only that.
    Unit,
    /// Judges the surroundings of something found.
    Context,
}

/// Why a pattern was refused.
#[derive(Debug)]
pub(crate) struct PatternError {
    /// A lower-case sentence fragment.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// Where in the pattern, in bytes.
    pub(crate) at: Option<Range<usize>>,
}

impl PatternError {
    pub(super) fn new(message: impl fmt::Display, help: impl Into<String>) -> Self {
        PatternError { message: message.to_string(), help: Some(help.into()), at: None }
    }
}

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
        self.hir.properties().maximum_len().is_some_and(|longest| longest <= 4 * REACH)
    }

    pub(crate) fn new(text: &str, ignore_case: bool, usage: Use) -> Result<Self, PatternError> {
        let parse = |multi_line| {
            ParserBuilder::new()
                .multi_line(multi_line)
                .crlf(true)
                .case_insensitive(ignore_case)
                .build()
                .parse(text)
                .map_err(parse_error)
        };
        // Whoever looks at a piece of text means its ends, not those of its lines. There
        // `^` and `\A` are the same once parsed, so that the latter is looked for before.
        let names_ends = text.contains("\\A") || text.contains("\\z");
        let hir = parse(usage == Use::Span || (usage == Use::Unit && names_ends))?;
        if usage == Use::Unit
            && names_ends
            && [Look::Start, Look::End].iter().any(|&look| hir.properties().look_set().contains(look))
        {
            return Err(PatternError::new(
                "`\\A` and `\\z` have no meaning in a line or paragraph rule",
                "write `^` and `$`, which stand for the start and end of the unit",
            ));
        }
        let hir = if usage == Use::Unit && names_ends { parse(false)? } else { hir };
        let properties = hir.properties();
        if usage != Use::Context && properties.minimum_len().is_none_or(|n| n == 0) {
            return Err(PatternError::new(
                "pattern matches the empty string",
                "demand at least one character, for instance with `+` in place of `*`",
            ));
        }
        if states(&hir) > MOST_STATES {
            return Err(PatternError::new("pattern is too large", "make its counted repetitions smaller"));
        }
        let mut groups = vec![None];
        collect_groups(&hir, &mut groups);
        let span_group = groups.iter().position(|name| name.as_deref() == Some(SPAN_GROUP));
        let crosses_lines = matches_line_end(&hir);
        Ok(Pattern { hir, regex: Arc::default(), groups, span_group, crosses_lines })
    }

    fn regex(&self) -> &Regex {
        self.regex.get_or_init(|| {
            let config = meta::Config::new().nfa_size_limit(None);
            let built = Regex::builder().configure(config).build_from_hir(&self.hir);
            built.expect("a parsed pattern compiles where its size is not limited")
        })
    }

    /// Whether the pattern has a group of that name or number.
    pub(crate) fn has_group(&self, name: &str) -> bool {
        match name.parse::<usize>() {
            Ok(index) => index < self.groups.len(),
            Err(_) => self.groups.iter().any(|group| group.as_deref() == Some(name)),
        }
    }

    /// Whether every match starts at the start of the text that is searched.
    pub(crate) fn is_anchored(&self) -> bool {
        self.hir.properties().look_set_prefix().contains(Look::Start)
    }

    /// The most bytes that a unit may have which it matches from start to end;
    /// `None` if it may match a part, or any number of bytes.
    pub(crate) fn longest_unit(&self) -> Option<usize> {
        let properties = self.hir.properties();
        let ends = properties.look_set_suffix().contains(Look::End);
        properties.maximum_len().filter(|_| ends && self.is_anchored())
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

fn parse_error(error: regex_syntax::Error) -> PatternError {
    let (message, span) = match &error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), Some(*error.span())),
        regex_syntax::Error::Translate(error) => (error.kind().to_string(), Some(*error.span())),
        other => (other.to_string(), None),
    };
    let help = message
        .contains("look-around")
        .then_some("look-around is not linear: use `before`, `not-before`, `after` or `not-after`")
        .or_else(|| {
            message
                .contains("backreferences")
                .then_some("backreferences are not linear: use `repeats` for repeated lines")
        })
        .map(String::from);
    PatternError { message, help, at: span.map(|span| span.start.offset..span.end.offset) }
}

fn matches_line_end(hir: &Hir) -> bool {
    let line_end = |b: u8| b == b'\n' || b == b'\r';
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().any(|&b| line_end(b)),
        HirKind::Class(Class::Unicode(class)) => ['\n', '\r']
            .iter()
            .any(|&c| class.ranges().iter().any(|range| range.start() <= c && c <= range.end())),
        HirKind::Class(Class::Bytes(class)) => [b'\n', b'\r']
            .iter()
            .any(|&b| class.ranges().iter().any(|range| range.start() <= b && b <= range.end())),
        HirKind::Repetition(repetition) => matches_line_end(&repetition.sub),
        HirKind::Capture(capture) => matches_line_end(&capture.sub),
        HirKind::Concat(list) | HirKind::Alternation(list) => list.iter().any(matches_line_end),
    }
}

/// The names of the capture groups in `hir`, in the order of their indexes.
fn collect_groups(hir: &Hir, groups: &mut Vec<Option<String>>) {
    match hir.kind() {
        HirKind::Capture(capture) => {
            groups.push(capture.name.as_deref().map(String::from));
            collect_groups(&capture.sub, groups);
        }
        HirKind::Repetition(repetition) => collect_groups(&repetition.sub, groups),
        HirKind::Concat(list) | HirKind::Alternation(list) => {
            list.iter().for_each(|sub| collect_groups(sub, groups));
        }
        _ => {}
    }
}

/// About how many states the pattern compiles to.
fn states(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) if class.is_ascii() => 1,
        // A range of characters takes some sequences of byte ranges.
        HirKind::Class(Class::Unicode(class)) => 2 + class.ranges().len() / 2,
        HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Capture(capture) => 2 + states(&capture.sub),
        HirKind::Repetition(repetition) => {
            let copies = repetition.max.unwrap_or(repetition.min).max(1) as usize;
            states(&repetition.sub).saturating_mul(copies).saturating_add(1)
        }
        HirKind::Concat(list) | HirKind::Alternation(list) => {
            list.iter().map(states).fold(0, usize::saturating_add)
        }
    }
}
