//! What a part of a pattern may start with, and what it may end with.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::bytes::ByteSet;

/// An end of a part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Start,
    End,
}

impl Side {
    /// These, starting at this end.
    pub(super) fn order<T>(self, items: &[T]) -> impl Iterator<Item = &T> {
        let backwards = self == Side::End;
        (0..items.len()).map(move |i| &items[if backwards { items.len() - 1 - i } else { i }])
    }
}

/// The bytes that may stand at one end of a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outer {
    pub(crate) bytes: ByteSet,
    /// Whether it may be empty.
    pub(crate) empty: bool,
}

impl Outer {
    const NOTHING: Outer = Outer { bytes: ByteSet::NONE, empty: true };

    pub(crate) fn of(hir: &Hir, side: Side) -> Outer {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Outer::NOTHING,
            HirKind::Literal(literal) => {
                let byte = side.order(&literal.0).next();
                Outer { bytes: byte.map_or(ByteSet::NONE, |&byte| ByteSet::one(byte)), empty: false }
            }
            HirKind::Class(class) => Outer { bytes: outer_of_class(class, side), empty: false },
            HirKind::Repetition(repetition) => {
                let outer = Outer::of(&repetition.sub, side);
                Outer { empty: outer.empty || repetition.min == 0, ..outer }
            }
            HirKind::Capture(capture) => Outer::of(&capture.sub, side),
            HirKind::Concat(parts) => Outer::of_all(parts, side),
            HirKind::Alternation(branches) => branches.iter().fold(Outer::default(), |all, branch| {
                let outer = Outer::of(branch, side);
                Outer { empty: all.empty || outer.empty, ..all.with(&outer.bytes) }
            }),
        }
    }

    /// Of parts one after the other.
    pub(crate) fn of_all(parts: &[Hir], side: Side) -> Outer {
        let mut all = Outer::NOTHING;
        for part in side.order(parts) {
            if !all.empty {
                break;
            }
            all = all.then(&Outer::of(part, side));
        }
        all
    }

    /// Of this and what comes after it, seen from this end.
    pub(crate) fn then(self, next: &Outer) -> Outer {
        if self.empty { Outer { empty: next.empty, ..self.with(&next.bytes) } } else { self }
    }

    pub(crate) fn with(mut self, bytes: &ByteSet) -> Outer {
        self.bytes.add(bytes);
        self
    }
}

/// What the characters of a class start with in UTF-8, or end with.
pub(crate) fn outer_of_class(class: &Class, side: Side) -> ByteSet {
    let mut set = ByteSet::default();
    match class {
        Class::Bytes(class) => class.ranges().iter().for_each(|range| set.insert(range.start(), range.end())),
        Class::Unicode(class) => {
            for range in class.ranges() {
                if range.start().is_ascii() {
                    set.insert(range.start() as u8, range.end().min('\u{7f}') as u8);
                }
                if !range.end().is_ascii() {
                    match side {
                        Side::Start => set.insert(lead(range.start().max('\u{80}')), lead(range.end())),
                        Side::End => set.add(&ByteSet::GOING_ON),
                    }
                }
            }
        }
    }
    set
}

/// The first byte of a character in UTF-8; these have the order of the characters.
fn lead(character: char) -> u8 {
    character.encode_utf8(&mut [0; 4]).as_bytes()[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, side: Side, bytes: &[u8], empty: bool) {
        let outer = Outer::of(&regex_syntax::parse(pattern).expect(pattern), side);
        let found: Vec<u8> = (0..=255).filter(|&byte| outer.bytes.contains(byte)).collect();
        assert_eq!((&*found, outer.empty), (bytes, empty), "{pattern} {side:?}");
    }

    #[test]
    fn tells_what_stands_at_an_end() {
        for (pattern, first, last, empty) in [
            ("ab", &b"a"[..], &b"b"[..], false),
            ("a?b*", b"ab", b"ab", true),
            ("(a|)b{2}c?", b"ab", b"bc", false),
            (r"\b(?:ab|c|d?)$", b"acd", b"bcd", true),
            ("", b"", b"", true),
        ] {
            check(pattern, Side::Start, first, empty);
            check(pattern, Side::End, last, empty);
        }
        check("[aé-ü]", Side::Start, b"a\xc3", false);
        let going_on: Vec<u8> = (0x80..=0xbf).collect();
        check("x[aé-ü]", Side::End, &[b"a", &*going_on].concat(), false);
        check("x[é-\u{800}]", Side::Start, b"x", false);
        check("[é-\u{800}]", Side::Start, &(0xc3..=0xe0).collect::<Vec<u8>>(), false);
    }
}
