//! Proves a rule by its examples.
//!
//! Every example is run with and without the prefilter, with `\n` and `\r\n`,
//! at the start, in the middle and at the end of a longer text, and its fix is
//! applied twice.

mod mutation;
mod remark;
mod snapshot;

pub use self::{
    mutation::unproven,
    remark::{Company, Remark},
    snapshot::render_examples,
};
use crate::{
    config::parse,
    corpus::{Compression, Fields, Format, Seen, Trace, is_damage},
    document::{Check, Document},
    edit::Applicability,
    fix::{FixOptions, Kept, fix},
    lint::Linter,
    rule::{FileFormat, Input, Rule, RuleSet, Selection, SelectionError, builtin_rules},
    severity::Severity,
    span::Span,
};

/// An example that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which one, as `bad 2`.
    pub example: String,
    /// What is wrong, as a fragment.
    pub problem: String,
    /// What the author said.
    pub expected: String,
    /// What the rule does.
    pub found: String,
    /// Of a text in which nothing is found: what its patterns match there, and what else was asked
    /// for and does not hold.
    pub reasons: Vec<String>,
}

/// Prose that no rule has anything to say about, to set around examples.
const BEFORE: &str =
    "The market opens at eight and closes when the last crate of apples has been carried away.";
const AFTER: &str =
    "Nobody in the village could remember a year in which it had been any different from this.";

/// Runs all examples of `rule`; `others` hold the rules it requires.
///
/// # Errors
///
/// If a required rule is not among `others`.
pub fn prove(rule: &Rule, others: &[Rule]) -> Result<Vec<Failure>, SelectionError> {
    let set = alone(rule, others)?;
    let mut proof = Proof { rule, linter: Linter::new(&set), failures: Vec::new(), example: String::new() };
    for (index, bad) in rule.bad.iter().enumerate() {
        proof.example = format!("bad {}", index + 1);
        match &bad.input {
            Input::Text(text) => proof.bad(text, bad.finds.as_deref(), bad.fixed.as_deref()),
            Input::File { bytes, format } => proof.file(bytes, *format, true),
        }
    }
    for (index, good) in rule.good.iter().enumerate() {
        proof.example = format!("good {}", index + 1);
        match &good.input {
            Input::Text(text) => proof.good(text),
            Input::File { bytes, format } => proof.file(bytes, *format, false),
        }
    }
    Ok(proof.failures)
}

/// `rule`, and with it those of `others` that it requires.
fn alone(rule: &Rule, others: &[Rule]) -> Result<RuleSet, SelectionError> {
    let requires = |other: &&Rule| rule.requires().contains(&other.id);
    let rules: Vec<Rule> = std::iter::once(rule).chain(others.iter().filter(requires)).cloned().collect();
    RuleSet::new(rules, &Selection { select: vec![rule.id.clone()], ignore: Vec::new() })
}

struct Proof<'r> {
    rule: &'r Rule,
    linter: Linter<'r>,
    failures: Vec<Failure>,
    example: String,
}

impl Proof<'_> {
    fn fail(&mut self, problem: &str, expected: impl Into<String>, found: impl Into<String>) {
        self.failures.push(Failure {
            example: self.example.clone(),
            problem: problem.into(),
            expected: expected.into(),
            found: found.into(),
            reasons: Vec::new(),
        });
    }

    /// What became of the matches in a text in which nothing is found.
    fn reasons(&mut self, text: &str) -> Vec<String> {
        let rules = self.linter.rules();
        let document = Document::new("example", text);
        let accounts = self.linter.explain(&document, rules.policy(), Span::new(0, text.len()));
        let own = accounts.into_iter().filter(|account| account.rule.id == self.rule.id);
        let mut reasons: Vec<String> = Vec::new();
        for found in own.flat_map(|account| account.matches) {
            let failed = found.conditions.iter().filter(|condition| !condition.holds);
            let mut names: Vec<&str> = failed.map(|condition| condition.name.as_str()).collect();
            if names.is_empty() {
                names.push(found.outcome.in_words());
            }
            let matched = &text[found.span.range()];
            reasons.push(format!("{matched:?} matches, but {}", names.join(", and ")));
        }
        if reasons.is_empty() {
            reasons.push("no pattern matches".into());
        }
        reasons
    }

    fn spans(&mut self, text: &str) -> Vec<Span> {
        let document = Document::new("example", text);
        let spans: Vec<Span> = self.linter.lint(&document).iter().map(|d| d.span).collect();
        let everywhere: Vec<Span> = self.linter.lint_everywhere(&document).iter().map(|d| d.span).collect();
        if spans != everywhere {
            let show = |spans: &[Span]| texts(text, spans).join("\n");
            self.fail("the prefilter changes the findings", show(&everywhere), show(&spans));
        }
        spans
    }

    fn fixed(&mut self, text: &str) -> String {
        let options = FixOptions::at(Applicability::Display);
        let result = fix(&mut self.linter, &Document::new("example", text), options);
        if let Some(kept) = &result.kept {
            let why = match kept {
                Kept::Cycle { rules } if rules.len() < 2 => {
                    "what it puts there is found again, and again; a fix must come to an end".into()
                }
                Kept::Cycle { rules } => format!("the fixes of {} do not come to an end", rules.join(", ")),
                Kept::Emptied => "nothing would be left of the text".into(),
                Kept::Guarded => "more of the words would go than `max-removed` allows".into(),
            };
            self.fail(&format!("the fix was not applied: {why}"), "", "");
        }
        result.text.unwrap_or_else(|| text.to_string())
    }

    fn bad(&mut self, text: &str, finds: Option<&[String]>, fixed: Option<&str>) {
        let spans = self.spans(text);
        let found = texts(text, &spans);
        if spans.is_empty() {
            let reasons = self.reasons(text);
            self.fail("finds nothing", text, "");
            self.failures.last_mut().expect("it was just told").reasons = reasons;
            return;
        }
        if let Some(finds) = finds.filter(|finds| *finds != found) {
            self.fail("finds something else", finds.join("\n"), found.join("\n"));
        }
        if let Some(fixed) = fixed {
            let once = self.fixed(text);
            if once != fixed {
                return self.fail("fixes it otherwise", fixed, once);
            }
            let twice = self.fixed(&once);
            if twice != once {
                self.fail("a second fix changes the text again", once, twice);
            }
        }
        if !text.contains('\r') {
            let crlf = text.replace('\n', "\r\n");
            let spans = self.spans(&crlf);
            let there: Vec<String> = texts(&crlf, &spans).iter().map(|text| text.replace('\r', "")).collect();
            if there != found {
                self.fail(
                    "finds something else where lines end with CR LF",
                    found.join("\n"),
                    there.join("\n"),
                );
            }
            if let Some(fixed) = fixed.map(|fixed| fixed.replace('\n', "\r\n")) {
                let there = self.fixed(&crlf);
                if there != fixed {
                    self.fail("fixes it otherwise where lines end with CR LF", fixed, there);
                }
            }
        }
        for (place, longer, shift) in self.embedded(text) {
            let there = self.spans(&longer);
            let expected: Vec<Span> = spans.iter().map(|span| span.shifted(shift)).collect();
            if there != expected {
                let (expected, there) = (texts(&longer, &expected), texts(&longer, &there));
                self.fail(
                    &format!("finds something else {place} of a longer text"),
                    expected.join("\n"),
                    there.join("\n"),
                );
            }
        }
    }

    fn good(&mut self, text: &str) {
        let spans = self.spans(text);
        if !spans.is_empty() {
            return self.fail("finds something", "", texts(text, &spans).join("\n"));
        }
        for (place, longer, _) in self.embedded(text) {
            let spans = self.spans(&longer);
            if !spans.is_empty() {
                let found = texts(&longer, &spans).join("\n");
                self.fail(&format!("finds something {place} of a longer text"), "", found);
            }
        }
    }

    /// The text at three places of a longer one, and how far it is shifted.
    fn embedded(&self, text: &str) -> Vec<(&'static str, String, usize)> {
        if self.rule.leans_on_position() {
            return Vec::new();
        }
        let text = text.trim_end_matches('\n');
        let gap = if text.trim().contains('\n') && !text.contains("\n\n") { "\n" } else { "\n\n" };
        let shift = BEFORE.len() + gap.len();
        vec![
            ("at the start", format!("{text}{gap}{AFTER}\n"), 0),
            ("in the middle", format!("{BEFORE}{gap}{text}{gap}{AFTER}\n"), shift),
            ("at the end", format!("{BEFORE}{gap}{text}\n"), shift),
        ]
    }

    /// For rules about damage of the file itself.
    fn file(&mut self, bytes: &[u8], format: FileFormat, bad: bool) {
        let found = damage(bytes, format).into_iter().any(|check| Some(check) == self.rule.check());
        let shown = String::from_utf8_lossy(bytes).into_owned();
        match (bad, found) {
            (true, false) => self.fail("finds nothing", shown, ""),
            (false, true) => self.fail("finds something", "", shown),
            _ => {}
        }
    }
}

/// What is wrong with a file and with the documents in it.
fn damage(bytes: &[u8], format: FileFormat) -> Vec<Check> {
    let (format, compression) = match format {
        FileFormat::Text => (Format::Text, Compression::None),
        FileFormat::JsonLines => (Format::JsonLines, Compression::None),
        FileFormat::Gzip => (Format::Text, Compression::Gzip),
        FileFormat::Config => return suppressions(bytes),
    };
    let fields = Fields::default();
    let (mut found, mut seen) = (Vec::new(), Seen::default());
    let bytes = compression.decoder(std::io::Cursor::new(bytes.to_vec()));
    let bytes = bytes.expect("memory can be read");
    let mut reader = format.reader(bytes, &fields).expect("these formats are read as streams");
    loop {
        match reader.next_block(Vec::new()) {
            Ok(Some(block)) => {
                for record in block.records().filter_map(|raw| format.decode(&raw, &fields)) {
                    found.extend(record.damage.iter().map(|damage| damage.check));
                    found.extend(seen.note(Trace::of(&record, format, |_| true)));
                }
            }
            Ok(None) => return found,
            Err(error) => {
                found.extend(is_damage(&error).then_some(Check::DamagedFile));
                return found;
            }
        }
    }
}

/// What is wrong with the suppressions of a configuration under which nothing was
/// found.
fn suppressions(source: &[u8]) -> Vec<Check> {
    // A day for good.
    const TODAY: (u16, u8, u8) = (2026, 1, 1);
    let Ok(config) = parse(&String::from_utf8_lossy(source)) else { return Vec::new() };
    let Ok(resolved) = config.resolve(builtin_rules(), &Selection::default(), Severity::Warning) else {
        return Vec::new();
    };
    let all = resolved.places.suppressions.all().iter();
    all.filter_map(|suppression| suppression.damage(Some(false), TODAY)).map(|damage| damage.check).collect()
}

fn texts(text: &str, spans: &[Span]) -> Vec<String> {
    spans.iter().map(|span| text[span.range()].to_string()).collect()
}
