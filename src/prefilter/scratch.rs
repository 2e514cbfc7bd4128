//! What a scan writes down on its way: words of marks, and the places whose bits are set.

use super::{backend::CHUNK, table::Met};

/// Places that are looked at before what stands there is confirmed.
pub(super) const AT_ONCE: usize = 32;
/// Words of marks that are looked at together.
pub(super) const BATCH: usize = 8;
/// Places that are taken from a word without a look at how many there are.
const STEP: usize = 2;
/// A place, the buckets that allow it, and what is known of its spelling.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) at: usize,
    pub(super) buckets: u64,
    pub(super) met: Option<Met>,
}

/// What a scan writes down on its way.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    pub(super) few: [u64; CHUNK / 64],
    pub(super) many: [u64; CHUNK / 64],
    pub(super) marked: Marked,
    pub(super) places: [Place; AT_ONCE],
}

impl Default for Scratch {
    fn default() -> Self {
        Scratch {
            few: [0; CHUNK / 64],
            many: [0; CHUNK / 64],
            marked: Marked([0; 64 * BATCH + 1]),
            places: [Place::default(); AT_ONCE],
        }
    }
}

/// The places that are marked in some words, and room for one that is none.
#[derive(Clone, Debug)]
pub(super) struct Marked([u16; 64 * BATCH + 1]);

impl Marked {
    /// The places whose bits are set, as far as the text goes.
    ///
    /// To ask of each word whether there is one more costs more than to write down
    /// places that are none: the next are written over these.
    #[inline]
    pub(super) fn places(&mut self, words: &[u64], left: usize) -> &[u16] {
        let mut count = 0;
        for (index, word) in words.iter().enumerate().take(left.div_ceil(64)) {
            let start = index * 64;
            let mut marks = word & (u64::MAX >> (64 - (left - start).min(64)));
            loop {
                for _ in 0..STEP {
                    self.0[count] = (start + marks.trailing_zeros() as usize) as u16;
                    count += usize::from(marks != 0);
                    marks &= marks.wrapping_sub(1);
                }
                if marks == 0 {
                    break;
                }
            }
        }
        &self.0[..count]
    }
}

/// Where the batches of a chunk start.
pub(super) fn batches(chunk: usize, text: &[u8]) -> impl Iterator<Item = usize> {
    (chunk..text.len()).step_by(64 * BATCH)
}
