//! Annotations of GitHub Actions: workflow commands, one a line.

use std::{
    fmt::{self, Write as _},
    io::Write,
};

use super::{Finding, Reporter, escape::write_escaped, excerpt::is_invisible, place::relative};
use crate::severity::Severity;

/// `::error file=…,line=…::message`
#[derive(Clone, Copy, Debug)]
pub struct Github;

impl Reporter for Github {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let command = match finding.diagnostic.severity {
            Severity::Info => "notice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let mut line = format!("::{command} file={}", Property(relative(finding.document.path)));
        let (start, end) = (finding.start, finding.end);
        if finding.is_in_file() {
            let _ = write!(line, ",line={}", start.line);
            // Columns of several lines are refused.
            let _ = if start.line == end.line {
                write!(line, ",col={},endLine={},endColumn={}", start.column, end.line, end.column)
            } else {
                write!(line, ",endLine={}", end.line)
            };
        } else if let Some(number) = finding.line() {
            let _ = write!(line, ",line={number}");
        }
        let title = Property(&finding.diagnostic.rule.id);
        let message = finding.message().replace('%', "%25");
        writeln!(out, "{line},title={title}::{message}").expect("memory takes bytes");
    }

    fn may_have_written(&self, head: &[u8]) -> bool {
        ["error", "warning", "notice"].iter().any(|word| head.starts_with(format!("::{word} ").as_bytes()))
    }
}

/// Shows a text as the value of a property: on one line, and nothing in it that a
/// terminal would obey.
struct Property<'a>(&'a str);

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let special = |c| matches!(c, '%' | ':' | ',') || is_invisible(c);
        write_escaped(f, self.0, special, |f, c| match c {
            '%' | ':' | ',' | '\r' | '\n' => write!(f, "%{:02X}", u32::from(c)),
            c => write!(f, "⟨U+{:04X}⟩", u32::from(c)),
        })
    }
}
