//! What repairs, and what proves a repair and takes it back.

use std::path::PathBuf;

use clap::Args;

use super::{ConfigArgs, ReportArgs, SetupArgs, glob, share};

#[derive(Debug, Args)]
pub(in crate::cli) struct FixArgs {
    /// Files and folders; `-` for standard input.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) target: TargetArgs,
    /// Apply fixes that may remove what a person wrote, too.
    #[arg(long)]
    pub(in crate::cli) unsafe_fixes: bool,
    /// Leave a document as it is if fixes would remove more than this share of
    /// its words, for instance 30%.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(in crate::cli) max_removed: Option<f64>,
    /// Write down every edit in this file, with what `undo` and `verify` need:
    /// JSON Lines, packed if it is called *.zst or *.gz.
    #[arg(long, value_name = "FILE", conflicts_with = "diff")]
    pub(in crate::cli) journal: Option<PathBuf>,
    /// Go on where the run that wrote the journal was stopped.
    #[arg(long, requires = "journal")]
    pub(in crate::cli) resume: bool,
    /// Show so many edits for reading, of each rule about as many, instead of
    /// the findings that are left.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(in crate::cli) sample: Option<u32>,
    #[command(flatten)]
    pub(in crate::cli) report: ReportArgs,
    #[command(flatten)]
    pub(in crate::cli) setup: SetupArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct UndoArgs {
    /// The journal of the fix.
    #[arg(value_name = "JOURNAL")]
    pub(in crate::cli) journal: PathBuf,
    /// The folder with the repaired files, which are restored in their places.
    #[arg(value_name = "DIR")]
    pub(in crate::cli) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyArgs {
    /// The journal of the fix.
    #[arg(value_name = "JOURNAL")]
    pub(in crate::cli) journal: PathBuf,
    /// The folder or file that was repaired.
    #[arg(value_name = "IN")]
    pub(in crate::cli) input: PathBuf,
    /// The folder with the repaired files.
    #[arg(value_name = "OUT")]
    pub(in crate::cli) output: PathBuf,
    /// What the fix left out by the same option.
    #[arg(long, value_name = "GLOB", value_parser = glob)]
    pub(in crate::cli) exclude: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
}

/// Where the repaired text goes.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct TargetArgs {
    /// Write repaired copies below this folder; `-` for standard output, when
    /// standard input is repaired.
    #[arg(long, short, value_name = "DIR")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Rewrite the files themselves.
    #[arg(long)]
    pub(in crate::cli) in_place: bool,
    /// Show what would change, and write nothing.
    #[arg(long)]
    pub(in crate::cli) diff: bool,
}
