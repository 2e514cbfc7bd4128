//! What stands at the edges of a match: for each of the first bytes, and each of
//! the last, the ones that may stand there, alone and as pairs of neighbours;
//! and how many characters a match has.
//!
//! Each place is looked at by itself, so that `tea|sun` also lets `san` through,
//! were it not for the pairs. All that is lost is precision, and what is won is
//! that a table lookup a place answers for many patterns at once
//! ([`super::gate`]).

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look, Repetition};

use super::{
    bits::bits,
    bytes::{ByteSet, KINDS, kind_frequency, pair_frequency},
    outer::Side,
};
use crate::compact::{Compact, compact};

/// Places that are looked at from the start of a match.
pub(super) const HEAD: usize = 12;
/// Places that are looked at from its end.
pub(super) const TAIL: usize = 8;
/// Places of an edge by which patterns are put in order.
const WIDE: usize = 4;
/// How many windows can be met in a line for what it costs to search the line.
const WINDOWS: f64 = 40.0;

/// The edges of all units that a pattern can match.
#[derive(Clone, Debug)]
pub(crate) struct Edges {
    pub(super) head: Edge<HEAD>,
    /// The last byte first.
    pub(super) tail: Edge<TAIL>,
    /// The fewest characters a unit has.
    pub(super) shortest: usize,
    /// The most, if there is a bound.
    pub(super) longest: Option<usize>,
    /// Whether a unit may hold a character outside ASCII that folds to an ASCII
    /// letter, which the edges leave out.
    pub(crate) folding: bool,
    /// Whether nothing else is needed to find the units.
    pub(super) suffice: bool,
}

compact! { struct Edges { head, tail, shortest, longest, folding, suffice } }

impl Edges {
    /// Reads the edges of the units in which `hir` matches.
    pub(crate) fn of(hir: &Hir) -> Self {
        let starts = hir.properties().look_set_prefix().contains(Look::Start);
        let ends = hir.properties().look_set_suffix().contains(Look::End);
        let (mut head, mut tail) = (Reader::new(Side::Start), Reader::new(Side::End));
        let head = head.edge(hir, starts, ends);
        let tail = tail.edge(hir, ends, starts);
        Edges {
            shortest: shortest(hir),
            longest: longest(hir).filter(|_| starts && ends),
            folding: head.folding || tail.folding,
            head,
            tail,
            suffice: false,
        }
    }

    /// How much of web text has such bytes at its edges, as if they were independent.
    pub(super) fn width(&self, shares: &[f64; 256]) -> f64 {
        let sets = self.head.bytes.iter().take(WIDE).chain(self.tail.bytes.iter().take(WIDE));
        let share = |set: &ByteSet| set.bytes().map(|byte| shares[usize::from(byte)]).sum::<f64>();
        sets.map(share).product()
    }

    /// Whether it costs less to search the lines that have such edges than to
    /// look up windows, of which one is met in a byte of web text so often.
    pub(super) fn are_better(&self, met: f64) -> bool {
        let share = self.head.share(Side::Start) * self.tail.share(Side::End);
        share < WINDOWS * met
    }
}

/// One edge of a match, from the outside in.
#[derive(Clone, Debug)]
pub(super) struct Edge<const PLACES: usize> {
    /// The bytes that may stand at each place.
    pub(super) bytes: [ByteSet; PLACES],
    /// For each place but the last and each kind of byte there, the kinds that
    /// may stand at the next.
    pub(super) pairs: [[u32; KINDS]; PLACES],
    folding: bool,
}

/// Most places are like the one before.
impl<const PLACES: usize> Compact for Edge<PLACES> {
    fn write(&self, out: &mut Vec<u8>) {
        write_changes(&self.bytes, out, ByteSet::write);
        write_changes(&self.pairs, out, |row, out| {
            write_changes(row, out, |&kinds, out| (kinds as usize).write(out));
        });
        self.folding.write(out);
    }

    fn read(bytes: &mut &'static [u8]) -> Self {
        Edge {
            bytes: read_changes(bytes, ByteSet::read),
            pairs: read_changes(bytes, |bytes| read_changes(bytes, |bytes| usize::read(bytes) as u32)),
            folding: bool::read(bytes),
        }
    }
}

/// Writes the items that differ from the one before, and which these are.
fn write_changes<T: PartialEq>(items: &[T], out: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
    let differs = |index: &usize| *index == 0 || items[*index] != items[*index - 1];
    let changes = (0..items.len()).filter(differs);
    changes.clone().fold(0usize, |set, index| set | 1 << index).write(out);
    changes.for_each(|index| write(&items[index], out));
}

fn read_changes<T: Copy + Default, const COUNT: usize>(
    bytes: &mut &'static [u8],
    read: impl Fn(&mut &'static [u8]) -> T,
) -> [T; COUNT] {
    let changes = usize::read(bytes);
    let mut last = T::default();
    std::array::from_fn(|index| {
        if changes >> index & 1 == 1 {
            last = read(bytes);
        }
        last
    })
}

impl<const PLACES: usize> Edge<PLACES> {
    /// The share of texts that start, or end, like this.
    fn share(&self, side: Side) -> f64 {
        let may_stand = |place: usize, kind: usize| self.bytes[place].kinds() >> kind & 1 == 1;
        let mut ending: [f64; KINDS] =
            std::array::from_fn(|kind| if may_stand(0, kind) { kind_frequency(kind) } else { 0.0 });
        for place in 1..PLACES {
            ending = std::array::from_fn(|next| {
                let follows = |kind: usize| self.pairs[place - 1][kind] >> next & 1 == 1;
                if !may_stand(place, next) {
                    return 0.0;
                }
                let kinds = (0..KINDS).filter(|&kind| ending[kind] > 0.0 && follows(kind));
                let share = |kind: usize| match side {
                    Side::Start => ending[kind] * pair_frequency(kind, next) / kind_frequency(kind),
                    Side::End => ending[kind] * pair_frequency(next, kind) / kind_frequency(kind),
                };
                kinds.map(share).sum()
            });
        }
        ending.iter().sum()
    }
}

/// Where the reading of a pattern has got to: a set of lengths, each with the
/// kinds of the byte before. What reached the last place is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Front<const PLACES: usize> {
    lengths: u32,
    last: [u32; PLACES],
}

impl<const PLACES: usize> Front<PLACES> {
    const NOWHERE: Self = Front { lengths: 0, last: [0; PLACES] };
    const START: Self = Front { lengths: 1, last: [0; PLACES] };

    fn or(&mut self, other: &Self) {
        self.lengths |= other.lengths;
        self.last.iter_mut().zip(&other.last).for_each(|(here, there)| *here |= there);
    }
}

/// What stands at the first bytes of a part of a pattern.
pub(crate) struct Head<const PLACES: usize> {
    /// The bytes that may stand at each place.
    pub(crate) bytes: [ByteSet; PLACES],
    /// How many bytes the part may have, a bit for each number below that of the places.
    pub(crate) lengths: u32,
}

impl<const PLACES: usize> Head<PLACES> {
    pub(crate) fn of(hir: &Hir) -> Self {
        let mut reader = Reader::new(Side::Start);
        reader.folds = true;
        let Front { lengths, .. } = reader.read(hir, Front::START);
        let mut bytes = reader.edge.bytes;
        // Behind it, anything.
        if let Some(shortest) = bits(lengths).next() {
            bytes[shortest..].fill(ByteSet::ALL);
        }
        Head { bytes, lengths }
    }
}

/// Reads one edge of a pattern.
struct Reader<const PLACES: usize> {
    side: Side,
    edge: Edge<PLACES>,
    /// Whether characters that fold to an ASCII letter are read as all others, too.
    folds: bool,
}

impl<const PLACES: usize> Reader<PLACES> {
    fn new(side: Side) -> Self {
        let edge = Edge { bytes: [ByteSet::default(); PLACES], pairs: [[0; KINDS]; PLACES], folding: false };
        Reader { side, edge, folds: false }
    }

    /// The edge of all matches. If they need not stand at the edge of a unit,
    /// nothing is known of it; if they need not reach the other edge, nothing
    /// is known of what stands behind them.
    fn edge(&mut self, hir: &Hir, is_anchored: bool, is_bounded: bool) -> Edge<PLACES> {
        let mut front = Front::START;
        if is_anchored {
            front = self.read(hir, front);
        }
        if !is_anchored || !is_bounded {
            for length in bits(front.lengths) {
                self.edge.bytes[length..].fill(ByteSet::ALL);
                self.edge.pairs[length..].fill([u32::MAX; KINDS]);
                for kind in bits(front.last[length]) {
                    self.edge.pairs[length - 1][kind] = u32::MAX;
                }
            }
        }
        self.edge.clone()
    }

    /// Reads `hir` from wherever the reading has got to.
    fn read(&mut self, hir: &Hir, front: Front<PLACES>) -> Front<PLACES> {
        if front.lengths == 0 {
            return front;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => front,
            HirKind::Literal(literal) => {
                let bytes = self.side.order(&literal.0).take(PLACES);
                bytes.fold(front, |front, &byte| self.step(&ByteSet::one(byte), front))
            }
            HirKind::Class(Class::Unicode(class)) => self.read_class(class, front),
            HirKind::Class(Class::Bytes(class)) => {
                let mut set = ByteSet::default();
                class.ranges().iter().for_each(|range| set.insert(range.start(), range.end()));
                self.step(&set, front)
            }
            HirKind::Capture(capture) => self.read(&capture.sub, front),
            HirKind::Concat(list) => self.side.order(list).fold(front, |front, part| self.read(part, front)),
            HirKind::Alternation(list) => {
                let mut all = Front::NOWHERE;
                list.iter().for_each(|part| all.or(&self.read(part, front)));
                all
            }
            HirKind::Repetition(repetition) => self.repeat(repetition, front),
        }
    }

    /// Copies until nothing new is seen.
    fn repeat(&mut self, repetition: &Repetition, front: Front<PLACES>) -> Front<PLACES> {
        let most = repetition.max.unwrap_or(u32::MAX);
        let mut all = if repetition.min == 0 { front } else { Front::NOWHERE };
        let mut now = front;
        // Copies that may be empty get nowhere new after so many.
        let least = repetition.min.min(PLACES as u32);
        for copies in 1..=most {
            now = self.read(&repetition.sub, now);
            if copies < least {
                continue;
            }
            let before = all;
            all.or(&now);
            if now.lengths == 0 || all == before {
                break;
            }
        }
        all
    }

    /// One more byte, of this set.
    fn step(&mut self, set: &ByteSet, front: Front<PLACES>) -> Front<PLACES> {
        let mut next = Front::NOWHERE;
        let kinds = set.kinds();
        for length in bits(front.lengths) {
            self.edge.bytes[length].add(set);
            for kind in bits(front.last[length]) {
                self.edge.pairs[length - 1][kind] |= kinds;
            }
            if length + 1 < PLACES {
                next.lengths |= 1 << (length + 1);
                next.last[length + 1] = kinds;
            }
        }
        next
    }

    /// A character of the class, as its bytes in UTF-8.
    ///
    /// Of those beyond ASCII, the first byte is told from the first bytes of the
    /// ranges' ends, and the others may be any that go on with a character.
    fn read_class(&mut self, class: &ClassUnicode, front: Front<PLACES>) -> Front<PLACES> {
        let folds = |c: char| c == '\u{17f}' || c == '\u{212a}';
        let beyond_ascii = || class.ranges().iter().filter(|range| range.end() > '\u{7f}');
        // `(?i)k` is a class of three, and two of them are ASCII.
        let only_folded = beyond_ascii().all(|range| range.start() == range.end() && folds(range.start()))
            && beyond_ascii().count() < class.ranges().len();
        let mut firsts = [ByteSet::default(); 4];
        for range in class.ranges() {
            if only_folded && !self.folds && range.start() > '\u{7f}' {
                self.edge.folding = true;
                continue;
            }
            for (first, (from, to)) in firsts.iter_mut().zip(BY_LENGTH) {
                let (start, end) = (range.start().max(from), range.end().min(to));
                if start <= end {
                    let byte = |c: char| c.encode_utf8(&mut [0; 4]).as_bytes()[0];
                    first.insert(byte(start), byte(end));
                }
            }
        }
        let mut all = Front::NOWHERE;
        let mut parts = [ByteSet::default(); 4];
        parts[1..].iter_mut().for_each(|part| part.insert(0x80, 0xbf));
        for (index, first) in firsts.into_iter().enumerate().filter(|(_, set)| *set != ByteSet::default()) {
            parts[0] = first;
            let sets = self.side.order(&parts[..=index]);
            all.or(&sets.fold(front, |front, set| self.step(set, front)));
        }
        all
    }
}

/// The characters of one to four bytes in UTF-8.
const BY_LENGTH: [(char, char); 4] =
    [('\0', '\u{7f}'), ('\u{80}', '\u{7ff}'), ('\u{800}', '\u{ffff}'), ('\u{10000}', char::MAX)];

/// The fewest characters of a match.
fn shortest(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => characters(&literal.0),
        HirKind::Class(_) => 1,
        HirKind::Capture(capture) => shortest(&capture.sub),
        HirKind::Repetition(repetition) => shortest(&repetition.sub).saturating_mul(repetition.min as usize),
        HirKind::Concat(list) => list.iter().map(shortest).fold(0, usize::saturating_add),
        HirKind::Alternation(list) => list.iter().map(shortest).min().unwrap_or(0),
    }
}

/// The most characters of a match, if there is a bound.
fn longest(hir: &Hir) -> Option<usize> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => Some(characters(&literal.0)),
        HirKind::Class(_) => Some(1),
        HirKind::Capture(capture) => longest(&capture.sub),
        HirKind::Repetition(repetition) => longest(&repetition.sub)?.checked_mul(repetition.max? as usize),
        HirKind::Concat(list) => list.iter().try_fold(0usize, |sum, part| sum.checked_add(longest(part)?)),
        HirKind::Alternation(list) => list.iter().try_fold(0, |most, part| Some(longest(part)?.max(most))),
    }
}

/// How many characters some UTF-8 has.
pub(super) fn characters(bytes: &[u8]) -> usize {
    // As many as can be added up in bytes, many at a time.
    const AT_ONCE: usize = 128;
    let count = |chunk: &[u8]| chunk.iter().map(|&byte| u8::from(byte & 0xc0 != 0x80)).sum::<u8>();
    bytes.chunks(AT_ONCE).map(|chunk| usize::from(count(chunk))).sum()
}
