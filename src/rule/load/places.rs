//! Where the patterns of a rule are looked for.

use regex_syntax::hir::Hir;

use super::super::data::{Guard, Unit};
use crate::{
    openings::{Ending, split},
    prefilter::{Cover, Edges, Placed, cover_of_all, place, place_of_unit},
};

/// Where each pattern is looked for, or, without any, what must be there as well;
/// then, of patterns that look at units, what is known of those.
pub(super) fn places(unit: Unit, any: &[Hir], all: &[Hir]) -> (Vec<Placed>, Vec<Guard>) {
    if unit == Unit::Span {
        return (any.iter().map(place).collect(), Vec::new());
    }
    if any.is_empty() {
        return (vec![(cover_of_all(all), None)], Vec::new());
    }
    any.iter().map(|pattern| guarded(pattern, unit == Unit::Line)).unzip()
}

/// The same for one pattern, of what is not told by how lines open.
fn guarded(pattern: &Hir, in_lines: bool) -> (Placed, Guard) {
    let (openings, rest) = if in_lines { split(pattern) } else { (Vec::new(), Some(pattern.clone())) };
    let ending = Ending::of(pattern);
    let Some(rest) = rest else {
        return ((Some(Cover::none(false)), None), Guard { openings, ending, edges: None });
    };
    let mut edges = Edges::of(&rest);
    let (cover, trial) = place_of_unit(&rest, &mut edges, in_lines);
    // A trial is a part of the whole pattern, not of the rest.
    let trial = trial.filter(|_| openings.is_empty());
    ((cover, trial), Guard { openings, ending, edges: Some(edges) })
}
