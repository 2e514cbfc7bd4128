//! A result of a SARIF log, as far as descrape writes it, named as the standard
//! names its pieces.
//!
//! Source: OASIS, Static Analysis Results Interchange Format 2.1.0.

use std::borrow::Cow;

use serde::Serialize;

use super::{
    super::json::{write_text, write_value},
    log::Message,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'a> {
    pub(super) rule_id: &'a str,
    pub(super) level: &'static str,
    pub(super) message: Message<'a>,
    pub(super) locations: [Location<'a>; 1],
    pub(super) partial_fingerprints: Fingerprints,
    /// All results of a run have one, or none has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline_state: Option<&'static str>,
    /// Empty, not absent: all results of a run have them, or none has.
    pub(super) suppressions: Vec<Suppression<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fixes: Option<[Fix<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) properties: Option<InRecord<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location<'a> {
    pub(super) physical_location: PhysicalLocation<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) logical_locations: Option<[LogicalLocation<'a>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation<'a> {
    pub(super) artifact_location: ArtifactLocation<'a>,
    pub(super) region: Region<'a>,
}

#[derive(Serialize)]
pub(super) struct ArtifactLocation<'a> {
    pub(super) uri: &'a str,
}

/// The last column is one past the last character.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region<'a> {
    pub(super) start_line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) snippet: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) fully_qualified_name: String,
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Fingerprints {
    /// What the finding is known by in a baseline.
    #[serde(rename = "content/v1")]
    pub(super) content: String,
}

#[derive(Serialize)]
pub(super) struct Suppression<'a> {
    pub(super) kind: &'static str,
    pub(super) justification: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fix<'a> {
    pub(super) description: Message<'a>,
    pub(super) artifact_changes: [ArtifactChange<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactChange<'a> {
    pub(super) artifact_location: ArtifactLocation<'a>,
    pub(super) replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement<'a> {
    pub(super) deleted_region: Region<'a>,
    pub(super) inserted_content: Message<'a>,
}

/// Where a finding stands in the text of a record: our own words, as the standard
/// has none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InRecord<'a> {
    pub(super) document: Option<&'a str>,
    pub(super) record: Option<usize>,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
    pub(super) text: &'a str,
}

impl SarifResult<'_> {
    /// Appends it as [`write_json`](super::super::json::write_json) does.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        write_text("{\"ruleId\":", self.rule_id, out);
        write_text(",\"level\":", self.level, out);
        write_text(",\"message\":{\"text\":", self.message.text, out);
        out.extend_from_slice(b"},\"locations\":[");
        let [location] = &self.locations;
        location.write(out);
        write_text("],\"partialFingerprints\":{\"content/v1\":", &self.partial_fingerprints.content, out);
        out.push(b'}');
        if let Some(state) = self.baseline_state {
            write_text(",\"baselineState\":", state, out);
        }
        write_value(",\"suppressions\":", &self.suppressions, out);
        if let Some(fixes) = &self.fixes {
            write_value(",\"fixes\":", fixes, out);
        }
        if let Some(place) = &self.properties {
            place.write(out);
        }
        out.push(b'}');
    }
}

impl Location<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let PhysicalLocation { artifact_location, region } = &self.physical_location;
        write_text("{\"physicalLocation\":{\"artifactLocation\":{\"uri\":", artifact_location.uri, out);
        write_value("},\"region\":{\"startLine\":", &region.start_line, out);
        for (before, number) in [
            (",\"startColumn\":", region.start_column),
            (",\"endLine\":", region.end_line),
            (",\"endColumn\":", region.end_column),
        ] {
            if let Some(number) = number {
                write_value(before, &number, out);
            }
        }
        if let Some(snippet) = &region.snippet {
            write_text(",\"snippet\":{\"text\":", snippet.text, out);
            out.push(b'}');
        }
        out.extend_from_slice(b"}}");
        if let Some([document]) = &self.logical_locations {
            write_text(",\"logicalLocations\":[{\"name\":", &document.name, out);
            write_text(",\"fullyQualifiedName\":", &document.fully_qualified_name, out);
            write_text(",\"kind\":", document.kind, out);
            out.extend_from_slice(b"}]");
        }
        out.push(b'}');
    }
}

impl InRecord<'_> {
    /// Appends it as the last member of a result.
    fn write(&self, out: &mut Vec<u8>) {
        match self.document {
            Some(id) => write_text(",\"properties\":{\"document\":", id, out),
            None => out.extend_from_slice(b",\"properties\":{\"document\":null"),
        }
        write_value(",\"record\":", &self.record, out);
        write_value(",\"line\":", &self.line, out);
        write_value(",\"column\":", &self.column, out);
        write_value(",\"endLine\":", &self.end_line, out);
        write_value(",\"endColumn\":", &self.end_column, out);
        write_text(",\"text\":", self.text, out);
        out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::super::json::write_json, *};

    proptest! {
        #[test]
        fn a_result_is_written_as_it_is_serialised(
            texts in prop::array::uniform5("[a-c\"\\\\\n\t\0\u{7f}\u{200b}é😀 ]{0,6}"),
            numbers in prop::array::uniform5(any::<usize>()),
            has in any::<[bool; 8]>(),
        ) {
            let [rule_id, message, uri, id, text] = texts.each_ref().map(String::as_str);
            let [record, start_line, start_column, end_line, end_column] = numbers;
            let region = || Region {
                start_line,
                start_column: has[0].then_some(start_column),
                end_line: has[0].then_some(end_line),
                end_column: has[0].then_some(end_column),
                snippet: has[1].then_some(Message { text }),
            };
            let result = SarifResult {
                rule_id,
                level: "note",
                message: Message { text: message },
                locations: [Location {
                    physical_location: PhysicalLocation {
                        artifact_location: ArtifactLocation { uri },
                        region: region(),
                    },
                    logical_locations: has[2].then_some([LogicalLocation {
                        name: id.into(),
                        fully_qualified_name: message.into(),
                        kind: "document",
                    }]),
                }],
                partial_fingerprints: Fingerprints { content: text.into() },
                baseline_state: has[3].then_some("unchanged"),
                suppressions: has[4]
                    .then_some(Suppression { kind: "external", justification: text })
                    .into_iter()
                    .collect(),
                fixes: has[5].then(|| [Fix {
                    description: Message { text: message },
                    artifact_changes: [ArtifactChange {
                        artifact_location: ArtifactLocation { uri },
                        replacements: vec![Replacement {
                            deleted_region: region(),
                            inserted_content: Message { text },
                        }],
                    }],
                }]),
                properties: has[6].then_some(InRecord {
                    document: has[7].then_some(id),
                    record: has[0].then_some(record),
                    line: start_line,
                    column: start_column,
                    end_line,
                    end_column,
                    text,
                }),
            };
            let (mut written, mut serialised) = (Vec::new(), Vec::new());
            result.write(&mut written);
            write_json(&result, &mut serialised);
            prop_assert_eq!(String::from_utf8(written), String::from_utf8(serialised));
        }
    }
}
