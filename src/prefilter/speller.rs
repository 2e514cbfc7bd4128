//! Spells windows out: every sequence of bytes that one allows, the case bit set
//! in all, as one number.

use super::{
    bytes::{ByteSet, CASE_BIT},
    cover::WIDTH,
};

/// Spells out windows.
pub(super) struct Speller {
    /// The bytes of each set with their case bits set.
    sets: Vec<Vec<u8>>,
    /// Those of any byte, which may follow where classes end.
    any: Vec<u8>,
}

impl Speller {
    pub(super) fn new(sets: &[ByteSet]) -> Self {
        Speller {
            sets: sets.iter().map(|set| set.folded().collect()).collect(),
            any: ByteSet::ALL.folded().collect(),
        }
    }

    /// How many spellings the window has that starts these classes.
    pub(super) fn count(&self, classes: &[u16]) -> usize {
        self.bytes(classes).map(<[u8]>::len).product()
    }

    /// Puts all spellings of the window into `keys`, as little-endian numbers.
    pub(super) fn spell(&self, classes: &[u16], keys: &mut Vec<u32>) {
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
#[inline]
pub(super) fn key_at(text: &[u8], place: usize) -> u32 {
    match text.get(place..).and_then(|rest| rest.first_chunk()) {
        Some(bytes) => fold(*bytes),
        None => fold(std::array::from_fn(|index| text.get(place + index).copied().unwrap_or(0))),
    }
}

/// Four bytes with their case bits set, as a little-endian number.
#[inline]
pub(super) fn fold(bytes: [u8; WIDTH]) -> u32 {
    u32::from_le_bytes(bytes) | u32::from_ne_bytes([CASE_BIT; WIDTH])
}
