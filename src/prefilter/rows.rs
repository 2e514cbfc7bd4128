//! Which of many windows allow the bytes at a place: a bit for each, and a row of
//! bits for each byte and each place of a window.

use super::bytes::ByteSet;

/// The rows of windows of so many classes, in words of 64.
#[derive(Clone, Debug)]
pub(super) struct Rows<const PLACES: usize>(Vec<[[u64; PLACES]; 256]>);

impl<const PLACES: usize> Rows<PLACES> {
    /// No windows.
    pub(super) fn new() -> Self {
        Rows(Vec::new())
    }

    /// Lets a window allow what this one does, besides what it did so far.
    pub(super) fn allow(&mut self, number: usize, window: &[ByteSet; PLACES]) {
        let words = self.0.len().max(number / 64 + 1);
        self.0.resize(words, [[0; PLACES]; 256]);
        for (place, set) in window.iter().enumerate() {
            for byte in set.bytes() {
                self.0[number / 64][usize::from(byte)][place] |= 1 << (number % 64);
            }
        }
    }

    /// Whether any of a word allows this byte at a place.
    #[inline]
    pub(super) fn any_at(&self, word: usize, place: usize, byte: u8) -> bool {
        self.0[word][usize::from(byte)][place] != 0
    }

    /// Those of a word that allow these bytes.
    #[inline]
    pub(super) fn at(&self, word: usize, bytes: [u8; PLACES]) -> u64 {
        let rows = &self.0[word];
        bytes.iter().enumerate().fold(u64::MAX, |all, (place, &byte)| all & rows[usize::from(byte)][place])
    }
}
