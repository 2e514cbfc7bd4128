//! One line a finding.

use std::io::Write;

use super::{Finding, Reporter, excerpt::visible};

/// `path:line:column: severity[rule] message`
#[derive(Clone, Copy, Debug)]
pub struct Concise;

impl Reporter for Concise {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let rule = finding.diagnostic.rule;
        let place = finding.place();
        let place = visible(&place);
        writeln!(out, "{place}: {}[{}] {}", finding.diagnostic.severity, rule.id, rule.summary)
            .expect("memory takes bytes");
    }
}
