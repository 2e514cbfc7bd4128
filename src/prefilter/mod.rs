//! Finds, in one scan, where any of many patterns could match.
//!
//! From each parsed pattern a *cover* is chosen ([`window`]): a few windows of
//! four byte classes, one of which stands in every match, as rare in web text
//! as can be had. All windows of all patterns, spelled out and with the case
//! bit dropped, go into one bitmap, so that a scan is one lookup a byte
//! ([`Prefilter::scan`]). Where the bitmap says "maybe", the few windows that
//! share that slot are compared class by class, and only what passes is offered.
//!
//! The filter may offer too much, never too little; tests hold it against a
//! search that runs every pattern everywhere.

mod bytes;
mod window;

use regex_syntax::hir::Hir;

use self::bytes::{ByteSet, CASE_BIT};
pub(crate) use self::window::Cover;

/// Two to this power are the slots of the bitmap: 64 KiB. Fewer slots would stay in
/// the first-level cache, but give more false alarms than that saves.
const SLOT_BITS: u32 = 19;

/// Two to this power are the slots of a second bitmap, 8 KiB by another hash: it
/// turns most false alarms of the first away before slower memory is asked.
const SECOND_BITS: u32 = 16;

/// The only characters outside ASCII that a case-insensitive ASCII letter
/// matches: `ſ` and the Kelvin sign. Source: Unicode CaseFolding.txt.
const FOLDS_TO_ASCII: [&str; 2] = ["\u{17f}", "\u{212a}"];

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

/// The windows of all probes, compiled.
///
/// A probe is whatever the caller wants to be told about: here a pattern, or a
/// rule with several.
#[derive(Clone, Debug)]
pub(crate) struct Prefilter {
    /// One bit a slot: some window hashes there.
    bitmap: Box<[u64]>,
    second: Box<[u64]>,
    /// For each slot, where its list in `listed` starts, plus one; 0 for none.
    lists: Box<[u32]>,
    /// Lists of indexes into `checks`, each closed by [`END`].
    listed: Vec<u32>,
    checks: Vec<Check>,
    /// Indexes of byte sets that the text around a window must match.
    classes: Vec<u16>,
    sets: Vec<ByteSet>,
    /// Probes that may match [`FOLDS_TO_ASCII`] where their windows have ASCII.
    folding: Vec<u32>,
}

const END: u32 = u32::MAX;

/// Too many windows for the filter's tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overfull;

impl Prefilter {
    /// Compiles the covers of all probes; `probes[i]` is the cover of probe `i`.
    pub(crate) fn new<'a>(probes: impl IntoIterator<Item = (u32, &'a Cover)>) -> Result<Self, Overfull> {
        let mut slots: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
        let mut filter = Prefilter {
            bitmap: vec![0; 1 << (SLOT_BITS - 6)].into(),
            second: vec![0; 1 << (SECOND_BITS - 6)].into(),
            lists: vec![0; 1 << SLOT_BITS].into(),
            listed: Vec::new(),
            checks: Vec::new(),
            classes: Vec::new(),
            sets: Vec::new(),
            folding: Vec::new(),
        };
        let mut known: std::collections::HashMap<ByteSet, u16> = std::collections::HashMap::new();
        for (probe, cover) in probes {
            if cover.folding {
                filter.folding.push(probe);
            }
            for window in &cover.windows {
                let check = u32::try_from(filter.checks.len()).map_err(|_| Overfull)?;
                for key in window.keys() {
                    let other = second_slot(key);
                    filter.second[other as usize >> 6] |= 1 << (other & 63);
                    let list = slots.entry(slot(key)).or_default();
                    if list.last() != Some(&check) {
                        list.push(check);
                    }
                }
                let classes = u32::try_from(filter.classes.len()).map_err(|_| Overfull)?;
                for set in &window.run {
                    let next = u16::try_from(filter.sets.len()).map_err(|_| Overfull)?;
                    let index = *known.entry(*set).or_insert(next);
                    if index == next {
                        filter.sets.push(*set);
                    }
                    filter.classes.push(index);
                }
                let [lead, length] =
                    [window.lead, window.run.len()].map(|n| u16::try_from(n).unwrap_or(u16::MAX));
                filter.checks.push(Check { probe, lead, length, classes });
            }
        }
        // Equal lists are kept once: classes of digits fill many slots alike.
        let mut kept: std::collections::HashMap<Vec<u32>, u32> = std::collections::HashMap::new();
        for (slot, list) in slots {
            filter.bitmap[slot as usize >> 6] |= 1 << (slot & 63);
            let next = u32::try_from(filter.listed.len() + 1).map_err(|_| Overfull)?;
            let start = *kept.entry(list.clone()).or_insert(next);
            if start == next {
                filter.listed.extend(list);
                filter.listed.push(END);
            }
            filter.lists[slot as usize] = start;
        }
        Ok(filter)
    }

    /// Calls `offer(probe, at)` for each window of a probe found in `text`, in
    /// the order of the places; `at` is where the window starts.
    pub(crate) fn scan(&self, text: &[u8], mut offer: impl FnMut(u32, usize)) {
        const FOLD: u64 = u64::from_ne_bytes([CASE_BIT; 8]);
        let mut at = 0;
        // Eight bytes hold five windows.
        while let Some(chunk) = text.get(at..at + 8) {
            let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default()) | FOLD;
            let mut hits = 0;
            for k in 0..5 {
                hits |= self.maybe((word >> (8 * k)) as u32) << k;
            }
            while hits != 0 {
                let place = at + hits.trailing_zeros() as usize;
                self.confirm(text, place, &mut offer);
                hits &= hits - 1;
            }
            at += 5;
        }
        for place in at..text.len() {
            if self.maybe(key_at(text, place)) != 0 {
                self.confirm(text, place, &mut offer);
            }
        }
    }

    /// Probes that must look at all of `text`, because it holds a character
    /// that folds to an ASCII letter; the windows know only the letter.
    pub(crate) fn folding(&self, text: &[u8]) -> &[u32] {
        let folds = |needle: &&str| memchr::memmem::find(text, needle.as_bytes()).is_some();
        if self.folding.is_empty() || !FOLDS_TO_ASCII.iter().any(folds) { &[] } else { &self.folding }
    }

    #[inline]
    fn maybe(&self, key: u32) -> u64 {
        let slot = slot(key);
        (self.bitmap[slot as usize >> 6] >> (slot & 63)) & 1
    }

    fn confirm(&self, text: &[u8], place: usize, offer: &mut impl FnMut(u32, usize)) {
        let key = key_at(text, place);
        let other = second_slot(key);
        if (self.second[other as usize >> 6] >> (other & 63)) & 1 == 0 {
            return;
        }
        let list = self.lists[slot(key) as usize];
        let Some(start) = list.checked_sub(1) else { return };
        for &index in self.listed[start as usize..].iter().take_while(|&&index| index != END) {
            let check = &self.checks[index as usize];
            let Some(from) = place.checked_sub(usize::from(check.lead)) else { continue };
            let Some(run) = text.get(from..from + usize::from(check.length)) else { continue };
            let classes = &self.classes[check.classes as usize..][..run.len()];
            if run.iter().zip(classes).all(|(&b, &set)| self.sets[set as usize].contains(b)) {
                offer(check.probe, place);
            }
        }
    }
}

/// The bytes of a window with their case bits set; beyond the end, zeros.
fn key_at(text: &[u8], place: usize) -> u32 {
    let byte = |i: usize| text.get(place + i).copied().unwrap_or(0) | CASE_BIT;
    u32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)])
}

/// The slot of a window in the second bitmap.
#[inline]
fn second_slot(key: u32) -> u32 {
    // As above, with an odd number near 2^32 / e.
    key.wrapping_mul(0x5e2d_58d9) >> (32 - SECOND_BITS)
}

/// The slot of a window whose case bits are set.
#[inline]
fn slot(key: u32) -> u32 {
    // Multiplicative hashing; the factor is 2^32 divided by the golden ratio.
    key.wrapping_mul(0x9e37_79b1) >> (32 - SLOT_BITS)
}

/// The rarest cover of all the alternatives in `patterns`; `None` if one of
/// them has none, so that nothing can be said about where they match.
pub(crate) fn cover_of_any<'h>(patterns: impl IntoIterator<Item = &'h Hir>) -> Option<Cover> {
    let mut all: Option<Cover> = None;
    for hir in patterns {
        let cover = window::cover(hir)?;
        all = Some(match all {
            Some(sum) => sum.or(cover),
            None => cover,
        });
    }
    all
}

/// The rarest of the covers of patterns that must all match.
pub(crate) fn cover_of_all<'h>(patterns: impl IntoIterator<Item = &'h Hir>) -> Option<Cover> {
    patterns.into_iter().filter_map(window::cover).min_by(|a, b| a.cost.total_cmp(&b.cost))
}
