//! Scores findings against lines that people labelled.
//!
//! A finding *claims* a line when its fix would delete the line, or when it
//! covers at least half of the line's bytes.

use std::{collections::BTreeMap, ops::Range};

use crate::{diagnostic::Diagnostic, span::Span};

/// What a person said of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// It belongs to the text.
    Content,
    /// It does not.
    Artifact,
    /// It does not count.
    Ignored,
}

/// Claimed lines, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Findings.
    pub hits: usize,
    /// Claimed lines that are artifacts.
    pub true_lines: usize,
    /// Claimed lines that are content.
    pub false_lines: usize,
    /// Claimed lines that do not count.
    pub unlabelled: usize,
    /// Bytes of the claimed lines that are artifacts.
    pub true_bytes: usize,
    /// Bytes of the claimed lines that are content.
    pub false_bytes: usize,
    /// Artifact lines there are, claimed or not.
    pub artifacts: usize,
}

impl Score {
    /// Counts one claimed line of so many bytes.
    pub fn add(&mut self, label: Label, bytes: usize) {
        match label {
            Label::Artifact => {
                self.true_lines += 1;
                self.true_bytes += bytes;
            }
            Label::Content => {
                self.false_lines += 1;
                self.false_bytes += bytes;
            }
            Label::Ignored => self.unlabelled += 1,
        }
    }

    /// Adds up two counts.
    pub fn merge(&mut self, other: Score) {
        self.hits += other.hits;
        self.true_lines += other.true_lines;
        self.false_lines += other.false_lines;
        self.unlabelled += other.unlabelled;
        self.true_bytes += other.true_bytes;
        self.false_bytes += other.false_bytes;
        self.artifacts += other.artifacts;
    }

    /// The share of claimed lines that are artifacts, 0 to 1; `None` if no line counts.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        let claimed = self.true_lines + self.false_lines;
        (claimed > 0).then(|| self.true_lines as f64 / claimed as f64)
    }

    /// The share of artifact lines that are claimed, 0 to 1; `None` if there are none.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        (self.artifacts > 0).then(|| self.true_lines as f64 / self.artifacts as f64)
    }

    /// The 95 % interval of the precision (Wilson's score interval).
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        const Z: f64 = 1.96;
        let n = (self.true_lines + self.false_lines) as f64;
        let p = self.precision()?;
        let centre = p + Z * Z / (2.0 * n);
        let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        Some((((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0)))
    }
}

/// The rules that claim each claimed line, by the line's index. `lines` are the
/// places of the lines in `text`, in order.
#[must_use]
pub fn claims<'r>(
    text: &str,
    lines: &[Range<usize>],
    findings: &[Diagnostic<'r>],
) -> BTreeMap<usize, Vec<&'r str>> {
    let mut claims: BTreeMap<usize, Vec<&'r str>> = BTreeMap::new();
    for finding in findings {
        let deletions = finding.edits(text).into_iter().filter(|edit| edit.text.trim().is_empty());
        for span in deletions.map(|edit| edit.span).chain([finding.span]) {
            for index in claimed(lines, span) {
                let rules = claims.entry(index).or_default();
                if !rules.contains(&finding.rule.id.as_str()) {
                    rules.push(&finding.rule.id);
                }
            }
        }
    }
    claims
}

/// The lines of which `span` covers half or more.
fn claimed(lines: &[Range<usize>], span: Span) -> impl Iterator<Item = usize> + '_ {
    let first = lines.partition_point(|line| line.end <= span.start);
    let touched = lines[first..].iter().take_while(move |line| line.start < span.end);
    touched.enumerate().filter_map(move |(index, line)| {
        let covered = span.end.min(line.end).saturating_sub(span.start.max(line.start));
        (!line.is_empty() && covered * 2 >= line.len()).then_some(first + index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_line_is_a_claim() {
        let lines = [0..10, 11..21, 22..22, 23..33];
        let claim = |start, end| claimed(&lines, Span::new(start, end)).collect::<Vec<_>>();
        assert_eq!(claim(0, 5), [0]);
        assert_eq!(claim(0, 4), [] as [usize; 0]);
        assert_eq!(claim(4, 33), [0, 1, 3]);
        assert_eq!(claim(21, 23), [] as [usize; 0]);
    }

    #[test]
    fn figures_of_a_score() {
        let mut score = Score { artifacts: 20, ..Score::default() };
        assert_eq!((score.precision(), score.interval()), (None, None));
        for _ in 0..9 {
            score.add(Label::Artifact, 10);
        }
        score.add(Label::Content, 7);
        score.add(Label::Ignored, 5);
        assert_eq!((score.precision(), score.recall()), (Some(0.9), Some(0.45)));
        assert_eq!((score.true_bytes, score.false_bytes, score.unlabelled), (90, 7, 1));
        // From the formula: n = 10, p = 0.9, z = 1.96.
        let (low, high) = score.interval().expect("lines were claimed");
        assert!((low - 0.596).abs() < 0.001 && (high - 0.982).abs() < 0.001, "{low} {high}");
    }
}
