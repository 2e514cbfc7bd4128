//! A comment for a pull request, or the summary of a job.

use std::{
    fmt::{self, Write as _},
    io::Write,
};

use super::{Finding, Reporter, Totals, brief, escape::write_escaped, excerpt::visible};

/// Findings in tables, a table for each file, and how much there is of each rule.
#[derive(Clone, Copy, Debug)]
pub struct Markdown;

/// Findings that are shown; a comment is to be read.
const MOST: usize = 50;

impl Reporter for Markdown {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let diagnostic = finding.diagnostic;
        let (text, span) = brief(finding.document.text, diagnostic.span);
        writeln!(
            out,
            "| {} | {} | {} | <code>{}<b>{}</b>{}</code> |",
            Code(&finding.place_in_file()),
            diagnostic.severity,
            Code(&diagnostic.rule.id),
            Literal(&text[..span.start]),
            Literal(&text[span.clone()]),
            Literal(&text[span.end..]),
        )
        .expect("memory takes bytes");
    }

    fn limit(&self) -> usize {
        MOST
    }

    fn open(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"## descrape\n\n");
    }

    fn open_file(&self, path: &str, out: &mut Vec<u8>) {
        let path = visible(path);
        writeln!(out, "### {}\n\n| place | severity | rule | found |\n|---|---|---|---|", Code(&path))
            .expect("memory takes bytes");
    }

    fn close_file(&self, _path: &str, out: &mut Vec<u8>) {
        out.push(b'\n');
    }

    fn close(&self, totals: &Totals<'_>, out: &mut Vec<u8>) {
        let s = |n: usize| if n == 1 { "" } else { "s" };
        let (left, documents) = (totals.left_out, totals.documents);
        let findings: usize = totals.rules.iter().map(|total| total.findings).sum();
        let mut text = String::new();
        if left > 0 {
            let _ = writeln!(text, "… and {left} more finding{}.\n", s(left));
        }
        if findings == 0 {
            let _ = writeln!(text, "No findings in {documents} document{}.", s(documents));
        } else {
            let _ = writeln!(
                text,
                "**{findings} finding{}** in {documents} document{} looked at.\n\n\
                 | rule | what | severity | findings | documents |\n|---|---|---|--:|--:|",
                s(findings),
                s(documents)
            );
        }
        for total in &totals.rules {
            let (rule, summary) = (total.rule, visible(&total.rule.summary));
            let (severity, findings, documents) = (total.severity, total.findings, total.documents);
            let (id, summary) = (Code(&rule.id), Literal(&summary));
            let _ = writeln!(text, "| {id} | {summary} | {severity} | {findings} | {documents} |");
        }
        out.extend_from_slice(text.as_bytes());
    }
}

/// Shows a text as code, where no name is a mention and no number an issue.
struct Code<'a>(&'a str);

impl fmt::Display for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<code>{}</code>", Literal(self.0))
    }
}

/// Shows a text so that neither Markdown nor HTML sees anything in it; it is on
/// one line already.
struct Literal<'a>(&'a str);

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let special = |c: char| c.is_ascii_punctuation() && !matches!(c, ',' | '-' | '/');
        write_escaped(f, self.0, special, |f, c| write!(f, "&#{};", u32::from(c)))
    }
}
