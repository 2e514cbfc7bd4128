//! Windows of many probes, ready to be met.

use std::collections::HashMap;

use super::{
    bytes::{ByteSet, CASE_BIT},
    cover::Window,
};

/// Two to this power is the most slots of a bitmap: 128 KiB. Fewer would stay in
/// the first-level cache, but give more false alarms than that saves.
const MOST_BITS: u32 = 20;
/// Slots of the bitmap for each spelling, so that few places give false alarms.
const SLOTS: usize = 32;
/// Multiplicative hashing: the factor is 2^32 divided by the golden ratio.
const SPREAD: u32 = 0x9e37_79b1;
/// Closes a list.
const END: u32 = u32::MAX;

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
    /// Lists of indexes into `checks`, each closed by [`END`].
    listed: Vec<u32>,
    checks: Vec<Check>,
    /// Indexes of byte sets that the text around a window must match.
    classes: Vec<u16>,
    sets: Vec<ByteSet>,
}

/// Where the list of one spelling starts. No spelling is 0, as the case bits
/// are set in all.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    key: u32,
    list: u32,
}

/// One window of one probe, ready to be compared.
#[derive(Clone, Debug)]
struct Check {
    probe: u32,
    /// How many classes stand before the window.
    lead: u16,
    /// How many classes there are.
    length: u16,
    /// Where their indexes start in `classes`.
    classes: u32,
}

/// Too many windows for a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overfull;

impl Table {
    /// Enters the windows, each with the number of its probe.
    pub(super) fn new(windows: &[(u32, &Window)]) -> Result<Self, Overfull> {
        let mut table = Table::default();
        let mut known: HashMap<ByteSet, u16> = HashMap::new();
        // Pairs of a spelling and a check.
        let mut spelled: Vec<(u32, u32)> = Vec::new();
        for (probe, window) in windows {
            let check = u32::try_from(table.checks.len()).map_err(|_| Overfull)?;
            spelled.extend(window.keys().into_iter().map(|key| (key, check)));
            let classes = u32::try_from(table.classes.len()).map_err(|_| Overfull)?;
            for set in &window.run {
                let next = u16::try_from(table.sets.len()).map_err(|_| Overfull)?;
                let index = *known.entry(*set).or_insert(next);
                if index == next {
                    table.sets.push(*set);
                }
                table.classes.push(index);
            }
            let [lead, length] =
                [window.lead, window.run.len()].map(|n| u16::try_from(n).unwrap_or(u16::MAX));
            table.checks.push(Check { probe: *probe, lead, length, classes });
        }
        spelled.sort_unstable();
        table.enter(&spelled)?;
        Ok(table)
    }

    /// Makes the bitmap and the entries of all spellings, which are sorted.
    fn enter(&mut self, spelled: &[(u32, u32)]) -> Result<(), Overfull> {
        let groups = || spelled.chunk_by(|(a, _), (b, _)| a == b);
        let count = groups().count().max(1);
        let bits = |slots: usize| slots.next_power_of_two().trailing_zeros();
        let slot_bits = bits(count * SLOTS).clamp(6, MOST_BITS);
        // Half of the entries stay empty, so that looking on ends soon.
        let entry_bits = bits(2 * count);
        self.slot_shift = 32 - slot_bits;
        self.entry_shift = 32 - entry_bits;
        self.bitmap = vec![0; 1 << (slot_bits - 6)].into();
        self.entries = vec![Entry::default(); 1 << entry_bits].into();
        // Equal lists are kept once: classes of digits give many spellings alike.
        let mut kept: HashMap<Vec<u32>, u32> = HashMap::new();
        for group in groups() {
            let key = group[0].0;
            let list: Vec<u32> = group.iter().map(|(_, check)| *check).collect();
            let next = u32::try_from(self.listed.len()).map_err(|_| Overfull)?;
            let start = *kept.entry(list.clone()).or_insert(next);
            if start == next {
                self.listed.extend(list);
                self.listed.push(END);
            }
            let slot = key.wrapping_mul(SPREAD) >> self.slot_shift;
            self.bitmap[slot as usize >> 6] |= 1 << (slot & 63);
            let mut at = self.entry_of(key);
            while self.entries[at].key != 0 {
                at = (at + 1) & (self.entries.len() - 1);
            }
            self.entries[at] = Entry { key, list: start };
        }
        Ok(())
    }

    /// 1 if some window may be spelled `key`, else 0.
    #[inline]
    pub(super) fn maybe(&self, key: u32) -> u64 {
        let slot = key.wrapping_mul(SPREAD) >> self.slot_shift;
        (self.bitmap[slot as usize >> 6] >> (slot & 63)) & 1
    }

    /// Calls `offer` with the probe of each window that stands at `place`.
    pub(super) fn confirm(&self, text: &[u8], place: usize, mut offer: impl FnMut(u32)) {
        let Some(start) = self.list_of(key_at(text, place)) else { return };
        for &index in self.listed[start..].iter().take_while(|&&index| index != END) {
            let check = &self.checks[index as usize];
            let Some(from) = place.checked_sub(usize::from(check.lead)) else { continue };
            let Some(run) = text.get(from..from + usize::from(check.length)) else { continue };
            let classes = &self.classes[check.classes as usize..][..run.len()];
            if run.iter().zip(classes).all(|(&b, &set)| self.sets[set as usize].contains(b)) {
                offer(check.probe);
            }
        }
    }

    fn entry_of(&self, key: u32) -> usize {
        (key.wrapping_mul(SPREAD) >> self.entry_shift) as usize
    }

    /// Where the list of a spelling starts.
    fn list_of(&self, key: u32) -> Option<usize> {
        let mut at = self.entry_of(key);
        loop {
            let entry = self.entries[at];
            if entry.key == key {
                return Some(entry.list as usize);
            }
            if entry.key == 0 {
                return None;
            }
            at = (at + 1) & (self.entries.len() - 1);
        }
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
