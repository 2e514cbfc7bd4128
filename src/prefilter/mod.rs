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

mod bytes;
mod cover;
mod edges;
mod gate;
mod start;
mod steps;
mod table;
mod trial;
mod window;

use self::{
    bytes::CASE_BIT,
    cover::Window,
    start::{Start, Starts},
    table::{Table, key_at},
};
pub(crate) use self::{
    cover::{Cover, Offer},
    edges::Edges,
    gate::{Gate, Verdict},
    table::Overfull,
    trial::{Placed, Trial, place, place_of_unit},
    window::cover_of_all,
};

/// The only characters outside ASCII that a case-insensitive ASCII letter
/// matches: `ſ` and the Kelvin sign. Source: Unicode CaseFolding.txt.
const FOLDS_TO_ASCII: [&str; 2] = ["\u{17f}", "\u{212a}"];

/// The windows of all probes, compiled.
///
/// A probe is whatever the caller wants to be told about: here a pattern, or a
/// rule with several.
#[derive(Clone, Debug)]
pub(crate) struct Prefilter {
    /// Windows that may stand anywhere.
    anywhere: Table,
    /// Starts of matches too short for a window.
    short: Option<Starts>,
    /// Probes that may match [`FOLDS_TO_ASCII`] where their windows have ASCII.
    folding: Vec<u32>,
}

impl Prefilter {
    /// Compiles the covers of all probes, each with its number.
    pub(crate) fn new<'a>(probes: impl IntoIterator<Item = (u32, &'a Cover)>) -> Result<Self, Overfull> {
        let mut anywhere: Vec<(u32, &Cover, &Window<u16>)> = Vec::new();
        let mut short: Vec<(u32, Start)> = Vec::new();
        let mut folding = Vec::new();
        for (probe, cover) in probes {
            if cover.folding {
                folding.push(probe);
            }
            short.extend(cover.starts.iter().map(|&start| (probe, start)));
            anywhere.extend(cover.windows.iter().map(|window| (probe, cover, window)));
        }
        Ok(Prefilter {
            anywhere: Table::new(&anywhere)?,
            short: (!short.is_empty()).then(|| Starts::new(&short)),
            folding,
        })
    }

    /// Calls `offer` for each window of a probe found in `text`, for every probe
    /// in the order of the places.
    pub(crate) fn scan(&self, text: &[u8], mut offer: impl FnMut(Offer)) {
        const FOLD: u64 = u64::from_ne_bytes([CASE_BIT; 8]);
        let mut at = 0;
        // Eight bytes hold five windows.
        while let Some(chunk) = text.get(at..at + 8) {
            let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default()) | FOLD;
            let mut hits = 0;
            for k in 0..5 {
                hits |= self.anywhere.maybe((word >> (8 * k)) as u32) << k;
            }
            while hits != 0 {
                let place = at + hits.trailing_zeros() as usize;
                self.anywhere.confirm(text, place, &mut offer);
                hits &= hits - 1;
            }
            at += 5;
        }
        for place in at..text.len() {
            if self.anywhere.maybe(key_at(text, place)) != 0 {
                self.anywhere.confirm(text, place, &mut offer);
            }
        }
        if let Some(short) = &self.short {
            short.scan(text, &mut offer);
        }
    }

    /// Probes that must look at all of `text`, because it holds a character
    /// that folds to an ASCII letter; the windows know only the letter.
    pub(crate) fn folding(&self, text: &[u8]) -> &[u32] {
        let folds = |needle: &&str| memchr::memmem::find(text, needle.as_bytes()).is_some();
        if self.folding.is_empty() || !FOLDS_TO_ASCII.iter().any(folds) { &[] } else { &self.folding }
    }
}
