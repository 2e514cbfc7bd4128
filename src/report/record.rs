//! Findings for other programs: JSON and JSON Lines, version 1.
//!
//! The shape is a promise. Adding a key is a new version of the program,
//! changing or removing one is a new `version`.

use serde::Serialize;

use super::{Finding, Reporter, Totals};

/// The version of the record.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct FindingRecord<'a> {
    version: u32,
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    path: &'a str,
    document: Option<&'a str>,
    record: Option<usize>,
    record_start: Option<usize>,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    byte_start: usize,
    byte_end: usize,
    text: &'a str,
    fix: Option<FixRecord>,
}

#[derive(Serialize)]
struct FixRecord {
    safety: &'static str,
    edits: Vec<EditRecord>,
}

#[derive(Serialize)]
struct EditRecord {
    byte_start: usize,
    byte_end: usize,
    replacement: String,
}

/// One JSON object a line.
#[derive(Clone, Copy, Debug)]
pub struct JsonLines;

/// One JSON array of all findings.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Reporter for JsonLines {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        write(finding, out);
        out.push(b'\n');
    }
}

impl Reporter for Json {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        write(finding, out);
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

fn write(finding: &Finding<'_>, out: &mut Vec<u8>) {
    let (document, diagnostic) = (finding.document, finding.diagnostic);
    let record = FindingRecord {
        version: VERSION,
        rule: &diagnostic.rule.id,
        severity: diagnostic.severity.name(),
        message: &diagnostic.rule.summary,
        path: document.path,
        document: document.id,
        record: document.record,
        record_start: document.record.map(|_| document.offset),
        line: finding.start.line,
        column: finding.start.column,
        end_line: finding.end.line,
        end_column: finding.end.column,
        byte_start: document.first_byte + diagnostic.span.start,
        byte_end: document.first_byte + diagnostic.span.end,
        text: &document.text[diagnostic.span.range()],
        fix: diagnostic.fix.as_ref().map(|fix| FixRecord {
            safety: fix.applicability.name(),
            edits: diagnostic
                .edits(document.text)
                .into_iter()
                .map(|edit| EditRecord {
                    byte_start: edit.span.start,
                    byte_end: edit.span.end,
                    replacement: edit.text,
                })
                .collect(),
        }),
    };
    serde_json::to_writer(out, &record).expect("memory takes bytes, and every key is a string");
}
