//! Standard output and standard error: colours, width, and words about the run.

use std::io::{self, IsTerminal, Write};

use anstream::ColorChoice;

use super::args::When;

/// Columns where the output goes to a file; also the most that are used.
pub(super) const WIDTH: usize = 120;

/// Errors or notes of one kind that are told one by one.
pub(super) const MOST_TOLD: usize = 10;

/// What is known of the two streams.
pub(super) struct Terminal {
    /// Whether findings are coloured.
    pub(super) color: bool,
    color_errors: bool,
    /// Columns to fit findings into.
    pub(super) width: usize,
    /// Whether a person watches standard error.
    pub(super) watched: bool,
}

impl Terminal {
    pub(super) fn new(when: When) -> Self {
        let color = |auto: ColorChoice| match when {
            When::Auto => auto != ColorChoice::Never,
            When::Always => true,
            When::Never => false,
        };
        let width =
            terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0).clamp(40, WIDTH));
        Terminal {
            color: color(anstream::AutoStream::choice(&io::stdout())),
            color_errors: color(anstream::AutoStream::choice(&io::stderr())),
            width,
            watched: io::stderr().is_terminal(),
        }
    }

    /// Says on standard error what could not be done.
    pub(super) fn error(&self, message: &str) {
        self.say("error", "\x1b[1;31m", message);
    }

    /// The same of many: the first of them, and for the others what `rest` says of their number.
    pub(super) fn errors(&self, messages: &[String], rest: impl Fn(usize) -> String) {
        messages.iter().take(MOST_TOLD).for_each(|message| self.error(message));
        if messages.len() > MOST_TOLD {
            self.error(&rest(messages.len() - MOST_TOLD));
        }
    }

    /// Says on standard error what is worth knowing about the run.
    pub(super) fn note(&self, message: &str) {
        self.say("note", "\x1b[1;32m", message);
    }

    /// Writes to standard error as it is.
    pub(super) fn tell(&self, text: &str) {
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Whether words on standard error are coloured.
    pub(super) fn color_errors(&self) -> bool {
        self.color_errors
    }

    fn say(&self, word: &str, style: &str, message: &str) {
        // Names of files may hold anything, which neither a terminal nor what runs a job and reads
        // along must obey.
        let obeyed = |c: char| {
            c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let message: String = message.chars().map(|c| if obeyed(c) { '\u{fffd}' } else { c }).collect();
        let message = message.replace("\n::", "\n ::").replace("\n##", "\n ##");
        if self.color_errors {
            self.tell(&format!("{style}{word}\x1b[0m: {message}\n"));
        } else {
            self.tell(&format!("{word}: {message}\n"));
        }
    }
}

/// Writes to standard output; `Ok(false)` if nobody reads it any more.
pub(super) fn write_out(out: &mut impl Write, bytes: &[u8]) -> io::Result<bool> {
    match out.write_all(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(io::Error::new(error.kind(), format!("cannot write to standard output: {error}"))),
    }
}
