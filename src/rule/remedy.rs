//! What a rule does about a finding, and what its fix would be.

use super::{
    data::{Action, Rule, Target},
    pattern::Found,
};
use crate::{
    edit::{Edit, Fix},
    layout::Layout,
    page::Page,
    span::Span,
};

impl Rule {
    /// Whether the rule looks at the place of a finding in its document.
    #[must_use]
    pub fn leans_on_position(&self) -> bool {
        self.matcher.context.leans_on_position()
    }

    /// The fix of one finding in `scope`, the text its pattern saw; `Err` if the rule's transform does not know
    /// what to do with it, which means that it is none.
    pub(crate) fn fix(
        &self,
        page: &Page<'_>,
        scope: Span,
        found: Found,
        pattern: Option<usize>,
    ) -> Result<Option<Fix>, NotDamage> {
        let Some(remedy) = &self.remedy else { return Ok(None) };
        let text = page.text();
        let span = found.span;
        let edit = match &remedy.action {
            Action::Delete(target, tidy) => Edit::delete(target.around(page, span), *tidy),
            Action::Replace(template) => {
                let template = match pattern {
                    Some(index) => self.matcher.any[index].interpolate(text, scope, found.whole, template),
                    None => template.clone(),
                };
                Edit::replace(span, template)
            }
            Action::Transform(transform) => transform.edit(text, span).ok_or(NotDamage)?,
        };
        Ok(Some(Fix { applicability: remedy.applicability, edit }))
    }
}

/// The bytes a rule's transform was given are not of its kind.
pub(crate) struct NotDamage;

impl Target {
    fn around(self, page: &Page<'_>, span: Span) -> Span {
        let layout = page.layout();
        let line = || {
            let index =
                layout.lines.partition_point(|line| line.content.start <= span.start).saturating_sub(1);
            let last = layout.lines.partition_point(|line| line.content.start < span.end).saturating_sub(1);
            Span::new(layout.lines[index].trimmed.start, layout.lines[last].trimmed.end)
        };
        match self {
            Target::Match => span,
            Target::Line => line(),
            Target::Paragraph => {
                Layout::unit_at(&layout.paragraphs, span.start).map_or_else(line, |unit| unit.span)
            }
        }
    }
}
