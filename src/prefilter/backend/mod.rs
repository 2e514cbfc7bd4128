//! What marks the places of a text at which a window may stand, in several
//! forms: one for each kind of vector unit, and one for none.
//!
//! They differ in how many buckets they keep apart and in how much they mark
//! beyond what is allowed; none leaves a place out. Only here is code that the
//! compiler cannot check: the instructions of a unit may run only where it is.

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "instructions that not every processor has")]
mod avx2;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "instructions that not every processor has")]
mod avx512;
#[cfg(target_arch = "aarch64")]
#[allow(unsafe_code, reason = "loads of vectors")]
mod neon;
mod portable;

use std::sync::OnceLock;

use super::{buckets::Allowed, cover::WIDTH, spellings::Bloom, symbols::SYMBOLS};

/// Places that are marked at a time, in words of 64.
pub(super) const CHUNK: usize = 4096;
/// Bytes behind a chunk that its last windows reach.
pub(super) const BEYOND: usize = WIDTH - 1;

/// A kind of vector unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// None: tables of pairs of symbols.
    Portable,
    /// 32 bytes at a time, on x86-64.
    Avx2,
    /// 64 bytes at a time, with permutations of bytes (VBMI), on x86-64.
    Avx512,
    /// 16 bytes at a time, on AArch64.
    Neon,
}

/// What this process uses, once it was asked for or chosen.
static CHOSEN: OnceLock<Backend> = OnceLock::new();

impl Backend {
    const ALL: [Backend; 4] = [Backend::Avx512, Backend::Avx2, Backend::Neon, Backend::Portable];

    /// The name by which it can be chosen.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Backend::Portable => "portable",
            Backend::Avx2 => "avx2",
            Backend::Avx512 => "avx512",
            Backend::Neon => "neon",
        }
    }

    /// Whether this processor has it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Backend::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Backend::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vbmi")
            }
            #[cfg(target_arch = "aarch64")]
            Backend::Neon => true,
            #[allow(unreachable_patterns, reason = "which are left depends on the processor")]
            _ => false,
        }
    }

    /// Those that this processor has, the fastest first.
    pub fn available() -> impl Iterator<Item = Backend> {
        Backend::ALL.into_iter().filter(|backend| backend.is_available())
    }

    /// Makes this process use the backend of that name; rules that are compiled
    /// already keep theirs.
    ///
    /// # Errors
    ///
    /// If there is no such backend, the processor does not have it, or another one
    /// is in use.
    pub fn choose(name: &str) -> Result<(), String> {
        let known = || Backend::available().map(Backend::name).collect::<Vec<_>>().join("`, `");
        let backend = Backend::available()
            .find(|backend| backend.name() == name)
            .ok_or_else(|| format!("`{name}` is no backend of this processor, which has `{}`", known()))?;
        let chosen = *CHOSEN.get_or_init(|| backend);
        (chosen == backend)
            .then_some(())
            .ok_or_else(|| format!("`{name}` was chosen too late: `{}` is in use", chosen.name()))
    }

    /// The backend of this process: what was chosen, or else the fastest.
    pub(crate) fn chosen() -> Backend {
        *CHOSEN.get_or_init(|| Backend::available().next().unwrap_or(Backend::Portable))
    }

    /// How many buckets it keeps apart.
    pub(super) fn buckets(self) -> usize {
        match self {
            Backend::Avx512 => 32,
            Backend::Portable => 32,
            Backend::Avx2 => 16,
            Backend::Neon => 16,
        }
    }
}

/// What a backend is made of: the symbol of each byte, and for each window what
/// it allows and in which bucket it is.
pub(super) struct Plan<'p> {
    pub(super) symbols: &'p [u8; 256],
    pub(super) windows: &'p [(Allowed, usize)],
}

/// Marks places.
#[derive(Clone, Debug)]
pub(super) enum Marker {
    Portable(Box<portable::Pairs>),
    #[cfg(target_arch = "x86_64")]
    Avx2(Box<avx2::Marker>),
    #[cfg(target_arch = "x86_64")]
    Avx512(Box<avx512::Marker>),
    #[cfg(target_arch = "aarch64")]
    Neon(Box<neon::Marker>),
}

impl Marker {
    /// # Panics
    ///
    /// If the processor does not have that backend.
    pub(super) fn new(backend: Backend, plan: &Plan<'_>) -> Self {
        assert!(backend.is_available(), "{} is not available", backend.name());
        match backend {
            #[cfg(target_arch = "x86_64")]
            Backend::Avx2 => Marker::Avx2(Box::new(avx2::Marker::new(plan))),
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512 => Marker::Avx512(Box::new(avx512::Marker::new(plan))),
            #[cfg(target_arch = "aarch64")]
            Backend::Neon => Marker::Neon(Box::new(neon::Marker::new(plan))),
            _ => Marker::Portable(Box::new(portable::Pairs::new(plan))),
        }
    }

    /// Sets the bit of each place in the first [`CHUNK`] bytes of `text` at which a
    /// window of some bucket may start, and clears those of others. Windows may
    /// reach beyond the text. Bits behind the end are of no meaning.
    #[inline]
    pub(super) fn mark(&self, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
        let text = &text[..text.len().min(CHUNK + BEYOND)];
        match self {
            Marker::Portable(pairs) => pairs.mark(text, marks),
            #[cfg(target_arch = "x86_64")]
            Marker::Avx2(marker) => marker.mark(text, marks),
            #[cfg(target_arch = "x86_64")]
            Marker::Avx512(marker) => marker.mark(text, marks),
            #[cfg(target_arch = "aarch64")]
            Marker::Neon(marker) => marker.mark(text, marks),
        }
    }
}

/// Sets the bit of each place in the first [`CHUNK`] bytes of `text` at which something stands that
/// the filter has, and clears those of others. Bits behind the end are of no meaning.
pub(super) fn mark_spelled(backend: Backend, bloom: &Bloom, text: &[u8], marks: &mut [u64; CHUNK / 64]) {
    let text = &text[..text.len().min(CHUNK + BEYOND)];
    match backend {
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 => avx512::mark_spelled(bloom, text, marks),
        _ => portable::mark_spelled(bloom, text, marks),
    }
}

/// The bytes of the windows that start at one of the 64 places from here on; beyond the end, zeros.
#[inline]
fn bytes_of_word<'t>(
    text: &'t [u8],
    from: usize,
    padded: &'t mut [u8; 64 + BEYOND],
) -> &'t [u8; 64 + BEYOND] {
    let rest = &text[from..];
    match rest.first_chunk() {
        Some(bytes) => bytes,
        None => {
            let (filled, beyond) = padded.split_at_mut(rest.len());
            filled.copy_from_slice(rest);
            beyond.fill(0);
            padded
        }
    }
}

/// For eight buckets and each place of a window, the buckets that allow each
/// symbol. A row is a vector of its own, and a line of the cache.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Group([[u8; SYMBOLS]; WIDTH]);

/// The buckets of a plan, eight a group.
fn groups(plan: &Plan<'_>) -> Vec<Group> {
    let count = plan.windows.iter().map(|(_, bucket)| bucket / 8 + 1).max().unwrap_or(1);
    let mut groups = vec![Group([[0; SYMBOLS]; WIDTH]); count];
    for (allowed, bucket) in plan.windows {
        for (row, set) in groups[bucket / 8].0.iter_mut().zip(allowed) {
            for (symbol, buckets) in row.iter_mut().enumerate() {
                *buckets |= ((set >> symbol & 1) as u8) << (bucket % 8);
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefilter::bits::bits;

    /// Numbers that look random, the same each time.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    /// Windows of few symbols, and windows that end early.
    fn windows(numbers: &mut Numbers, count: usize, buckets: usize) -> Vec<(Allowed, usize)> {
        let set =
            |numbers: &mut Numbers| (0..=numbers.below(4)).fold(0, |set, _| set | 1 << numbers.below(64));
        let window = |number: usize| {
            let mut allowed: Allowed = std::array::from_fn(|_| set(numbers));
            if number.is_multiple_of(7) {
                allowed[2 + number % 2..].fill(u64::MAX);
            }
            (allowed, number % buckets)
        };
        (0..count).map(window).collect()
    }

    /// Bytes among which the windows stand often.
    fn text(numbers: &mut Numbers, windows: &[(Allowed, usize)], length: usize) -> Vec<u8> {
        let mut text = Vec::new();
        while text.len() < length {
            let (allowed, _) = windows[numbers.below(windows.len() as u64) as usize];
            for set in allowed {
                let symbols: Vec<usize> = bits(set).collect();
                let symbol = symbols[numbers.below(symbols.len() as u64) as usize];
                // Four bytes have each symbol, see `check`.
                text.push((symbol + 64 * numbers.below(4) as usize) as u8);
            }
            text.extend((0..numbers.below(9)).map(|_| numbers.below(256) as u8));
        }
        text.truncate(length);
        text
    }

    /// What a backend marks lies between where a window stands and where its bucket allows
    /// each byte; a vector unit marks just the latter.
    #[track_caller]
    fn check(backend: Backend, windows: &[(Allowed, usize)], text: &[u8]) {
        let symbols: [u8; 256] = std::array::from_fn(|byte| (byte % 64) as u8);
        let marker = Marker::new(backend, &Plan { symbols: &symbols, windows });
        let mut marks = [0x5555_5555_5555_5555; CHUNK / 64];
        marker.mark(text, &mut marks);
        let mut buckets = vec![[0; WIDTH]; backend.buckets()];
        for (allowed, bucket) in windows {
            buckets[*bucket].iter_mut().zip(allowed).for_each(|(all, set)| *all |= set);
        }
        let symbol = |at: usize| symbols[usize::from(text.get(at).copied().unwrap_or(0))];
        let allows = |allowed: &Allowed, at: usize| {
            allowed.iter().enumerate().all(|(place, set)| set >> symbol(at + place) & 1 == 1)
        };
        for at in 0..text.len().min(CHUNK) {
            let is_marked = marks[at / 64] >> (at % 64) & 1 == 1;
            let stands = windows.iter().any(|(allowed, _)| allows(allowed, at));
            let is_allowed = buckets.iter().any(|allowed| allows(allowed, at));
            let is_exact = backend == Backend::Portable || is_marked == is_allowed;
            assert!(
                (is_marked || !stands) && (is_allowed || !is_marked) && is_exact,
                "{} at {at} of {}: marked {is_marked}, stands {stands}, allowed {is_allowed}",
                backend.name(),
                text.len()
            );
        }
    }

    #[test]
    fn backends_mark_what_may_stand_there() {
        let mut numbers = Numbers(7);
        for backend in Backend::available() {
            for count in [1, 5, 40, 300] {
                let windows = windows(&mut numbers, count, backend.buckets());
                let text = text(&mut numbers, &windows, CHUNK + 200);
                // Every length around the vectors and the chunk, from every alignment.
                for length in (0..=200).chain(CHUNK - 70..=CHUNK + 70) {
                    let start = length % 65;
                    check(backend, &windows, &text[start..start + length]);
                }
            }
        }
    }

    #[test]
    fn backends_are_told_by_their_names() {
        assert!(Backend::available().any(|backend| backend == Backend::Portable));
        let error = Backend::choose("mmx").expect_err("there is no such backend");
        assert!(error.contains("`mmx` is no backend of this processor"), "{error}");
    }
}
