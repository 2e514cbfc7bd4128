//! What a fix did, in words.

use super::{
    super::{
        check::{left_out, speed},
        pipeline::Outcome,
        tally::{Tally, grouped, plural},
    },
    fixer::Made,
};
use crate::{edit::Applicability, fix::Kept};

/// Rules that are listed of those that fixed something, and of those that are left.
const MOST_LINES: usize = 15;

pub(super) fn reason(kept: &Kept) -> String {
    match kept {
        Kept::Cycle { rules } => format!("these rules do not come to an end: {}", rules.join(", ")),
        Kept::Emptied => "nothing would be left of it".into(),
        Kept::Guarded => "more of its words would go than --max-removed allows".into(),
    }
}

/// What the whole run did.
#[derive(Default)]
pub(super) struct Sum<'r> {
    pub(super) changed: usize,
    fixed: Tally<'r>,
    pub(super) left: Tally<'r>,
}

impl<'r> Sum<'r> {
    pub(super) fn add(&mut self, made: &mut Made<'r>) {
        self.changed += made.changed;
        self.fixed.merge(std::mem::take(&mut made.fixed));
    }

    pub(super) fn summary(&self, unsafe_fixes: bool, diff: bool, outcome: &Outcome) -> String {
        let documents = plural(self.left.documents, "document");
        let verb = if diff { "Would fix" } else { "Fixed" };
        let changed = grouped(self.changed);
        let findings = plural(self.fixed.findings(), "finding");
        let mut out =
            format!("{verb} {findings} in {changed} of {documents}; {}.\n", speed(&self.left, outcome));
        let rules = self.fixed.rules();
        for tally in rules.iter().take(MOST_LINES) {
            out.push_str(&format!("{:>10}  {}\n", grouped(tally.findings), tally.rule.id));
        }
        out.push_str(&more_rules(rules.len()));
        if self.left.findings() > 0 {
            out.push_str(&format!("Left {}:\n", plural(self.left.findings(), "finding")));
            let rules = self.left.rules();
            for tally in rules.iter().take(MOST_LINES) {
                let why = match tally.rule.applicability() {
                    None => "nothing repairs it",
                    Some(Applicability::Display) => "only a person can decide",
                    Some(Applicability::Unsafe) if !unsafe_fixes => {
                        "its fix is unsafe: --unsafe-fixes applies it"
                    }
                    Some(_) => "its document was left as it was",
                };
                out.push_str(&format!("{:>10}  {:<36} {why}\n", grouped(tally.findings), tally.rule.id));
            }
            out.push_str(&more_rules(rules.len()));
        }
        if outcome.done > 0 {
            out.push_str(&format!("{} repaired before.\n", plural(outcome.done, "file")));
        }
        out + &left_out(&self.left)
    }
}

/// Says that a list of rules was cut.
fn more_rules(count: usize) -> String {
    match count.saturating_sub(MOST_LINES) {
        0 => String::new(),
        more => format!("            and of {}; --statistics of `check` counts all\n", plural(more, "rule")),
    }
}
