//! What the user typed.

mod gate;
mod manual;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use self::gate::{
    BaselineArgs, BaselineCommand, BaselineCreateArgs, BaselineShowArgs, ConfigArgs, ConfigCommand,
    ConfigShowArgs, ExplainArgs, GateArgs, InitArgs, SetupArgs,
};
pub(super) use self::manual::{CompletionsArgs, ManArgs};
use super::rule::args::RuleCommand;
use crate::rule::suggest;

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

/// Which documents are read, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Corpus")]
pub(super) struct CorpusArgs {
    /// Look at files that .gitignore excludes, and at hidden ones.
    #[arg(long)]
    pub(super) no_ignore: bool,
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

/// What is reported, and when it is a failure.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(super) struct ReportArgs {
    /// How findings are written to standard output [default: full].
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(super) output_format: Option<OutputFormat>,
    /// Write findings in this format to a file, or without a file to standard
    /// output; may be given several times.
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = report)]
    pub(super) report: Vec<ReportArg>,
    /// The mildest severity that makes the exit code 1 [default: warning].
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(super) fail_on: Option<SeverityArg>,
    /// Exit with 0 whatever is found; what could not be done still makes it 2.
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// Say nothing but findings and errors.
    #[arg(long, short)]
    pub(super) quiet: bool,
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
pub(super) struct FixArgs {
    /// Files and folders; `-` for standard input.
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Apply fixes that may remove what a person wrote, too.
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Leave a document as it is if fixes would remove more than this share of
    /// its words, for instance 30%.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(super) max_removed: Option<f64>,
    /// Write down every edit in this file, with what `undo` and `verify` need:
    /// JSON Lines, packed if it is called *.zst or *.gz.
    #[arg(long, value_name = "FILE", conflicts_with = "diff")]
    pub(super) journal: Option<PathBuf>,
    /// Go on where the run that wrote the journal was stopped.
    #[arg(long, requires = "journal")]
    pub(super) resume: bool,
    /// Show so many edits for reading, of each rule about as many, instead of
    /// the findings that are left.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) sample: Option<u32>,
    #[command(flatten)]
    pub(super) report: ReportArgs,
    #[command(flatten)]
    pub(super) setup: SetupArgs,
}

#[derive(Debug, Args)]
pub(super) struct UndoArgs {
    /// The journal of the fix.
    #[arg(value_name = "JOURNAL")]
    pub(super) journal: PathBuf,
    /// The folder with the repaired files, which are restored in their places.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The journal of the fix.
    #[arg(value_name = "JOURNAL")]
    pub(super) journal: PathBuf,
    /// The folder or file that was repaired.
    #[arg(value_name = "IN")]
    pub(super) input: PathBuf,
    /// The folder with the repaired files.
    #[arg(value_name = "OUT")]
    pub(super) output: PathBuf,
}

/// Where the repaired text goes.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct TargetArgs {
    /// Write repaired copies below this folder; `-` for standard output, when
    /// standard input is repaired.
    #[arg(long, short, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// Rewrite the files themselves.
    #[arg(long)]
    pub(super) in_place: bool,
    /// Show what would change, and write nothing.
    #[arg(long)]
    pub(super) diff: bool,
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

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// Labelled JSON Lines.
    #[arg(value_name = "LABELLED", required_unless_present = "clean")]
    pub(super) labelled: Vec<PathBuf>,
    /// Clean text, in which rules should find nothing: counts findings per
    /// million words.
    #[arg(long, value_name = "CLEAN", num_args = 1.., conflicts_with = "labelled")]
    pub(super) clean: Vec<PathBuf>,
    /// Score only records whose field has this value; of several for one field,
    /// one must hold.
    #[arg(long = "where", value_name = "FIELD=VALUE", value_parser = field_value)]
    pub(super) conditions: Vec<(String, String)>,
    /// Score only records whose `gold_recovered` is at least so much, where
    /// they say it.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(super) min_gold: Option<f64>,
    /// Score findings of this severity and worse.
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = SeverityArg::Warning)]
    pub(super) severity: SeverityArg,
    /// Break the figures down by these fields of the records.
    #[arg(long, value_name = "FIELD", value_delimiter = ',', default_value = "version,source")]
    pub(super) by: Vec<String>,
    /// Show so many false positives with the lines around them.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) worst: usize,
    /// How figures are written to standard output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = EvalFormat::Table)]
    pub(super) output_format: EvalFormat,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    #[command(flatten)]
    pub(super) corpus: CorpusArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EvalFormat {
    /// Tables for a person.
    Table,
    /// One JSON object.
    Json,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// With the line, the span underlined, and the fix.
    Full,
    /// One line a finding.
    Concise,
    /// One line a finding, below the name of its file.
    Grouped,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions, and the summary of the job.
    Github,
    /// Code Quality of GitLab.
    Gitlab,
    /// JUnit XML, for pages of test results.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// Reviewdog Diagnostic Format, one JSON object a line.
    Rdjsonl,
    /// Tables for a comment; 50 findings at the most.
    Markdown,
    /// Attribute files of the dolma toolkit, below `attributes/descrape` beside the folder `documents`.
    Dolma,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SeverityArg {
    Info,
    Warning,
    Error,
}

/// A format and the file it goes to.
#[derive(Clone, Debug)]
pub(super) struct ReportArg {
    pub(super) format: OutputFormat,
    /// `None` for standard output.
    pub(super) file: Option<PathBuf>,
}

fn report(text: &str) -> Result<ReportArg, String> {
    let (format, file) = match text.split_once('=') {
        Some((_, "")) => return Err("a file is missing after `=`".into()),
        Some((format, file)) => (format, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let format = OutputFormat::from_str(format, false).map_err(|_| {
        let known: Vec<String> = OutputFormat::value_variants()
            .iter()
            .filter_map(|format| Some(format.to_possible_value()?.get_name().to_string()))
            .collect();
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        let hint = suggest(format, &names)
            .map_or_else(|| format!("one of {}", names.join(", ")), |best| format!("did you mean `{best}`?"));
        format!("`{format}` is no format: {hint}")
    })?;
    Ok(ReportArg { format, file })
}

fn field_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, value)) if !field.is_empty() => Ok((field.into(), value.into())),
        _ => Err("give a field and a value, for instance version=window".into()),
    }
}

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
