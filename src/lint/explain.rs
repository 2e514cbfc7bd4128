//! Why rules fired at a place, or did not.

use std::collections::BTreeSet;

use super::{Linter, Raw, search::admitted, unit_of};
use crate::{
    diagnostic::Diagnostic,
    document::Document,
    page::Page,
    prefilter::{Offer, Scratch},
    rule::{Condition, Policy, Rule},
    span::Span,
};

/// What one rule made of a place.
#[derive(Clone, Debug)]
pub struct Account<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Whether the prefilter let it look there.
    pub offered: bool,
    /// Where its patterns match.
    pub matches: Vec<Match<'r>>,
}

/// What a rule made of a match.
#[derive(Clone, Debug)]
pub struct Match<'r> {
    /// What the patterns match, or their group `span`.
    pub span: Span,
    /// What else is asked for.
    pub conditions: Vec<Condition>,
    /// What came of it.
    pub outcome: Outcome<'r>,
}

/// What came of a match.
#[derive(Clone, Debug)]
pub enum Outcome<'r> {
    /// A finding.
    Finding(Box<Diagnostic<'r>>),
    /// The line is part of a wrapped paragraph.
    Wrapped,
    /// A condition does not hold.
    Context,
    /// The transform has nothing to repair.
    NotDamage,
    /// The rule does not run here.
    Off,
    /// None of the rules that it requires has a finding in the document.
    Requires,
    /// Another finding of the rule covers it.
    Covered,
}

impl Outcome<'_> {
    /// Why there is no finding, or that there is one, as a fragment.
    #[must_use]
    pub fn in_words(&self) -> &'static str {
        match self {
            Outcome::Finding(_) => "it is a finding",
            Outcome::Wrapped => "the line is part of a wrapped paragraph, and does not stand for itself",
            Outcome::Context => "a condition does not hold",
            Outcome::NotDamage => "its transform finds nothing to repair",
            Outcome::Off => "the rule is off for this file",
            Outcome::Requires => "none of the rules it requires has a finding in this document",
            Outcome::Covered => "another finding of the rule covers it",
        }
    }
}

impl<'r> Linter<'r> {
    /// What every rule made of `place` in a document: those that looked there, and
    /// those whose patterns match there.
    #[must_use]
    pub fn explain(&mut self, document: &Document<'_>, policy: &Policy, place: Span) -> Vec<Account<'r>> {
        let page = Page::new(document);
        let offered = self.offered(&page, place);
        let mut raws: Vec<Raw> = Vec::new();
        self.search.everywhere(&page, &mut raws);
        raws.sort_unstable();
        raws.dedup();
        raws.retain(|raw| raw.span.overlaps(place) || place.covers(raw.span) || raw.span.covers(place));
        let findings = self.lint_under(document, policy);
        let rules = self.rules.running();
        let looked: BTreeSet<usize> =
            offered.iter().copied().chain(raws.iter().map(|raw| raw.rule)).collect();
        looked
            .into_iter()
            .map(|rule| Account {
                rule: &rules[rule],
                offered: offered.contains(&rule),
                matches: raws
                    .iter()
                    .filter(|raw| raw.rule == rule)
                    .map(|raw| self.account(&page, *raw, policy, &findings))
                    .collect(),
            })
            .collect()
    }

    fn account(&self, page: &Page<'_>, raw: Raw, policy: &Policy, findings: &[Diagnostic<'r>]) -> Match<'r> {
        let rule = &self.rules.running()[raw.rule];
        let span = raw.span;
        let Ok(unit) = unit_of(page, rule, raw) else {
            return Match { span, conditions: Vec::new(), outcome: Outcome::Wrapped };
        };
        let conditions = rule.matcher.context.conditions(page, span, unit);
        let own = |finding: &&Diagnostic<'_>| finding.rule.id == rule.id;
        let outcome = if !conditions.iter().all(|condition| condition.holds) {
            Outcome::Context
        } else if let Some(finding) = findings.iter().filter(own).find(|f| f.span.start == span.start) {
            Outcome::Finding(Box::new(finding.clone()))
        } else if self.judge(page, raw, policy).is_none() {
            Outcome::NotDamage
        } else if !policy.of(raw.rule).reported {
            Outcome::Off
        } else if findings.iter().filter(own).any(|finding| finding.span.covers(span)) {
            Outcome::Covered
        } else {
            Outcome::Requires
        };
        Match { span, conditions, outcome }
    }

    /// The rules that the prefilter lets look somewhere in `place`.
    fn offered(&self, page: &Page<'_>, place: Span) -> BTreeSet<usize> {
        let (text, probes) = (page.text(), self.rules.probes());
        let mut rules: BTreeSet<usize> =
            self.rules.unplaced().iter().map(|&probe| probes[probe].rule).collect();
        self.rules.prefilter().scan(&mut Scratch::default(), text.as_bytes(), &mut |offer: Offer| {
            if place.start <= offer.at && offer.at <= place.end {
                rules.insert(probes[offer.probe as usize].rule);
            }
        });
        rules.extend(admitted(self.rules, text, place).into_iter().map(|probe| probes[probe].rule));
        rules
    }
}
