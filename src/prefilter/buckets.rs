//! Puts windows into buckets: a filter asks whether a place could start a
//! window of a bucket, and a bucket allows whatever any of its windows does.
//!
//! Windows that are alike belong together. Two buckets are joined at a time,
//! those that cost the least: the cost of a bucket is how often web text has
//! bytes that it allows, one after the other. Then windows move to where they cost less.

use super::{
    cover::WIDTH,
    symbols::{SYMBOLS, SymbolSet, Symbols},
};

/// The symbols that a bucket allows at each place.
pub(super) type Allowed = [SymbolSet; WIDTH];

/// Windows that are joined by themselves if there are more.
const PART: usize = 512;
/// Times that each window may move.
const PASSES: usize = 2;
/// Of what a bucket is cheaper without a window, another has to be dearer by less than this
/// part, so that windows do not move to and fro.
const MOVE: f32 = 0.999;

/// Buckets, and what is needed to join them.
#[derive(Clone, Debug)]
pub(super) struct Buckets {
    buckets: Vec<Bucket>,
    shares: Shares,
}

#[derive(Clone, Debug)]
struct Bucket {
    allowed: Allowed,
    /// How often text has what it allows at each place.
    shares: [f32; WIDTH],
    /// How often text has all of it.
    cost: f32,
    /// Indexes of its windows.
    windows: Vec<u32>,
    /// What it adds to the costs to join the bucket before it that adds the least, and which
    /// that is.
    best: (f32, usize),
    /// Whether that one was joined with another one since.
    is_stale: bool,
}

impl Buckets {
    /// A bucket for each window, or so many that the rest is soon done.
    ///
    /// The time it takes to join buckets grows with the square of their number; so
    /// windows that stand beside each other, and should be alike, are joined first.
    pub(super) fn new(windows: &[Allowed], symbols: &Symbols) -> Self {
        let shares = Shares::new(symbols);
        let bucket = |(index, allowed): (usize, &Allowed)| Bucket {
            windows: vec![index as u32],
            ..shares.bucket(*allowed)
        };
        let single: Vec<Bucket> = windows.iter().enumerate().map(bucket).collect();
        let mut all = Buckets { buckets: Vec::new(), shares };
        let parts = single.len().div_ceil(PART);
        for part in single.chunks(PART) {
            let mut joined = Buckets { buckets: part.to_vec(), ..all.clone() };
            if parts > 1 {
                joined.join_to(PART / 4);
            }
            all.buckets.extend(joined.buckets);
        }
        all
    }

    /// Joins buckets until no more than `count` are left.
    pub(super) fn join_to(&mut self, count: usize) {
        (0..self.buckets.len()).for_each(|index| self.look_back(index));
        let mut left = self.buckets.len();
        while left > count.max(1) {
            let costs = self.buckets.iter().map(|bucket| bucket.best.0);
            let Some((index, _)) = costs.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b)) else { return };
            if self.buckets[index].is_stale {
                self.look_back(index);
            } else {
                self.join(index, self.buckets[index].best.1);
                left -= 1;
            }
        }
        self.buckets.retain(|bucket| !bucket.is_empty());
    }

    /// Moves windows to buckets where they add less than where they are; these are all windows.
    pub(super) fn refine(&mut self, windows: &[Allowed]) {
        for _ in 0..PASSES {
            let moved = (0..self.buckets.len()).map(|from| self.move_away(from, windows)).sum::<usize>();
            if moved == 0 {
                break;
            }
        }
    }

    /// Moves windows of a bucket to others; how many. One stays.
    fn move_away(&mut self, from: usize, windows: &[Allowed]) -> usize {
        let mut moved = 0;
        for window in self.buckets[from].windows.clone() {
            let here = &self.buckets[from];
            if here.windows.len() == 1 {
                break;
            }
            let without = self.bucket(here.windows.iter().copied().filter(|&other| other != window), windows);
            let alone = self.bucket([window], windows);
            let mut best = (MOVE * (here.cost - without.cost), from);
            for (to, bucket) in self.buckets.iter().enumerate().filter(|&(to, _)| to != from) {
                if let Some(cost) = self.shares.cost_of_union(bucket, &alone, bucket.cost + best.0) {
                    best = (cost - bucket.cost, to);
                }
            }
            if best.1 != from {
                self.buckets[from] = without;
                self.add(best.1, alone);
                moved += 1;
            }
        }
        moved
    }

    /// A bucket of these of all windows.
    fn bucket(&self, own: impl IntoIterator<Item = u32>, windows: &[Allowed]) -> Bucket {
        let own: Vec<u32> = own.into_iter().collect();
        let allowed = own.iter().fold([0; WIDTH], |all, &window| union(&all, &windows[window as usize]));
        Bucket { windows: own, ..self.shares.bucket(allowed) }
    }

    /// Adds the windows of another bucket to one of these.
    fn add(&mut self, to: usize, other: Bucket) {
        let bucket = &mut self.buckets[to];
        let mut windows = std::mem::take(&mut bucket.windows);
        windows.extend(other.windows);
        let allowed = union(&bucket.allowed, &other.allowed);
        *bucket = Bucket { windows, ..self.shares.bucket(allowed) };
    }

    /// The windows of each bucket.
    pub(super) fn windows(&self) -> impl Iterator<Item = &[u32]> {
        self.buckets.iter().map(|bucket| &*bucket.windows)
    }

    /// How many places in a byte of web text some bucket allows.
    pub(super) fn cost(&self) -> f32 {
        self.buckets.iter().map(|bucket| bucket.cost).sum()
    }

    /// Joins a bucket with one before it; an empty one is left.
    fn join(&mut self, index: usize, into: usize) {
        let joined = std::mem::take(&mut self.buckets[index]);
        self.add(into, joined);
        self.look_back(into);
        for later in into + 1..self.buckets.len() {
            let best = self.buckets[later].best.1;
            if best == into || best == index {
                // Looked at again if it seems to be the best of all: to join it costs no less now.
                self.buckets[later].is_stale = true;
            } else {
                self.consider(later, into);
            }
        }
    }

    /// Finds the best bucket before `index` to join it with.
    fn look_back(&mut self, index: usize) {
        let bucket = &mut self.buckets[index];
        (bucket.best, bucket.is_stale) = ((f32::INFINITY, 0), false);
        (0..index).for_each(|other| self.consider(index, other));
    }

    fn consider(&mut self, index: usize, other: usize) {
        let (a, b) = (&self.buckets[index], &self.buckets[other]);
        if a.is_empty() || b.is_empty() {
            return;
        }
        let most = a.best.0 + a.cost + b.cost;
        if let Some(cost) = self.shares.cost_of_union(a, b, most) {
            let best = (cost - a.cost - b.cost, other);
            let bucket = &mut self.buckets[index];
            (bucket.best, bucket.is_stale) = (best, false);
        }
    }
}

impl Bucket {
    /// Whether it was joined with another one.
    fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }
}

/// No windows, and nothing to join them with.
impl Default for Bucket {
    fn default() -> Self {
        Bucket {
            allowed: [0; WIDTH],
            shares: [0.0; WIDTH],
            cost: 0.0,
            windows: Vec::new(),
            best: (f32::INFINITY, 0),
            is_stale: false,
        }
    }
}

fn union(a: &Allowed, b: &Allowed) -> Allowed {
    std::array::from_fn(|place| a[place] | b[place])
}

/// How often text has a symbol of a set: sums for each eight symbols.
#[derive(Clone, Debug)]
struct Shares(Box<[[f32; 256]; SYMBOLS / 8]>);

impl Shares {
    fn new(symbols: &Symbols) -> Self {
        let mut sums = Box::new([[0.0; 256]; SYMBOLS / 8]);
        for (part, sums) in sums.iter_mut().enumerate() {
            for (bits, sum) in sums.iter_mut().enumerate() {
                let symbols = symbols.share[8 * part..8 * part + 8].iter().enumerate();
                *sum = symbols.filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, &p)| p as f32).sum();
            }
        }
        Shares(sums)
    }

    /// A bucket that allows this, without windows so far.
    fn bucket(&self, allowed: Allowed) -> Bucket {
        let shares = allowed.map(|set| self.of(set));
        Bucket { allowed, shares, cost: shares.iter().product(), ..Bucket::default() }
    }

    /// The cost of a bucket of both, if it is less than `most`.
    fn cost_of_union(&self, a: &Bucket, b: &Bucket, most: f32) -> Option<f32> {
        // Text has what either allows at a place at least as often as what one of them does.
        let mut shares: [f32; WIDTH] = std::array::from_fn(|place| a.shares[place].max(b.shares[place]));
        for place in 0..WIDTH {
            if shares.iter().product::<f32>() >= most {
                return None;
            }
            shares[place] = self.of(a.allowed[place] | b.allowed[place]);
        }
        let cost = shares.iter().product();
        (cost < most).then_some(cost)
    }

    #[inline]
    fn of(&self, set: SymbolSet) -> f32 {
        let bytes = set.to_le_bytes();
        bytes.iter().zip(&*self.0).map(|(&byte, sums)| sums[usize::from(byte)]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Symbols that are all as frequent.
    fn symbols() -> Symbols {
        Symbols { of: [0; 256], share: [1.0 / SYMBOLS as f64; SYMBOLS] }
    }

    #[test]
    fn windows_that_are_alike_share_a_bucket() {
        let windows: Vec<Allowed> = vec![
            [1, 2, 4, 8],
            [1 << 40, 1 << 41, 1 << 42, 1 << 43],
            [1, 2, 4, 16],
            [1 << 40, 1 << 41, 1 << 42, 1 << 44],
        ];
        let mut buckets = Buckets::new(&windows, &symbols());
        let before = buckets.cost();
        buckets.join_to(2);
        let mut shared: Vec<Vec<u32>> = buckets.windows().map(<[u32]>::to_vec).collect();
        shared.iter_mut().for_each(|bucket| bucket.sort_unstable());
        shared.sort();
        assert_eq!(shared, [[0, 2], [1, 3]]);
        assert!((buckets.cost() - before).abs() < 1e-9, "they allow nothing more");
    }

    #[test]
    fn every_window_is_in_one_bucket() {
        let windows: Vec<Allowed> = (0..3 * PART as u64)
            .map(|n| std::array::from_fn(|place| 1 << (n.wrapping_mul(0x9e37_79b9) >> (6 * place) & 63)))
            .collect();
        for count in [64, 16, 1] {
            let mut buckets = Buckets::new(&windows, &symbols());
            buckets.join_to(count);
            let joined = buckets.cost();
            buckets.refine(&windows);
            assert!(buckets.cost() < joined || count == 1, "{} of {joined}", buckets.cost());
            assert_eq!(buckets.windows().count(), count);
            let mut all: Vec<u32> = buckets.windows().flatten().copied().collect();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..windows.len() as u32));
        }
    }
}
