//! How the lines end that a pattern matches.

use regex_syntax::hir::{Hir, Look};

use crate::{
    compact::compact,
    prefilter::{ByteSet, Outer, Side},
};

/// What the last byte of a line has to be, and how many bytes it has at the most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    last: ByteSet,
    longest: Option<usize>,
}

compact! { struct Ending { last, longest } }

impl Ending {
    /// Any line.
    pub(super) const ANY: Ending = Ending { last: ByteSet::ALL, longest: None };

    /// Of the lines that a pattern matches from their starts on.
    pub(crate) fn of(pattern: &Hir) -> Self {
        let properties = pattern.properties();
        if !properties.look_set_suffix().contains(Look::End) {
            return Ending::ANY;
        }
        let outer = Outer::of(pattern, Side::End);
        let last = if outer.empty { ByteSet::ALL } else { outer.bytes };
        Ending { last, longest: properties.maximum_len() }
    }

    #[inline]
    pub(super) fn admits(&self, line: &str) -> bool {
        line.as_bytes().last().is_none_or(|&last| self.last.contains(last))
            && self.longest.is_none_or(|longest| line.len() <= longest)
    }
}
