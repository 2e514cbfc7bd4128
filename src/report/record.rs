//! Findings for other programs: JSON and JSON Lines, version 1.
//!
//! The shape is a promise. Adding a key is a new version of the program,
//! changing or removing one is a new `version`.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::Serialize;

use super::{Finding, Reporter, Totals, json::write_json};
use crate::{edit::Applicability, severity::Severity};

/// The version of the record.
const VERSION: u32 = 1;

/// One finding.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct FindingRecord<'a> {
    /// The version of this record.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// The rule's id.
    rule: &'a str,
    /// How bad it is.
    #[schemars(extend("enum" = Severity::ALL.map(Severity::name)))]
    severity: &'static str,
    /// The rule's summary.
    message: &'a str,
    /// The file as it was named; `-` for standard input.
    path: &'a str,
    /// The id of the record, where it has one.
    document: Option<&'a str>,
    /// The number of the record in the file, from 1; null for a text file.
    record: Option<usize>,
    /// The offset of the record's first byte in the unpacked file; null for a text
    /// file.
    record_start: Option<usize>,
    /// The line of the text where it starts, from 1.
    #[schemars(range(min = 1))]
    line: usize,
    /// The column where it starts, in Unicode scalar values, from 1.
    #[schemars(range(min = 1))]
    column: usize,
    /// The line where it ends.
    #[schemars(range(min = 1))]
    end_line: usize,
    /// One past the column where it ends.
    #[schemars(range(min = 1))]
    end_column: usize,
    /// Where it starts, in bytes of the text as UTF-8.
    byte_start: usize,
    /// One past its last byte.
    byte_end: usize,
    /// What it covers.
    text: &'a str,
    /// How to repair it, if it can be repaired.
    fix: Option<FixRecord>,
}

/// A fix: all of its edits, or none.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
struct FixRecord {
    /// How far it is trusted.
    #[schemars(extend("enum" = SAFETY.map(Applicability::name)))]
    safety: &'static str,
    /// Sorted, none overlapping.
    edits: Vec<EditRecord>,
}

/// A range of the text, and what comes in its place.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
struct EditRecord {
    /// Where it starts, in bytes of the text as UTF-8.
    byte_start: usize,
    /// One past its last byte.
    byte_end: usize,
    /// What comes.
    replacement: String,
}

const SAFETY: [Applicability; 3] = [Applicability::Safe, Applicability::Unsafe, Applicability::Display];

/// The JSON Schema of one finding, as text that ends with a newline.
#[must_use]
pub fn finding_schema() -> String {
    let generator = SchemaSettings::default().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<FindingRecord<'_>>();
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
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
    write_json(&record, out);
}
