//! How rules are scored.

use std::path::PathBuf;

use clap::Args;

use super::{ConfigArgs, CorpusArgs, RuleArgs, SeverityArg, TableFormat, share};

#[derive(Debug, Args)]
pub(in crate::cli) struct EvalArgs {
    /// Labelled JSON Lines.
    #[arg(value_name = "LABELLED", required_unless_present = "clean")]
    pub(in crate::cli) labelled: Vec<PathBuf>,
    /// Clean text, in which rules should find nothing: counts findings per
    /// million words.
    #[arg(long, value_name = "CLEAN", num_args = 1.., conflicts_with_all = ["labelled", "by", "conditions", "min_gold"])]
    pub(in crate::cli) clean: Vec<PathBuf>,
    /// Score only records whose field has this value; of several for one field,
    /// one must hold.
    #[arg(long = "where", value_name = "FIELD=VALUE", value_parser = field_value)]
    pub(in crate::cli) conditions: Vec<(String, String)>,
    /// Score only records whose `gold_recovered` is at least so much, where
    /// they say it.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(in crate::cli) min_gold: Option<f64>,
    /// Score findings of this severity and worse.
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = SeverityArg::Warning)]
    pub(in crate::cli) severity: SeverityArg,
    /// Break the figures down by these fields of the records.
    #[arg(long, value_name = "FIELD", value_delimiter = ',', default_value = "version,source")]
    pub(in crate::cli) by: Vec<String>,
    /// Show so many false positives with the lines around them.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) worst: usize,
    /// How figures are written to standard output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = TableFormat::Table)]
    pub(in crate::cli) output_format: TableFormat,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
    #[command(flatten)]
    pub(in crate::cli) corpus: CorpusArgs,
}

fn field_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, value)) if !field.is_empty() => Ok((field.into(), value.into())),
        _ => Err("give a field and a value, for instance version=window".into()),
    }
}
