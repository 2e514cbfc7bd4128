//! Findings for other programs: JSON and JSON Lines, version 1.
//!
//! The shape is a promise. Adding a key is a new version of the program,
//! changing or removing one is a new `version`.

use std::borrow::Cow;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::Serialize;

use super::{
    Finding, Reporter, Totals,
    json::{write_text, write_value},
};
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
    /// The rule's summary, and behind a colon what is wrong with this one where that can be told.
    message: Cow<'a, str>,
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
        record(finding).write(out);
        out.push(b'\n');
    }

    fn may_have_written(&self, head: &[u8]) -> bool {
        head.starts_with(format!("{{\"version\":{VERSION},\"rule\":").as_bytes())
    }
}

impl Reporter for Json {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        record(finding).write(out);
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

fn record<'a>(finding: &Finding<'a>) -> FindingRecord<'a> {
    let (document, diagnostic) = (finding.document, finding.diagnostic);
    FindingRecord {
        version: VERSION,
        rule: &diagnostic.rule.id,
        severity: diagnostic.severity.name(),
        message: diagnostic.message(),
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
    }
}

impl FindingRecord<'_> {
    /// Appends it as [`write_json`](super::json::write_json) does.
    fn write(&self, out: &mut Vec<u8>) {
        write_value("{\"version\":", &self.version, out);
        write_text(",\"rule\":", self.rule, out);
        write_text(",\"severity\":", self.severity, out);
        write_text(",\"message\":", &self.message, out);
        write_text(",\"path\":", self.path, out);
        match self.document {
            Some(id) => write_text(",\"document\":", id, out),
            None => out.extend_from_slice(b",\"document\":null"),
        }
        write_value(",\"record\":", &self.record, out);
        write_value(",\"record_start\":", &self.record_start, out);
        write_value(",\"line\":", &self.line, out);
        write_value(",\"column\":", &self.column, out);
        write_value(",\"end_line\":", &self.end_line, out);
        write_value(",\"end_column\":", &self.end_column, out);
        write_value(",\"byte_start\":", &self.byte_start, out);
        write_value(",\"byte_end\":", &self.byte_end, out);
        write_text(",\"text\":", self.text, out);
        write_value(",\"fix\":", &self.fix, out);
        out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::json::write_json, *};

    proptest! {
        #[test]
        fn a_record_is_written_as_it_is_serialised(
            texts in prop::array::uniform5("[a-c\"\\\\\n\t\0\u{7f}\u{200b}é😀 ]{0,6}"),
            numbers in prop::array::uniform6(any::<usize>()),
            has in any::<[bool; 3]>(),
        ) {
            let [rule, message, path, id, text] = texts.each_ref().map(String::as_str);
            let [record, line, column, end_line, byte_start, byte_end] = numbers;
            let edits = || vec![EditRecord { byte_start, byte_end, replacement: text.to_string() }];
            let record = FindingRecord {
                version: VERSION,
                rule,
                severity: Severity::Warning.name(),
                message: message.into(),
                path,
                document: has[0].then_some(id),
                record: has[1].then_some(record),
                record_start: has[1].then_some(byte_start),
                line,
                column,
                end_line,
                end_column: column,
                byte_start,
                byte_end,
                text,
                fix: has[2].then(|| FixRecord { safety: Applicability::Safe.name(), edits: edits() }),
            };
            let (mut written, mut serialised) = (Vec::new(), Vec::new());
            record.write(&mut written);
            write_json(&record, &mut serialised);
            prop_assert_eq!(String::from_utf8(written), String::from_utf8(serialised));
        }
    }
}
