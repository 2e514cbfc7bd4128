//! JSON as corpora hold it, read by leaps from quote to quote.
//!
//! What is read here is exactly what a parser would make of it; whatever takes
//! more than a look, or is wrong, is left to the parser.

use std::borrow::Cow;

/// How deep values may lie in each other.
const DEEPEST: usize = 16;

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member<'j> {
    /// Its value as it is written.
    pub(super) value: &'j str,
    /// What that spells, if it is a string that was read so far.
    pub(super) text: Option<Cow<'j, str>>,
}

impl<'j> From<&'j str> for Member<'j> {
    fn from(value: &'j str) -> Self {
        Member { value, text: None }
    }
}

/// The members of an object that have these two names; nothing if `object` is not
/// plain. A text that is not as it is written takes `memory`.
pub(super) fn members<'j>(
    object: &'j str,
    names: [&str; 2],
    memory: &mut String,
) -> Option<[Option<Member<'j>>; 2]> {
    // Control characters below the blank are errors within strings, and rare between
    // them. Which of two names is meant is not for us to say.
    let least = object.bytes().fold(u8::MAX, u8::min);
    if least < b' ' || names[0] == names[1] {
        return None;
    }
    let mut cursor = Cursor { json: object, at: 0, memory };
    let mut found = [None, None];
    cursor.object(&mut |cursor, key| match names.iter().position(|name| *name == key) {
        Some(index) => found[index].replace(cursor.member()?).is_none().then_some(()),
        None => cursor.value(0).map(drop),
    })?;
    (cursor.next().is_none()).then_some(found)
}

/// What a sound JSON string spells; nothing if it is not plain.
pub(super) fn text<'j>(value: &'j str, memory: &mut String) -> Option<Cow<'j, str>> {
    Cursor { json: value, at: 0, memory }.text()
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
}

/// The character of a pair of surrogates.
fn pair(high: u32, low: u32) -> Option<char> {
    let units = [high, low].map(|unit| unit as u16);
    char::decode_utf16(units).next()?.ok()
}

/// A place in JSON without control characters below the blank.
struct Cursor<'j, 'm> {
    json: &'j str,
    at: usize,
    /// What a text is spelled out in.
    memory: &'m mut String,
}

impl<'j> Cursor<'j, '_> {
    /// The next byte that is not blank.
    fn next(&mut self) -> Option<u8> {
        while self.json.as_bytes().get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.json.as_bytes().get(self.at).copied()
    }

    /// Goes on behind `byte`, which comes next.
    fn pass(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.at += 1)
    }

    /// Hands on the names of an object; `each` goes on behind the value.
    fn object(&mut self, each: &mut dyn FnMut(&mut Self, &'j str) -> Option<()>) -> Option<()> {
        self.pass(b'{')?;
        if self.next()? == b'}' {
            return self.pass(b'}');
        }
        loop {
            self.next()?;
            let key = self.string()?;
            let key = &key[1..key.len() - 1];
            if key.contains('\\') {
                return None;
            }
            self.pass(b':')?;
            each(self, key)?;
            match self.next()? {
                b',' => self.at += 1,
                _ => return self.pass(b'}'),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.pass(b'[')?;
        if self.next()? == b']' {
            return self.pass(b']');
        }
        loop {
            self.value(depth)?;
            match self.next()? {
                b',' => self.at += 1,
                _ => return self.pass(b']'),
            }
        }
    }

    /// The next value, as it is written.
    fn value(&mut self, depth: usize) -> Option<&'j str> {
        let first = self.next()?;
        let start = self.at;
        match first {
            b'"' => return self.string(),
            b'{' if depth < DEEPEST => self.object(&mut |cursor, _| cursor.value(depth + 1).map(drop))?,
            b'[' if depth < DEEPEST => self.array(depth + 1)?,
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => return None,
        }
        Some(&self.json[start..self.at])
    }

    /// The next value, and what it spells.
    fn member(&mut self) -> Option<Member<'j>> {
        let first = self.next()?;
        let start = self.at;
        if first != b'"' {
            return self.value(0).map(Member::from);
        }
        let text = self.text()?;
        Some(Member { value: &self.json[start..self.at], text: Some(text) })
    }

    /// The string that starts here, with its quotes.
    fn string(&mut self) -> Option<&'j str> {
        let start = self.at;
        self.quote()?;
        while self.piece()?.1.is_some() {}
        Some(&self.json[start..self.at])
    }

    /// What the string that starts here spells.
    fn text(&mut self) -> Option<Cow<'j, str>> {
        self.quote()?;
        let (first, mut escape) = self.piece()?;
        if escape.is_none() {
            return Some(Cow::Borrowed(first));
        }
        let mut text = std::mem::take(self.memory);
        text.clear();
        text.reserve(first.len() + self.json.len() - self.at);
        text.push_str(first);
        while let Some(unit) = escape {
            let (mut piece, mut next) = self.piece()?;
            text.push(match char::from_u32(unit) {
                Some(c) => c,
                // Half of a pair is no character.
                None => {
                    let low = next.filter(|_| piece.is_empty())?;
                    (piece, next) = self.piece()?;
                    pair(unit, low)?
                }
            });
            text.push_str(piece);
            escape = next;
        }
        Some(Cow::Owned(text))
    }

    fn quote(&mut self) -> Option<()> {
        (self.json.as_bytes().get(self.at) == Some(&b'"')).then(|| self.at += 1)
    }

    /// What stands in a string before the next escape, and the unit of UTF-16 that
    /// it spells; nothing at the end of the string.
    fn piece(&mut self) -> Option<(&'j str, Option<u32>)> {
        let bytes = self.json.as_bytes();
        let start = self.at;
        let end = match bytes.get(start)? {
            // As the second of two line ends, where a search would cost more than it finds.
            b'"' | b'\\' => start,
            _ => start + memchr::memchr2(b'"', b'\\', &bytes[start..])?,
        };
        let piece = &self.json[start..end];
        if bytes[end] == b'"' {
            self.at = end + 1;
            return Some((piece, None));
        }
        self.at = end + 2;
        let unit = match bytes.get(end + 1)? {
            b'n' => b'\n',
            byte @ (b'"' | b'\\' | b'/') => *byte,
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                self.at = end + 6;
                return Some((piece, Some(hex(bytes.get(end + 2..end + 6)?)?)));
            }
            _ => return None,
        };
        Some((piece, Some(unit.into())))
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.json[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    /// A number; one with an exponent is left to the parser.
    fn number(&mut self) -> Option<()> {
        let bytes = &self.json.as_bytes()[self.at..];
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let sign = usize::from(bytes[0] == b'-');
        let whole = digits(sign);
        let mut end = sign + whole;
        if whole == 0 || (whole > 1 && bytes[sign] == b'0') {
            return None;
        }
        if bytes.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            end += 1 + fraction;
            if fraction == 0 {
                return None;
            }
        }
        (!matches!(bytes.get(end), Some(b'e' | b'E'))).then(|| self.at += end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_objects_are_read() {
        let check = |json: &str, expected: [Option<&str>; 2]| {
            let found = members(json, ["text", "id"], &mut String::new()).expect(json);
            assert_eq!(found.map(|member| member.map(|member| member.value)), expected, "{json}");
        };
        check(r#"{"text":"a \" b","id":17}"#, [Some(r#""a \" b""#), Some("17")]);
        check(r#" { "x" : [ {"text":1}, [], {} , -0, 0.50 ], "id" : null } "#, [None, Some("null")]);
        check(r#"{"text":{"text":"\u00e9"},"idx":true,"":false}"#, [Some(r#"{"text":"\u00e9"}"#), None]);
        check("{}", [None, None]);
    }

    #[test]
    fn all_else_is_left_to_the_parser() {
        let deep = format!("{{\"text\":{}1{}}}", "[".repeat(20), "]".repeat(20));
        for json in [
            "",
            "{",
            "[]",
            "{}{}",
            "{\"text\":\"a\tb\"}",
            r#"{"text":"a"#,
            r#"{"text":"a\"}"#,
            r#"{"text":"\x"}"#,
            r#"{"text":"\u12g4"}"#,
            r#"{"te\u0078t":"a"}"#,
            r#"{"text":"a","text":"b"}"#,
            r#"{"text":"a",}"#,
            r#"{"text" "a"}"#,
            r#"{text:1}"#,
            r#"{"text":01}"#,
            r#"{"text":1.}"#,
            r#"{"text":1.5e3}"#,
            r#"{"text":-}"#,
            r#"{"text":nul}"#,
            r#"{"text":[1,]}"#,
            r#"{"text":[1}"#,
            &deep,
        ] {
            assert_eq!(members(json, ["text", "id"], &mut String::new()), None, "{json}");
        }
    }

    #[test]
    fn escapes_are_spelled_out() {
        let check = |inner: &str, expected: Option<&str>| {
            let json = format!(r#"{{"text":"{inner}"}}"#);
            let text = members(&json, ["text", "id"], &mut String::new()).and_then(|[text, _]| text?.text);
            assert_eq!(text.as_deref(), expected, "{json}");
        };
        check(r#"a\n\t\r\b\f\/\\\"z"#, Some("a\n\t\r\u{8}\u{c}/\\\"z"));
        check(r"\u00e9é\u20AC", Some("éé€"));
        check(r"a\ud83d\ude00\ud83d\uDE01b", Some("a😀😁b"));
        check("", Some(""));
        for half in [r"\ud83d", r"\ude00", r"\ud83dx\ude00", r"\ud83d\n", r"\ud83d\ud83d\ude00"] {
            check(half, None);
        }
        check(r"\u00e", None);
        check(r"\x", None);
        check("\\", None);
    }
}
