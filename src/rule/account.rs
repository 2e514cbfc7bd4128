//! What a rule's context asks for, condition by condition, and whether it holds:
//! for people who want to know why a rule fired, or did not.

use super::{
    data::{Context, Neighbour, Part, Place, Shape},
    parse::Pattern,
};
use crate::{
    layout::Unit,
    page::Page,
    prose::{Kind, Protected},
    span::Span,
};

/// One condition of a rule, at one match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// As the rule file words it.
    pub name: String,
    /// Whether it holds.
    pub holds: bool,
}

impl Context {
    /// All conditions for a finding at `span`, which was found in `unit` if the rule
    /// looks at units. They all hold where [`Context::covers`] gives a span.
    pub(crate) fn conditions(
        &self,
        page: &Page<'_>,
        span: Span,
        unit: Option<(&[Unit], &Unit)>,
    ) -> Vec<Condition> {
        let mut all: Vec<Condition> = Vec::new();
        let mut say = |name: String, holds: bool| all.push(Condition { name, holds });
        let text = page.text();
        let line = unit.map_or_else(|| page.line_around(span), |(_, unit)| unit.span);
        let whole = &text[line.range()];
        let (before, after) = (&text[line.start..span.start], &text[span.end.min(line.end)..line.end]);
        for pattern in &self.all {
            say(format!("all: /{}/", pattern.as_str()), pattern.is_match(whole));
        }
        for pattern in &self.unless {
            say(format!("unless: /{}/", pattern.as_str()), !pattern.is_match(whole));
        }
        for (name, patterns, part) in [("before", &self.before, before), ("after", &self.after, after)] {
            if !patterns.is_empty() {
                say(format!("{name}: {}", listed(patterns)), patterns.iter().any(|p| p.is_match(part)));
            }
        }
        for (name, patterns, part) in
            [("not-before", &self.not_before, before), ("not-after", &self.not_after, after)]
        {
            for pattern in patterns {
                say(format!("{name}: /{}/", pattern.as_str()), !pattern.is_match(part));
            }
        }
        // What is of no interest to all the others is judged as they judge it.
        let only = |context: Context| context.covers(page, span, unit).is_some();
        let place = &self.place;
        let placed = |own: Place| {
            only(Context { place: own, following: self.following.clone(), ..Context::default() })
        };
        let none = Place::default;
        if let Some(lines) = place.first_lines {
            say(format!("place.first-lines = {lines}"), placed(Place { first_lines: Some(lines), ..none() }));
        }
        if let Some(lines) = place.last_lines {
            say(format!("place.last-lines = {lines}"), placed(Place { last_lines: Some(lines), ..none() }));
        }
        if let Some(share) = place.head {
            say(format!("place.head = {share}"), placed(Place { head: Some(share), ..none() }));
        }
        if let Some(share) = place.tail {
            say(format!("place.tail = {share}"), placed(Place { tail: Some(share), ..none() }));
        }
        if !place.fields.is_empty() {
            let fields = place.fields.clone();
            say(format!("place.field = {fields:?}"), placed(Place { fields, ..none() }));
        }
        if let Some(following) = &self.following {
            let own = Context { following: Some(following.clone()), ..Context::default() };
            say(
                format!("following: at least {} that are {}", following.min, neighbour(&following.unit)),
                only(own),
            );
        }
        if let Some(previous) = &self.previous {
            let own = Context { previous: Some(previous.clone()), ..Context::default() };
            say(format!("previous: {}", neighbour(previous)), only(own));
        }
        if let Some(next) = &self.next {
            let own =
                Context { next: Some(next.clone()), following: self.following.clone(), ..Context::default() };
            say(format!("next: {}", neighbour(next)), only(own));
        }
        if let Some(shape) = &self.shape {
            for (name, own) in shapes(shape) {
                say(format!("shape.{name}"), only(Context { shape: Some(own), ..Context::default() }));
            }
        }
        if let Some(count) = self.repeats {
            let own = Context { repeats: Some(count), ..Context::default() };
            say(format!("repeats = {count}"), only(own));
        }
        for &kind in &self.protected {
            let name = match kind {
                Protected::Code => "code",
                Protected::Url => "a url",
                Protected::Email => "an email",
            };
            say(format!("outside of {name}"), !page.protects(kind, span));
        }
        all
    }
}

fn listed(patterns: &[Pattern]) -> String {
    let all: Vec<String> = patterns.iter().map(|pattern| format!("/{}/", pattern.as_str())).collect();
    all.join(" or ")
}

fn neighbour(neighbour: &Neighbour) -> String {
    let parts = |parts: &[Part]| {
        let names: Vec<&str> = parts.iter().map(|&part| part_name(part)).collect();
        names.join(" or ")
    };
    let mut all = Vec::new();
    if !neighbour.is.is_empty() {
        all.push(format!("is {}", parts(&neighbour.is)));
    }
    if !neighbour.not.is_empty() {
        all.push(format!("is not {}", parts(&neighbour.not)));
    }
    if let Some(range) = neighbour.words {
        all.push(format!("has {} words", counted(range)));
    }
    if !neighbour.any.is_empty() {
        all.push(format!("matches {}", listed(&neighbour.any)));
    }
    if !neighbour.unless.is_empty() {
        all.push(format!("does not match {}", listed(&neighbour.unless)));
    }
    all.join(", ")
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::Blank => "blank",
        Part::Edge => "start or end",
        Part::Kind(Kind::Prose) => "prose",
        Part::Kind(Kind::Heading) => "heading",
        Part::Kind(Kind::ListItem) => "list-item",
        Part::Kind(Kind::Other) => "other",
    }
}

fn counted((min, max): (usize, usize)) -> String {
    if max == usize::MAX { format!("{min} or more") } else { format!("{min} to {max}") }
}

/// Each part of a shape alone, with its name.
fn shapes(shape: &Shape) -> Vec<(String, Shape)> {
    let share = |(min, max): (f64, f64)| format!("{min} to {max}");
    let mut all = Vec::new();
    if let Some(words) = shape.words {
        let own = Shape { words: Some(words), ..Shape::default() };
        all.push((format!("words: {}", counted(words)), own));
    }
    if let Some(terminal) = shape.terminal {
        let own = Shape { terminal: Some(terminal), ..Shape::default() };
        all.push((format!("terminal = {terminal}"), own));
    }
    if let Some(range) = shape.capitals {
        let own = Shape { capitals: Some(range), ..Shape::default() };
        all.push((format!("capitals: {}", share(range)), own));
    }
    if let Some(range) = shape.digits {
        let own = Shape { digits: Some(range), ..Shape::default() };
        all.push((format!("digits: {}", share(range)), own));
    }
    if let Some(range) = shape.title_case {
        let own = Shape { title_case: Some(range), ..Shape::default() };
        all.push((format!("title-case: {}", share(range)), own));
    }
    all
}
