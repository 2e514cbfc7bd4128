//! Reads one reference, however it was broken.

use encoding_rs::WINDOWS_1252;
use htmlize::ENTITIES;

use crate::prose::is_blank;

/// One reference at the start of some text.
#[derive(Debug)]
pub(super) struct Reference {
    /// Length in bytes.
    pub(super) len: usize,
    pub(super) decoded: String,
    /// Whether blanks stood between its parts.
    pub(super) spaced: bool,
}

/// How JSON and URLs write an ampersand and a semicolon.
const AMPERSANDS: [&str; 2] = [r"\u0026", "%26"];
const SEMICOLONS: [&str; 5] = [";", "；", r"\u003b", "%3b", "%3B"];

/// Reads a reference; its ampersand may be missing or wrong, its semicolon
/// missing, and any number of `amp;` may stand before the real name.
pub(super) fn parse(text: &str) -> Option<Reference> {
    let escaped = AMPERSANDS.iter().find_map(|ampersand| text.strip_prefix(ampersand));
    let plain = || text.strip_prefix(['&', '＆', ',', '.', ';']).unwrap_or(text);
    let mut rest = escaped.unwrap_or_else(plain);
    let mut spaced = skip_blanks(&mut rest);
    let (decoded, name_is_amp) = if let Some(tail) = rest.strip_prefix(['#', '＃']) {
        rest = tail;
        spaced |= skip_blanks(&mut rest);
        (decode_number(&mut rest)?, false)
    } else {
        let name = take_while(&mut rest, |c| c.is_ascii_alphanumeric());
        (decode_name(name)?, name.eq_ignore_ascii_case("amp"))
    };
    let mut tail = rest;
    let blank = skip_blanks(&mut tail);
    if let Some(tail) = SEMICOLONS.iter().find_map(|semicolon| tail.strip_prefix(semicolon)) {
        rest = tail;
        spaced |= blank;
        let inner = rest.strip_prefix('&').unwrap_or(rest);
        let is_closed = |reference: &Reference| {
            SEMICOLONS.iter().any(|semicolon| inner[..reference.len].ends_with(semicolon))
        };
        if let Some(inner_reference) = parse(inner).filter(|r| name_is_amp && is_closed(r)) {
            return Some(Reference {
                len: text.len() - inner.len() + inner_reference.len,
                decoded: inner_reference.decoded,
                spaced: spaced | inner_reference.spaced,
            });
        }
    }
    Some(Reference { len: text.len() - rest.len(), decoded, spaced })
}

fn skip_blanks(rest: &mut &str) -> bool {
    !take_while(rest, |c| is_blank(c) || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'))
        .is_empty()
}

fn take_while<'a>(rest: &mut &'a str, keep: impl Fn(char) -> bool) -> &'a str {
    let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
    let (head, tail) = rest.split_at(end);
    *rest = tail;
    head
}

fn number(rest: &mut &str) -> Option<u32> {
    match rest.strip_prefix(['x', 'X']) {
        Some(tail) => {
            *rest = tail;
            skip_blanks(rest);
            u32::from_str_radix(take_while(rest, |c| c.is_ascii_hexdigit()), 16).ok()
        }
        None => take_while(rest, |c| c.is_ascii_digit()).parse().ok(),
    }
}

fn decode_number(rest: &mut &str) -> Option<String> {
    let code = match number(rest)? {
        // Half a character of UTF-16, of which the next reference is the other half.
        high @ 0xd800..=0xdbff => {
            *rest = rest.strip_prefix(";&#")?;
            let low = number(rest)?.checked_sub(0xdc00).filter(|&low| low < 0x400)?;
            0x10000 + ((high - 0xd800) << 10) + low
        }
        code => code,
    };
    match code {
        // Source: WHATWG HTML, numeric character reference end state.
        0x80..=0x9f => {
            let byte = [u8::try_from(code).ok()?];
            let decoded = WINDOWS_1252.decode(&byte).0.into_owned();
            (!decoded.starts_with(char::is_control)).then_some(decoded)
        }
        // Noncharacters mean nothing in a text.
        0xfdd0..=0xfdef => None,
        _ if code & 0xfffe == 0xfffe => None,
        _ => char::from_u32(code).filter(|c| !c.is_control()).map(String::from),
    }
}

fn decode_name(name: &str) -> Option<String> {
    let lookup = |name: &str| {
        let bytes = ENTITIES.get(format!("&{name};").as_bytes())?;
        // `&Tab;` and `&NewLine;` are names, but nobody meant them in a text.
        std::str::from_utf8(bytes).ok().filter(|text| !text.contains(char::is_control)).map(String::from)
    };
    if name.len() < 2 {
        return None;
    }
    lookup(name).or_else(|| {
        // `P&EACUTE;REZ`: a headline was put into capitals, entity and all.
        let lower = name.to_ascii_lowercase();
        let mut title = lower.clone();
        title[..1].make_ascii_uppercase();
        let shouted = name.bytes().all(|b| !b.is_ascii_lowercase());
        if shouted { lookup(&title).or_else(|| lookup(&lower)) } else { None }
    })
}
