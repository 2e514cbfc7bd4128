//! 64 bytes at a time, on processors with AVX-512 VBMI.
//!
//! A permutation of bytes looks 64 symbols up in a table of 64 at once, for
//! eight buckets.

use std::arch::x86_64::*;

use super::{BEYOND, CHUNK, Group, Plan, groups};
use crate::prefilter::{cover::WIDTH, symbols::SYMBOLS};

/// Bytes of a vector.
const LANES: usize = 64;

/// The tables of all buckets.
#[derive(Clone, Debug)]
pub(in crate::prefilter) struct Marker {
    symbols: [u8; 256],
    groups: Vec<Group>,
}

/// The symbols of a chunk, and of a vector more.
#[repr(align(64))]
struct Buffer([u8; CHUNK + LANES]);

impl Marker {
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        Marker { symbols: *plan.symbols, groups: groups(plan) }
    }

    pub(super) fn mark(&self, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
        // SAFETY: a marker is only made where the processor has these features
        // (`super::Marker::new` asserts it).
        unsafe { self.mark_vectors(text, marks) }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn mark_vectors(&self, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
        assert!(text.len() <= CHUNK + BEYOND);
        let mut buffer = Buffer([0; CHUNK + LANES]);
        self.symbols_of(text, &mut buffer);
        for (index, mark) in marks.iter_mut().enumerate().take(text.len().div_ceil(LANES)) {
            let symbols: [__m512i; WIDTH] = std::array::from_fn(|place| {
                let from = index * LANES + place;
                load(buffer.0[from..].first_chunk().expect("the buffer has a vector more than the chunk"))
            });
            let mut any = _mm512_setzero_si512();
            for group in &self.groups {
                let [a, b, c, d]: [__m512i; WIDTH] = std::array::from_fn(|place| {
                    _mm512_permutexvar_epi8(symbols[place], load(&group.0[place]))
                });
                let all = _mm512_and_si512(_mm512_and_si512(a, b), _mm512_and_si512(c, d));
                any = _mm512_or_si512(any, all);
            }
            *mark = _mm512_test_epi8_mask(any, any);
        }
    }

    /// Puts the symbols of the bytes of `text` into the buffer.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn symbols_of(&self, text: &[u8], buffer: &mut Buffer) {
        let table: [__m512i; 4] = std::array::from_fn(|part| {
            load(self.symbols[part * LANES..].first_chunk().expect("four vectors are 256 bytes"))
        });
        let of = |bytes: __m512i| {
            let ascii = _mm512_permutex2var_epi8(table[0], bytes, table[1]);
            let high = _mm512_movepi8_mask(bytes);
            if high == 0 {
                return ascii;
            }
            _mm512_mask_blend_epi8(high, ascii, _mm512_permutex2var_epi8(table[2], bytes, table[3]))
        };
        let (bytes, rest) = text.as_chunks::<LANES>();
        let (symbols, _) = buffer.0.as_chunks_mut::<LANES>();
        let mut symbols = symbols.iter_mut();
        for (bytes, symbols) in bytes.iter().zip(&mut symbols) {
            store(symbols, of(load(bytes)));
        }
        if let (false, Some(symbols)) = (rest.is_empty(), symbols.next()) {
            let mut last = [0; LANES];
            last[..rest.len()].copy_from_slice(rest);
            store(symbols, of(load(&last)));
        }
    }
}

#[target_feature(enable = "avx512f")]
fn load(bytes: &[u8; SYMBOLS]) -> __m512i {
    // SAFETY: 64 bytes may be read there; the instruction asks for no alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
fn store(bytes: &mut [u8; LANES], vector: __m512i) {
    // SAFETY: 64 bytes may be written there; the instruction asks for no alignment.
    unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), vector) }
}
