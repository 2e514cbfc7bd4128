//! From a rule file to a rule: everything that can be wrong is found here.

mod fix;
mod places;
mod sense;

use std::ops::Range;

use regex_syntax::hir::Hir;
use toml::Spanned;
use xxhash_rust::xxh3::xxh3_128;

use self::places::places;
use super::{
    data::{
        Bad, Context, Following, Good, MOST_FOLLOWING, Matcher, Neighbour, Place, Rule, Shape, Status, Unit,
    },
    define::Definitions,
    error::{RuleError, RuleErrors},
    parse::{Pattern, Use, regex_of_words},
    spec::{FollowingSpec, FormatSpec, MatchSpec, NeighbourSpec, RuleSpec, ShapeSpec, StatusSpec, Text},
    words,
};
use crate::{
    document::Check,
    prefilter::{Cover, Trial},
    prose::Protected,
};

/// Reads the rule file `source`. `id` is its path below the rules folder
/// without the extension, `path` what error messages call it.
///
/// # Errors
///
/// All mistakes of the file, as far as it could be read.
pub fn load_rule(id: &str, path: &str, source: &str) -> Result<Rule, RuleErrors> {
    let fail = |errors| RuleErrors { path: path.into(), source: source.into(), errors };
    let mut spec: RuleSpec =
        toml::from_str(source).map_err(|error| fail(vec![RuleError::from_toml(&error)]))?;
    let definitions = Definitions::new(std::mem::take(&mut spec.define));
    let mut loader = Loader { source, definitions, errors: Vec::new() };
    let rule = loader.rule(id, spec);
    if loader.errors.is_empty() { Ok(rule) } else { Err(fail(loader.errors)) }
}

struct Loader<'a> {
    source: &'a str,
    definitions: Definitions,
    errors: Vec<RuleError>,
}

impl Loader<'_> {
    fn rule(&mut self, id: &str, spec: RuleSpec) -> Rule {
        self.check_id(id);
        self.check_summary(&spec.summary);
        self.check_languages(&spec.languages);
        if spec.why.get_ref().trim().is_empty() {
            self.error("`why` is empty", spec.why.span(), "say where the damage comes from");
        }
        let check = spec.r#match.get_ref().check.map(words::check);
        self.check_examples(&spec, check);
        let matcher = self.matcher(spec.r#match);
        let unused = if self.errors.is_empty() { self.definitions.unused() } else { Vec::new() };
        for (name, span) in unused {
            self.error(
                format!("nothing uses the definition `{name}`"),
                span,
                "write `{{name}}` in a pattern, or remove it",
            );
        }
        let remedy = spec.fix.and_then(|fix| self.remedy(fix, &matcher));
        let status = self.status(spec.status, spec.replaced_by);
        Rule {
            id: id.into(),
            summary: spec.summary.into_inner(),
            why: spec.why.into_inner(),
            source: spec.source,
            severity: words::severity(spec.severity),
            status,
            fingerprint: xxh3_128(self.source.as_bytes()),
            since: spec.since,
            formerly: spec.formerly,
            languages: spec.languages,
            tags: spec.tags,
            bad: spec
                .bad
                .into_iter()
                .map(|bad| {
                    let bad = bad.into_inner();
                    Bad {
                        input: words::input(bad.text, bad.bytes, bad.format, check),
                        finds: bad.finds,
                        fixed: bad.fixed,
                    }
                })
                .collect(),
            good: spec
                .good
                .into_iter()
                .map(|good| {
                    let good = good.into_inner();
                    Good {
                        input: words::input(good.text, good.bytes, good.format, check),
                        because: good.because,
                    }
                })
                .collect(),
            matcher: matcher.into(),
            remedy,
        }
    }

    fn error(&mut self, message: impl Into<String>, span: Range<usize>, help: &str) {
        self.errors.push(RuleError::new(message, Some(span)).help(help));
    }

    fn check_id(&mut self, id: &str) {
        let part = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if !id.contains('/') || !id.split('/').all(part) {
            self.errors.push(
                RuleError::new(format!("rule id `{id}` is not of the form `group/name`"), None).help(
                    "put the file into a folder, and use lower-case letters, digits and `-` for both names",
                ),
            );
        }
    }

    fn check_summary(&mut self, summary: &Text) {
        let text = summary.get_ref();
        let problem = if text.trim().is_empty() {
            "`summary` is empty"
        } else if text.contains('\n') {
            "`summary` has more than one line"
        } else if text.ends_with('.') {
            "`summary` ends with a full stop"
        } else {
            return;
        };
        self.error(problem, summary.span(), "name the damage in a few words, as a finding's message");
    }

    fn check_examples(&mut self, spec: &RuleSpec, check: Option<Check>) {
        if spec.bad.is_empty() {
            let help = "add `[[bad]]` with a `text` in which the rule finds something";
            self.errors.push(RuleError::new("rule has no `bad` example", None).help(help));
        }
        if spec.good.is_empty() {
            let help = "add `[[good]]` with a near miss in `text` that the rule leaves alone";
            self.errors.push(RuleError::new("rule has no `good` example", None).help(help));
        }
        for bad in &spec.bad {
            let example = bad.get_ref();
            self.check_input(
                example.text.is_some(),
                example.bytes.is_some(),
                example.format,
                check,
                bad.span(),
            );
            match (&example.fixed, spec.fix.is_some()) {
                (None, true) => {
                    self.error(
                        "example of a rule with a fix has no `fixed`",
                        bad.span(),
                        "add the text after the fix",
                    );
                }
                (Some(_), false) => {
                    self.error(
                        "example has a `fixed`, but the rule has no fix",
                        bad.span(),
                        "add `[fix]` or remove it",
                    );
                }
                _ => {}
            }
        }
        for good in &spec.good {
            let example = good.get_ref();
            self.check_input(
                example.text.is_some(),
                example.bytes.is_some(),
                example.format,
                check,
                good.span(),
            );
        }
    }

    fn check_input(
        &mut self,
        text: bool,
        bytes: bool,
        format: FormatSpec,
        check: Option<Check>,
        span: Range<usize>,
    ) {
        if text == bytes {
            self.error("example needs either `text` or `bytes`", span, "give one of the two");
        } else if check.is_none() && (bytes || format != FormatSpec::Text) {
            self.error("`bytes` and `format` are for rules with a `check`", span, "give a `text`");
        }
    }

    fn status(&mut self, status: StatusSpec, replaced_by: Option<Text>) -> Status {
        match (status, replaced_by) {
            (StatusSpec::Deprecated, Some(id)) => Status::Deprecated { replaced_by: id.into_inner() },
            (StatusSpec::Deprecated, None) => {
                let help = "say which rule to use instead";
                self.errors.push(RuleError::new("deprecated rule has no `replaced-by`", None).help(help));
                Status::Stable
            }
            (_, Some(id)) => {
                self.error(
                    "`replaced-by` is for deprecated rules",
                    id.span(),
                    "set `status = \"deprecated\"`",
                );
                Status::Stable
            }
            (StatusSpec::Preview, None) => Status::Preview,
            (StatusSpec::Stable, None) => Status::Stable,
        }
    }

    fn matcher(&mut self, spec: Spanned<MatchSpec>) -> Matcher {
        let table = spec.span();
        let spec = spec.into_inner();
        let unit = words::unit(spec.unit);
        self.check_sense(&spec, unit, table);
        let usage = if unit == Unit::Span { Use::Span } else { Use::Unit };
        let blind = spec.ignore_case;
        let (mut any, mut any_parsed) = self.parsed(&spec.any, blind, usage);
        if let Some((words, parsed)) = self.words(&spec.text, spec.word, blind, usage) {
            any.push(words);
            any_parsed.push(parsed);
        }
        let (all, all_parsed) = self.parsed(&spec.all, blind, Use::Context);
        let check = spec.check.map(words::check);
        let (placed, guards) = match check {
            Some(_) => (Vec::new(), Vec::new()),
            None => places(unit, &any_parsed, &all_parsed),
        };
        let (covers, trials): (Vec<Option<Cover>>, Vec<Option<Trial>>) = placed.into_iter().unzip();
        for ((pattern, parsed), trial) in any.iter_mut().zip(&any_parsed).zip(trials) {
            pattern.prepare(parsed, trial);
        }
        let context = Context {
            all,
            unless: self.patterns(&spec.unless, blind, Use::Context),
            before: self.patterns(&spec.before, false, Use::Context),
            not_before: self.patterns(&spec.not_before, false, Use::Context),
            after: self.patterns(&spec.after, false, Use::Context),
            not_after: self.patterns(&spec.not_after, false, Use::Context),
            place: spec.place.map_or_else(Place::default, |place| Place {
                first_lines: place.first_lines,
                last_lines: place.last_lines,
                head: place.head.map(|share| self.share(&share)),
                tail: place.tail.map(|share| self.share(&share)),
                fields: place.field,
            }),
            previous: spec.previous.map(|neighbour| self.neighbour(&neighbour)),
            next: spec.next.map(|neighbour| self.neighbour(&neighbour)),
            following: spec.following.map(|following| self.following(following)),
            shape: spec.shape.map(|shape| self.shape(&shape)),
            repeats: spec.repeats,
            protected: [Protected::Code, Protected::Url, Protected::Email]
                .into_iter()
                .filter(|&kind| !spec.inside.iter().any(|&inside| words::protected(inside) == kind))
                .collect(),
        };
        let requires = spec.requires.into_iter().map(Spanned::into_inner).collect();
        Matcher { unit, check, any, context, requires, covers, guards }
    }

    fn patterns(&mut self, texts: &[Text], ignore_case: bool, usage: Use) -> Vec<Pattern> {
        self.parsed(texts, ignore_case, usage).0
    }

    fn parsed(&mut self, texts: &[Text], ignore_case: bool, usage: Use) -> (Vec<Pattern>, Vec<Hir>) {
        texts.iter().filter_map(|text| self.pattern(text.get_ref(), text, ignore_case, usage)).collect()
    }

    fn pattern(&mut self, regex: &str, text: &Text, ignore_case: bool, usage: Use) -> Option<(Pattern, Hir)> {
        let expanded = self.definitions.expand(regex);
        let pattern = expanded.and_then(|expanded| {
            Pattern::new(&expanded, ignore_case, usage).map_err(|mut error| {
                // A place in the expanded pattern is none in the file.
                error.at = error.at.filter(|_| expanded == regex);
                error
            })
        });
        match pattern {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.errors.push(RuleError::from_pattern(error, self.source, text.get_ref(), text.span()));
                None
            }
        }
    }

    /// All words as one pattern.
    fn words(&mut self, texts: &[Text], word: bool, ignore_case: bool, usage: Use) -> Option<(Pattern, Hir)> {
        let first = texts.first()?;
        if let Some(empty) = texts.iter().find(|text| text.get_ref().is_empty()) {
            self.error("empty string in `text`", empty.span(), "remove it");
            return None;
        }
        let regex = regex_of_words(texts.iter().map(|text| text.get_ref().as_str()), word);
        self.pattern(&regex, first, ignore_case, usage)
    }

    fn share(&mut self, share: &Spanned<f64>) -> f64 {
        let value = *share.get_ref();
        if !(0.0..=1.0).contains(&value) {
            self.error(format!("{value} is not a share"), share.span(), "give a number from 0 to 1");
        }
        value
    }

    fn neighbour(&mut self, spec: &NeighbourSpec) -> Neighbour {
        Neighbour {
            is: spec.is.iter().copied().map(words::part).collect(),
            not: spec.not.iter().copied().map(words::part).collect(),
            words: spec.words.map(words::count),
            any: self.patterns(&spec.any, false, Use::Context),
            unless: self.patterns(&spec.unless, false, Use::Context),
        }
    }

    fn following(&mut self, spec: FollowingSpec) -> Following {
        let (min, max) = spec.lines.as_ref().map_or((0, usize::MAX), |lines| words::count(*lines.get_ref()));
        let (min, max) = (min.max(1), max.min(MOST_FOLLOWING));
        if let Some(lines) = spec.lines.filter(|_| min > max) {
            let help =
                format!("`min` is 1 at least, `max` {MOST_FOLLOWING} at the most, and not below `min`");
            self.error("no number of lines fits", lines.span(), &help);
        }
        let FollowingSpec { is, not, words, any, unless, .. } = spec;
        let unit = self.neighbour(&NeighbourSpec { is, not, words, any, unless });
        Following { unit, min, max }
    }

    fn shape(&mut self, spec: &ShapeSpec) -> Shape {
        Shape {
            words: spec.words.map(words::count),
            terminal: spec.terminal,
            capitals: spec.capitals.map(words::share),
            digits: spec.digits.map(words::share),
            title_case: spec.title_case.map(words::share),
        }
    }
}
