//! What is compiled of a pattern, each part when it is first needed: most patterns that are
//! searched at all never match, and few match often.
//!
//! A pattern is one forward automaton, its states made as they are met, until it
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

use super::{
    automaton::{Precision, automaton},
    parse::Pattern,
    pattern::PatternScratch,
};
use crate::{prefilter::Trial, span::Span};

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

/// What one thread needs to run them.
#[derive(Debug, Default)]
pub(super) struct Caches {
    ahead: Option<dfa::Cache>,
    behind: Option<dfa::Cache>,
    forward: Option<dfa::Cache>,
    loose: Option<dfa::Cache>,
    reverse: Option<dfa::Cache>,
    exact: Option<(meta::Cache, Captures)>,
}

impl Caches {
    /// Whether the automaton that finds ends has run.
    pub(super) fn has_searched(&self) -> bool {
        self.forward.is_some()
    }
}

impl Pattern {
    /// What threads need that ask whether it matches, for as many as do so at once.
    pub(super) fn pool(&self) -> &Pool<PatternScratch> {
        self.compiled.0.scratch.get_or_init(|| Pool::new(PatternScratch::default))
    }

    /// Whether a match of the trial could start there, within `range`: by what is ahead, unless
    /// that is `known`, and by what is behind. What an automaton gives up on may be anything.
    pub(super) fn passes_trial(
        &self,
        caches: &mut Caches,
        trial: &Trial,
        text: &str,
        start: usize,
        range: &Range<usize>,
        known: bool,
    ) -> bool {
        let (ahead, behind) = self.sides(trial);
        let input = Input::new(text).anchored(Anchored::Yes).earliest(true);
        if !known {
            let cache = caches.ahead.get_or_insert_with(|| ahead.create_cache());
            if ahead.try_search_fwd(cache, &input.clone().range(start..range.end)) == Ok(None) {
                return false;
            }
        }
        let Some(behind) = behind else { return true };
        let cache = caches.behind.get_or_insert_with(|| behind.create_cache());
        behind.try_search_rev(cache, &input.range(range.start..start)) != Ok(None)
    }

    /// The automata of both sides of the trial.
    fn sides(&self, trial: &Trial) -> &(DFA, Option<DFA>) {
        self.compiled.0.sides.get_or_init(|| {
            let (ahead, behind) = trial.sides(&self.parsed());
            let rough = |side: Hir, reverse| automaton(side, Precision::Rough, reverse, dfa::Config::new());
            (rough(ahead, false), behind.map(|behind| rough(behind, true)))
        })
    }

    /// The first match.
    pub(super) fn find_whole(&self, caches: &mut Caches, input: &Input<'_>) -> Option<Span> {
        let found = match self.run_forward(caches, input) {
            Ok(None) => return None,
            Ok(Some(end)) if input.get_anchored().is_anchored() => {
                Some(Span::new(input.start(), end.offset()))
            }
            Ok(Some(end)) => self.up_to(caches, input, end),
            Err(_) => None,
        };
        found.or_else(|| {
            if !self.may_match(caches, input) {
                return None;
            }
            let (cache, _) = self.exact_scratch(&mut caches.exact);
            let found = self.exact().search_with(cache, input)?;
            Some(Span::new(found.start(), found.end()))
        })
    }

    fn run_forward(&self, caches: &mut Caches, input: &Input<'_>) -> Result<Option<HalfMatch>, MatchError> {
        let forward = self.forward();
        forward.try_search_fwd(caches.forward.get_or_insert_with(|| forward.create_cache()), input)
    }

    /// Whether there could be a match, where that is not known for sure.
    fn may_match(&self, caches: &mut Caches, input: &Input<'_>) -> bool {
        if !self.forward().get_nfa().look_set_any().contains_word() {
            return true;
        }
        let loose = self
            .compiled
            .0
            .loose
            .get_or_init(|| automaton(self.parsed(), Precision::Loose, false, dfa::Config::new()));
        let cache = caches.loose.get_or_insert_with(|| loose.create_cache());
        loose.try_search_fwd(cache, &input.clone().earliest(true)) != Ok(None)
    }

    /// The match that ends there; `None` if the automaton gives up.
    fn up_to(&self, caches: &mut Caches, input: &Input<'_>, end: HalfMatch) -> Option<Span> {
        let reverse = self.compiled.0.reverse.get_or_init(|| {
            let config = dfa::Config::new().match_kind(MatchKind::All);
            automaton(self.parsed(), Precision::Exact, true, config)
        });
        let cache = caches.reverse.get_or_insert_with(|| reverse.create_cache());
        let before = input.clone().range(input.start()..end.offset()).anchored(Anchored::Yes);
        let start = reverse.try_search_rev(cache, &before).ok()??;
        Some(Span::new(start.offset(), end.offset()))
    }

    /// Whether there is a match.
    pub(super) fn matches(&self, caches: &mut Caches, input: &Input<'_>) -> bool {
        match self.run_forward(caches, input) {
            Ok(end) => end.is_some(),
            Err(_) => {
                if !self.may_match(caches, input) {
                    return false;
                }
                let (cache, _) = self.exact_scratch(&mut caches.exact);
                self.exact().search_half_with(cache, input).is_some()
            }
        }
    }

    /// What the group of this number covers in the match of `whole`, if it took part.
    pub(super) fn group(
        &self,
        caches: &mut Caches,
        text: &str,
        whole: Span,
        group: usize,
    ) -> Option<Range<usize>> {
        let (cache, captures) = self.exact_scratch(&mut caches.exact);
        let input = Input::new(text).range(whole.range()).anchored(Anchored::Yes);
        self.exact().search_captures_with(cache, &input, captures);
        captures.get_group(group).map(|span| span.range())
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
