//! Says where some window could stand, spelling by spelling: many windows in
//! one bitmap.

use super::{
    backend::{BEYOND, CHUNK},
    speller::{fold, key_at},
};

/// Two to this power is the most slots of a bitmap: 512 KiB, which a second-level
/// cache holds.
const MOST_BITS: u32 = 22;
/// Slots of the bitmap for each spelling, so that few places give false alarms.
const SLOTS: usize = 32;
/// Multiplicative hashing: the factor is 2^64 divided by the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// A Bloom filter: each spelling has two bits of one word.
#[derive(Clone, Debug)]
pub(super) struct Spellings {
    bitmap: Box<[u64]>,
    /// How far a hash is shifted to be the index of a word.
    shift: u32,
}

impl Spellings {
    /// The filter of these spellings.
    pub(super) fn new(keys: &[u32]) -> Self {
        let slots = (keys.len() * SLOTS).next_power_of_two();
        let bits = slots.trailing_zeros().clamp(7, MOST_BITS);
        let mut new = Spellings { bitmap: vec![0; 1 << (bits - 6)].into(), shift: 64 - (bits - 6) };
        for &key in keys {
            let (word, first, second) = new.slots_of(key);
            new.bitmap[word] |= 1 << first | 1 << second;
        }
        new
    }

    /// Sets the bits of the places in the first [`CHUNK`] bytes of `text` at which
    /// something stands that may be one of the spellings, and clears others.
    pub(super) fn mark(&self, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
        for (index, mark) in marks.iter_mut().enumerate().take(text.len().div_ceil(64)) {
            *mark = 0;
            let from = index * 64;
            match text[from..].first_chunk::<{ 64 + BEYOND }>() {
                Some(bytes) => {
                    for place in 0..64 {
                        let key = [bytes[place], bytes[place + 1], bytes[place + 2], bytes[place + 3]];
                        *mark |= self.maybe(fold(key)) << place;
                    }
                }
                None => {
                    for place in 0..64.min(text.len() - from) {
                        *mark |= self.maybe(key_at(text, from + place)) << place;
                    }
                }
            }
        }
    }

    /// 1 if some window may be spelled `key`, else 0.
    #[inline]
    fn maybe(&self, key: u32) -> u64 {
        let (word, first, second) = self.slots_of(key);
        let word = self.bitmap[word];
        word >> first & word >> second & 1
    }

    /// A word, and two bits of it.
    #[inline]
    fn slots_of(&self, key: u32) -> (usize, u32, u32) {
        let hash = u64::from(key).wrapping_mul(SPREAD);
        ((hash >> self.shift) as usize, (hash >> 32) as u32 & 63, (hash >> 38) as u32 & 63)
    }
}
