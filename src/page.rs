//! One document as rules see it: the text, and what is found out about it when
//! the first rule asks.

use std::{cell::OnceCell, collections::HashMap};

use crate::{
    document::Document,
    layout::{Layout, Line, Unit, line_end, line_start},
    prose::Protected,
    span::Span,
};

/// How far around a span its line is looked at, in bytes. A bound, so that a
/// line of any length costs time in proportion to its length.
pub(crate) const REACH: usize = 1000;

/// How many lines around an indented one are looked at for marks of code.
const BLOCK: usize = 20;

pub(crate) struct Page<'a> {
    pub(crate) document: &'a Document<'a>,
    layout: OnceCell<Layout>,
    marked_code: OnceCell<Vec<Span>>,
    line_counts: OnceCell<HashMap<&'a str, usize>>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(document: &'a Document<'a>) -> Self {
        Page { document, layout: OnceCell::new(), marked_code: OnceCell::new(), line_counts: OnceCell::new() }
    }

    pub(crate) fn text(&self) -> &'a str {
        self.document.text
    }

    pub(crate) fn layout(&self) -> &Layout {
        self.layout.get_or_init(|| Layout::new(self.text()))
    }

    /// The line around `span`, cut to [`REACH`] bytes on both sides.
    pub(crate) fn line_around(&self, span: Span) -> Span {
        let text = self.text();
        let from = text.ceil_char_boundary(span.start.saturating_sub(REACH));
        let to = text.floor_char_boundary((span.end + REACH).min(text.len()));
        Span::new(
            line_start(text.as_bytes(), span.start, from),
            span.end + line_end(&text.as_bytes()[span.end..to], 0),
        )
    }

    /// How many lines of the document read like `line`, blanks at the ends aside.
    pub(crate) fn count_line(&self, line: &str) -> usize {
        let counts = self.line_counts.get_or_init(|| {
            let mut counts = HashMap::new();
            for line in &self.layout().lines {
                *counts.entry(&self.text()[line.trimmed.range()]).or_insert(0) += 1;
            }
            counts
        });
        counts.get(line).copied().unwrap_or(0)
    }

    /// Whether `span` lies within a protected place of that kind.
    pub(crate) fn protects(&self, kind: Protected, span: Span) -> bool {
        match kind {
            Protected::Code => {
                let blocks = self.marked_code();
                let next = blocks.partition_point(|block| block.start <= span.start);
                blocks[..next].last().is_some_and(|block| block.covers(span))
                    || self.in_inline_code(span)
                    || self.in_indented_code(span)
            }
            Protected::Url => self.in_address(span, |word, at| {
                let scheme = word.find("://").filter(|&i| i > 0);
                scheme.is_some_and(|i| at >= i) || word.starts_with("www.")
            }),
            Protected::Email => self.in_address(span, |word, _| {
                let at = word.find('@').filter(|&i| i > 0);
                at.is_some_and(|i| word[i..].contains('.'))
            }),
        }
    }

    /// Fenced blocks, `<pre>` and `<code>` elements, in order.
    ///
    /// What is never closed protects nothing: a stray mark must not hide the
    /// rest of a document.
    fn marked_code(&self) -> &[Span] {
        self.marked_code.get_or_init(|| {
            let mut blocks = Vec::new();
            let mut open: Option<(usize, &str)> = None;
            for (mark, kind) in code_marks(self.text()) {
                // A fence is closed by a fence of its kind, an element by an end tag.
                let closes = |expected: &str| if expected == "<" { kind == "</" } else { kind == expected };
                match open {
                    Some((start, expected)) if closes(expected) => {
                        blocks.push(Span::new(start, mark.end));
                        open = None;
                    }
                    None if kind != "</" => open = Some((mark.start, kind)),
                    _ => {}
                }
            }
            blocks
        })
    }

    /// Whether `span` lies in lines indented by a tab or four blanks that hold
    /// a mark of program code.
    fn in_indented_code(&self, span: Span) -> bool {
        let text = self.text();
        let is_indented = |content: &str| content.starts_with("    ") || content.starts_with('\t');
        if !is_indented(&text[self.line_around(span).range()]) {
            return false;
        }
        let lines = &self.layout().lines;
        let Some(here) = lines.partition_point(|line| line.content.start <= span.start).checked_sub(1) else {
            return false;
        };
        let in_block = |line: &&Line| line.trimmed.is_empty() || is_indented(&text[line.content.range()]);
        let above = lines[..here].iter().rev().take(BLOCK).take_while(in_block);
        let below = lines[here..].iter().take(BLOCK).take_while(in_block);
        above.chain(below).any(|line| {
            let content = &text[line.content.start
                ..text.floor_char_boundary(line.content.end.min(line.content.start + REACH))];
            content.contains(['{', '}', ';', '=', '<', '$', '`', '|', '#', '\\'])
        })
    }

    /// Whether an odd number of backticks stands before the span on its line,
    /// and one after it.
    fn in_inline_code(&self, span: Span) -> bool {
        let line = self.line_around(span);
        let (before, after) = (&self.text()[line.start..span.start], &self.text()[span.end..line.end]);
        before.matches('`').count() % 2 == 1 && after.contains('`')
    }

    /// Hands the word around `span`, and where in it the span starts, to `is`.
    fn in_address(&self, span: Span, is: impl Fn(&str, usize) -> bool) -> bool {
        // Addresses are ASCII; in scripts without blanks the text goes on.
        let part = |b: &u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'(' | b')' | b'\'');
        let text = self.text();
        let inside =
            text.as_bytes()[span.range()].iter().all(|b| part(b) || matches!(b, b'\'' | b'(' | b')'));
        if !inside {
            return false;
        }
        let from = span.start.saturating_sub(REACH);
        let to = (span.end + REACH).min(text.len());
        let lead = text.as_bytes()[from..span.start].iter().rev().take_while(|b| part(b)).count();
        let tail = text.as_bytes()[span.end..to].iter().take_while(|b| part(b)).count();
        is(&text[span.start - lead..span.end + tail], lead)
    }

    /// The unit that holds the start of `span`, among standing lines.
    pub(crate) fn standing_at(&self, span: Span) -> Option<&Unit> {
        Layout::unit_at(&self.layout().standing, span.start)
    }
}

/// Fences at the start of a line, and tags of `<pre>` and `<code>`, in order;
/// each with its kind: the fence, `<` or `</`.
fn code_marks(text: &str) -> impl Iterator<Item = (Span, &'static str)> + '_ {
    let bytes = text.as_bytes();
    let mut places = memchr::memchr3_iter(b'`', b'~', b'<', bytes);
    let mut fenced = 0;
    std::iter::from_fn(move || {
        places.by_ref().find_map(|at| {
            let rest = &text[at..];
            for fence in ["```", "~~~"] {
                if rest.starts_with(fence) && at >= fenced {
                    let from = text.ceil_char_boundary(at.saturating_sub(REACH));
                    let lead = &text[line_start(bytes, at, from)..at];
                    // The rest of a longer fence is no fence of its own.
                    fenced = at + rest.len() - rest.trim_start_matches(&fence[..1]).len();
                    return lead.chars().all(char::is_whitespace).then(|| (Span::new(at, fenced), fence));
                }
            }
            let kind = if rest.starts_with("</") { "</" } else { "<" };
            let name = rest.strip_prefix(kind)?;
            let tail = ["pre", "code"].iter().find_map(|tag| name.strip_prefix(tag))?;
            let is_tag = tail.starts_with('>') || tail.starts_with(char::is_whitespace);
            is_tag.then(|| (Span::new(at, at + rest.len() - tail.len()), kind))
        })
    })
}
