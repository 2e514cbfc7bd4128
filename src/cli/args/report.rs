//! How findings are reported.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::rule::suggest;

/// What is reported, and when it is a failure.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(in crate::cli) struct ReportArgs {
    /// How findings are written to standard output [default: full].
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(in crate::cli) output_format: Option<OutputFormat>,
    /// Write findings in this format to a file, or without one (or with `-`) to
    /// standard output; may be given several times.
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = report)]
    pub(in crate::cli) report: Vec<ReportArg>,
    /// The mildest severity that makes the exit code 1 [default: warning].
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(in crate::cli) fail_on: Option<SeverityArg>,
    /// Exit with 0 whatever is found; what could not be done still makes it 2.
    #[arg(long)]
    pub(in crate::cli) exit_zero: bool,
    /// Say nothing but findings and errors.
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum OutputFormat {
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

/// How what is no finding is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TableFormat {
    /// Tables for a person.
    Table,
    /// One JSON object.
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum SeverityArg {
    Info,
    Warning,
    Error,
}

/// A format and the file it goes to.
#[derive(Clone, Debug)]
pub(in crate::cli) struct ReportArg {
    pub(in crate::cli) format: OutputFormat,
    /// `None` for standard output.
    pub(in crate::cli) file: Option<PathBuf>,
}

fn report(text: &str) -> Result<ReportArg, String> {
    let (format, file) = match text.split_once('=') {
        Some((_, "")) => return Err("a file is missing after `=`".into()),
        Some((format, "-")) => (format, None),
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
