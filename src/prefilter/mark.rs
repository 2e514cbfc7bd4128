//! Marks: bytes so rare that they say where a pattern could match, whatever stands behind them.

use regex_syntax::hir::{
    Hir,
    literal::{ExtractKind, Extractor, Literal, Seq},
};

use super::{
    bytes::{ByteSet, byte_frequency, frequency},
    cover::Window,
};

/// More starts than this say nothing.
const MOST: usize = 512;
/// Starts met more often than once in so many bytes are not worth a filter.
const COMMON: f64 = 2e-3;
/// Bytes met more often than once in so many are no marks.
const RARE: f64 = 1e-3;

/// How often web text has what these classes start with, the first two of them, if the first is
/// a mark: rare bytes only.
pub(super) fn mark_frequency(classes: &[ByteSet]) -> Option<f64> {
    let (mut told, mut is_rare) = (ByteSet::NONE, true);
    for byte in classes.first()?.bytes() {
        match byte {
            b'\t' | b'\r' => is_rare = false,
            _ if is_control(byte) => {}
            _ => {
                is_rare &= byte_frequency(byte) < RARE;
                told.insert(byte, byte);
            }
        }
    }
    let pair: Vec<ByteSet> = [told].into_iter().chain(classes.get(1).copied()).collect();
    is_rare.then(|| frequency(&pair))
}

/// The first bytes of a pattern's matches as windows, if they can be told and are rare.
pub(super) fn rare_starts(hir: &Hir) -> Option<Vec<Window<ByteSet>>> {
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_class(MOST).limit_total(MOST);
    let mut prefixes: Seq = extractor.extract(hir);
    prefixes.keep_first_bytes(2);
    let mut starts: Vec<&[u8]> = prefixes.literals()?.iter().map(Literal::as_bytes).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut often = 0.0;
    for start in &starts {
        if !is_control(*start.first()?) {
            often += frequency(&start.iter().map(|&byte| ByteSet::one(byte)).collect::<Vec<_>>());
        }
    }
    let window = |start: &[u8]| Window {
        run: start.iter().map(|&byte| ByteSet::one(byte)).collect(),
        lead: 0,
        prefix: (0, Some(0)),
    };
    (starts.len() <= MOST && often < COMMON).then(|| starts.into_iter().map(window).collect())
}

/// The table of frequencies knows no controls but the line feed.
fn is_control(byte: u8) -> bool {
    byte != b'\n' && byte.is_ascii_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_told_where_they_are_few_and_rare() {
        let starts_of = |pattern: &str| {
            let starts = rare_starts(&regex_syntax::parse(pattern).expect(pattern))?;
            Some(starts.into_iter().map(|start| start.run).collect::<Vec<_>>())
        };
        let one = ByteSet::one;
        assert_eq!(starts_of("[\u{1}\u{2}]"), Some(vec![vec![one(1)], vec![one(2)]]));
        assert_eq!(starts_of("\u{80}x"), Some(vec![vec![one(0xc2), one(0x80)]]));
        assert_eq!(starts_of("~+"), Some(vec![vec![one(b'~')]]));
        assert_eq!(starts_of(r"\p{L}x"), None);
        assert_eq!(starts_of("e"), None);
    }

    #[test]
    fn marks_are_rare_bytes() {
        let often = |first: &[u8], second: Option<ByteSet>| {
            let mut set = ByteSet::NONE;
            first.iter().for_each(|&byte| set.insert(byte, byte));
            mark_frequency(&[set].into_iter().chain(second).collect::<Vec<_>>())
        };
        assert_eq!(often(&[0x19], None), Some(0.0));
        let alone = often(b"~\x19", None).expect("it is rare");
        assert!(alone > 0.0);
        assert!(often(b"~\x19", Some(ByteSet::one(b'x'))).is_some_and(|often| often < alone));
        for common in [b"e".as_slice(), b"\n", b"~e", b"\t"] {
            assert_eq!(often(common, None), None);
        }
    }
}
