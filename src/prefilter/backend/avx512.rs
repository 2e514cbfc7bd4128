//! 64 bytes at a time, on processors with AVX-512 VBMI.
//!
//! A permutation of bytes looks 64 symbols up in a table of 64 at once, for
//! eight buckets.

use std::arch::x86_64::*;

use super::{BEYOND, Backend, CHUNK, Group, Plan, bytes_of_word, groups};
use crate::prefilter::{
    bytes::CASE_BIT,
    cover::WIDTH,
    spellings::{BIT, Bloom, SPREAD},
    symbols::SYMBOLS,
};

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

/// See [`super::mark_spelled`].
///
/// # Panics
///
/// If the processor does not have this backend.
pub(super) fn mark_spelled(bloom: &Bloom, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
    assert!(Backend::Avx512.is_available(), "the backend was chosen where it is");
    // SAFETY: the processor has these features.
    unsafe { gather_words(bloom, text, marks) }
}

/// Looks up 16 places at a time.
#[target_feature(enable = "avx512f,avx512bw")]
fn gather_words(Bloom { words, shift }: &Bloom, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
    assert_eq!(u64::try_from(words.len()), Ok(1 << (u32::BITS - shift)));
    let count = |shift: u32| _mm_cvtsi32_si128(shift as i32);
    let (to_word, to_first, to_second) = (count(*shift), count(shift - BIT), count(shift - 2 * BIT));
    let (case, spread) = (_mm512_set1_epi8(CASE_BIT as i8), _mm512_set1_epi32(SPREAD as i32));
    let (bit, one) = (_mm512_set1_epi32((u32::BITS - 1) as i32), _mm512_set1_epi32(1));
    let mut padded = [0; LANES + BEYOND];
    for (index, mark) in marks.iter_mut().enumerate().take(text.len().div_ceil(LANES)) {
        let bytes = bytes_of_word(text, index * LANES, &mut padded);
        // Every fourth place, then those behind them, and so on.
        let found: [__m512i; WIDTH] = std::array::from_fn(|place| {
            let keys = load(bytes[place..].first_chunk().expect("as many bytes are behind the word"));
            let hash = _mm512_mullo_epi32(_mm512_or_si512(keys, case), spread);
            let at = _mm512_srl_epi32(hash, to_word);
            // SAFETY: what is left of a hash after the shift is below the number of words.
            let word = unsafe { _mm512_i32gather_epi32::<4>(at, words.as_ptr().cast()) };
            let first = _mm512_and_si512(_mm512_srl_epi32(hash, to_first), bit);
            let second = _mm512_and_si512(_mm512_srl_epi32(hash, to_second), bit);
            let both = _mm512_and_si512(_mm512_srlv_epi32(word, first), _mm512_srlv_epi32(word, second));
            _mm512_sll_epi32(_mm512_and_si512(both, one), count(8 * place as u32))
        });
        // The four are one byte of each lane, and so the bytes are in order.
        let [a, b, c, d] = found;
        let all = _mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d));
        *mark = _mm512_test_epi8_mask(all, all);
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
