//! JSON Lines: each line is an object with a text field.
//!
//! Only the value of that field is ever decoded or rewritten; all other bytes
//! of a line go out as they came in.

use std::{borrow::Cow, fmt};

use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Fields, Raw, Record, Slot, text::decode_utf8};
use crate::{
    document::{Check, Damage},
    span::Span,
};

pub(super) fn decode<'a>(raw: &Raw<'a>, fields: &Fields) -> Option<Record<'a>> {
    let line = raw.bytes.strip_suffix(b"\n").unwrap_or(raw.bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (text, damage) = decode_utf8(line);
    if !damage.is_empty() {
        return Some(unreadable(text, damage));
    }
    let Cow::Borrowed(json) = text else { return Some(unreadable(text, damage)) };
    // The mark that some programs put at the start of a file is no JSON.
    let object = if raw.offset == 0 { json.strip_prefix('\u{feff}').unwrap_or(json) } else { json };
    if object.trim_ascii().is_empty() {
        return None;
    }
    let failed = |check| {
        let span = Span::new(0, json.len());
        Some(unreadable(Cow::Borrowed(json), vec![Damage { check, span }]))
    };
    let parts = match serde_json::Deserializer::from_str(object).parts(fields) {
        Ok(parts) => parts,
        Err(_) => return failed(Check::MalformedRecord),
    };
    let Some(value) = parts.text.map(RawValue::get).filter(|value| value.starts_with('"')) else {
        return failed(Check::MissingText).map(|record| Record { id: parts.id, ..record });
    };
    let inner = &value[1..value.len() - 1];
    let text = if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        Cow::Borrowed(inner)
    } else {
        match serde_json::from_str::<String>(value) {
            Ok(text) => Cow::Owned(text),
            Err(_) => return failed(Check::MalformedRecord),
        }
    };
    let start = value.as_ptr() as usize - raw.bytes.as_ptr() as usize;
    let id = Some(parts.id.unwrap_or_else(|| format!("line {}", raw.line_number)));
    Some(Record { id, text, damage: Vec::new(), readable: true, slot: start..start + value.len() })
}

fn unreadable(text: Cow<'_, str>, damage: Vec<Damage>) -> Record<'_> {
    Record { id: None, text, damage, readable: false, slot: 0..0 }
}

pub(super) fn encode(raw: &[u8], slot: Slot, text: &str, out: &mut Vec<u8>) {
    let old = &raw[slot.clone()];
    out.reserve(raw.len());
    out.extend_from_slice(&raw[..slot.start]);
    // A writer that escapes everything beyond ASCII goes on doing so.
    if old.is_ascii() && !text.is_ascii() {
        let value = serde_json::to_string(text).expect("a string is JSON");
        for c in value.chars() {
            if c.is_ascii() {
                out.push(c as u8);
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            }
        }
    } else {
        serde_json::to_writer(&mut *out, text).expect("a string is JSON, and memory takes it");
    }
    out.extend_from_slice(&raw[slot.end..]);
}

/// The two fields of a line that matter.
struct Parts<'a> {
    text: Option<&'a RawValue>,
    id: Option<String>,
}

trait ReadParts<'a> {
    fn parts(self, fields: &Fields) -> serde_json::Result<Parts<'a>>;
}

impl<'a> ReadParts<'a> for serde_json::Deserializer<serde_json::de::StrRead<'a>> {
    fn parts(mut self, fields: &Fields) -> serde_json::Result<Parts<'a>> {
        let parts = self.deserialize_map(PartsVisitor { fields })?;
        self.end()?;
        Ok(parts)
    }
}

struct PartsVisitor<'f> {
    fields: &'f Fields,
}

impl<'de> Visitor<'de> for PartsVisitor<'_> {
    type Value = Parts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts<'de>, A::Error> {
        let mut parts = Parts { text: None, id: None };
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if key.0 == self.fields.text {
                // Two texts in one record: a fix would have to guess.
                if parts.text.replace(map.next_value()?).is_some() {
                    return Err(A::Error::custom("two text fields"));
                }
            } else if key.0 == self.fields.id {
                let value: &RawValue = map.next_value()?;
                parts.id = match value.get().as_bytes().first() {
                    Some(b'"') => serde_json::from_str(value.get()).ok(),
                    Some(b'-' | b'0'..=b'9') => Some(value.get().to_string()),
                    _ => None,
                };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(parts)
    }
}

/// A key, borrowed wherever it holds no escape.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_string())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replaces the text of `line` by `X` and shows id, text and new line.
    #[track_caller]
    fn check(line: &str, id: &str, text: &str, rewritten: &str) {
        let raw = Raw { bytes: line.as_bytes(), line_number: 7, offset: 0 };
        let record = decode(&raw, &Fields::default()).expect("a record");
        assert!(record.readable, "{line}");
        assert_eq!((record.id.as_deref(), &*record.text), (Some(id), text));
        let mut encoded = Vec::new();
        encode(raw.bytes, record.slot, "\u{e9}X", &mut encoded);
        assert_eq!(String::from_utf8_lossy(&encoded), rewritten);
    }

    #[test]
    fn rewrites_only_the_text() {
        check("{\"id\":1.50,\"text\":\"é\"}\n", "1.50", "é", "{\"id\":1.50,\"text\":\"éX\"}\n");
        check(
            "{ \"a\" : [1, {\"text\": 2}],\t\"text\" : \"\\u00e9\\/\" , \"id\":\"x\" }\r\n",
            "x",
            "é/",
            "{ \"a\" : [1, {\"text\": 2}],\t\"text\" : \"\\u00e9X\" , \"id\":\"x\" }\r\n",
        );
        check("\u{feff}{\"text\":\"ü\"}", "line 7", "ü", "\u{feff}{\"text\":\"éX\"}");
    }

    #[test]
    fn tells_what_is_wrong() {
        for (line, expected) in [
            ("{\"text\": \"cut", Check::MalformedRecord),
            ("[\"text\"]", Check::MalformedRecord),
            ("{\"text\":\"a\"} {\"text\":\"b\"}", Check::MalformedRecord),
            ("{\"text\":\"a\",\"text\":\"b\"}", Check::MalformedRecord),
            ("{\"text\":\"\\ud800\"}", Check::MalformedRecord),
            ("{\"txt\":\"a\"}", Check::MissingText),
            ("{\"text\":[\"a\"]}", Check::MissingText),
        ] {
            let raw = Raw { bytes: line.as_bytes(), line_number: 1, offset: 0 };
            let record = decode(&raw, &Fields::default()).expect("a record");
            assert!(!record.readable, "{line}");
            assert_eq!(record.damage.iter().map(|d| d.check).collect::<Vec<_>>(), [expected], "{line}");
        }
        assert!(decode(&Raw { bytes: b" \r\n", line_number: 1, offset: 9 }, &Fields::default()).is_none());
    }
}
