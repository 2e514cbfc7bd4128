//! Plain text: the file is the document, or, if it is very large, a few.

use std::{borrow::Cow, io};

use super::{
    Record, Splice,
    block::{After, Split},
};
use crate::{
    document::{Check, Damage},
    edit::Change,
    span::Span,
};

/// Stands for each lost byte, so that all offsets stay true. Of all
/// one-byte characters it is the one nobody writes and every format allows.
const LOST: &str = "\u{7f}";
/// A file larger than this is looked at in pieces of about this size, so that
/// memory stays bounded.
const PIECE: usize = 32 << 20;

/// The file is one record, or one piece after the other, each ending with a
/// blank line where there is one, and with a line in any case.
#[derive(Default)]
pub(super) struct Whole {
    started: bool,
}

impl Split for Whole {
    fn split(&mut self, bytes: &[u8], _: usize, after: After, ends: &mut Vec<usize>) -> io::Result<()> {
        let start = ends.last().copied().unwrap_or(0);
        if after != After::More {
            if start < bytes.len() || !self.started {
                ends.push(bytes.len());
            }
        } else if bytes.len() - start >= PIECE {
            // A line is never cut; one without an end is read on.
            let tail = &bytes[start + PIECE / 2..];
            let blank_line = memchr::memmem::rfind(tail, b"\n\n").map(|at| at + 2);
            let end = blank_line.or_else(|| memchr::memrchr(b'\n', tail).map(|at| at + 1));
            ends.extend(end.map(|end| start + PIECE / 2 + end));
        }
        self.started |= !ends.is_empty();
        Ok(())
    }
}

pub(super) fn decode(bytes: &[u8]) -> Record<'_> {
    let (text, damage) = decode_utf8(bytes);
    Record { id: None, text, damage, readable: true, slot: 0..bytes.len() }
}

/// The changes as they are, in a record whose text starts at `start`.
pub(super) fn splices<B>(start: usize, changes: &[Change<B>]) -> Vec<Splice> {
    let splice = |change: &Change<B>| Splice {
        at: start + change.span.start..start + change.span.end,
        with: change.text.clone().into_bytes(),
    };
    changes.iter().map(splice).collect()
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

    #[test]
    fn large_files_are_cut_after_a_blank_line() {
        let mut bytes = "A line of text.\n".repeat(PIECE / 16).into_bytes();
        let cut = PIECE - 160;
        bytes[cut - 1] = b'\n';
        bytes[cut - 2] = b'\n';
        let (mut whole, mut ends) = (Whole::default(), Vec::new());
        whole.split(&bytes[..PIECE - 1], 0, After::More, &mut ends).expect("text is never refused");
        assert!(ends.is_empty());
        whole.split(&bytes, PIECE - 1, After::More, &mut ends).expect("text is never refused");
        assert_eq!(ends, [cut]);
        whole.split(&bytes, PIECE, After::End, &mut ends).expect("text is never refused");
        assert_eq!(ends, [cut, PIECE]);
    }
}
