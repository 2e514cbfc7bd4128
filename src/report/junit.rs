//! JUnit XML: a suite for each file, a failed case for each finding.

use std::io::Write;

use super::{
    Finding, Reporter, Totals, brief,
    xml::{Escaped, HEAD},
};
use crate::severity::Severity;

/// What most services show as test results.
#[derive(Clone, Copy, Debug)]
pub struct Junit {
    /// The mildest severity that is a failure; what is milder is told of a test that passed.
    pub threshold: Severity,
}

impl Reporter for Junit {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let (document, rule) = (finding.document, finding.diagnostic.rule);
        let line = finding.line().map_or_else(String::new, |line| format!(" line=\"{line}\""));
        let (text, _) = brief(document.text, finding.diagnostic.span);
        let (place, id, path) = (finding.place(), Escaped(&rule.id), Escaped(document.path));
        let (message, text) = (finding.message(), Escaped(&text));
        let (place, message) = (Escaped(&place), Escaped(&message));
        let severity = finding.diagnostic.severity;
        let told = if severity >= self.threshold {
            format!("<failure type=\"{severity}\" message=\"{message}\">{text}</failure>")
        } else {
            format!("<system-out>{severity}: {message}: {text}</system-out>")
        };
        writeln!(
            out,
            "<testcase name=\"{place} {id}\" classname=\"{id}\" file=\"{path}\"{line}>\n{told}\n</testcase>"
        )
        .expect("memory takes bytes");
    }

    fn open(&self, out: &mut Vec<u8>) {
        writeln!(out, "{HEAD}<testsuites name=\"descrape\">").expect("memory takes bytes");
    }

    fn open_file(&self, path: &str, out: &mut Vec<u8>) {
        writeln!(out, "<testsuite name=\"{}\">", Escaped(path)).expect("memory takes bytes");
    }

    fn close_file(&self, _path: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(b"</testsuite>\n");
    }

    fn close(&self, totals: &Totals<'_>, out: &mut Vec<u8>) {
        for unread in &totals.unread {
            write!(
                out,
                "<testsuite name=\"descrape\" tests=\"1\" errors=\"1\">\n\
                 <testcase name=\"everything can be read\" classname=\"descrape\">\n\
                 <error message=\"{}\"/>\n</testcase>\n</testsuite>\n",
                Escaped(unread),
            )
            .expect("memory takes bytes");
        }
        if totals.rules.is_empty() && totals.unread.is_empty() {
            // Some services take a report without a case for a mistake.
            out.extend_from_slice(
                b"<testsuite name=\"descrape\" tests=\"1\" failures=\"0\">\n\
                  <testcase name=\"no findings\" classname=\"descrape\"/>\n</testsuite>\n",
            );
        }
        out.extend_from_slice(b"</testsuites>\n");
    }
}
