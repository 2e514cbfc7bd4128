//! What a pattern is compiled to.

use std::iter;

use crate::{
    compact::{Compact, compact},
    prefilter::ByteSet,
};

/// A pattern as instructions, of which the first is the start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(super) code: Vec<Code>,
    /// What literals are made of: of each byte the bits that are set before it is compared, and
    /// what it has to be then.
    pub(super) literals: Vec<(u8, u8)>,
    pub(super) sets: Vec<Set>,
    pub(super) tables: Vec<Table>,
    /// The bytes that a match may start with; all if it may be empty.
    pub(crate) first: ByteSet,
    /// Whether ways are tried in the order of the pattern, so that the first that matches is
    /// the match, and goes through the group where the match does.
    pub(super) keeps_order: bool,
    /// Whether that is so, or all matches end at one place.
    pub(crate) tells_ends: bool,
}

/// One instruction; what it reads is what stands at the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// Literals from the first to before the last.
    Literal { from: u32, to: u32 },
    /// One character of a set.
    One { set: u16 },
    /// As many characters of a set as there are, from the least to the most, and fewer if
    /// the rest does not match then; that starts with one of the bytes of `next`.
    Many { set: u16, least: u16, most: u16, next: u16 },
    /// Goes on, and if that fails elsewhere.
    Split { other: u32 },
    /// Goes on elsewhere.
    Jump { to: u32 },
    /// Goes on wherever the table says of the byte so far ahead.
    Table { table: u32, ahead: u8 },
    /// Holds here, or it cannot be told.
    Look { look: Around },
    /// The group that is told starts here.
    Open,
    /// It ends here.
    Close,
    /// The pattern matches.
    Match,
}

/// What has to be around a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Around {
    Start,
    End,
    LineStart,
    LineEnd,
    Boundary,
    NoBoundary,
    /// Something else, which is not told.
    Unknown,
}

/// A set of characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Set {
    /// What they may start with in UTF-8.
    pub(super) first: ByteSet,
    /// The characters outside ASCII, from and to, where they are few ranges. Where there are
    /// none, all with such a first byte are taken to be in the set.
    pub(super) beyond: Vec<(usize, usize)>,
    /// Whether they are.
    pub(super) is_exact: bool,
}

/// For each byte the instructions to go on at, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// By byte, where its list is; that for the end of the text comes last.
    pub(super) starts: Vec<u16>,
    /// The lists one after the other, each after its length.
    pub(super) lists: Vec<u32>,
}

impl Table {
    /// The instructions for what stands at a place.
    #[inline]
    pub(super) fn at(&self, byte: Option<u8>) -> &[u32] {
        let start = usize::from(self.starts[byte.map_or(256, usize::from)]);
        &self.lists[start + 1..][..self.lists[start] as usize]
    }
}

compact! { struct Program { code, literals, sets, tables, first, keeps_order, tells_ends } }
compact! { struct Set { first, beyond, is_exact } }
/// Most bytes go on where the one before does.
impl Compact for Table {
    fn write(&self, out: &mut Vec<u8>) {
        let runs = self.starts.chunk_by(|a, b| a == b);
        runs.map(|run| (run.len(), run[0])).collect::<Vec<_>>().write(out);
        self.lists.write(out);
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        let runs = Vec::<(usize, u16)>::read(bytes).into_iter();
        let starts = runs.flat_map(|(length, start)| iter::repeat_n(start, length)).collect();
        Table { starts, lists: Compact::read(bytes) }
    }
}

compact! { enum Code {
    Literal { from, to }, One { set }, Many { set, least, most, next }, Split { other }, Jump { to },
    Table { table, ahead }, Look { look }, Open, Close, Match,
} }
compact! { enum Around { Start, End, LineStart, LineEnd, Boundary, NoBoundary, Unknown } }
