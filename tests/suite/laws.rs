use std::collections::BTreeMap;

use descrape::{
    document::Document,
    edit::{Applicability, apply},
    fix::{FixOptions, fix},
    lint::Linter,
    rule::{RuleSet, Selection, builtin_rules, load_rule},
    severity::Severity,
};
use proptest::prelude::*;

use crate::support::{RULES, example_texts, found, repair};

/// Damaged and honest text, cut into pieces and put together anew.
fn texts() -> impl Strategy<Value = String> {
    let mut pieces: Vec<String> = example_texts();
    let lines: Vec<String> = pieces.iter().flat_map(|text| text.lines().map(String::from)).collect();
    let words: Vec<String> = lines.iter().flat_map(|line| line.split(' ').map(String::from)).collect();
    pieces.extend(lines);
    pieces.extend(words);
    pieces.push(include_str!("../seed/document.txt").into());
    pieces.extend(
        [
            "",
            "\u{feff}",
            "\0",
            "\u{212a}",
            "ſ",
            "日本語。",
            "é",
            "\u{1f600}",
            "`",
            "```\n",
            "    x = 1;\n",
            "<pre>",
            "\t",
            "\"",
            "'",
        ]
        .map(String::from),
    );
    let gaps =
        prop::sample::select(vec!["", " ", " ", "\n", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", " \n \n"]);
    let piece = prop::sample::select(pieces);
    prop::collection::vec((piece, gaps), 1..24)
        .prop_map(|parts| parts.into_iter().flat_map(|(piece, gap)| [piece, gap.to_string()]).collect())
}

fn prefilter_equals_oracle(rules: &RuleSet, text: &str) {
    let document = Document::new("t", text);
    let mut linter = Linter::new(rules);
    let show = |findings: Vec<descrape::diagnostic::Diagnostic<'_>>| -> Vec<_> {
        findings.into_iter().map(|d| (d.span, d.rule.id.clone(), d.fix)).collect()
    };
    let (fast, slow) = (show(linter.lint(&document)), show(linter.lint_everywhere(&document)));
    assert_eq!(fast, slow, "{text:?}");
}

/// How many findings each rule has.
fn counts(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in found(text) {
        *counts.entry(finding.split(':').next().unwrap_or_default().to_string()).or_insert(0) += 1;
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_prefilter_changes_nothing(text in texts()) {
        prefilter_equals_oracle(&RULES, &text);
    }

    #[test]
    fn any_characters_do(text in "\\PC{0,80}") {
        prefilter_equals_oracle(&RULES, &text);
    }

    #[test]
    fn a_second_fix_changes_nothing(text in texts()) {
        for level in [Applicability::Safe, Applicability::Unsafe] {
            let fixed = repair(&text, level);
            prop_assert!(!matches!(fixed.kept, Some(descrape::fix::Kept::Cycle { .. })), "{:?}", fixed.kept);
            if let Some(once) = fixed.text {
                prop_assert_eq!(repair(&once, level).text, None, "{:?}", once);
            }
        }
    }

    #[test]
    fn bytes_outside_the_edits_are_identical(text in texts()) {
        let document = Document::new("t", &text);
        for finding in Linter::new(&RULES).lint(&document) {
            let edits = finding.edits(&text);
            let fixed = apply(&text, &edits);
            let (mut at, mut rest) = (0, fixed.as_str());
            for edit in &edits {
                let kept = &text[at..edit.span.start];
                rest = rest.strip_prefix(kept).and_then(|rest| rest.strip_prefix(&edit.text)).expect("kept as it was");
                at = edit.span.end;
            }
            prop_assert_eq!(rest, &text[at..]);
        }
    }

    #[test]
    fn findings_are_sorted_and_unique(text in texts()) {
        let document = Document::new("t", &text);
        let findings = Linter::new(&RULES).lint(&document);
        let keys: Vec<_> = findings.iter().map(|d| (d.span, d.rule.id.as_str())).collect();
        prop_assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", keys);
    }
}

#[test]
fn no_fix_creates_damage() {
    let mut created = Vec::new();
    for text in example_texts().into_iter().chain([include_str!("../seed/document.txt").to_string()]) {
        let before = counts(&text);
        for level in [Applicability::Safe, Applicability::Unsafe] {
            let Some(fixed) = repair(&text, level).text else { continue };
            for (rule, count) in counts(&fixed) {
                // What was hidden by damage may come to light; new damage may not.
                let is_error = RULES.rules().any(|r| r.id == rule && r.severity == Severity::Error);
                if is_error && count > before.get(&rule).copied().unwrap_or(0) {
                    created.push(format!("{rule} in {fixed:?}, made of {text:?}"));
                }
            }
        }
    }
    assert!(created.is_empty(), "{}", created.join("\n"));
}

#[test]
fn text_shifted_by_a_line_shifts_the_spans() {
    let head =
        "The market opens at eight and closes when the last crate of apples has been carried away.\n\n";
    // Tokens and characters, whatever stands above them.
    let groups = ["minify", "entity", "escape", "encoding", "invisible"];
    // A byte order mark is one only at the start, as an icon is that leads a text.
    let leads = |c: char| matches!(c, '\u{feff}' | '\u{e000}'..='\u{f8ff}');
    let texts: Vec<String> = example_texts()
        .into_iter()
        .filter(|text| text.lines().count() == 1 && !text.starts_with(leads))
        .step_by(7)
        .collect();
    let mut shifted = 0;
    for rule in
        builtin_rules().into_iter().filter(|rule| !rule.leans_on_position() && groups.contains(&rule.group()))
    {
        let only = Selection { select: vec![rule.id.clone()], ignore: Vec::new() };
        let set = RuleSet::new(vec![rule], &only).expect("the rule is there");
        let mut linter = Linter::new(&set);
        for text in &texts {
            let here: Vec<_> =
                linter.lint(&Document::new("t", text)).iter().map(|d| d.span.shifted(head.len())).collect();
            let longer = format!("{head}{text}");
            let there: Vec<_> = linter.lint(&Document::new("t", &longer)).iter().map(|d| d.span).collect();
            assert_eq!(here, there, "{text:?}");
            shifted += here.len();
        }
    }
    assert!(shifted > 50, "only {shifted} findings were shifted");
}

fn rule(id: &str, body: &str) -> descrape::rule::Rule {
    let source = format!(
        "summary = \"test\"\nwhy = \"test\"\nseverity = \"error\"\n{body}\n\
         [[bad]]\ntext = \"x\"\nfixed = \"y\"\n[[good]]\ntext = \"z\"\n"
    );
    load_rule(id, id, &source).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn rules_that_undo_each_other_leave_the_document_alone() {
    let replace = |id, from, to| {
        rule(id, &format!("[match]\nany = ['{from}']\n[fix]\nsafety = \"safe\"\nreplace = \"{to}\""))
    };
    let set = RuleSet::new(
        vec![replace("t/one", "red", "blue"), replace("t/two", "blue", "red")],
        &Selection::default(),
    );
    let set = set.expect("a valid set");
    let options = FixOptions::at(Applicability::Safe);
    let result = fix(&mut Linter::new(&set), &Document::new("t", "a red house\n"), options);
    assert_eq!(result.text, None);
    assert_eq!(result.kept, Some(descrape::fix::Kept::Cycle { rules: vec!["t/one".into(), "t/two".into()] }));
    let growing =
        RuleSet::new(vec![replace("t/grow", "a", "aa")], &Selection::default()).expect("a valid set");
    let result = fix(&mut Linter::new(&growing), &Document::new("t", "a\n"), options);
    assert_eq!(result.text, None);
    assert_eq!(result.kept, Some(descrape::fix::Kept::Cycle { rules: vec!["t/grow".into()] }));
}

#[test]
fn patterns_of_every_shape_are_placed_rightly() {
    // Windows late in one branch and early in the other, optional parts, folded
    // letters, line ends inside, anchors, classes of all lengths.
    let patterns = [
        "abcdefgh-xyz|def",
        "(?i)kiosk",
        "a(?:b|c){2,5}d",
        "x?y?zq{2}",
        "^ab$",
        "a[^b]c",
        "a\\s+b",
        "[àé]{2}x",
        "a.{0,3}b",
        "(?:ab|ba)+",
        "(?i)[k-s]{3}",
        "\\bka?b\\b",
        "a(?<span>b+)a",
        "日本|本日",
        "[^a]b",
        "\\Ab",
        "(?i)-k+(?:k)",
    ];
    let rules = patterns.iter().enumerate().map(|(index, pattern)| {
        let source = format!("[match]\nany = ['{pattern}']\n[fix]\nsafety = \"safe\"\ndelete = \"match\"");
        rule(&format!("t/p{index}"), &source)
    });
    let set = RuleSet::new(rules.collect(), &Selection::default()).expect("a valid set");
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "c",
        "d",
        "k",
        "K",
        "\u{212a}",
        "s",
        "ſ",
        "i",
        "o",
        "x",
        "y",
        "z",
        "q",
        "-",
        " ",
        "\n",
        "\r\n",
        "é",
        "à",
        "日",
        "本",
        "def",
        "abcdefgh-xyz",
        "kiosk",
    ]);
    // Part of the match folds to ASCII, and the windows do not.
    prefilter_equals_oracle(&set, "-kk\u{212a}-kk\u{212a}");
    let texts = prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&texts, |text| {
            prefilter_equals_oracle(&set, &text);
            Ok(())
        })
        .expect("equal");
}

#[test]
fn carriage_returns_go_at_once_however_many_there_are() {
    let fixed =
        repair(&format!("The ferry leaves.{}\nNobody waits.\r\n", "\r".repeat(20)), Applicability::Safe);
    assert_eq!(fixed.text.as_deref(), Some("The ferry leaves.\r\nNobody waits.\r\n"), "{:?}", fixed.kept);
}
