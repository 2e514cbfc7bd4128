//! Fixing any text ends, is done once and for all, and keeps what no change
//! names.

#![no_main]

use std::{cell::RefCell, sync::LazyLock};

use descrape::{
    document::Document,
    edit::{Applicability, Edit, apply},
    fix::{FixOptions, Kept, fix},
    lint::Linter,
    rule::{RuleSet, Selection, builtin_rules},
};
use descrape_fuzz::text;
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| {
    RuleSet::new(builtin_rules(), &Selection::default()).expect("no selection is always valid")
});

thread_local! {
    /// Kept, because an automaton is made as it runs.
    static LINTER: RefCell<Linter<'static>> = RefCell::new(Linter::new(&RULES));
}

fuzz_target!(|data: &[u8]| {
    let text = text(data);
    LINTER.with_borrow_mut(|linter| {
        for level in [Applicability::Safe, Applicability::Unsafe] {
            check(linter, &text, level);
        }
    });
});

fn check(linter: &mut Linter<'_>, text: &str, level: Applicability) {
    let document = Document::new("t", text);
    let fixed = fix(linter, &document, FixOptions::at(level));
    assert!(!matches!(fixed.kept, Some(Kept::Cycle { .. })), "{:?}: {text:?}", fixed.kept);
    let Some(once) = fixed.text else {
        assert!(fixed.changes.is_empty(), "changes of what stays as it was: {text:?}");
        return;
    };
    let apart = fixed.changes.windows(2).all(|two| two[0].span.end <= two[1].span.start);
    assert!(apart, "changes overlap: {:?} in {text:?}", fixed.changes);
    let edits: Vec<Edit> =
        fixed.changes.iter().map(|change| Edit::replace(change.span, &*change.text)).collect();
    assert_eq!(apply(text, &edits), once, "the changes of {text:?} are not all that changed");
    let again = fix(linter, &document.with_text(&once, &[]), FixOptions::at(level));
    assert_eq!(again.text, None, "a second fix changes {once:?}, which was {text:?}");
}
