//! JSON that is safe to show: what a terminal would obey, or not show, is written
//! as an escape. A parser reads the same text.

use std::io;

use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

use super::excerpt::{is_invisible, is_plain, is_plain_without};

/// Appends `value` as JSON on one line.
pub(super) fn write_json(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    let mut serializer = Serializer::with_formatter(out, Escaping);
    value.serialize(&mut serializer).expect("memory takes bytes, and every key is a string");
}

/// Appends `before`, which is JSON up to a value, and the value.
///
/// Member by member, a record is written quicker than by serde: where many findings
/// are written, the names of the members are half of the work. Inlined, their lengths are known.
#[inline(always)]
pub(super) fn write_value(before: &str, value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    out.extend_from_slice(before.as_bytes());
    write_json(value, out);
}

/// The same for a text, which is quick where it holds nothing that needs an escape.
#[inline(always)]
pub(super) fn write_text(before: &str, text: &str, out: &mut Vec<u8>) {
    if !is_plain_without(text, |byte| matches!(byte, b'"' | b'\\')) {
        return write_value(before, text, out);
    }
    out.extend_from_slice(before.as_bytes());
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let mut kept = 0;
        if !is_plain(text) {
            for (at, c) in text.char_indices().filter(|&(_, c)| is_invisible(c)) {
                out.write_all(&text.as_bytes()[kept..at])?;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
                kept = at + c.len_utf8();
            }
        }
        out.write_all(&text.as_bytes()[kept..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_invisible_is_left_and_nothing_is_lost() {
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let mut out = Vec::new();
        write_json(&all, &mut out);
        let written = String::from_utf8(out).expect("UTF-8");
        assert!(!written.contains(is_invisible));
        assert_eq!(serde_json::from_str::<String>(&written).expect("JSON"), all);
    }
}
