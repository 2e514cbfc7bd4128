//! Lays a pattern out: as steps from left to right, each a byte of some set or a
//! gap, in one reading or in several.

use regex_syntax::{
    hir::{Class, ClassUnicode, Hir, HirKind, Look},
    utf8::Utf8Sequences,
};

use super::{
    alphabet::alphabet,
    bytes::{ByteSet, frequency},
    outer::{Outer, Side},
};

/// Copies of a repeated class that are laid out; more would not make a longer
/// window.
const COPIES: u32 = 5;
/// Ways of reading one pattern that are laid out side by side.
const MOST_READINGS: usize = 32;
/// Steps behind a gap that may say what stands there.
const MOST_STEPS: usize = 16;
/// A class that so much of web text is in says nothing.
const MOST_SHARE: f64 = 0.75;

/// A step of a pattern, left to right.
#[derive(Clone, Copy)]
pub(super) enum Step<'h> {
    /// Exactly one byte, of this set.
    Byte(ByteSet),
    /// A word boundary.
    Bound,
    /// Some bytes.
    Gap(Gap<'h>),
}

/// Bytes of which is only known how many they are, what fills them, and what stands at their
/// ends if there are any.
#[derive(Clone, Copy)]
pub(super) struct Gap<'h> {
    pub(super) least: usize,
    pub(super) most: Option<usize>,
    first: ByteSet,
    last: ByteSet,
    /// What any byte but the first of them may be.
    others: ByteSet,
    /// Every match goes through this, if given.
    pub(super) inner: Option<&'h Hir>,
}

impl<'h> Gap<'h> {
    /// A gap of so many bytes that is filled by some copies of a part.
    fn of(part: &'h Hir, least: usize, most: Option<usize>) -> Self {
        let at = |side| Outer::of(part, side).bytes;
        let (first, last, others) = (at(Side::Start), at(Side::End), alphabet(part, false));
        Gap { least, most, first, last, others, inner: None }
    }

    /// What the next byte may be, of which so many were read before.
    fn next(&self, read: usize, facing: Side) -> Option<ByteSet> {
        self.most.is_none_or(|most| read < most).then_some(match facing {
            _ if read > 0 => self.others,
            Side::Start => self.first,
            Side::End => self.last,
        })
    }
}

/// The classes of the bytes that stand next to a byte of a window.
pub(super) struct Beside {
    /// The nearest first.
    pub(super) classes: Vec<ByteSet>,
    /// How many of them are bytes of a match; the others may be the end of the text.
    pub(super) own: usize,
}

/// What these steps, going away from a byte of `first`, say of the `count` bytes next to it, and of
/// so many `beyond` a gap: the steps behind it face it with their starts, those before it with their
/// ends.
pub(super) fn beside<'s, 'h: 's>(
    first: ByteSet,
    mut steps: impl Iterator<Item = &'s Step<'h>>,
    (count, beyond): (usize, usize),
    facing: Side,
) -> Beside {
    let mut classes = Vec::new();
    let (mut nearest, mut is_bound) = (first, false);
    let mut behind = Vec::new();
    while classes.len() < count
        && let Some(step) = steps.next()
    {
        match step {
            Step::Byte(set) => {
                classes.push(*set);
                (nearest, is_bound) = (*set, false);
            }
            Step::Bound => is_bound = nearest.is_word(),
            Step::Gap(_) => {
                let steps: Vec<&Step<'h>> = [step].into_iter().chain(steps).take(MOST_STEPS).collect();
                behind = from_gap(&steps, beyond.min(count - classes.len()), facing);
                break;
            }
        }
    }
    let mut own = classes.len();
    if is_bound && own < count {
        match behind.first_mut() {
            Some(next) => *next = next.and(&ByteSet::NO_WORD),
            // The end of the text, perhaps.
            None => classes.push(ByteSet::NO_WORD),
        }
    }
    own += behind.len();
    classes.extend(behind);
    Beside { classes, own }
}

/// The classes of the next bytes, where a gap comes next and then the other steps: up to where a
/// match may end before.
fn from_gap<'h>(steps: &[&Step<'h>], count: usize, facing: Side) -> Vec<ByteSet> {
    let mut classes = Vec::new();
    // Where one may have got to: the number of a step, and how many of its bytes were read.
    let mut places = vec![(0, 0)];
    'bytes: while classes.len() < count {
        let mut known = 0;
        while let Some(&(step, read)) = places.get(known) {
            let is_done = match steps.get(step) {
                None => break 'bytes,
                Some(Step::Bound) => true,
                Some(Step::Byte(_)) => read == 1,
                Some(Step::Gap(gap)) => read >= gap.least,
            };
            if is_done && !places.contains(&(step + 1, 0)) {
                places.push((step + 1, 0));
            }
            known += 1;
        }
        let mut class = ByteSet::NONE;
        places.retain_mut(|(step, read)| {
            let next = match steps[*step] {
                Step::Byte(set) if *read == 0 => Some(*set),
                Step::Byte(_) | Step::Bound => None,
                Step::Gap(gap) => gap.next(*read, facing),
            };
            next.into_iter().for_each(|set| class.add(&set));
            *read += 1;
            next.is_some()
        });
        classes.push(class);
    }
    // The nearest says something wherever it is not any byte.
    let says = |(index, class): (usize, &ByteSet)| {
        if index == 0 { *class != ByteSet::ALL } else { frequency(&[*class]) <= MOST_SHARE }
    };
    classes.truncate(classes.iter().enumerate().rposition(says).map_or(0, |last| last + 1));
    classes
}

/// Appends the steps of `hir` to every reading. With `split`, what may be there
/// or not, or has one length or another, makes more readings instead of gaps.
pub(super) fn lay_out<'h>(hir: &'h Hir, split: bool, readings: &mut Vec<Vec<Step<'h>>>, folding: &mut bool) {
    let properties = hir.properties();
    match hir.kind() {
        HirKind::Look(Look::WordAscii | Look::WordUnicode) => {
            readings.iter_mut().for_each(|steps| steps.push(Step::Bound));
        }
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => {
            for steps in readings {
                steps.extend(literal.0.iter().map(|&b| Step::Byte(ByteSet::one(b))));
            }
        }
        HirKind::Class(class) => {
            let forms = match class {
                Class::Unicode(class) => lay_out_class(class, split, folding),
                Class::Bytes(class) => {
                    let mut set = ByteSet::default();
                    class.ranges().iter().for_each(|range| set.insert(range.start(), range.end()));
                    vec![vec![Step::Byte(set)]]
                }
            };
            multiply(readings, forms);
        }
        HirKind::Capture(capture) => lay_out(&capture.sub, split, readings, folding),
        HirKind::Concat(list) => list.iter().for_each(|sub| lay_out(sub, split, readings, folding)),
        HirKind::Alternation(branches) => {
            if split && let Some(forms) = lay_out_branches(branches, MOST_READINGS / readings.len(), folding)
            {
                return multiply(readings, forms);
            }
            let gap = Gap::of(hir, properties.minimum_len().unwrap_or(0), properties.maximum_len());
            let step = Step::Gap(Gap { inner: Some(hir), ..gap });
            readings.iter_mut().for_each(|steps| steps.push(step));
        }
        HirKind::Repetition(repetition) => {
            let copies = repetition.min.min(COPIES);
            for _ in 0..copies {
                lay_out(&repetition.sub, split, readings, folding);
            }
            if repetition.max == Some(copies) {
                return;
            }
            let more = repetition.max.map(|max| max - copies).filter(|more| *more < COPIES);
            if let (true, Some(more)) = (split, more) {
                let mut one = vec![Vec::new()];
                lay_out(&repetition.sub, split, &mut one, folding);
                if one.len() == 1 && readings.len() * (more as usize + 1) <= MOST_READINGS {
                    let forms = (0..=more as usize).map(|n| one[0].repeat(n)).collect();
                    return multiply(readings, forms);
                }
            }
            let one = repetition.sub.properties();
            let least = (repetition.min - copies) as usize * one.minimum_len().unwrap_or(0);
            let most = repetition
                .max
                .zip(one.maximum_len())
                .and_then(|(max, len)| len.checked_mul((max - copies) as usize));
            let step = Step::Gap(Gap::of(&repetition.sub, least, most));
            readings.iter_mut().for_each(|steps| steps.push(step));
        }
    }
}

/// The forms of all branches, if they are no more than `most`.
fn lay_out_branches<'h>(branches: &'h [Hir], most: usize, folding: &mut bool) -> Option<Vec<Vec<Step<'h>>>> {
    let mut forms = Vec::new();
    for branch in branches.iter().take(most + 1) {
        let mut readings = vec![Vec::new()];
        lay_out(branch, true, &mut readings, folding);
        forms.extend(readings);
        if forms.len() > most {
            return None;
        }
    }
    Some(forms)
}

/// Every reading so far, followed by every form.
fn multiply<'h>(readings: &mut Vec<Vec<Step<'h>>>, forms: Vec<Vec<Step<'h>>>) {
    let forms = if readings.len() * forms.len() <= MOST_READINGS { forms } else { vec![merged(&forms)] };
    *readings = forms
        .iter()
        .flat_map(|form| readings.iter().map(move |steps| steps.iter().chain(form).copied().collect()))
        .collect();
}

/// The forms of a character as one: its first byte, and a gap for the rest.
fn merged<'h>(forms: &[Vec<Step<'h>>]) -> Vec<Step<'h>> {
    let mut first = ByteSet::default();
    for form in forms {
        if let Some(Step::Byte(set)) = form.first() {
            first.add(set);
        }
    }
    let lengths = || forms.iter().map(Vec::len);
    let (least, most) = (lengths().min().unwrap_or(1), lengths().max().unwrap_or(1));
    let (rest, going_on) = (least - 1, ByteSet::GOING_ON);
    let (least, most) = (rest, Some(most - 1));
    let gap = Gap { least, most, first: going_on, last: going_on, others: going_on, inner: None };
    vec![Step::Byte(first), Step::Gap(gap)]
}

/// One form for each length that a character of the class has in UTF-8.
fn lay_out_class<'h>(class: &ClassUnicode, split: bool, folding: &mut bool) -> Vec<Vec<Step<'h>>> {
    // `(?i)k` is a class of three, and two of them are ASCII.
    let folds = |c: char| c == '\u{17f}' || c == '\u{212a}';
    let rare =
        class.ranges().iter().filter(|range| range.start() == range.end() && folds(range.start())).count();
    let beyond_ascii = class.ranges().iter().filter(|range| range.end() > '\u{7f}').count();
    let only_folded = rare == beyond_ascii && class.ranges().len() > rare;
    let mut forms: [[ByteSet; 4]; 4] = Default::default();
    for range in class.ranges() {
        if only_folded && range.start() > '\u{7f}' {
            *folding = true;
            continue;
        }
        for sequence in Utf8Sequences::new(range.start(), range.end()) {
            for (position, bytes) in forms[sequence.len() - 1].iter_mut().zip(sequence.as_slice()) {
                position.insert(bytes.start, bytes.end);
            }
        }
    }
    let used: Vec<Vec<Step<'h>>> = forms
        .iter()
        .enumerate()
        .filter(|(_, positions)| positions[0] != ByteSet::default())
        .map(|(index, positions)| positions[..=index].iter().map(|&set| Step::Byte(set)).collect())
        .collect();
    // A class like `\\w` is too many things for readings of their own.
    if used.len() == 1 || (split && class.ranges().len() <= 8) { used } else { vec![merged(&used)] }
}
