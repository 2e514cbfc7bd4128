//! Plain text: the file is the document.

use std::borrow::Cow;

use super::Record;
use crate::{
    document::{Check, Damage},
    span::Span,
};

/// Stands for each lost byte, so that all offsets stay true. Of all
/// one-byte characters it is the one nobody writes and every format allows.
const LOST: &str = "\u{7f}";

pub(super) fn decode(bytes: &[u8]) -> Record<'_> {
    let (text, damage) = decode_utf8(bytes);
    Record { id: None, text, damage, readable: true, slot: 0..bytes.len() }
}

/// The text of `bytes`, with [`LOST`] for each byte that is not UTF-8, and
/// where those are.
pub(super) fn decode_utf8(bytes: &[u8]) -> (Cow<'_, str>, Vec<Damage>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut text = String::with_capacity(bytes.len());
    let mut damage: Vec<Damage> = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let lost = chunk.invalid().len();
        if lost == 0 {
            continue;
        }
        let span = Span::new(text.len(), text.len() + lost);
        text.push_str(&LOST.repeat(lost));
        match damage.last_mut() {
            Some(last) if last.span.end == span.start => last.span.end = span.end,
            _ => damage.push(Damage { check: Check::InvalidUtf8, span }),
        }
    }
    (Cow::Owned(text), damage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_stay_true_where_bytes_are_lost() {
        for (bytes, expected) in [
            (&b"caf\xe9 x"[..], &[(3, 4)][..]),
            (b"\xff\xfea\x00", &[(0, 2)]),
            (b"a\xe2\x82", &[(1, 3)]),
            (b"\xc3\xa9", &[]),
            (b"", &[]),
        ] {
            let record = decode(bytes);
            let spans: Vec<_> = record.damage.iter().map(|d| (d.span.start, d.span.end)).collect();
            assert_eq!(spans, expected, "{bytes:?}");
            assert_eq!(record.text.len(), bytes.len());
        }
    }
}
