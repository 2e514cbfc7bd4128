//! 16 bytes at a time, on AArch64.
//!
//! A table look-up takes a table of 64 bytes in four registers, and gives 0 for
//! an index beyond it: just what 64 symbols need.

use std::arch::aarch64::*;

use super::{BEYOND, CHUNK, Group, Plan, groups};
use crate::prefilter::{cover::WIDTH, symbols::SYMBOLS};

/// Bytes of a vector.
const LANES: usize = 16;

/// The tables of all buckets.
#[derive(Clone, Debug)]
pub(in crate::prefilter) struct Marker {
    symbols: [u8; 256],
    groups: Vec<Group>,
}

/// The symbols of a chunk, and of four vectors more.
type Buffer = [u8; CHUNK + 4 * LANES];

impl Marker {
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        Marker { symbols: *plan.symbols, groups: groups(plan) }
    }

    pub(super) fn mark(&self, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
        assert!(text.len() <= CHUNK + BEYOND);
        let mut buffer: Buffer = [0; CHUNK + 4 * LANES];
        self.put_symbols(text, &mut buffer);
        for (index, mark) in marks.iter_mut().enumerate().take(text.len().div_ceil(64)) {
            *mark = (0..4).fold(0, |mark, part| {
                let from = index * 64 + part * LANES;
                mark | u64::from(self.mark_vector(&buffer, from)) << (part * LANES)
            });
        }
    }

    /// Puts the symbols of the bytes of `text` into the buffer.
    fn put_symbols(&self, text: &[u8], buffer: &mut Buffer) {
        let quarters: [uint8x16x4_t; 4] = std::array::from_fn(|quarter| {
            table(self.symbols[quarter * SYMBOLS..].first_chunk().expect("four quarters are 256 bytes"))
        });
        let (bytes, rest) = text.as_chunks::<LANES>();
        let (symbols, _) = buffer.as_chunks_mut::<LANES>();
        let mut symbols = symbols.iter_mut();
        for (bytes, symbols) in bytes.iter().zip(&mut symbols) {
            let bytes = load(bytes);
            // SAFETY: every AArch64 processor that Rust knows has NEON.
            let found = unsafe {
                (0..4).fold(vdupq_n_u8(0), |found, quarter| {
                    // The quarter's own become 0 to 63, and others more.
                    let own = veorq_u8(bytes, vdupq_n_u8((quarter * SYMBOLS) as u8));
                    vorrq_u8(found, vqtbl4q_u8(quarters[quarter], own))
                })
            };
            store(symbols, found);
        }
        for (&byte, symbol) in rest.iter().zip(symbols.flatten()) {
            *symbol = self.symbols[usize::from(byte)];
        }
    }

    #[inline]
    fn mark_vector(&self, buffer: &Buffer, from: usize) -> u16 {
        let symbols: [uint8x16_t; WIDTH] = std::array::from_fn(|place| {
            load(buffer[from + place..].first_chunk().expect("the buffer has more than the chunk"))
        });
        // SAFETY: every AArch64 processor that Rust knows has NEON.
        unsafe {
            let mut any = vdupq_n_u8(0);
            for group in &self.groups {
                let [a, b, c, d]: [uint8x16_t; WIDTH] =
                    std::array::from_fn(|place| vqtbl4q_u8(table(&group.0[place]), symbols[place]));
                any = vorrq_u8(any, vandq_u8(vandq_u8(a, b), vandq_u8(c, d)));
            }
            // One bit of each byte, and the sum of each half.
            let set = vandq_u8(
                vtstq_u8(any, any),
                load(&[1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128]),
            );
            u16::from(vaddv_u8(vget_low_u8(set))) | u16::from(vaddv_u8(vget_high_u8(set))) << 8
        }
    }
}

#[inline]
fn table(bytes: &[u8; SYMBOLS]) -> uint8x16x4_t {
    // SAFETY: 64 bytes may be read there; the instruction asks for no alignment.
    unsafe { vld1q_u8_x4(bytes.as_ptr()) }
}

#[inline]
fn load(bytes: &[u8; LANES]) -> uint8x16_t {
    // SAFETY: 16 bytes may be read there; the instruction asks for no alignment.
    unsafe { vld1q_u8(bytes.as_ptr()) }
}

#[inline]
fn store(bytes: &mut [u8; LANES], vector: uint8x16_t) {
    // SAFETY: 16 bytes may be written there; the instruction asks for no alignment.
    unsafe { vst1q_u8(bytes.as_mut_ptr(), vector) }
}
