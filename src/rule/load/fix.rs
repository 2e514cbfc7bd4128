//! From `[fix]` to what a rule does with its findings.

use toml::Spanned;

use super::{
    super::{
        data::{Action, Matcher, Remedy, Target},
        spec::{DeleteSpec, FixSpec, Text},
        words,
    },
    Loader,
};
use crate::edit::Tidy;

impl Loader<'_> {
    pub(super) fn remedy(&mut self, spec: Spanned<FixSpec>, matcher: &Matcher) -> Option<Remedy> {
        let table = spec.span();
        let spec = spec.into_inner();
        let max_removed = spec.max_removed.as_ref().map(|share| self.share(share));
        if matcher.check.is_some() {
            self.error("damage of the file itself has no fix", table, "remove `[fix]`");
            return None;
        }
        let tidy = if spec.keep_apart { Tidy::Apart } else { Tidy::Close };
        if spec.keep_apart && spec.delete.is_none() {
            self.error("`keep-apart` is about deletions", table.clone(), "remove it");
        }
        if matcher.context.following.is_some() && matches!(spec.delete, Some(DeleteSpec::Paragraph)) {
            let help = "say `delete = \"match\"`, which takes the lines that follow, too";
            self.error("the lines that follow are no paragraph", table.clone(), help);
        }
        let action = match (spec.delete, spec.replace, spec.transform) {
            (Some(target), None, None) => Action::Delete(
                match target {
                    DeleteSpec::Match => Target::Match,
                    DeleteSpec::Line => Target::Line,
                    DeleteSpec::Paragraph => Target::Paragraph,
                },
                tidy,
            ),
            (None, Some(template), None) => {
                self.check_template(&template, matcher);
                Action::Replace(template.into_inner())
            }
            (None, None, Some(name)) => Action::Transform(words::transform(name)),
            _ => {
                let help = "say exactly one of `delete`, `replace` and `transform`";
                self.error("it is not clear what the fix does", table, help);
                return None;
            }
        };
        let applicability = words::applicability(spec.safety);
        Some(Remedy { applicability, action, max_removed })
    }

    /// Every group that the template names must be one of every pattern.
    fn check_template(&mut self, template: &Text, matcher: &Matcher) {
        let mut rest = template.get_ref().as_str();
        while let Some((_, tail)) = rest.split_once('$') {
            if let Some(tail) = tail.strip_prefix('$') {
                rest = tail;
                continue;
            }
            let (name, tail) = match tail.strip_prefix('{').and_then(|tail| tail.split_once('}')) {
                Some(braced) => braced,
                None => {
                    tail.split_at(tail.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(tail.len()))
                }
            };
            rest = tail;
            if !matcher.any.iter().all(|pattern| pattern.has_group(name)) {
                let help = "number the groups from 1, name them `(?<name>…)`, and write `$$` for a dollar sign; \
                            `$1x` is a group called `1x`, `${1}x` is not";
                self.error(format!("not every pattern has a group `{name}`"), template.span(), help);
            }
        }
    }
}
