//! The hash of all that a file holds.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use crate::hash::{Hash, Hasher};

/// The hash of a file as it lies on the disk.
///
/// # Errors
///
/// If it cannot be read.
pub fn hash_file(path: &Path) -> io::Result<Hash> {
    hash_all(&mut File::open(path)?)
}

/// The hash of all bytes that are left to read.
pub(super) fn hash_all(bytes: &mut impl Read) -> io::Result<Hash> {
    let (mut hasher, mut buffer) = (Hasher::default(), vec![0; 1 << 18]);
    loop {
        match bytes.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            n => hasher.update(&buffer[..n]),
        }
    }
}
