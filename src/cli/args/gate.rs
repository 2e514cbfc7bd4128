//! What the user typed about the gate: configurations, baselines, places.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CorpusArgs, RuleArgs, TableFormat};

/// Which configuration holds.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(in crate::cli) struct ConfigArgs {
    /// Use this file instead of the nearest descrape.toml above the paths.
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// Use no configuration.
    #[arg(long)]
    pub(in crate::cli) isolated: bool,
}

/// What a run is made of.
#[derive(Debug, Args)]
pub(in crate::cli) struct SetupArgs {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
    /// Leave out what the configuration excludes, and files like baselines, even if
    /// they are named: for hooks, which name files.
    #[arg(long, help_heading = "Configuration")]
    pub(in crate::cli) force_exclude: bool,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
    #[command(flatten)]
    pub(in crate::cli) corpus: CorpusArgs,
}

/// What was accepted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Gate")]
pub(in crate::cli) struct GateArgs {
    /// The file with accepted findings; only others count.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Use no baseline.
    #[arg(long, conflicts_with_all = ["baseline", "strict_baseline"])]
    pub(in crate::cli) no_baseline: bool,
    /// Fail where accepted findings were not found again.
    #[arg(long)]
    pub(in crate::cli) strict_baseline: bool,
    /// Check only files that differ from what this branch and REV have in common,
    /// as git sees it; files that git does not know yet count, too.
    #[arg(long, value_name = "REV")]
    pub(in crate::cli) changed_since: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum BaselineCommand {
    /// Accept all that is found now.
    #[command(after_help = "\
Examples:
  descrape baseline create corpus/
  descrape check corpus/ --baseline descrape-baseline.jsonl    fails for what is new

A finding is known by its rule, its text and its line, not by its place: a file that moves keeps
its baseline. Entries are sorted lines of JSON; let git merge them with
  descrape-baseline.jsonl merge=union
in .gitattributes.")]
    Create(BaselineCreateArgs),
    /// Forget what is not found any more; adds nothing.
    #[command(after_help = "\
Examples:
  descrape baseline prune corpus/")]
    Prune(BaselineArgs),
    /// Accept what is new, naming each; forgets nothing.
    #[command(after_help = "\
Examples:
  descrape baseline accept corpus/
  descrape baseline accept corpus/ --select caption    only findings of these rules")]
    Accept(BaselineArgs),
    /// Show what was accepted: how much of each rule, or all of some rules.
    #[command(after_help = "\
Examples:
  descrape baseline show
  descrape baseline show caption entity/spaced-numeric")]
    Show(BaselineShowArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct BaselineCreateArgs {
    /// Write over a baseline that is there.
    #[arg(long)]
    pub(in crate::cli) overwrite: bool,
    #[command(flatten)]
    pub(in crate::cli) common: BaselineArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct BaselineArgs {
    /// Files and folders.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// The file with accepted findings [default: that of the configuration, or
    /// descrape-baseline.jsonl].
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Say nothing but errors.
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
    #[command(flatten)]
    pub(in crate::cli) setup: SetupArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct BaselineShowArgs {
    /// Rules whose entries are shown one by one: ids, groups or globs.
    #[arg(value_name = "RULE")]
    pub(in crate::cli) rules: Vec<String>,
    /// The file with accepted findings [default: that of the configuration, or
    /// descrape-baseline.jsonl].
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct InitArgs {
    /// Files and folders.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// The file to write; `-` for standard output.
    #[arg(long, short, value_name = "FILE", default_value = "descrape.toml")]
    pub(in crate::cli) output: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) corpus: CorpusArgs,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ConfigCommand {
    /// Show what holds for a path, and where each value comes from.
    #[command(after_help = "\
Examples:
  descrape config show corpus/forum/2020.jsonl
  descrape config show --output-format json")]
    Show(ConfigShowArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ConfigShowArgs {
    /// A file or folder.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(in crate::cli) path: PathBuf,
    /// How it is written.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = TableFormat::Table)]
    pub(in crate::cli) output_format: TableFormat,
    #[command(flatten)]
    pub(in crate::cli) setup: SetupArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ExplainArgs {
    /// FILE:LINE or FILE:LINE:COLUMN; in files of records FILE:RECORD,
    /// FILE:RECORD:LINE or FILE:RECORD:LINE:COLUMN.
    #[arg(value_name = "PLACE")]
    pub(in crate::cli) place: String,
    #[command(flatten)]
    pub(in crate::cli) setup: SetupArgs,
}
