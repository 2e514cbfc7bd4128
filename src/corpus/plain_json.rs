//! JSON as corpora hold it, read by leaps from quote to quote.
//!
//! What is read here is exactly what a parser would make of it; whatever takes
//! more than a look, or is wrong, is left to the parser.

/// How deep values may lie in each other.
const DEEPEST: usize = 16;

/// The values of the members of an object that have these names, as they are
/// written; nothing if `object` is not plain.
pub(super) fn members<'j, const N: usize>(object: &'j str, names: [&str; N]) -> Option<[Option<&'j str>; N]> {
    // Within strings these are errors, and between them they are rare.
    if object.bytes().fold(false, |any, byte| any | byte.is_ascii_control()) {
        return None;
    }
    let mut cursor = Cursor { json: object, at: 0 };
    let mut found = [None; N];
    cursor.object(0, &mut |key, value| {
        for (_, found) in names.iter().zip(&mut found).filter(|(name, _)| **name == key) {
            // Which of two is meant is not for us to say.
            if found.replace(value).is_some() {
                return None;
            }
        }
        Some(())
    })?;
    (cursor.next().is_none()).then_some(found)
}

/// What the inside of a JSON string spells; nothing if that takes more than a look.
pub(super) fn unescape(inner: &str) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let mut length = 2;
        text.push(match rest.as_bytes().get(at + 1)? {
            b'n' => '\n',
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                length = 6;
                let unit = hex(rest.as_bytes().get(at + 2..at + 6)?)?;
                // Half of a pair is no character.
                char::from_u32(unit)?
            }
            _ => return None,
        });
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    Some(text)
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
}

/// A place in JSON without control characters.
struct Cursor<'j> {
    json: &'j str,
    at: usize,
}

impl<'j> Cursor<'j> {
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

    /// Hands on the names and the values of an object.
    fn object(&mut self, depth: usize, each: &mut dyn FnMut(&'j str, &'j str) -> Option<()>) -> Option<()> {
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
            each(key, self.value(depth)?)?;
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
            b'{' if depth < DEEPEST => self.object(depth + 1, &mut |_, _| Some(()))?,
            b'[' if depth < DEEPEST => self.array(depth + 1)?,
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => return None,
        }
        Some(&self.json[start..self.at])
    }

    /// The string that starts here, with its quotes.
    fn string(&mut self) -> Option<&'j str> {
        let bytes = self.json.as_bytes();
        let start = self.at;
        if bytes.get(start) != Some(&b'"') {
            return None;
        }
        let mut at = start + 1;
        loop {
            at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes[at] == b'"' {
                self.at = at + 1;
                return Some(&self.json[start..self.at]);
            }
            at += match bytes.get(at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                b'u' => hex(bytes.get(at + 2..at + 6)?).map(|_| 6)?,
                _ => return None,
            };
        }
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
            assert_eq!(members(json, ["text", "id"]), Some(expected), "{json}");
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
            assert_eq!(members(json, ["text", "id"]), None, "{json}");
        }
    }

    #[test]
    fn escapes_are_spelled_out() {
        let check = |inner: &str, expected: Option<&str>| assert_eq!(unescape(inner).as_deref(), expected);
        check(r#"a\n\t\r\b\f\/\\\"z"#, Some("a\n\t\r\u{8}\u{c}/\\\"z"));
        check(r"\u00e9é\u20AC", Some("éé€"));
        check("", Some(""));
        check(r"\ud83d\ude00", None);
        check(r"\u00e", None);
        check(r"\x", None);
        check("\\", None);
    }
}
