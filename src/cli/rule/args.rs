//! What the user typed after `descrape rule`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::super::args::{ConfigArgs, CorpusArgs, RuleArgs, TableFormat};

/// Where rules of one's own are looked for unless somebody says otherwise.
pub(in crate::cli) const RULES: &str = "rules";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RuleCommand {
    /// List all rules: the built-in ones, and those of the folders that the nearest
    /// configuration names.
    #[command(after_help = "\
Examples:
  descrape rule list                     all rules
  descrape rule list --rules my-rules    with those of one more folder
  descrape rule list --select teaser     a group
  descrape rule list --output-format json | jq -r '.[].id'")]
    List(RuleListArgs),
    /// Show what a rule finds, why, and its examples.
    #[command(after_help = "\
Examples:
  descrape rule show minify/placeholder-token")]
    Show(RuleShowArgs),
    /// Prove every example of every rule.
    #[command(after_help = "\
Examples:
  descrape rule test                              all rules
  descrape rule test --rules my-rules             only those in a folder
  descrape rule test entity/spaced-numeric        one rule
  descrape rule test --rules my-rules --watch     again whenever a file is saved
  descrape rule test --rules my-rules --accept    take new snapshots after showing what is new

The rendered findings and fixes of all examples in a folder are compared with DIR/snapshots.")]
    Test(RuleTestArgs),
    /// Say what a careful reader would of rules: what no example proves, which
    /// fixes fight, what is slow.
    #[command(after_help = "\
Examples:
  descrape rule lint --rules my-rules       only those in a folder
  descrape rule lint entity/spaced-numeric  one rule")]
    Lint(RuleLintArgs),
    /// Write the skeleton of a new rule, with examples to fill in.
    #[command(after_help = "\
Examples:
  descrape rule new teaser/lone-watch --rules my-rules
  descrape rule test --rules my-rules --watch    prove it again whenever it is saved")]
    New(RuleNewArgs),
    /// Show what a regular expression matches in a corpus, in its context.
    #[command(after_help = "\
Examples:
  descrape rule try 'Plus:$' corpus/
  descrape rule try '^share this' news.jsonl.zst --ignore-case --unit line --limit 200")]
    Try(RuleTryArgs),
    /// Write the reference of all rules as Markdown: one page a rule, and an index.
    #[command(after_help = "\
Examples:
  descrape rule docs --output site/rules
  descrape rule docs --rules my-rules --output site/rules")]
    Docs(RuleDocsArgs),
    /// Print the JSON Schema of a rule file.
    #[command(after_help = "\
Examples:
  descrape rule schema > schema.json     then start rule files with `#:schema ../schema.json`")]
    Schema,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RuleListArgs {
    /// How the rules are written to standard output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = TableFormat::Table)]
    pub(in crate::cli) output_format: TableFormat,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RuleShowArgs {
    /// The rule's id.
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    /// Folder with more rules.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) rules: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RuleTestArgs {
    /// Ids, groups or globs; all rules if none is given.
    #[arg(value_name = "RULE")]
    pub(in crate::cli) select: Vec<String>,
    /// Only the rules of this folder.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) rules: Vec<PathBuf>,
    /// Take what the rules find now as what they shall find.
    #[arg(long, requires = "rules")]
    pub(in crate::cli) accept: bool,
    /// Test again whenever a rule file changes, until interrupted.
    #[arg(long, requires = "rules")]
    pub(in crate::cli) watch: bool,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RuleLintArgs {
    /// Ids, groups or globs; all rules if none is given.
    #[arg(value_name = "RULE")]
    pub(in crate::cli) select: Vec<String>,
    /// Only the rules of this folder.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) rules: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RuleNewArgs {
    /// The rule's id, GROUP/NAME: named for the damage, not for the cure.
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,
    /// Folder of rules to write it into.
    #[arg(long, value_name = "DIR", default_value = RULES)]
    pub(in crate::cli) rules: PathBuf,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RuleTryArgs {
    /// The regular expression, as it would stand in `any`.
    #[arg(value_name = "REGEX")]
    pub(in crate::cli) pattern: String,
    /// Files and folders; `-` for standard input.
    #[arg(value_name = "PATH", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// What the pattern looks at.
    #[arg(long, value_name = "UNIT", value_enum, default_value_t = UnitArg::Span)]
    pub(in crate::cli) unit: UnitArg,
    /// Be blind to case.
    #[arg(long, short)]
    pub(in crate::cli) ignore_case: bool,
    /// The most matches to show, spread over the corpus.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(in crate::cli) limit: usize,
    #[command(flatten)]
    pub(in crate::cli) corpus: CorpusArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum UnitArg {
    Span,
    Line,
    Paragraph,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RuleDocsArgs {
    /// Folder to write the pages into.
    #[arg(long, short, value_name = "DIR")]
    pub(in crate::cli) output: PathBuf,
    /// Folder with more rules; a rule of the same id replaces a built-in one.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) rules: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
}
