use descrape::{
    document::Document, edit::Applicability, lint::lint, position::Positions, severity::Severity,
};

use crate::support::{RULES, repair};

const DOCUMENT: &str = include_str!("../seed/document.txt");
const FINDINGS: &str = include_str!("../seed/findings.tsv");

/// A row of the expectations: columns in characters from 1, the end excluded.
struct Row {
    line: usize,
    columns: (usize, usize),
    artifact: &'static str,
}

fn rows() -> Vec<Row> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let number = |i: usize| cells[i].parse().expect("a number");
        Row { line: number(0), columns: (number(1), number(2)), artifact: cells[3] }
    };
    FINDINGS.lines().skip(1).map(row).collect()
}

/// Line and columns of each finding at warning or above.
fn found() -> Vec<(usize, usize, usize, String)> {
    let document = Document::new("document.txt", DOCUMENT);
    let mut positions = Positions::new(&document);
    let findings = lint(&RULES, &document);
    let at_warning = findings.iter().filter(|d| d.severity >= Severity::Warning);
    at_warning
        .map(|d| {
            let (start, end) = positions.locate(d.span);
            assert_eq!(start.line, end.line);
            (start.line, start.column, end.column, d.rule.id.clone())
        })
        .collect()
}

#[test]
fn reports_every_row() {
    let found = found();
    for row in rows() {
        let exact = matches!(row.artifact, "minify-placeholder" | "broken-entity");
        let hit = found.iter().any(|&(line, start, end, _)| {
            let same = (start, end) == row.columns;
            let overlaps = start < row.columns.1 && row.columns.0 < end;
            line == row.line && if exact { same } else { overlaps }
        });
        assert!(hit, "line {} columns {:?} {}: {found:?}", row.line, row.columns, row.artifact);
    }
}

#[test]
fn reports_nothing_else() {
    let rows = rows();
    for (line, start, end, rule) in found() {
        let expected =
            rows.iter().any(|row| row.line == line && start < row.columns.1 && row.columns.0 < end);
        assert!(expected, "{rule} at {line}:{start}");
    }
}

#[test]
fn repairs_it() {
    for (level, expected) in [
        (Applicability::Safe, include_str!("../seed/fixed.safe.txt")),
        (Applicability::Unsafe, include_str!("../seed/fixed.unsafe.txt")),
    ] {
        let fixed = repair(DOCUMENT, level).text.expect("it changes");
        assert_eq!(fixed.trim_end_matches('\n'), expected.trim_end_matches('\n'), "{level:?}");
        assert!(!fixed.ends_with('\n'), "the document ends without a newline, and so does its repaired text");
    }
}
