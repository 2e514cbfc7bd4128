//! Finds, in one scan, where any of many patterns could match.
//!
//! From each parsed pattern a *cover* is chosen ([`window`]): a few windows of
//! four byte classes, one of which stands in every match, as rare in web text
//! as can be had. Few windows are looked for by their [`classes`], many by their
//! [`spellings`], in one scan ([`Prefilter::scan`]). Where either says "maybe", the
//! windows that may stand there are compared class by class, and only what passes
//! is offered.
//!
//! Patterns that must match a whole line, or start where it does, are told by
//! their [`edges`]: the [`gate`] is asked about a line, and answers for all of
//! them at once. Where that is enough they have no windows.
//!
//! The filter may offer too much, never too little; tests hold it against a
//! search that runs every pattern everywhere.

mod alphabet;
mod backend;
mod bits;
mod buckets;
mod bytes;
mod checks;
mod classes;
mod cover;
mod edges;
mod gate;
mod mark;
mod outer;
mod rows;
mod scratch;
mod sink;
mod speller;
mod spellings;
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
    classes::{Classes, MOST_CHECKS},
    scratch::{BATCH, Candidate, Gathered, Place, batches},
    sink::Told,
    spellings::Spellings,
    table::Table,
    window::MOST_KEYS,
};
pub(crate) use self::{
    bytes::{ByteSet, CASE_BIT, frequency},
    cover::{Cover, Offer},
    edges::{Edges, Head},
    gate::{Gate, Verdict},
    outer::{Outer, Side, outer_of_class},
    scratch::Scratch,
    sink::{Sink, Sought},
    table::Overfull,
    trial::{Placed, Trial, place, place_of_unit},
    window::cover_of_all,
};

/// Where buckets of windows allow more places than one in so many bytes, they say
/// too little.
const MOST_ALLOWED: f32 = 0.02;
/// The same where the others are looked for by their spellings.
const MOST_ALLOWED_BESIDE: f32 = 0.2;
/// A window of more spellings than this is looked for by its classes.
const MOST_SPELLED: usize = 64;
/// Stands in for a probe: the window is one of [`FOLDS_TO_ASCII`].
const FOLDS: u32 = u32::MAX;

/// The windows of all probes, compiled.
///
/// A probe is whatever the caller wants to be told about: here a pattern, or a
/// rule with several.
#[derive(Clone, Debug)]
pub(crate) struct Prefilter {
    checks: Checks,
    /// Windows by their classes: all, or those that have many spellings.
    few: Classes,
    /// Windows by their spellings.
    many: Option<(Spellings, Table)>,
    /// Probes that may match [`FOLDS_TO_ASCII`] where their windows have ASCII.
    folding: Vec<u32>,
}

impl Prefilter {
    /// Compiles the covers of all probes, each with its number.
    pub(crate) fn new<'a>(
        backend: Backend,
        probes: impl IntoIterator<Item = Sought<'a>>,
    ) -> Result<Self, Overfull> {
        Self::with(backend, probes, [MOST_ALLOWED, MOST_ALLOWED_BESIDE])
    }

    /// The same, going by the classes of all windows, or else of wide ones, where they
    /// allow fewer places than this.
    fn with<'a>(
        backend: Backend,
        probes: impl IntoIterator<Item = Sought<'a>>,
        [most_allowed, most_beside]: [f32; 2],
    ) -> Result<Self, Overfull> {
        let mut checks = Checks::default();
        let mut folding = Vec::new();
        for sought in probes {
            checks.add_windows(sought)?;
            if sought.cover.folding {
                folding.push(sought.probe);
            }
        }
        let spellable = checks.narrow_first(MOST_KEYS);
        let narrow = checks.narrow_first(MOST_SPELLED);
        for character in FOLDS_TO_ASCII.iter().filter(|_| !folding.is_empty()) {
            checks.add_bytes(FOLDS, character.as_bytes())?;
        }
        let mut classes = |spelled: usize, most_allowed: f32| {
            if checks.len() - spelled > MOST_CHECKS {
                return Ok(None);
            }
            checks.order_tests(spelled)?;
            let classes = Classes::new(backend, &checks, spelled..checks.len());
            Ok((classes.cost < most_allowed).then_some(classes))
        };
        if let Some(few) = classes(0, most_allowed)? {
            return Ok(Prefilter { checks, few, many: None, folding });
        }
        let (spelled, few) = match classes(narrow, most_beside)? {
            Some(few) => (narrow, few),
            None => (spellable, classes(spellable, f32::INFINITY)?.ok_or(Overfull)?),
        };
        let table = Table::new(&checks, spelled)?;
        let spellings = Spellings::new(backend, &table.keys());
        Ok(Prefilter { few, many: Some((spellings, table)), checks, folding })
    }

    /// Offers `sink` each window of a probe found in `text`, in the order of the
    /// places. Returns the probes that have to look at all of `text`, because it
    /// holds a character that folds to an ASCII letter; the windows know only the
    /// letter.
    pub(crate) fn scan(&self, scratch: &mut Scratch, text: &[u8], sink: &mut impl Sink) -> &[u32] {
        let mut told = Told { sink, folds: false, last: None };
        match &self.many {
            None => self.scan_classes(scratch, text, &mut told),
            Some((spellings, table)) => self.scan_all(spellings, table, scratch, text, &mut told),
        }
        if told.folds { &self.folding } else { &[] }
    }

    /// Goes by classes.
    fn scan_classes(&self, scratch: &mut Scratch, text: &[u8], sink: &mut impl Sink) {
        let Scratch { few, marked, places, candidates, .. } = scratch;
        for chunk in (0..text.len()).step_by(CHUNK) {
            self.few.mark(&text[chunk..], few);
            for (start, few) in batches(chunk, text).zip(few.chunks(BATCH)) {
                for &offset in marked.places(few, text.len() - start) {
                    let at = start + usize::from(offset);
                    let buckets = self.few.allow(text, at);
                    if places.note(Place { at, buckets, met: None }, buckets != 0) {
                        self.confirm_classes(places.take(), candidates, text, sink);
                    }
                }
            }
        }
        self.confirm_classes(places.take(), candidates, text, sink);
    }

    fn confirm_classes(
        &self,
        places: &[Place],
        candidates: &mut Gathered<Candidate>,
        text: &[u8],
        sink: &mut impl Sink,
    ) {
        let mut confirm = |candidates: &[Candidate]| {
            for &Candidate { at, windows } in candidates {
                self.few.glances(windows).for_each(|glance| self.checks.confirm(glance, text, at, sink));
            }
        };
        for &Place { at, buckets, .. } in places {
            for windows in self.few.windows_at(buckets, text, at) {
                if candidates.note(Candidate { at, windows }, windows.any()) {
                    confirm(candidates.take());
                }
            }
        }
        confirm(candidates.take());
    }

    /// Goes by classes and by spellings.
    fn scan_all(
        &self,
        spellings: &Spellings,
        table: &Table,
        scratch: &mut Scratch,
        text: &[u8],
        sink: &mut impl Sink,
    ) {
        let Scratch { few, many, marked, places, .. } = scratch;
        let mut confirm = |places: &[Place]| {
            for &Place { at, buckets, met } in places {
                for glance in met.map(|met| table.glances(met)).unwrap_or_default() {
                    self.checks.confirm(glance, text, at, sink);
                }
                for glance in self.few.windows_at(buckets, text, at).flat_map(|it| self.few.glances(it)) {
                    self.checks.confirm(glance, text, at, sink);
                }
            }
        };
        for chunk in (0..text.len()).step_by(CHUNK) {
            self.few.mark(&text[chunk..], few);
            spellings.mark(&text[chunk..], many);
            let words = few.chunks(BATCH).zip(many.chunks(BATCH));
            for (start, (few, many)) in batches(chunk, text).zip(words) {
                let either: [u64; BATCH] = std::array::from_fn(|index| few[index] | many[index]);
                for &offset in marked.places(&either, text.len() - start) {
                    let (word, bit, at) =
                        (usize::from(offset / 64), offset % 64, start + usize::from(offset));
                    let buckets = if few[word] >> bit & 1 == 1 { self.few.allow(text, at) } else { 0 };
                    let met = (many[word] >> bit & 1 == 1).then(|| table.met_at(text, at));
                    if places.note(Place { at, buckets, met }, buckets != 0 || met.is_some()) {
                        confirm(places.take());
                    }
                }
            }
        }
        confirm(places.take());
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
        let mut note = |offer: Offer| offers.push((offer.at, offer.probe, offer.prefix));
        let folding = prefilter.scan(&mut Scratch::default(), text, &mut note);
        (offers, folding.to_vec())
    }

    fn covers() -> Vec<Cover> {
        let cover = |pattern: &&str| place(&regex_syntax::parse(pattern).expect(pattern)).0.expect(pattern);
        PATTERNS.iter().map(cover).collect()
    }

    /// A word boundary, and what stands before the part that is tried, are told by the bytes
    /// beside a window.
    #[test]
    fn what_stands_beside_a_window_is_compared() {
        let check = |pattern: &str, text: &str, expected: bool| {
            let parsed = regex_syntax::parse(pattern).expect(pattern);
            let cover = place(&parsed).0.expect(pattern);
            let sought = [Sought { probe: 0, cover: &cover, seat: None }];
            for limits in [[0.0, 0.0], [1.0, 1.0]] {
                let prefilter = Prefilter::with(Backend::Portable, sought, limits).expect("it fits");
                let found = !offers(&prefilter, text.as_bytes()).0.is_empty();
                assert_eq!(found, expected, "{pattern} in {text:?}");
            }
        };
        for (text, expected) in [
            ("quiz", true),
            ("a quiz.", true),
            ("équizé", true),
            ("equiz", false),
            ("quizzes", false),
            ("_quiz", false),
        ] {
            check(r"\bquiz\b", text, expected);
        }
        for (text, expected) in [("abcquiz ", true), ("a quox ", false), ("Aquiz ", false)] {
            check("([a-z]+[bc])(quiz|quox) ", text, expected);
        }
        // Of what may be there or not, and of what follows it, the nearest byte is told.
        for (text, expected) in [("quiz1", true), ("quizb1", true), ("quiz.", true), ("quizc", false)] {
            check(r"quiz[ab]*(?:\.|[0-9]+)", text, expected);
        }
        for (text, expected) in [("1quiz", true), ("xbquiz", true), ("cquiz", false), ("quiz", false)] {
            check("[1x][ab]*quiz", text, expected);
        }
        // And so are those behind, as far as all ways to fill the gap say something.
        for (text, expected) in
            [("quizee ee", true), ("quizabee ee", true), ("quizax ee", false), ("quizabx ee", false)]
        {
            check("quiz[ab]{0,2}ee ee", text, expected);
        }
        for (text, expected) in
            [("ee eequiz", true), ("ee eebaquiz", true), ("ee xaquiz", false), ("ee xbaquiz", false)]
        {
            check("ee ee[ab]{0,2}quiz", text, expected);
        }
        check("quiz[ab]*", "quizc", true);
        check("quiz[ab]+", "quizc", false);
        check(r"quiz\b[.a]*c", "quizac", false);
        check("éa?quiz", "equiz", false);
    }

    #[test]
    fn what_stands_at_the_end_of_a_text_is_found() {
        let cover =
            place(&regex_syntax::parse(r"(?-u:\b)zax(?-u:\b)").expect("a pattern")).0.expect("a cover");
        let sought = [Sought { probe: 0, cover: &cover, seat: None }];
        for backend in Backend::available() {
            for limits in [[0.0, 0.0], [1.0, 1.0]] {
                let prefilter = Prefilter::with(backend, sought, limits).expect("it fits");
                for length in 0..200 {
                    let text = format!("{} zax", "b".repeat(length));
                    let at = length + 1;
                    assert_eq!(
                        offers(&prefilter, text.as_bytes()).0,
                        [(at, 0, Some(0))],
                        "{}",
                        backend.name()
                    );
                }
            }
        }
    }

    /// By spellings or by classes, with any backend: what stands there is what is offered.
    #[test]
    fn filters_offer_the_same() {
        let covers = covers();
        let probes = || (0..).zip(&covers).map(|(probe, cover)| Sought { probe, cover, seat: None });
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
        let spelled = Prefilter::with(Backend::Portable, probes(), [0.0, 0.0]).expect("so few fit");
        assert!(spelled.many.is_some());
        let expected: Vec<_> = texts.iter().map(|text| offers(&spelled, text)).collect();
        let found = |probe: u32| expected.iter().flat_map(|(offers, _)| offers).any(|offer| offer.1 == probe);
        assert!((0..PATTERNS.len() as u32).all(found));
        assert!(expected.iter().all(|(offers, _)| offers.is_sorted_by(|a, b| a.0 <= b.0 && a != b)));
        assert!(expected.iter().any(|(_, folding)| folding == &[2]));
        for (backend, limits) in Backend::available()
            .flat_map(|backend| [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]].map(|limits| (backend, limits)))
        {
            let classed = Prefilter::with(backend, probes(), limits).expect("so few fit");
            assert_eq!(classed.many.is_none(), limits[0] > 0.0);
            for (text, expected) in texts.iter().zip(&expected) {
                let in_order = |(mut offers, folding): (Vec<Offered>, Vec<u32>)| {
                    offers.sort_unstable();
                    offers.dedup();
                    (offers, folding)
                };
                let (found, expected) = (in_order(offers(&classed, text)), in_order(expected.clone()));
                assert_eq!(found, expected, "{}, {} bytes", backend.name(), text.len());
            }
        }
    }
}
