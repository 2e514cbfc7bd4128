//! Whether a `[match]` can find something, and does not contradict itself.

use std::ops::Range;

use super::{
    super::{data::Unit, error::RuleError, spec::MatchSpec, words},
    Loader,
};

impl Loader<'_> {
    /// Refuses a `[match]` that finds nothing or that contradicts itself.
    pub(super) fn check_sense(&mut self, spec: &MatchSpec, unit: Unit, table: Range<usize>) {
        let has_pattern = !spec.any.is_empty() || !spec.text.is_empty();
        if spec.check.is_some() {
            if has_pattern || !spec.all.is_empty() || spec.shape.is_some() || spec.repeats.is_some() {
                self.error("`check` takes the place of patterns", table, "remove one of the two");
            }
            return;
        }
        if unit == Unit::Span && !has_pattern {
            self.error("rule looks for nothing", table.clone(), "add `any` or `text`, or set `unit`");
        } else if !has_pattern && spec.all.is_empty() && spec.shape.is_none() && spec.repeats.is_none() {
            self.error(
                "rule looks for nothing",
                table.clone(),
                "add `any`, `all`, `text`, `shape` or `repeats`",
            );
        }
        if spec.following.is_some() && unit == Unit::Span {
            self.error(
                "`following` is about lines and paragraphs",
                table.clone(),
                "set `unit = \"line\"` or `unit = \"paragraph\"`",
            );
        }
        if spec.word && spec.text.is_empty() {
            self.error(
                "`word` is about `text`, which is not there",
                table.clone(),
                "write `\\b` in patterns",
            );
        }
        let around = [&spec.before, &spec.not_before, &spec.after, &spec.not_after];
        if unit != Unit::Span && around.iter().any(|patterns| !patterns.is_empty()) {
            let help = "`previous` and `next` are about the neighbours of a line or paragraph";
            self.error("`before` and `after` are about what stands around a span", table.clone(), help);
        }
        if spec.repeats.is_some_and(|times| times < 2) {
            self.error("every line stands once: `repeats` says nothing", table.clone(), "give 2 or more");
        }
        let lines = spec.place.iter().flat_map(|place| [place.first_lines, place.last_lines]).flatten();
        if lines.min() == Some(0) {
            self.error("nothing stands in the first or last 0 lines", table.clone(), "give 1 or more");
        }
        let shape = spec.shape.as_ref();
        let neighbours = [&spec.previous, &spec.next].into_iter().flatten();
        let words =
            neighbours.filter_map(|neighbour| neighbour.words).chain(shape.and_then(|shape| shape.words));
        if words.map(words::count).any(|(min, max)| min > max) {
            self.error("no number of words fits", table.clone(), "`min` is above `max`");
        }
        let shares = shape.into_iter().flat_map(|shape| [shape.capitals, shape.digits, shape.title_case]);
        if shares.flatten().map(words::share).any(|(min, max)| !(0.0 <= min && min <= max && max <= 1.0)) {
            let help = "`min` and `max` are numbers from 0 to 1, `min` not above `max`";
            self.error("no share fits", table, help);
        }
    }

    /// A code that no language has would turn the rule off wherever languages are chosen.
    pub(super) fn check_languages(&mut self, languages: &[String]) {
        let is_code =
            |code: &String| matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase());
        for code in languages.iter().filter(|code| !is_code(code)) {
            let at = self.source.find(&format!("\"{code}\"")).map(|at| at..at + code.len() + 2);
            let error = RuleError::new(format!("`{code}` is no code of a language"), at);
            self.errors.push(error.help("give the code of ISO 639, like `en`"));
        }
    }
}
