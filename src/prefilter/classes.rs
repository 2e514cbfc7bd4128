//! Says where some window could stand, class by class: few windows in buckets,
//! for which a vector unit looks up many bytes at once ([`super::backend`]).

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use super::{
    backend::{Backend, CHUNK, Marker, Plan},
    buckets::{Allowed, Buckets},
    bytes::ByteSet,
    checks::Checks,
    rows::{Rows, Window, bits},
    symbols::Symbols,
};

/// Checks that are put into buckets; more would not have a bit each in 64 words, and
/// would take too long.
const MOST_CHECKS: usize = 64 * 64;
/// Buckets, a bit of a word for each.
const BUCKETS: usize = 64;

/// Buckets of windows, and the backend that asks for them.
#[derive(Clone, Debug)]
pub(super) struct Classes {
    marker: Marker,
    /// One word: what each bucket allows.
    buckets: Rows,
    /// The words of `windows` that have those of each bucket, a bit for each.
    words: [u64; BUCKETS],
    /// What the window of each check allows.
    windows: Rows,
    /// The number of each of these checks.
    checks: Vec<u32>,
    /// How many places in a byte of web text some bucket allows, roughly.
    pub(super) cost: f32,
}

impl Classes {
    /// Puts these checks into buckets, by the classes of their windows; `None` if there
    /// are too many.
    pub(super) fn new(backend: Backend, checks: &Checks, numbers: Range<usize>) -> Option<Self> {
        if numbers.len() > MOST_CHECKS {
            return None;
        }
        let mut alike: BTreeMap<Window, Vec<u32>> = BTreeMap::new();
        let count = numbers.len();
        for check in numbers {
            alike.entry(checks.classed(check)).or_default().push(check as u32);
        }
        let (windows, numbers): (Vec<Window>, Vec<Vec<u32>>) = alike.into_iter().unzip();
        let symbols = Symbols::new(&windows);
        let mut known = HashMap::new();
        let mut of = |set: &ByteSet| *known.entry(*set).or_insert_with(|| symbols.of_set(set));
        let allowed: Vec<Allowed> = windows.iter().map(|window| window.each_ref().map(&mut of)).collect();
        let mut buckets = Buckets::new(&allowed, &symbols);
        buckets.join_to(BUCKETS);
        let cost = buckets.cost();
        let (mut bucket_rows, mut window_rows) = (Rows::new(BUCKETS), Rows::new(count));
        let (mut words, mut checks) = ([0; BUCKETS], Vec::new());
        // The checks of one bucket stand together, so that they are in few words.
        for (bucket, own) in buckets.windows().enumerate() {
            for window in own.iter().map(|&window| window as usize) {
                bucket_rows.allow(bucket, &windows[window]);
                for &check in &numbers[window] {
                    window_rows.allow(checks.len(), &windows[window]);
                    words[bucket] |= 1 << (checks.len() / 64);
                    checks.push(check);
                }
            }
        }
        buckets.join_to(backend.buckets());
        let entered = |(bucket, own): (usize, &[u32])| -> Vec<(Allowed, usize)> {
            own.iter().map(|&window| (allowed[window as usize], bucket)).collect()
        };
        let entered: Vec<(Allowed, usize)> = buckets.windows().enumerate().flat_map(entered).collect();
        let marker = Marker::new(backend, &Plan { symbols: &symbols.of, windows: &entered });
        Some(Classes { marker, buckets: bucket_rows, words, windows: window_rows, checks, cost })
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
        self.buckets.at(0, text, place)
    }

    /// Calls `each` for the checks of the windows that allow the bytes at a place, which
    /// some buckets do.
    #[inline]
    pub(super) fn checks(&self, buckets: u64, text: &[u8], place: usize, mut each: impl FnMut(u32)) {
        let words = bits(buckets).fold(0, |words, bucket| words | self.words[bucket]);
        for word in bits(words) {
            for bit in bits(self.windows.at(word, text, place)) {
                each(self.checks[word * 64 + bit]);
            }
        }
    }
}
