//! What to look for: windows and starts, one of which stands in every match.

use super::{bytes::ByteSet, start::Start};
use crate::compact::Compact;

/// Bytes in a window.
pub(super) const WIDTH: usize = 4;

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
    /// Appends all spellings of the window with the case bits set, as
    /// little-endian numbers. Where the run is shorter than a window, any byte
    /// may follow.
    pub(super) fn spell(&self, keys: &mut Vec<u32>) {
        let start = keys.len();
        keys.push(0);
        for (place, class) in self.own().enumerate() {
            // The first byte goes into the spellings so far, the others into copies of them.
            let so_far = start..keys.len();
            let mut bytes = class.folded().map(|byte| u32::from(byte) << (8 * place));
            let Some(first) = bytes.next() else { return keys.truncate(start) };
            for byte in bytes {
                let copy = keys.len();
                keys.extend_from_within(so_far.clone());
                keys[copy..].iter_mut().for_each(|key| *key |= byte);
            }
            keys[so_far].iter_mut().for_each(|key| *key |= first);
        }
    }

    /// How many spellings there are.
    pub(super) fn count_keys(&self) -> usize {
        self.own().map(|class| class.count_folded()).product()
    }

    fn own(&self) -> impl Iterator<Item = ByteSet> {
        (0..WIDTH).map(|place| self.run.get(self.lead + place).copied().unwrap_or(ByteSet::ALL))
    }
}

/// Windows one of which stands in every match.
#[derive(Clone, Debug)]
pub(crate) struct Cover {
    /// The windows.
    pub(crate) windows: Vec<Window>,
    /// The starts of matches too short for a window.
    pub(crate) starts: Vec<Start>,
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
        self.starts.extend(other.starts);
        self.cost += other.cost;
        self.folding |= other.folding;
        self
    }

    /// The most bytes between the start of a match and any of its windows.
    pub(crate) fn longest_prefix(&self) -> Option<usize> {
        self.windows
            .iter()
            .map(|window| window.prefix.1)
            .try_fold(0, |most, prefix| prefix.map(|p| most.max(p)))
    }

    /// The distance from the start of a match to its window, if it is always
    /// the same.
    pub(crate) fn exact_prefix(&self) -> Option<usize> {
        let first = self.windows.first().map_or(0, |window| window.prefix.0);
        (first == 0 || self.starts.is_empty()).then_some(())?;
        self.windows.iter().all(|window| window.prefix == (first, Some(first))).then_some(first)
    }
}

/// Windows share most of their classes, which are written once a cover.
impl Compact for Cover {
    fn write(&self, out: &mut Vec<u8>) {
        let mut sets: Vec<ByteSet> = Vec::new();
        let windows: Vec<Vec<usize>> = self
            .windows
            .iter()
            .map(|window| {
                let index = |set: &ByteSet| {
                    sets.iter().position(|known| known == set).unwrap_or_else(|| {
                        sets.push(*set);
                        sets.len() - 1
                    })
                };
                window.run.iter().map(index).collect()
            })
            .collect();
        sets.write(out);
        windows.len().write(out);
        for (run, window) in windows.iter().zip(&self.windows) {
            run.write(out);
            window.lead.write(out);
            window.prefix.write(out);
        }
        self.starts.write(out);
        self.cost.write(out);
        self.folding.write(out);
    }

    fn read(bytes: &mut &[u8]) -> Self {
        let sets: Vec<ByteSet> = Vec::read(bytes);
        let count = usize::read(bytes);
        let window = |_| {
            let run = (0..usize::read(bytes)).map(|_| sets[usize::read(bytes)]).collect();
            Window { run, lead: Compact::read(bytes), prefix: Compact::read(bytes) }
        };
        let windows = (0..count).map(window).collect();
        Cover {
            windows,
            starts: Compact::read(bytes),
            cost: Compact::read(bytes),
            folding: Compact::read(bytes),
        }
    }
}
