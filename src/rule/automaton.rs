//! The automaton of a parsed pattern, its states made as they are met.
//!
//! A class of characters takes up to some hundred states, each copy of it in
//! `\w{2,30}` anew, and they are most of what a pattern costs that never matches. So
//! classes are read in a simpler way where that comes to the same. Texts are valid
//! UTF-8: where any character outside ASCII will do, its bytes need not be told
//! apart. And an automaton with word boundaries gives up at the first byte outside
//! ASCII, whatever might have come of it.

use std::cell::RefCell;

use regex_automata::{
    hybrid::dfa::{self, DFA},
    nfa::thompson::{self, WhichCaptures},
};
use regex_syntax::hir::{
    Class, ClassBytes, ClassBytesRange, ClassUnicode, Hir, HirKind, Look, LookSet, Repetition,
};

/// The most bytes of states that an automaton keeps; then it starts afresh.
const STATES: usize = 1 << 20;
/// An automaton gives up if it starts afresh more often than this, and has read
/// fewer bytes than that for each state it made.
const FRESH_STARTS: usize = 3;
const BYTES_PER_STATE: usize = 10;
/// So few ranges of characters outside ASCII are always told apart.
const FEW_RANGES: usize = 4;
/// Any character outside ASCII.
const BEYOND: (char, char) = ('\u{80}', char::MAX);

/// What an automaton is to find of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    /// What matches.
    Exact,
    /// What could match, were all characters outside ASCII alike.
    Rough,
    /// The same without word boundaries, which the others give up on.
    Loose,
}

thread_local! {
    /// What compiles patterns, for its memory: to make it anew is as dear as many a pattern.
    static COMPILER: RefCell<thompson::Compiler> = RefCell::new(thompson::Compiler::new());
}

/// The automaton that reads in one direction.
pub(super) fn automaton(parsed: Hir, precision: Precision, reverse: bool, config: dfa::Config) -> DFA {
    let gives_up = parsed.properties().look_set().contains_word_unicode();
    let form = Form { precision, unread: gives_up && precision != Precision::Loose };
    // Whether something empty is there does not depend on where characters start.
    let plan = thompson::Config::new().which_captures(WhichCaptures::None).reverse(reverse).utf8(false);
    let nfa = COMPILER.with_borrow_mut(|compiler| {
        let built = compiler.configure(plan).build_from_hir(&form.of(parsed));
        built.expect("a parsed pattern compiles where its size is not limited")
    });
    let config = config
        .unicode_word_boundary(true)
        .cache_capacity(STATES)
        .skip_cache_capacity_check(true)
        .minimum_cache_clear_count(Some(FRESH_STARTS))
        .minimum_bytes_per_state(Some(BYTES_PER_STATE));
    let built = dfa::Builder::new().configure(config).build_from_nfa(nfa);
    built.expect("an automaton is built where its memory is not checked")
}

/// How a parsed pattern is written for its automaton.
#[derive(Clone, Copy)]
struct Form {
    precision: Precision,
    /// Whether what lies outside ASCII is never read.
    unread: bool,
}

impl Form {
    /// Whether anything of a pattern is written otherwise.
    fn changes(self, hir: &Hir) -> bool {
        match hir.kind() {
            HirKind::Empty | HirKind::Literal(_) | HirKind::Class(Class::Bytes(_)) => false,
            HirKind::Look(look) => self.drops(*look),
            HirKind::Class(Class::Unicode(class)) => self.changes_class(class),
            HirKind::Capture(capture) => self.changes(&capture.sub),
            HirKind::Repetition(repetition) => self.changes(&repetition.sub),
            HirKind::Concat(list) | HirKind::Alternation(list) => list.iter().any(|hir| self.changes(hir)),
        }
    }

    /// The pattern as it is written.
    fn of(self, hir: Hir) -> Hir {
        if !self.changes(&hir) {
            return hir;
        }
        let all = |list: Vec<Hir>| list.into_iter().map(|hir| self.of(hir)).collect();
        match hir.into_kind() {
            HirKind::Look(_) | HirKind::Empty => Hir::empty(),
            HirKind::Class(Class::Unicode(class)) => self.class(&class),
            HirKind::Class(class) => Hir::class(class),
            HirKind::Literal(literal) => Hir::literal(literal.0),
            HirKind::Capture(capture) => self.of(*capture.sub),
            HirKind::Repetition(Repetition { sub, min, max, greedy }) => {
                Hir::repetition(Repetition { sub: Box::new(self.of(*sub)), min, max, greedy })
            }
            HirKind::Concat(list) => Hir::concat(all(list)),
            HirKind::Alternation(list) => Hir::alternation(all(list)),
        }
    }

    fn drops(self, look: Look) -> bool {
        self.precision == Precision::Loose && LookSet::singleton(look).contains_word()
    }

    fn changes_class(self, class: &ClassUnicode) -> bool {
        // As many as have to be seen, the last first.
        let beyond =
            class.ranges().iter().rev().take(FEW_RANGES + 1).take_while(|range| range.end() >= BEYOND.0);
        let count = beyond.clone().count();
        let is_all = || beyond.clone().all(|range| range.start() <= BEYOND.0 && range.end() == BEYOND.1);
        let is_wide = self.precision != Precision::Exact && count > FEW_RANGES;
        count > 0 && (self.unread || is_wide || is_all())
    }

    /// A class that is written otherwise.
    fn class(self, class: &ClassUnicode) -> Hir {
        let byte = |c: char| u8::try_from(c).ok().filter(u8::is_ascii);
        let ascii = class
            .ranges()
            .iter()
            .filter_map(|range| Some((byte(range.start())?, byte(range.end()).unwrap_or(0x7F))));
        let mut first: Vec<(u8, u8)> = ascii.collect();
        if self.unread {
            // The automaton has to get that far to give up there.
            first.push((0x80, 0xFF));
            return bytes(&first);
        }
        // The first byte of a character, then what belongs to it.
        first.push((0xC2, 0xF4));
        let rest = Box::new(bytes(&[(0x80, 0xBF)]));
        let rest = Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: rest });
        Hir::concat(vec![bytes(&first), rest])
    }
}

fn bytes(ranges: &[(u8, u8)]) -> Hir {
    let ranges = ranges.iter().map(|&(start, end)| ClassBytesRange::new(start, end));
    Hir::class(Class::Bytes(ClassBytes::new(ranges)))
}

#[cfg(test)]
mod tests {
    use regex_automata::{Anchored, Input, MatchKind, meta::Regex};

    use super::*;

    const PATTERNS: [&str; 14] = [
        r"[^\n]",
        r"a[^\n]{0,2}",
        r"a[^\n]{1,2}?",
        r"(?:a|[^a\n]{2})*\n",
        r".+?é",
        r"(?:é|[^é])a",
        r"^[^a]*$",
        r"^(?:a.|\z)",
        r"\w{2}",
        r"[^\s]?a\s",
        r"\p{L}(?:[^\p{L}]{1,2}|a)",
        r"\ba[^\n]?",
        r".\b[^a]",
        r"\b\w\b|\n[é\u{800}]",
    ];

    /// All texts of few characters, among them the first and last of each length in bytes.
    fn texts() -> Vec<String> {
        let characters = "a\né\u{7F}\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}";
        let mut texts = vec![String::new()];
        for from in [0, 1, 13] {
            let longest = texts[from..].to_vec();
            texts.extend(
                longest.iter().flat_map(|text| characters.chars().map(move |c| format!("{text}{c}"))),
            );
        }
        texts
    }

    #[test]
    fn an_exact_automaton_finds_what_the_pattern_does() {
        let texts = texts();
        for pattern in PATTERNS {
            let parsed = parsed(pattern);
            let regex = Regex::builder().build_from_hir(&parsed).expect(pattern);
            let config = dfa::Config::new().match_kind(MatchKind::All);
            let reverse = automaton(parsed.clone(), Precision::Exact, true, config);
            let forward = automaton(parsed.clone(), Precision::Exact, false, dfa::Config::new());
            let (mut cache, mut back) = (forward.create_cache(), reverse.create_cache());
            for text in &texts {
                for start in (0..=text.len()).filter(|&start| text.is_char_boundary(start)) {
                    let input = Input::new(text).range(start..);
                    let expected = regex.search(&input).map(|found| found.range());
                    let Ok(end) = forward.try_search_fwd(&mut cache, &input) else { continue };
                    let end = end.map(|end| end.offset());
                    assert_eq!(end, expected.as_ref().map(|range| range.end), "{pattern} in {text:?}");
                    let Some(range) = expected else { continue };
                    let before = input.range(start..range.end).anchored(Anchored::Yes);
                    let Ok(found) = reverse.try_search_rev(&mut back, &before) else { continue };
                    assert_eq!(found.map(|found| found.offset()), Some(range.start), "{pattern} in {text:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_matches_where_a_rough_or_loose_automaton_finds_nothing() {
        let texts = texts();
        for pattern in PATTERNS {
            let parsed = parsed(pattern);
            let regex = Regex::builder().build_from_hir(&parsed).expect(pattern);
            for precision in [Precision::Rough, Precision::Loose] {
                let forward = automaton(parsed.clone(), precision, false, dfa::Config::new());
                let reverse = automaton(parsed.clone(), precision, true, dfa::Config::new());
                let (mut cache, mut back) = (forward.create_cache(), reverse.create_cache());
                for text in texts.iter().filter(|text| regex.is_match(text)) {
                    let input = Input::new(text).earliest(true);
                    let found = forward.try_search_fwd(&mut cache, &input);
                    assert_ne!(found, Ok(None), "{pattern} in {text:?}");
                    let found = reverse.try_search_rev(&mut back, &input);
                    assert_ne!(found, Ok(None), "{pattern} backwards in {text:?}");
                }
            }
        }
    }

    /// Where it does not give up, an automaton with word boundaries knows that nothing
    /// matches, though it cannot read what would.
    #[test]
    fn an_automaton_gives_up_before_what_it_does_not_read() {
        let forward = automaton(parsed(r"\ba[^\x00-\x7F]"), Precision::Exact, false, dfa::Config::new());
        let find = |text: &str| forward.try_search_fwd(&mut forward.create_cache(), &Input::new(text));
        assert!(find("aé").is_err());
        assert_eq!(find("aa"), Ok(None));
    }

    fn parsed(pattern: &str) -> Hir {
        let mut parser = regex_syntax::ParserBuilder::new().crlf(true).build();
        parser.parse(pattern).expect(pattern)
    }
}
