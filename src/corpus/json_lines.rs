//! JSON Lines: each line is an object with a text field.
//!
//! Only the value of that field is ever decoded or rewritten, and of it only
//! what changes: all other bytes of a line go out as they came in, escapes
//! included.

use std::borrow::Cow;

use super::{
    Fields, Raw, Record, Slot, Splice,
    field::Path,
    members::{descend, members},
    plain_json::{self, Member},
    text::decode_utf8,
};
use crate::{
    document::{Check, Damage},
    edit::Change,
    span::Span,
};

pub(super) fn decode<'a>(raw: &Raw<'a>, fields: &Fields, memory: &mut String) -> Option<Record<'a>> {
    let line = raw.bytes.strip_suffix(b"\n").unwrap_or(raw.bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (text, damage) = decode_utf8(line);
    if !damage.is_empty() {
        return Some(Record::unreadable(text, damage));
    }
    let Cow::Borrowed(json) = text else { return Some(Record::unreadable(text, damage)) };
    // The mark that some programs put at the start of a file is no JSON.
    let object = if raw.offset == 0 { json.strip_prefix('\u{feff}').unwrap_or(json) } else { json };
    if object.trim_ascii().is_empty() {
        return None;
    }
    let failed = |check, reason: String| {
        let damage = Damage::new(check, Span::new(0, json.len())).because(reason);
        Some(Record::unreadable(Cow::Borrowed(json), vec![damage]))
    };
    let parts = match parts(object, fields, memory) {
        Ok(parts) => parts,
        Err(_) if kind(object).is_some_and(|kind| kind != OBJECT) => {
            return failed(Check::MalformedRecord, format!("it is not {OBJECT}"));
        }
        Err(error) => return failed(Check::MalformedRecord, why(&error, object)),
    };
    let id = parts.id.and_then(|member| match member.value.as_bytes().first() {
        Some(b'"') => string(member, memory).ok(),
        Some(b'-' | b'0'..=b'9') => Some(Cow::Borrowed(member.value)),
        _ => None,
    });
    let Some(member) = parts.text else {
        let reason = format!("it has no field `{}`", fields.text());
        return failed(Check::MissingText, reason).map(|record| Record { id, ..record });
    };
    let value = member.value;
    if let Some(kind) = kind(value).filter(|&kind| kind != STRING) {
        let reason = format!("its `{}` is {kind}, not {STRING}", fields.text());
        return failed(Check::MissingText, reason).map(|record| Record { id, ..record });
    }
    let start = value.as_ptr() as usize - raw.bytes.as_ptr() as usize;
    let text = match string(member, memory) {
        Ok(text) => text,
        Err(error) => {
            let reason = format!("its `{}`: {}", fields.text(), why(&error, value));
            return failed(Check::MalformedRecord, reason);
        }
    };
    Some(Record { id, text, damage: Vec::new(), readable: true, slot: start..start + value.len() })
}

const OBJECT: &str = "an object";
const STRING: &str = "a string";

/// What a value looks like by its first byte.
fn kind(value: &str) -> Option<&'static str> {
    match value.trim_ascii_start().as_bytes().first()? {
        b'"' => Some(STRING),
        b'{' => Some(OBJECT),
        b'[' => Some("an array"),
        b'n' => Some("null"),
        b't' | b'f' => Some("a boolean"),
        b'-' | b'0'..=b'9' => Some("a number"),
        _ => None,
    }
}

/// What is wrong with `json`, and where, in words.
fn why(error: &serde_json::Error, json: &str) -> String {
    let text = error.to_string();
    // Where it says so itself is counted in bytes, of a text that is one line.
    let what = text.split(" at line ").next().unwrap_or(&text);
    if let Some(inside) = what.strip_prefix("EOF while parsing ") {
        return format!("it ends inside {inside}");
    }
    let read = json.get(..error.column().saturating_sub(1)).unwrap_or(json);
    format!("{what}, at character {} of {}", read.chars().count() + 1, json.chars().count())
}

/// What a sound JSON string spells.
fn string<'a>(member: Member<'a>, memory: &mut String) -> serde_json::Result<Cow<'a, str>> {
    let text = member.text.or_else(|| plain_json::text(member.value, memory));
    text.map_or_else(|| serde_json::from_str(member.value).map(Cow::Owned), Ok)
}

/// The changes of the text as changes of the line, whose value stands in `slot`.
pub(super) fn splices<B>(line: &[u8], slot: &Slot, changes: &[Change<B>]) -> Vec<Splice> {
    let value = &line[slot.clone()];
    // A writer that escapes everything beyond ASCII goes on doing so.
    let ascii = value.is_ascii();
    let mut place = Place { value, raw: 1, text: 0 };
    changes
        .iter()
        .map(|change| {
            let start = slot.start + place.advance(change.span.start);
            let end = slot.start + place.advance(change.span.end);
            Splice { at: start..end, with: spell(&change.text, ascii) }
        })
        .collect()
}

/// The inside of a JSON string.
fn spell(text: &str, ascii: bool) -> Vec<u8> {
    let quoted = serde_json::to_string(text).expect("a string is JSON");
    let inner = &quoted[1..quoted.len() - 1];
    if !ascii || inner.is_ascii() {
        return inner.as_bytes().to_vec();
    }
    let mut out = Vec::with_capacity(inner.len() * 2);
    for c in inner.chars() {
        if c.is_ascii() {
            out.push(c as u8);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
        }
    }
    out
}

/// A place in a string and in the text that it spells.
struct Place<'a> {
    /// A sound JSON string, with its quotes.
    value: &'a [u8],
    /// Bytes into the value.
    raw: usize,
    /// Bytes into the text.
    text: usize,
}

impl Place<'_> {
    /// Goes on to the place `text` in the text, which lies ahead; where that is
    /// in the value.
    fn advance(&mut self, text: usize) -> usize {
        while self.text < text {
            let rest = &self.value[self.raw..];
            let plain = memchr::memchr(b'\\', rest).unwrap_or(rest.len()).min(text - self.text);
            self.raw += plain;
            self.text += plain;
            if self.text < text {
                let (raw, text) = escape(&self.value[self.raw..]);
                self.raw += raw;
                self.text += text;
            }
        }
        self.raw
    }
}

/// The length of the escape that `value` starts with, and of what it spells.
fn escape(value: &[u8]) -> (usize, usize) {
    if value.get(1) != Some(&b'u') {
        return (2, 1);
    }
    let hex = std::str::from_utf8(&value[2..6]).ok();
    match hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
        Some(0xd800..=0xdfff) => (12, 4),
        Some(unit) => (6, char::from_u32(unit).map_or(3, char::len_utf8)),
        None => (6, 1),
    }
}

/// What of a record matters.
struct Parts<'a> {
    text: Option<Member<'a>>,
    id: Option<Member<'a>>,
}

/// Reads the whole of `object` and takes out the text and the id.
fn parts<'a>(object: &'a str, fields: &Fields, memory: &mut String) -> serde_json::Result<Parts<'a>> {
    let names = [fields.text.first(), fields.id.first()];
    let parsed = || members(object, names).map(|values| values.map(|value| value.map(Member::from)));
    let [text, id] = plain_json::members(object, names, memory).map_or_else(parsed, Ok)?;
    let inner = |member: Option<Member<'a>>, path: &Path| match member {
        Some(outer) if !path.rest().is_empty() => Ok(descend(outer.value, path.rest())?.map(Member::from)),
        member => Ok(member),
    };
    Ok(Parts { text: inner(text, &fields.text)?, id: inner(id, &fields.id)? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::corpus::{Block, splice};

    fn decode<'a>(raw: &Raw<'a>, fields: &Fields) -> Option<Record<'a>> {
        super::decode(raw, fields, &mut String::new())
    }

    fn fields(text: &str) -> Fields {
        Fields::new(text, "id")
    }

    /// Appends `X` to the text of `line`, after an `é`.
    #[track_caller]
    fn check(line: &str, field: &str, id: Option<&str>, text: &str, rewritten: &str) {
        let block = Block::from(line.as_bytes().to_vec());
        let raw = block.record(0);
        let record = decode(&raw, &fields(field)).expect("a record");
        assert!(record.readable, "{line}");
        assert_eq!((record.id.as_deref(), &*record.text), (id, text));
        let end = Span::new(text.len(), text.len());
        let change = Change { span: end, text: "éX".into(), by: vec![()] };
        let mut encoded = Vec::new();
        splice(raw.bytes, &splices(raw.bytes, &record.slot, &[change]), &mut encoded);
        assert_eq!(String::from_utf8_lossy(&encoded), rewritten);
    }

    #[test]
    fn rewrites_only_what_changes() {
        let check_text = |line, id, text, rewritten| check(line, "text", id, text, rewritten);
        check_text("{\"id\":1.50,\"text\":\"é\"}\n", Some("1.50"), "é", "{\"id\":1.50,\"text\":\"ééX\"}\n");
        check_text(
            "{ \"a\" : [1, {\"text\": 2}],\t\"text\" : \"\\u00e9\\/\" , \"id\":\"x\" }\r\n",
            Some("x"),
            "é/",
            "{ \"a\" : [1, {\"text\": 2}],\t\"text\" : \"\\u00e9\\/\\u00e9X\" , \"id\":\"x\" }\r\n",
        );
        check_text("\u{feff}{\"text\":\"ü\"}", None, "ü", "\u{feff}{\"text\":\"üéX\"}");
    }

    #[test]
    fn a_pointer_leads_into_objects_and_arrays() {
        let line = r#"{"text":"no","a/b":{"c":[{"text":"x"},{"text":"yes"}]},"id":null}"#;
        check(line, "/a~1b/c/1/text", None, "yes", &line.replace("yes", "yes\\u00e9X"));
        for field in ["/a~1b/c/2/text", "/a~1b/c", "/nothing", "a/b/c", "/text/0"] {
            let block = Block::from(line.as_bytes().to_vec());
            let record = decode(&block.record(0), &fields(field)).expect("a record");
            assert_eq!(record.damage.first().map(|d| d.check), Some(Check::MissingText), "{field}");
        }
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
            let block = Block::from(line.as_bytes().to_vec());
            let record = decode(&block.record(0), &fields("text")).expect("a record");
            assert!(!record.readable, "{line}");
            assert_eq!(record.damage.iter().map(|d| d.check).collect::<Vec<_>>(), [expected], "{line}");
        }
        let block = Block::from(b" \r\n".to_vec());
        assert!(decode(&block.record(0), &fields("text")).is_none());
    }

    proptest! {
        /// What is read by leaps is what the parser reads.
        #[test]
        fn plain_is_as_parsed(
            json in r#" ?\{("(text|id|a)" ?: ?("[a\\u0é9n]{0,7}"|-?[0-9.]{1,4}|null|\[[0-9,]{0,3}\]|\{"text":true\}),?){0,3}\}?"#,
        ) {
            let names = ["text", "id"];
            if let Some(plain) = plain_json::members(&json, names, &mut String::new()) {
                let values = plain.clone().map(|member| member.map(|member| member.value));
                prop_assert_eq!(members(&json, names).ok(), Some(values));
                for Member { value, text } in plain.into_iter().flatten() {
                    prop_assert_eq!(text.map(Cow::into_owned), serde_json::from_str::<String>(value).ok());
                }
            }
        }

        /// However a text is spelled, a change of it lands where it belongs.
        #[test]
        fn changes_land_where_they_belong(
            parts in prop::collection::vec(("[a-cé😀\\n\"\\\\]", 0u8..3), 1..24),
            cuts in prop::collection::vec((0usize..6, 0usize..4, "[xü\"\n]{0,2}"), 0..5),
        ) {
            let text: String = parts.iter().map(|(part, _)| part.as_str()).collect();
            let spelled: String = parts
                .iter()
                .map(|(part, style)| match style {
                    0 => String::from_utf8(spell(part, false)).unwrap_or_default(),
                    1 => String::from_utf8(spell(part, true)).unwrap_or_default(),
                    _ => part.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect(),
                })
                .collect();
            let line = format!("{{\"text\":\"{spelled}\"}}");
            let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (mut at, mut changes) = (0, Vec::new());
            for (gap, long, with) in cuts {
                let Some((&start, &end)) = bounds.get(at + gap).zip(bounds.get(at + gap + long)) else { break };
                changes.push(Change { span: Span::new(start, end), text: with, by: vec![()] });
                at += gap + long + 1;
            }
            let mut expected = String::new();
            let mut kept = 0;
            for change in &changes {
                expected.push_str(&text[kept..change.span.start]);
                expected.push_str(&change.text);
                kept = change.span.end;
            }
            expected.push_str(&text[kept..]);
            let block = Block::from(line.clone().into_bytes());
            let record = decode(&block.record(0), &fields("text")).expect("a record");
            let mut out = Vec::new();
            splice(line.as_bytes(), &splices(line.as_bytes(), &record.slot, &changes), &mut out);
            let again = Block::from(out);
            let record = decode(&again.record(0), &fields("text")).expect("a record");
            prop_assert_eq!(&*record.text, expected);
        }
    }
}
