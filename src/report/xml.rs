//! Text as XML 1.0 can hold it, in elements and in attributes.

use std::fmt;

use super::{
    escape::write_escaped,
    excerpt::{is_invisible, is_plain_without},
};

/// What every document starts with.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Shows a text escaped: a parser reads the same text, but for characters that
/// XML cannot hold, which are shown as `⟨U+XXXX⟩`.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain_without(self.0, |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
            return f.write_str(self.0);
        }
        let special = |c| matches!(c, '&' | '<' | '>' | '"' | '\'') || is_invisible(c);
        write_escaped(f, self.0, special, |f, c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&apos;"),
            c if is_allowed(c) => write!(f, "&#x{:X};", u32::from(c)),
            c => write!(f, "⟨U+{:04X}⟩", u32::from(c)),
        })
    }
}

/// Source: Extensible Markup Language 1.0, production 2, `Char`.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parser_reads_the_same_text() {
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let hostile = format!("]]> <!-- &amp; <script> \"'{all}");
        let escaped = Escaped(&hostile).to_string();
        assert!(!escaped.contains(is_invisible));
        let source = format!("{HEAD}<a b=\"{escaped}\">{escaped}</a>");
        let document = roxmltree::Document::parse(&source).expect("it is well-formed");
        let shown = |c: char| if is_allowed(c) { c.into() } else { format!("⟨U+{:04X}⟩", u32::from(c)) };
        let expected: String = hostile.chars().map(shown).collect();
        let element = document.root_element();
        // Not `assert_eq!`: nobody wants to read two texts of all characters.
        assert!(element.text() == Some(expected.as_str()));
        assert!(element.attribute("b") == Some(expected.as_str()));
    }
}
