//! What the user typed.

mod eval;
mod fix;
mod gate;
mod manual;
mod report;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use self::eval::EvalArgs;
pub(super) use self::fix::{FixArgs, UndoArgs, VerifyArgs};
pub(super) use self::gate::{
    BaselineArgs, BaselineCommand, BaselineCreateArgs, BaselineShowArgs, ConfigArgs, ConfigCommand,
    ConfigShowArgs, ExplainArgs, GateArgs, InitArgs, SetupArgs,
};
pub(super) use self::manual::{CompletionsArgs, ManArgs};
pub(super) use self::report::{OutputFormat, ReportArgs, SeverityArg, TableFormat};
use super::rule::args::RuleCommand;
use crate::paths::PathGlobs;

/// Finds and repairs the damage that web scraping leaves in text corpora.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  descrape check corpus/                     report every artifact below a folder
  descrape fix corpus/ --output cleaned/     write a repaired copy
  descrape rule show entity/spaced-numeric   what a rule finds, and why

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 something could not be done."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, global = true)]
    pub(super) color: When,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report artifacts; never writes to the corpus.
    #[command(after_help = "\
Examples:
  descrape check                                    all text below this folder
  descrape check news.jsonl.zst --statistics        how often each rule fires
  descrape check corpus/ --select entity,minify     two groups of rules
  descrape check corpus/ --ignore 'caption/*' --output-format jsonl > findings.jsonl
  curl https://example.org/page.txt | descrape check - --stdin-filename page.txt")]
    Check(CheckArgs),
    /// Repair artifacts whose fix is safe, and report the rest.
    #[command(after_help = "\
Examples:
  descrape fix corpus/ --diff                       show what would change
  descrape fix corpus/ --output cleaned/            mirror the folder, repaired
  descrape fix corpus/ --diff --sample 200          200 edits to read, of each rule about as many
  descrape fix corpus/ --output cleaned/ --journal edits.jsonl.zst --resume
                                                    a bulk fix that can be stopped and undone
  descrape fix news.jsonl.gz --in-place             repair the file itself
  descrape fix story.txt --in-place --unsafe-fixes  also what a person may have written")]
    Fix(FixArgs),
    /// Restore what a fix changed, byte for byte.
    #[command(after_help = "\
Examples:
  descrape fix corpus/ --output cleaned/ --journal edits.jsonl.zst
  descrape undo edits.jsonl.zst cleaned/            cleaned/ holds the originals again")]
    Undo(UndoArgs),
    /// Prove that repaired files are the originals with a journal's edits.
    #[command(after_help = "\
Examples:
  descrape verify edits.jsonl.zst corpus/ cleaned/

Exit codes: 0 they are, 1 they are not, 2 something could not be read.")]
    Verify(VerifyArgs),
    /// Accept findings, so that a check fails for new ones only.
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Write a commented descrape.toml after a look at the corpus.
    #[command(after_help = "\
Examples:
  descrape init corpus/")]
    Init(InitArgs),
    /// Show what is configured.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Tell what every rule made of a place: which looked, which matched, and which condition failed.
    #[command(after_help = "\
Examples:
  descrape explain story.txt:12
  descrape explain corpus/ferry.jsonl:3#3:1:47     a place as a report writes it")]
    Explain(ExplainArgs),
    /// List, show, write and prove rules.
    #[command(subcommand)]
    Rule(RuleCommand),
    /// Print the JSON Schema of what descrape reads and writes.
    #[command(after_help = "\
Examples:
  descrape schema config > descrape.schema.json    what descrape.toml may say
  descrape schema finding                          one record of --output-format jsonl")]
    Schema(SchemaArgs),
    /// Score rules against labelled or clean text.
    #[command(after_help = "\
Examples:
  descrape eval labelled.jsonl.zst                     precision and recall, by rule and in all
  descrape eval labelled.jsonl --worst 20              and the false positives, in their context
  descrape eval labelled.jsonl --where version=window  only records whose field says so
  descrape eval --clean clean.jsonl                    findings per million words of honest text

A labelled record holds `lines`, an array of strings, and `labels`, an array of as many numbers:
1 for an artifact, 0 for content, -1 for a line that does not count. A finding claims a line when
its fix would delete the line, or when it covers half of it or more.")]
    Eval(EvalArgs),
    /// Print what makes a shell complete commands and options.
    #[command(after_help = "\
Examples:
  descrape completions bash > ~/.local/share/bash-completion/completions/descrape
  descrape completions zsh > ~/.zfunc/_descrape          a folder of $fpath
  descrape completions fish > ~/.config/fish/completions/descrape.fish")]
    Completions(CompletionsArgs),
    /// Print the manual page, or write one for each command.
    #[command(after_help = "\
Examples:
  descrape man | man -l -
  descrape man --output ~/.local/share/man/man1    then `man descrape-check`")]
    Man(ManArgs),
}

/// Which rules run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
pub(super) struct RuleArgs {
    /// Folder with more rules; a rule of the same id replaces a built-in one.
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,
    /// Rules to run: ids, groups, globs or ALL, separated by commas.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Rules not to run; the more specific of two words wins.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
}

/// A glob over paths, as it stands.
fn glob(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("is empty".into());
    }
    PathGlobs::new([text]).map(|_| text.to_string()).map_err(|(_, error)| error.kind().to_string())
}

/// Which documents are read, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Corpus")]
pub(super) struct CorpusArgs {
    /// Look at files that .gitignore excludes, and at hidden ones.
    #[arg(long)]
    pub(super) no_ignore: bool,
    /// Leave out files and folders in folders that match, besides those that the configuration
    /// excludes; may be given several times.
    #[arg(long, value_name = "GLOB", value_parser = glob)]
    pub(super) exclude: Vec<String>,
    /// Follow symbolic links.
    #[arg(long)]
    pub(super) follow: bool,
    /// Read all files as this format, whatever they are called.
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(super) format: Option<FormatArg>,
    /// The format of standard input, which may be packed by gzip or zstd.
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(super) stdin_format: Option<FormatArg>,
    /// The name of standard input in reports; tells its format, too.
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<String>,
    /// Field or column of a record that holds the text: a name, or a JSON
    /// pointer like /meta/text [default: text].
    #[arg(long, value_name = "NAME")]
    pub(super) text_field: Option<String>,
    /// Field or column of a record that holds its id [default: id].
    #[arg(long, value_name = "NAME")]
    pub(super) id_field: Option<String>,
    /// Stop at the first file or record that cannot be read.
    #[arg(long)]
    pub(super) strict: bool,
    /// Number of threads; 0 for one a core.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=512))]
    pub(super) threads: u16,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Files and folders; `-` for standard input.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    /// Count findings by rule instead of showing them.
    #[arg(long, help_heading = "Report")]
    pub(super) statistics: bool,
    /// Tell what each rule costs instead of showing findings: time, places that
    /// were offered, searches, and how many of these were in vain.
    #[arg(long, help_heading = "Report", conflicts_with = "statistics")]
    pub(super) timing: bool,
    #[command(flatten)]
    pub(super) report: ReportArgs,
    #[command(flatten)]
    pub(super) gate: GateArgs,
    #[command(flatten)]
    pub(super) setup: SetupArgs,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Of what.
    #[arg(value_name = "WHAT", value_enum)]
    pub(super) of: SchemaOf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SchemaOf {
    /// A finding, as --output-format json and jsonl write it.
    Finding,
    /// An entry of a baseline.
    Baseline,
    /// A configuration file.
    Config,
    /// A rule file.
    Rule,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FormatArg {
    /// Plain text, one document a file.
    Text,
    /// JSON Lines, one document a line.
    Jsonl,
    /// Comma-separated values with a header, one document a row.
    Csv,
    /// Tab-separated values with a header, one document a row.
    Tsv,
    /// WARC or WET, one document a plain-text record.
    Warc,
    /// tar, one document a text member.
    Tar,
    /// Parquet, one document a row.
    Parquet,
}

/// A number from 0 to 1, or a percentage.
fn share(text: &str) -> Result<f64, String> {
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().map(|percent| percent / 100.0),
        None => text.parse(),
    };
    match share {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("give a number from 0 to 1, or from 0% to 100%".into()),
    }
}
