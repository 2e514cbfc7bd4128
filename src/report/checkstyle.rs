//! XML as Checkstyle writes it, which many services read.

use std::io::Write;

use super::{
    Finding, Reporter, Totals,
    place::relative,
    xml::{Escaped, HEAD},
};

/// An `<error>` for each finding, in a `<file>`.
#[derive(Clone, Copy, Debug)]
pub struct Checkstyle;

impl Reporter for Checkstyle {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        // Line 0 is the file as a whole.
        let line = finding.line().unwrap_or(0);
        let column = if finding.is_in_file() {
            format!(" column=\"{}\"", finding.start.column)
        } else {
            String::new()
        };
        writeln!(
            out,
            "<error line=\"{line}\"{column} severity=\"{}\" message=\"{}\" source=\"{}\"/>",
            finding.diagnostic.severity,
            Escaped(&finding.message()),
            Escaped(&finding.diagnostic.rule.id),
        )
        .expect("memory takes bytes");
    }

    fn open(&self, out: &mut Vec<u8>) {
        writeln!(out, "{HEAD}<checkstyle version=\"4.3\">").expect("memory takes bytes");
    }

    fn open_file(&self, path: &str, out: &mut Vec<u8>) {
        writeln!(out, "<file name=\"{}\">", Escaped(relative(path))).expect("memory takes bytes");
    }

    fn close_file(&self, _path: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(b"</file>\n");
    }

    fn close(&self, _totals: &Totals<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"</checkstyle>\n");
    }
}
