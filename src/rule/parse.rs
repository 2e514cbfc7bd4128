//! One regular expression of a rule: parsed and checked, and what is known of
//! it without compiling it. How it searches stands in `pattern`.
//!
//! In a pattern that looks for spans, `^` and `$` are the ends of a line, and
//! `\r\n` and a lone `\r` end one as they do for the layout. In all others they
//! are the ends of what is looked at: the unit, a neighbour, the text before.

use std::{fmt, ops::Range};

use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind, Look},
};

use super::engines::Compiled;
use crate::{
    backtrack::Program,
    compact::{Compact, Lazy, compact},
    prefilter::Trial,
};

/// The group that narrows what is reported and fixed.
const SPAN_GROUP: &str = "span";

/// The states that a pattern may have, roughly; about a megabyte of them.
const MOST_STATES: usize = 50_000;

/// A pattern that was checked. It keeps its text and what is asked of it before
/// it searches; parsed forms are large, and most patterns are never compiled.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    syntax: Syntax,
    pub(super) compiled: Compiled,
    /// The names of its groups, by index; the first is the whole match.
    groups: Vec<Option<String>>,
    pub(super) span_group: Option<usize>,
    /// Whether a match may hold a line end.
    pub(crate) crosses_lines: bool,
    /// Whether every match starts at the start of what is searched.
    anchored: bool,
    /// Whether every match starts where a line does.
    starts_line: bool,
    /// Whether every match ends where a line does.
    ends_line: bool,
    /// The most bytes of a match, if there is a most.
    longest: Option<usize>,
    /// What is tried first where it was offered.
    pub(super) trial: Option<Trial>,
    /// Says roughly whether that matches what is ahead.
    pub(super) trial_ahead: Option<Lazy<Program>>,
    /// Says roughly whether the pattern matches, where it is known where it would start.
    pub(super) program: Option<Lazy<Program>>,
}

/// A regular expression and how it is read.
#[derive(Clone, Debug)]
struct Syntax {
    /// With definitions filled in.
    text: String,
    ignore_case: bool,
    /// Whether `^` and `$` are the ends of a line.
    multi_line: bool,
}

impl Pattern {
    /// Its text, with definitions filled in.
    pub(crate) fn as_str(&self) -> &str {
        &self.syntax.text
    }
}

compact! { struct Pattern {
    syntax, compiled, groups, span_group, crosses_lines, anchored, starts_line, ends_line, longest,
    trial, trial_ahead, program,
} }
compact! { struct Syntax { text, ignore_case, multi_line } }

/// Whoever reads a pattern compiles it himself.
impl Compact for Compiled {
    fn write(&self, _: &mut Vec<u8>) {}

    fn read(_: &mut &'static [u8]) -> Self {
        Compiled::default()
    }
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

impl Pattern {
    /// Checks a regular expression; also returns its parsed form, from which
    /// the prefilter takes its windows.
    pub(super) fn new(text: &str, ignore_case: bool, usage: Use) -> Result<(Self, Hir), PatternError> {
        // Whoever looks at a piece of text means its ends, not those of its lines. There
        // `^` and `\A` are the same once parsed, so that the latter is looked for before.
        let names_ends = text.contains("\\A") || text.contains("\\z");
        let mut syntax = Syntax {
            text: text.into(),
            ignore_case,
            multi_line: usage == Use::Span || (usage == Use::Unit && names_ends),
        };
        let mut hir = syntax.parse()?;
        if usage == Use::Unit && names_ends {
            let looks = hir.properties().look_set();
            if [Look::Start, Look::End].iter().any(|&look| looks.contains(look)) {
                return Err(PatternError::new(
                    "`\\A` and `\\z` have no meaning in a line or paragraph rule",
                    "write `^` and `$`, which stand for the start and end of the unit",
                ));
            }
            syntax.multi_line = false;
            hir = syntax.parse()?;
        }
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
        let mut pattern = Pattern {
            syntax,
            compiled: Compiled::default(),
            span_group: groups.iter().position(|name| name.as_deref() == Some(SPAN_GROUP)),
            groups,
            crosses_lines: matches_line_end(&hir),
            anchored: properties.look_set_prefix().contains(Look::Start),
            starts_line: properties.look_set_prefix().contains(Look::StartCRLF),
            ends_line: properties.look_set_suffix().contains(Look::EndCRLF),
            longest: properties.maximum_len(),
            trial: None,
            trial_ahead: None,
            program: None,
        };
        // Those that look for something are made ready when it is known where to look.
        if usage == Use::Context {
            pattern.program = Program::of(&hir, None).map(Lazy::from);
        }
        Ok((pattern, hir))
    }

    /// Makes ready to be tried where it is offered; this is its parsed form.
    pub(super) fn prepare(&mut self, parsed: &Hir, trial: Option<Trial>) {
        self.trial_ahead =
            trial.as_ref().and_then(|trial| Program::of(&trial.sides(parsed).0, None)).map(Lazy::from);
        self.program = Program::of(parsed, self.span_group).map(Lazy::from);
        self.trial = trial;
    }

    /// The parsed form.
    pub(crate) fn parsed(&self) -> Hir {
        self.syntax.parse().expect("the pattern was parsed before")
    }

    /// Whether the pattern has a group of that name or number.
    pub(super) fn has_group(&self, name: &str) -> bool {
        match name.parse::<usize>() {
            Ok(index) => index < self.groups.len(),
            Err(_) => self.groups.iter().any(|group| group.as_deref() == Some(name)),
        }
    }

    /// The most bytes of a match, if there is a bound.
    pub(crate) fn longest(&self) -> Option<usize> {
        self.longest
    }

    /// Whether a match within the line could be where this was offered: not if it has to
    /// reach an end of the line that is too far away.
    pub(crate) fn may_reach(&self, at: usize, line: &Range<usize>, longest_prefix: Option<usize>) -> bool {
        let reaches_start = longest_prefix.is_none_or(|longest| at - line.start <= longest);
        let reaches_end = self.longest.is_none_or(|longest| line.end - at <= longest);
        (!self.starts_line || reaches_start) && (!self.ends_line || reaches_end)
    }

    /// Whether every match starts at the start of the text that is searched.
    pub(crate) fn is_anchored(&self) -> bool {
        self.anchored
    }
}

impl Syntax {
    fn parse(&self) -> Result<Hir, PatternError> {
        ParserBuilder::new()
            .multi_line(self.multi_line)
            .crlf(true)
            .case_insensitive(self.ignore_case)
            .build()
            .parse(&self.text)
            .map_err(parse_error)
    }
}

/// A regular expression for any of `words`, the longest first; with `whole`,
/// their ends must be word boundaries.
pub(super) fn regex_of_words<'w>(words: impl Iterator<Item = &'w str>, whole: bool) -> String {
    let mut sorted: Vec<&str> = words.collect();
    sorted.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let edge = |c: Option<char>| if whole && c.is_some_and(char::is_alphanumeric) { r"\b" } else { "" };
    let branches: Vec<String> = sorted
        .iter()
        .map(|word| {
            let (start, end) = (edge(word.chars().next()), edge(word.chars().next_back()));
            format!("{start}{}{end}", regex_syntax::escape(word))
        })
        .collect();
    branches.join("|")
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
