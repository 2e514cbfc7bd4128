//! A pattern as an automaton that reads characters.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

/// Larger ones are not worth it.
const MOST_NODES: usize = 1 << 14;
/// Repetitions are counted up to here; behind that there may be any number.
const MOST_COPIES: u32 = 8;

/// The number of a [`Node`].
pub(super) type At = u32;

#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Reads one character of a class.
    Read(usize, At),
    /// Goes on at any of these.
    Split(Vec<At>),
    /// The text has to end here.
    End(At),
    Match,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Nfa {
    pub(super) nodes: Vec<Node>,
    /// What the nodes read.
    pub(super) classes: Vec<ClassUnicode>,
    pub(super) start: At,
}

impl Nfa {
    /// The automaton of a pattern, if it is not too large.
    ///
    /// It is rough: starts and boundaries hold everywhere, and what is repeated often is
    /// not counted.
    pub(super) fn of(hir: &Hir) -> Option<Self> {
        let mut nfa = Nfa { nodes: vec![Node::Match], ..Nfa::default() };
        nfa.start = nfa.before(hir, 0)?;
        Some(nfa)
    }

    fn add(&mut self, node: Node) -> Option<At> {
        self.nodes.push(node);
        (self.nodes.len() <= MOST_NODES).then_some(self.nodes.len() as At - 1)
    }

    /// The start of a part that goes on at `next`.
    fn before(&mut self, hir: &Hir, next: At) -> Option<At> {
        match hir.kind() {
            HirKind::Empty => Some(next),
            HirKind::Look(Look::End) => self.add(Node::End(next)),
            HirKind::Look(_) => Some(next),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                text.chars().rev().try_fold(next, |next, c| self.read([ClassUnicodeRange::new(c, c)], next))
            }
            HirKind::Class(Class::Unicode(class)) => self.read(class.iter().copied(), next),
            HirKind::Class(Class::Bytes(class)) => {
                let class = class.to_unicode_class()?;
                self.read(class.iter().copied(), next)
            }
            HirKind::Capture(capture) => self.before(&capture.sub, next),
            HirKind::Concat(parts) => parts.iter().rev().try_fold(next, |next, part| self.before(part, next)),
            HirKind::Alternation(branches) => {
                let starts: Option<Vec<At>> =
                    branches.iter().map(|branch| self.before(branch, next)).collect();
                self.add(Node::Split(starts?))
            }
            HirKind::Repetition(repetition) => self.repeated(repetition, next),
        }
    }

    fn read(&mut self, ranges: impl IntoIterator<Item = ClassUnicodeRange>, next: At) -> Option<At> {
        self.classes.push(ClassUnicode::new(ranges));
        self.add(Node::Read(self.classes.len() - 1, next))
    }

    fn repeated(&mut self, Repetition { min, max, sub, .. }: &Repetition, next: At) -> Option<At> {
        let mut start = match max {
            Some(max) if *max <= MOST_COPIES => (*min..*max).try_fold(next, |start, _| {
                let copy = self.before(sub, start)?;
                self.add(Node::Split(vec![copy, next]))
            })?,
            _ => {
                let again = self.add(Node::Split(Vec::new()))?;
                let copy = self.before(sub, again)?;
                self.nodes[again as usize] = Node::Split(vec![copy, next]);
                again
            }
        };
        for _ in 0..*min.min(&MOST_COPIES) {
            start = self.before(sub, start)?;
        }
        Some(start)
    }
}
