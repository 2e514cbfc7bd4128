//! Finds, in one scan, where any of many patterns could match.
//!
//! From each parsed pattern a *cover* is chosen ([`window`]): a few windows of
//! four byte classes, one of which stands in every match, as rare in web text
//! as can be had. All windows of all patterns, spelled out and with the case
//! bit dropped, go into one bitmap, so that a scan is one lookup a byte
//! ([`Prefilter::scan`]). Where the bitmap says "maybe", the few windows of that
//! spelling are compared class by class, and only what passes is offered.
//!
//! Windows near the start of a line that a pattern must match from its start go
//! into tables of their own, one for each distance: these are looked up once a
//! line, not once a byte ([`Prefilter::scan_line`]).
//!
//! The filter may offer too much, never too little; tests hold it against a
//! search that runs every pattern everywhere.

mod bytes;
mod cover;
mod start;
mod table;
mod window;

use std::ops::Range;

use self::{
    bytes::CASE_BIT,
    cover::Window,
    start::{Start, Starts},
    table::{Table, key_at},
    window::LINE_START,
};
pub(crate) use self::{
    cover::Cover,
    table::Overfull,
    window::{cover_of_all, cover_of_any},
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
    /// Windows at so many bytes from the start of a line, by this distance.
    in_lines: Vec<(usize, Table)>,
    /// Starts of matches too short for a window, anywhere and in lines.
    short: Option<Starts>,
    short_in_lines: Option<Starts>,
    /// Probes that may match [`FOLDS_TO_ASCII`] where their windows have ASCII.
    folding: Vec<u32>,
}

impl Prefilter {
    /// Compiles the covers of all probes, each with its number and whether its
    /// matches start where a line does.
    pub(crate) fn new<'a>(
        probes: impl IntoIterator<Item = (u32, bool, &'a Cover)>,
    ) -> Result<Self, Overfull> {
        let mut anywhere: Vec<(u32, &Cover, &Window<u16>)> = Vec::new();
        let mut in_lines: Vec<Vec<(u32, &Cover, &Window<u16>)>> = vec![Vec::new(); LINE_START + 1];
        let (mut short, mut short_in_lines) = (Vec::new(), Vec::new());
        let mut folding = Vec::new();
        for (probe, starts_line, cover) in probes {
            if cover.folding {
                folding.push(probe);
            }
            let starts = cover.starts.iter().map(|&start| (probe, start));
            if starts_line { &mut short_in_lines } else { &mut short }.extend(starts);
            for window in &cover.windows {
                match window.prefix {
                    (least, Some(most)) if starts_line && most <= LINE_START => {
                        in_lines[least..=most].iter_mut().for_each(|list| list.push((probe, cover, window)));
                    }
                    _ => anywhere.push((probe, cover, window)),
                }
            }
        }
        let starts = |all: Vec<(u32, Start)>| (!all.is_empty()).then(|| Starts::new(&all));
        let tables = in_lines.iter().enumerate().filter(|(_, windows)| !windows.is_empty());
        Ok(Prefilter {
            anywhere: Table::new(&anywhere)?,
            in_lines: tables
                .map(|(distance, windows)| Ok((distance, Table::new(windows)?)))
                .collect::<Result<_, Overfull>>()?,
            short: starts(short),
            short_in_lines: starts(short_in_lines),
            folding,
        })
    }

    /// Calls `offer(probe, at)` for each window of a probe found in `text`, for
    /// every probe in the order of the places; `at` is where the window starts.
    pub(crate) fn scan(&self, text: &[u8], mut offer: impl FnMut(u32, usize)) {
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
                self.anywhere.confirm(text, place, |probe| offer(probe, place));
                hits &= hits - 1;
            }
            at += 5;
        }
        for place in at..text.len() {
            if self.anywhere.maybe(key_at(text, place)) != 0 {
                self.anywhere.confirm(text, place, |probe| offer(probe, place));
            }
        }
        if let Some(short) = &self.short {
            short.scan(text, &mut offer);
        }
    }

    /// Whether there is anything to look up in lines.
    pub(crate) fn looks_at_lines(&self) -> bool {
        !self.in_lines.is_empty() || self.short_in_lines.is_some()
    }

    /// Calls `offer` with each probe of which a window stands in `line`, the
    /// place of a line without the blanks at its ends.
    pub(crate) fn scan_line(&self, text: &[u8], line: &Range<usize>, mut offer: impl FnMut(u32)) {
        if let Some(short) = self.short_in_lines.as_ref().filter(|_| !line.is_empty()) {
            short.at(text, line.start, &mut offer);
        }
        for (distance, table) in &self.in_lines {
            let place = line.start + distance;
            if place >= line.end {
                break;
            }
            if table.maybe(key_at(text, place)) != 0 {
                table.confirm(text, place, &mut offer);
            }
        }
    }

    /// Probes that must look at all of `text`, because it holds a character
    /// that folds to an ASCII letter; the windows know only the letter.
    pub(crate) fn folding(&self, text: &[u8]) -> &[u32] {
        let folds = |needle: &&str| memchr::memmem::find(text, needle.as_bytes()).is_some();
        if self.folding.is_empty() || !FOLDS_TO_ASCII.iter().any(folds) { &[] } else { &self.folding }
    }
}
