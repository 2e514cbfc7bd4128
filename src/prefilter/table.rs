//! Windows of many probes, ready to be met.

use std::collections::HashMap;

use super::{
    bytes::{ByteSet, CASE_BIT, frequency},
    cover::{Cover, Offer, WIDTH, Window},
};

/// Two to this power is the most slots of a bitmap: 512 KiB. Fewer would stay in
/// the first-level cache, but give more false alarms than that saves.
const MOST_BITS: u32 = 22;
/// Slots of the bitmap for each spelling, so that few places give false alarms.
const SLOTS: usize = 32;
/// More spellings than this, with their entries, would take too much memory;
/// all built-in rules together have a twentieth of them.
const MOST_SPELLINGS: usize = 1 << 23;
/// Multiplicative hashing: the factor is 2^32 divided by the golden ratio.
const SPREAD: u32 = 0x9e37_79b1;
/// The link that is no list.
const END: u32 = 0;

/// A bitmap that says "maybe" of a spelling, and the windows behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// One bit a slot: some spelling hashes there.
    bitmap: Box<[u64]>,
    /// How far a hash is shifted to be a slot.
    slot_shift: u32,
    /// The lists of all spellings, found by hashing and looking on from there.
    entries: Box<[Entry]>,
    /// How far a hash is shifted to be an index into `entries`.
    entry_shift: u32,
    /// The links of all lists; equal lists are one, and lists with the same rest
    /// share it.
    links: Vec<Link>,
    checks: Vec<Check>,
    /// Indexes of the byte sets that windows were made of.
    classes: Vec<u16>,
    /// What bytes in and around the windows must be.
    tests: Vec<Test>,
    sets: Vec<ByteSet>,
}

/// The first link of the list of one spelling. No spelling is 0, as the case
/// bits are set in all.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    key: u32,
    list: u32,
}

/// A link of a list: an index into `checks`, and the link of the rest.
#[derive(Clone, Copy, Debug)]
struct Link {
    check: u32,
    rest: u32,
}

/// One window of one probe, ready to be compared.
#[derive(Clone, Debug)]
struct Check {
    probe: u32,
    /// See [`Offer`]; [`VARIES`] for none.
    prefix: u32,
    /// How many classes stand before the window.
    lead: u8,
    /// How many classes there are, and where their indexes start in `classes`.
    length: u8,
    classes: u32,
    /// How many tests there are, and where they start.
    tested: u8,
    tests: u32,
}

/// The distance that is not always the same.
const VARIES: u32 = u32::MAX;

/// The byte so far from the start of a window must be in this set.
#[derive(Clone, Copy, Debug)]
struct Test {
    offset: i8,
    set: u16,
}

/// Too many windows for a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overfull;

impl Table {
    /// Enters windows, each with its cover and the number of its probe.
    pub(super) fn new(windows: &[(u32, &Cover, &Window<u16>)]) -> Result<Self, Overfull> {
        let mut table = Table { links: vec![Link { check: 0, rest: END }], ..Table::default() };
        let mut known: HashMap<ByteSet, u16> = HashMap::new();
        for windows in windows.chunk_by(|(a, ..), (b, ..)| a == b) {
            let (probe, cover, _) = windows[0];
            let mut sets = Vec::with_capacity(cover.classes.len());
            for class in &cover.classes {
                let next = u16::try_from(table.sets.len()).map_err(|_| Overfull)?;
                let index = *known.entry(*class).or_insert(next);
                if index == next {
                    table.sets.push(*class);
                }
                sets.push(index);
            }
            for (_, _, window) in windows {
                let classes = u32::try_from(table.classes.len()).map_err(|_| Overfull)?;
                table.classes.extend(window.run.iter().map(|&class| sets[usize::from(class)]));
                let [lead, length] = [window.lead, window.run.len()].map(|n| n as u8);
                let prefix = match window.prefix {
                    (least, Some(most)) if least == most => u32::try_from(least).unwrap_or(VARIES),
                    _ => VARIES,
                };
                table.checks.push(Check { probe, prefix, lead, length, classes, tested: 0, tests: 0 });
            }
        }
        table.order_tests()?;
        let speller = Speller::new(&table.sets);
        table.make_room(table.checks.iter().map(|check| speller.count(table.window(check))).sum())?;
        // From the last to the first, so that lists are in the order of the windows.
        let (mut keys, mut longer) = (Vec::new(), vec![END]);
        for check in (0..table.checks.len()).rev() {
            speller.spell(table.window(&table.checks[check]), &mut keys);
            table.enter(u32::try_from(check).map_err(|_| Overfull)?, &keys, &mut longer)?;
        }
        Ok(table)
    }

    /// Says what is tested where the spelling of a window was met: those classes of
    /// which that says nothing, the rarest first, then those of which it says not all.
    fn order_tests(&mut self) -> Result<(), Overfull> {
        let shares: Vec<f64> = self.sets.iter().map(|set| frequency(&[*set])).collect();
        for check in &mut self.checks {
            let classes = &self.classes[check.classes as usize..][..usize::from(check.length)];
            let start = self.tests.len();
            let mut within = Vec::new();
            for (index, &set) in classes.iter().enumerate() {
                let offset = index as i8 - check.lead as i8;
                let is_spelled = (0..WIDTH as i8).contains(&offset);
                if is_spelled && !self.sets[usize::from(set)].is_caseless() {
                    within.push(Test { offset, set });
                } else if !is_spelled && self.sets[usize::from(set)] != ByteSet::ALL {
                    self.tests.push(Test { offset, set });
                }
            }
            let share = |test: &Test| shares[usize::from(test.set)];
            self.tests[start..].sort_by(|a, b| share(a).total_cmp(&share(b)));
            self.tests.extend(within);
            check.tests = u32::try_from(start).map_err(|_| Overfull)?;
            check.tested = (self.tests.len() - start) as u8;
        }
        Ok(())
    }

    /// The classes of a window from its start on; they may be fewer or more
    /// than a window has.
    fn window(&self, check: &Check) -> &[u16] {
        let run = &self.classes[check.classes as usize..][..usize::from(check.length)];
        &run[usize::from(check.lead)..]
    }

    /// Makes empty slots and entries for so many spellings.
    fn make_room(&mut self, spellings: usize) -> Result<(), Overfull> {
        if spellings > MOST_SPELLINGS {
            return Err(Overfull);
        }
        let bits = |slots: usize| slots.next_power_of_two().trailing_zeros();
        let slot_bits = bits(spellings * SLOTS).clamp(6, MOST_BITS);
        // Half of the entries stay empty, so that looking on ends soon.
        let entry_bits = bits(2 * spellings).max(1);
        self.bitmap = vec![0; 1 << (slot_bits - 6)].into();
        self.slot_shift = 32 - slot_bits;
        self.entries = vec![Entry::default(); 1 << entry_bits].into();
        self.entry_shift = 32 - entry_bits;
        Ok(())
    }

    /// Puts a check at the start of the lists of all `keys`.
    ///
    /// `longer` has for each link the last one that was put before it. As checks
    /// come one after the other, this is all it takes to find equal lists.
    fn enter(&mut self, check: u32, keys: &[u32], longer: &mut Vec<u32>) -> Result<(), Overfull> {
        for &key in keys {
            let slot = self.slot_of(key);
            self.bitmap[slot >> 6] |= 1 << (slot & 63);
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

    /// 1 if some window may be spelled `key`, else 0.
    #[inline]
    pub(super) fn maybe(&self, key: u32) -> u64 {
        let slot = self.slot_of(key);
        (self.bitmap[slot >> 6] >> (slot & 63)) & 1
    }

    /// Calls `offer` for each window that stands at `place`.
    pub(super) fn confirm(&self, text: &[u8], place: usize, offer: &mut impl FnMut(Offer)) {
        let mut list = self.list_of(key_at(text, place));
        while list != END {
            let link = self.links[list as usize];
            list = link.rest;
            let check = &self.checks[link.check as usize];
            let Some(start) = place.checked_sub(usize::from(check.lead)) else { continue };
            if text.len() - start < usize::from(check.length) {
                continue;
            }
            let tests = &self.tests[check.tests as usize..][..usize::from(check.tested)];
            let holds = |test: &Test| {
                let byte = text[place.wrapping_add_signed(isize::from(test.offset))];
                self.sets[usize::from(test.set)].contains(byte)
            };
            if tests.iter().all(holds) {
                let prefix = (check.prefix != VARIES).then_some(check.prefix as usize);
                offer(Offer { probe: check.probe, at: place, prefix });
            }
        }
    }

    #[inline]
    fn slot_of(&self, key: u32) -> usize {
        (key.wrapping_mul(SPREAD) >> self.slot_shift) as usize
    }

    fn entry_of(&self, key: u32) -> usize {
        (key.wrapping_mul(SPREAD) >> self.entry_shift) as usize
    }

    /// The first link of the list of a spelling.
    fn list_of(&self, key: u32) -> u32 {
        let mut at = self.entry_of(key);
        loop {
            let entry = self.entries[at];
            if entry.key == key || entry.key == 0 {
                return entry.list;
            }
            at = (at + 1) & (self.entries.len() - 1);
        }
    }
}

/// Spells out windows.
struct Speller {
    /// The bytes of each set with their case bits set.
    sets: Vec<Vec<u8>>,
    /// Those of any byte, which may follow where classes end.
    any: Vec<u8>,
}

impl Speller {
    fn new(sets: &[ByteSet]) -> Self {
        Speller {
            sets: sets.iter().map(|set| set.folded().collect()).collect(),
            any: ByteSet::ALL.folded().collect(),
        }
    }

    /// How many spellings the window has that starts these classes.
    fn count(&self, classes: &[u16]) -> usize {
        self.bytes(classes).map(<[u8]>::len).product()
    }

    /// Puts all spellings of the window into `keys`, as little-endian numbers.
    fn spell(&self, classes: &[u16], keys: &mut Vec<u32>) {
        keys.clear();
        keys.push(0);
        for (place, bytes) in self.bytes(classes).enumerate() {
            // The first byte goes into the spellings so far, the others into copies of them.
            let so_far = keys.len();
            let mut bytes = bytes.iter().map(|&byte| u32::from(byte) << (8 * place));
            let Some(first) = bytes.next() else { return keys.clear() };
            for byte in bytes {
                keys.extend_from_within(..so_far);
                let copy = keys.len() - so_far;
                keys[copy..].iter_mut().for_each(|key| *key |= byte);
            }
            keys[..so_far].iter_mut().for_each(|key| *key |= first);
        }
    }

    fn bytes(&self, classes: &[u16]) -> impl Iterator<Item = &[u8]> {
        let known = classes.iter().map(|&class| &*self.sets[usize::from(class)]);
        known.chain(std::iter::repeat(&*self.any)).take(WIDTH)
    }
}

/// The bytes of a window with their case bits set; beyond the end, zeros.
pub(super) fn key_at(text: &[u8], place: usize) -> u32 {
    match text.get(place..place + 4) {
        Some(bytes) => {
            u32::from_le_bytes(bytes.try_into().unwrap_or_default()) | u32::from_ne_bytes([CASE_BIT; 4])
        }
        None => {
            let byte = |i: usize| text.get(place + i).copied().unwrap_or(0) | CASE_BIT;
            u32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefilter::place;

    /// Which of the patterns, all of four bytes, are offered at each place.
    #[track_caller]
    fn check(patterns: &[&str], text: &str, expected: &[&[u32]]) {
        let cover = |pattern: &&str| place(&regex_syntax::parse(pattern).expect(pattern)).0;
        let covers: Vec<Cover> = patterns.iter().filter_map(cover).collect();
        assert_eq!(covers.len(), patterns.len(), "every pattern has a cover");
        let windows: Vec<(u32, &Cover, &Window<u16>)> =
            (0..).zip(&covers).flat_map(|(i, c)| c.windows.iter().map(move |w| (i, c, w))).collect();
        let table = Table::new(&windows).expect("so few fit");
        for (place, expected) in expected.iter().enumerate() {
            let mut offered = Vec::new();
            table.confirm(text.as_bytes(), place, &mut |offer| offered.push(offer.probe));
            assert_eq!(offered, *expected, "{place} in {text}");
            assert!(
                offered.is_empty() || table.maybe(key_at(text.as_bytes(), place)) == 1,
                "{place} in {text}"
            );
        }
    }

    #[test]
    fn offers_what_stands_there_in_order() {
        let patterns = ["quiz", "(?i)quiz", "[qz]ui[zx]", "quiz", "[a-z]uix", "zu[iu]x"];
        check(&patterns, "quiz", &[&[0, 1, 2, 3]]);
        check(&patterns, "Quiz", &[&[1]]);
        check(&patterns, "quix", &[&[2, 4]]);
        check(&patterns, "-zuix", &[&[], &[2, 4, 5]]);
        check(&patterns, "qui", &[&[], &[], &[]]);
        check(&[], "quiz", &[&[]]);
    }
}
