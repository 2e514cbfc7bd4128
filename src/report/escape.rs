//! Text with some of its characters written in another way.

use std::fmt;

/// Writes `text`, and in place of each character that is `special` what `escape`
/// makes of it.
pub(super) fn write_escaped(
    f: &mut fmt::Formatter<'_>,
    text: &str,
    special: impl Fn(char) -> bool,
    escape: impl Fn(&mut fmt::Formatter<'_>, char) -> fmt::Result,
) -> fmt::Result {
    let mut kept = 0;
    for (at, c) in text.char_indices().filter(|&(_, c)| special(c)) {
        f.write_str(&text[kept..at])?;
        escape(f, c)?;
        kept = at + c.len_utf8();
    }
    f.write_str(&text[kept..])
}
