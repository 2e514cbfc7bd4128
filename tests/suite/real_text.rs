//! Runs over the development texts where they are at hand, and says so where
//! they are not.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
};

use descrape::{
    document::Document,
    edit::Applicability,
    fix::{FixOptions, fix},
    lint::Linter,
    severity::Severity,
};

use crate::support::RULES;

/// Texts of the sources of that kind, at most `each` bytes of every one.
pub(crate) fn texts(kind: &str, each: usize) -> Option<Vec<(String, String)>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/dev").join(kind);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no development texts at {}", folder.display());
        return None;
    };
    let mut texts = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let file = std::fs::File::open(&path).expect("a file");
        let mut size = 0;
        for line in BufReader::new(zstd::Decoder::new(file).expect("zstd")).lines() {
            let record: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
            let text = record["text"].as_str().expect("a text").to_string();
            size += text.len();
            texts.push((name.clone(), text));
            if size > each {
                break;
            }
        }
    }
    Some(texts)
}

#[test]
fn the_laws_hold_on_scraped_text() {
    let Some(texts) = texts("scraped", 150_000) else { return };
    let mut linter = Linter::new(&RULES);
    for (source, text) in &texts {
        let document = Document::new(source, text);
        let (fast, slow) = (linter.lint(&document), linter.lint_everywhere(&document));
        let show = |all: &[descrape::diagnostic::Diagnostic<'_>]| -> Vec<_> {
            all.iter().map(|d| (d.span, d.rule.id.clone())).collect()
        };
        assert_eq!(show(&fast), show(&slow), "{source}: {text:?}");
        for level in [Applicability::Safe, Applicability::Unsafe] {
            let options = FixOptions::at(level);
            let fixed = fix(&mut linter, &document, options);
            assert!(
                !matches!(fixed.kept, Some(descrape::fix::Kept::Cycle { .. })),
                "{source}: {:?}",
                fixed.kept
            );
            if let Some(once) = fixed.text {
                let again = fix(&mut linter, &document.with_text(&once, &[]), options);
                assert_eq!(again.text, None, "{source}: a second fix changes {once:?}");
            }
        }
    }
    assert!(texts.len() > 100);
}

#[test]
fn clean_text_stays_clean() {
    let Some(texts) = texts("clean", 400_000) else { return };
    let mut linter = Linter::new(&RULES);
    let (mut words, mut errors, mut warnings) = (0, Vec::new(), Vec::new());
    for (source, text) in &texts {
        words += u32::try_from(text.split_whitespace().count()).expect("not that many");
        for finding in linter.lint(&Document::new(source, text)) {
            let shown = format!("{source} {} {:?}", finding.rule.id, &text[finding.span.range()]);
            match finding.severity {
                Severity::Error => errors.push(shown),
                Severity::Warning => warnings.push(shown),
                Severity::Info => {}
            }
        }
    }
    let per_million = |findings: &[String]| findings.len() as f64 / (f64::from(words) / 1e6);
    assert!(per_million(&warnings) < 15.0, "{} a million words: {warnings:#?}", per_million(&warnings));
    // These are damage indeed: the translations in xquad are full of mojibake.
    assert!(per_million(&errors) < 120.0, "{} a million words: {errors:#?}", per_million(&errors));
}
