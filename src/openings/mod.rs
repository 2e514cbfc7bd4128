//! Says by how a line opens which of many patterns may match it.
//!
//! Most patterns of line rules are lists of phrases that a line has to start with, after a bullet
//! or a bracket, and most lines start with none of them. What lines may open with is spelled
//! out when a rule is loaded ([`split`]): up to twelve bytes from the first word on, without
//! case, numbers all alike. The [`Openings`] of all patterns are in a few tables, so that some look-ups a
//! line find the patterns that are left, mostly none; of these the line may end otherwise, or be too
//! long ([`Ending`]).

mod ending;
mod key;
mod nfa;
mod spell;
mod split;

use self::key::{ANY, KEYS, opening};
pub(crate) use self::{ending::Ending, key::Opening, split::split};

/// Multiplicative hashing: the factor is 2^32 divided by the golden ratio.
const SPREAD: u32 = 0x9e37_79b1;
/// Two to this power is the number of first keys that are told apart at once.
const FIRST_BITS: u32 = 15;

/// The openings of many patterns.
#[derive(Clone, Debug)]
pub(crate) struct Openings {
    /// By hash of the first key, a bit for each table that has openings with it.
    first: Box<[u8]>,
    /// By the number of keys that are known.
    tables: [Table; KEYS],
    /// By the number of the pattern.
    endings: Box<[Ending]>,
}

/// Openings by hash.
#[derive(Clone, Debug)]
struct Table {
    /// By hash where its entries start, and last where all of them end.
    starts: Box<[u32]>,
    /// How far a hash is shifted to be an index.
    shift: u32,
    entries: Box<[Entry]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    opening: Opening,
    pattern: u32,
}

impl Openings {
    /// The openings of patterns, each with its number.
    pub(crate) fn new<'o>(patterns: impl Iterator<Item = (u32, &'o [Opening], Ending)>) -> Self {
        let mut first = vec![0; 1 << FIRST_BITS];
        let mut by_known: [Vec<Entry>; KEYS] = Default::default();
        let mut endings = Vec::new();
        for (pattern, own, ending) in patterns {
            endings.resize(endings.len().max(pattern as usize + 1), Ending::ANY);
            endings[pattern as usize] = ending;
            for &opening in own {
                let table = opening.iter().filter(|&&key| key != ANY).count() - 1;
                first[slot_of_first(&opening)] |= 1 << table;
                by_known[table].push(Entry { opening, pattern });
            }
        }
        let tables = by_known.map(|entries| Table::new(&entries));
        Openings { first: first.into(), tables, endings: endings.into() }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.iter().all(|table| table.entries.is_empty())
    }

    /// Calls `each` with the patterns that may match a line, by their numbers.
    #[inline]
    pub(crate) fn of(&self, line: &str, mut each: impl FnMut(u32)) {
        let mut each = |pattern: u32| {
            if self.endings[pattern as usize].admits(line) {
                each(pattern);
            }
        };
        let whole = opening(line);
        let tables = self.first[slot_of_first(&whole)];
        let mut known = [ANY; KEYS];
        for (index, table) in self.tables.iter().enumerate() {
            known[index] = whole[index];
            if tables >> index & 1 == 1 {
                table.find(&known, &mut each);
            }
        }
    }
}

impl Table {
    fn new(all: &[Entry]) -> Self {
        let bits = all.len().next_power_of_two().trailing_zeros().max(1);
        let shift = 32 - bits;
        // Counted, summed up, and filled from the end of each part.
        let mut starts = vec![0; (1 << bits) + 1];
        all.iter().for_each(|entry| starts[hash(&entry.opening, shift)] += 1);
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut entries = vec![Entry::default(); all.len()];
        for entry in all.iter().rev() {
            let start = &mut starts[hash(&entry.opening, shift)];
            *start -= 1;
            entries[*start as usize] = *entry;
        }
        Table { starts: starts.into(), shift, entries: entries.into() }
    }

    #[inline]
    fn find(&self, opening: &Opening, each: &mut impl FnMut(u32)) {
        let slot = hash(opening, self.shift);
        for entry in &self.entries[self.starts[slot] as usize..self.starts[slot + 1] as usize] {
            if entry.opening == *opening {
                each(entry.pattern);
            }
        }
    }
}

#[inline]
fn slot_of_first([first, ..]: &Opening) -> usize {
    (first.wrapping_mul(SPREAD) >> (32 - FIRST_BITS)) as usize
}

#[inline]
fn hash(opening: &Opening, shift: u32) -> usize {
    let mixed = opening.iter().fold(0, |hash: u32, key| (hash.rotate_left(13) ^ key).wrapping_mul(SPREAD));
    (mixed >> shift) as usize
}

#[cfg(test)]
mod tests {
    use regex_automata::meta::Regex;
    use regex_syntax::hir::Hir;

    use super::*;

    const PATTERNS: [&str; 24] = [
        "^ab$",
        "^(?i)sk$",
        "^(?i:Ж|é)a$",
        "^(?:ab|ba)1$",
        "^[*•]{0,3}(?:a|bb)$",
        "^[^a-z0-9]{0,2}ab?1$",
        r"^[\W_]*a\b[*•]*b$",
        r"^a\d+b$",
        "^[0-9]{1,2}ab$",
        "^1[0-9.]{0,4}a$",
        "^(?:a |b )?ab$",
        "^a?b$",
        "^éжа?b",
        "^(?:ab|.{0,2}1b)$",
        "^(?:ab|[a-zé]+1|bb?)$",
        "^ab$|^•$",
        "^(?:a1?){1,3}$",
        "^(?:é|ab){2,}",
        "^½a$",
        "^[½1]+a$",
        "^ab(?:a|b|1|é)*$",
        "^.*ab$",
        "^жéé",
        "^ab",
    ];

    fn parsed(pattern: &str) -> Hir {
        regex_syntax::ParserBuilder::new().crlf(true).build().parse(pattern).expect(pattern)
    }

    fn table(openings: &[Opening], pattern: &Hir) -> Openings {
        Openings::new([(7, openings, Ending::of(pattern))].into_iter())
    }

    fn is_found(openings: &[Opening], pattern: &str, line: &str) -> bool {
        let mut found = false;
        table(openings, &parsed(pattern)).of(line, |pattern| found |= pattern == 7);
        found
    }

    /// Whatever matches opens like that, or is matched by the rest.
    #[test]
    fn nothing_is_left_out() {
        let mut lines = vec![String::new()];
        for from in [0, 1, 13, 157] {
            let longest = lines[from..].to_vec();
            let characters = "abA1•*é½ſKжЖ";
            lines.extend(
                longest.iter().flat_map(|line| characters.chars().map(move |c| format!("{line}{c}"))),
            );
        }
        let (mut told, mut split_up) = (0, 0);
        for pattern in PATTERNS {
            let parsed = parsed(pattern);
            let (openings, rest) = split(&parsed);
            told += usize::from(rest.is_none());
            split_up += usize::from(rest.is_some() && !openings.is_empty());
            let table = table(&openings, &parsed);
            let regex = |hir: &Hir| Regex::builder().build_from_hir(hir).expect(pattern);
            let (whole, rest) = (regex(&parsed), rest.as_ref().map(regex));
            for line in lines.iter().filter(|line| whole.is_match(line.as_str())) {
                let mut found = false;
                table.of(line, |_| found = true);
                let found = found || rest.as_ref().is_some_and(|rest| rest.is_match(line.as_str()));
                assert!(found, "{pattern} in {line:?}");
            }
        }
        assert_eq!((told, split_up), (13, 4), "most are told");
    }

    #[test]
    fn lines_are_told_by_their_first_words() {
        let check = |pattern: &str, line: &str, expected: bool| {
            let (openings, rest) = split(&parsed(pattern));
            assert!(rest.is_none(), "{pattern} {rest:?}");
            assert_eq!(is_found(&openings, pattern, line), expected, "{pattern} in {line:?}");
        };
        let phrases = "^[*• ]{0,3}(?i:share this (?:story|page)|[0-9]{1,3} comments|ads|скачать)$";
        for (line, expected) in [
            ("Share this story", true),
            ("• SHARE THIS page", true),
            ("sharing this story", false),
            ("share", false),
            ("12 comments", true),
            ("1234567 comments", true),
            ("12 common", false),
            ("ads", true),
            ("adso", false),
            ("Скачать", true),
            ("День", false),
            ("I share this story", false),
            ("Share this story.", false),
            ("Share this story that was long", false),
            ("•", false),
            ("", false),
        ] {
            check(phrases, line, expected);
        }
    }

    #[test]
    fn what_opens_in_too_many_ways_is_not_told() {
        for pattern in ["share this", r"^\w+ this", "^.{0,9}this", "^the", "^a?$", "^[*]{3}"] {
            let (openings, rest) = split(&parsed(pattern));
            assert!(openings.is_empty() && rest == Some(parsed(pattern)), "{pattern}");
        }
        let pattern = "^[*]?(?:share|.{2,9} this|tweet)$";
        let (openings, rest) = split(&parsed(pattern));
        assert!(is_found(&openings, pattern, "*tweet") && !is_found(&openings, pattern, "do this"));
        assert_eq!(rest, Some(parsed("^[*]?.{2,9} this$")));
    }
}
