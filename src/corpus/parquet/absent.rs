//! What stands in for the format in a program that was built without it.

use std::{
    io,
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

use tempfile::NamedTempFile;

use super::super::{Block, Fields, ReadBlocks};

pub(in super::super) fn open(_: &Path, _: &Fields, _: Arc<AtomicU64>) -> io::Result<Box<dyn ReadBlocks>> {
    Err(absent())
}

/// Nobody has one.
pub(in super::super) enum Rewriter {}

impl Rewriter {
    pub(in super::super) fn new(_: &Path, _: &Fields, _: NamedTempFile) -> io::Result<Self> {
        Err(absent())
    }

    pub(in super::super) fn write(&mut self, _: &Block, _: &[u8], _: &[usize]) -> io::Result<()> {
        match *self {}
    }

    pub(in super::super) fn finish(self) -> io::Result<NamedTempFile> {
        match self {}
    }
}

fn absent() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "this program was built without the feature `parquet`")
}
