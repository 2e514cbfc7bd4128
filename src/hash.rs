//! Hashes of contents: XXH3 of 128 bits, as hexadecimal digits. They tell
//! changes and mix-ups, not forgers.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// A hash of some bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(u128);

impl Hash {
    /// The hash of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Hash(xxh3_128(bytes))
    }

    /// Its bytes, the same on every machine.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }
}

impl From<u128> for Hash {
    /// A hash that was made elsewhere.
    fn from(bits: u128) -> Self {
        Hash(bits)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [0; 32];
        for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(self.0.to_be_bytes()) {
            *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
        }
        f.write_str(str::from_utf8(&digits).expect("digits are ASCII"))
    }
}

impl std::str::FromStr for Hash {
    type Err = NotAHash;

    fn from_str(digits: &str) -> Result<Self, NotAHash> {
        let mut bytes = [0; 16];
        let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(NotAHash);
        }
        let value = |digit: u8| char::from(digit).to_digit(16).ok_or(NotAHash);
        for (byte, &[high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = (value(high)? << 4 | value(low)?) as u8;
        }
        Ok(Hash(u128::from_be_bytes(bytes)))
    }
}

/// What should be a hash and is none.
#[derive(Clone, Copy, Debug)]
pub struct NotAHash;

impl fmt::Display for NotAHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a hash has 32 hexadecimal digits")
    }
}

impl std::error::Error for NotAHash {}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = Hash;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, digits: &str) -> Result<Hash, E> {
                digits.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Digits)
    }
}

/// Hashes bytes that come in pieces.
#[derive(Clone, Default)]
pub struct Hasher(Xxh3);

impl Hasher {
    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all bytes so far.
    #[must_use]
    pub fn finish(&self) -> Hash {
        Hash(self.0.digest128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_shown() {
        for hash in [Hash::default(), Hash::of(b""), Hash::of(b"x"), Hash(u128::MAX), Hash(0xfedc_ba98)] {
            let digits = hash.to_string();
            assert_eq!(digits.parse::<Hash>().ok(), Some(hash));
            assert_eq!(digits.to_uppercase().parse::<Hash>().ok(), Some(hash));
            assert_eq!(serde_json::to_string(&hash).expect("JSON"), format!("\"{digits}\""));
            assert_eq!(serde_json::from_str::<Hash>(&format!("\"{digits}\"")).expect("a hash"), hash);
        }
        let digits = "0".repeat(32);
        for wrong in
            ["", &digits[1..], &format!("{digits}0"), &format!("{digits}00"), &digits.replacen('0', "g", 1)]
        {
            assert!(wrong.parse::<Hash>().is_err(), "{wrong}");
        }
        assert!(
            format!("+{}", &digits[1..]).parse::<Hash>().is_err() && "é".repeat(16).parse::<Hash>().is_err()
        );
    }
}
