//! Turns units away by their edges: their first and last bytes, and their
//! length.
//!
//! Most of what a window offers in clean text is a word in the middle of a
//! sentence, while the pattern wants a whole line around it. Here every pattern
//! has a bit. For each place at the edges, and each byte that may stand there,
//! a row says which patterns allow it; the rows of a unit, AND-ed, leave those
//! patterns that could match it.

use std::ops::Range;

use super::{
    bytes::{KINDS, kind},
    edges::{Edge, Edges, HEAD, SEATS, TAIL, characters},
};

/// Units of more characters are all alike.
const LONG: usize = 512;
/// Places that are looked at before it is asked whether any pattern is left.
const AT_ONCE: usize = 4;

/// The patterns of many probes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate {
    /// The probe of each bit.
    probes: Vec<u32>,
    /// The patterns that have no windows, in words.
    alone: Vec<u64>,
    /// By number of characters, the patterns that match as many.
    lengths: Vec<u64>,
    head: Rows<HEAD>,
    tail: Rows<TAIL>,
}

/// Where the bits of one probe's patterns are: all in one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seats {
    word: usize,
    bits: Range<u32>,
}

/// Which patterns of one probe were let through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Admitted(u64);

/// For each place, and what may stand there, the patterns that allow it: rows of
/// as many words as it takes.
#[derive(Clone, Debug, Default)]
struct Rows<const PLACES: usize> {
    /// By place and byte.
    bytes: Vec<u64>,
    /// By place, kind of byte, and kind of the byte before.
    pairs: Vec<u64>,
}

impl Gate {
    /// Makes a gate for the patterns of these probes, and tells where their bits
    /// are; a probe with no patterns, or with too many, has none.
    pub(crate) fn new<'a>(
        probes: impl IntoIterator<Item = (u32, &'a [Edges])>,
    ) -> (Self, Vec<Option<Seats>>) {
        let (mut seats, mut entered) = (Vec::new(), Vec::new());
        for (probe, patterns) in probes {
            if !(1..=SEATS).contains(&patterns.len()) {
                seats.push(None);
                continue;
            }
            let taken = entered.len() % SEATS;
            if taken + patterns.len() > SEATS {
                entered.extend((taken..SEATS).map(|_| None));
            }
            let (word, first) = (entered.len() / SEATS, (entered.len() % SEATS) as u32);
            seats.push(Some(Seats { word, bits: first..first + patterns.len() as u32 }));
            entered.extend(patterns.iter().map(|edges| Some((probe, edges))));
        }
        (Gate::with(&entered), seats)
    }

    /// The gate in which these patterns have these bits.
    fn with(entered: &[Option<(u32, &Edges)>]) -> Self {
        let words = entered.len().div_ceil(SEATS);
        let mut gate = Gate {
            probes: entered.iter().map(|pattern| pattern.map_or(u32::MAX, |(probe, _)| probe)).collect(),
            alone: vec![0; words],
            lengths: vec![0; words * (LONG + 1)],
            head: Rows::new(words),
            tail: Rows::new(words),
        };
        for (index, (_, edges)) in entered.iter().enumerate().filter_map(|(i, p)| Some((i, (*p)?))) {
            let (word, bit) = (index / SEATS, 1 << (index % SEATS));
            gate.alone[word] |= if edges.suffice { bit } else { 0 };
            let longest = edges.longest.map_or(LONG, |longest| longest.min(LONG));
            for length in edges.shortest.min(LONG)..=longest {
                gate.lengths[length * words + word] |= bit;
            }
            gate.head.enter(words, word, bit, &edges.head);
            gate.tail.enter(words, word, bit, &edges.tail);
        }
        gate
    }

    /// Puts the patterns that may match `unit` into `admitted`.
    pub(crate) fn admit(&self, unit: &[u8], admitted: &mut Vec<u64>) {
        // No character has more than four bytes.
        let length = if unit.len() < 4 * LONG { characters(unit).min(LONG) } else { LONG };
        let words = self.alone.len();
        admitted.clear();
        admitted.extend_from_slice(&self.lengths[length * words..][..words]);
        if self.head.admit(unit.iter(), admitted) {
            self.tail.admit(unit.iter().rev(), admitted);
        }
    }

    /// Whether every line has to be shown.
    pub(crate) fn looks_at_lines(&self) -> bool {
        self.alone.iter().any(|&word| word != 0)
    }

    /// The probes that have a pattern without windows among the admitted.
    pub(crate) fn alone(&self, admitted: &[u64]) -> impl Iterator<Item = u32> {
        let words = admitted.iter().zip(&self.alone).map(|(admitted, alone)| admitted & alone);
        let bits = words.enumerate().flat_map(|(word, mut rest)| {
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                rest &= rest.wrapping_sub(1);
                (bit < SEATS).then_some(word * SEATS + bit)
            })
        });
        let mut last = None;
        bits.filter_map(move |bit| {
            let probe = self.probes[bit];
            (last.replace(probe) != Some(probe)).then_some(probe)
        })
    }
}

impl Seats {
    /// The probe's own patterns among the admitted.
    pub(crate) fn own(&self, admitted: &[u64]) -> Admitted {
        let unused = SEATS as u32 - (self.bits.end - self.bits.start);
        Admitted(admitted[self.word] >> self.bits.start << unused >> unused)
    }
}

impl Admitted {
    /// Nobody was asked.
    pub(crate) const ALL: Admitted = Admitted(u64::MAX);

    /// Whether none was let through.
    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether the pattern of this index was let through.
    pub(crate) fn has(self, pattern: usize) -> bool {
        pattern >= SEATS || self.0 >> pattern & 1 == 1
    }
}

impl<const PLACES: usize> Rows<PLACES> {
    fn new(words: usize) -> Self {
        Rows { bytes: vec![0; PLACES * 256 * words], pairs: vec![0; PLACES * KINDS * KINDS * words] }
    }

    fn enter(&mut self, words: usize, word: usize, bit: u64, edge: &Edge<PLACES>) {
        for (place, set) in edge.bytes.iter().enumerate() {
            for byte in (0..=255).filter(|&byte| set.contains(byte)) {
                self.bytes[(place * 256 + usize::from(byte)) * words + word] |= bit;
            }
        }
        for place in 0..PLACES {
            for before in 0..KINDS {
                // Before the first byte there may be anything.
                let allowed = if place == 0 { u32::MAX } else { edge.pairs[place - 1][before] };
                for kind in (0..KINDS).filter(|kind| allowed >> kind & 1 == 1) {
                    self.pairs[pair(place, before, kind) * words + word] |= bit;
                }
            }
        }
    }

    /// Leaves the patterns that can have this edge, and tells whether any is left.
    fn admit<'b>(&self, unit: impl Iterator<Item = &'b u8>, admitted: &mut [u64]) -> bool {
        let words = admitted.len();
        let mut before = 0;
        for (place, &byte) in unit.take(PLACES).enumerate() {
            if place % AT_ONCE == 0 && admitted.iter().all(|&word| word == 0) {
                return false;
            }
            let kind = kind(byte);
            let bytes = &self.bytes[(place * 256 + usize::from(byte)) * words..][..words];
            let pairs = &self.pairs[pair(place, before, kind) * words..][..words];
            for ((word, byte), pair) in admitted.iter_mut().zip(bytes).zip(pairs) {
                *word &= byte & pair;
            }
            before = kind;
        }
        true
    }
}

fn pair(place: usize, before: usize, kind: usize) -> usize {
    (place * KINDS + before) * KINDS + kind
}

#[cfg(test)]
mod tests {
    use regex_automata::meta::Regex;
    use regex_syntax::hir::Hir;

    use super::*;

    fn parsed(pattern: &str) -> Hir {
        regex_syntax::ParserBuilder::new().crlf(true).build().parse(pattern).expect(pattern)
    }

    /// Which of the patterns, all of one probe, a unit is let through for.
    fn admitted(patterns: &[&str], units: &[String]) -> Vec<Vec<bool>> {
        let edges: Vec<Edges> = patterns.iter().map(|pattern| Edges::of(&parsed(pattern))).collect();
        let (gate, seats) = Gate::new([(0, &[][..]), (1, &edges)]);
        assert_eq!(seats[0], None);
        let seats = seats[1].as_ref().expect("so few have seats");
        let mut words = Vec::new();
        let mut of_unit = |unit: &String| {
            gate.admit(unit.as_bytes(), &mut words);
            let own = seats.own(&words);
            (0..patterns.len()).map(|pattern| own.has(pattern)).collect()
        };
        units.iter().map(&mut of_unit).collect()
    }

    #[test]
    fn whatever_matches_is_let_through() {
        let patterns = [
            "^a$",
            "a",
            "^ab",
            "ab$",
            "^(?:a|bb|1é)$",
            "^[ab]{2,3}é*$",
            "^(?:a b|b)+$",
            "^(?:a?b?)*1",
            "a.b$",
            "^.{0,2}(?:b|é1)$",
            "^(?:[^a]|aa){2,}$",
            r"^\w+$",
            "^(?i:B|É)[^1]?$",
            "^(?:^a|b)(?:1$| )",
            "^a{3}b?",
        ];
        let mut units = vec![String::new()];
        for length in 0..5 {
            let longest =
                units.iter().filter(|unit| unit.chars().count() == length).cloned().collect::<Vec<_>>();
            units.extend(
                longest.iter().flat_map(|unit| ['a', 'b', ' ', '1', 'é'].map(|c| format!("{unit}{c}"))),
            );
        }
        let all = admitted(&patterns, &units);
        for (index, pattern) in patterns.iter().enumerate() {
            let regex = Regex::builder().build_from_hir(&parsed(pattern)).expect(pattern);
            for (unit, admitted) in units.iter().zip(&all) {
                assert!(admitted[index] || !regex.is_match(unit), "{pattern} in {unit:?}");
            }
        }
    }

    #[test]
    fn edges_and_length_turn_away() {
        let check = |pattern: &str, unit: &str, expected: bool| {
            assert_eq!(admitted(&[pattern], &[unit.into()]), [[expected]], "{pattern} in {unit:?}");
        };
        check("^(?:tea|sun)$", "tea", true);
        check("^(?:tea|sun)$", "teas", false);
        check("^(?:tea|sun)$", "san", false);
        check("^[*·]{0,3}read more", "*read more of it", true);
        check("^[*·]{0,3}read more", "the read more", false);
        check("^[^.]+ more$", "there is no more", true);
        check("^[^.]+ more$", "there is no one", false);
        check("^[^.]{2,8}$", "нет, не то", false);
        check("^[^.]{2,8}$", "не то", true);
        check("more", "m", false);
    }
}
