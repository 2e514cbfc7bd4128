//! Turns units away by their edges: their first and last bytes, and their
//! length.
//!
//! Most of what a window offers in clean text is a word in the middle of a
//! sentence, while the pattern wants a whole line around it. Here every pattern
//! has a bit. For each place at the edges, and each byte that may stand there,
//! a row says which patterns allow it; the rows of a unit, AND-ed, leave those
//! patterns that could match it.

use super::{
    bytes::{ByteSet, KINDS, byte_shares, kind},
    edges::{Edge, Edges, HEAD, TAIL, characters},
};

/// Units of more characters are all alike.
const LONG: usize = 512;
/// Patterns of one word.
const SEATS: usize = 64;

/// Many patterns, each with a seat: a bit of a word.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate {
    /// So many words hold all patterns without windows, and no others.
    alone: usize,
    /// For each word, by number of characters, the patterns that match as many.
    lengths: Vec<u64>,
    head: Rows<HEAD>,
    tail: Rows<TAIL>,
}

/// What the gate says of one unit, word by word, as far as it was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    words: Vec<Option<u64>>,
}

/// For each word of patterns, each place, and what may stand there, the patterns
/// that allow it.
#[derive(Clone, Debug, Default)]
struct Rows<const PLACES: usize> {
    /// By word, place and byte.
    bytes: Vec<u64>,
    /// By word, place, kind of byte, and kind of the byte before.
    pairs: Vec<u64>,
    /// By word and place, the patterns that do not allow every byte there and at all
    /// places behind.
    told_by_bytes: Vec<[u64; PLACES]>,
    /// The same of pairs.
    told_by_pairs: Vec<[u64; PLACES]>,
}

impl Gate {
    /// Makes a gate for these patterns, and tells the seat of each.
    ///
    /// Those that allow the most sit together, so that the words of the others have
    /// nobody left after a few places.
    pub(crate) fn new(patterns: &[&Edges]) -> (Self, Vec<u32>) {
        let (mut alone, mut others): (Vec<usize>, Vec<usize>) =
            (0..patterns.len()).partition(|&index| patterns[index].suffice);
        let shares = byte_shares();
        let widths: Vec<f64> = patterns.iter().map(|edges| edges.width(&shares)).collect();
        for seated in [&mut alone, &mut others] {
            seated.sort_by(|&a, &b| widths[a].total_cmp(&widths[b]));
        }
        let words_alone = alone.len().div_ceil(SEATS);
        let words = words_alone + others.len().div_ceil(SEATS);
        let mut gate = Gate {
            alone: words_alone,
            lengths: vec![0; words * (LONG + 1)],
            head: Rows::new(words),
            tail: Rows::new(words),
        };
        let mut seats = vec![0; patterns.len()];
        for (seat, index) in (0..).zip(alone).chain((words_alone * SEATS..).zip(others)) {
            gate.enter(seat, patterns[index]);
            seats[index] = seat as u32;
        }
        (gate, seats)
    }

    /// Gives a pattern this seat.
    fn enter(&mut self, seat: usize, edges: &Edges) {
        let (word, bit) = (seat / SEATS, 1 << (seat % SEATS));
        let longest = edges.longest.map_or(LONG, |longest| longest.min(LONG));
        for length in edges.shortest.min(LONG)..=longest {
            self.lengths[word * (LONG + 1) + length] |= bit;
        }
        self.head.enter(word, bit, &edges.head);
        self.tail.enter(word, bit, &edges.tail);
    }

    /// Whether the pattern in this seat may match `unit`, of which `verdict` tells.
    pub(crate) fn admits(&self, unit: &[u8], verdict: &mut Verdict, seat: u32) -> bool {
        let (word, bit) = (seat as usize / SEATS, seat as usize % SEATS);
        if verdict.words.len() <= word {
            verdict.words.resize(word + 1, None);
        }
        let admitted = match verdict.words[word] {
            Some(admitted) => admitted,
            None => *verdict.words[word].insert(self.word(unit, word, length(unit))),
        };
        admitted >> bit & 1 == 1
    }

    /// The patterns of one word that may match `unit`, of so many characters.
    ///
    /// What tells the most is asked first, and the rows of pairs, which are many times
    /// as large as those of bytes, last.
    fn word(&self, unit: &[u8], word: usize, length: usize) -> u64 {
        let mut admitted = self.lengths[word * (LONG + 1) + length];
        let edges =
            unit.iter().zip(unit.iter().rev()).zip(self.head.of_bytes(word).zip(self.tail.of_bytes(word)));
        let told = self.head.told_by_bytes[word].iter().zip(&self.tail.told_by_bytes[word]);
        for (((&first, &last), (head, tail)), (by_head, by_tail)) in edges.zip(told) {
            if admitted & (by_head | by_tail) == 0 {
                break;
            }
            admitted &= head[usize::from(first)] & tail[usize::from(last)];
        }
        let rest = unit.iter().zip(self.head.of_bytes(word)).zip(&self.head.told_by_bytes[word]);
        for ((&byte, row), told) in rest.skip(TAIL) {
            if admitted & told == 0 {
                break;
            }
            admitted &= row[usize::from(byte)];
        }
        admitted = self.head.admit_pairs(unit.iter(), word, admitted);
        self.tail.admit_pairs(unit.iter().rev(), word, admitted)
    }

    /// The number of seats for patterns without windows; if there are any, every
    /// line has to be shown.
    pub(crate) fn seats_alone(&self) -> usize {
        self.alone * SEATS
    }

    /// Calls `each` with the seats of the patterns without windows that may match
    /// `unit`.
    pub(crate) fn alone(&self, unit: &[u8], verdict: &mut Verdict, mut each: impl FnMut(u32)) {
        let length = length(unit);
        for word in 0..self.alone {
            let mut rest = self.word(unit, word, length);
            verdict.words.resize(verdict.words.len().max(word + 1), None);
            verdict.words[word] = Some(rest);
            while rest != 0 {
                each((word * SEATS) as u32 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }
}

/// The characters of a unit, as far as they are counted.
fn length(unit: &[u8]) -> usize {
    // No character has more than four bytes.
    if unit.len() < 4 * LONG { characters(unit).min(LONG) } else { LONG }
}

impl Verdict {
    /// Forgets the unit.
    pub(crate) fn clear(&mut self) {
        self.words.clear();
    }
}

impl<const PLACES: usize> Rows<PLACES> {
    fn new(words: usize) -> Self {
        Rows {
            bytes: vec![0; words * PLACES * 256],
            pairs: vec![0; words * PLACES * KINDS * KINDS],
            told_by_bytes: vec![[0; PLACES]; words],
            told_by_pairs: vec![[0; PLACES]; words],
        }
    }

    fn enter(&mut self, word: usize, bit: u64, edge: &Edge<PLACES>) {
        for (place, set) in edge.bytes.iter().enumerate() {
            for byte in set.bytes() {
                self.bytes[(word * PLACES + place) * 256 + usize::from(byte)] |= bit;
            }
            if *set != ByteSet::ALL {
                self.told_by_bytes[word][..=place].iter_mut().for_each(|told| *told |= bit);
            }
        }
        for place in 0..PLACES {
            for before in 0..KINDS {
                // Before the first byte there may be anything.
                let allowed = if place == 0 { u32::MAX } else { edge.pairs[place - 1][before] };
                for kind in (0..KINDS).filter(|kind| allowed >> kind & 1 == 1) {
                    self.pairs[((word * PLACES + place) * KINDS + before) * KINDS + kind] |= bit;
                }
                if allowed != u32::MAX {
                    self.told_by_pairs[word][..=place].iter_mut().for_each(|told| *told |= bit);
                }
            }
        }
    }

    /// The rows of a word by bytes, place by place.
    #[inline]
    fn of_bytes(&self, word: usize) -> impl Iterator<Item = &[u64]> {
        self.bytes[word * PLACES * 256..][..PLACES * 256].chunks_exact(256)
    }

    /// Those of the patterns of a word that can have bytes of these kinds beside each
    /// other at their edge.
    #[inline]
    fn admit_pairs<'b>(&self, unit: impl Iterator<Item = &'b u8>, word: usize, mut admitted: u64) -> u64 {
        let rows = &self.pairs[word * PLACES * KINDS * KINDS..][..PLACES * KINDS * KINDS];
        let mut before = 0;
        let rows = rows.chunks_exact(KINDS * KINDS).zip(&self.told_by_pairs[word]);
        for (&byte, (row, told)) in unit.zip(rows) {
            if admitted & told == 0 {
                break;
            }
            let kind = kind(byte);
            admitted &= row[before * KINDS + kind];
            before = kind;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use regex_automata::meta::Regex;
    use regex_syntax::hir::Hir;

    use super::*;

    fn parsed(pattern: &str) -> Hir {
        regex_syntax::ParserBuilder::new().crlf(true).build().parse(pattern).expect(pattern)
    }

    /// Which of the patterns a unit is let through for.
    fn admitted(patterns: &[&str], units: &[String]) -> Vec<Vec<bool>> {
        let edges: Vec<Edges> = patterns.iter().map(|pattern| Edges::of(&parsed(pattern))).collect();
        let (gate, seats) = Gate::new(&edges.iter().collect::<Vec<_>>());
        let of_unit = |unit: &String| {
            let mut verdict = Verdict::default();
            seats.iter().map(|&seat| gate.admits(unit.as_bytes(), &mut verdict, seat)).collect()
        };
        units.iter().map(of_unit).collect()
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
