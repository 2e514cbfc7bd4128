//! Byte offsets as people and editors count: lines and columns.

use crate::{document::Document, layout::line_start, span::Span};

/// A place for people: both numbers count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// `\n`, `\r\n` and a lone `\r` end a line.
    pub line: usize,
    /// In characters (Unicode scalar values); a byte order mark at the start
    /// of the text is not counted.
    pub column: usize,
    /// Where the line starts, in bytes of the text.
    pub line_start: usize,
}

impl Position {
    /// Where `at` stands, if this is the position of `own`; quick where the two
    /// are near each other.
    #[must_use]
    pub fn step(self, text: &str, own: usize, at: usize) -> Position {
        if at >= own {
            return advance(text, self, own, at);
        }
        let bytes = text.as_bytes();
        if at >= self.line_start {
            return Position { column: self.column - count_chars(text, at, own), ..self };
        }
        let line_start = line_start(bytes, at, 0);
        let line = self.line - count_line_ends(&bytes[at..own]);
        Position { line, column: 1 + count_chars(text, line_start, at), line_start }
    }
}

/// Turns the spans of one document into positions, in one walk over the text.
#[derive(Clone, Debug)]
pub struct Positions<'a> {
    text: &'a str,
    at: usize,
    position: Position,
}

impl<'a> Positions<'a> {
    /// Starts at the first character of `document`.
    #[must_use]
    pub fn new(document: &Document<'a>) -> Self {
        let position = Position { line: document.first_line, column: 1, line_start: 0 };
        Positions { text: document.text, at: 0, position }
    }

    /// Where `span` starts and ends. Spans have to come in order; one that
    /// starts before its predecessor is found by starting over.
    pub fn locate(&mut self, span: Span) -> (Position, Position) {
        if span.start < self.at {
            let lines_back = count_line_ends(&self.text.as_bytes()[..self.at]);
            self.position = Position { line: self.position.line - lines_back, column: 1, line_start: 0 };
            self.at = 0;
        }
        self.position = advance(self.text, self.position, self.at, span.start);
        self.at = span.start;
        (self.position, advance(self.text, self.position, span.start, span.end))
    }
}

fn advance(text: &str, from: Position, start: usize, end: usize) -> Position {
    let bytes = text.as_bytes();
    // The start of a line is near, and what is found lies on one line more often than not.
    let line_start = line_start(bytes, end, start);
    if line_start == start {
        return Position { column: from.column + count_chars(text, start, end), ..from };
    }
    let lines = count_line_ends(&bytes[start..line_start]) - usize::from(splits_line_end(bytes, start));
    Position { line: from.line + lines, column: 1 + count_chars(text, line_start, end), line_start }
}

/// The characters from `start` to `end`; a byte order mark at the start of the
/// text is none.
fn count_chars(text: &str, start: usize, end: usize) -> usize {
    let counted = &text[start..end];
    counted.chars().count() - usize::from(start == 0 && counted.starts_with('\u{feff}'))
}

/// Whether `at` lies between the two bytes of a `\r\n`, whose line end was
/// counted with the first.
fn splits_line_end(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1] == b'\r' && bytes.get(at) == Some(&b'\n')
}

/// How many lines end in `bytes`.
pub(crate) fn count_line_ends(bytes: &[u8]) -> usize {
    // Most texts have one kind of line end, and that is counted without a stop.
    if memchr::memchr(b'\r', bytes).is_none() {
        return memchr::memchr_iter(b'\n', bytes).count();
    }
    memchr::memchr2_iter(b'\n', b'\r', bytes)
        .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_a_reader_does() {
        let text = "\u{feff}日本 x\r\nsecond\rthird\n\tx\n";
        let document = Document::new("t", text);
        let mut positions = Positions::new(&document);
        for (needle, line, column) in
            [("日", 1, 1), ("x", 1, 4), ("second", 2, 1), ("third", 3, 1), ("\tx", 4, 1)]
        {
            let start = text.find(needle).expect(needle);
            let (from, to) = positions.locate(Span::new(start, start + needle.len()));
            assert_eq!((from.line, from.column), (line, column), "{needle}");
            assert_eq!((to.line, to.column), (line, column + needle.chars().count()), "{needle}");
        }
    }

    #[test]
    fn line_ends_are_counted_as_they_are_read() {
        for code in 0..3usize.pow(7) {
            let text: String = (0..7).map(|at| ["a", "\n", "\r"][code / 3usize.pow(at) % 3]).collect();
            let one_kind = text.replace("\r\n", "\n").replace('\r', "\n");
            let expected = one_kind.matches('\n').count();
            assert_eq!(count_line_ends(text.as_bytes()), expected, "{text:?}");
            let plain = text.replace('\r', "");
            assert_eq!(count_line_ends(plain.as_bytes()), plain.matches('\n').count(), "{plain:?}");
        }
    }

    #[test]
    fn agrees_with_counting_from_the_start() {
        let text = "\u{feff}ab\ncd\r\n\r\nef\rgh\n\u{1f600}i\n";
        let document = Document::new("t", text);
        let bounds: Vec<usize> = (0..=text.len())
            .filter(|&i| text.is_char_boundary(i) && !splits_line_end(text.as_bytes(), i))
            .collect();
        let mut walking = Positions::new(&document);
        for &start in &bounds {
            for &end in bounds.iter().filter(|&&end| end >= start) {
                let span = Span::new(start, end);
                let (from, to) = Positions::new(&document).locate(span);
                assert_eq!(walking.locate(span), (from, to), "{span:?}");
                assert_eq!(from.step(text, start, end), to, "{span:?}");
                assert_eq!(to.step(text, end, start), from, "{span:?}");
            }
        }
    }
}
