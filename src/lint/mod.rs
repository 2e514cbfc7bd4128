//! The engine: what do these rules find in this document?

mod explain;
mod search;
mod watch;

use std::collections::HashSet;

pub use self::explain::{Account, Match, Outcome};
use self::search::Search;
pub use self::watch::Watch;
use crate::{
    diagnostic::Diagnostic,
    document::{Check, Document},
    layout,
    page::Page,
    rule::{Found, Policy, Rule, RuleSet, Setting, Unit, locate},
    span::Span,
};

/// Finds what `rules` find in `document`; cannot fail.
///
/// Findings are sorted by span, then by rule id, and are the same however often
/// and wherever the document is looked at. To look at many documents, keep a
/// [`Linter`].
#[must_use]
pub fn lint<'r>(rules: &'r RuleSet, document: &Document<'_>) -> Vec<Diagnostic<'r>> {
    Linter::new(rules).lint(document)
}

/// Rules with the memory that one thread needs to run them, and whoever watches
/// what they cost.
#[derive(Debug)]
pub struct Linter<'r, W = ()> {
    rules: &'r RuleSet,
    search: Search<'r, W>,
    /// What was found in the document at hand, and what of it counts, with the index
    /// of its rule: kept for their memory.
    found: Vec<Raw>,
    judged: Vec<(usize, Diagnostic<'r>)>,
}

/// A match before its context was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Raw {
    rule: usize,
    span: Span,
    whole: Span,
    scope: Span,
    pattern: Option<usize>,
}

impl<'r> Linter<'r> {
    /// A linter for these rules.
    #[must_use]
    pub fn new(rules: &'r RuleSet) -> Self {
        Linter::watched(rules, ())
    }
}

impl<'r, W: Watch> Linter<'r, W> {
    /// A linter for these rules that lets `watch` hear what they cost.
    pub fn watched(rules: &'r RuleSet, watch: W) -> Self {
        Linter { rules, search: Search::new(rules, watch), found: Vec::new(), judged: Vec::new() }
    }

    /// Whoever watches.
    pub fn watch(&self) -> &W {
        self.search.watch()
    }

    /// The rules it runs.
    #[must_use]
    pub fn rules(&self) -> &'r RuleSet {
        self.rules
    }

    /// See [`lint`].
    pub fn lint(&mut self, document: &Document<'_>) -> Vec<Diagnostic<'r>> {
        self.lint_under(document, self.rules.policy())
    }

    /// As [`Linter::lint`], with what holds for the document's place in a corpus.
    pub fn lint_under(&mut self, document: &Document<'_>, policy: &Policy) -> Vec<Diagnostic<'r>> {
        self.run(document, policy, Search::page)
    }

    /// As [`Linter::lint`], but every rule looks everywhere: slow, and right
    /// by construction. Tests hold the prefilter against it.
    pub fn lint_everywhere(&mut self, document: &Document<'_>) -> Vec<Diagnostic<'r>> {
        self.run(document, self.rules.policy(), Search::everywhere)
    }

    fn run(
        &mut self,
        document: &Document<'_>,
        policy: &Policy,
        search: fn(&mut Search<'r, W>, &Page<'_>, &mut Vec<Raw>),
    ) -> Vec<Diagnostic<'r>> {
        let page = Page::new(document);
        self.found.clear();
        if document.readable {
            search(&mut self.search, &page, &mut self.found);
        }
        if self.found.is_empty() && document.damage.is_empty() {
            return Vec::new();
        }
        self.found.sort_unstable();
        self.found.dedup();
        let lost: Vec<Span> =
            document.damage.iter().filter(|d| d.check == Check::InvalidUtf8).map(|d| d.span).collect();
        let is_whole = |span: Span| {
            // Sorted and apart, so that one candidate is enough.
            let next = lost.partition_point(|lost| lost.end <= span.start);
            lost.get(next).is_none_or(|lost| !lost.overlaps(span))
        };
        let mut judged = std::mem::take(&mut self.judged);
        for &raw in &self.found {
            // What a finding took along is not looked at again.
            if judged.last().is_some_and(|(rule, last)| *rule == raw.rule && last.span.covers(raw.span)) {
                continue;
            }
            judged.extend(
                self.judge(&page, raw, policy)
                    .filter(|found| is_whole(found.span))
                    .map(|found| (raw.rule, found)),
            );
        }
        drop_contained(&mut judged);
        let rules = self.rules.running();
        for damage in document.damage {
            if let Some(rule) = self.rules.rule_for(damage.check) {
                let severity = policy.of(rule).severity;
                let (span, reason) = (damage.span, damage.reason.clone());
                judged.push((rule, Diagnostic { rule: &rules[rule], severity, span, reason, fix: None }));
            }
        }
        drop_what_lacks_company(&mut judged);
        judged.retain(|(rule, _)| policy.of(*rule).reported);
        // Rules are sorted by id, so their indexes are as good.
        judged.sort_by_cached_key(|(rule, diagnostic)| (diagnostic.span, *rule));
        let diagnostics = judged.drain(..).map(|(_, diagnostic)| diagnostic).collect();
        self.judged = judged;
        diagnostics
    }

    fn judge(&self, page: &Page<'_>, raw: Raw, policy: &Policy) -> Option<Diagnostic<'r>> {
        let Setting { severity, safety, .. } = policy.of(raw.rule);
        let rule = &self.rules.running()[raw.rule];
        let unit = unit_of(page, rule, raw).ok()?;
        let span = rule.matcher.context.covers(page, raw.span, unit)?;
        let found = Found { whole: raw.whole, span, narrowed: raw.whole != raw.span };
        let mut fix = rule.fix(page, raw.scope, found, raw.pattern).ok()?;
        if let (Some(fix), Some(safety)) = (&mut fix, safety) {
            fix.applicability = safety;
        }
        Some(Diagnostic { rule, severity, span, reason: None, fix })
    }
}

/// The unit a match was found in, with its list, if the rule looks at units.
fn unit_of<'p>(
    page: &'p Page<'_>,
    rule: &Rule,
    raw: Raw,
) -> Result<Option<(&'p [layout::Unit], &'p layout::Unit)>, Wrapped> {
    match rule.matcher.unit {
        Unit::Span => Ok(None),
        Unit::Line => {
            let standing = locate(&page.layout().standing, raw.scope.start);
            standing.filter(|(_, unit)| unit.span == raw.scope).map(Some).ok_or(Wrapped)
        }
        Unit::Paragraph => Ok(locate(&page.layout().paragraphs, raw.scope.start)),
    }
}

/// A line within a wrapped paragraph does not stand for itself.
struct Wrapped;

/// Of one rule's findings, those within another one go.
fn drop_contained(judged: &mut Vec<(usize, Diagnostic<'_>)>) {
    judged.sort_by_key(|(rule, d)| (*rule, d.span.start, std::cmp::Reverse(d.span.end)));
    let mut last: Option<(usize, Span)> = None;
    judged.retain(|(rule, diagnostic)| {
        let contained = last.is_some_and(|(r, span)| r == *rule && span.covers(diagnostic.span));
        if !contained {
            last = Some((*rule, diagnostic.span));
        }
        !contained
    });
}

/// Findings of rules that ask for another one go where that found nothing.
fn drop_what_lacks_company(judged: &mut Vec<(usize, Diagnostic<'_>)>) {
    let requires = |diagnostic: &Diagnostic<'_>| !diagnostic.rule.matcher.requires.is_empty();
    if !judged.iter().any(|(_, diagnostic)| requires(diagnostic)) {
        return;
    }
    let fired: HashSet<&str> = judged.iter().map(|(_, diagnostic)| &*diagnostic.rule.id).collect();
    judged.retain(|(_, diagnostic)| {
        let required = &diagnostic.rule.matcher.requires;
        required.is_empty() || required.iter().any(|id| fired.contains(&**id))
    });
}
