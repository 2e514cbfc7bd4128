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
        let (severity, message) = (finding.diagnostic.severity, finding.diagnostic.message());
        writeln!(out, "{place}: {severity}[{}] {}", rule.id, visible(&message)).expect("memory takes bytes");
    }
}
