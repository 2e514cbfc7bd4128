//! Code Quality of GitLab: one JSON array.

use super::{
    Finding, Reporter, Totals,
    json::{write_json, write_text, write_value},
    place::relative,
};
use crate::{hash::Hash, severity::Severity};

/// An array of issues, as the analyzer of Code Climate would write them.
#[derive(Clone, Copy, Debug)]
pub struct Gitlab;

impl Reporter for Gitlab {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let severity = match finding.diagnostic.severity {
            Severity::Info => "info",
            Severity::Warning => "minor",
            Severity::Error => "major",
        };
        write_text("{\"description\":", &finding.message(), out);
        write_text(",\"check_name\":", &finding.diagnostic.rule.id, out);
        write_value(",\"fingerprint\":", &fingerprint(finding), out);
        write_text(",\"severity\":", severity, out);
        write_text(",\"location\":{\"path\":", relative(finding.document.path), out);
        // A line has to be said.
        write_value(",\"lines\":{\"begin\":", &finding.line().unwrap_or(1), out);
        out.extend_from_slice(b"}}}");
    }

    fn between(&self) -> &'static str {
        ",\n"
    }

    fn open(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"[\n");
    }

    fn close(&self, _totals: &Totals<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]\n");
    }
}

/// What a finding is known by: its rule, its content and its document, which
/// without an id is known by its number.
fn fingerprint(finding: &Finding<'_>) -> Hash {
    let (document, identity) = (finding.document, finding.identity());
    let number = if document.id.is_none() { document.record } else { None };
    let path = relative(document.path);
    let rule = &finding.diagnostic.rule.id;
    let mut known_by = Vec::new();
    write_json(&(rule, identity.content, identity.ordinal, path, document.id, number), &mut known_by);
    Hash::of(&known_by)
}
