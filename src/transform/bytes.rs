//! Bytes that were printed instead of decoded: quoted-printable, percent
//! escapes, RTF and C escapes, and the marks of editors and pagers.

use encoding_rs::WINDOWS_1252;

/// Decodes printed bytes, as UTF-8 if they are that, else as Windows-1252.
/// Characters among them that have a byte in Windows-1252 stand for that byte.
///
/// `None` if nothing is printed there, or if it stands for no text.
pub(super) fn decode(text: &str) -> Option<String> {
    let (mut bytes, mut rest, mut printed) = (Vec::new(), text, false);
    while let Some(c) = rest.chars().next() {
        if let Some((byte, tail)) = printed_byte(rest) {
            bytes.extend(byte);
            rest = tail;
            printed = true;
        } else {
            let tail = &rest[c.len_utf8()..];
            let (encoded, _, lossy) = WINDOWS_1252.encode(&rest[..c.len_utf8()]);
            if lossy {
                return None;
            }
            bytes.extend_from_slice(&encoded);
            rest = tail;
        }
    }
    if !printed {
        return None;
    }
    let decoded = String::from_utf8(bytes)
        .unwrap_or_else(|error| WINDOWS_1252.decode_without_bom_handling(error.as_bytes()).0.into_owned());
    (!decoded.chars().any(|c| c.is_control() && !c.is_whitespace())).then_some(decoded)
}

/// A byte at the start of `text`, and what stands behind it. A soft line break
/// of quoted-printable stands for no byte.
fn printed_byte(text: &str) -> Option<(Option<u8>, &str)> {
    if let Some(tail) = text.strip_prefix("=\r\n").or_else(|| text.strip_prefix("=\n")) {
        return Some((None, tail));
    }
    for (open, close) in
        [("=", ""), ("%", ""), ("\\x", ""), ("\\'", ""), ("<U+00", ">"), ("<0x", ">"), ("<", ">")]
    {
        let Some(digits) = text.strip_prefix(open) else { continue };
        let Some(byte) = digits.get(..2).and_then(hex) else { continue };
        if let Some(tail) = digits[2..].strip_prefix(close) {
            return Some((Some(byte), tail));
        }
    }
    None
}

fn hex(digits: &str) -> Option<u8> {
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn decodes_every_notation() {
        for (text, expected) in [
            ("=E2=80=99", Some("’")),
            ("caf=E9", Some("café")),
            ("a=20b=3D=\nc", Some("a b=c")),
            ("%E2%80%99", Some("’")),
            ("a%20b%21", Some("a b!")),
            (r"\xc3\xa9", Some("é")),
            (r"\'92", Some("’")),
            ("<e2><80><99>", Some("’")),
            ("D<U+0083>", Some("Dƒ")),
            ("Ã<80>", Some("À")),
            ("plain", None),
            ("=00", None),
            ("=4", None),
            ("日=20", None),
        ] {
            assert_eq!(decode(text).as_deref(), expected, "{text}");
        }
    }
}
