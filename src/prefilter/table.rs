//! Windows by their spellings.

use super::{
    checks::{Checks, Glance},
    speller::{Speller, key_at},
    spellings::SPREAD,
};

/// More spellings than this, with their entries, would take too much memory;
/// all built-in rules together have a four-hundredth of them.
const MOST_SPELLINGS: usize = 1 << 22;

/// For each spelling, the windows that have it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The lists of all spellings, found by hashing and looking on from there.
    entries: Box<[Entry]>,
    /// How far a hash is shifted to be an index into `entries`.
    entry_shift: u32,
    /// All lists, one after the other: what is asked of a place stands side by side.
    glances: Vec<Glance>,
}

/// Where the list of one spelling is. No spelling is 0, as the case bits are set in
/// all.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    key: u32,
    start: u32,
    end: u32,
}

/// What stands at a place, and the first entry on the way to its list: to read
/// those of many places before the first is used hides how far away they are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Met {
    key: u32,
    entry: Entry,
}

/// Too many windows for a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overfull;

impl Table {
    /// Enters the first so many checks.
    pub(super) fn new(checks: &Checks, count: usize) -> Result<Self, Overfull> {
        let speller = Speller::new(&checks.sets);
        let (mut keys, mut spelled) = (Vec::new(), Vec::new());
        for check in 0..count {
            speller.spell(checks.window(check), &mut keys);
            if spelled.len() + keys.len() > MOST_SPELLINGS {
                return Err(Overfull);
            }
            spelled.extend(keys.iter().map(|&key| (key, check)));
        }
        spelled.sort_unstable();
        // Half of the entries stay empty, so that looking on ends soon.
        let entry_bits = (2 * spelled.len()).next_power_of_two().trailing_zeros().max(1);
        let mut table = Table {
            entries: vec![Entry::default(); 1 << entry_bits].into(),
            entry_shift: 32 - entry_bits,
            glances: spelled.iter().map(|&(_, check)| checks.glance(check)).collect(),
        };
        let mut start = 0;
        for list in spelled.chunk_by(|a, b| a.0 == b.0) {
            let end = start + list.len();
            table.enter(Entry { key: list[0].0, start: start as u32, end: end as u32 });
            start = end;
        }
        Ok(table)
    }

    fn enter(&mut self, entry: Entry) {
        let mut at = self.entry_of(entry.key);
        while self.entries[at].key != 0 {
            at = (at + 1) & (self.entries.len() - 1);
        }
        self.entries[at] = entry;
    }

    /// All spellings.
    pub(super) fn keys(&self) -> Vec<u32> {
        self.entries.iter().map(|entry| entry.key).filter(|&key| key != 0).collect()
    }

    /// The entry that is met first for what stands at `place`.
    #[inline]
    pub(super) fn met_at(&self, text: &[u8], place: usize) -> Met {
        let key = key_at(text, place);
        Met { key, entry: self.entries[self.entry_of(key)] }
    }

    /// What is asked for this spelling, in the order of the checks.
    #[inline]
    pub(super) fn glances(&self, Met { key, mut entry }: Met) -> &[Glance] {
        let mut at = self.entry_of(key);
        while entry.key != key && entry.key != 0 {
            at = (at + 1) & (self.entries.len() - 1);
            entry = self.entries[at];
        }
        &self.glances[entry.start as usize..entry.end as usize]
    }

    #[inline]
    fn entry_of(&self, key: u32) -> usize {
        (key.wrapping_mul(SPREAD) >> self.entry_shift) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefilter::{Sought, place};

    /// Which of the patterns, all of four bytes, are spelled at each place.
    #[track_caller]
    fn check(patterns: &[&str], text: &str, expected: &[&[u32]]) {
        let mut checks = Checks::default();
        for (number, pattern) in (0..).zip(patterns) {
            let cover = place(&regex_syntax::parse(pattern).expect(pattern)).0.expect("it has a cover");
            assert_eq!(cover.windows.len(), 1, "{pattern}");
            checks.add_windows(Sought { probe: number, cover: &cover, seat: None }).expect("so few fit");
        }
        let table = Table::new(&checks, checks.len()).expect("so few fit");
        for (place, expected) in expected.iter().enumerate() {
            let met = table.met_at(text.as_bytes(), place);
            assert_eq!(
                table.glances(met).iter().map(|glance| glance.check).collect::<Vec<_>>(),
                *expected,
                "{place} in {text}"
            );
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
