//! Sets of bytes, and how often web text has one byte after another.

use std::{
    hash::{Hash, Hasher},
    sync::LazyLock,
};

use super::bits::bits;
use crate::compact::Compact;

/// Two letters that differ only in this bit differ only in case; the filter
/// sets it in every byte.
pub(crate) const CASE_BIT: u8 = 0x20;

/// The only characters outside ASCII that a case-insensitive ASCII letter
/// matches: `ſ` and the Kelvin sign. Source: Unicode CaseFolding.txt.
pub(super) const FOLDS_TO_ASCII: [&str; 2] = ["\u{17f}", "\u{212a}"];

/// A set of byte values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    /// No byte.
    pub(crate) const NONE: ByteSet = ByteSet([0; 4]);

    /// Every byte.
    pub(crate) const ALL: ByteSet = ByteSet([u64::MAX; 4]);

    /// What may stand beside a word boundary whose other side is a letter, digit or `_` of
    /// ASCII: no such byte, any byte of other characters, or none at all, which reads as 0.
    pub(super) const NO_WORD: ByteSet =
        ByteSet([!0x03ff_0000_0000_0000, !0x07ff_fffe_87ff_fffe, u64::MAX, u64::MAX]);

    /// The bytes that go on with a character in UTF-8.
    pub(super) const GOING_ON: ByteSet = ByteSet([0, 0, u64::MAX, 0]);

    /// The bytes that are in both sets.
    pub(super) fn and(&self, other: &ByteSet) -> ByteSet {
        ByteSet(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    /// Whether all bytes are letters, digits or `_` of ASCII.
    pub(super) fn is_word(&self) -> bool {
        self.0.iter().zip(&ByteSet::NO_WORD.0).all(|(bytes, others)| bytes & others == 0)
    }

    /// The set of one byte.
    pub(crate) fn one(byte: u8) -> Self {
        let mut set = ByteSet::default();
        set.insert(byte, byte);
        set
    }

    /// Adds all bytes from `first` to `last`, both included.
    pub(crate) fn insert(&mut self, first: u8, last: u8) {
        for (word, bits) in (0..=u8::MAX).step_by(64).zip(&mut self.0) {
            // Of this word, from where to where.
            let (from, to) = (first.max(word), last.min(word + 63));
            if from <= to {
                *bits |= u64::MAX >> (63 - (to - from)) << (from - word);
            }
        }
    }

    /// Adds all bytes of the other set.
    pub(crate) fn add(&mut self, other: &ByteSet) {
        self.0.iter_mut().zip(&other.0).for_each(|(here, there)| *here |= there);
    }

    /// Its bytes by [`rough_index`], a bit for each.
    pub(super) fn rough(&self) -> u64 {
        let caseless = |word: u64| word as u32 | (word >> 32) as u32;
        let low = caseless(self.0[0]) | caseless(self.0[2]);
        let high = caseless(self.0[1]) | caseless(self.0[3]);
        u64::from(low) | u64::from(high) << 32
    }

    /// Whether the set has each byte with the case bit and without, or not at all.
    pub(super) fn is_caseless(&self) -> bool {
        self.0.iter().all(|&word| word as u32 == (word >> 32) as u32)
    }

    /// The kinds of its bytes, a bit for each.
    pub(super) fn kinds(&self) -> u32 {
        const LETTERS: u32 = 0x07ff_fffe;
        let [low, high, going_on, first] = self.0;
        let (upper, lower) = (high as u32, (high >> 32) as u32);
        let mut kinds = (upper | lower) & LETTERS;
        let mut add = |any: bool, kind: usize| kinds |= u32::from(any) << kind;
        add(low >> 32 & 1 == 1, BLANK);
        add(low >> 48 & 0x3ff != 0, DIGIT);
        add(low & !(1 << 32) & !(0x3ff << 48) != 0 || (upper | lower) & !LETTERS != 0, MARK);
        add(going_on != 0, GOING_ON);
        add(first as u32 != 0, FIRST_OF_TWO);
        add(first >> 32 != 0, FIRST_OF_MORE);
        kinds
    }

    /// Whether `byte` is in the set.
    #[inline]
    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// Its bytes, in order.
    pub(super) fn bytes(&self) -> impl Iterator<Item = u8> + Clone + use<> {
        bytes_of(self.0)
    }

    /// The set with the case bit of each byte set, in order.
    pub(super) fn folded(&self) -> impl Iterator<Item = u8> + Clone + use<> {
        bytes_of(self.folded_words())
    }

    /// How many bytes [`ByteSet::folded`] has.
    pub(super) fn count_folded(&self) -> usize {
        self.folded_words().iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The case bit is the sixth: two bytes that differ in it are 32 bits apart
    /// in the same word.
    fn folded_words(&self) -> [u64; 4] {
        const SET: u64 = 0xffff_ffff_0000_0000;
        self.0.map(|word| (word | word << 32) & SET)
    }
}

/// The bits that are set in these words, a byte each.
fn bytes_of(words: [u64; 4]) -> impl Iterator<Item = u8> + Clone {
    (0..4u8).flat_map(move |index| bits(words[usize::from(index)]).map(move |bit| index << 6 | bit as u8))
}

/// Kinds of bytes: 26 letters whatever their case, and these.
pub(super) const KINDS: usize = 32;
const BLANK: usize = 0;
const DIGIT: usize = 27;
const MARK: usize = 28;
const GOING_ON: usize = 29;
const FIRST_OF_TWO: usize = 30;
const FIRST_OF_MORE: usize = 31;

/// The kind of each byte.
static KIND: [u8; 256] = {
    let mut kinds = [MARK as u8; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = (byte & 31) as u8;
        if byte == b' ' as usize {
            kinds[byte] = BLANK as u8;
        } else if byte >= b'0' as usize && byte <= b'9' as usize {
            kinds[byte] = DIGIT as u8;
        } else if byte >= 0x40 && byte < 0x80 && letter >= 1 && letter <= 26 {
            kinds[byte] = letter;
        } else if byte >= 0xe0 {
            kinds[byte] = FIRST_OF_MORE as u8;
        } else if byte >= 0xc0 {
            kinds[byte] = FIRST_OF_TWO as u8;
        } else if byte >= 0x80 {
            kinds[byte] = GOING_ON as u8;
        }
        byte += 1;
    }
    kinds
};

/// The kind of a byte.
#[inline]
pub(super) fn kind(byte: u8) -> usize {
    usize::from(KIND[usize::from(byte)])
}

/// A byte as one of 64: without its case bit, and without the highest.
#[inline]
pub(super) fn rough_index(byte: u8) -> u32 {
    u32::from(byte & 0x1f | byte >> 1 & 0x20)
}

/// How often web text has a byte of that kind.
pub(super) fn kind_frequency(kind: usize) -> f64 {
    KIND_PAIRS[kind].iter().sum::<f64>().max(f64::MIN_POSITIVE)
}

/// How often web text has a byte of one kind, and one of the other behind it.
pub(super) fn pair_frequency(first: usize, second: usize) -> f64 {
    KIND_PAIRS[first][second]
}

static KIND_PAIRS: LazyLock<[[f64; KINDS]; KINDS]> = LazyLock::new(|| {
    let mut table = [[0.0; KINDS]; KINDS];
    let kind_of = |index: usize| kind((index >> 5 << 6 | index & 31 | usize::from(CASE_BIT)) as u8);
    for (first, row) in PAIRS.pair.iter().enumerate() {
        for (second, p) in row.iter().enumerate() {
            table[kind_of(first)][kind_of(second)] += p;
        }
    }
    table
});

/// One word in place of four: there are a few hundred sets, and many look-ups.
impl Hash for ByteSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Letters, digits and marks are in the middle; turned, they do not meet.
        let [a, b, c, d] = self.0;
        state.write_u64(a.rotate_left(13) ^ b ^ c.rotate_left(29) ^ d.rotate_left(47));
    }
}

impl Compact for ByteSet {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.iter().for_each(|word| word.write(out));
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        ByteSet(std::array::from_fn(|_| u64::read(bytes)))
    }
}

/// How likely it is that a place of web text starts a sequence of bytes that
/// folds into `window`, one set a byte.
pub(crate) fn frequency(window: &[ByteSet]) -> f64 {
    let pairs = &*PAIRS;
    let Some((first, rest)) = window.split_first() else { return 1.0 };
    // For each byte the sequence so far may end with, how likely it is.
    let mut ending: Vec<(usize, f64)> = first.folded().map(|b| (index(b), pairs.single[index(b)])).collect();
    for set in rest {
        ending = set
            .folded()
            .map(|b| {
                let next = index(b);
                let sum =
                    ending.iter().map(|&(last, p)| p * pairs.pair[last][next] / pairs.single[last]).sum();
                (next, sum)
            })
            .collect();
    }
    ending.iter().map(|(_, p)| p).sum()
}

/// How often web text has a byte, its case bit aside.
pub(super) fn byte_frequency(byte: u8) -> f64 {
    PAIRS.single[index(byte)]
}

/// How often web text has each byte: the table knows no case, and few letters are
/// capitals, few marks controls but the line feed.
pub(super) fn byte_shares() -> [f64; 256] {
    std::array::from_fn(|at| {
        let byte = at as u8;
        let part = match byte {
            b'A'..=b'Z' => 0.05,
            b'a'..=b'z' => 0.95,
            b'\n' => 0.9,
            0x80.. => 0.5,
            0x20..=0x3f => 0.9,
            _ => 0.1,
        };
        part * PAIRS.single[index(byte)]
    })
}

/// A byte without its case bit, from 0 to 127.
fn index(byte: u8) -> usize {
    usize::from((byte >> 6) << 5 | byte & 31)
}

struct Pairs {
    /// Probability of each byte.
    single: [f64; 128],
    /// Probability of each byte after each.
    pair: Vec<[f64; 128]>,
}

/// Frequencies of byte pairs, case aside: for each first byte a row of 128
/// second bytes, each as eighths of a bit, `-8 log2 p`.
///
/// Counted by `benches/byte_pairs.py` over 17 public sources of scraped and clean
/// text in some forty languages, 2 MB of each, each weighing the same.
static TABLE: &[u8; 128 * 128] = include_bytes!("pairs.bin");

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| {
    let row = |row: &[u8]| {
        let mut out = [0.0; 128];
        for (p, &eighths) in out.iter_mut().zip(row) {
            *p = (-f64::from(eighths) / 8.0).exp2();
        }
        out
    };
    let pair: Vec<[f64; 128]> = TABLE.chunks_exact(128).map(row).collect();
    let mut single = [0.0; 128];
    for (sum, row) in single.iter_mut().zip(&pair) {
        *sum = row.iter().sum();
    }
    Pairs { single, pair }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_bytes() {
        for first in (0..=255).step_by(7) {
            for last in 0..=255 {
                let mut set = ByteSet::default();
                set.insert(first, last);
                let held = (0..=255).filter(|&byte| set.contains(byte));
                assert!(held.eq(first..=last), "{first} to {last}");
            }
        }
    }

    #[test]
    fn a_word_is_of_letters_digits_and_underscores() {
        for byte in 0..=255 {
            let is_word = byte == b'_' || byte.is_ascii_alphanumeric();
            assert_eq!(ByteSet::NO_WORD.contains(byte), !is_word, "{byte}");
            assert_eq!(ByteSet::one(byte).is_word(), is_word, "{byte}");
        }
    }

    #[test]
    fn what_a_set_has_it_has_roughly() {
        for (first, last) in [(0, 0), (b'a', b'z'), (b'A', b'A'), (b'0', b'9'), (0x7f, 0x85), (0xc2, 0xff)] {
            let mut set = ByteSet::default();
            set.insert(first, last);
            let roughly = |byte: u8| set.rough() >> rough_index(byte) & 1 == 1;
            assert!((first..=last).all(roughly), "{first} to {last}");
            assert!(!(0..=255).all(roughly), "{first} to {last}");
        }
    }

    #[test]
    fn kinds_of_sets_are_those_of_their_bytes() {
        for byte in 0..=255 {
            assert_eq!(ByteSet::one(byte).kinds(), 1 << kind(byte), "{byte:#x}");
        }
    }

    #[test]
    fn common_letters_are_common() {
        let word = |text: &str| frequency(&text.bytes().map(ByteSet::one).collect::<Vec<_>>());
        assert!((frequency(&[ByteSet::ALL; 4]) - 1.0).abs() < 0.05);
        assert!(word("the ") > 10.0 * word("hel "));
        assert!(word("& #") < word("a, ") / 20.0);
        assert_eq!(word("Plus"), word("pLUS"));
    }
}
