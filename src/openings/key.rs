//! How a line opens: its first word and what follows, as numbers.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, HirKind};

/// Bytes of a key.
pub(super) const KEY: usize = 4;
/// Keys of an opening.
pub(super) const KEYS: usize = 3;
/// Bytes of an opening.
pub(super) const LENGTH: usize = KEY * KEYS;
/// Stands for any key.
pub(super) const ANY: u32 = u32::MAX;

/// The bytes of a line from its first word on, four a key; any may follow where it says so.
/// Letters are without their case, numbers all alike, and behind the end of the line there are
/// zeros.
pub(crate) type Opening = [u32; KEYS];

/// Stands for numbers, whatever their digits.
pub(super) const NUMBER: char = '0';

/// What words start with.
pub(super) static WORD: LazyLock<ClassUnicode> = LazyLock::new(|| {
    let parsed = regex_syntax::parse(r"[[\p{L}\p{Nd}]--[\u{2000}-\u{303f}]]").expect("a class");
    match parsed.into_kind() {
        HirKind::Class(Class::Unicode(class)) => class,
        _ => unreachable!("a class of characters"),
    }
});

/// How a character stands in an opening.
pub(super) fn symbol(c: char) -> char {
    if c.is_numeric() {
        return NUMBER;
    }
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    // Characters that change into several are left as they are.
    let upper = only(c.to_uppercase()).unwrap_or(c);
    only(upper.to_lowercase()).unwrap_or(c)
}

fn only(mut characters: impl Iterator<Item = char>) -> Option<char> {
    characters.next().filter(|_| characters.next().is_none())
}

fn starts_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let ranges = WORD.ranges();
    let next = ranges.partition_point(|range| range.end() < c);
    ranges.get(next).is_some_and(|range| range.start() <= c)
}

/// The keys of so many bytes.
pub(super) fn keys(bytes: &[u8; LENGTH]) -> Opening {
    std::array::from_fn(|key| u32::from_le_bytes(std::array::from_fn(|byte| bytes[KEY * key + byte])))
}

/// How a line opens.
#[inline]
pub(super) fn opening(line: &str) -> Opening {
    let words = line.trim_start_matches(|c| !starts_word(c));
    let mut bytes = [0; LENGTH];
    match words.as_bytes().first_chunk::<LENGTH>() {
        Some(first) if first.iter().all(|byte| byte.is_ascii() && !byte.is_ascii_digit()) => {
            bytes = first.map(|byte| byte.to_ascii_lowercase());
        }
        _ => {
            let mut filled = 0;
            let mut last = None;
            for c in words.chars().map(symbol) {
                if last.replace(c) == Some(c) && c == NUMBER {
                    continue;
                }
                let mut buffer = [0; 4];
                for &byte in c.encode_utf8(&mut buffer).as_bytes() {
                    if filled == LENGTH {
                        return keys(&bytes);
                    }
                    bytes[filled] = byte;
                    filled += 1;
                }
            }
        }
    }
    keys(&bytes)
}
