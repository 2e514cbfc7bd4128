//! A finding as a compiler would show it: the line, the span underlined, and
//! what the fix would do.

use std::io::Write;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};

use super::{
    Finding, Reporter,
    excerpt::{excerpt, visible},
};
use crate::{
    edit::{Applicability, apply},
    layout::{line_end, line_start},
    severity::Severity,
};

/// Lines of a diff that are shown on either side.
const MOST_LINES: usize = 4;
/// Characters of context around a change within a line.
const MARGIN: usize = 30;

/// The default report.
#[derive(Debug)]
pub struct Full {
    renderer: Renderer,
}

impl Full {
    /// Renders for a terminal of `width` columns, with colours or without.
    #[must_use]
    pub fn new(color: bool, width: usize) -> Self {
        Full { renderer: renderer(color).term_width(width) }
    }
}

/// The look that findings and rule errors share.
pub(super) fn renderer(color: bool) -> Renderer {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii)
}

impl Reporter for Full {
    fn finding(&self, finding: &Finding<'_>, out: &mut Vec<u8>) {
        let diagnostic = finding.diagnostic;
        let rule = diagnostic.rule;
        let level = match diagnostic.severity {
            Severity::Info => Level::INFO,
            Severity::Warning => Level::WARNING,
            Severity::Error => Level::ERROR,
        };
        let shown = excerpt(finding.document.text, diagnostic.span);
        let mut group = level.primary_title(diagnostic.message()).id(rule.id.as_str()).element(
            Snippet::source(shown.text)
                .line_start(finding.start.line)
                .annotation(AnnotationKind::Primary.span(shown.span)),
        );
        if let Some(fix) = &diagnostic.fix {
            let name = match fix.applicability {
                Applicability::Safe => "safe fix",
                Applicability::Unsafe => "unsafe fix",
                Applicability::Display => "suggestion",
            };
            group = group.element(Level::HELP.with_name(name).message(diff(finding)));
        }
        let rendered = self.renderer.render(&[group]);
        let (title, rest) = rendered.split_once('\n').unwrap_or((&rendered, ""));
        // The renderer would count columns in the excerpt, not in the line.
        let gutter = finding.start.line.to_string().len();
        let place = finding.place();
        let place = visible(&place);
        let _ = write!(out, "{title}\n{:gutter$}--> {place}\n{rest}\n\n", "");
    }

    fn may_have_written(&self, head: &[u8]) -> bool {
        ["error", "warning", "info"].iter().any(|word| head.starts_with(format!("{word}[").as_bytes()))
    }
}

/// What the fix changes: lines that go and lines that come.
fn diff(finding: &Finding<'_>) -> String {
    let text = finding.document.text;
    let edits = finding.diagnostic.edits(text);
    let (Some(first), Some(last)) = (edits.first(), edits.last()) else { return String::new() };
    let (start, end) = (first.span.start, last.span.end);
    let bytes = text.as_bytes();
    let at_line_start = |at: usize| at == 0 || matches!(bytes[at - 1], b'\n' | b'\r');
    let whole_lines = at_line_start(start) && (at_line_start(end) || end == bytes.len()) && end > start;
    let (from, to) = if whole_lines {
        (start, end)
    } else {
        // Whole characters, no further than the line and the margin.
        let floor = text.ceil_char_boundary(start.saturating_sub(MARGIN));
        let ceiling = text.floor_char_boundary((end + MARGIN).min(bytes.len()));
        (line_start(bytes, start, floor), end + line_end(&bytes[end..ceiling], 0))
    };
    let shifted: Vec<_> = edits
        .iter()
        .map(|edit| {
            let span = crate::span::Span::new(edit.span.start - from, edit.span.end - from);
            crate::edit::Edit { span, ..edit.clone() }
        })
        .collect();
    let old = &text[from..to];
    let new = apply(old, &shifted);
    let cut = |at: usize| {
        at > 0
            && at < bytes.len()
            && !matches!(bytes[at - 1], b'\n' | b'\r')
            && !matches!(bytes[at], b'\n' | b'\r')
    };
    let (head, tail) = (if cut(from) { "…" } else { "" }, if cut(to) { "…" } else { "" });
    let mut lines = Vec::new();
    side('-', &format!("{head}{old}{tail}"), &mut lines);
    if !whole_lines || !new.is_empty() {
        side('+', &format!("{head}{new}{tail}"), &mut lines);
    }
    lines.join("\n")
}

fn side(sign: char, text: &str, lines: &mut Vec<String>) {
    let all: Vec<&str> = text.lines().collect();
    // Blank lines at the end of what goes say nothing.
    let kept = all.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |at| at + 1);
    for line in &all[..kept.min(MOST_LINES)] {
        lines.push(format!("{sign} {}", visible(line)));
    }
    if kept > MOST_LINES {
        lines.push(format!("{sign} … {} more lines", kept - MOST_LINES));
    }
}
