//! Mistakes in rule files, shown as a compiler shows mistakes in programs.

use annotate_snippets::{AnnotationKind, Level, Origin, Snippet};

use super::full::renderer;
use crate::rule::RuleErrors;

/// All mistakes of one rule file, each with its place, for a terminal of
/// `width` columns.
#[must_use]
pub fn render_rule_errors(errors: &RuleErrors, color: bool, width: usize) -> String {
    let renderer = renderer(color).term_width(width);
    let mut out = String::new();
    for error in &errors.errors {
        let title = Level::ERROR.primary_title(error.message.as_str());
        let mut group = match &error.span {
            Some(span) => {
                // A mistake about a whole table is shown at its head.
                let end = errors.source[span.clone()].find('\n').map_or(span.end, |at| span.start + at);
                title.element(
                    Snippet::source(errors.source.as_str())
                        .path(errors.path.as_str())
                        .annotation(AnnotationKind::Primary.span(span.start..end.max(span.start))),
                )
            }
            None => title.element(Origin::path(errors.path.as_str())),
        };
        if let Some(help) = &error.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        out.push_str(&renderer.render(&[group]));
        out.push_str("\n\n");
    }
    out
}
