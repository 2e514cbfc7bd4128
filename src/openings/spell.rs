//! Spells out how lines open that a pattern matches.

use std::{
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap},
    rc::Rc,
};

use regex_syntax::hir::{ClassUnicode, Hir};

use super::{
    key::{ANY, KEY, KEYS, LENGTH, NUMBER, Opening, WORD, keys, symbol},
    nfa::{At, Nfa, Node},
};
use crate::prefilter::{ByteSet, frequency};

/// Openings of one pattern.
const MOST_OPENINGS: usize = 2048;
/// Characters of a class that are told apart.
const MOST_CHARACTERS: usize = 1024;
/// So many lines, at the most, may open like a match.
const MOST_SHARE: f64 = 0.02;
/// Steps after which nothing more is spelled out.
const MOST_STEPS: usize = 1 << 16;
/// Of so many bytes one starts a word.
const BYTES_A_WORD: f64 = 6.0;
/// What fewer lines open with is not told apart further.
const RARE: f64 = 1e-6;

/// How the lines open that a pattern matches which is anchored at their start; `None` if
/// there is too much of it, or if many lines do.
///
/// What most lines open with is spelled out the furthest.
pub(crate) fn openings(hir: &Hir) -> Option<Vec<Opening>> {
    let nfa = Nfa::of(hir)?;
    let mut speller = Speller::new(&nfa);
    let start = speller.skip()?;
    let mut left = BinaryHeap::from(speller.longer(&[], &start)?);
    let (mut all, mut share) = (Vec::new(), 0.0);
    while let Some(spelled) = left.pop() {
        let known = if spelled.left.is_none() { KEYS } else { spelled.bytes.len() / KEY };
        let is_told = known >= KEYS || spelled.share() < RARE;
        let room = MOST_OPENINGS.checked_sub(all.len() + left.len() + 1)?;
        let longer = spelled.left.as_ref().filter(|_| !is_told);
        let longer = longer.and_then(|at| speller.longer(&spelled.bytes, at));
        match longer.filter(|longer| longer.len() <= room) {
            Some(longer) => left.extend(longer),
            None => {
                share += spelled.share();
                all.push(opening_of(&spelled.bytes, known));
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    (share <= MOST_SHARE).then_some(all)
}

/// How many lines open like this, roughly.
fn share(bytes: &[u8]) -> f64 {
    let set = |&symbol: &u8| {
        let mut set = ByteSet::one(symbol);
        set.add(&ByteSet::one(symbol.to_ascii_uppercase()));
        if symbol == NUMBER as u8 {
            set.insert(b'0', b'9');
        }
        set
    };
    let sets: Vec<ByteSet> = bytes.iter().map(set).collect();
    BYTES_A_WORD * frequency(&sets)
}

/// What a pattern reads at one place.
#[derive(Debug, Default)]
struct Ways {
    /// A class, and where it is then.
    reads: Vec<(usize, At)>,
    /// Whether it matches if the text ends here.
    ends: bool,
    /// Whether it matches here, whatever follows.
    matches: bool,
}

/// How a text starts, ordered by how many lines do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Spelled {
    /// The share of lines that start like this, as bits, which have the order of the number.
    share: u64,
    bytes: Vec<u8>,
    /// Where the pattern may be then; nowhere if the text has ended.
    left: Option<Vec<At>>,
}

impl Spelled {
    fn new(bytes: Vec<u8>, left: Option<Vec<At>>) -> Self {
        Spelled { share: share(&bytes).to_bits(), bytes, left }
    }

    fn share(&self) -> f64 {
        f64::from_bits(self.share)
    }
}

struct Speller<'n> {
    nfa: &'n Nfa,
    ways: HashMap<At, Rc<Ways>>,
    /// By class and whether it starts a word, how its characters stand in an opening; none if
    /// they are too many.
    symbols: HashMap<(usize, bool), Option<Rc<[char]>>>,
    /// Steps that are left.
    steps: usize,
}

impl<'n> Speller<'n> {
    fn new(nfa: &'n Nfa) -> Self {
        Speller { nfa, ways: HashMap::new(), symbols: HashMap::new(), steps: MOST_STEPS }
    }

    fn ways(&mut self, from: At) -> Rc<Ways> {
        if let Some(known) = self.ways.get(&from) {
            return known.clone();
        }
        let mut ways = Ways::default();
        // With whether the text has to end here.
        let (mut left, mut seen) = (vec![(from, false)], BTreeSet::new());
        while let Some((at, at_end)) = left.pop() {
            if !seen.insert((at, at_end)) {
                continue;
            }
            match &self.nfa.nodes[at as usize] {
                Node::Read(..) if at_end => {}
                Node::Read(class, next) => ways.reads.push((*class, *next)),
                Node::Split(others) => left.extend(others.iter().map(|&other| (other, at_end))),
                Node::End(next) => left.push((*next, true)),
                Node::Match => {
                    ways.ends = true;
                    ways.matches |= !at_end;
                }
            }
        }
        self.ways.entry(from).or_insert(Rc::new(ways)).clone()
    }

    fn symbols(&mut self, class: usize, is_first: bool) -> Option<Rc<[char]>> {
        let nfa = self.nfa;
        let of = || {
            let mut class = nfa.classes[class].clone();
            if is_first {
                class.intersect(&WORD);
            }
            (count(&class) <= MOST_CHARACTERS).then(|| {
                let characters = class.iter().flat_map(|range| range.start()..=range.end());
                let symbols: BTreeSet<char> = characters.map(symbol).collect();
                symbols.into_iter().collect()
            })
        };
        self.symbols.entry((class, is_first)).or_insert_with(of).clone()
    }

    /// Where the pattern may be before the first word; `None` if it may match before there
    /// is one.
    fn skip(&mut self) -> Option<Vec<At>> {
        let (mut reached, mut next) = (vec![self.nfa.start], 0);
        while let Some(&at) = reached.get(next) {
            let ways = self.ways(at);
            if ways.ends {
                return None;
            }
            for &(class, at) in &ways.reads {
                if !reached.contains(&at) {
                    let mut signs = self.nfa.classes[class].clone();
                    signs.difference(&WORD);
                    if !signs.ranges().is_empty() {
                        reached.push(at);
                    }
                }
            }
            next += 1;
        }
        Some(reached)
    }

    /// Where the pattern may be behind the digits that follow.
    fn behind_number(&mut self, mut reached: Vec<At>) -> Option<Vec<At>> {
        let mut next = 0;
        while let Some(&at) = reached.get(next) {
            for &(class, at) in &self.ways(at).reads {
                if !reached.contains(&at) && self.symbols(class, false)?.contains(&NUMBER) {
                    reached.push(at);
                }
            }
            next += 1;
        }
        Some(reached)
    }

    /// All texts that go on from these bytes, up to the next key; `None` if they are too many, or the
    /// pattern may match before.
    fn longer(&mut self, bytes: &[u8], at: &[At]) -> Option<Vec<Spelled>> {
        let length = (bytes.len() / KEY + 1) * KEY;
        let (mut longer, mut left) = (Vec::new(), vec![(bytes.to_vec(), at.to_vec())]);
        while let Some((bytes, at)) = left.pop() {
            if bytes.len() >= length {
                longer.push(Spelled::new(bytes, Some(at)));
                continue;
            }
            let (steps, ends) = self.steps(&bytes, at)?;
            if ends && !bytes.is_empty() {
                longer.push(Spelled::new(bytes.clone(), None));
            }
            for (symbol, at) in steps {
                let mut bytes = bytes.clone();
                bytes.extend(symbol.encode_utf8(&mut [0; 4]).as_bytes());
                left.push((bytes, at));
            }
            if longer.len() + left.len() > MOST_OPENINGS {
                return None;
            }
        }
        Some(longer)
    }

    /// What may come next in a text of these bytes, with where the pattern may be then; and
    /// whether the text may end.
    fn steps(&mut self, bytes: &[u8], at: Vec<At>) -> Option<(BTreeMap<char, Vec<At>>, bool)> {
        let (mut steps, mut ends): (BTreeMap<char, Vec<At>>, bool) = (BTreeMap::new(), false);
        for at in at {
            let ways = self.ways(at);
            if ways.matches {
                return None;
            }
            ends |= ways.ends;
            for &(class, next) in &ways.reads {
                let symbols = self.symbols(class, bytes.is_empty())?;
                self.steps = self.steps.checked_sub(symbols.len())?;
                for &symbol in &*symbols {
                    let behind = steps.entry(symbol).or_default();
                    if !behind.contains(&next) {
                        behind.push(next);
                    }
                }
            }
        }
        if bytes.last() == Some(&(NUMBER as u8)) {
            // Its digits were all read.
            steps.remove(&NUMBER);
        } else if let Some(at) = steps.get_mut(&NUMBER) {
            *at = self.behind_number(std::mem::take(at))?;
        }
        Some((steps, ends))
    }
}

/// The opening of a text that starts with these bytes, of which so many keys are known.
fn opening_of(bytes: &[u8], known: usize) -> Opening {
    let mut padded = [0; LENGTH];
    let length = bytes.len().min(LENGTH);
    padded[..length].copy_from_slice(&bytes[..length]);
    let mut opening = keys(&padded);
    opening[known..].fill(ANY);
    opening
}

fn count(class: &ClassUnicode) -> usize {
    class.iter().map(|range| range.end() as usize - range.start() as usize + 1).sum()
}
