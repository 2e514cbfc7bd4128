//! Which bytes a match may hold at all: a match lies within a run of them.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::bytes::{ByteSet, FOLDS_TO_ASCII};

/// All bytes that a match of the pattern may hold; with `folding`, but those of
/// [`FOLDS_TO_ASCII`] where they stand for ASCII letters, as a text that holds any is
/// searched as a whole then.
pub(super) fn alphabet(pattern: &Hir, folding: bool) -> ByteSet {
    let mut set = ByteSet::default();
    add(pattern, folding, &mut set);
    set
}

fn add(hir: &Hir, folding: bool, set: &mut ByteSet) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => literal.0.iter().for_each(|&byte| set.insert(byte, byte)),
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().iter().for_each(|range| set.insert(range.start(), range.end()));
        }
        HirKind::Class(Class::Unicode(class)) => {
            let folds = |c: char| folding && FOLDS_TO_ASCII.iter().any(|folds| folds.starts_with(c));
            let has_ascii = class.ranges().first().is_some_and(|range| range.start().is_ascii());
            for range in class.ranges() {
                if range.start().is_ascii() {
                    set.insert(range.start() as u8, range.end().min('\u{7f}') as u8);
                }
                let only_folds = range.start() == range.end() && folds(range.start()) && has_ascii;
                if !range.end().is_ascii() && !only_folds {
                    set.insert(0x80, 0xff);
                }
            }
        }
        HirKind::Capture(capture) => add(&capture.sub, folding, set),
        HirKind::Repetition(repetition) => add(&repetition.sub, folding, set),
        HirKind::Concat(list) | HirKind::Alternation(list) => {
            list.iter().for_each(|part| add(part, folding, set));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, inside: &str, outside: &str) {
        let parsed = regex_syntax::parse(pattern).expect(pattern);
        let set = alphabet(&parsed, true);
        assert!(inside.bytes().all(|byte| set.contains(byte)), "{inside:?} in {pattern}");
        assert!(!outside.bytes().any(|byte| set.contains(byte)), "{outside:?} in {pattern}");
    }

    #[test]
    fn has_whatever_a_match_may_hold() {
        check(r"\b[0-9]+ (?:min|hour)s?$", "0123456789 minhours", "xM\n-é");
        check("(?i)ask", "askASK", "\u{17f}\u{212a}é");
        check("[aé-ü]", "aéüц", "bcd");
        check(r"\u{212a}x", "\u{212a}x", "k");
        check("[^\n]x", "\té\r", "\n");
        let ask = regex_syntax::parse("(?i)ask").expect("a pattern");
        assert!("\u{17f}\u{212a}".bytes().all(|byte| alphabet(&ask, false).contains(byte)));
    }
}
