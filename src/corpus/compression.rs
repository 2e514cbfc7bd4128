//! Packed bytes: a layer below every format.

use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader, Write},
    path::Path,
};

use flate2::{bufread::MultiGzDecoder, write::GzEncoder};

/// The level of zstd's own command-line program.
const ZSTD_LEVEL: i32 = 3;

/// How a file's bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, of one member or many.
    Gzip,
    /// Zstandard, of one frame or many.
    Zstd,
}

impl Compression {
    /// What the last extension says, and the name without it, unless that says more.
    #[must_use]
    pub fn of_name(path: &Path) -> (Compression, &Path) {
        let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
        let compression = match extension.as_deref() {
            Some("gz") => Compression::Gzip,
            Some("zst" | "zstd") => Compression::Zstd,
            Some("tgz") => return (Compression::Gzip, path),
            _ => return (Compression::None, path),
        };
        (compression, path.file_stem().map_or(path, Path::new))
    }

    /// What it adds to a file's name.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Compression::None => "",
            Compression::Gzip => ".gz",
            Compression::Zstd => ".zst",
        }
    }

    /// The word for packed bytes in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Compression::None => "plain bytes",
            Compression::Gzip => "gzip data",
            Compression::Zstd => "Zstandard data",
        }
    }

    /// Unpacks `bytes`.
    ///
    /// # Errors
    ///
    /// If the decoder cannot be set up.
    pub fn decoder(self, bytes: impl BufRead + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
        Ok(match self {
            Compression::None => Box::new(bytes),
            Compression::Gzip => Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(bytes))),
            Compression::Zstd => {
                Box::new(BufReader::with_capacity(1 << 17, zstd::Decoder::with_buffer(bytes)?))
            }
        })
    }

    /// Packs what is written into `out`.
    ///
    /// # Errors
    ///
    /// If the encoder cannot be set up.
    pub fn encoder<W: Write>(self, out: W) -> io::Result<Encoder<W>> {
        Ok(match self {
            Compression::None => Encoder::None(out),
            Compression::Gzip => Encoder::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            Compression::Zstd => {
                let mut encoder = zstd::Encoder::new(out, ZSTD_LEVEL)?;
                // As the tool of the format does.
                encoder.include_checksum(true)?;
                Encoder::Zstd(encoder)
            }
        })
    }
}

/// A writer that packs.
pub enum Encoder<W: Write> {
    /// Plain bytes.
    None(W),
    /// gzip.
    Gzip(GzEncoder<W>),
    /// Zstandard.
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Encoder<W> {
    /// Writes what is left and returns the inner writer.
    ///
    /// # Errors
    ///
    /// If the inner writer does not take it.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Encoder::None(out) => Ok(out),
            Encoder::Gzip(encoder) => encoder.finish(),
            Encoder::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Encoder::None(out) => out.write(bytes),
            Encoder::Gzip(encoder) => encoder.write(bytes),
            Encoder::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Encoder::None(out) => out.flush(),
            Encoder::Gzip(encoder) => encoder.flush(),
            Encoder::Zstd(encoder) => encoder.flush(),
        }
    }
}
