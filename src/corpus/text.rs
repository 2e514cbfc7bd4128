//! Plain text: the file is the document, or, if it is very large, many.

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
/// A file of so many bytes is no one document, and is looked at in pieces.
const LARGEST: usize = 8 << 20;
/// The most bytes of a piece, unless a line is longer: few enough to be shared out, and to stay in
/// the cache.
const PIECE: usize = 1 << 20;

/// Bytes in which NULs are counted.
const WIDE_SAMPLE: usize = 1024;

/// The file is one record, or one piece after the other, each ending with a
/// blank line where there is one, and with a line in any case.
#[derive(Default)]
pub(super) struct Whole {
    started: bool,
    is_large: bool,
}

impl Split for Whole {
    fn split(&mut self, bytes: &[u8], _: usize, after: After, ends: &mut Vec<usize>) -> io::Result<()> {
        let mut start = ends.last().copied().unwrap_or(0);
        self.is_large |= bytes.len() - start >= LARGEST;
        if self.is_large {
            while let Some(end) = end_of_piece(&bytes[start..]) {
                start += end;
                ends.push(start);
            }
        }
        if after != After::More && (start < bytes.len() || !self.started && ends.is_empty()) {
            ends.push(bytes.len());
        }
        self.started |= !ends.is_empty();
        Ok(())
    }
}

/// Where the first piece of these bytes ends, if they are more than that.
fn end_of_piece(bytes: &[u8]) -> Option<usize> {
    let tail = bytes.get(PIECE / 2..PIECE)?;
    let behind_last =
        |line_ends: &[u8]| memchr::memmem::rfind(tail, line_ends).map(|at| at + line_ends.len());
    let blank_line = behind_last(b"\n\n").max(behind_last(b"\r\n\r\n"));
    let line = || memchr::memrchr(b'\n', tail).map(|at| at + 1);
    // A line is never cut; one without an end is read on.
    let long_line = || memchr::memchr(b'\n', &bytes[PIECE..]).map(|at| PIECE / 2 + at + 1);
    blank_line.or_else(line).or_else(long_line).map(|end| PIECE / 2 + end)
}

pub(super) fn decode(bytes: &[u8]) -> Record<'_> {
    let (text, mut damage) = decode_utf8(bytes);
    if let Some(encoding) = wide_encoding(bytes) {
        damage.truncate(1);
        if damage.is_empty() {
            let first = memchr::memchr(0, bytes).unwrap_or(0);
            damage.push(Damage::new(Check::InvalidUtf8, Span::new(first, first + 1)));
        }
        damage[0].reason = Some(format!("the file is {encoding}, to be converted to UTF-8 first").into());
        return Record::unreadable(text, damage);
    }
    Record { id: None, text, damage, readable: true, slot: 0..bytes.len() }
}

/// The encoding of several bytes a character, if they are in one: as their byte order mark
/// says, or the NULs that come with most letters of ASCII.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
        return Some("UTF-32");
    }
    let sample = &bytes[..bytes.len().min(WIDE_SAMPLE)];
    let lone = sample.windows(2).filter(|pair| pair[0] != 0 && pair[1] == 0).count();
    let is_wide = bytes.starts_with(b"\xff\xfe")
        || bytes.starts_with(b"\xfe\xff")
        || lone > 2 && lone * 8 > sample.len();
    is_wide.then_some("UTF-16")
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
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
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
            _ => damage.push(Damage::new(Check::InvalidUtf8, span)),
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
            (b"\xffa\x00", &[(0, 1)]),
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
    fn large_files_are_cut_after_blank_lines() {
        let line = "A line of text.\n";
        let mut bytes = line.repeat(2 * LARGEST / line.len()).into_bytes();
        let mut blank_line_before = |end: usize| bytes[end - 2..end].fill(b'\n');
        blank_line_before(PIECE - 160);
        blank_line_before(PIECE / 2);
        let (mut whole, mut ends) = (Whole::default(), Vec::new());
        whole.split(&bytes[..LARGEST - 1], 0, After::More, &mut ends).expect("text is never refused");
        assert!(ends.is_empty());
        whole.split(&bytes, LARGEST - 1, After::More, &mut ends).expect("text is never refused");
        assert_eq!(ends[..3], [PIECE - 160, 2 * PIECE - 160, 3 * PIECE - 160]);
        assert!(bytes.len() - ends[ends.len() - 1] < PIECE);
        // The rest is cut off, and goes on.
        let rest = &bytes[ends[ends.len() - 1]..];
        let more = [rest, &bytes[..PIECE]].concat();
        let mut later = Vec::new();
        whole.split(&more, rest.len(), After::More, &mut later).expect("text is never refused");
        assert_eq!(later, [rest.len() + PIECE - 160]);
        let mut last = Vec::new();
        whole.split(rest, rest.len(), After::End, &mut last).expect("text is never refused");
        assert_eq!(last, [rest.len()]);
    }

    #[test]
    fn long_lines_are_not_cut() {
        let bytes = [&b"x".repeat(LARGEST + 3)[..], b"\n", &b"x".repeat(2 * PIECE)[..]].concat();
        let (mut whole, mut ends) = (Whole::default(), Vec::new());
        whole.split(&bytes, 0, After::More, &mut ends).expect("text is never refused");
        assert_eq!(ends, [LARGEST + 4]);
        whole.split(&bytes, bytes.len(), After::End, &mut ends).expect("text is never refused");
        assert_eq!(ends, [LARGEST + 4, bytes.len()]);
    }
}
