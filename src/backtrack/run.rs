//! Runs a program.

use std::ops::Range;

use super::{
    compile::ENDLESS,
    program::{Around, Code, Program, Set},
};
use crate::prefilter::ByteSet;

/// Instructions after which there may be a match: to find that out, an automaton takes no
/// longer.
const MOST_STEPS: usize = 500;
/// Bytes that are read in the time of an instruction.
const BYTES_A_STEP: usize = 8;

/// What is known of a match at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// None starts there.
    No,
    /// One may.
    Maybe,
    /// One does, and ends there, if that is told.
    Yes(Option<usize>),
}

/// The ways that are left to try, kept for its memory, and what came of it so far.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    ways: Vec<Way>,
    tried: u32,
    undecided: u32,
}

impl Stack {
    /// Nothing is tried with it, so that everything is left open.
    pub(crate) const CLOSED: Stack = Stack { ways: Vec::new(), tried: 0, undecided: u32::MAX };

    /// Whether most of what was tried is left open.
    fn is_closed(&self) -> bool {
        self.undecided > FEW && self.undecided > self.tried / 2
    }
}

/// So many tries may leave it open before it is asked whether trying pays.
const FEW: u32 = 64;

/// What is left to do if the way that is tried fails.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// To go on with an instruction at a place.
    At { code: u32, at: usize },
    /// The same there and at each place before, down to the least, where one of the first
    /// bytes of the set `next` stands.
    From { code: u32, at: usize, least: usize, next: u16 },
    /// To forget a bound of the group, which was elsewhere before.
    Group { bound: usize, before: usize },
}

/// A bound of a group that took no part.
const NOWHERE: usize = usize::MAX;

impl Program {
    /// Whether a match starts where `range` does and ends within it; what stands around it is
    /// seen. If more than "there is none" helps, `or_yes` says so: else trying stops where most
    /// places pass.
    pub(crate) fn try_at(&self, stack: &mut Stack, text: &str, range: Range<usize>, or_yes: bool) -> Answer {
        if stack.is_closed() {
            return Answer::Maybe;
        }
        let answer = Run::new(self, text, range.end).try_at(&mut stack.ways, range.start);
        stack.tried = stack.tried.saturating_add(1);
        stack.undecided += u32::from(answer == Answer::Maybe || matches!(answer, Answer::Yes(_)) && !or_yes);
        answer
    }

    /// What the group covers in the match that starts where `range` does and ends within it,
    /// if it took part: `None` if that is not told.
    pub(crate) fn group_at(
        &self,
        stack: &mut Stack,
        text: &str,
        range: Range<usize>,
    ) -> Option<Option<Range<usize>>> {
        if stack.is_closed() || !self.keeps_order {
            return None;
        }
        let mut run = Run::new(self, text, range.end);
        let answer = run.try_at(&mut stack.ways, range.start);
        let [start, end] = run.group;
        matches!(answer, Answer::Yes(_)).then(|| (end != NOWHERE).then_some(start..end))
    }
}

struct Run<'r> {
    program: &'r Program,
    text: &'r [u8],
    end: usize,
    /// Whether nothing was let through that may not belong there.
    is_sure: bool,
    /// Instructions that are left.
    steps: usize,
    /// Where the group that is told starts and ends, so far.
    group: [usize; 2],
}

impl<'r> Run<'r> {
    fn new(program: &'r Program, text: &'r str, end: usize) -> Self {
        let text = text.as_bytes();
        Run { program, text, end, is_sure: true, steps: MOST_STEPS, group: [NOWHERE; 2] }
    }

    fn try_at(&mut self, ways: &mut Vec<Way>, start: usize) -> Answer {
        let program = self.program;
        let Program { code, literals, sets, tables, .. } = program;
        ways.clear();
        let (mut next, mut at) = (0, start);
        loop {
            let Some(left) = self.steps.checked_sub(1) else { return Answer::Maybe };
            self.steps = left;
            let went_on = match code[next] {
                Code::Literal { from, to } => {
                    let literal = &literals[from as usize..to as usize];
                    let there =
                        self.text.get(at..at + literal.len()).filter(|_| at + literal.len() <= self.end);
                    let fits = there.is_some_and(|there| {
                        there.iter().zip(literal).all(|(&byte, &(bits, expected))| byte | bits == expected)
                    });
                    at += literal.len();
                    next += 1;
                    fits
                }
                Code::One { set } => {
                    let width = self.character(&sets[usize::from(set)], at);
                    at += width;
                    next += 1;
                    width > 0
                }
                Code::Many { set, least, most, next: after } => {
                    let ends = self.many(&sets[usize::from(set)], at, least, most);
                    next += 1;
                    if let Some((least, most)) = ends {
                        self.steps = self.steps.saturating_sub((most - at) / BYTES_A_STEP);
                        ways.push(Way::From { code: next as u32, at: most, least, next: after });
                    }
                    false
                }
                Code::Split { other } => {
                    ways.push(Way::At { code: other, at });
                    next += 1;
                    true
                }
                Code::Jump { to } => {
                    next = to as usize;
                    true
                }
                Code::Table { table, ahead } => {
                    let ahead = at + usize::from(ahead);
                    let byte = self.text.get(ahead).copied().filter(|_| ahead < self.end);
                    match tables[table as usize].at(byte) {
                        [] => false,
                        [first, others @ ..] => {
                            let others = others.iter().rev();
                            ways.extend(others.map(|&code| Way::At { code, at }));
                            next = *first as usize;
                            true
                        }
                    }
                }
                Code::Look { look } => {
                    next += 1;
                    self.may_hold(look, at)
                }
                Code::Open | Code::Close => {
                    let bound = usize::from(code[next] == Code::Close);
                    ways.push(Way::Group { bound, before: self.group[bound] });
                    self.group[bound] = at;
                    next += 1;
                    true
                }
                Code::Match if self.is_sure => return Answer::Yes(program.tells_ends.then_some(at)),
                Code::Match => return Answer::Maybe,
            };
            if !went_on {
                match self.take(ways) {
                    Some(way) => (next, at) = way,
                    None => return Answer::No,
                }
            }
        }
    }

    /// The way to try next.
    fn take(&mut self, ways: &mut Vec<Way>) -> Option<(usize, usize)> {
        loop {
            let (code, from, least, next) = match *ways.last()? {
                Way::At { code, at } => {
                    ways.pop();
                    return Some((code as usize, at));
                }
                Way::Group { bound, before } => {
                    ways.pop();
                    self.group[bound] = before;
                    continue;
                }
                Way::From { code, at, least, next } => (code, at, least, next),
            };
            let first = &self.program.sets[usize::from(next)].first;
            let goes_on = |at: &usize| match self.text.get(*at) {
                Some(&byte) if *at < self.end => first.contains(byte),
                // Only what may be empty may stand at the end.
                _ => *first == ByteSet::ALL,
            };
            let is_boundary = |at: &usize| self.text.get(*at).is_none_or(|&byte| byte & 0xc0 != 0x80);
            let place = (least..=from).rev().filter(is_boundary).find(goes_on);
            self.steps = self.steps.saturating_sub((from - place.unwrap_or(least)) / BYTES_A_STEP);
            ways.pop();
            if let Some(at) = place {
                if at > least {
                    ways.push(Way::From { code, at: at - 1, least, next });
                }
                return Some((code as usize, at));
            }
        }
    }

    /// The nearest and the farthest end of so many characters of a set that start at a place.
    fn many(&mut self, set: &Set, mut at: usize, least: u16, most: u16) -> Option<(usize, usize)> {
        let (mut count, mut nearest) = (0, (least == 0).then_some(at));
        while count < most || most == ENDLESS {
            let width = self.character(set, at);
            if width == 0 {
                break;
            }
            at += width;
            count = count.saturating_add(1);
            if count == least {
                nearest = Some(at);
            }
        }
        nearest.map(|nearest| (nearest, at))
    }

    /// The bytes of the character of the set at a place; 0 if there is none.
    #[inline]
    fn character(&mut self, set: &Set, at: usize) -> usize {
        let byte = match self.text.get(at) {
            Some(&byte) if at < self.end && set.first.contains(byte) => byte,
            _ => return 0,
        };
        let width = match byte {
            0..0x80 => return 1,
            0x80..0xe0 => 2,
            0xe0..0xf0 => 3,
            0xf0.. => 4,
        };
        if at + width > self.end {
            return 0;
        }
        if set.beyond.is_empty() {
            self.is_sure &= set.is_exact;
        } else {
            let rest = &self.text[at + 1..at + width];
            let first = usize::from(byte) & (0x7f >> width);
            let character = rest.iter().fold(first, |c, &byte| c << 6 | usize::from(byte & 0x3f));
            if !set.beyond.iter().any(|&(from, to)| from <= character && character <= to) {
                return 0;
            }
        }
        width
    }

    /// Whether this holds at a place, as far as two bytes tell.
    fn may_hold(&mut self, look: Around, at: usize) -> bool {
        let before = at.checked_sub(1).map(|before| self.text[before]);
        let behind = self.text.get(at).copied();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let mut unsure = || {
            self.is_sure = false;
            true
        };
        match look {
            Around::Start => before.is_none(),
            Around::End => behind.is_none(),
            Around::LineStart => match before {
                None | Some(b'\n') => true,
                Some(b'\r') => behind != Some(b'\n'),
                _ => false,
            },
            Around::LineEnd => match behind {
                None | Some(b'\r') => true,
                Some(b'\n') => before != Some(b'\r'),
                _ => false,
            },
            Around::Unknown => unsure(),
            _ if before.into_iter().chain(behind).any(|byte| !byte.is_ascii()) => unsure(),
            Around::Boundary => before.is_some_and(is_word) != behind.is_some_and(is_word),
            Around::NoBoundary => before.is_some_and(is_word) == behind.is_some_and(is_word),
        }
    }
}
