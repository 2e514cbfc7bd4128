//! The reports of a run: each a format and a place, written in the order of the
//! input.

use std::{
    io::{self, BufWriter, Write},
    ops::Range,
    path::{Path, PathBuf},
};

use super::{Stop, found::Rendered, pipeline::Flow, terminal::write_out};
use crate::{
    corpus::{Compression, Finished, Output},
    report::{Reporter, Totals},
};

/// Bytes that are written at once.
const BUFFER: usize = 1 << 16;

/// Where a report goes.
pub(super) enum Destination {
    Stdout,
    /// A file that is there when it is whole; what is no regular file, like a pipe, is written to.
    File(PathBuf),
    /// The end of a file that others write to, too.
    Append(PathBuf),
    /// What [`Writers::finish`] gives back.
    Memory,
}

/// All reports of a run on their way.
pub(super) struct Writers<'a> {
    reporters: &'a [Box<dyn Reporter>],
    writers: Vec<Writer>,
    /// Findings of one block that come next, to be written together.
    pending: Range<usize>,
}

struct Writer {
    out: Out,
    /// The file whose findings are being written.
    file: Option<String>,
    written: usize,
    /// Findings beyond the limit of the format.
    left_out: usize,
    memory: Vec<u8>,
}

enum Out {
    Stdout(BufWriter<io::Stdout>),
    File(Output, PathBuf),
    Stream(BufWriter<std::fs::File>, PathBuf),
    /// Kept for the caller.
    Memory,
    /// Nobody reads it any more.
    Closed,
}

impl<'a> Writers<'a> {
    /// Opens every place, and writes what comes first.
    pub(super) fn open(
        reporters: &'a [Box<dyn Reporter>],
        destinations: impl IntoIterator<Item = Destination>,
    ) -> Result<Self, Stop> {
        let writers = destinations.into_iter().map(Writer::new).collect::<Result<Vec<_>, Stop>>()?;
        let mut all = Writers { reporters, writers, pending: 0..0 };
        for (reporter, writer) in all.reporters.iter().zip(&mut all.writers) {
            reporter.open(&mut writer.memory);
        }
        Ok(all)
    }

    /// Takes the next findings of a block; `rendered` holds the block's.
    pub(super) fn take(
        &mut self,
        path: &str,
        rendered: &Rendered,
        findings: Range<usize>,
    ) -> Result<(), Stop> {
        if self.pending.end != findings.start {
            self.flush(path, rendered)?;
            self.pending = findings;
        } else {
            self.pending.end = findings.end;
        }
        Ok(())
    }

    /// Writes what was taken of a block; to be called after its last finding.
    pub(super) fn flush(&mut self, path: &str, rendered: &Rendered) -> Result<(), Stop> {
        let pending = std::mem::replace(&mut self.pending, 0..0);
        for (report, (reporter, writer)) in self.reporters.iter().zip(&mut self.writers).enumerate() {
            writer.findings(&**reporter, path, |range| rendered.bytes(report, range), pending.clone())?;
        }
        Ok(())
    }

    /// Whether anybody still wants to know.
    pub(super) fn flow(&self) -> Flow {
        let closed = |writer: &Writer| matches!(writer.out, Out::Closed);
        if !self.writers.is_empty() && self.writers.iter().all(closed) { Flow::Stop } else { Flow::Continue }
    }

    /// Writes what comes last, and puts files into their places; what was kept
    /// in memory, report by report.
    pub(super) fn finish(&mut self, totals: &Totals<'_>) -> Result<Vec<Vec<u8>>, Stop> {
        let mut kept = Vec::new();
        for (reporter, mut writer) in self.reporters.iter().zip(self.writers.drain(..)) {
            if let Some(path) = writer.file.take() {
                reporter.close_file(&path, &mut writer.memory);
            }
            let totals = Totals { left_out: writer.left_out, ..totals.clone() };
            reporter.close(&totals, &mut writer.memory);
            writer.write()?;
            kept.push(std::mem::take(&mut writer.memory));
            writer.finish()?;
        }
        Ok(kept)
    }
}

impl Writer {
    fn new(destination: Destination) -> Result<Self, Stop> {
        let out = match destination {
            Destination::Stdout => Out::Stdout(BufWriter::with_capacity(BUFFER, io::stdout())),
            Destination::File(path) if is_stream(&path) => {
                let file = std::fs::OpenOptions::new().append(true).open(&path);
                let file = file.map_err(|error| unwritable(&path, &error))?;
                Out::Stream(BufWriter::with_capacity(BUFFER, file), path)
            }
            Destination::File(path) => {
                let compression = Compression::of_name(&path).0;
                let file =
                    Output::create(&path, compression, None).map_err(|error| unwritable(&path, &error))?;
                Out::File(file, path)
            }
            Destination::Append(path) => {
                let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
                let file = file.map_err(|error| unwritable(&path, &error))?;
                Out::Stream(BufWriter::with_capacity(BUFFER, file), path)
            }
            Destination::Memory => Out::Memory,
        };
        Ok(Writer { out, file: None, written: 0, left_out: 0, memory: Vec::new() })
    }

    fn findings<'b>(
        &mut self,
        reporter: &dyn Reporter,
        path: &str,
        bytes: impl Fn(Range<usize>) -> &'b [u8],
        findings: Range<usize>,
    ) -> Result<(), Stop> {
        if matches!(self.out, Out::Closed) {
            return Ok(());
        }
        for finding in findings {
            let rendered = bytes(finding..finding + 1);
            if rendered.is_empty() {
                continue;
            }
            if self.written == reporter.limit() {
                self.left_out += 1;
                continue;
            }
            if self.written > 0 {
                self.memory.extend_from_slice(reporter.between().as_bytes());
            }
            if self.file.as_deref() != Some(path) {
                if let Some(last) = self.file.replace(path.to_string()) {
                    reporter.close_file(&last, &mut self.memory);
                }
                reporter.open_file(path, &mut self.memory);
            }
            self.memory.extend_from_slice(rendered);
            self.written += 1;
        }
        if self.memory.len() < BUFFER { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> Result<(), Stop> {
        let read = match &mut self.out {
            Out::Stdout(out) => write_out(out, &self.memory)?,
            Out::File(out, path) => {
                out.write(&self.memory).map(|()| true).map_err(|e| unwritable(path, &e))?
            }
            Out::Memory => return Ok(()),
            Out::Stream(out, path) => {
                out.write_all(&self.memory).map(|()| true).map_err(|e| unwritable(path, &e))?
            }
            Out::Closed => true,
        };
        self.memory.clear();
        if !read {
            self.out = Out::Closed;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Stop> {
        match self.out {
            Out::Stdout(mut out) => match out.flush() {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
                _ => Ok(()),
            },
            Out::File(out, path) => {
                out.finish().and_then(Finished::publish).map_err(|error| unwritable(&path, &error))
            }
            Out::Stream(mut out, path) => out.flush().map_err(|error| unwritable(&path, &error)),
            Out::Memory | Out::Closed => Ok(()),
        }
    }
}

/// Whether a file can only be written to, and not be replaced: a device, a pipe, or one that this
/// process has open.
fn is_stream(path: &Path) -> bool {
    let is_open = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"].iter().any(|it| path.starts_with(it));
    is_open || std::fs::metadata(path).is_ok_and(|kind| !kind.is_file())
}

fn unwritable(path: &Path, error: &io::Error) -> Stop {
    Stop(format!("{}: the report cannot be written: {error}", path.display()))
}
