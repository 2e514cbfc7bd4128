//! Which of many branches to try: those that may start with the bytes that stand there.
//!
//! A list of phrases has tens that start with the same letter. So where many are left after
//! one byte, the next is asked, and so on.

use std::collections::HashMap;

use regex_syntax::hir::Hir;

use super::program::Table;
use crate::prefilter::{ByteSet, Head, Outer, Side};

/// From so many branches on, the byte that stands there tells which to try.
const MANY: usize = 4;
/// Where so many are left, one more byte is asked. Each choice is a table, and many tables fill
/// the caches.
const MORE: usize = 16;
/// Bytes that are asked for at the most.
const DEEPEST: usize = 5;
/// Of so many choices, the rest is tried one after the other.
const MOST_CHOICES: usize = 200;

/// A branch, by what may stand where it starts.
struct Branch {
    /// Its first byte, or that of what follows it if it may be empty.
    first: Outer,
    head: Head<DEEPEST>,
}

impl Branch {
    fn new(hir: &Hir, after: &Outer) -> Self {
        Branch { first: Outer::of(hir, Side::Start).then(after), head: Head::of(hir) }
    }

    /// Whether this byte may stand so far from its start, or the text may end there.
    fn allows(&self, ahead: usize, byte: Option<u8>) -> bool {
        match byte {
            Some(byte) if ahead == 0 => self.first.empty || self.first.bytes.contains(byte),
            None if ahead == 0 => self.first.empty,
            Some(byte) => self.head.bytes[ahead].contains(byte),
            None => self.head.lengths.trailing_zeros() as usize <= ahead,
        }
    }
}

/// Where to go on.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Branch(usize),
    Choice(usize),
}

/// What to try for each byte that may stand somewhere ahead.
pub(super) struct Choice {
    /// How far ahead that is.
    pub(super) ahead: usize,
    /// Lists of what to try, and for each byte, and last for the end of the text, which.
    lists: Vec<Vec<Target>>,
    by_byte: Vec<usize>,
}

impl Choice {
    /// Its table, where each target is an instruction.
    pub(super) fn table(&self, address: impl Fn(Target) -> u32) -> Option<Table> {
        let (mut places, mut lists) = (Vec::new(), Vec::new());
        for list in &self.lists {
            places.push(u16::try_from(lists.len()).ok()?);
            lists.push(list.len() as u32);
            lists.extend(list.iter().map(|&target| address(target)));
        }
        Some(Table { starts: self.by_byte.iter().map(|&list| places[list]).collect(), lists })
    }
}

/// The choices between these branches, behind which something starts like `after`; the first
/// comes first, and there is none between a few.
pub(super) fn choices(branches: &[Hir], after: &Outer) -> Vec<Choice> {
    let mut choices = Vec::new();
    if branches.len() >= MANY {
        let branches: Vec<Branch> = branches.iter().map(|branch| Branch::new(branch, after)).collect();
        choose(&branches, &(0..branches.len()).collect::<Vec<_>>(), 0, &mut choices);
    }
    choices
}

/// Appends the choice between some branches by the byte so far ahead, and those that follow from
/// it; where it stands.
fn choose(branches: &[Branch], own: &[usize], ahead: usize, choices: &mut Vec<Choice>) -> usize {
    let place = choices.len();
    choices.push(Choice { ahead, lists: Vec::new(), by_byte: Vec::new() });
    let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
    let (mut lists, mut by_byte) = (Vec::new(), Vec::new());
    for byte in (0..=255).map(Some).chain([None]) {
        let left = own.iter().copied().filter(|&branch| branches[branch].allows(ahead, byte));
        let left: Vec<usize> = left.collect();
        if let Some(&list) = known.get(&left) {
            by_byte.push(list);
            continue;
        }
        // Another byte is only asked for where it tells something.
        let tells = |ahead| left.iter().any(|&branch| branches[branch].head.bytes[ahead] != ByteSet::ALL);
        let next = (ahead + 1..DEEPEST).find(|&ahead| tells(ahead));
        let list = match next {
            Some(next) if left.len() >= MORE && choices.len() < MOST_CHOICES => {
                vec![Target::Choice(choose(branches, &left, next, choices))]
            }
            _ => left.iter().map(|&branch| Target::Branch(branch)).collect(),
        };
        by_byte.push(lists.len());
        known.insert(left, lists.len());
        lists.push(list);
    }
    (choices[place].lists, choices[place].by_byte) = (lists, by_byte);
    place
}
