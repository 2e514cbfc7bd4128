//! Backslash escapes of JSON and JavaScript that reached the text undecoded.

/// Decodes every escape in `text`, and escapes that this brings to light;
/// `None` if one of the first is not valid.
pub(super) fn unescape(text: &str) -> Option<String> {
    let mut best = unescape_once(text)?;
    while best.contains('\\') {
        match unescape_once(&best) {
            Some(better) => best = better,
            None => break,
        }
    }
    Some(best)
}

fn unescape_once(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('\\') {
        out.push_str(head);
        let kind = tail.chars().next()?;
        rest = &tail[kind.len_utf8()..];
        match kind {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            '"' | '\'' | '/' | '\\' => out.push(kind),
            'x' => {
                out.push(printable(hex(&mut rest, 2)?)?);
            }
            'u' => {
                let unit = hex(&mut rest, 4)?;
                let code = match unit {
                    // A high surrogate is half a character.
                    0xd800..=0xdbff => {
                        rest = rest.strip_prefix("\\u")?;
                        let low = hex(&mut rest, 4)?;
                        let low = low.checked_sub(0xdc00).filter(|&low| low < 0x400)?;
                        0x10000 + ((unit - 0xd800) << 10) + low
                    }
                    unit => unit,
                };
                out.push(printable(code)?);
            }
            _ => return None,
        }
    }
    out.push_str(rest);
    Some(out)
}

fn hex(rest: &mut &str, digits: usize) -> Option<u32> {
    let head = rest.get(..digits)?;
    let code = head.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(head, 16).ok())??;
    *rest = &rest[digits..];
    Some(code)
}

fn printable(code: u32) -> Option<char> {
    char::from_u32(code).filter(|c| !c.is_control())
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn decodes_whole_escapes_only() {
        for (text, expected) in [
            (r"\u2019", Some("’")),
            (r"\ud83d\ude00", Some("😀")),
            (r"\xe9t\xe9", Some("été")),
            (r"a\/b", Some("a/b")),
            (r#"\\\""#, Some("\"")),
            (r"\\u2018new\\u2019", Some("‘new’")),
            (r"\\q", Some(r"\q")),
            (r"\ud83d", None),
            (r"\u20", None),
            (r"\u+123", None),
            (r"\q", None),
            (r"\u0000", None),
            (r"\", None),
        ] {
            assert_eq!(unescape(text).as_deref(), expected, "{text}");
        }
    }
}
