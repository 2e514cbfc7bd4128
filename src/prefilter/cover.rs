//! What to look for: windows, one of which stands in every match.

use std::collections::{HashMap, HashSet};

use super::bytes::ByteSet;
use crate::compact::compact;

/// Bytes in a window.
pub(super) const WIDTH: usize = 4;

/// A window and the classes that surround it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Window<Class> {
    /// Consecutive classes of the pattern; the window's own are among them.
    pub(super) run: Vec<Class>,
    /// The index in `run` at which the window starts.
    pub(super) lead: usize,
    /// Bytes between the start of the match and the window: fewest and most.
    pub(crate) prefix: (usize, Option<usize>),
}

/// Windows one of which stands in every match.
#[derive(Clone, Debug)]
pub(crate) struct Cover {
    /// The classes of the windows, each once: they share most of them.
    pub(super) classes: Vec<ByteSet>,
    /// The windows, their classes by index.
    pub(crate) windows: Vec<Window<u16>>,
    /// Whether a match may hold a character outside ASCII that folds to an
    /// ASCII letter, which the windows leave out.
    pub(crate) folding: bool,
    /// The bytes that a match may hold, these characters aside.
    pub(crate) alphabet: ByteSet,
}

/// A place where a probe may match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) probe: u32,
    /// Where the window starts.
    pub(crate) at: usize,
    /// How far before the window a match starts that goes through it, if that
    /// is always as far.
    pub(crate) prefix: Option<usize>,
}

impl Cover {
    /// The cover of these windows; `None` if there are too many classes.
    pub(super) fn new(windows: Vec<Window<ByteSet>>, folding: bool) -> Option<Self> {
        let (mut classes, mut known) = (Vec::new(), HashMap::new());
        let mut index = |class: ByteSet| {
            *known.entry(class).or_insert_with(|| {
                classes.push(class);
                (classes.len() - 1) as u16
            })
        };
        let indexed = windows.into_iter().map(|Window { run, lead, prefix }| Window {
            run: run.into_iter().map(&mut index).collect(),
            lead,
            prefix,
        });
        // Readings that differ elsewhere have the same windows.
        let mut seen = HashSet::new();
        let windows = indexed.filter(|window: &Window<u16>| seen.insert(window.clone())).collect();
        let alphabet = ByteSet::ALL;
        (classes.len() <= usize::from(u16::MAX)).then_some(Cover { classes, windows, folding, alphabet })
    }

    /// No windows: what is looked for is told in another way.
    pub(crate) fn none(folding: bool) -> Self {
        Cover { classes: Vec::new(), windows: Vec::new(), folding, alphabet: ByteSet::ALL }
    }

    /// The most bytes between the start of a match and any of its windows.
    pub(crate) fn longest_prefix(&self) -> Option<usize> {
        self.prefixes().map(|(_, most)| most).try_fold(0, |most, prefix| prefix.map(|p| most.max(p)))
    }

    /// The distance from the start of a match to its window, if it is always
    /// the same.
    pub(crate) fn exact_prefix(&self) -> Option<usize> {
        let first = self.prefixes().next().map_or(0, |(least, _)| least);
        self.prefixes().all(|prefix| prefix == (first, Some(first))).then_some(first)
    }

    fn prefixes(&self) -> impl Iterator<Item = (usize, Option<usize>)> {
        self.windows.iter().map(|window| window.prefix)
    }
}

/// A window of a [`Cover`].
type Kept = Window<u16>;

compact! { struct Kept { run, lead, prefix } }
compact! { struct Cover { classes, windows, folding, alphabet } }

#[cfg(test)]
mod tests {
    use super::super::place;

    #[test]
    fn windows_of_several_readings_are_kept_once() {
        let parsed = regex_syntax::parse("x{1,2}quiz(?:a|é){0,3}[0-9]").expect("a pattern");
        assert_eq!(place(&parsed).0.expect("a cover").windows.len(), 1);
        let parsed = regex_syntax::parse("& {1,3}#(?:a|é){0,3}[0-9]").expect("a pattern");
        assert_eq!(place(&parsed).0.expect("a cover").windows.len(), 3);
    }
}
