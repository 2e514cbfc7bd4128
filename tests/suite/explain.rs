//! Why there is a finding at a place, or none.

use descrape::{
    document::Document,
    lint::{Linter, Outcome},
    span::Span,
};

use super::gate::repository;
use crate::support::{RULES, check_snapshot, example_texts};

#[test]
fn what_is_explained_is_what_is_found() {
    let mut linter = Linter::new(&RULES);
    let mut explained = 0;
    for text in example_texts() {
        let document = Document::new("t", &text);
        let findings = linter.lint(&document);
        let whole = Span::new(0, text.len());
        let accounts = linter.explain(&document, RULES.policy(), whole);
        let matches =
            || accounts.iter().flat_map(|account| account.matches.iter().map(move |m| (account, m)));
        // Every finding is explained.
        for finding in &findings {
            let found = matches().any(|(account, m)| {
                account.rule.id == finding.rule.id
                    && matches!(&m.outcome, Outcome::Finding(own) if own.span == finding.span)
            });
            assert!(found || finding.rule.check().is_some(), "{} in {text:?}", finding.rule.id);
            explained += 1;
        }
        // Nothing else is: all conditions hold exactly where there is a finding, or another reason.
        for (account, m) in matches() {
            let holds = m.conditions.iter().all(|condition| condition.holds);
            assert_eq!(holds, !matches!(m.outcome, Outcome::Context), "{} in {text:?}", account.rule.id);
            assert!(
                account.offered
                    || !matches!(m.outcome, Outcome::Finding(_))
                    || text.trim_end().contains('\n'),
                "{}",
                account.rule.id
            );
        }
    }
    assert!(explained > 2000, "{explained} findings");
}

#[test]
fn a_place_is_explained() {
    let folder = repository();
    check_snapshot("explain", &folder.run(&["explain", "corpus/b.txt:1:11"]).exits(0).shown());
    for place in ["corpus/b.txt", "corpus/b.txt:9", "corpus/b.txt:1:500", "nowhere.txt:1"] {
        folder.run(&["explain", place]).exits(2);
    }
}
