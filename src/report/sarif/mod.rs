//! SARIF 2.1.0, one run: what code scanning services read.
//!
//! Results are written as they come; the rules, of which only the end knows which
//! were seen, stand after them.

mod log;
mod result;

use std::{borrow::Cow, fmt::Write};

use self::{
    log::{Configuration, Driver, HEAD, Help, Invocation, Message, ReportingDescriptor, Tags, Tool},
    result::{
        ArtifactChange, ArtifactLocation, Fingerprints, Fix, InRecord, Location, LogicalLocation,
        PhysicalLocation, Region, Replacement, SarifResult, Suppression,
    },
};
use super::{Finding, Reporter, Standing, Totals, json::write_json, place::relative};
use crate::{diagnostic::Identity, edit::Applicability, position::Position, rule::Rule, severity::Severity};

/// One log with one run.
#[derive(Clone, Copy, Debug)]
pub struct Sarif {
    /// Whether findings are held against a baseline.
    pub baseline: bool,
}

impl Reporter for Sarif {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let diagnostic = finding.diagnostic;
        let uri = uri(finding.document.path);
        let message = without_link(finding.message());
        let edits = finding.edits_in_file();
        let Identity { content, ordinal } = finding.identity();
        let result = SarifResult {
            rule_id: &diagnostic.rule.id,
            level: level(diagnostic.severity),
            message: Message { text: &message },
            locations: [location(finding, &uri)],
            partial_fingerprints: Fingerprints {
                content: [&*diagnostic.rule.id, &content.to_string(), &ordinal.to_string()].join(":"),
            },
            baseline_state: self.baseline.then_some(match finding.standing {
                Standing::Known => "unchanged",
                Standing::New | Standing::Suppressed { .. } => "new",
            }),
            suppressions: match finding.standing {
                Standing::Suppressed { reason } => {
                    vec![Suppression { kind: "external", justification: reason }]
                }
                Standing::New | Standing::Known => Vec::new(),
            },
            fixes: diagnostic.fix.as_ref().filter(|_| !edits.is_empty()).map(|fix| {
                let replacements = edits.iter().map(|(edit, start, end)| Replacement {
                    deleted_region: region(*start, *end),
                    inserted_content: Message { text: &edit.text },
                });
                [Fix {
                    description: Message { text: describe(fix.applicability) },
                    artifact_changes: [ArtifactChange {
                        artifact_location: ArtifactLocation { uri: &uri },
                        replacements: replacements.collect(),
                    }],
                }]
            }),
            properties: in_record(finding),
        };
        result.write(out);
    }

    fn between(&self) -> &'static str {
        ",\n"
    }

    fn shows_all(&self) -> bool {
        true
    }

    fn open(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(HEAD.as_bytes());
    }

    fn close(&self, totals: &Totals<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n],\"tool\":");
        let rules = totals.seen.iter().map(|rule| descriptor(rule)).collect();
        let driver = Driver { name: "descrape", version: env!("CARGO_PKG_VERSION"), rules };
        write_json(&Tool { driver }, out);
        out.extend_from_slice(b",\"invocations\":");
        write_json(&[Invocation { execution_successful: totals.unread.is_empty() }], out);
        out.extend_from_slice(b"}]}\n");
    }
}

/// A message in which nothing is read as a link.
fn without_link(message: String) -> String {
    // Most hold no bracket, and need not be looked through for two characters together.
    if message.contains(']') { message.replace("](", "] (") } else { message }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn describe(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe fix",
        Applicability::Unsafe => "unsafe fix",
        Applicability::Display => "suggestion",
    }
}

fn descriptor(rule: &Rule) -> ReportingDescriptor<'_> {
    let why = rule.why.trim_end();
    ReportingDescriptor {
        id: &rule.id,
        short_description: Message { text: &rule.summary },
        full_description: Message { text: why },
        help: Help { text: why, markdown: why },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: Tags { tags: rule.tags.iter().map(String::as_str).collect() },
    }
}

fn location<'a>(finding: &'a Finding<'_>, uri: &'a str) -> Location<'a> {
    let document = finding.document;
    let region = if finding.is_in_file() {
        let text = &document.text[finding.diagnostic.span.range()];
        Region { snippet: Some(Message { text }), ..region(finding.start, finding.end) }
    } else {
        // Services ask for a line even where a file has none.
        Region { start_line: finding.line().unwrap_or(1), ..Region::default() }
    };
    let number = || document.record.map(|record| record.to_string().into());
    let name = document.id.map(Cow::from).or_else(number);
    Location {
        physical_location: PhysicalLocation { artifact_location: ArtifactLocation { uri }, region },
        logical_locations: name
            .map(|name| [LogicalLocation { name, fully_qualified_name: document.name(), kind: "document" }]),
    }
}

fn region<'a>(start: Position, end: Position) -> Region<'a> {
    Region {
        start_line: start.line,
        start_column: Some(start.column),
        end_line: Some(end.line),
        end_column: Some(end.column),
        snippet: None,
    }
}

fn in_record<'a>(finding: &Finding<'a>) -> Option<InRecord<'a>> {
    let (document, start, end) = (finding.document, finding.start, finding.end);
    (!finding.is_in_file()).then(|| InRecord {
        document: document.id,
        record: document.record,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        text: &document.text[finding.diagnostic.span.range()],
    })
}

/// A path as a URI: relative where the path is.
///
/// Source: RFC 3986; all but unreserved characters are escaped.
fn uri(path: &str) -> Cow<'_, str> {
    let path = relative(path);
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    if !path.starts_with('/') && path.bytes().all(is_unreserved) {
        return path.into();
    }
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        if is_unreserved(byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_escaped() {
        assert_eq!(uri("./a b/ß#?%:[1].txt"), "a%20b/%C3%9F%23%3F%25%3A%5B1%5D.txt");
        assert_eq!(uri("./c/d-1.txt"), "c/d-1.txt");
        assert_eq!(uri("/c/d.txt"), "file:///c/d.txt");
    }
}
