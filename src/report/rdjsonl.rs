//! The Reviewdog Diagnostic Format: one JSON object a line.

use serde::Serialize;

use super::{Finding, Reporter, json::write_json, place::relative};
use crate::{position::Position, severity::Severity};

/// What reviewdog reads with `-f=rdjsonl`.
#[derive(Clone, Copy, Debug)]
pub struct Rdjsonl;

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    source: Source,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Place>,
}

/// A column counts bytes from 1.
#[derive(Serialize)]
struct Place {
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

impl Reporter for Rdjsonl {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let span = finding.diagnostic.span;
        let covered = if finding.is_in_file() {
            Some(range((finding.start, span.start), (finding.end, span.end)))
        } else {
            finding.line().map(|line| Range { start: Place { line, column: None }, end: None })
        };
        let suggestions = finding.edits_in_file().into_iter().map(|(edit, start, end)| Suggestion {
            range: range((start, edit.span.start), (end, edit.span.end)),
            text: edit.text,
        });
        let diagnostic = Diagnostic {
            message: finding.message(),
            location: Location { path: relative(finding.document.path), range: covered },
            severity: match finding.diagnostic.severity {
                Severity::Info => "INFO",
                Severity::Warning => "WARNING",
                Severity::Error => "ERROR",
            },
            source: Source { name: "descrape" },
            code: Code { value: &finding.diagnostic.rule.id },
            suggestions: suggestions.collect(),
        };
        write_json(&diagnostic, out);
        out.push(b'\n');
    }

    fn may_have_written(&self, head: &[u8]) -> bool {
        head.starts_with(b"{\"message\":")
    }
}

/// From one position to the other, each with its offset in the text.
fn range(start: (Position, usize), end: (Position, usize)) -> Range {
    let place = |(position, offset): (Position, usize)| Place {
        line: position.line,
        column: Some(offset - position.line_start + 1),
    };
    Range { start: place(start), end: Some(place(end)) }
}
