//! Marks: one or two bytes so rare that they are enough to say where a pattern
//! could match.

use regex_syntax::hir::{
    Hir,
    literal::{ExtractKind, Extractor, Seq},
};

use super::bytes::{ByteSet, byte_frequency};
use crate::compact::compact;

/// More starts than this say nothing.
const MOST: usize = 512;
/// Starts met more often than once in so many bytes are not worth a filter.
const COMMON: f64 = 2e-3;
/// Bytes met more often than once in so many are no marks.
const RARE: f64 = 1e-3;
/// Bytes, and pairs of bytes, that one place of a pattern may have as marks.
const MOST_MARKS: usize = 64;

/// A byte of a match, and the next where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Start {
    pub(super) first: u8,
    pub(super) second: Option<u8>,
    /// Bytes between the start of the match and this one: fewest and most.
    pub(crate) prefix: (usize, Option<usize>),
}

compact! { struct Start { first, second, prefix } }

impl Start {
    /// How often it stands in web text, roughly.
    pub(super) fn frequency(self) -> f64 {
        // The table of frequencies knows no controls.
        if self.first != b'\n' && self.first.is_ascii_control() {
            return 0.0;
        }
        byte_frequency(self.first, self.second)
    }
}

/// What stands at one place of a pattern as marks, with what stands at the next where
/// that makes few pairs; `None` if some of it is not rare.
pub(super) fn marks(
    first: ByteSet,
    second: Option<ByteSet>,
    prefix: (usize, Option<usize>),
) -> Option<Vec<Start>> {
    let alone = |first| Start { first, second: None, prefix };
    let is_rare = |first: u8| !matches!(first, b'\t' | b'\r') && alone(first).frequency() < RARE;
    let count = first.bytes().count();
    if count > MOST_MARKS || !first.bytes().all(is_rare) {
        return None;
    }
    let second = second.filter(|&set| count * set.bytes().count() <= MOST_MARKS);
    let pairs = |first: u8, set: ByteSet| set.bytes().map(move |b| Start { second: Some(b), ..alone(first) });
    Some(match second {
        None => first.bytes().map(alone).collect(),
        Some(set) => first.bytes().flat_map(|first| pairs(first, set)).collect(),
    })
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
        starts.push(Start { first: *bytes.first()?, second: bytes.get(1).copied(), prefix: (0, Some(0)) });
    }
    starts.sort_unstable();
    starts.dedup();
    (starts.len() <= MOST).then_some(starts)
}

/// Whether the starts are so rare that looking for them pays.
pub(super) fn are_rare(starts: &[Start]) -> bool {
    starts.iter().map(|start| start.frequency()).sum::<f64>() < COMMON
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_told_where_they_are_few() {
        let starts_of = |pattern: &str| starts(&regex_syntax::parse(pattern).expect(pattern));
        let one = |first, second| Start { first, second, prefix: (0, Some(0)) };
        assert_eq!(starts_of("[\u{1}\u{2}]"), Some(vec![one(1, None), one(2, None)]));
        assert_eq!(starts_of("\u{80}x"), Some(vec![one(0xc2, Some(0x80))]));
        assert_eq!(starts_of("#+"), Some(vec![one(b'#', None)]));
        assert_eq!(starts_of(r"\p{L}x"), None);
        assert!(are_rare(&starts_of("[\u{1}\u{2}]").expect("told")));
        assert!(!are_rare(&starts_of("e").expect("told")));
    }

    #[test]
    fn marks_are_rare_bytes_and_few_pairs() {
        let shown = |first: u8, second: Option<ByteSet>| {
            let marks = marks(ByteSet::one(first), second, (1, None))?;
            Some(marks.iter().map(|mark| (mark.first, mark.second)).collect::<Vec<_>>())
        };
        assert_eq!(shown(0x19, Some(ByteSet::ALL)), Some(vec![(0x19, None)]));
        assert_eq!(shown(0x19, Some(ByteSet::one(b'x'))), Some(vec![(0x19, Some(b'x'))]));
        assert_eq!(shown(0x19, None), Some(vec![(0x19, None)]));
        assert_eq!(shown(b'e', Some(ByteSet::one(b'x'))), None);
        assert_eq!(shown(b'\n', None), None);
    }
}
