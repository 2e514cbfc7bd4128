//! All rules of a run, with one prefilter over them.

use std::fmt;

use globset::{Glob, GlobMatcher};

use super::{Rule, Status, Unit, error::suggest};
use crate::{
    document::Check,
    prefilter::{Backend, ByteSet, Cover, Edges, Gate, Overfull, Prefilter},
};

/// Which rules run.
///
/// A word is a rule's id, a group, a glob over ids, or `ALL`. The more specific
/// word wins; where two are equally specific, ignoring does.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Words for rules that run; empty for all.
    pub select: Vec<String>,
    /// Words for rules that do not run.
    pub ignore: Vec<String>,
}

impl Selection {
    /// For each of `ids`, which are sorted, whether it is selected and not ignored.
    ///
    /// # Errors
    ///
    /// If a word names none of them.
    pub fn matching(&self, ids: &[impl AsRef<str>]) -> Result<Vec<bool>, SelectionError> {
        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        let strengths = self.strengths(&ids)?;
        Ok(strengths.into_iter().map(|(selected, ignored)| selected > ignored).collect())
    }

    /// How specifically each id is selected, and how it is ignored.
    fn strengths(&self, ids: &[&str]) -> Result<Vec<(u8, u8)>, SelectionError> {
        let select = words(&self.select, ids, "select")?;
        let ignore = words(&self.ignore, ids, "ignore")?;
        let everything = u8::from(select.is_empty());
        Ok(ids.iter().map(|id| (strength(&select, id).max(everything), strength(&ignore, id))).collect())
    }
}

/// A word of a [`Selection`], or an id in `requires`, that names no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionError {
    message: String,
}

impl fmt::Display for SelectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SelectionError {}

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
    /// False for a rule that runs only because another requires it.
    reported: Vec<bool>,
    probes: Vec<Probe>,
    /// Probes that no prefilter can place: they look everywhere.
    unplaced: Vec<usize>,
    prefilter: Prefilter,
    gate: Gate,
    /// For each rule, the seats of its patterns in the gate; none of a span rule.
    seats: Vec<Vec<u32>>,
    /// The rule of each pattern without windows, by seat.
    alone: Vec<usize>,
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
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        let chosen: Vec<bool> = rules
            .iter()
            .zip(selection.strengths(&ids)?)
            .map(|(rule, (selected, ignored))| {
                selected > ignored && (rule.status == Status::Stable || selected == Word::BY_ID)
            })
            .collect();
        let mut kept = chosen.clone();
        for rule in rules.iter().zip(&chosen).filter(|(_, chosen)| **chosen).map(|(rule, _)| rule) {
            for id in &rule.matcher.requires {
                let index = ids.binary_search(&id.as_str()).map_err(|_| SelectionError {
                    message: format!(
                        "rule `{}` requires `{id}`, which is no rule{}",
                        rule.id,
                        hint(id, &ids)
                    ),
                })?;
                kept[index] = true;
            }
        }
        let (rules, reported): (Vec<Rule>, Vec<bool>) = rules
            .into_iter()
            .zip(chosen)
            .zip(kept)
            .filter(|(_, kept)| *kept)
            .map(|(rule_and_choice, _)| rule_and_choice)
            .unzip();
        Ok(RuleSet::compile(rules, reported))
    }

    fn compile(rules: Vec<Rule>, reported: Vec<bool>) -> Self {
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
        let edges: Vec<&Edges> = rules.iter().flat_map(|rule| &rule.matcher.edges).collect();
        let (gate, seated) = Gate::new(&edges);
        let mut seated = seated.into_iter();
        let seats: Vec<Vec<u32>> =
            rules.iter().map(|rule| seated.by_ref().take(rule.matcher.edges.len()).collect()).collect();
        let mut alone = vec![0; gate.seats_alone()];
        for (rule, seats) in seats.iter().enumerate() {
            for &seat in seats {
                if let Some(known) = alone.get_mut(seat as usize) {
                    *known = rule;
                }
            }
        }
        // Should the tables overflow, the probes with the most windows and starts go
        // without, one after the other.
        loop {
            let placed = covers.iter().enumerate().filter_map(|(index, &cover)| Some((index as u32, cover?)));
            match Prefilter::new(Backend::chosen(), placed) {
                Ok(prefilter) => {
                    let unplaced = (0..covers.len()).filter(|&index| covers[index].is_none()).collect();
                    return RuleSet { rules, reported, probes, unplaced, prefilter, gate, seats, alone };
                }
                Err(Overfull) => {
                    let size = |cover: &&mut Option<&Cover>| {
                        cover.as_ref().map_or(0, |cover| cover.windows.len() + cover.starts.len())
                    };
                    if let Some(largest) = covers.iter_mut().max_by_key(size) {
                        *largest = None;
                    }
                }
            }
        }
    }

    /// The rules that report, by id.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().zip(&self.reported).filter(|(_, reported)| **reported).map(|(rule, _)| rule)
    }

    /// Every rule that runs, by index.
    pub(crate) fn running(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn is_reported(&self, rule: usize) -> bool {
        self.reported[rule]
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

    /// The seats in the gate of the patterns of a rule that looks at units.
    pub(crate) fn seats(&self, rule: usize) -> &[u32] {
        &self.seats[rule]
    }

    /// The rule of each pattern that has no windows, by its seat.
    pub(crate) fn alone(&self) -> &[usize] {
        &self.alone
    }

    pub(crate) fn prefilter(&self) -> &Prefilter {
        &self.prefilter
    }

    /// The rule that words a failed check, if one was chosen.
    pub(crate) fn rule_for(&self, check: Check) -> Option<usize> {
        self.rules.iter().position(|rule| rule.matcher.check == Some(check))
    }
}

enum Word {
    All,
    Group(String),
    Glob(GlobMatcher),
    Id(String),
}

impl Word {
    const BY_ID: u8 = 3;

    /// How specifically the word names `id`; 0 if it does not.
    fn strength(&self, id: &str) -> u8 {
        match self {
            Word::All => 1,
            Word::Group(group)
                if id.strip_prefix(group.as_str()).is_some_and(|rest| rest.starts_with('/')) =>
            {
                2
            }
            Word::Glob(glob) if glob.is_match(id) => 2,
            Word::Id(name) if name == id => Self::BY_ID,
            _ => 0,
        }
    }
}

fn strength(words: &[Word], id: &str) -> u8 {
    words.iter().map(|word| word.strength(id)).max().unwrap_or(0)
}

fn words(given: &[String], ids: &[&str], option: &str) -> Result<Vec<Word>, SelectionError> {
    let fail = |message: String| SelectionError { message };
    given
        .iter()
        .map(|text| {
            let word = if text == "ALL" {
                Word::All
            } else if text.contains(['*', '?', '[', '{']) {
                let glob = Glob::new(text)
                    .map_err(|error| fail(format!("`--{option} {text}`: {}", error.kind())))?;
                Word::Glob(glob.compile_matcher())
            } else if ids.contains(&text.as_str()) {
                Word::Id(text.clone())
            } else {
                Word::Group(text.trim_end_matches('/').to_string())
            };
            if !matches!(word, Word::All) && !ids.iter().any(|id| word.strength(id) > 0) {
                let groups: Vec<&str> =
                    ids.iter().filter_map(|id| id.rsplit_once('/').map(|(g, _)| g)).collect();
                let known: Vec<&str> = ids.iter().copied().chain(groups).chain(["ALL"]).collect();
                return Err(fail(format!("`--{option} {text}` names no rule{}", hint(text, &known))));
            }
            Ok(word)
        })
        .collect()
}

fn hint(word: &str, known: &[&str]) -> String {
    suggest(word, known)
        .map_or_else(|| "; `descrape rule list` shows all".into(), |best| format!("; did you mean `{best}`?"))
}
