//! Built-in rules, previews among them, find in any text what they find where
//! they look everywhere.
//!
//! All rules together go by the spellings of their windows, those of a group by
//! the classes, which is where backends differ: the first byte says which rules
//! run. The second says whether the text stands where the first chunk of the
//! scan ends.

#![no_main]

use std::{cell::RefCell, collections::BTreeSet, sync::LazyLock};

use descrape::{
    lint::Linter,
    rule::{RuleSet, Selection, builtin_rules},
};
use descrape_fuzz::{choose_backend, prefilter_equals_oracle, text};
use libfuzzer_sys::fuzz_target;

/// Places that a backend marks at a time.
const CHUNK: usize = 4096;

/// All rules, then those of each group.
static SETS: LazyLock<Vec<RuleSet>> = LazyLock::new(|| {
    let rules = builtin_rules();
    let groups: BTreeSet<&str> = rules.iter().map(|rule| rule.group()).collect();
    // Previews run where they are named.
    let named = |group: Option<&str>| {
        let chosen = rules.iter().filter(|rule| group.is_none_or(|group| rule.group() == group));
        let selection = Selection { select: chosen.map(|rule| rule.id.clone()).collect(), ignore: vec![] };
        RuleSet::new(rules.clone(), &selection).expect("these rules are there")
    };
    [None].into_iter().chain(groups.into_iter().map(Some)).map(named).collect()
});

thread_local! {
    /// Kept, because an automaton is made as it runs.
    static LINTERS: RefCell<Vec<Linter<'static>>> = RefCell::new(SETS.iter().map(Linter::new).collect());
}

fuzz_target!(init: choose_backend(), |data: &[u8]| {
    let [rules, place, data @ ..] = data else { return };
    let text = match place {
        0..224 => text(data),
        _ => "-".repeat(CHUNK - 8 * usize::from(place % 32)) + "\n\n" + &text(data),
    };
    LINTERS.with_borrow_mut(|linters| {
        let chosen = usize::from(*rules) % linters.len();
        prefilter_equals_oracle(&mut linters[chosen], &text);
    });
});
