//! Whether a file's first bytes agree with what its name says. The name
//! decides; where the content plainly is something else, that is an error.

use std::io::{self, BufRead};

use super::{Compression, Format, damaged};

/// Packings and formats that are known by their first bytes.
/// Sources: RFC 1952, RFC 8878, and the descriptions of the formats.
const MAGIC: [(&[u8], &str); 10] = [
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"PAR1", "a Parquet file"),
    (b"WARC/1.0\r\n", "a web archive"),
    (b"WARC/1.1\r\n", "a web archive"),
    (b"PK\x03\x04", "a zip archive"),
    (b"BZh91AY&SY", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"%PDF-", "a PDF file"),
    (b"SQLite format 3\x00", "an SQLite database"),
];
/// Where a tar archive says that it is one.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// Refuses packed bytes that are packed otherwise.
pub(super) fn packing(bytes: &mut impl BufRead, named: Compression) -> io::Result<()> {
    let head = bytes.fill_buf()?;
    let expected = match named {
        Compression::None => return Ok(()),
        Compression::Gzip => head.starts_with(b"\x1f\x8b"),
        // A frame, or one of those that hold no data.
        Compression::Zstd => {
            head.starts_with(b"\x28\xb5\x2f\xfd")
                || (head.get(1..4) == Some(b"\x2a\x4d\x18") && head[0] & 0xf0 == 0x50)
        }
    };
    if expected || head.is_empty() {
        return Ok(());
    }
    let holds = kind(head).unwrap_or("something else");
    Err(damaged(format!("named like {}, but holds {holds}", named.name())))
}

/// Refuses unpacked bytes that plainly are of another format.
pub(super) fn content(bytes: &mut impl BufRead, named: Format) -> io::Result<()> {
    let Some(holds) = kind(bytes.fill_buf()?) else { return Ok(()) };
    let agrees = match named {
        Format::Warc => holds == "a web archive",
        Format::Tar => holds == "a tar archive",
        Format::Parquet => holds == "a Parquet file",
        _ => false,
    };
    if agrees { Ok(()) } else { Err(damaged(format!("named like {}, but holds {holds}", named.name()))) }
}

fn kind(head: &[u8]) -> Option<&'static str> {
    let (at, tar) = TAR;
    if head.get(at..at + tar.len()) == Some(tar) {
        return Some("a tar archive");
    }
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name)
}

/// What packing `bytes` show, for a stream without a name.
pub(super) fn packing_of(head: &[u8]) -> Compression {
    match kind(head) {
        Some("gzip data") => Compression::Gzip,
        Some("Zstandard data") => Compression::Zstd,
        _ => Compression::None,
    }
}
