//! Hashes of contents: XXH3 of 128 bits, as hexadecimal digits. They tell
//! changes and mix-ups, not forgers.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::Path,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// A hash of some bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Hash(u128);

impl Hash {
    /// The hash of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Hash(xxh3_128(bytes))
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
        write!(f, "{:032x}", self.0)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        let hash = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32);
        hash.map(Hash).ok_or_else(|| D::Error::custom("a hash has 32 hexadecimal digits"))
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

/// The hash of a file as it lies on the disk.
///
/// # Errors
///
/// If it cannot be read.
pub fn hash_file(path: &Path) -> io::Result<Hash> {
    let mut file = File::open(path)?;
    let (mut hasher, mut buffer) = (Hasher::default(), vec![0; 1 << 18]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            n => hasher.update(&buffer[..n]),
        }
    }
}
