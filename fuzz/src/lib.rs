//! What the fuzz targets share: texts made of a fuzzer's bytes, and the law that
//! the prefilter must keep.

use std::{env, sync::LazyLock};

use descrape::{
    Backend,
    diagnostic::Diagnostic,
    document::Document,
    lint::Linter,
    rule::{Input, builtin_rules},
};

/// More than this of a text tells nothing new, and the oracle is slow.
const LONGEST: usize = 600;

/// Makes this process use the backend that `DESCRAPE_SIMD` names; without it,
/// the fastest.
///
/// # Panics
///
/// If the processor has no such backend.
pub fn choose_backend() {
    if let Ok(name) = env::var("DESCRAPE_SIMD") {
        Backend::choose(&name).unwrap_or_else(|error| panic!("DESCRAPE_SIMD: {error}"));
    }
}

/// Panics unless the rules find in `text` what they find where they look
/// everywhere.
pub fn prefilter_equals_oracle(linter: &mut Linter<'_>, text: &str) {
    let document = Document::new("t", text);
    let fast = linter.lint(&document);
    let slow = linter.lint_everywhere(&document);
    let same = fast.len() == slow.len()
        && fast.iter().zip(&slow).all(|(fast, slow)| {
            (&fast.rule.id, fast.span, &fast.fix) == (&slow.rule.id, slow.span, &slow.fix)
        });
    let show = |all: &[Diagnostic<'_>]| -> Vec<_> {
        all.iter().map(|d| (d.rule.id.clone(), d.span, d.fix.clone())).collect()
    };
    assert!(same, "in {text:?}\nthe prefilter: {:?}\nthe oracle: {:?}", show(&fast), show(&slow));
}

/// The text that `bytes` spell: UTF-8 stands for itself, and a byte 255, which
/// UTF-8 never has, for the piece of an example whose number the next two tell.
///
/// So one mutation puts damage that a rule knows into any surroundings, and what
/// the fuzzer wrote can be read.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    let mut parts = bytes.split(|&byte| byte == 255);
    let mut text = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    for part in parts {
        let (number, rest) = part.split_at(part.len().min(2));
        let number = number.iter().fold(0, |number, &byte| number << 8 | usize::from(byte));
        text.push_str(&PIECES[number % PIECES.len()]);
        text.push_str(&String::from_utf8_lossy(rest));
    }
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}

/// The examples of the built-in rules, their lines and their words, each once.
static PIECES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let rules = builtin_rules();
    let inputs = rules.iter().flat_map(|rule| {
        rule.bad.iter().map(|bad| &bad.input).chain(rule.good.iter().map(|good| &good.input))
    });
    let examples = inputs.filter_map(|input| match input {
        Input::Text(text) => Some(text.as_str()),
        Input::File { .. } => None,
    });
    let with_parts =
        examples.flat_map(|text| [text].into_iter().chain(text.lines()).chain(text.split_whitespace()));
    let mut pieces: Vec<String> = with_parts.map(String::from).collect();
    pieces.sort_unstable();
    pieces.dedup();
    pieces
});
