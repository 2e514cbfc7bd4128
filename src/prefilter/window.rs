//! Chooses what to look for: the rarest windows that every match must contain.

use std::collections::HashMap;

use regex_syntax::hir::{Hir, HirKind};

use super::{
    bytes::{ByteSet, frequency},
    cover::{Cover, WIDTH, Window},
    mark::{mark_frequency, rare_starts},
    outer::Side,
    steps::{Beside, Gap, Step, beside, lay_out},
};

/// Spellings, case aside, that one window may have, unless it starts with a mark.
pub(super) const MOST_KEYS: usize = 4096;
/// What a spelling costs besides being met: each gives false alarms, in the bitmap or in
/// a bucket.
const KEY_COST: f64 = 4e-6;
/// Windows that one cover may have.
const MOST_WINDOWS: usize = 2048;
/// How many classes on each side of a window are compared as well.
const CONTEXT: usize = 6;
/// A cover this rare, one place in a million, is not worth improving.
const RARE: f64 = 1e-6;
/// How much more a window costs of which only a mark is rare.
const MARK_COST: f64 = 2.0;

/// The rarest of the covers of patterns that must all match.
pub(crate) fn cover_of_all<'h>(patterns: impl IntoIterator<Item = &'h Hir>) -> Option<Cover> {
    let choices = patterns.into_iter().filter_map(choose);
    choices.min_by(|a, b| a.cost.total_cmp(&b.cost)).and_then(Choice::cover)
}

/// What may become a cover.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    windows: Vec<Window<ByteSet>>,
    /// How many of them to expect in a byte of web text.
    pub(super) cost: f64,
    pub(super) folding: bool,
}

impl Choice {
    /// The choice for either pattern.
    pub(super) fn or(mut self, other: Choice) -> Choice {
        self.windows.extend(other.windows);
        self.cost += other.cost;
        self.folding |= other.folding;
        self
    }

    fn is_small(&self) -> bool {
        self.windows.len() <= MOST_WINDOWS
    }

    /// How far before each of them a match starts.
    pub(super) fn prefixes(&mut self) -> impl Iterator<Item = &mut (usize, Option<usize>)> {
        self.windows.iter_mut().map(|window| &mut window.prefix)
    }

    /// Adds what these steps, which stand right before the pattern, say of what stands before
    /// its windows.
    pub(super) fn stand_behind(&mut self, steps: &[Step<'_>]) {
        for Window { run, lead, prefix } in &mut self.windows {
            if *prefix == (*lead, Some(*lead)) {
                let Beside { classes, .. } =
                    beside(run[0], steps.iter().rev(), (CONTEXT - *lead, CONTEXT), Side::End);
                *lead += classes.len();
                run.splice(..0, classes.into_iter().rev());
            }
        }
    }

    pub(super) fn cover(self) -> Option<Cover> {
        Cover::new(self.windows, self.folding)
    }
}

/// The rarest windows of a pattern, or the starts of its matches if it has none; `None` if
/// neither can be told.
pub(super) fn choose(hir: &Hir) -> Option<Choice> {
    let mut search = Search::default();
    if let Some(choice) = search.cover_within(hir) {
        return Some(Choice { folding: search.folding, ..choice });
    }
    Some(Choice { windows: rare_starts(hir)?, cost: 1.0, folding: false })
}

/// The search for the cover of one pattern.
#[derive(Default)]
struct Search {
    folding: bool,
    /// The covers of parts of the pattern, by their addresses: each part is
    /// met in many readings of what stands around it.
    known: HashMap<*const Hir, Option<Choice>>,
}

impl Search {
    fn cover_within(&mut self, hir: &Hir) -> Option<Choice> {
        let address = std::ptr::from_ref(hir);
        if let Some(known) = self.known.get(&address) {
            return known.clone();
        }
        let cover = self.cover_of_part(hir);
        self.known.insert(address, cover.clone());
        cover
    }

    fn cover_of_part(&mut self, hir: &Hir) -> Option<Choice> {
        if let HirKind::Alternation(branches) = hir.kind() {
            let mut all: Option<Choice> = None;
            for branch in branches {
                let cover = self.cover_within(branch)?;
                all = Some(match all {
                    Some(sum) => sum.or(cover),
                    None => cover,
                });
            }
            return all.filter(Choice::is_small);
        }
        // As one reading with gaps, or as several without: whatever is rarer.
        let gapped = self.cover_of_readings(hir, false);
        if gapped.as_ref().is_some_and(|cover| cover.cost < RARE) {
            return gapped;
        }
        let split = self.cover_of_readings(hir, true);
        let rarer = match (gapped, split) {
            (Some(a), Some(b)) => Some(if b.cost < a.cost { b } else { a }),
            (a, b) => a.or(b),
        };
        rarer.filter(Choice::is_small)
    }

    fn cover_of_readings(&mut self, hir: &Hir, split: bool) -> Option<Choice> {
        let mut readings = vec![Vec::new()];
        lay_out(hir, split, &mut readings, &mut self.folding);
        let mut all: Option<Choice> = None;
        for steps in &readings {
            let cover = self.rarest(steps)?;
            all = Some(match all {
                Some(sum) => sum.or(cover),
                None => cover,
            });
        }
        all
    }

    /// The rarest of the windows and inner covers of one reading.
    fn rarest(&mut self, steps: &[Step<'_>]) -> Option<Choice> {
        let mut rarest: Option<Place> = None;
        let mut prefix = (0, Some(0));
        let mut inner_covers = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            match step {
                Step::Byte(_) => {
                    let below = rarest.map_or(f64::INFINITY, |rarest| rarest.cost);
                    let cost = window_cost(steps, index, prefix, below);
                    rarest = cost.map(|cost| Place { index, prefix, cost }).or(rarest);
                    prefix = (prefix.0 + 1, prefix.1.map(|most| most + 1));
                }
                Step::Bound => {}
                Step::Gap(Gap { least, most, inner, .. }) => {
                    inner_covers.extend(inner.map(|inner| (inner, index, prefix)));
                    prefix = (prefix.0 + least, sum(prefix.1, *most));
                }
            }
        }
        let mut best = rarest.map(|rarest| window_at(steps, rarest));
        if best.as_ref().is_some_and(|best| best.cost < RARE) {
            return best;
        }
        for (inner, index, prefix) in inner_covers {
            let Some(mut cover) = self.cover_within(inner) else { continue };
            cover.stand_behind(&steps[..index]);
            for inner in cover.prefixes() {
                *inner = (inner.0 + prefix.0, sum(inner.1, prefix.1));
            }
            if best.as_ref().is_none_or(|best| cover.cost < best.cost) {
                best = Some(cover);
            }
        }
        best
    }
}

fn sum(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a?.checked_add(b?)
}

/// Where a window may stand.
#[derive(Clone, Copy)]
struct Place {
    /// The step that it starts at.
    index: usize,
    /// How far before it a match starts.
    prefix: (usize, Option<usize>),
    /// See [`Choice::cost`].
    cost: f64,
}

/// The byte at a step, if there is one.
fn byte_at(steps: &[Step<'_>], index: usize) -> Option<ByteSet> {
    match steps.get(index) {
        Some(Step::Byte(set)) => Some(*set),
        _ => None,
    }
}

/// What a window that starts at the step `index` costs, if that is less.
fn window_cost(steps: &[Step<'_>], index: usize, prefix: (usize, Option<usize>), below: f64) -> Option<f64> {
    let first = byte_at(steps, index)?;
    // What may be the end of the text is no part of the window; more from beyond a gap would make
    // windows that only seem to be rarer.
    let ahead = steps[index + 1..].iter();
    let Beside { classes: mut own, own: length } = beside(first, ahead, (WIDTH - 1, 1), Side::Start);
    own.truncate(length);
    own.insert(0, first);
    let rest = ByteSet::ALL.count_folded().pow((WIDTH - own.len()) as u32);
    let spellings = own.iter().map(ByteSet::count_folded).product::<usize>() * rest;
    let spelled = (spellings <= MOST_KEYS).then(|| frequency(&own) + KEY_COST * spellings as f64);
    let marked = mark_frequency(&own).map(|frequency| MARK_COST * frequency);
    let mut cost = spelled.into_iter().chain(marked).min_by(f64::total_cmp)?;
    if prefix.1 == Some(prefix.0) {
        // The match can be tried right where it would start.
        cost *= 0.7;
    }
    (cost < below).then_some(cost)
}

/// The window there, with the classes around it.
fn window_at(steps: &[Step<'_>], Place { index, prefix, cost }: Place) -> Choice {
    let first = byte_at(steps, index).expect("a window starts with a byte");
    let behind = beside(first, steps[..index].iter().rev(), (CONTEXT, CONTEXT), Side::End).classes;
    let lead = behind.len();
    let ahead = beside(first, steps[index + 1..].iter(), (WIDTH + CONTEXT - 1, CONTEXT), Side::Start).classes;
    let run = behind.into_iter().rev().chain([first]).chain(ahead).collect();
    Choice { windows: vec![Window { run, lead, prefix }], cost, folding: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows the chosen windows, each class by one of its letters, and the
    /// distance from the start of the match.
    #[track_caller]
    fn check(pattern: &str, expected: Option<&[&str]>) {
        let hir = regex_syntax::ParserBuilder::new()
            .multi_line(true)
            .crlf(true)
            .build()
            .parse(pattern)
            .expect(pattern);
        let shown = choose(&hir).map(|choice| {
            let show = |window: &Window<ByteSet>| {
                let letters: Vec<u8> = window.run[window.lead..]
                    .iter()
                    .take(WIDTH)
                    .map(|set| (0..=255).find(|&b| set.contains(b)).unwrap_or(b'?'))
                    .collect();
                let (least, most) = window.prefix;
                let letters = String::from_utf8_lossy(&letters).into_owned();
                match most {
                    Some(most) if most == least => format!("{letters}+{least}"),
                    Some(most) => format!("{letters}+{least}..{most}"),
                    None => format!("{letters}+{least}.."),
                }
            };
            choice.windows.iter().map(show).collect::<Vec<_>>()
        });
        let shown: Option<Vec<&str>> = shown.as_ref().map(|s| s.iter().map(String::as_str).collect());
        assert_eq!(shown.as_deref(), expected, "{pattern}");
    }

    #[test]
    fn chooses_rare_windows() {
        check("%MINIFYHTML[0-9a-f]{32}", Some(&["YHTM+6"]));
        check("& # [0-9]{2,5};", Some(&["& # +0"]));
        check("(?i)accept (all )?cookies", Some(&["CCEP+1"]));
        check("[a-z]+quot;", Some(&["uot;+2.."]));
        check("(?:Share|Tweet) this", Some(&["Shar+0", "weet+1"]));
        check("[!?]{4,}", Some(&["!!!!+0"]));
        check("&[ \\t]{1,2}#x", Some(&["&\t#x+0", "\t\t#x+1"]));
        check("-{3}", Some(&["---+0"]));
    }

    #[test]
    fn some_patterns_have_none() {
        for pattern in ["[a-z]{30,}", r"\s+", "a|b*c", r"(?:a|bcd)?"] {
            check(pattern, None);
        }
    }
}
