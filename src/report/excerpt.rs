//! The piece of text around a finding, fit to be shown on a terminal.

use std::{borrow::Cow, ops::Range};

use crate::{
    layout::{line_end, line_start},
    span::Span,
};

/// Characters shown on either side of a span.
const MARGIN: usize = 48;
/// Characters shown of a span; longer ones are cut in their middle.
const LONGEST: usize = 240;

/// One line, cut around a span.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The text, invisible characters made visible.
    pub(super) text: String,
    /// The span in it, in bytes.
    pub(super) span: Range<usize>,
}

/// The first line of `span` with its surroundings.
pub(super) fn excerpt(text: &str, span: Span) -> Excerpt {
    let bytes = text.as_bytes();
    // Four bytes to a character at the most.
    let reach = 4 * MARGIN;
    let floor = text.ceil_char_boundary(span.start.saturating_sub(reach));
    let stop = line_end(bytes, span.start).min(span.end);
    let ceiling = text.floor_char_boundary((stop + reach).min(bytes.len()));
    let from = last_chars(&text[line_start(bytes, span.start, floor)..span.start], MARGIN);
    let to = first_chars(&text[stop..stop + line_end(&bytes[stop..ceiling], 0)], MARGIN);
    let (start, end) = (span.start - from.len(), stop + to.len());

    let mut out = String::new();
    if start > 0 && !matches!(bytes[start - 1], b'\n' | b'\r') {
        out.push('…');
    }
    push_visible(&mut out, from);
    let marked = out.len();
    push_cut(&mut out, &text[span.start..stop]);
    let marked = marked..out.len();
    push_visible(&mut out, to);
    if bytes.get(end).is_some_and(|b| !matches!(b, b'\n' | b'\r')) {
        out.push('…');
    }
    Excerpt { text: out, span: marked }
}

/// `text` on one line of bounded length, invisible characters made visible.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && is_plain(text) {
        return text.into();
    }
    let mut out = String::new();
    push_cut(&mut out, text);
    out.into()
}

/// `text` whole, invisible characters made visible.
pub(crate) fn reveal(text: &str) -> String {
    let mut out = String::new();
    push_visible(&mut out, text);
    out
}

fn push_cut(out: &mut String, text: &str) {
    if text.len() <= LONGEST {
        return push_visible(out, text);
    }
    let head = first_chars(text, LONGEST / 2);
    let tail = last_chars(&text[head.len()..], LONGEST / 2);
    push_visible(out, head);
    if head.len() + tail.len() < text.len() {
        out.push('…');
    }
    push_visible(out, tail);
}

fn push_visible(out: &mut String, text: &str) {
    if is_plain(text) {
        return out.push_str(text);
    }
    let mut kept = 0;
    for (at, c) in text.char_indices().filter(|&(_, c)| is_invisible(c)) {
        out.push_str(&text[kept..at]);
        match c {
            '\t' => out.push(' '),
            c => out.push_str(&format!("⟨U+{:04X}⟩", u32::from(c))),
        }
        kept = at + c.len_utf8();
    }
    out.push_str(&text[kept..]);
}

/// Whether nothing in `text` is but printable ASCII, as in most texts.
pub(super) fn is_plain(text: &str) -> bool {
    is_plain_without(text, |_| false)
}

/// The same, without some of it; quick, as no byte has to wait for the one before.
pub(super) fn is_plain_without(text: &str, special: impl Fn(u8) -> bool) -> bool {
    const AT_ONCE: usize = 8;
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') & !special(byte);
    let all = |bytes: &[u8; AT_ONCE]| bytes.iter().fold(true, |plain, &byte| plain & is_plain(byte));
    let bytes = text.as_bytes();
    match bytes.last_chunk() {
        // The last may overlap the one before.
        Some(last) => bytes.as_chunks().0.iter().all(all) & all(last),
        None => bytes.iter().all(|&byte| is_plain(byte)),
    }
}

/// Controls, formatting characters and blanks that look like another one.
pub(super) fn is_invisible(c: char) -> bool {
    // Most text is plain, and need not go through the rest.
    !matches!(c, ' '..='~')
        && (c.is_control()
            || (c.is_whitespace() && c != ' ' && c != '\u{3000}')
            || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffc}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}'))
}

fn first_chars(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(at, _)| &text[..at])
}

fn last_chars(text: &str, count: usize) -> &str {
    match count.checked_sub(1) {
        Some(back) => text.char_indices().rev().nth(back).map_or(text, |(at, _)| &text[at..]),
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_around_the_span() {
        let text = format!("first line\n{}\u{200b}\u{1b}[31m{}\nlast", "é".repeat(200), "日".repeat(200));
        let start = text.find('\u{200b}').expect("it is there");
        let shown = excerpt(&text, Span::new(start, start + 4));
        assert_eq!(&shown.text[shown.span.clone()], "⟨U+200B⟩⟨U+001B⟩");
        assert_eq!(shown.text.chars().next(), Some('…'));
        assert_eq!(shown.text.chars().next_back(), Some('…'));
        assert_eq!(shown.text.matches('é').count(), MARGIN);
    }

    #[test]
    fn shows_the_first_of_several_lines() {
        let shown = excerpt("One\ntwo three\nfour", Span::new(4, 18));
        assert_eq!(shown, Excerpt { text: "two three".into(), span: 0..9 });
    }
}
