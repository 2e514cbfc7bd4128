//! The engine: repairs a document, pass by pass, until nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diagnostic::Diagnostic,
    document::{Document, inspect},
    edit::{Applicability, Change, Edit, apply, compose, tidy},
    hash::Hash,
    lint::Linter,
    prose::count_words,
    rule::{Policy, Rule},
};

/// Passes after which a document that still changes is given up.
pub const MAX_PASSES: usize = 8;

/// Which fixes are applied.
#[derive(Clone, Copy)]
pub struct FixOptions<'a> {
    /// The least trust a fix must deserve; [`Applicability::Display`] is for
    /// showing what rules propose.
    pub level: Applicability,
    /// The share of a document's words that fixes may remove, 0 to 1. Where it
    /// would be more, the document stays as it was.
    pub max_removed: Option<f64>,
    /// What holds at the document's place; `None` for what holds everywhere.
    pub policy: Option<&'a Policy>,
    /// The findings that stay as they are, whatever their fix.
    pub spared: Option<&'a (dyn Fn(&Diagnostic<'_>) -> bool + Sync)>,
}

impl FixOptions<'_> {
    /// All fixes that deserve so much trust.
    #[must_use]
    pub fn at(level: Applicability) -> Self {
        FixOptions { level, max_removed: None, policy: None, spared: None }
    }
}

/// Why a document stayed as it was although fixes applied to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// These rules undo each other's fixes, or never come to an end.
    Cycle {
        /// Their ids, sorted.
        rules: Vec<String>,
    },
    /// Nothing would have been left.
    Emptied,
    /// More words would have gone than allowed.
    Guarded,
}

/// What became of a document.
#[derive(Debug)]
pub struct Fixed<'r> {
    /// The repaired text; `None` if it stays as it was.
    pub text: Option<String>,
    /// What was changed, as edits of the document's own text, by the ids of the
    /// rules; sorted, none overlapping.
    pub changes: Vec<Change<&'r str>>,
    /// How many findings of each rule were fixed.
    pub fixed: Vec<(&'r Rule, usize)>,
    /// What is left, in the repaired text.
    pub remaining: Vec<Diagnostic<'r>>,
    /// Why nothing was changed although something could have been.
    pub kept: Option<Kept>,
}

/// Applies the fixes of `linter`'s rules to `document` until nothing changes.
///
/// Of overlapping fixes the first is applied and the others wait for the next
/// pass; touching ones are applied together. A second call on the result
/// changes nothing.
pub fn fix<'r>(linter: &mut Linter<'r>, document: &Document<'_>, options: FixOptions<'_>) -> Fixed<'r> {
    let policy = options.policy.unwrap_or(linter.rules().policy());
    let mut diagnostics = linter.lint_under(document, policy);
    if !document.may_change() {
        return untouched(diagnostics, None);
    }
    let mut fixed: BTreeMap<&str, (&'r Rule, usize)> = BTreeMap::new();
    let mut changes: Vec<Change<&str>> = Vec::new();
    let mut repaired: Option<String> = None;
    // Texts are known by their hash: a document may be as large as memory.
    let mut seen = vec![Hash::of(document.text.as_bytes())];
    // The rules that made each of the next texts.
    let mut makers: Vec<BTreeSet<&str>> = Vec::new();
    for pass in 0..=MAX_PASSES {
        let text = repaired.as_deref().unwrap_or(document.text);
        let chosen = choose(text, &diagnostics, options);
        if chosen.is_empty() {
            break;
        }
        let edits: Vec<Edit> =
            chosen.iter().filter_map(|d| d.fix.as_ref().map(|fix| fix.edit.clone())).collect();
        let tidied = tidy(text, &edits);
        let mut authors = chosen.iter().map(|d| d.rule.id.as_str());
        let (literal, made): (Vec<Edit>, Vec<Change<&str>>) = tidied
            .into_iter()
            .map(|tidied| {
                let mut by: Vec<&str> = authors.by_ref().take(tidied.joined).collect();
                by.dedup();
                let change = Change { span: tidied.edit.span, text: tidied.edit.text.clone(), by };
                (tidied.edit, change)
            })
            .unzip();
        let next = apply(text, &literal);
        makers.push(chosen.iter().map(|d| d.rule.id.as_str()).collect());
        let again = seen.iter().position(|&text| text == Hash::of(next.as_bytes()));
        let kept = if next.trim().is_empty() {
            Some(Kept::Emptied)
        } else if pass == MAX_PASSES || again.is_some() {
            let rules: BTreeSet<&&str> = makers[again.unwrap_or(pass)..].iter().flatten().collect();
            Some(Kept::Cycle { rules: rules.into_iter().map(ToString::to_string).collect() })
        } else {
            None
        };
        if kept.is_some() {
            return untouched(linter.lint_under(document, policy), kept);
        }
        for diagnostic in chosen {
            fixed.entry(&diagnostic.rule.id).or_insert((diagnostic.rule, 0)).1 += 1;
        }
        diagnostics = linter.lint_under(&document.with_text(&next, &inspect(&next)), policy);
        changes = compose(text, &changes, &made);
        seen.push(Hash::of(next.as_bytes()));
        repaired = Some(next);
    }
    if let (Some(share), Some(text)) = (options.max_removed, &repaired) {
        let (before, after) = (count_words(document.text, usize::MAX), count_words(text, usize::MAX));
        if before.saturating_sub(after) as f64 > share * before as f64 {
            return untouched(linter.lint_under(document, policy), Some(Kept::Guarded));
        }
    }
    // A later pass may have put back what an earlier one took.
    changes.retain(|change| document.text[change.span.range()] != change.text);
    Fixed {
        text: repaired,
        changes,
        fixed: fixed.into_values().collect(),
        remaining: diagnostics,
        kept: None,
    }
}

fn untouched(remaining: Vec<Diagnostic<'_>>, kept: Option<Kept>) -> Fixed<'_> {
    Fixed { text: None, changes: Vec::new(), fixed: Vec::new(), remaining, kept }
}

/// The findings whose fixes are applied in one pass: trusted enough, within
/// their rule's share of the words, and none overlapping another.
fn choose<'d, 'r>(
    text: &str,
    diagnostics: &'d [Diagnostic<'r>],
    options: FixOptions<'_>,
) -> Vec<&'d Diagnostic<'r>> {
    let trusted = |d: &&Diagnostic<'_>| {
        d.fix.as_ref().is_some_and(|fix| fix.applicability >= options.level)
            && options.spared.is_none_or(|spared| !spared(d))
    };
    let mut chosen: Vec<&Diagnostic<'r>> = diagnostics.iter().filter(trusted).collect();
    let exceeding = rules_exceeding_their_share(text, &chosen);
    chosen.retain(|d| !exceeding.contains(d.rule.id.as_str()));
    let start = |d: &Diagnostic<'_>| d.fix.as_ref().map(|fix| fix.edit.span);
    chosen.sort_by_key(|d| start(d));
    let mut end = 0;
    chosen.retain(|d| {
        let span = start(d).filter(|span| span.start >= end);
        end = span.map_or(end, |span| span.end);
        span.is_some()
    });
    chosen
}

/// The rules whose fixes together remove more words than they may.
fn rules_exceeding_their_share<'r>(text: &str, chosen: &[&Diagnostic<'r>]) -> BTreeSet<&'r str> {
    let share = |rule: &Rule| rule.remedy.as_ref().and_then(|remedy| remedy.max_removed);
    let words = |text: &str| count_words(text, usize::MAX);
    let mut removed: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
    for diagnostic in chosen {
        if let (Some(share), Some(fix)) = (share(diagnostic.rule), &diagnostic.fix) {
            let gone = words(&text[fix.edit.span.range()]).saturating_sub(words(&fix.edit.text));
            removed.entry(&diagnostic.rule.id).or_insert((share, 0)).1 += gone;
        }
    }
    if removed.is_empty() {
        return BTreeSet::new();
    }
    let all = words(text) as f64;
    removed.into_iter().filter(|(_, (share, gone))| *gone as f64 > share * all).map(|(id, _)| id).collect()
}
