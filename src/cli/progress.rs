//! A line on standard error that tells a person how far the work is.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{tally::grouped, terminal::Terminal};
use crate::corpus::{Walk, WalkOptions};

/// As long as it is not known how much there is to read.
const OPEN: &str = "{spinner} {decimal_bytes} read, {decimal_bytes_per_sec}{msg}";
/// When it is.
const CLOSED: &str =
    "{bar:24} {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left{msg}";

/// The line, hidden where nobody watches.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Bytes read from files so far, as they lie on the disk.
    pub(super) read: Arc<AtomicU64>,
}

impl Progress {
    pub(super) fn new(terminal: &Terminal, quiet: bool, options: &WalkOptions, paths: &[PathBuf]) -> Self {
        let bar = ProgressBar::no_length();
        if quiet || !terminal.watched {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        } else {
            bar.set_style(style(OPEN));
            bar.enable_steady_tick(Duration::from_millis(100));
            measure(bar.clone(), options.clone(), paths.to_vec());
        }
        Progress { bar, read: Arc::default() }
    }

    pub(super) fn advance(&self, files: usize) {
        self.bar.set_position(self.read.load(Ordering::Relaxed));
        self.bar.set_message(format!(", {} files", grouped(files)));
    }

    /// Clears the line while something else is said.
    pub(super) fn pause(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// Adds up the sizes of all files, beside the work, so that nobody waits for it.
fn measure(bar: ProgressBar, options: WalkOptions, paths: Vec<PathBuf>) {
    std::thread::spawn(move || {
        let mut total = 0;
        for file in options.walk(&paths) {
            if let Walk::Source(source) = file {
                // The length of a stream is never known.
                let Some(size) = source.path.and_then(|path| path.metadata().ok()) else { return };
                total += size.len();
            }
        }
        bar.set_length(total);
        bar.set_style(style(CLOSED));
    });
}
