//! Finds, in one scan, where any of many patterns could match.
//!
//! From each parsed pattern a *cover* is chosen ([`window`]): a few windows of
//! four byte classes, one of which stands in every match, as rare in web text
//! as can be had. All windows of all patterns, spelled out and with the case
//! bit dropped, go into one bitmap, so that a scan is one lookup a byte
//! ([`Prefilter::scan`]). Where the bitmap says "maybe", the few windows of that
//! spelling are compared class by class, and only what passes is offered.
//!
//! Patterns that must match a whole line, or start where it does, are told by
//! their [`edges`]: the [`gate`] is asked about a line, and answers for all of
//! them at once. Where that is enough they have no windows.
//!
//! The filter may offer too much, never too little; tests hold it against a
//! search that runs every pattern everywhere.

mod alphabet;
mod backend;
mod buckets;
mod bytes;
mod checks;
mod classes;
mod cover;
mod edges;
mod gate;
mod rows;
mod speller;
mod spellings;
mod start;
mod steps;
mod symbols;
mod table;
mod trial;
mod window;

pub use self::backend::Backend;
use self::{
    backend::CHUNK,
    bytes::FOLDS_TO_ASCII,
    checks::Checks,
    classes::Classes,
    spellings::Spellings,
    table::{Met, Table},
};
pub(crate) use self::{
    bytes::ByteSet,
    cover::{Cover, Offer},
    edges::Edges,
    gate::{Gate, Verdict},
    table::Overfull,
    trial::{Placed, Trial, place, place_of_unit},
    window::cover_of_all,
};

/// Where buckets of windows allow more places than one in so many bytes, they say
/// too little.
const MOST_ALLOWED: f32 = 0.02;
/// Places that are looked at before what stands there is confirmed.
const AT_ONCE: usize = 32;
/// Stands in for a probe: the window is one of [`FOLDS_TO_ASCII`].
const FOLDS: u32 = u32::MAX;

/// The windows of all probes, compiled.
///
/// A probe is whatever the caller wants to be told about: here a pattern, or a
/// rule with several.
#[derive(Clone, Debug)]
pub(crate) struct Prefilter {
    checks: Checks,
    /// Windows by their classes: all, or those that have too many spellings.
    few: Classes,
    /// Windows by their spellings.
    many: Option<(Spellings, Table)>,
    /// Probes that may match [`FOLDS_TO_ASCII`] where their windows have ASCII.
    folding: Vec<u32>,
}

/// A place, the buckets that allow it, and what is known of its spelling.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    at: usize,
    buckets: u64,
    met: Option<Met>,
}

impl Prefilter {
    /// Compiles the covers of all probes, each with its number.
    pub(crate) fn new<'a>(
        backend: Backend,
        probes: impl IntoIterator<Item = (u32, &'a Cover)> + Clone,
    ) -> Result<Self, Overfull> {
        Self::with(backend, probes, MOST_ALLOWED)
    }

    /// The same, going by classes where they allow fewer places than `most_allowed`.
    fn with<'a>(
        backend: Backend,
        probes: impl IntoIterator<Item = (u32, &'a Cover)> + Clone,
        most_allowed: f32,
    ) -> Result<Self, Overfull> {
        let mut checks = Checks::default();
        let mut folding = Vec::new();
        for (probe, cover) in probes.clone() {
            checks.add_windows(probe, cover)?;
            if cover.folding {
                folding.push(probe);
            }
        }
        let windows = checks.len();
        for (probe, cover) in probes {
            checks.add_starts(probe, &cover.starts)?;
        }
        for character in FOLDS_TO_ASCII.iter().filter(|_| !folding.is_empty()) {
            checks.add_bytes(FOLDS, (0, Some(0)), character.as_bytes())?;
        }
        let all = Classes::new(backend, &checks, 0..checks.len());
        if let Some(few) = all.filter(|all| all.cost < most_allowed) {
            checks.order_tests(0)?;
            return Ok(Prefilter { checks, few, many: None, folding });
        }
        checks.order_tests(windows)?;
        let table = Table::new(&checks, windows)?;
        let few = Classes::new(backend, &checks, windows..checks.len()).ok_or(Overfull)?;
        let spellings = Spellings::new(table.keys(), table.spellings);
        Ok(Prefilter { few, many: Some((spellings, table)), checks, folding })
    }

    /// Calls `offer` for each window of a probe found in `text`, in the order of
    /// the places. Returns the probes that have to look at all of `text`, because it
    /// holds a character that folds to an ASCII letter; the windows know only the
    /// letter.
    pub(crate) fn scan(&self, text: &[u8], mut offer: impl FnMut(Offer)) -> &[u32] {
        let mut folds = false;
        let mut offer = |offered: Offer| match offered.probe {
            FOLDS => folds = true,
            _ => offer(offered),
        };
        let (mut few, mut many) = ([0; CHUNK / 64], [0; CHUNK / 64]);
        let mut places = [Place::default(); AT_ONCE];
        let mut count = 0;
        for chunk in (0..text.len()).step_by(CHUNK) {
            self.few.mark(&text[chunk..], &mut few);
            if let Some((spellings, _)) = &self.many {
                spellings.mark(&text[chunk..], &mut many);
            }
            for (start, (few, many)) in (chunk..text.len()).step_by(64).zip(few.iter().zip(&many)) {
                let mut left = few | many;
                while left != 0 {
                    let bit = left.trailing_zeros();
                    left &= left - 1;
                    let at = start + bit as usize;
                    if at >= text.len() {
                        break;
                    }
                    let buckets = if few >> bit & 1 == 1 { self.few.allow(text, at) } else { 0 };
                    let table = self.many.as_ref().filter(|_| many >> bit & 1 == 1);
                    let met = table.map(|(_, table)| table.met_at(text, at));
                    if buckets != 0 || met.is_some() {
                        places[count] = Place { at, buckets, met };
                        count += 1;
                        if count == AT_ONCE {
                            self.confirm(text, &places, &mut offer);
                            count = 0;
                        }
                    }
                }
            }
        }
        self.confirm(text, &places[..count], &mut offer);
        if folds { &self.folding } else { &[] }
    }

    /// Calls `offer` for what stands at these places.
    fn confirm(&self, text: &[u8], places: &[Place], offer: &mut impl FnMut(Offer)) {
        for place in places {
            if let (Some(met), Some((_, table))) = (place.met, &self.many) {
                table.checks(met).for_each(|check| self.checks.confirm(check, text, place.at, offer));
            }
            self.few.checks(place.buckets, text, place.at, |check| {
                self.checks.confirm(check, text, place.at, offer);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERNS: [&str; 9] = [
        "%MINIFYHTML[0-9a-f]{4}",
        "& # [0-9]{2,5};",
        "(?i)kiosk",
        "[!?]{4,}",
        "\u{fffd}",
        "(?m)^Plus:",
        "x\u{7}",
        "[a-z]{2}q[a-z] [0-9]",
        "[b-e][aeiou][x-z]z",
    ];

    /// A place, a probe, and the distance from the start of a match.
    type Offered = (usize, u32, Option<usize>);

    /// All offers in a text, in their order, and the probes that look everywhere.
    fn offers(prefilter: &Prefilter, text: &[u8]) -> (Vec<Offered>, Vec<u32>) {
        let mut offers = Vec::new();
        let folding = prefilter.scan(text, |offer| offers.push((offer.at, offer.probe, offer.prefix)));
        (offers, folding.to_vec())
    }

    fn covers() -> Vec<Cover> {
        let cover = |pattern: &&str| place(&regex_syntax::parse(pattern).expect(pattern)).0.expect(pattern);
        PATTERNS.iter().map(cover).collect()
    }

    /// By spellings or by classes, with any backend: what stands there is what is offered.
    #[test]
    fn filters_offer_the_same() {
        let covers = covers();
        let probes = || (0..).zip(&covers);
        let piece = [
            "%MINIFYHTML12af ",
            "& # 39; ",
            "KIOSK ",
            "ki",
            "osk",
            "?!?!?!",
            "\u{fffd}",
            "\nPlus:",
            "x\u{7}",
            "abqc 1",
            "abcexz",
            "plain words, and more ",
            "é",
            "\u{17f}",
            "\n",
            " ",
            "%",
            "&",
        ];
        let mut text = String::new();
        let mut state = 7u64;
        while text.len() < 3 * CHUNK {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(piece[(state >> 33) as usize % piece.len()]);
        }
        let lengths = (0..150).chain(CHUNK - 70..CHUNK + 70).chain([text.len()]);
        let texts: Vec<&[u8]> =
            lengths.map(|length| &text.as_bytes()[length % 3..][..length.min(text.len() - 3)]).collect();
        let spelled = Prefilter::with(Backend::Portable, probes(), 0.0).expect("so few fit");
        assert!(spelled.many.is_some());
        let expected: Vec<_> = texts.iter().map(|text| offers(&spelled, text)).collect();
        let found = |probe: u32| expected.iter().flat_map(|(offers, _)| offers).any(|offer| offer.1 == probe);
        assert!((0..PATTERNS.len() as u32).all(found));
        assert!(expected.iter().any(|(_, folding)| folding == &[2]));
        for backend in Backend::available() {
            let classed = Prefilter::with(backend, probes(), 1.0).expect("so few fit");
            assert!(classed.many.is_none());
            for (text, expected) in texts.iter().zip(&expected) {
                let mut found = offers(&classed, text);
                found.0.sort_by_key(|&(at, probe, _)| (at, probe));
                let mut expected = expected.clone();
                expected.0.sort_by_key(|&(at, probe, _)| (at, probe));
                assert_eq!(found, expected, "{}, {} bytes", backend.name(), text.len());
            }
        }
    }
}
