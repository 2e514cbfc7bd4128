//! The program: the only module that knows all the others, and the only one
//! with threads.
//!
//! `args` (what was typed) → `settings` (what it means here) → one file a command.

mod args;
mod attributes;
mod baseline;
mod changed;
mod check;
mod config;
mod eval;
mod examine;
mod explain;
mod findings;
mod fix;
mod found;
mod init;
mod judge;
mod manual;
mod pipeline;
mod progress;
mod report_places;
mod reports;
mod rule;
mod schema;
mod scope;
mod settings;
mod setup;
mod statistics;
mod tally;
mod terminal;
mod timing;
mod undo;

use std::{env, ffi::OsString, process::ExitCode};

use clap::Parser;

use self::{
    args::{Cli, Command, OutputFormat},
    terminal::Terminal,
};
use crate::Backend;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Nothing to complain about.
    Clean,
    /// Findings at or above the threshold.
    Findings,
    /// The tool could not do all of its work.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Failed => 2,
        })
    }
}

/// Why a command could not start; it was not told to the user yet.
struct Stop(String);

impl<E: std::error::Error> From<E> for Stop {
    fn from(error: E) -> Self {
        Stop(error.to_string())
    }
}

/// Runs the program with these arguments, the first being its own name.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; clap knows which stream is whose.
            let code = if error.use_stderr() { Exit::Failed } else { Exit::Clean };
            let _ = error.print();
            return code.into();
        }
    };
    let terminal = Terminal::new(cli.color);
    // Before any rules are compiled.
    if let Err(error) = env::var("DESCRAPE_SIMD").map_or(Ok(()), |name| Backend::choose(&name)) {
        terminal.error(&format!("DESCRAPE_SIMD: {error}"));
        return Exit::Failed.into();
    }
    let result = match cli.command {
        Command::Check(args) if args.report.output_format == Some(OutputFormat::Dolma) => {
            attributes::run(&args, &terminal).map(|exit| args.report.exit(exit))
        }
        Command::Check(args) => check::run(&args, &terminal).map(|exit| args.report.exit(exit)),
        Command::Baseline(command) => baseline::run(&command, &terminal),
        Command::Fix(args) => fix::run(&args, &terminal).map(|exit| args.report.exit(exit)),
        Command::Undo(args) => undo::undo(&args, &terminal),
        Command::Verify(args) => undo::verify(&args, &terminal),
        Command::Init(args) => init::run(&args, &terminal),
        Command::Config(command) => config::run(&command, &terminal),
        Command::Explain(args) => explain::run(&args, &terminal),
        Command::Eval(args) => eval::run(&args, &terminal),
        Command::Schema(args) => schema::run(&args),
        Command::Rule(command) => rule::run(&command, &terminal),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::man(&args),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(Stop(message)) => {
            terminal.error(&message);
            Exit::Failed.into()
        }
    }
}
