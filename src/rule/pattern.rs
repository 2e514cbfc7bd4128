//! One regular expression of a rule, searching: compiled when it is first needed.
//!
//! Most patterns that are searched at all never match, and few match often. So
//! a pattern is one forward automaton, its states made as they are met, until it
//! matches; what tells where a match starts, and what its groups are, is only
//! made then.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use regex_automata::{
    Anchored, HalfMatch, Input, MatchError, MatchKind,
    hybrid::dfa::{self, DFA},
    meta::{self, Regex},
    util::{captures::Captures, pool::Pool, prefilter::Prefilter},
};
use regex_syntax::hir::Hir;

use super::automaton::{Precision, automaton};
pub(super) use super::parse::Pattern;
use crate::{
    backtrack::{Answer, Stack},
    page::REACH,
    prefilter::Trial,
    span::Span,
};

/// The compiled form of a pattern, shared by all threads.
#[derive(Clone, Debug, Default)]
pub(super) struct Compiled(Arc<Engines>);

/// Each is made when it is first needed: on most texts, most never are.
#[derive(Debug, Default)]
struct Engines {
    /// Say whether a match could go through an offered place.
    sides: OnceLock<(DFA, Option<DFA>)>,
    /// Finds the end of a match.
    forward: OnceLock<DFA>,
    /// Says where nothing matches, word boundaries aside: the automata give up
    /// on these beside characters outside ASCII.
    loose: OnceLock<DFA>,
    /// Finds the start of a match from its end.
    reverse: OnceLock<DFA>,
    /// Finds groups, and whatever the automata give up on.
    exact: OnceLock<Regex>,
    /// What [`Pattern::is_match`] needs, for as many threads as run it at once.
    scratch: OnceLock<Pool<PatternScratch>>,
}

/// What one thread needs to search with one pattern.
#[derive(Debug, Default)]
pub(crate) struct PatternScratch {
    ahead: Option<dfa::Cache>,
    behind: Option<dfa::Cache>,
    forward: Option<dfa::Cache>,
    loose: Option<dfa::Cache>,
    reverse: Option<dfa::Cache>,
    exact: Option<(meta::Cache, Captures)>,
    /// For programs that are tried before any of them.
    ways: Stack,
    /// What has been spent on trying a program wherever a match could start.
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
            let rest = start..range.end;
            let known = match &self.trial_ahead {
                Some(program) => program.try_at(&mut scratch.ways, text, rest.clone(), true),
                None => Answer::Maybe,
            };
            if known == Answer::No {
                return false;
            }
            let (ahead, behind) = self.sides(trial);
            // What an automaton gives up on may be anything.
            let input = Input::new(text).anchored(Anchored::Yes).earliest(true);
            let cache = scratch.ahead.get_or_insert_with(|| ahead.create_cache());
            if known == Answer::Maybe && ahead.try_search_fwd(cache, &input.clone().range(rest)) == Ok(None) {
                return false;
            }
            let Some(behind) = behind else { return true };
            let cache = scratch.behind.get_or_insert_with(|| behind.create_cache());
            behind.try_search_rev(cache, &input.range(range.start..start)) != Ok(None)
        })
    }

    /// The automata of both sides of the trial.
    fn sides(&self, trial: &Trial) -> &(DFA, Option<DFA>) {
        self.compiled.0.sides.get_or_init(|| {
            let (ahead, behind) = trial.sides(&self.parsed());
            let rough = |side: Hir, reverse| automaton(side, Precision::Rough, reverse, dfa::Config::new());
            (rough(ahead, false), behind.map(|behind| rough(behind, true)))
        })
    }

    /// Whether the pattern matches anywhere in `text`.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let pool = self.compiled.0.scratch.get_or_init(|| Pool::new(PatternScratch::default));
        let mut scratch = pool.get();
        let known = if self.is_anchored() {
            self.try_at(&mut scratch, text, &(0..text.len()), true)
        } else if self.spares_automaton(&mut scratch, text.len()) {
            self.first_try(&mut scratch, text, 0..text.len() + 1, text.len(), true).1
        } else {
            Answer::Maybe
        };
        match known {
            Answer::No => false,
            Answer::Maybe => self.matches(&mut scratch, &Input::new(text).earliest(true)),
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
        let whole = match known {
            Answer::No => return None,
            Answer::Yes(Some(end)) => Span::new(start, end),
            // Nothing starts before.
            _ => self
                .find_whole(scratch, &Input::new(text).range(start..range.end).anchored(anchor(anchored)))?,
        };
        Some(self.narrowed(scratch, text, whole))
    }

    /// A match with the part of it that counts.
    fn narrowed(&self, scratch: &mut PatternScratch, text: &str, whole: Span) -> Found {
        let Some(group) = self.span_group else {
            return Found { whole, span: whole, narrowed: false };
        };
        let told = self.program.as_ref().and_then(|it| it.group_at(&mut scratch.ways, text, whole.range()));
        let span = told.unwrap_or_else(|| {
            let (cache, captures) = self.exact_scratch(&mut scratch.exact);
            let input = Input::new(text).range(whole.range()).anchored(Anchored::Yes);
            self.exact().search_captures_with(cache, &input, captures);
            captures.get_group(group).map(|span| span.range())
        });
        // A group that took no part, or that is empty, narrows nothing.
        let span = span.filter(|span| !span.is_empty()).map(|span| Span::new(span.start, span.end));
        Found { whole, span: span.unwrap_or(whole), narrowed: span.is_some() }
    }

    fn find_whole(&self, scratch: &mut PatternScratch, input: &Input<'_>) -> Option<Span> {
        let found = match self.run_forward(scratch, input) {
            Ok(None) => return None,
            Ok(Some(end)) if input.get_anchored().is_anchored() => {
                Some(Span::new(input.start(), end.offset()))
            }
            Ok(Some(end)) => self.up_to(scratch, input, end),
            Err(_) => None,
        };
        found.or_else(|| {
            if !self.may_match(scratch, input) {
                return None;
            }
            let (cache, _) = self.exact_scratch(&mut scratch.exact);
            let found = self.exact().search_with(cache, input)?;
            Some(Span::new(found.start(), found.end()))
        })
    }

    fn run_forward(
        &self,
        scratch: &mut PatternScratch,
        input: &Input<'_>,
    ) -> Result<Option<HalfMatch>, MatchError> {
        let forward = self.forward();
        forward.try_search_fwd(scratch.forward.get_or_insert_with(|| forward.create_cache()), input)
    }

    /// Whether there could be a match, where that is not known for sure.
    fn may_match(&self, scratch: &mut PatternScratch, input: &Input<'_>) -> bool {
        if !self.forward().get_nfa().look_set_any().contains_word() {
            return true;
        }
        let loose = self
            .compiled
            .0
            .loose
            .get_or_init(|| automaton(self.parsed(), Precision::Loose, false, dfa::Config::new()));
        let cache = scratch.loose.get_or_insert_with(|| loose.create_cache());
        loose.try_search_fwd(cache, &input.clone().earliest(true)) != Ok(None)
    }

    /// The match that ends there; `None` if the automaton gives up.
    fn up_to(&self, scratch: &mut PatternScratch, input: &Input<'_>, end: HalfMatch) -> Option<Span> {
        let reverse = self.compiled.0.reverse.get_or_init(|| {
            let config = dfa::Config::new().match_kind(MatchKind::All);
            automaton(self.parsed(), Precision::Exact, true, config)
        });
        let cache = scratch.reverse.get_or_insert_with(|| reverse.create_cache());
        let before = input.clone().range(input.start()..end.offset()).anchored(Anchored::Yes);
        let start = reverse.try_search_rev(cache, &before).ok()??;
        Some(Span::new(start.offset(), end.offset()))
    }

    /// Whether a match starts where `range` does and ends within it; the text
    /// around it is seen by `\b`, `^` and `$`.
    pub(crate) fn starts_at(&self, scratch: &mut PatternScratch, text: &str, range: Range<usize>) -> bool {
        match self.try_at(scratch, text, &range, true) {
            Answer::No => false,
            Answer::Yes(_) => true,
            Answer::Maybe => {
                let input = Input::new(text).range(range).anchored(Anchored::Yes).earliest(true);
                self.matches(scratch, &input)
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
            && scratch.forward.is_none()
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

    fn matches(&self, scratch: &mut PatternScratch, input: &Input<'_>) -> bool {
        match self.run_forward(scratch, input) {
            Ok(end) => end.is_some(),
            Err(_) => {
                if !self.may_match(scratch, input) {
                    return false;
                }
                let (cache, _) = self.exact_scratch(&mut scratch.exact);
                self.exact().search_half_with(cache, input).is_some()
            }
        }
    }

    /// Fills `template` with the groups of the match in `scope` that covers
    /// `whole`; the scope is the text the pattern was searched in.
    pub(crate) fn interpolate(&self, text: &str, scope: Span, whole: Span, template: &str) -> String {
        let mut captures = self.exact().create_captures();
        let text = &text[scope.range()];
        let range = whole.start - scope.start..whole.end - scope.start;
        let input = Input::new(text).range(range).anchored(Anchored::Yes);
        self.exact().search_captures(&input, &mut captures);
        let mut out = String::new();
        captures.interpolate_string_into(text, template, &mut out);
        out
    }

    fn forward(&self) -> &DFA {
        self.compiled.0.forward.get_or_init(|| {
            let parsed = self.parsed();
            let prefix = || Prefilter::from_hir_prefix(MatchKind::LeftmostFirst, &parsed);
            let prefilter = if self.is_anchored() { None } else { prefix() };
            let config = dfa::Config::new().specialize_start_states(prefilter.is_some());
            automaton(parsed, Precision::Exact, false, config.prefilter(prefilter))
        })
    }

    fn exact(&self) -> &Regex {
        self.compiled.0.exact.get_or_init(|| {
            let config = meta::Config::new().nfa_size_limit(None).hybrid(false).dfa(false);
            let built = Regex::builder().configure(config).build_from_hir(&self.parsed());
            built.expect("a parsed pattern compiles where its size is not limited")
        })
    }

    fn exact_scratch<'s>(
        &self,
        scratch: &'s mut Option<(meta::Cache, Captures)>,
    ) -> &'s mut (meta::Cache, Captures) {
        scratch.get_or_insert_with(|| (self.exact().create_cache(), self.exact().create_captures()))
    }
}

fn anchor(anchored: bool) -> Anchored {
    if anchored { Anchored::Yes } else { Anchored::No }
}
