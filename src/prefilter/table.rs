//! Windows by their spellings.

use super::{
    checks::Checks,
    speller::{Speller, key_at},
};

/// More spellings than this, with their entries, would take too much memory;
/// all built-in rules together have a twentieth of them.
const MOST_SPELLINGS: usize = 1 << 23;
/// Multiplicative hashing: the factor is 2^32 divided by the golden ratio.
const SPREAD: u32 = 0x9e37_79b1;
/// The link that is no list.
const END: u32 = 0;

/// For each spelling, the windows that have it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The lists of all spellings, found by hashing and looking on from there.
    entries: Box<[Entry]>,
    /// How far a hash is shifted to be an index into `entries`.
    entry_shift: u32,
    /// The links of all lists; equal lists are one, and lists with the same rest
    /// share it.
    links: Vec<Link>,
    /// How many spellings the windows have, those that several have counted for each.
    pub(super) spellings: usize,
}

/// The first link of the list of one spelling. No spelling is 0, as the case
/// bits are set in all.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    key: u32,
    list: u32,
}

/// What stands at a place, and the first entry on the way to its list: to read
/// those of many places before the first is used hides how far away they are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Met {
    key: u32,
    entry: Entry,
}

/// A link of a list: the number of a check, and the link of the rest.
#[derive(Clone, Copy, Debug)]
struct Link {
    check: u32,
    rest: u32,
}

/// Too many windows for a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overfull;

impl Table {
    /// Enters the first so many checks.
    pub(super) fn new(checks: &Checks, count: usize) -> Result<Self, Overfull> {
        let speller = Speller::new(&checks.sets);
        let mut table = Table::with_room((0..count).map(|check| speller.count(checks.window(check))).sum())?;
        // From the last to the first, so that lists are in the order of the windows.
        let (mut keys, mut longer) = (Vec::new(), vec![END]);
        for check in (0..count).rev() {
            speller.spell(checks.window(check), &mut keys);
            table.enter(u32::try_from(check).map_err(|_| Overfull)?, &keys, &mut longer)?;
        }
        Ok(table)
    }

    /// An empty table for so many spellings.
    fn with_room(spellings: usize) -> Result<Self, Overfull> {
        if spellings > MOST_SPELLINGS {
            return Err(Overfull);
        }
        // Half of the entries stay empty, so that looking on ends soon.
        let entry_bits = (2 * spellings).next_power_of_two().trailing_zeros().max(1);
        Ok(Table {
            entries: vec![Entry::default(); 1 << entry_bits].into(),
            entry_shift: 32 - entry_bits,
            links: vec![Link { check: 0, rest: END }],
            spellings,
        })
    }

    /// Puts a check at the start of the lists of all `keys`.
    ///
    /// `longer` has for each link the last one that was put before it. As checks
    /// come one after the other, this is all it takes to find equal lists.
    fn enter(&mut self, check: u32, keys: &[u32], longer: &mut Vec<u32>) -> Result<(), Overfull> {
        for &key in keys {
            let mut at = self.entry_of(key);
            while self.entries[at].key != key && self.entries[at].key != 0 {
                at = (at + 1) & (self.entries.len() - 1);
            }
            let rest = self.entries[at].list;
            let mut list = longer[rest as usize];
            if list == END || self.links[list as usize].check != check {
                list = u32::try_from(self.links.len()).map_err(|_| Overfull)?;
                self.links.push(Link { check, rest });
                longer.push(END);
                longer[rest as usize] = list;
            }
            self.entries[at] = Entry { key, list };
        }
        Ok(())
    }

    /// All spellings.
    pub(super) fn keys(&self) -> impl Iterator<Item = u32> {
        self.entries.iter().map(|entry| entry.key).filter(|&key| key != 0)
    }

    /// The entry that is met first for what stands at `place`.
    #[inline]
    pub(super) fn met_at(&self, text: &[u8], place: usize) -> Met {
        let key = key_at(text, place);
        Met { key, entry: self.entries[self.entry_of(key)] }
    }

    /// The checks that have this spelling, in order.
    #[inline]
    pub(super) fn checks(&self, Met { key, mut entry }: Met) -> impl Iterator<Item = u32> {
        let mut at = self.entry_of(key);
        while entry.key != key && entry.key != 0 {
            at = (at + 1) & (self.entries.len() - 1);
            entry = self.entries[at];
        }
        let mut list = entry.list;
        std::iter::from_fn(move || {
            let link = self.links[list as usize];
            let found = list != END;
            list = link.rest;
            found.then_some(link.check)
        })
    }

    #[inline]
    fn entry_of(&self, key: u32) -> usize {
        (key.wrapping_mul(SPREAD) >> self.entry_shift) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefilter::place;

    /// Which of the patterns, all of four bytes, are spelled at each place.
    #[track_caller]
    fn check(patterns: &[&str], text: &str, expected: &[&[u32]]) {
        let mut checks = Checks::default();
        for (number, pattern) in (0..).zip(patterns) {
            let cover = place(&regex_syntax::parse(pattern).expect(pattern)).0.expect("it has a cover");
            assert_eq!(cover.windows.len(), 1, "{pattern}");
            checks.add_windows(number, &cover).expect("so few fit");
        }
        let table = Table::new(&checks, checks.len()).expect("so few fit");
        for (place, expected) in expected.iter().enumerate() {
            let met = table.met_at(text.as_bytes(), place);
            assert_eq!(table.checks(met).collect::<Vec<_>>(), *expected, "{place} in {text}");
        }
    }

    #[test]
    fn has_what_is_spelled_there_in_order() {
        let patterns = ["quiz", "(?i)quiz", "[qz]ui[zx]", "quiz", "[a-z]uix", "zu[iu]x"];
        check(&patterns, "quiz", &[&[0, 1, 2, 3]]);
        check(&patterns, "Quiz", &[&[0, 1, 2, 3]]);
        check(&patterns, "quix", &[&[2, 4]]);
        check(&patterns, "-zuix", &[&[], &[2, 4, 5]]);
        check(&patterns, "qui", &[&[], &[], &[]]);
        check(&[], "quiz", &[&[]]);
    }
}
