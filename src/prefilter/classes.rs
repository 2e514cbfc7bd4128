//! Says where some window could stand, class by class: few windows in buckets,
//! for which a vector unit looks up many bytes at once ([`super::backend`]).

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use super::{
    backend::{Backend, CHUNK, Marker, Plan},
    bits::bits,
    buckets::{Allowed, Buckets},
    bytes::ByteSet,
    checks::{Checks, Glance, SURROUNDED},
    cover::WIDTH,
    rows::Rows,
    symbols::Symbols,
};

/// Checks that may be put into buckets; more would take too long.
pub(super) const MOST_CHECKS: usize = 64 * 64;
/// Buckets, a bit of a word for each.
const BUCKETS: usize = 64;

/// Buckets of windows, and the backend that asks for them.
#[derive(Clone, Debug)]
pub(super) struct Classes {
    marker: Marker,
    /// One word: what each bucket allows.
    buckets: Rows<WIDTH>,
    /// For each bucket, where in `windows` its own are.
    parts: Vec<Box<[Windows]>>,
    /// What each window allows, and the classes next to it.
    windows: Rows<SURROUNDED>,
    /// What is asked of a place for each window.
    glances: Vec<Glance>,
    /// How many places in a byte of web text some bucket allows, roughly.
    pub(super) cost: f32,
}

/// Windows in one word.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Windows {
    word: usize,
    bits: u64,
}

impl Windows {
    /// Whether there are any.
    pub(super) fn any(self) -> bool {
        self.bits != 0
    }
}

impl Classes {
    /// Puts these checks, whose tests are in order, into buckets by the classes of their
    /// windows.
    pub(super) fn new(backend: Backend, checks: &Checks, numbers: Range<usize>) -> Self {
        let mut alike: BTreeMap<[ByteSet; WIDTH], Vec<usize>> = BTreeMap::new();
        for check in numbers {
            alike.entry(checks.classed(check)).or_default().push(check);
        }
        let (windows, numbers): (Vec<[ByteSet; WIDTH]>, Vec<Vec<usize>>) = alike.into_iter().unzip();
        let symbols = Symbols::new(&windows);
        let mut known = HashMap::new();
        let mut of = |set: &ByteSet| *known.entry(*set).or_insert_with(|| symbols.of_set(set));
        let allowed: Vec<Allowed> = windows.iter().map(|window| window.each_ref().map(&mut of)).collect();
        let mut buckets = Buckets::new(&allowed, &symbols);
        buckets.join_to(BUCKETS);
        buckets.refine(&allowed);
        let cost = buckets.cost();
        let (mut bucket_rows, mut window_rows) = (Rows::new(), Rows::new());
        let (mut parts, mut places) = (Vec::new(), Vec::new());
        for (bucket, own) in buckets.windows().enumerate() {
            own.iter().for_each(|&window| bucket_rows.allow(bucket, &windows[window as usize]));
            // Windows that are alike stand beside each other.
            let mut own = own.to_vec();
            own.sort_unstable();
            let own: Vec<usize> = own.iter().flat_map(|&window| &numbers[window as usize]).copied().collect();
            // A bucket that fits into one word is in one word.
            let next = places.len().next_multiple_of(64);
            if next - places.len() < own.len().min(64) {
                places.resize(next, 0);
            }
            let start = places.len();
            for &check in &own {
                window_rows.allow(places.len(), &checks.surrounded(check));
                places.push(check);
            }
            let part = |word: usize| Windows { word, bits: bits_within(word, start..places.len()) };
            parts.push((start / 64..places.len().div_ceil(64)).map(part).collect());
        }
        buckets.join_to(backend.buckets());
        buckets.refine(&allowed);
        let entered = |(bucket, own): (usize, &[u32])| -> Vec<(Allowed, usize)> {
            own.iter().map(|&window| (allowed[window as usize], bucket)).collect()
        };
        let entered: Vec<(Allowed, usize)> = buckets.windows().enumerate().flat_map(entered).collect();
        let marker = Marker::new(backend, &Plan { symbols: &symbols.of, windows: &entered });
        let glances = places.into_iter().map(|check| checks.glance(check)).collect();
        Classes { marker, buckets: bucket_rows, parts, windows: window_rows, glances, cost }
    }

    /// Sets the bits of the places in the first [`CHUNK`] bytes of `text` at which a
    /// window may start; bits behind the end are of no meaning.
    #[inline]
    pub(super) fn mark(&self, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
        self.marker.mark(text, marks);
    }

    /// The buckets that allow the bytes at a place that was marked.
    #[inline]
    pub(super) fn allow(&self, text: &[u8], place: usize) -> u64 {
        self.buckets.at(0, bytes_from(text, Some(place)))
    }

    /// The windows of these buckets that allow the bytes at and next to a place, by words: in
    /// most there are none.
    #[inline]
    pub(super) fn windows_at(
        &self,
        buckets: u64,
        text: &[u8],
        place: usize,
    ) -> impl Iterator<Item = Windows> {
        let bytes: [u8; SURROUNDED] = bytes_from(text, place.checked_sub(1));
        bits(buckets)
            .flat_map(|bucket| &self.parts[bucket])
            // Of the words of a large bucket, most have no window that starts like this.
            .filter(move |part| self.windows.any_at(part.word, 1, bytes[1]))
            .map(move |part| Windows { bits: self.windows.at(part.word, bytes) & part.bits, ..*part })
    }

    /// What is asked of a place for each of these windows.
    #[inline]
    pub(super) fn glances(&self, windows: Windows) -> impl Iterator<Item = &Glance> {
        bits(windows.bits).map(move |bit| &self.glances[windows.word * 64 + bit])
    }
}

/// Those bits of a word that are in a range of the bits of all words.
fn bits_within(word: usize, range: Range<usize>) -> u64 {
    (0..64).filter(|bit| range.contains(&(word * 64 + bit))).fold(0, |bits, bit| bits | 1 << bit)
}

/// So many bytes from a place on, or from before the text; zeros where there are none.
#[inline]
fn bytes_from<const COUNT: usize>(text: &[u8], place: Option<usize>) -> [u8; COUNT] {
    match place.and_then(|place| text[place..].first_chunk()) {
        Some(bytes) => *bytes,
        None => std::array::from_fn(|index| {
            let at = place.map_or_else(|| index.checked_sub(1), |place| Some(place + index));
            at.and_then(|at| text.get(at)).copied().unwrap_or(0)
        }),
    }
}
