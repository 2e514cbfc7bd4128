//! Findings below the name of their file, for people.

use std::io::Write;

use super::{Finding, Reporter, excerpt::visible};

/// A heading for each file, and one aligned line a finding.
#[derive(Clone, Copy, Debug)]
pub struct Grouped;

impl Reporter for Grouped {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let place = finding.place_in_file();
        let (severity, rule) = (finding.diagnostic.severity.name(), finding.diagnostic.rule);
        writeln!(
            out,
            "  {place:<9}  {severity:<7}  {:<30}  {}",
            rule.id,
            visible(&finding.diagnostic.message())
        )
        .expect("memory takes bytes");
    }

    fn open_file(&self, path: &str, out: &mut Vec<u8>) {
        writeln!(out, "{}", visible(path)).expect("memory takes bytes");
    }

    fn close_file(&self, _path: &str, out: &mut Vec<u8>) {
        out.push(b'\n');
    }
}
