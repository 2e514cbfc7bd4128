//! One regular expression of a rule, searching: a program is asked first, and what it leaves open
//! is for the [engines](super::engines).

use std::ops::Range;

use regex_automata::{Anchored, Input};

use super::engines::Caches;
pub(super) use super::parse::Pattern;
use crate::{
    backtrack::{Answer, Stack},
    page::REACH,
    span::Span,
};

/// What one thread needs to search with one pattern.
#[derive(Debug, Default)]
pub(crate) struct PatternScratch {
    caches: Caches,
    /// For programs that are tried before any automaton.
    ways: Stack,
    /// What has been spent on trying a program at one place after the other.
    spent: usize,
}

impl PatternScratch {
    /// From now on automata answer, and no programs.
    pub(crate) fn close_programs(&mut self) {
        self.ways = Stack::CLOSED;
    }
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

/// The first match of some that there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum First {
    Nothing,
    Match(Found),
    /// There may be one.
    Unknown,
}

/// From more places a match is not tried one after the other, when an automaton is there.
const MOST_STARTS: usize = 64;
/// To make an automaton takes as long as to look at so many bytes, where a try counts as so
/// many.
const MOST_SPENT: usize = 1 << 16;
const A_TRY: usize = 32;

impl Pattern {
    /// Whether a match is so short that trying for one costs next to nothing.
    pub(crate) fn is_short(&self) -> bool {
        self.longest().is_some_and(|longest| longest <= 4 * REACH)
    }

    /// Whether anything is known of what stands around an offered place.
    pub(crate) fn has_trial(&self) -> bool {
        self.trial.is_some()
    }

    /// Whether a match that starts within `range` could go through the place `at`,
    /// where it was offered.
    pub(crate) fn may_pass(
        &self,
        scratch: &mut PatternScratch,
        text: &str,
        at: usize,
        range: Range<usize>,
    ) -> bool {
        let Some(trial) = &self.trial else { return true };
        let starts = trial.leads.iter().filter_map(|&lead| at.checked_sub(lead));
        let mut starts = starts.filter(|&start| start >= range.start && text.is_char_boundary(start));
        starts.any(|start| {
            let known = match &self.trial_ahead {
                Some(program) => program.try_at(&mut scratch.ways, text, start..range.end, true),
                None => Answer::Maybe,
            };
            if known == Answer::No {
                return false;
            }
            self.passes_trial(&mut scratch.caches, trial, text, start, &range, known != Answer::Maybe)
        })
    }

    /// Whether the pattern matches anywhere in `text`.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let mut scratch = self.pool().get();
        let known = if self.is_anchored() {
            self.try_at(&mut scratch, text, &(0..text.len()), true)
        } else if self.spares_automaton(&mut scratch, text.len()) {
            self.first_try(&mut scratch, text, 0..text.len() + 1, text.len(), true).1
        } else {
            Answer::Maybe
        };
        match known {
            Answer::No => false,
            Answer::Maybe => self.matches(&mut scratch.caches, &Input::new(text).earliest(true)),
            Answer::Yes(_) => true,
        }
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
        let (start, known) = if anchored {
            (range.start, self.try_at(scratch, text, &range, self.tells_ends()))
        } else if self.spares_automaton(scratch, range.len()) {
            self.first_try(scratch, text, range.clone(), range.end, self.tells_ends())
        } else {
            (range.start, Answer::Maybe)
        };
        // Nothing starts before.
        let input = Input::new(text).range(start..range.end).anchored(anchor(anchored));
        let whole = match known {
            Answer::No => return None,
            Answer::Yes(Some(end)) => Span::new(start, end),
            Answer::Yes(None) | Answer::Maybe => self.find_whole(&mut scratch.caches, &input)?,
        };
        Some(self.narrowed(scratch, text, whole))
    }

    /// A match with the part of it that counts.
    fn narrowed(&self, scratch: &mut PatternScratch, text: &str, whole: Span) -> Found {
        let Some(group) = self.span_group else {
            return Found { whole, span: whole, narrowed: false };
        };
        let told = self.program.as_ref().and_then(|it| it.group_at(&mut scratch.ways, text, whole.range()));
        let span = told.unwrap_or_else(|| self.group(&mut scratch.caches, text, whole, group));
        // A group that took no part, or that is empty, narrows nothing.
        let span = span.filter(|span| !span.is_empty()).map(|span| Span::new(span.start, span.end));
        Found { whole, span: span.unwrap_or(whole), narrowed: span.is_some() }
    }

    /// Whether a match starts where `range` does and ends within it; the text
    /// around it is seen by `\b`, `^` and `$`.
    pub(crate) fn starts_at(&self, scratch: &mut PatternScratch, text: &str, range: Range<usize>) -> bool {
        match self.try_at(scratch, text, &range, true) {
            Answer::No => false,
            Answer::Yes(_) => true,
            Answer::Maybe => {
                let input = Input::new(text).range(range).anchored(Anchored::Yes).earliest(true);
                self.matches(&mut scratch.caches, &input)
            }
        }
    }

    /// The first match that starts at one of these places, a few bytes before or at where it
    /// was offered, and ends before `end`, as far as that is told without an automaton.
    pub(crate) fn first_within(
        &self,
        scratch: &mut PatternScratch,
        text: &str,
        starts: Range<usize>,
        end: usize,
    ) -> First {
        if starts.len() > MOST_STARTS {
            return First::Unknown;
        }
        match self.first_try(scratch, text, starts, end, self.tells_ends()) {
            (_, Answer::No) => First::Nothing,
            (start, Answer::Yes(Some(end))) => {
                First::Match(self.narrowed(scratch, text, Span::new(start, end)))
            }
            (_, Answer::Yes(None) | Answer::Maybe) => First::Unknown,
        }
    }

    /// The first of these places of which a program does not say that no match starts there and
    /// ends before `end`, and what it says.
    fn first_try(
        &self,
        scratch: &mut PatternScratch,
        text: &str,
        starts: Range<usize>,
        end: usize,
        or_yes: bool,
    ) -> (usize, Answer) {
        let Some(program) = &self.program else { return (starts.start, Answer::Maybe) };
        let may_start = |&start: &usize| {
            text.as_bytes().get(start).is_none_or(|&byte| program.first.contains(byte))
                && text.is_char_boundary(start)
        };
        for start in starts.clone().filter(may_start) {
            scratch.spent = scratch.spent.saturating_add(A_TRY);
            match program.try_at(&mut scratch.ways, text, start..end, or_yes) {
                Answer::No => {}
                answer => return (start, answer),
            }
        }
        (starts.end, Answer::No)
    }

    /// Whether to try a program wherever so many bytes let a match start: as long as that has
    /// taken less time than to make an automaton, which on most texts is then never made.
    fn spares_automaton(&self, scratch: &mut PatternScratch, length: usize) -> bool {
        let pays = self.program.is_some()
            && !scratch.caches.has_searched()
            && scratch.spent.saturating_add(length) < MOST_SPENT;
        scratch.spent += if pays { length } else { 0 };
        pays
    }

    /// Whether a match starts where `range` does and ends within it, as far as that is told
    /// without an automaton; see [`try_at`](crate::backtrack::Program::try_at).
    fn try_at(&self, scratch: &mut PatternScratch, text: &str, range: &Range<usize>, or_yes: bool) -> Answer {
        match &self.program {
            Some(program) => program.try_at(&mut scratch.ways, text, range.clone(), or_yes),
            None => Answer::Maybe,
        }
    }

    fn tells_ends(&self) -> bool {
        self.program.as_ref().is_some_and(|program| program.tells_ends)
    }
}

fn anchor(anchored: bool) -> Anchored {
    if anchored { Anchored::Yes } else { Anchored::No }
}
