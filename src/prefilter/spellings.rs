//! Says where some window could stand, spelling by spelling: many windows in
//! one bitmap.

use super::backend::{Backend, CHUNK, mark_spelled};

/// Two to this power is the most slots of a bitmap: 512 KiB, which a second-level
/// cache holds.
const MOST_BITS: u32 = 22;
/// Slots of the bitmap for each spelling, so that few places give false alarms.
const SLOTS: usize = 32;
/// Multiplicative hashing: the factor is 2^32 divided by the golden ratio.
pub(super) const SPREAD: u32 = 0x9e37_79b1;
/// So many bits of a hash tell one bit of a word.
pub(super) const BIT: u32 = u32::BITS.trailing_zeros();

/// All spellings, looked for with one backend.
#[derive(Clone, Debug)]
pub(super) struct Spellings {
    backend: Backend,
    bloom: Bloom,
}

/// A Bloom filter: each spelling has two bits of one word.
#[derive(Clone, Debug)]
pub(super) struct Bloom {
    /// As many as a power of two.
    pub(super) words: Box<[u32]>,
    /// How far a hash is shifted to be the index of a word; the bits below tell the two bits.
    pub(super) shift: u32,
}

impl Spellings {
    /// The filter of these spellings.
    pub(super) fn new(backend: Backend, keys: &[u32]) -> Self {
        Spellings { backend, bloom: Bloom::new(keys) }
    }

    /// Sets the bits of the places in the first [`CHUNK`] bytes of `text` at which
    /// something stands that may be one of the spellings, and clears others. Bits behind the end
    /// are of no meaning.
    pub(super) fn mark(&self, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
        mark_spelled(self.backend, &self.bloom, text, marks);
    }
}

impl Bloom {
    fn new(keys: &[u32]) -> Self {
        let slots = (keys.len() * SLOTS).next_power_of_two();
        let bits = slots.trailing_zeros().clamp(BIT + 1, MOST_BITS) - BIT;
        let mut bloom = Bloom { words: vec![0; 1 << bits].into(), shift: u32::BITS - bits };
        for &key in keys {
            let (word, first, second) = bloom.slots_of(key);
            bloom.words[word] |= 1 << first | 1 << second;
        }
        bloom
    }

    /// 1 if some window may be spelled `key`, else 0.
    #[inline]
    pub(super) fn maybe(&self, key: u32) -> u64 {
        let (word, first, second) = self.slots_of(key);
        let word = self.words[word];
        u64::from(word >> first & word >> second & 1)
    }

    /// A word, and two bits of it.
    #[inline]
    fn slots_of(&self, key: u32) -> (usize, u32, u32) {
        let hash = key.wrapping_mul(SPREAD);
        let bit = |nth: u32| hash >> (self.shift - nth * BIT) & (u32::BITS - 1);
        ((hash >> self.shift) as usize, bit(1), bit(2))
    }
}
