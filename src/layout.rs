//! How a text falls into lines and paragraphs.
//!
//! Web text comes in three layouts, often mixed: blank lines separate
//! paragraphs; every line is a paragraph; or the lines of a paragraph were
//! broken at a fixed width. [`Layout`] looks before it judges, run by run: a
//! *run* is a sequence of lines without a blank one among them.

use crate::{
    prose::{self, ends_sentence, is_unspaced_script},
    span::Span,
};

/// One physical line. `\n`, `\r\n` and a lone `\r` end a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line without its terminator.
    pub content: Span,
    /// The content without blanks at both ends; empty for a blank line.
    pub trimmed: Span,
    /// One past the terminator.
    pub end: usize,
}

/// Consecutive lines that a rule sees as one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// From the first character that is not blank to the last.
    pub span: Span,
    /// Index of the first line in [`Layout::lines`].
    pub first_line: usize,
    /// Index of the last line, included.
    pub last_line: usize,
    /// How many units stand before this one in its list, which is also the
    /// number of non-blank things a reader passed.
    pub ordinal: usize,
}

/// The lines, standing lines and paragraphs of one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Every physical line, blank ones too.
    pub lines: Vec<Line>,
    /// Lines that stand for themselves; a paragraph of wrapped lines is one
    /// unit here, so that no line inside it is taken for a standing one.
    pub standing: Vec<Unit>,
    /// Paragraphs.
    pub paragraphs: Vec<Unit>,
}

/// Widths at which people and mailers wrap prose, in characters.
const WRAP_WIDTHS: std::ops::RangeInclusive<usize> = 40..=140;

impl Layout {
    /// Lays out `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let lines = split_lines(text);
        let runs = split_runs(&lines);
        let judged: Vec<Judged> = runs.iter().map(|run| judge(text, &lines[run.clone()])).collect();
        let width = judged.iter().filter_map(|j| j.width).max();
        let blank_separated = {
            let unwrapped = runs.iter().zip(&judged).filter(|(_, judged)| judged.breaks.is_none());
            let joins: usize = unwrapped.map(|(run, _)| run.len() - 1).sum();
            runs.len() > 1 && runs.len() > joins
        };

        let mut layout = Layout::default();
        for (run, judged) in runs.iter().zip(judged) {
            let breaks = match judged.breaks {
                Some(breaks) => Some(breaks),
                None if run.len() == 2 => pair_is_wrapped(text, &lines[run.clone()], width).then(Vec::new),
                None => None,
            };
            match breaks {
                Some(breaks) => {
                    let mut first = run.start;
                    for next in breaks.iter().map(|b| run.start + b).chain([run.end]) {
                        push_unit(&mut layout.standing, &lines, first, next - 1);
                        push_unit(&mut layout.paragraphs, &lines, first, next - 1);
                        first = next;
                    }
                }
                None => {
                    for line in run.clone() {
                        push_unit(&mut layout.standing, &lines, line, line);
                        if !blank_separated {
                            push_unit(&mut layout.paragraphs, &lines, line, line);
                        }
                    }
                    if blank_separated {
                        // A line that ends a sentence ends a paragraph, too.
                        let mut first = run.start;
                        for line in run.clone() {
                            let ends = ends_sentence(&text[lines[line].trimmed.range()]);
                            if ends || line + 1 == run.end {
                                push_unit(&mut layout.paragraphs, &lines, first, line);
                                first = line + 1;
                            }
                        }
                    }
                }
            }
        }
        layout.lines = lines;
        layout
    }

    /// The unit of `units` that holds the byte at `offset`, if any does.
    #[must_use]
    pub fn unit_at(units: &[Unit], offset: usize) -> Option<&Unit> {
        let next = units.partition_point(|unit| unit.span.start <= offset);
        units[..next].last().filter(|unit| offset < unit.span.end)
    }

    /// Whether a blank line stands right before `unit`.
    #[must_use]
    pub fn blank_before(&self, unit: &Unit) -> bool {
        unit.first_line > 0 && self.lines[unit.first_line - 1].trimmed.is_empty()
    }

    /// Whether a blank line stands right after `unit`.
    #[must_use]
    pub fn blank_after(&self, unit: &Unit) -> bool {
        self.lines.get(unit.last_line + 1).is_some_and(|line| line.trimmed.is_empty())
    }
}

/// The start of the line that holds `offset`, looking back no further than `floor`.
#[must_use]
pub fn line_start(text: &[u8], offset: usize, floor: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text[floor..offset]).map_or(floor, |at| floor + at + 1)
}

/// The end of the content of the line that holds `offset`.
#[must_use]
pub fn line_end(text: &[u8], offset: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text[offset..]).map_or(text.len(), |at| offset + at)
}

fn split_lines(text: &str) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let stop = line_end(bytes, start);
        let end = match bytes.get(stop) {
            Some(b'\r') if bytes.get(stop + 1) == Some(&b'\n') => stop + 2,
            Some(_) => stop + 1,
            None => stop,
        };
        lines.push(Line { content: Span::new(start, stop), trimmed: trimmed(text, start, stop), end });
        start = end;
    }
    lines
}

/// The part of `text[start..stop]` without the blanks at its ends.
pub(crate) fn trimmed(text: &str, start: usize, stop: usize) -> Span {
    let content = &text[start..stop];
    let trimmed = prose::trim(content);
    let lead = trimmed.as_ptr() as usize - content.as_ptr() as usize;
    Span::new(start + lead, start + lead + trimmed.len())
}

fn split_runs(lines: &[Line]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for index in 0..=lines.len() {
        if lines.get(index).is_none_or(|line| line.trimmed.is_empty()) {
            if start < index {
                runs.push(start..index);
            }
            start = index + 1;
        }
    }
    runs
}

fn push_unit(units: &mut Vec<Unit>, lines: &[Line], first_line: usize, last_line: usize) {
    let span = Span::new(lines[first_line].trimmed.start, lines[last_line].trimmed.end);
    units.push(Unit { span, first_line, last_line, ordinal: units.len() });
}

/// What is known of a run after looking at it alone.
struct Judged {
    /// For wrapped prose: the indexes of lines at which a new paragraph starts.
    breaks: Option<Vec<usize>>,
    /// The width it was wrapped at.
    width: Option<usize>,
}

/// Decides whether a run of three lines or more was broken at a fixed width.
///
/// A line was broken for its width if the next line's first word would not
/// have fitted on it; prose broken so often breaks in mid-sentence. Verse,
/// lists and one-line paragraphs break early and at the end of a sentence.
fn judge(text: &str, run: &[Line]) -> Judged {
    let no = Judged { breaks: None, width: None };
    let longest = run.iter().map(|line| line.trimmed.len()).max().unwrap_or(0);
    if run.len() < 3 || longest < *WRAP_WIDTHS.start() || longest > 4 * WRAP_WIDTHS.end() {
        return no;
    }
    let widths: Vec<usize> = run.iter().map(|line| text[line.trimmed.range()].chars().count()).collect();
    let width = widths.iter().copied().max().unwrap_or(0);
    if !WRAP_WIDTHS.contains(&width) {
        return no;
    }
    let (mut wrapped, mut early, mut breaks) = (0, 0, Vec::new());
    for (index, pair) in run.windows(2).enumerate() {
        let next = &text[pair[1].trimmed.range()];
        let closed = ends_sentence(&text[pair[0].trimmed.range()]);
        if fills(widths[index], next, width) {
            wrapped += usize::from(!closed);
        } else {
            early += usize::from(!closed);
            breaks.push(index + 1);
        }
    }
    let joins = run.len() - 1;
    if wrapped >= 2 && wrapped * 2 >= joins - breaks.len() && early * 4 <= joins && breaks.len() * 2 <= joins
    {
        Judged { breaks: Some(breaks), width: Some(width) }
    } else {
        no
    }
}

/// Two lines alone say little: they are one paragraph if they fit the width of
/// the rest of the text, or if the second goes on in lower case.
fn pair_is_wrapped(text: &str, run: &[Line], width: Option<usize>) -> bool {
    let [first, second] = run else { return false };
    let (first, second) = (&text[first.trimmed.range()], &text[second.trimmed.range()]);
    let length = first.chars().count();
    if ends_sentence(first) && width.is_none() {
        return false;
    }
    match width {
        Some(width) if length <= width + 3 => fills(length, second, width),
        _ => WRAP_WIDTHS.contains(&length) && second.chars().next().is_some_and(char::is_lowercase),
    }
}

/// Whether a line of `length` characters had no room for the next line's first
/// word. Writers who wrap by hand leave up to a sixth of the width free.
fn fills(length: usize, next: &str, width: usize) -> bool {
    let word = match next.chars().next() {
        Some(c) if is_unspaced_script(c) => 1,
        _ => next.split_whitespace().next().map_or(0, |word| word.chars().count()),
    };
    length + 1 + word + width / 6 > width
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows standing units and paragraphs, each joined by `|`.
    #[track_caller]
    fn check(text: &str, standing: &[&str], paragraphs: &[&str]) {
        let layout = Layout::new(text);
        let show = |units: &[Unit]| -> Vec<String> {
            units
                .iter()
                .map(|u| text[u.span.range()].split_whitespace().collect::<Vec<_>>().join(" "))
                .collect()
        };
        assert_eq!(show(&layout.standing), standing, "standing");
        assert_eq!(show(&layout.paragraphs), paragraphs, "paragraphs");
        assert_eq!(layout.lines.iter().map(|l| l.end).next_back().unwrap_or(0), text.len());
    }

    #[test]
    fn lines_are_paragraphs_where_no_blank_line_is() {
        check(
            "One here.\nTwo here.\r\nThree.",
            &["One here.", "Two here.", "Three."],
            &["One here.", "Two here.", "Three."],
        );
    }

    #[test]
    fn blank_lines_separate() {
        check(
            "Rose\nViolet\n \nBlue.\n\nGreen.\n",
            &["Rose", "Violet", "Blue.", "Green."],
            &["Rose Violet", "Blue.", "Green."],
        );
    }

    #[test]
    fn wrapped_prose_is_one_unit() {
        let text = "The committee met on Tuesday to discuss the plan for the new\n\
                    library, which the town has been waiting for since the old\n\
                    one burned down in the winter of 1987 and was never built\n\
                    again.\n\nPlus:\n\nThe pool will stay closed for a\nyear.\n";
        let first = text.split("\n\n").next().map(|p| p.replace('\n', " ")).unwrap_or_default();
        check(
            text,
            &[&first, "Plus:", "The pool will stay closed for a", "year."],
            &[&first, "Plus:", "The pool will stay closed for a year."],
        );
    }

    #[test]
    fn verse_is_not_wrapped_prose() {
        let text = "I wandered far beyond the silent hill\nAnd saw the river\nTurning into gold and silver at the mill\n\
                    While the evening\nSang of cold\n";
        assert_eq!(Layout::new(text).standing.len(), 5);
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line() {
        check("a\rb\r\nc", &["a", "b", "c"], &["a", "b", "c"]);
        check("", &[], &[]);
        check("\n\r\n \n", &[], &[]);
    }
}
