//! The bytes of a file, as the crate `parquet` asks for them: any part at any
//! time, several parts at once.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use parquet::{
    errors::{ParquetError, Result},
    file::reader::{ChunkReader, Length},
};

/// Bytes that are read at once where it is not known how many are needed; most
/// headers are much smaller, and the page that follows is read for itself.
const STEP: usize = 1 << 12;

/// A file of which the bytes that are read are counted.
#[derive(Clone)]
pub(super) struct Chunks {
    file: Arc<File>,
    length: u64,
    read: Arc<AtomicU64>,
}

impl Chunks {
    pub(super) fn open(path: &Path, read: Arc<AtomicU64>) -> io::Result<Self> {
        let file = File::open(path)?;
        Ok(Chunks { length: file.metadata()?.len(), file: Arc::new(file), read })
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<Chunk>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(STEP, Chunk { chunks: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // What a damaged file says of a length is not to be believed.
        let rest = self.length.saturating_sub(start);
        if length as u64 > rest {
            return Err(ParquetError::EOF(format!("{length} bytes at {start}, but only {rest} are left")));
        }
        let mut bytes = Vec::with_capacity(length);
        let chunk = Chunk { chunks: self.clone(), at: start };
        if chunk.take(length as u64).read_to_end(&mut bytes)? < length {
            return Err(ParquetError::EOF(format!("{length} bytes at {start}, but the file is shorter now")));
        }
        Ok(bytes.into())
    }
}

/// The file from some place on.
pub(super) struct Chunk {
    chunks: Chunks,
    at: u64,
}

impl Read for Chunk {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // All chunks share the one place where the system reads next.
        let mut file = &*self.chunks.file;
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(out)?;
        self.at += read as u64;
        self.chunks.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
