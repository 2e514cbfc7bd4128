//! What of a pattern is tried first where it was offered.
//!
//! `(?:by|from) [^\n]{0,60}@[a-z]{3,9}:` is offered where an `@` stands. To look for
//! a match around that place means to start far before it, and mostly in vain.
//! The part of the pattern from the `@` on, tried right there, says as much within
//! a few bytes, and so does the part before it, read backwards. Such a *trial*
//! starts where the place is always as far away, and goes on, in both directions,
//! as far as it stays short. Every match that goes through the place passes it.

use regex_syntax::hir::{Hir, HirKind, Look};

use super::{
    alphabet::alphabet,
    cover::Cover,
    edges::Edges,
    steps::{Step, lay_out},
    window::{Choice, choose},
};
use crate::compact::compact;

/// So many distances there may be between the start of a trial and the place.
const MOST_LEADS: usize = 4;
/// Parts of a sequence that are looked at for where a trial could start.
const MOST_STARTS: usize = 32;
/// A trial reads no more bytes than this.
const LONGEST: usize = 600;
/// A unit that starts no further before a window is searched from its start.
const NEAR: usize = 64;
/// How much more often than the rarest windows those may be met that a trial
/// starts at.
const DEARER: f64 = 1.05;

/// Where a pattern is looked for, and what is tried there.
pub(crate) type Placed = (Option<Cover>, Option<Trial>);

/// The part of a pattern that is tried where it was offered.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    cut: Cut,
    /// The distances there may be between its start and the place, in bytes.
    pub(crate) leads: Vec<usize>,
}

/// Which parts of a parsed pattern are left, groups aside: of a sequence, those
/// `from..to`; of what may be one or the other, all of it.
#[derive(Clone, Debug)]
struct Cut {
    from: usize,
    to: usize,
    /// Of the first part that is left, or of each that may be there, what is left;
    /// all where this is empty.
    inner: Vec<Cut>,
}

compact! { struct Trial { cut, leads } }
compact! { struct Cut { from, to, inner } }

impl Trial {
    /// What must match from the start of the trial on, and what up to there, if
    /// anything must.
    pub(crate) fn sides(&self, pattern: &Hir) -> (Hir, Option<Hir>) {
        let (behind, _) = self.cut.behind(pattern);
        let is_empty =
            behind.properties().minimum_len() == Some(0) && behind.properties().look_set().is_empty();
        (self.cut.ahead(pattern), (!is_empty).then_some(behind))
    }
}

impl Cut {
    const NOTHING: Cut = Cut { from: 0, to: usize::MAX, inner: Vec::new() };

    /// What is left.
    fn ahead(&self, hir: &Hir) -> Hir {
        match hir.kind() {
            HirKind::Capture(capture) => self.ahead(&capture.sub),
            HirKind::Alternation(branches) if !self.inner.is_empty() => {
                Hir::alternation(branches.iter().zip(&self.inner).map(|(hir, cut)| cut.ahead(hir)).collect())
            }
            HirKind::Concat(parts) => {
                let mut left: Vec<Hir> = parts[self.from..parts.len().min(self.to)].to_vec();
                if let (Some(first), Some(cut)) = (left.first_mut(), self.inner.first()) {
                    *first = cut.ahead(first);
                }
                Hir::concat(left)
            }
            _ => hir.clone(),
        }
    }

    /// What stands before that, as far back as it is short, and whether that is all.
    fn behind(&self, hir: &Hir) -> (Hir, bool) {
        match hir.kind() {
            HirKind::Capture(capture) => self.behind(&capture.sub),
            HirKind::Alternation(branches) if !self.inner.is_empty() => {
                let branches = branches.iter().zip(&self.inner).map(|(hir, cut)| cut.behind(hir));
                let (branches, whole): (Vec<Hir>, Vec<bool>) = branches.unzip();
                (Hir::alternation(branches), whole.into_iter().all(|whole| whole))
            }
            HirKind::Concat(parts) => {
                let inner = self.inner.first().map(|cut| cut.behind(&parts[self.from]));
                let (inner, is_whole) = inner.unwrap_or((Hir::empty(), true));
                let read = Reading::default();
                let kept = parts[..self.from].iter().rev().take_while(read.stays_short());
                let kept = if is_whole { kept.count() } else { 0 };
                let left = parts[self.from - kept..self.from].iter().cloned().chain([inner]);
                (Hir::concat(left.collect()), is_whole && kept == self.from)
            }
            _ => (Hir::empty(), true),
        }
    }
}

/// How many bytes were read at the most.
#[derive(Default)]
struct Reading(usize);

impl Reading {
    /// Whether it can be no more than [`LONGEST`] with this part.
    fn stays_short(mut self) -> impl FnMut(&&Hir) -> bool {
        move |part| {
            self.0 = length(part).1.map_or(usize::MAX, |most| self.0.saturating_add(most));
            self.0 <= LONGEST
        }
    }
}

/// The rarest cover of a pattern, if it has one; of covers about as rare, one
/// with a trial. Where all of a short pattern can be tried, a trial is no less.
pub(crate) fn place(pattern: &Hir) -> Placed {
    let Some(mut plain) = choose(pattern) else { return (None, None) };
    let is_short = length(pattern).1.is_some_and(|most| most <= LONGEST);
    let has_exact_starts = plain.prefixes().all(|prefix| prefix.1 == Some(prefix.0));
    let (choice, trial) =
        if is_short && has_exact_starts { (plain, None) } else { with_trial(pattern, plain) };
    let cover = choice.cover().map(|cover| Cover { alphabet: alphabet(pattern, cover.folding), ..cover });
    (cover, trial)
}

/// As [`place`], of a pattern that looks at whole units. One of a line may be
/// told better by its edges, which is noted there; then it has no windows.
pub(crate) fn place_of_unit(pattern: &Hir, edges: &mut Edges, in_lines: bool) -> Placed {
    let plain = choose(pattern);
    edges.suffice = in_lines && plain.as_ref().is_none_or(|choice| edges.are_better(choice.cost));
    if edges.suffice {
        return (Some(Cover::none(edges.folding)), None);
    }
    let Some(mut plain) = plain else { return (None, None) };
    plain.folding |= edges.folding;
    // What starts right before the window fails soon without a trial.
    let is_anchored = pattern.properties().look_set_prefix().contains(Look::Start);
    if is_anchored && plain.prefixes().all(|prefix| prefix.1.is_some_and(|most| most <= NEAR)) {
        return (plain.cover(), None);
    }
    let (mut choice, trial) = with_trial(pattern, plain);
    choice.folding |= edges.folding;
    (choice.cover(), trial)
}

/// The choice for which there is a trial, if that is about as rare.
fn with_trial(pattern: &Hir, mut plain: Choice) -> (Choice, Option<Trial>) {
    let most = plain.cost * DEARER;
    let reach = plain.prefixes().map(|prefix| prefix.0).max().unwrap_or(0);
    match draft(pattern, most, reach).filter(|draft| draft.choice.cost <= most) {
        Some(Draft { mut choice, cut, leads, .. }) => {
            // What was cut off is context of its windows.
            choice.folding |= plain.folding;
            (choice, Some(Trial { cut, leads }))
        }
        None => (plain, None),
    }
}

/// A trial with the windows around whose places it is tried.
struct Draft {
    choice: Choice,
    cut: Cut,
    leads: Vec<usize>,
    /// Whether nothing was cut yet.
    is_uncut: bool,
    /// Whether it ends before the pattern does.
    is_short: bool,
}

/// The longest trial of windows that cost no more than `most`. Those are not looked
/// for behind the first `reach` bytes.
fn draft(hir: &Hir, most: f64, reach: usize) -> Option<Draft> {
    match hir.kind() {
        HirKind::Capture(capture) => draft(&capture.sub, most, reach),
        HirKind::Concat(parts) => {
            let before: Vec<usize> = parts
                .iter()
                .scan(0, |sum: &mut usize, part| {
                    Some(std::mem::replace(sum, sum.saturating_add(length(part).0)))
                })
                .take_while(|&before| before <= reach)
                .take(MOST_STARTS)
                .collect();
            // A trial that starts behind a part of fixed length could as well start before it.
            let starts = (0..before.len())
                .filter(|&from| from.checked_sub(1).is_none_or(|before| fixed(&parts[before]).is_none()));
            let from_start = |from| {
                let choice = choose(&Hir::concat(parts[from..].to_vec()))?;
                let leads = leads(&choice)?;
                let whole = Draft { choice, cut: Cut::NOTHING, leads, is_uncut: true, is_short: false };
                Some(whole.go_on(parts, from))
            };
            let within =
                |from: usize| Some(draft(&parts[from], most, reach - before[from])?.go_on(parts, from));
            let is_rare = |draft: &Draft| draft.choice.cost <= most && draft.cut.from < draft.cut.to;
            let first = starts.filter_map(from_start).find(is_rare);
            first.or_else(|| (0..before.len()).filter_map(within).find(is_rare))
        }
        HirKind::Alternation(branches) => {
            let mut all: Option<Draft> = None;
            for branch in branches {
                let one = draft(branch, most, reach)?;
                all = Some(match all {
                    None => {
                        Draft { cut: Cut { inner: vec![one.cut], ..Cut::NOTHING }, is_uncut: false, ..one }
                    }
                    Some(mut all) => {
                        all.cut.inner.push(one.cut);
                        all.leads.extend(one.leads);
                        Draft {
                            choice: all.choice.or(one.choice),
                            is_uncut: false,
                            is_short: all.is_short || one.is_short,
                            ..all
                        }
                    }
                });
            }
            let mut all = all?;
            all.leads.sort_unstable();
            all.leads.dedup();
            (all.leads.len() <= MOST_LEADS).then_some(all)
        }
        _ => {
            let choice = choose(hir).filter(|_| length(hir).1.is_some_and(|most| most <= LONGEST))?;
            Some(Draft { leads: leads(&choice)?, choice, cut: Cut::NOTHING, is_uncut: true, is_short: false })
        }
    }
}

impl Draft {
    /// The trial that starts within the part `from` as this one does, and goes on with the
    /// parts behind it, as far as it stays short.
    fn go_on(mut self, parts: &[Hir], from: usize) -> Self {
        let add = |sum: Option<usize>, more: Option<usize>| sum?.checked_add(more?);
        let (least, most) =
            parts[..from].iter().map(length).fold((0, Some(0)), |(least, most): (usize, _), part| {
                (least.saturating_add(part.0), add(most, part.1))
            });
        self.choice.stand_behind(&steps_of(&parts[..from]));
        self.choice.prefixes().for_each(|prefix| *prefix = (prefix.0 + least, add(prefix.1, most)));
        // Nothing is cut off behind what was cut short.
        let first = usize::from(!self.is_uncut || length(&parts[from]).1.is_some_and(|most| most <= LONGEST));
        let kept = if self.is_short {
            0
        } else {
            parts[from..].iter().take_while(Reading::default().stays_short()).count()
        };
        let to = from + kept.max(first);
        let inner = if self.is_uncut { Vec::new() } else { vec![self.cut] };
        Draft {
            cut: Cut { from, to, inner },
            is_uncut: false,
            is_short: self.is_short || to < parts.len(),
            ..self
        }
    }
}

/// The distances from the start of a match to its windows, if each window has
/// one and they are few.
fn leads(choice: &Choice) -> Option<Vec<usize>> {
    let mut leads = choice
        .clone()
        .prefixes()
        .map(|prefix| prefix.1.filter(|most| *most == prefix.0))
        .collect::<Option<Vec<usize>>>()?;
    leads.sort_unstable();
    leads.dedup();
    (leads.len() <= MOST_LEADS).then_some(leads)
}

/// These parts, one after the other, in one reading.
fn steps_of(parts: &[Hir]) -> Vec<Step<'_>> {
    let mut readings = vec![Vec::new()];
    parts.iter().for_each(|part| lay_out(part, false, &mut readings, &mut false));
    readings.swap_remove(0)
}

/// The fewest and the most bytes of a match.
fn length(hir: &Hir) -> (usize, Option<usize>) {
    (hir.properties().minimum_len().unwrap_or(0), hir.properties().maximum_len())
}

/// The bytes of a match, if they are always as many.
fn fixed(hir: &Hir) -> Option<usize> {
    let (least, most) = length(hir);
    most.filter(|&most| most == least)
}

#[cfg(test)]
mod tests {
    use regex_automata::{Anchored, meta::Regex};

    use super::*;

    fn parsed(pattern: &str) -> Hir {
        regex_syntax::ParserBuilder::new().crlf(true).build().parse(pattern).expect(pattern)
    }

    fn regex(hir: Hir) -> Regex {
        Regex::builder().build_from_hir(&hir).expect("a small pattern compiles")
    }

    /// What is tried ahead and behind, and how far before a place that starts.
    #[track_caller]
    fn check(pattern: &str, expected: Option<(&str, Option<&str>, &[usize])>) {
        let parsed = parsed(pattern);
        let (_, trial) = place(&parsed);
        let shown = trial.as_ref().map(|trial| {
            let (ahead, behind) = trial.sides(&parsed);
            (ahead.to_string(), behind.map(|behind| behind.to_string()), &*trial.leads)
        });
        let shown = shown.as_ref().map(|(ahead, behind, leads)| (&**ahead, behind.as_deref(), *leads));
        assert_eq!(shown, expected, "{pattern}");
    }

    #[test]
    fn a_trial_is_what_is_short_around_a_known_place() {
        check("[a-z]{1,9}quiz", Some(("(?:quiz)", Some("[a-z]{1,9}"), &[0])));
        check("[a-z]{1,900}quiz[a-z]*", Some(("(?:quiz)", None, &[0])));
        check("a?(?:quiz|xquz)b+", Some(("(?:(?:quiz)|(?:xquz))", None, &[0, 1])));
        check("quiz[a-z]{0,3}", None);
        check("[a-z]+", None);
    }

    #[test]
    fn every_match_passes_where_it_is_offered() {
        let patterns = [
            "a?(?:quiz|bquiz)b{0,2}$",
            "^(?:a?|quiz)(?:b?quiz|ab*ox%n)(?:b|$)",
            "(?:^|a)(?:[aé]?(?:quiz|oxen)|é{1,2}ox%n)a?",
            "(?:é|b)?é?quiz(?:a|[^a]b)",
            r"\\b[ab]{1,2}(?:quiz)?ox%n?\\b",
            "[ab]*é{2,3}(?:a|quiz|[^b]{0,9}(?:ox%n|quiz))a{1,800}b",
        ];
        let mut texts = vec![(String::new(), 0)];
        for length in 0..5 {
            let longest = texts.iter().filter(|(_, parts)| *parts == length).cloned().collect::<Vec<_>>();
            texts.extend(longest.iter().flat_map(|(text, parts)| {
                ["a", "b", "é", "quiz", "ox%n"].map(|part| (format!("{text}{part}"), parts + 1))
            }));
        }
        for pattern in patterns {
            let parsed = parsed(pattern);
            let (_, Some(trial)) = place_of_unit(&parsed, &mut Edges::of(&parsed), false) else {
                panic!("{pattern} has no trial");
            };
            let (ahead, behind) = trial.sides(&parsed);
            let ahead = regex(ahead);
            let behind = behind.map(|hir| regex(Hir::concat(vec![hir, Hir::look(Look::End)])));
            let whole = regex(parsed);
            for (text, _) in texts.iter().filter(|(text, _)| whole.is_match(text)) {
                let passes = |start: &usize| {
                    let from = regex_automata::Input::new(text).range(*start..).anchored(Anchored::Yes);
                    text.is_char_boundary(*start)
                        && ahead.is_match(from)
                        && behind.as_ref().is_none_or(|behind| behind.is_match(&text[..*start]))
                };
                assert!((0..=text.len()).any(|start| passes(&start)), "{pattern} in {text:?}");
            }
        }
    }

    /// It is context of the windows: where it may fold, the text is searched as a whole.
    #[test]
    fn what_was_cut_off_may_fold() {
        let parsed = regex_syntax::parse("(?i)kb*aaaaaaaaa").expect("a pattern");
        let (cover, trial) = place(&parsed);
        assert!(trial.is_some() && cover.expect("a cover").folding);
    }
}
