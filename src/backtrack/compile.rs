//! Makes a program of a parsed pattern.

use std::collections::HashMap;

use regex_syntax::hir::{Capture, Class, Hir, HirKind, Look, Repetition};

use super::{
    branches::{Target, choices},
    program::{Around, Code, Program, Set, Table},
};
use crate::prefilter::{ByteSet, CASE_BIT, Outer, Side, outer_of_class};

/// A longer program is not worth its bytes.
const MOST_CODE: usize = 20_000;
/// No limit.
pub(super) const ENDLESS: u16 = u16::MAX;
/// More ranges of characters are told apart by their first bytes only.
const MOST_RANGES: usize = 8;

impl Program {
    /// The program of a pattern; none if it would be long. It tells what the group of this
    /// number covers.
    pub(crate) fn of(hir: &Hir, group: Option<usize>) -> Option<Self> {
        let mut compiler = Compiler { program: Program::default(), known: HashMap::new(), group };
        // What follows a match may be anything.
        compiler.part(hir, &Outer { bytes: ByteSet::ALL, empty: true })?;
        compiler.push(Code::Match);
        let ends_at_end = hir.properties().look_set_suffix().contains(Look::End);
        compiler.program.keeps_order = keeps_order(hir);
        compiler.program.tells_ends = ends_at_end || compiler.program.keeps_order;
        let first = Outer::of(hir, Side::Start);
        compiler.program.first = if first.empty { ByteSet::ALL } else { first.bytes };
        Some(compiler.program)
    }
}

struct Compiler {
    program: Program,
    /// The index of each set.
    known: HashMap<Set, u16>,
    /// The number of the group that is told.
    group: Option<usize>,
}

impl Compiler {
    fn push(&mut self, code: Code) -> usize {
        self.program.code.push(code);
        self.program.code.len() - 1
    }

    /// Where the next instruction will be.
    fn next(&self) -> u32 {
        self.program.code.len() as u32
    }

    fn set(&mut self, set: Set) -> Option<u16> {
        let next = u16::try_from(self.program.sets.len()).ok()?;
        let index = *self.known.entry(set.clone()).or_insert(next);
        if index == next {
            self.program.sets.push(set);
        }
        Some(index)
    }

    /// The code of a part that is followed by something that starts like `after`.
    fn part(&mut self, hir: &Hir, after: &Outer) -> Option<()> {
        if self.program.code.len() > MOST_CODE {
            return None;
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(_) => self.literal(letters(hir)?),
            HirKind::Class(class) => match letters(hir) {
                Some(letter) => self.literal(letter),
                None => {
                    let set = self.set(set_of(class))?;
                    self.push(Code::One { set });
                }
            },
            HirKind::Look(look) => {
                self.push(Code::Look { look: around(*look) });
            }
            HirKind::Capture(capture) if self.tells(capture) => {
                self.push(Code::Open);
                self.part(&capture.sub, after)?;
                self.push(Code::Close);
            }
            HirKind::Capture(capture) => self.part(&capture.sub, after)?,
            HirKind::Concat(parts) => {
                let mut rest = &parts[..];
                while let [part, left @ ..] = rest {
                    let literal: Vec<Vec<(u8, u8)>> = rest.iter().map_while(letters).collect();
                    if literal.is_empty() {
                        self.part(part, &Outer::of_all(left, Side::Start).then(after))?;
                        rest = left;
                    } else {
                        rest = &rest[literal.len()..];
                        self.literal(literal.concat());
                    }
                }
            }
            HirKind::Alternation(branches) => self.alternation(branches, after)?,
            HirKind::Repetition(repetition) => self.repetition(repetition, after)?,
        }
        Some(())
    }

    fn tells(&self, capture: &Capture) -> bool {
        self.group == Some(capture.index as usize)
    }

    fn literal(&mut self, letters: Vec<(u8, u8)>) {
        let from = self.program.literals.len() as u32;
        self.program.literals.extend(letters);
        let to = self.program.literals.len() as u32;
        self.push(Code::Literal { from, to });
    }

    fn alternation(&mut self, branches: &[Hir], after: &Outer) -> Option<()> {
        let tree = choices(branches, after);
        let (first_table, first_choice) = (self.program.tables.len(), self.next());
        for (table, choice) in (first_table as u32..).zip(&tree) {
            self.program.tables.push(Table::default());
            self.push(Code::Table { table, ahead: choice.ahead as u8 });
        }
        let (mut starts, mut jumps) = (Vec::new(), Vec::new());
        for (index, branch) in branches.iter().enumerate() {
            let is_last = index + 1 == branches.len();
            let split = (tree.is_empty() && !is_last).then(|| self.push(Code::Split { other: 0 }));
            starts.push(self.next());
            self.part(branch, after)?;
            if !is_last {
                jumps.push(self.push(Code::Jump { to: 0 }));
            }
            if let Some(split) = split {
                self.program.code[split] = Code::Split { other: self.next() };
            }
        }
        let to = self.next();
        for jump in jumps {
            self.program.code[jump] = Code::Jump { to };
        }
        for (choice, table) in tree.iter().zip(first_table..) {
            self.program.tables[table] = choice.table(|target| match target {
                Target::Branch(branch) => starts[branch],
                Target::Choice(choice) => first_choice + choice as u32,
            })?;
        }
        Some(())
    }

    fn repetition(&mut self, repetition: &Repetition, after: &Outer) -> Option<()> {
        let Repetition { min, max, sub, .. } = repetition;
        let least = u16::try_from(*min).ok().filter(|&least| least < ENDLESS)?;
        if let Some(set) = self.characters(sub) {
            let set = self.set(set)?;
            let most = match max {
                Some(max) => u16::try_from(*max).ok().filter(|&most| most < ENDLESS)?,
                None => ENDLESS,
            };
            // Whatever else may follow, so that there is nothing to look for.
            let first = if after.empty { ByteSet::ALL } else { after.bytes };
            let next = self.set(Set { first, beyond: Vec::new(), is_exact: false })?;
            self.push(Code::Many { set, least, most, next });
            return Some(());
        }
        let again = Outer::of(sub, Side::Start);
        let after = Outer { empty: after.empty, ..after.with(&again.bytes) };
        for _ in 0..*min {
            self.part(sub, &after)?;
        }
        let Some(max) = max else {
            let start = self.push(Code::Split { other: 0 });
            self.part(sub, &after)?;
            self.push(Code::Jump { to: start as u32 });
            self.program.code[start] = Code::Split { other: self.next() };
            return Some(());
        };
        let mut splits = Vec::new();
        for _ in *min..*max {
            splits.push(self.push(Code::Split { other: 0 }));
            self.part(sub, &after)?;
        }
        let other = self.next();
        for split in splits {
            self.program.code[split] = Code::Split { other };
        }
        Some(())
    }

    /// The set of a part that is always one character.
    fn characters(&self, hir: &Hir) -> Option<Set> {
        match hir.kind() {
            HirKind::Class(class) => Some(set_of(class)),
            HirKind::Literal(literal) if literal.0.len() == 1 && literal.0.is_ascii() => {
                Some(Set { first: ByteSet::one(literal.0[0]), beyond: Vec::new(), is_exact: true })
            }
            HirKind::Capture(capture) if !self.tells(capture) => self.characters(&capture.sub),
            _ => None,
        }
    }
}

/// Whether the ways of a pattern are tried in its order: not where it prefers fewer copies,
/// or copies may be empty.
fn keeps_order(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(Repetition { greedy, sub, .. }) => {
            *greedy && sub.properties().minimum_len() != Some(0) && keeps_order(sub)
        }
        HirKind::Capture(capture) => keeps_order(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(keeps_order),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => true,
    }
}

/// What stands around a place, as far as two bytes tell.
fn around(look: Look) -> Around {
    match look {
        Look::Start => Around::Start,
        Look::End => Around::End,
        Look::StartCRLF => Around::LineStart,
        Look::EndCRLF => Around::LineEnd,
        Look::WordAscii | Look::WordUnicode => Around::Boundary,
        Look::WordAsciiNegate | Look::WordUnicodeNegate => Around::NoBoundary,
        _ => Around::Unknown,
    }
}

fn set_of(class: &Class) -> Set {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => {
            class.ranges().iter().map(|range| (range.start() as u32, range.end() as u32)).collect()
        }
        Class::Bytes(class) => {
            class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
    };
    let beyond = ranges.into_iter().filter(|&(_, to)| to >= 0x80);
    let mut beyond: Vec<(usize, usize)> =
        beyond.map(|(from, to)| (from.max(0x80) as usize, to as usize)).collect();
    let is_exact = beyond.len() <= MOST_RANGES;
    if !is_exact || beyond == [(0x80, 0x10_ffff)] {
        beyond.clear();
    }
    Set { first: outer_of_class(class, Side::Start), beyond, is_exact }
}

/// A part that is a literal, or a letter of ASCII whatever its case: of each byte the bits
/// that are set, and what it is then.
fn letters(hir: &Hir) -> Option<Vec<(u8, u8)>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(literal.0.iter().map(|&byte| (0, byte)).collect()),
        HirKind::Class(Class::Unicode(class)) => match class.ranges() {
            [upper, lower] if upper.start() == upper.end() && lower.start() == lower.end() => {
                let (upper, lower) = (u8::try_from(upper.start()).ok()?, u8::try_from(lower.start()).ok()?);
                (upper.is_ascii_uppercase() && upper | CASE_BIT == lower).then(|| vec![(CASE_BIT, lower)])
            }
            _ => None,
        },
        _ => None,
    }
}
