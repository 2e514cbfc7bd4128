//! Patterns too short for a window: the one or two bytes they start with.

use regex_syntax::hir::{
    Hir,
    literal::{ExtractKind, Extractor, Seq},
};

use super::{
    bytes::{ByteSet, frequency},
    cover::Offer,
};
use crate::compact::compact;

/// More starts than this say nothing.
const MOST: usize = 512;
/// Starts met more often than once in so many bytes are not worth a filter.
const COMMON: f64 = 2e-3;

/// The first byte of every match, and the second where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Start {
    pub(super) first: u8,
    pub(super) second: Option<u8>,
}

compact! { struct Start { first, second } }

impl Start {
    /// How often it stands in web text, roughly.
    fn frequency(self) -> f64 {
        // The table of frequencies knows no controls.
        if self.first != b'\n' && self.first.is_ascii_control() {
            return 0.0;
        }
        let second = self.second.map_or(ByteSet::ALL, ByteSet::one);
        frequency(&[ByteSet::one(self.first), second])
    }
}

/// All starts of a pattern's matches, if they can be told.
pub(super) fn starts(hir: &Hir) -> Option<Vec<Start>> {
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_class(MOST).limit_total(MOST);
    let mut prefixes: Seq = extractor.extract(hir);
    prefixes.keep_first_bytes(2);
    let mut starts = Vec::new();
    for literal in prefixes.literals()? {
        let bytes = literal.as_bytes();
        starts.push(Start { first: *bytes.first()?, second: bytes.get(1).copied() });
    }
    starts.sort_unstable();
    starts.dedup();
    (starts.len() <= MOST).then_some(starts)
}

/// Whether the starts are so rare that looking for them pays.
pub(super) fn are_rare(starts: &[Start]) -> bool {
    starts.iter().map(|start| start.frequency()).sum::<f64>() < COMMON
}

/// The starts of many probes.
#[derive(Clone, Debug)]
pub(super) struct Starts {
    /// For each byte, 1 if some match starts with it.
    is_first: [u8; 256],
    /// For each first byte, the second ones, and the probes.
    by_first: Vec<Vec<(Option<u8>, u32)>>,
}

/// Bytes that are looked at before anything is decided.
const CHUNK: usize = 64;

impl Starts {
    pub(super) fn new(starts: &[(u32, Start)]) -> Self {
        let mut all = Starts { is_first: [0; 256], by_first: vec![Vec::new(); 256] };
        for &(probe, Start { first, second }) in starts {
            all.is_first[usize::from(first)] = 1;
            all.by_first[usize::from(first)].push((second, probe));
        }
        all
    }

    /// Calls `offer` for each start in `text`, in the order of the places.
    pub(super) fn scan(&self, text: &[u8], offer: &mut impl FnMut(Offer)) {
        for (index, chunk) in text.chunks(CHUNK).enumerate() {
            if chunk.iter().fold(0, |any, &b| any | self.is_first[usize::from(b)]) != 0 {
                for place in index * CHUNK..index * CHUNK + chunk.len() {
                    self.at(text, place, offer);
                }
            }
        }
    }

    /// Calls `offer` for each probe that may start at `place`.
    fn at(&self, text: &[u8], place: usize, offer: &mut impl FnMut(Offer)) {
        for &(second, probe) in &self.by_first[usize::from(text[place])] {
            if second.is_none() || second == text.get(place + 1).copied() {
                offer(Offer { probe, at: place, prefix: Some(0) });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_told_where_they_are_few() {
        let starts_of = |pattern: &str| starts(&regex_syntax::parse(pattern).expect(pattern));
        let one = |first, second| Start { first, second };
        assert_eq!(starts_of("[\u{1}\u{2}]"), Some(vec![one(1, None), one(2, None)]));
        assert_eq!(starts_of("\u{80}x"), Some(vec![one(0xc2, Some(0x80))]));
        assert_eq!(starts_of("#+"), Some(vec![one(b'#', None)]));
        assert_eq!(starts_of(r"\p{L}x"), None);
        assert!(are_rare(&starts_of("[\u{1}\u{2}]").expect("told")));
        assert!(!are_rare(&starts_of("e").expect("told")));
    }
}
