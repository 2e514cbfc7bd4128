//! 32 bytes at a time, on processors with AVX2.
//!
//! There a shuffle looks bytes up in a table of 16, and gives 0 where the
//! highest bit is set. A table of 64 symbols is four of these, each for the
//! symbols of one quarter; the others get the highest bit.

use std::arch::x86_64::*;

use super::{BEYOND, CHUNK, Plan, groups};
use crate::prefilter::{cover::WIDTH, symbols::SYMBOLS};

/// Bytes of a vector.
const LANES: usize = 32;
/// Entries of the table of a shuffle.
const ENTRIES: usize = 16;
/// Tables for all symbols.
const QUARTERS: usize = SYMBOLS / ENTRIES;

/// For eight buckets, each place of a window and each quarter of the symbols: the table,
/// once for each half of a vector.
#[derive(Clone, Debug)]
#[repr(align(32))]
struct Tables([[[u8; LANES]; QUARTERS]; WIDTH]);

/// The tables of all buckets.
#[derive(Clone, Debug)]
pub(in crate::prefilter) struct Marker {
    symbols: [u8; 256],
    /// The same as tables, each once for each half of a vector.
    tables: [[u8; LANES]; 256 / ENTRIES],
    groups: Vec<Tables>,
}

/// The symbols of a chunk, and of two vectors more.
#[repr(align(32))]
struct Buffer([u8; CHUNK + 2 * LANES]);

/// For each place of a window the buckets that allow what stands at each of 32 places.
type Allowing = [__m256i; WIDTH];

impl Marker {
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        let table = |row: &[u8; SYMBOLS], quarter: usize| {
            std::array::from_fn(|lane| row[quarter * ENTRIES + lane % ENTRIES])
        };
        let groups = groups(plan)
            .iter()
            .map(|group| Tables(group.0.map(|row| std::array::from_fn(|quarter| table(&row, quarter)))))
            .collect();
        Marker {
            symbols: *plan.symbols,
            tables: std::array::from_fn(|row| {
                std::array::from_fn(|lane| plan.symbols[row * ENTRIES + lane % ENTRIES])
            }),
            groups,
        }
    }

    pub(super) fn mark(&self, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
        assert!(text.len() <= CHUNK + BEYOND);
        let mut buffer = Buffer([0; CHUNK + 2 * LANES]);
        let marks = &mut marks[..text.len().min(CHUNK).div_ceil(64)];
        // SAFETY: a marker is only made where the processor has these features
        // (`super::Marker::new` asserts it).
        unsafe {
            self.put_symbols(text, &mut buffer);
            self.mark_vectors(&buffer, marks);
        }
    }

    /// Puts the symbols of the bytes of `text` into the buffer.
    #[target_feature(enable = "avx2")]
    fn put_symbols(&self, text: &[u8], buffer: &mut Buffer) {
        let (bytes, rest) = text.as_chunks::<LANES>();
        let (symbols, _) = buffer.0.as_chunks_mut::<LANES>();
        let mut symbols = symbols.iter_mut();
        for (bytes, symbols) in bytes.iter().zip(&mut symbols) {
            store(symbols, self.symbols_of(load(bytes)));
        }
        for (&byte, symbol) in rest.iter().zip(symbols.flatten()) {
            *symbol = self.symbols[usize::from(byte)];
        }
    }

    #[target_feature(enable = "avx2")]
    fn symbols_of(&self, bytes: __m256i) -> __m256i {
        let ascii = self.look_up(0, bytes);
        if _mm256_movemask_epi8(bytes) == 0 {
            return ascii;
        }
        let low = _mm256_xor_si256(bytes, _mm256_set1_epi8(i8::MIN));
        _mm256_blendv_epi8(ascii, self.look_up(8, low), bytes)
    }

    /// The symbols of bytes below 128, from eight tables on; anything for others.
    ///
    /// A shuffle looks at the four lowest bits. Which of the tables is meant say the
    /// next three, each of which, as the highest bit, chooses between two.
    #[target_feature(enable = "avx2")]
    fn look_up(&self, from: usize, bytes: __m256i) -> __m256i {
        let row = |row: usize| _mm256_shuffle_epi8(load(&self.tables[from + row]), bytes);
        let bit = [_mm256_slli_epi16(bytes, 3), _mm256_slli_epi16(bytes, 2), _mm256_slli_epi16(bytes, 1)];
        let two = |first: usize| _mm256_blendv_epi8(row(first), row(first + 1), bit[0]);
        let four = |first: usize| _mm256_blendv_epi8(two(first), two(first + 2), bit[1]);
        _mm256_blendv_epi8(four(0), four(4), bit[2])
    }

    /// Symbols are looked up once for each place of a window; what stands behind a place
    /// then comes from there, in part from the next vector.
    #[target_feature(enable = "avx2")]
    fn mark_vectors(&self, buffer: &Buffer, marks: &mut [u64]) {
        let (symbols, _) = buffer.0.as_chunks::<LANES>();
        marks.fill(0);
        for tables in &self.groups {
            let mut here = tables.allow(load(&symbols[0]));
            for (mark, ahead) in marks.iter_mut().zip(symbols[1..].as_chunks::<2>().0) {
                for (half, ahead) in ahead.iter().enumerate() {
                    let next = tables.allow(load(ahead));
                    let any = in_a_row(&here, &next);
                    here = next;
                    let none = _mm256_cmpeq_epi8(any, _mm256_setzero_si256());
                    *mark |= u64::from(!_mm256_movemask_epi8(none) as u32) << (half * LANES);
                }
            }
        }
    }
}

impl Tables {
    /// What the buckets allow of these symbols.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn allow(&self, symbols: __m256i) -> Allowing {
        let indexes = indexes(symbols);
        let mut all = [_mm256_setzero_si256(); WIDTH];
        // Loops, as the compiler leaves calls where there are closures.
        for (allowed, quarters) in all.iter_mut().zip(&self.0) {
            for (table, &index) in quarters.iter().zip(&indexes) {
                *allowed = _mm256_or_si256(*allowed, _mm256_shuffle_epi8(load(table), index));
            }
        }
        all
    }
}

/// The buckets that allow what stands at each of 32 places and at the next three, some of
/// which are among the 32 that follow.
#[inline]
#[target_feature(enable = "avx2")]
fn in_a_row(here: &Allowing, next: &Allowing) -> __m256i {
    /// The same from so many places on; a shift goes over half a vector only.
    #[target_feature(enable = "avx2")]
    fn from<const PLACES: i32>(here: __m256i, next: __m256i) -> __m256i {
        let middle = _mm256_permute2x128_si256(here, next, 0x21);
        _mm256_alignr_epi8(middle, here, PLACES)
    }
    let [first, second, third, fourth] = *here;
    let head = _mm256_and_si256(first, from::<1>(second, next[1]));
    let tail = _mm256_and_si256(from::<2>(third, next[2]), from::<3>(fourth, next[3]));
    _mm256_and_si256(head, tail)
}

/// Of each symbol its index into the table of each quarter.
#[target_feature(enable = "avx2")]
fn indexes(symbols: __m256i) -> [__m256i; QUARTERS] {
    std::array::from_fn(|quarter| {
        // The quarter's own become 0 to 15, and these 0x70 to 0x7f; others more.
        let own = _mm256_xor_si256(symbols, _mm256_set1_epi8((quarter * ENTRIES) as i8));
        _mm256_add_epi8(own, _mm256_set1_epi8(0x70))
    })
}

#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; LANES]) -> __m256i {
    // SAFETY: 32 bytes may be read there; the instruction asks for no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
fn store(bytes: &mut [u8; LANES], vector: __m256i) {
    // SAFETY: 32 bytes may be written there; the instruction asks for no alignment.
    unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), vector) }
}
