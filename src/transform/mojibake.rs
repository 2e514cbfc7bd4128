//! UTF-8 that some program read as another encoding.
//!
//! The text is turned back into the bytes that it was made from, and these are
//! decoded as what they were. A result counts only if it is whole and shorter;
//! damage of several layers is undone layer by layer.

use std::borrow::Cow;

use encoding_rs::{
    Encoding, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
};
use yore::code_pages::{CP437, CP850};

/// What UTF-8 is misread as, the likelier first.
const MISREADINGS: [&Encoding; 6] =
    [WINDOWS_1252, WINDOWS_1250, WINDOWS_1251, WINDOWS_1253, WINDOWS_1254, MACINTOSH];

/// What `text` was before it was damaged; `None` if it makes no sense as
/// damaged text.
pub(super) fn undo(text: &str) -> Option<String> {
    if let Some(grave) = restore_eaten_blank(text) {
        return Some(grave);
    }
    let Some(mut best) = undo_once(text) else { return read_controls(text) };
    while let Some(better) = undo_once(&best) {
        best = better;
    }
    Some(best)
}

fn undo_once(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let misread = MISREADINGS.iter().filter_map(|encoding| bytes_in(text, encoding));
    let dos = [CP437.encode(text), CP850.encode(text)].into_iter().flatten().map(Cow::into_owned);
    misread.chain(dos).find_map(|bytes| decode(bytes).filter(|decoded| is_better(decoded, text)))
}

/// The bytes that `encoding` shows as `text`. Where it has no character for a
/// byte, programs show the control of that number, as Latin-1 does for all.
fn bytes_in(text: &str, encoding: &'static Encoding) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u8::try_from(u32::from(c)) {
            Ok(byte @ ..=0x9f) => bytes.push(byte),
            _ => {
                let mut utf8 = [0; 4];
                let (encoded, _, lossy) = encoding.encode(c.encode_utf8(&mut utf8));
                if lossy {
                    return None;
                }
                bytes.extend_from_slice(&encoded);
            }
        }
    }
    Some(bytes)
}

/// Decodes UTF-8 in which characters beyond U+FFFF may be surrogate pairs, each
/// half encoded by itself (CESU-8).
fn decode(bytes: Vec<u8>) -> Option<String> {
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => String::from_utf8(join_surrogates(error.as_bytes())).ok(),
    }
}

fn join_surrogates(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        if let [0xed, a @ 0xa0..=0xaf, b, 0xed, c @ 0xb0..=0xbf, d, tail @ ..] = rest {
            let bits = |byte: u8| u32::from(byte & 0x3f);
            let (high, low) = ((bits(*a) << 6) | bits(*b), (bits(*c) << 6) | bits(*d));
            let code = 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
            if let Some(c) = char::from_u32(code) {
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = tail;
                continue;
            }
        }
        out.push(*first);
        rest = tail;
    }
    out
}

/// Whether `new` can be what `old` was made from: shorter, and all of it text.
fn is_better(new: &str, old: &str) -> bool {
    let is_text = |c: char| {
        let is_private = matches!(u32::from(c), 0xe000..=0xf8ff | 0xf0000..);
        let is_noncharacter = u32::from(c) & 0xfffe == 0xfffe;
        let is_stray_control = c.is_control() && !c.is_whitespace();
        !is_stray_control && !is_private && !is_noncharacter
    };
    new.chars().count() < old.chars().count() && new.chars().all(|c| is_text(c) || old.contains(c))
}

/// `Ã ` was `à `: the no-break space of its second byte became a blank, or
/// melted into the one behind it.
fn restore_eaten_blank(text: &str) -> Option<String> {
    let blanks = text.strip_prefix('Ã')?;
    (!blanks.is_empty() && blanks.chars().all(|c| c == ' ')).then(|| "à ".into())
}

/// Controls that stand for the Windows-1252 characters of the same numbers:
/// such text was read as Latin-1.
fn read_controls(text: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok().filter(|byte| (0x80..=0x9f).contains(byte)))
        .collect();
    let decoded = WINDOWS_1252.decode_without_bom_handling(&bytes?).0.into_owned();
    (!decoded.chars().any(char::is_control)).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::undo;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(undo(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn undoes_every_layer() {
        check("â€™", Some("’"));
        check("Ã¢â‚¬â„¢", Some("’"));
        check("Ã©", Some("é"));
        check("Â£", Some("£"));
        check("â\u{80}\u{99}", Some("’"));
        check("ï¿½", Some("\u{fffd}"));
    }

    #[test]
    fn undoes_every_misreading() {
        check("ĹĄ", Some("ť"));
        check("РґРѕСЂРѕРіРµ", Some("дороге"));
        check("Ξ»", Some("λ"));
        check("Î»ÏŒÎ³Î¿Ï‚", Some("λόγος"));
        check("ÅŸ", Some("ş"));
        check("‚Äô", Some("’"));
        check("√¢", Some("â"));
        check("┬┐", Some("¿"));
        check("├⌐", Some("é"));
        check("├®", Some("é"));
        check("ΓÇÖ", Some("’"));
        check("╨┤╨╛", Some("до"));
        check("Ôčą", None);
    }

    #[test]
    fn joins_surrogates() {
        // The bytes ED A0 BD ED B8 8A.
        check("í\u{a0}½í¸\u{8a}", Some("😊"));
        check("í\u{a0}½", None);
    }

    #[test]
    fn restores_an_eaten_blank() {
        check("Ã ", Some("à "));
        check("Ã  ", Some("à "));
    }

    #[test]
    fn reads_controls() {
        check("\u{92}", Some("’"));
        check("\u{93}\u{85}", Some("“…"));
        check("\u{81}", None);
    }

    #[test]
    fn leaves_honest_text() {
        for text in ["é", "plain", "…", "Різдво", "Ça", "naïve", "Россия", "Ελλάδα", "şık", "„ja“", "日本"]
        {
            check(text, None);
        }
    }
}
