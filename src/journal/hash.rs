//! The hash of a whole file.

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
    let mut file = File::open(path)?;
    let (mut hasher, mut buffer) = (Hasher::default(), vec![0; 1 << 18]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            n => hasher.update(&buffer[..n]),
        }
    }
}
