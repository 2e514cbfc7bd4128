//! Applies edits to a document's text.
//!
//! The only place where text changes. Everything above hands us [`Edit`]s and
//! gets a new `String` back; nothing here reads a file or knows a rule.

mod compose;

pub use self::compose::{Change, compose};
use crate::{
    prose::{is_blank, is_closer, is_opener, is_terminal},
    span::Span,
};

/// How much a fix may be trusted; orders from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// Only a person can decide; shown, never applied.
    Display,
    /// A human may have written what goes.
    Unsafe,
    /// No human wrote these bytes, or their meaning is fully restored.
    Safe,
}

impl Applicability {
    /// The word used in rule files and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Applicability::Display => "display",
            Applicability::Unsafe => "unsafe",
            Applicability::Safe => "safe",
        }
    }
}

/// What else goes when a span is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tidy {
    /// Nothing: the edit is to be taken literally.
    Exact,
    /// The blank that would be left over; lines left blank; a paragraph break
    /// that would meet another one.
    Close,
    /// As [`Tidy::Close`], but two words that would be joined get a blank.
    Apart,
}

/// Replaces one span by a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes; empty for a deletion.
    pub text: String,
    /// How a deletion is rounded off, see [`tidy`].
    pub tidy: Tidy,
}

impl Edit {
    /// A literal replacement.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Edit { span, text: text.into(), tidy: Tidy::Exact }
    }

    /// A deletion, to be rounded off as `tidy` says.
    #[must_use]
    pub fn delete(span: Span, tidy: Tidy) -> Self {
        Edit { span, text: String::new(), tidy }
    }
}

/// One edit with the trust it deserves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be applied unasked.
    pub applicability: Applicability,
    /// The edit before [`tidy`].
    pub edit: Edit,
}

/// Applies literal edits and returns the new text.
///
/// # Panics
///
/// If the edits are not sorted, overlap, or leave the text.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        assert!(edit.tidy == Tidy::Exact, "edit was not tidied: {edit:?}");
        out.push_str(&text[at..edit.span.start]);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(&text[at..]);
    out
}

/// A literal edit, and how many of the given ones it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tidied {
    /// What is to be applied.
    pub edit: Edit,
    /// Deletions that were joined count for one each.
    pub joined: usize,
}

/// Rounds off deletions: returns literal edits, sorted, none overlapping.
///
/// `edits` are sorted and do not overlap; touching ones are fine. Deletions are
/// seen together, so that a line emptied by three of them goes as a whole.
#[must_use]
pub fn tidy(text: &str, edits: &[Edit]) -> Vec<Tidied> {
    let mut out: Vec<Tidied> = Vec::with_capacity(edits.len());
    let mut rest = edits;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if first.tidy == Tidy::Exact {
            out.push(Tidied { edit: first.clone(), joined: 1 });
            continue;
        }
        let mut joined = 1;
        // Deletions with nothing but white space between them are one.
        let mut deletion = first.clone();
        while let Some((next, tail)) = rest.split_first() {
            let gap = &text[deletion.span.end..next.span.start];
            let joins = next.tidy != Tidy::Exact
                && gap.chars().all(char::is_whitespace)
                && (gap.chars().all(is_blank) || fills_lines(text, &deletion, next));
            if !joins {
                break;
            }
            deletion.span.end = next.span.end;
            rest = tail;
            joined += 1;
        }
        let floor = out.last().map_or(0, |tidied| tidied.edit.span.end);
        let ceiling = rest.first().map_or(text.len(), |edit| edit.span.start);
        out.push(Tidied { edit: round_off(text, deletion, floor, ceiling), joined });
    }
    out
}

/// Whether nothing but white space stands on the lines outside the two.
fn fills_lines(text: &str, first: &Edit, last: &Edit) -> bool {
    blank_back_to_line_start(text, first.span.start, 0).is_some()
        && blank_up_to_line_end(text, last.span.end, text.len()).is_some()
}

fn round_off(text: &str, deletion: Edit, floor: usize, ceiling: usize) -> Edit {
    let Span { start, end } = deletion.span;
    let line_start = blank_back_to_line_start(text, start, floor);
    let line_end = blank_up_to_line_end(text, end, ceiling);
    if let (Some(from), Some(to)) = (line_start, line_end) {
        return Edit::replace(whole_lines(text, from, to, floor, ceiling), "");
    }
    let before = text[floor..start].chars().next_back();
    let after = text[end..ceiling].chars().next();
    let blank_start = start - trailing_blanks(&text[floor..start]);
    let blank_end = end + leading_blanks(&text[end..ceiling]);
    let span = if line_start.is_some() {
        Span::new(start, blank_end)
    } else if line_end.is_some() {
        Span::new(blank_start, end)
    } else {
        let blank_before = before.is_none_or(is_blank);
        let beyond = text[blank_end..ceiling].chars().next();
        let inside = text[floor..blank_start].chars().next_back();
        let hugs_left = beyond.is_some_and(|c| matches!(c, ',' | ';' | ':') || is_terminal(c) || closes(c));
        if blank_before && after.is_some_and(is_blank) && !hugs_left {
            Span::new(start, blank_end)
        } else if blank_before && hugs_left {
            Span::new(blank_start, if after.is_some_and(is_blank) { blank_end } else { end })
        } else if inside.is_some_and(opens) && before == inside && after.is_some_and(is_blank) {
            Span::new(start, blank_end)
        } else {
            deletion.span
        }
    };
    let glues = span == deletion.span
        && before.is_some_and(char::is_alphanumeric)
        && after.is_some_and(char::is_alphanumeric);
    Edit::replace(span, if glues && deletion.tidy == Tidy::Apart { " " } else { "" })
}

/// Brackets only: a straight quote may as well open as close.
fn closes(c: char) -> bool {
    is_closer(c) && !is_opener(c)
}

fn opens(c: char) -> bool {
    is_opener(c) && !is_closer(c)
}

/// The lines from `from` to `to`, and one of the two paragraph breaks that
/// would meet: the one after, or, at the end of the text, the one before.
fn whole_lines(text: &str, from: usize, to: usize, floor: usize, ceiling: usize) -> Span {
    let breaks_before = blank_lines_before(text, from, floor);
    let breaks_after = blank_lines_after(text, to, ceiling);
    if to == text.len() || breaks_after == text.len() {
        // The text before keeps its own line end if the deleted end had one.
        let end_has_terminator = text[..breaks_after].ends_with(['\n', '\r']);
        let start = if breaks_before < from { breaks_before } else { from };
        let start = if end_has_terminator { start } else { without_terminator(text, start, floor) };
        return Span::new(start, breaks_after);
    }
    if breaks_before < from || matches!(&text[..from], "" | "\u{feff}") {
        Span::new(from, breaks_after)
    } else {
        Span::new(from, to)
    }
}

fn trailing_blanks(text: &str) -> usize {
    text.len() - text.trim_end_matches(is_blank).len()
}

fn leading_blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_blank).len()
}

/// The start of the line, if only blanks lie between it and `at`.
fn blank_back_to_line_start(text: &str, at: usize, floor: usize) -> Option<usize> {
    let start = at - trailing_blanks(&text[floor..at]);
    // A byte order mark is no part of the first line's words, and stays.
    let at_start = start == 0 || text[..start].ends_with(['\n', '\r']) || &text[..start] == "\u{feff}";
    at_start.then_some(start)
}

/// One past the line's terminator, if only blanks lie between `at` and it.
fn blank_up_to_line_end(text: &str, at: usize, ceiling: usize) -> Option<usize> {
    let stop = at + leading_blanks(&text[at..ceiling]);
    if stop == text.len() {
        return Some(stop);
    }
    let end = stop + terminator(&text[stop..]);
    (stop < end && end <= ceiling).then_some(end)
}

/// Length of the line terminator that `text` starts with.
fn terminator(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Steps back over the terminator that ends at `at`.
fn without_terminator(text: &str, at: usize, floor: usize) -> usize {
    let head = &text[floor..at];
    let head = head.strip_suffix('\n').unwrap_or(head);
    floor + head.strip_suffix('\r').unwrap_or(head).len()
}

/// The start of the blank lines that end at `at`, which is a line's start.
fn blank_lines_before(text: &str, at: usize, floor: usize) -> usize {
    let mut start = at;
    loop {
        let line_end = without_terminator(text, start, floor);
        if line_end == start {
            return start;
        }
        match blank_back_to_line_start(text, line_end, floor) {
            Some(line_start) => start = line_start,
            None => return start,
        }
        if start == floor {
            return start;
        }
    }
}

/// The end of the blank lines that start at `at`, which is a line's start.
fn blank_lines_after(text: &str, at: usize, ceiling: usize) -> usize {
    let mut end = at;
    while end < ceiling {
        match blank_up_to_line_end(text, end, ceiling) {
            Some(next) if next > end => end = next,
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `before` marks each edit as `[old|new]`, and a deletion as `[old]`.
    #[track_caller]
    fn check(before: &str, after: &str) {
        let (mut text, mut edits, mut rest) = (String::new(), Vec::new(), before);
        while let Some((head, tail)) = rest.split_once('[') {
            text.push_str(head);
            let (inner, tail) = tail.split_once(']').expect("an edit is closed");
            let start = text.len();
            match inner.split_once('|') {
                Some((old, new)) => {
                    text.push_str(old);
                    edits.push(Edit::replace(Span::new(start, text.len()), new));
                }
                None => {
                    text.push_str(inner);
                    edits.push(Edit::delete(Span::new(start, text.len()), Tidy::Apart));
                }
            }
            rest = tail;
        }
        text.push_str(rest);
        let tidied: Vec<Edit> = tidy(&text, &edits).into_iter().map(|tidied| tidied.edit).collect();
        assert_eq!(apply(&text, &tidied), after, "{before:?}");
    }

    #[test]
    fn keeps_touching_edits() {
        check("a[b|x][c|y]d", "axyd");
        check("A.\n[one]\n[two]\n[three]\nB.\n", "A.\nB.\n");
    }

    #[test]
    fn eats_the_one_blank_left_behind() {
        check("One [%T%] two.", "One two.");
        check("[%T%] One", "One");
        check("One [%T%]", "One");
        check("One [%T%], two", "One, two");
        check("One [%T%].", "One.");
        check("([%T%] One)", "(One)");
        check("  [%T%] One", "  One");
        check("One [%A%] [%B%] two", "One two");
        check("One [%A%][%B%] two", "One two");
    }

    #[test]
    fn does_not_glue_words() {
        check("One[%T%]two", "One two");
        check("One[%T%].", "One.");
    }

    #[test]
    fn a_line_left_blank_goes_with_its_newline() {
        check("A.\n [%A%] [%B%] \nB.\n", "A.\nB.\n");
        check("A.\r\n[%A%]\r\nB.\r\n", "A.\r\nB.\r\n");
        check("A.\n[%A%]", "A.");
        check("[%A%]\nA.", "A.");
    }

    #[test]
    fn two_paragraph_breaks_become_one() {
        check("A.\n\n[x]\n\nB.\n", "A.\n\nB.\n");
        check("A.\r\n\r\n[x]\r\n\r\nB.\r\n", "A.\r\n\r\nB.\r\n");
        check("A.\n\n[x]\n\n[y]\n\nB.\n", "A.\n\nB.\n");
        check("[x]\n\nB.\n", "B.\n");
        check("A.\n\n[x]\n", "A.\n");
        check("A.\n\n[x]", "A.");
        check("A.\n\n[x]\n\n", "A.\n");
        check("A.\n\n[x]\nB.\n", "A.\n\nB.\n");
        check("A.\n[x]\n\nB.\n", "A.\n\nB.\n");
        check("\u{feff}[x]\n\nB.\n", "\u{feff}B.\n");
    }

    #[test]
    fn deletions_stop_at_their_neighbours() {
        check("[%T%][ & # 39; |']Get", "'Get");
        check("a [%T%][b|c] d", "a c d");
    }
}
