//! What a scan writes down on its way: words of marks, and the places whose bits are set.

use super::{backend::CHUNK, classes::Windows, table::Met};

/// What is gathered before it is looked at.
const AT_ONCE: usize = 32;
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

/// A place, and windows that may stand there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Candidate {
    pub(super) at: usize,
    pub(super) windows: Windows,
}

/// What a scan writes down on its way.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    pub(super) few: [u64; CHUNK / 64],
    pub(super) many: [u64; CHUNK / 64],
    pub(super) marked: Marked,
    pub(super) places: Gathered<Place>,
    pub(super) candidates: Gathered<Candidate>,
}

impl Default for Scratch {
    fn default() -> Self {
        Scratch {
            few: [0; CHUNK / 64],
            many: [0; CHUNK / 64],
            marked: Marked([0; 64 * BATCH + 1]),
            places: Gathered::default(),
            candidates: Gathered::default(),
        }
    }
}

/// What passed one step, and is looked at in the next, together: whether something passes
/// cannot be foreseen, so that nothing is to wait for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered<T> {
    items: [T; AT_ONCE],
    count: usize,
}

impl<T> Gathered<T> {
    /// Writes an item down; the next is written over it if this one does not pass. Whether
    /// there is no room for another one.
    #[inline]
    pub(super) fn note(&mut self, item: T, passes: bool) -> bool {
        self.items[self.count] = item;
        self.count += usize::from(passes);
        self.count == AT_ONCE
    }

    /// All of them, to start anew.
    #[inline]
    pub(super) fn take(&mut self) -> &[T] {
        let count = std::mem::take(&mut self.count);
        &self.items[..count]
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
