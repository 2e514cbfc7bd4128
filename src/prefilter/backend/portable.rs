//! Without a vector unit: a table of pairs.
//!
//! A window is two pairs of symbols. For each pair the table has the buckets
//! with a window that starts with it, and those with one that ends with it; a
//! place is marked if some bucket is in both. One table look-up a byte.

use super::{BEYOND, CHUNK, Plan, bytes_of_word};
use crate::prefilter::{bits::bits, speller::fold, spellings::Bloom, symbols::SYMBOLS};

const PAIRS: usize = SYMBOLS * SYMBOLS;
/// Bits of half a word.
const HALF: usize = 32;

/// The buckets of each pair.
#[derive(Clone, Debug)]
pub(in crate::prefilter) struct Pairs {
    symbols: [u8; 256],
    /// Buckets with windows that start with a pair in the low half, and with
    /// windows that end with it in the high half.
    buckets: Box<[u64; PAIRS]>,
}

impl Pairs {
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        let mut buckets = Box::new([0; PAIRS]);
        for &([a, b, c, d], bucket) in plan.windows {
            let mut enter = |first: u64, second: u64, bit: u64| {
                for one in bits(first) {
                    let row = &mut buckets[one * SYMBOLS..][..SYMBOLS];
                    bits(second).for_each(|other| row[other] |= bit);
                }
            };
            enter(a, b, 1 << bucket);
            enter(c, d, 1 << (HALF + bucket));
        }
        Pairs { symbols: *plan.symbols, buckets }
    }

    /// The buckets of a pair.
    #[inline]
    fn of(&self, first: usize, second: usize) -> u64 {
        self.buckets[(first * SYMBOLS + second) % PAIRS]
    }

    pub(super) fn mark(&self, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
        let symbol = |byte: u8| usize::from(self.symbols[usize::from(byte)]);
        let [first, second, third] =
            [0, 1, 2].map(|index| symbol(text.get(index).copied().unwrap_or_default()));
        let mut last = third;
        let mut starts = [self.of(first, second), self.of(second, third)];
        let mut step = |byte: u8| {
            let next = symbol(byte);
            let buckets = self.of(last, next);
            let both = starts[0] & buckets >> HALF;
            (last, starts) = (next, [starts[1], buckets]);
            // Only the low half is compared.
            u64::from(both as u32 != 0)
        };
        let (whole, rest) = text.get(BEYOND..).unwrap_or_default().as_chunks::<64>();
        let mut marks = marks.iter_mut();
        for (bytes, mark) in whole.iter().zip(marks.by_ref()) {
            *mark = 0;
            for (place, &byte) in bytes.iter().enumerate() {
                *mark |= step(byte) << place;
            }
        }
        // The last windows reach beyond the text.
        let mut places = rest.iter().copied().chain([0; BEYOND]);
        for mark in marks.take(rest.len().div_ceil(64) + 1) {
            *mark = 0;
            for (place, byte) in places.by_ref().take(64).enumerate() {
                *mark |= step(byte) << place;
            }
        }
    }
}

/// See [`super::mark_spelled`]; place by place.
pub(super) fn mark_spelled(bloom: &Bloom, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
    let mut padded = [0; 64 + BEYOND];
    for (index, mark) in marks.iter_mut().enumerate().take(text.len().div_ceil(64)) {
        let bytes = bytes_of_word(text, index * 64, &mut padded);
        *mark = 0;
        for place in 0..64 {
            let key = [bytes[place], bytes[place + 1], bytes[place + 2], bytes[place + 3]];
            *mark |= bloom.maybe(fold(key)) << place;
        }
    }
}
