//! Members of JSON objects by their names, unread: all of JSON, read by `serde_json`; of what is
//! plain, [`plain_json`](super::plain_json) tells them sooner.

use std::{borrow::Cow, fmt};

use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The values of the members that have these names, of an object and nothing else.
pub(super) fn members<'a, const N: usize>(
    object: &'a str,
    names: [&str; N],
) -> serde_json::Result<[Option<&'a str>; N]> {
    let mut deserializer = serde_json::Deserializer::from_str(object);
    let found = deserializer.deserialize_map(MembersVisitor { names })?;
    deserializer.end()?;
    Ok(found.map(|value| value.map(RawValue::get)))
}

/// The value that `path` leads to from `value`, if it leads anywhere.
pub(super) fn descend<'a>(value: &'a str, path: &[String]) -> serde_json::Result<Option<&'a str>> {
    let Some((name, rest)) = path.split_first() else { return Ok(Some(value)) };
    let inner = match value.as_bytes().first() {
        Some(b'{') => members(value, [name.as_str()])?[0],
        Some(b'[') => match name.parse() {
            Ok(index) => {
                let mut deserializer = serde_json::Deserializer::from_str(value);
                deserializer.deserialize_seq(ElementVisitor { index })?.map(RawValue::get)
            }
            Err(_) => None,
        },
        _ => None,
    };
    inner.map_or(Ok(None), |inner| descend(inner, rest))
}

/// Takes the members of an object that have these names.
struct MembersVisitor<'n, const N: usize> {
    names: [&'n str; N],
}

impl<'de, const N: usize> Visitor<'de> for MembersVisitor<'_, N> {
    type Value = [Option<&'de RawValue>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if !self.names.contains(&&*key.0) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: &RawValue = map.next_value()?;
            for (name, found) in self.names.iter().zip(&mut found) {
                // Which of them is meant could only be guessed.
                if *name == key.0 && found.replace(value).is_some() {
                    return Err(A::Error::custom(format_args!("`{name}` twice")));
                }
            }
        }
        Ok(found)
    }
}

/// Takes one element of an array.
struct ElementVisitor {
    index: usize,
}

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let (mut found, mut index) = (None, 0);
        while let Some(value) = seq.next_element::<&RawValue>()? {
            found = if index == self.index { Some(value) } else { found };
            index += 1;
        }
        Ok(found)
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
