//! Which of many windows allow the bytes at a place: a bit for each, and a row of
//! bits for each byte and each place of a window.

use super::{bytes::ByteSet, cover::WIDTH};

/// A window as its classes.
pub(super) type Window = [ByteSet; WIDTH];

/// The rows of windows, in words of 64.
#[derive(Clone, Debug)]
pub(super) struct Rows(Vec<[[u64; WIDTH]; 256]>);

impl Rows {
    /// No windows, and room for so many.
    pub(super) fn new(count: usize) -> Self {
        Rows(vec![[[0; WIDTH]; 256]; count.div_ceil(64)])
    }

    /// Lets a window allow what this one does, besides what it did so far.
    pub(super) fn allow(&mut self, number: usize, window: &Window) {
        for (place, set) in window.iter().enumerate() {
            for (byte, row) in (0..=255).zip(&mut self.0[number / 64]) {
                row[place] |= u64::from(set.contains(byte)) << (number % 64);
            }
        }
    }

    /// Those of a word that allow the bytes at `place`; beyond the end are zeros.
    #[inline]
    pub(super) fn at(&self, word: usize, text: &[u8], place: usize) -> u64 {
        let rows = &self.0[word];
        let row = |index: usize, byte: u8| rows[usize::from(byte)][index];
        match text[place..].first_chunk() {
            Some(&[a, b, c, d]) => row(0, a) & row(1, b) & row(2, c) & row(3, d),
            None => {
                let byte = |index: usize| text.get(place + index).copied().unwrap_or(0);
                (0..WIDTH).fold(u64::MAX, |all, index| all & row(index, byte(index)))
            }
        }
    }
}

/// The numbers of the bits that are set.
#[inline]
pub(super) fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}
