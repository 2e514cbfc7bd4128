//! Chooses what to look for: the rarest windows that every match must contain.

use regex_syntax::{
    hir::{Class, ClassUnicode, Hir, HirKind},
    utf8::Utf8Sequences,
};

use super::bytes::ByteSet;

/// Bytes in a window.
const WIDTH: usize = 3;
/// Spellings, case aside, that one window may have in the bitmap.
const MOST_KEYS: usize = 4096;
/// Windows that one cover may have.
const MOST_WINDOWS: usize = 2048;
/// How many classes on each side of a window are compared as well.
const CONTEXT: usize = 6;
/// Copies of a repeated class that are laid out; more would not make a longer
/// window.
const COPIES: u32 = 4;

/// A window and the classes that surround it.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    /// Consecutive classes of the pattern; the window's own are among them.
    pub(super) run: Vec<ByteSet>,
    /// The index in `run` at which the window starts.
    pub(super) lead: usize,
    /// Bytes between the start of the match and the window: fewest and most.
    pub(crate) prefix: (usize, Option<usize>),
}

impl Window {
    /// All spellings of the window with the case bit set, as little-endian
    /// numbers. Where the run is shorter than a window, any byte may follow.
    pub(super) fn keys(&self) -> impl Iterator<Item = u32> + '_ {
        let class = |i: usize| self.run.get(self.lead + i).copied().unwrap_or(ByteSet::ALL).folded();
        let (second, third) = (class(1), class(2));
        class(0).flat_map(move |a| {
            let third = third.clone();
            second.clone().flat_map(move |b| {
                third.clone().map(move |c| u32::from(a) | u32::from(b) << 8 | u32::from(c) << 16)
            })
        })
    }
}

/// Windows one of which stands in every match.
#[derive(Clone, Debug)]
pub(crate) struct Cover {
    /// The windows.
    pub(crate) windows: Vec<Window>,
    /// How many of them to expect in a byte of web text.
    pub(crate) cost: f64,
    /// Whether a match may hold a character outside ASCII that folds to an
    /// ASCII letter, which the windows leave out.
    pub(crate) folding: bool,
}

impl Cover {
    /// The cover of either pattern.
    pub(super) fn or(mut self, other: Cover) -> Cover {
        self.windows.extend(other.windows);
        self.cost += other.cost;
        self.folding |= other.folding;
        self
    }

    /// The most bytes between the start of a match and any of its windows.
    pub(crate) fn longest_prefix(&self) -> Option<usize> {
        self.windows.iter().map(|window| window.prefix.1).try_fold(0, |most, prefix| prefix.map(|p| most.max(p)))
    }

    /// The distance from the start of a match to its window, if it is always
    /// the same.
    pub(crate) fn exact_prefix(&self) -> Option<usize> {
        let first = self.windows.first()?.prefix.0;
        self.windows.iter().all(|window| window.prefix == (first, Some(first))).then_some(first)
    }
}

/// The rarest cover of a pattern; `None` if no short enough window is required.
pub(super) fn cover(hir: &Hir) -> Option<Cover> {
    let mut folding = false;
    let mut cover = cover_within(hir, &mut folding)?;
    cover.folding = folding;
    Some(cover)
}

/// A step of a pattern, left to right.
enum Step<'h> {
    /// Exactly one byte, of this set.
    Byte(ByteSet),
    /// So many bytes; every match goes through `inner`, if given.
    Gap { least: usize, most: Option<usize>, inner: Option<&'h Hir> },
}

fn cover_within(hir: &Hir, folding: &mut bool) -> Option<Cover> {
    if let HirKind::Alternation(branches) = hir.kind() {
        let mut all: Option<Cover> = None;
        for branch in branches {
            let cover = cover_within(branch, folding)?;
            all = Some(match all {
                Some(sum) => sum.or(cover),
                None => cover,
            });
        }
        return all.filter(|cover| cover.windows.len() <= MOST_WINDOWS);
    }
    let mut steps = Vec::new();
    lay_out(hir, &mut steps, folding);

    let mut best: Option<Cover> = None;
    let mut consider = |cover: Cover| {
        if best.as_ref().is_none_or(|best| cover.cost < best.cost) {
            best = Some(cover);
        }
    };
    let mut prefix = (0, Some(0));
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::Byte(_) => {
                if let Some(cover) = window_at(&steps, index, prefix) {
                    consider(cover);
                }
                prefix = (prefix.0 + 1, prefix.1.map(|most| most + 1));
            }
            Step::Gap { least, most, inner } => {
                if let Some(mut cover) = inner.and_then(|inner| cover_within(inner, folding)) {
                    for window in &mut cover.windows {
                        window.prefix = (window.prefix.0 + prefix.0, sum(window.prefix.1, prefix.1));
                    }
                    consider(cover);
                }
                prefix = (prefix.0 + least, sum(prefix.1, *most));
            }
        }
    }
    best
}

fn sum(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    a?.checked_add(b?)
}

/// The window that starts at the step `index`, with the classes around it.
fn window_at(steps: &[Step<'_>], index: usize, prefix: (usize, Option<usize>)) -> Option<Cover> {
    let class = |step: &Step<'_>| match step {
        Step::Byte(set) => Some(*set),
        Step::Gap { .. } => None,
    };
    let ahead: Vec<ByteSet> = steps[index..].iter().map_while(class).take(WIDTH + CONTEXT).collect();
    let mut behind: Vec<ByteSet> = steps[..index].iter().rev().map_while(class).take(CONTEXT).collect();
    behind.reverse();
    let own = &ahead[..ahead.len().min(WIDTH)];
    let keys = |set: &ByteSet| set.folded().count();
    let spellings: usize = own.iter().map(keys).product::<usize>() * keys(&ByteSet::ALL).pow((WIDTH - own.len()) as u32);
    if spellings > MOST_KEYS {
        return None;
    }
    let mut cost = own.iter().map(ByteSet::frequency).product::<f64>();
    if prefix.1 == Some(prefix.0) {
        // The match can be tried right where it would start.
        cost *= 0.7;
    }
    let lead = behind.len();
    let run = behind.into_iter().chain(ahead).collect();
    Some(Cover { windows: vec![Window { run, lead, prefix }], cost, folding: false })
}

fn lay_out<'h>(hir: &'h Hir, steps: &mut Vec<Step<'h>>, folding: &mut bool) {
    let properties = hir.properties();
    let gap = |least: usize, most: Option<usize>, inner| Step::Gap { least, most, inner };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => steps.extend(literal.0.iter().map(|&b| Step::Byte(ByteSet::one(b)))),
        HirKind::Class(Class::Unicode(class)) => lay_out_class(class, steps, folding),
        HirKind::Class(Class::Bytes(class)) => {
            let mut set = ByteSet::default();
            for range in class.ranges() {
                set.insert(range.start(), range.end());
            }
            steps.push(Step::Byte(set));
        }
        HirKind::Capture(capture) => lay_out(&capture.sub, steps, folding),
        HirKind::Concat(list) => list.iter().for_each(|sub| lay_out(sub, steps, folding)),
        HirKind::Alternation(_) => {
            steps.push(gap(properties.minimum_len().unwrap_or(0), properties.maximum_len(), Some(hir)));
        }
        HirKind::Repetition(repetition) => {
            let copies = repetition.min.min(COPIES);
            for _ in 0..copies {
                lay_out(&repetition.sub, steps, folding);
            }
            if repetition.max != Some(copies) {
                let one = repetition.sub.properties();
                let least = (repetition.min - copies) as usize * one.minimum_len().unwrap_or(0);
                let most = repetition
                    .max
                    .zip(one.maximum_len())
                    .and_then(|(max, len)| len.checked_mul((max - copies) as usize));
                steps.push(gap(least, most, None));
            }
        }
    }
}

fn lay_out_class(class: &ClassUnicode, steps: &mut Vec<Step<'_>>, folding: &mut bool) {
    // `(?i)k` is a class of three, and two of them are ASCII.
    let (mut ascii, mut others) = (ByteSet::default(), Vec::new());
    let mut folds = false;
    for range in class.ranges() {
        let (start, end) = (u32::from(range.start()), u32::from(range.end()));
        if let (Ok(first), Ok(last)) = (u8::try_from(start), u8::try_from(end.min(0x7f))) {
            if first <= 0x7f {
                ascii.insert(first, last);
            }
        }
        if end > 0x7f {
            let single = start == end && (start == 0x17f || start == 0x212a);
            folds |= single;
            if !single {
                others.push((range.start().max('\u{80}'), range.end()));
            }
        }
    }
    if others.is_empty() && ascii != ByteSet::default() {
        *folding |= folds;
        steps.push(Step::Byte(ascii));
        return;
    }
    // By position, over all the spellings of the class in UTF-8.
    let mut positions: [ByteSet; 4] = Default::default();
    let (mut shortest, mut longest) = (4, 0);
    for range in class.ranges() {
        for sequence in Utf8Sequences::new(range.start(), range.end()) {
            shortest = shortest.min(sequence.len());
            longest = longest.max(sequence.len());
            for (position, bytes) in positions.iter_mut().zip(sequence.as_slice()) {
                position.insert(bytes.start, bytes.end);
            }
        }
    }
    if shortest == longest {
        steps.extend(positions[..longest].iter().map(|&set| Step::Byte(set)));
    } else if longest > 0 {
        steps.push(Step::Byte(positions[0]));
        steps.push(Step::Gap { least: shortest - 1, most: Some(longest - 1), inner: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows the chosen windows, each class by one of its letters, and the
    /// distance from the start of the match.
    #[track_caller]
    fn check(pattern: &str, expected: Option<&[&str]>) {
        let hir = regex_syntax::ParserBuilder::new().multi_line(true).crlf(true).build().parse(pattern).expect(pattern);
        let shown = cover(&hir).map(|cover| {
            let show = |window: &Window| {
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
            cover.windows.iter().map(show).collect::<Vec<_>>()
        });
        let shown: Option<Vec<&str>> = shown.as_ref().map(|s| s.iter().map(String::as_str).collect());
        assert_eq!(shown.as_deref(), expected, "{pattern}");
    }

    #[test]
    fn chooses_rare_windows() {
        check("%MINIFYHTML[0-9a-f]{32}", Some(&["%MI+0"]));
        check("& # [0-9]{2,5};", Some(&["& #+0"]));
        check("(?i)accept (all )?cookies", Some(&["COO+7..11"]));
        check("[a-z]+quot;", Some(&["uot+2.."]));
        check("(?:Share|Tweet) this", Some(&["Sha+0", "Twe+0"]));
        check("[!?]{4,}", Some(&["!!!+0"]));
    }

    #[test]
    fn some_patterns_have_none() {
        for pattern in ["[a-z]{30,}", r"\s+", "a|b*c", r"(?:a|bcd)?"] {
            check(pattern, None);
        }
    }
}
