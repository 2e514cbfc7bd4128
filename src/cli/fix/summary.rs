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
    done: Changes<'r>,
    /// In the file at hand.
    at_hand: Changes<'r>,
    /// In files that are not in their places yet.
    waiting: Vec<(String, Changes<'r>)>,
    /// Files whose changes did not get there.
    pub(super) lost: usize,
    pub(super) left: Tally<'r>,
}

/// Documents that were changed, and what was repaired in them.
#[derive(Default)]
struct Changes<'r> {
    documents: usize,
    fixed: Tally<'r>,
}

impl<'r> Changes<'r> {
    fn add(&mut self, other: Changes<'r>) {
        self.documents += other.documents;
        self.fixed.merge(other.fixed);
    }
}

impl<'r> Sum<'r> {
    /// Takes what was done to a block.
    pub(super) fn add(&mut self, made: &mut Made<'r>) {
        self.at_hand.add(Changes { documents: made.changed, fixed: std::mem::take(&mut made.fixed) });
    }

    /// Ends a file, which counts once it is [settled](Sum::settle).
    pub(super) fn end(&mut self, name: &str) {
        self.waiting.push((name.to_string(), std::mem::take(&mut self.at_hand)));
    }

    /// Takes whether a file got into its place.
    pub(super) fn settle(&mut self, name: &str, written: bool) {
        let Some(index) = self.waiting.iter().position(|(waiting, _)| waiting == name) else { return };
        let (_, changes) = self.waiting.swap_remove(index);
        if written {
            self.done.add(changes);
        } else {
            self.lost += usize::from(changes.documents > 0);
        }
    }

    /// How many documents were changed, those in the file at hand among them.
    pub(super) fn changed(&self) -> usize {
        self.done.documents + self.at_hand.documents
    }

    pub(super) fn summary(&self, unsafe_fixes: bool, diff: bool, outcome: &Outcome) -> String {
        let documents = plural(self.left.documents, "document");
        let verb = if diff { "Would fix" } else { "Fixed" };
        let Changes { documents: changed, fixed } = &self.done;
        let changed = grouped(*changed);
        let findings = plural(fixed.findings(), "finding");
        let mut out =
            format!("{verb} {findings} in {changed} of {documents}; {}.\n", speed(&self.left, outcome));
        let rules = fixed.rules();
        for tally in rules.iter().take(MOST_LINES) {
            out.push_str(&format!("{:>10}  {}\n", grouped(tally.findings), tally.rule.id));
        }
        out.push_str(&more_rules(rules.len()));
        if self.lost > 0 {
            out.push_str(&format!("{} could not be written.\n", plural(self.lost, "changed file")));
        }
        if self.left.findings() > 0 {
            out.push_str(&format!("Left {}:\n", plural(self.left.findings(), "finding")));
            let rules = self.left.rules();
            for tally in rules.iter().take(MOST_LINES) {
                let why = match tally.safety {
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
