//! All rules of a run, with one prefilter over them.

use super::{Policy, Rule, Selection, SelectionError, Setting, Unit, data::Guard, selection::hint};
use crate::{
    document::Check,
    openings::{Ending, Opening, Openings},
    prefilter::{Backend, ByteSet, Cover, Edges, Gate, Overfull, Prefilter, Sought, Verdict},
};

/// What the prefilter is asked to look for.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    /// Index of the rule.
    pub(crate) rule: usize,
    /// What the rule looks at.
    pub(crate) unit: Unit,
    /// The pattern; none of a rule that has none.
    pub(crate) pattern: Option<usize>,
    /// Whether the distance from the start of a match to an offered place is
    /// always the same.
    pub(crate) one_prefix: bool,
    /// The most bytes there can be between the two.
    pub(crate) longest_prefix: Option<usize>,
    /// The bytes that a match may hold.
    pub(crate) alphabet: ByteSet,
}

/// Rules that were chosen, ready to run. Built once, shared by threads.
#[derive(Clone, Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    /// A rule that runs only because another requires it reports nothing.
    policy: Policy,
    probes: Vec<Probe>,
    /// Probes that no prefilter can place: they look everywhere.
    unplaced: Vec<usize>,
    prefilter: Prefilter,
    gate: Gate,
    /// For each rule, the seats of its patterns in the gate, if they have any; of a span rule none
    /// is listed.
    seats: Vec<Vec<Option<u32>>>,
    /// The probe of each pattern without windows, by seat.
    alone: Vec<usize>,
    /// How lines open, with the probes that may match these.
    openings: Openings,
}

impl RuleSet {
    /// Chooses from `rules` and compiles the prefilter.
    ///
    /// # Errors
    ///
    /// If a word of the selection, or an id that a chosen rule requires, names
    /// no rule.
    pub fn new(mut rules: Vec<Rule>, selection: &Selection) -> Result<Self, SelectionError> {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        let chosen = selection.current(&rules).chosen(&rules)?;
        RuleSet::of(rules, &chosen, &chosen)
    }

    /// Of `rules`, which are sorted by id, those that are `wanted`; without a
    /// [policy](Policy) that says otherwise, those that are `reported` report.
    pub(crate) fn of(rules: Vec<Rule>, reported: &[bool], wanted: &[bool]) -> Result<Self, SelectionError> {
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        let mut kept = wanted.to_vec();
        for rule in rules.iter().zip(wanted).filter(|(_, wanted)| **wanted).map(|(rule, _)| rule) {
            for id in &rule.matcher.requires {
                let index = ids.binary_search(&id.as_str()).map_err(|_| SelectionError {
                    message: format!(
                        "rule `{}` requires `{id}`, which is no rule{}",
                        rule.id,
                        hint(id, &ids)
                    ),
                })?;
                if let Some(other) = rules[index].matcher.requires.first() {
                    return Err(SelectionError {
                        message: format!(
                            "rule `{}` requires `{id}`, which requires `{other}` itself: name that one, too",
                            rule.id
                        ),
                    });
                }
                kept[index] = true;
            }
        }
        let (rules, reported): (Vec<Rule>, Vec<bool>) = rules
            .into_iter()
            .zip(reported.iter().copied())
            .zip(kept)
            .filter(|(_, kept)| *kept)
            .map(|(rule_and_choice, _)| rule_and_choice)
            .unzip();
        Ok(RuleSet::compile(rules, reported))
    }

    fn compile(rules: Vec<Rule>, reported: Vec<bool>) -> Self {
        let policy =
            Policy::new(rules.iter().zip(reported).map(|(rule, reported)| Setting::of(rule, reported)));
        let (mut probes, mut covers) = (Vec::new(), Vec::new());
        for (index, rule) in rules.iter().enumerate() {
            let matcher = &rule.matcher;
            for (number, cover) in matcher.covers.iter().enumerate() {
                let cover = cover.as_ref();
                probes.push(Probe {
                    rule: index,
                    unit: matcher.unit,
                    pattern: (!matcher.any.is_empty()).then_some(number),
                    one_prefix: cover.and_then(Cover::exact_prefix).is_some(),
                    longest_prefix: cover.and_then(Cover::longest_prefix),
                    alphabet: cover.map_or(ByteSet::ALL, |cover| cover.alphabet),
                });
                covers.push(cover);
            }
        }
        let guards = rules.iter().flat_map(|rule| &rule.matcher.guards);
        let edges: Vec<&Edges> = guards.filter_map(|guard| guard.edges.as_ref()).collect();
        let (gate, seated) = Gate::new(&edges);
        let mut seated = seated.into_iter();
        let mut seat = |guard: &Guard| guard.edges.as_ref().and_then(|_| seated.next());
        let seats: Vec<Vec<Option<u32>>> =
            rules.iter().map(|rule| rule.matcher.guards.iter().map(&mut seat).collect()).collect();
        let mut alone = vec![0; gate.seats_alone()];
        let mut openings: Vec<(u32, &[Opening], Ending)> = Vec::new();
        for (index, probe) in probes.iter().enumerate() {
            let guards = &rules[probe.rule].matcher.guards;
            let Some(pattern) = probe.pattern.filter(|&pattern| pattern < guards.len()) else { continue };
            let guard = &guards[pattern];
            openings.push((index as u32, &guard.openings, guard.ending));
            if let Some(known) = seats[probe.rule][pattern].and_then(|seat| alone.get_mut(seat as usize)) {
                *known = index;
            }
        }
        let openings = Openings::new(openings.into_iter());
        // Should the tables overflow, the probes with the most windows go
        // without, one after the other.
        loop {
            let placed = covers.iter().zip(&probes).zip(0..).filter_map(|((&cover, probed), probe)| {
                let in_lines = probed.pattern.filter(|_| probed.unit == Unit::Line);
                Some(Sought {
                    probe,
                    cover: cover?,
                    seat: in_lines.and_then(|pattern| seats[probed.rule][pattern]),
                })
            });
            match Prefilter::new(Backend::chosen(), placed) {
                Ok(prefilter) => {
                    let unplaced = (0..covers.len()).filter(|&index| covers[index].is_none()).collect();
                    return RuleSet {
                        rules,
                        policy,
                        probes,
                        unplaced,
                        prefilter,
                        gate,
                        seats,
                        alone,
                        openings,
                    };
                }
                Err(Overfull) => {
                    let size =
                        |cover: &&mut Option<&Cover>| cover.as_ref().map_or(0, |cover| cover.windows.len());
                    if let Some(largest) = covers.iter_mut().max_by_key(size) {
                        *largest = None;
                    }
                }
            }
        }
    }

    /// The rules that report, by id.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules
            .iter()
            .enumerate()
            .filter(|(index, _)| self.policy.of(*index).reported)
            .map(|(_, rule)| rule)
    }

    /// Every rule that runs, by index.
    pub(crate) fn running(&self) -> &[Rule] {
        &self.rules
    }

    /// What holds where nothing else is said.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Another policy for the same rules: `decide` changes what holds for one.
    #[must_use]
    pub fn policy_where(&self, mut decide: impl FnMut(&Rule, &mut Setting)) -> Policy {
        Policy::new(self.rules.iter().enumerate().map(|(index, rule)| {
            let mut setting = self.policy.of(index);
            decide(rule, &mut setting);
            setting
        }))
    }

    pub(crate) fn probes(&self) -> &[Probe] {
        &self.probes
    }

    /// Whether a pattern has nothing that the prefilter could look for.
    #[cfg(feature = "cli")]
    pub(crate) fn has_unplaced(&self) -> bool {
        !self.unplaced.is_empty()
    }

    pub(crate) fn unplaced(&self) -> &[usize] {
        &self.unplaced
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Whether a pattern of a rule that looks at units may match this one, of which `verdict`
    /// tells, in a way that is not told by how lines open.
    pub(crate) fn admits(&self, rule: usize, pattern: usize, unit: &[u8], verdict: &mut Verdict) -> bool {
        self.seats[rule][pattern].is_some_and(|seat| self.gate.admits(unit, verdict, seat))
    }

    /// The probe of each pattern that has no windows, by its seat.
    pub(crate) fn alone(&self) -> &[usize] {
        &self.alone
    }

    /// How lines open, with the probes that may match these.
    pub(crate) fn openings(&self) -> &Openings {
        &self.openings
    }

    /// Whether there are patterns that have to be shown every line.
    pub(crate) fn look_at_lines(&self) -> bool {
        !self.alone.is_empty() || !self.openings.is_empty()
    }

    pub(crate) fn prefilter(&self) -> &Prefilter {
        &self.prefilter
    }

    /// The rule that words a failed check, if one was chosen.
    pub(crate) fn rule_for(&self, check: Check) -> Option<usize> {
        self.rules.iter().position(|rule| rule.matcher.check == Some(check))
    }
}
