//! What must hold around a match: the fields that take the place of
//! look-around.

use std::ops::Range;

use super::data::{Context, Following, Neighbour, Part, Shape};
use super::parse::Pattern;
use crate::{
    layout::{Layout, Unit},
    page::Page,
    prose,
    span::Span,
};

/// The bytes that a word of a unit with at most so many words may have at the
/// most; longer units are turned away without counting.
const LONGEST_WORD: usize = 80;

impl Context {
    /// What a finding at `span` covers if the rule may fire there: `span` and the
    /// units that follow and belong to it. The span was found in `unit` if the
    /// rule looks at units.
    pub(crate) fn covers(&self, page: &Page<'_>, span: Span, unit: Option<(&[Unit], &Unit)>) -> Option<Span> {
        if !self.holds_in_line(page, span, unit.map(|(_, unit)| unit.span)) {
            return None;
        }
        let last = match (&self.following, unit) {
            (Some(following), Some((units, unit))) => Some(following.last(page, units, unit)?),
            _ => None,
        };
        let holds = self.holds_at_place(page, span)
            && self.holds_among_units(page, span, unit, last)
            && !self.protected.iter().any(|&kind| page.protects(kind, span));
        holds.then(|| Span::new(span.start, last.map_or(span.end, |unit| unit.span.end)))
    }

    /// Whether a finding within `line` can be where it has to be in a text of so
    /// many bytes; a quick look before any search.
    pub(crate) fn may_stand_at(&self, line: &Range<usize>, length: usize) -> bool {
        let length = length as f64;
        self.place.head.is_none_or(|share| line.start as f64 <= share * length)
            && (self.following.is_some()
                || self.place.tail.is_none_or(|share| line.end as f64 >= (1.0 - share) * length))
    }

    /// Whether a unit may have the shape that is asked for; also a quick look.
    pub(crate) fn may_have_shape(&self, unit: &str) -> bool {
        self.shape.as_ref().is_none_or(|shape| shape.has_words(unit))
    }

    /// The conditions on the place in the document that need no layout.
    fn holds_at_place(&self, page: &Page<'_>, span: Span) -> bool {
        let place = &self.place;
        if !place.fields.is_empty() && !place.fields.iter().any(|field| field == page.document.field) {
            return false;
        }
        let length = page.text().len() as f64;
        place.head.is_none_or(|share| span.start as f64 <= share * length)
            && place.tail.is_none_or(|share| span.end as f64 >= (1.0 - share) * length)
    }

    /// The conditions on the text right around the span.
    fn holds_in_line(&self, page: &Page<'_>, span: Span, unit: Option<Span>) -> bool {
        let text = page.text();
        let around = [&self.all, &self.unless, &self.before, &self.not_before, &self.after, &self.not_after];
        if around.iter().all(|patterns| patterns.is_empty()) {
            return true;
        }
        let line = unit.unwrap_or_else(|| page.line_around(span));
        let whole = &text[line.range()];
        let (before, after) = (&text[line.start..span.start], &text[span.end..line.end]);
        let one = |patterns: &[Pattern], text: &str| patterns.iter().any(|p| p.is_match(text));
        self.all.iter().all(|p| p.is_match(whole))
            && !one(&self.unless, whole)
            && (self.before.is_empty() || one(&self.before, before))
            && !one(&self.not_before, before)
            && (self.after.is_empty() || one(&self.after, after))
            && !one(&self.not_after, after)
    }

    /// The conditions that need the layout of the whole text; `last` is the last
    /// of the units that follow and belong to the finding.
    fn holds_among_units(
        &self,
        page: &Page<'_>,
        span: Span,
        unit: Option<(&[Unit], &Unit)>,
        last: Option<&Unit>,
    ) -> bool {
        let place = &self.place;
        let needs_layout = place.first_lines.is_some()
            || place.last_lines.is_some()
            || self.previous.is_some()
            || self.next.is_some()
            || self.shape.is_some()
            || self.repeats.is_some();
        if !needs_layout {
            return true;
        }
        let layout = page.layout();
        let found = unit.or_else(|| page.standing_at(span).map(|unit| (&layout.standing[..], unit)));
        let Some((units, unit)) = found else { return false };
        let text = page.text();
        let whole = &text[unit.span.range()];
        let last = last.unwrap_or(unit);
        let standing = |at: &Unit| {
            Layout::unit_at(&layout.standing, at.span.start).map_or(at.ordinal, |unit| unit.ordinal)
        };
        place.first_lines.is_none_or(|n| standing(unit) < n)
            && place.last_lines.is_none_or(|n| standing(last) + n >= layout.standing.len())
            && self.shape.as_ref().is_none_or(|shape| shape.fits(whole))
            && self.repeats.is_none_or(|n| page.count_line(whole) >= n)
            && self.previous.as_ref().is_none_or(|neighbour| {
                let previous = unit.ordinal.checked_sub(1).map(|i| &units[i]);
                neighbour.fits(text, previous, layout.blank_before(unit))
            })
            && self.next.as_ref().is_none_or(|neighbour| {
                neighbour.fits(text, units.get(last.ordinal + 1), layout.blank_after(last))
            })
    }

    /// Whether the same text at another place of a document may be judged
    /// otherwise.
    pub(crate) fn leans_on_position(&self) -> bool {
        let edge = |n: &Option<Neighbour>| {
            n.as_ref().is_some_and(|n| n.is.contains(&Part::Edge) || n.not.contains(&Part::Edge))
        };
        let place = &self.place;
        place.first_lines.is_some()
            || place.last_lines.is_some()
            || place.head.is_some()
            || place.tail.is_some()
            || edge(&self.previous)
            || edge(&self.next)
    }
}

impl Following {
    /// The last of the units below `unit` that belong to it, if there are enough.
    fn last<'u>(&self, page: &Page<'_>, units: &'u [Unit], unit: &Unit) -> Option<&'u Unit> {
        let layout = page.layout();
        let fits = |unit: &&Unit| self.unit.fits(page.text(), Some(unit), layout.blank_before(unit));
        let taken = units[unit.ordinal + 1..].iter().take(self.max).take_while(fits).count();
        (taken >= self.min).then(|| &units[unit.ordinal + taken])
    }
}

impl Neighbour {
    fn fits(&self, text: &str, unit: Option<&Unit>, blank: bool) -> bool {
        let whole = unit.map(|unit| &text[unit.span.range()]);
        let kind = whole.map(prose::kind);
        let is = |part: &Part| match part {
            Part::Blank => blank,
            Part::Edge => kind.is_none(),
            Part::Kind(part) => kind == Some(*part),
        };
        let one = |patterns: &[Pattern]| whole.is_some_and(|text| patterns.iter().any(|p| p.is_match(text)));
        let counted = |range| whole.is_none_or(|text| has_words(text, range));
        (self.is.is_empty() || self.is.iter().any(is))
            && !self.not.iter().any(is)
            && self.words.is_none_or(counted)
            && (self.any.is_empty() || one(&self.any))
            && !one(&self.unless)
    }
}

impl Shape {
    fn has_words(&self, text: &str) -> bool {
        self.words.is_none_or(|(min, max)| {
            max.checked_mul(LONGEST_WORD).is_none_or(|most| text.len() <= most) && has_words(text, (min, max))
        })
    }

    pub(crate) fn fits(&self, text: &str) -> bool {
        if !self.has_words(text) {
            return false;
        }
        let within = |range: Option<(f64, f64)>, share: &dyn Fn() -> f64| {
            range.is_none_or(|(min, max)| (min..=max).contains(&share()))
        };
        self.terminal.is_none_or(|terminal| prose::ends_sentence(text) == terminal)
            && within(self.capitals, &|| {
                share(text.chars().filter(|c| c.is_alphabetic()), char::is_uppercase)
            })
            && within(self.digits, &|| share(text.chars().filter(|c| !c.is_whitespace()), char::is_numeric))
            && within(self.title_case, &|| {
                let words =
                    text.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
                share(words, char::is_uppercase)
            })
    }
}

/// Whether the number of words is in the range; counts no more than it has to.
fn has_words(text: &str, (min, max): (usize, usize)) -> bool {
    let limit = max.checked_add(1).unwrap_or(min);
    (min..=max).contains(&prose::count_words(text, limit))
}

/// The share of `all` for which `is` holds; nothing has a share of zero.
fn share(all: impl Iterator<Item = char>, is: impl Fn(char) -> bool) -> f64 {
    let (mut count, mut hits) = (0usize, 0usize);
    for c in all {
        count += 1;
        hits += usize::from(is(c));
    }
    if count == 0 { 0.0 } else { hits as f64 / count as f64 }
}

/// The unit of `units` at `offset`, with its list.
pub(crate) fn locate(units: &[Unit], offset: usize) -> Option<(&[Unit], &Unit)> {
    Layout::unit_at(units, offset).map(|unit| (units, unit))
}
