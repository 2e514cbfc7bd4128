//! Any pattern that loads finds in any text what it finds where it looks
//! everywhere.
//!
//! Pattern and text are put together from few pieces, so that they meet often.

#![no_main]

use std::iter::repeat_n;

use descrape::{
    lint::Linter,
    rule::{RuleSet, Selection, load_rule},
};
use descrape_fuzz::{choose_backend, prefilter_equals_oracle};
use libfuzzer_sys::{Corpus, fuzz_target};

/// Pieces of patterns, each with a text for its place in a match.
const PIECES: &[(&str, &str)] = &[
    ("a", "a"),
    ("b", "b"),
    ("k", "\u{212a}"),
    ("s", "ſ"),
    ("1", "1"),
    (" ", " "),
    ("-", "-"),
    ("é", "é"),
    ("日", "日"),
    ("read", "read"),
    ("a, b", "a, b"),
    ("[ab]", "b"),
    ("[^a]", "日"),
    ("[0-9]", "1"),
    ("[k-s]", "K"),
    ("[à-é]", "é"),
    (".", "x"),
    (r"\s", "\n"),
    (r"\S", "-"),
    (r"\w", "é"),
    (r"\W", "。"),
    (r"\pL", "日"),
    (r"\n", "\n"),
    (r"\r?\n", "\r\n"),
    ("[^\\n]", "a"),
    ("a?", ""),
    ("b*", "bb"),
    ("k+", "kk"),
    ("[ab]{2}", "ab"),
    ("[0-9]{1,3}", "11"),
    (".{0,9}", "b 1"),
    ("[^\\n]{0,60}", " a-b "),
    (r"\s*", " \n"),
    (r"\w+?", "read"),
    (".*", "x"),
    (".*?", ""),
    ("^", ""),
    ("$", ""),
    (r"\A", ""),
    (r"\z", ""),
    (r"\b", ""),
    (r"\B", ""),
    (r"(?-u:\b)", ""),
    ("(?i)", ""),
    ("(?s)", ""),
    ("(?:", ""),
    ("(?i:", ""),
    ("(?<span>", ""),
    ("|", ""),
    (")", ""),
    (")?", ""),
    (")*", ""),
    (")+", ""),
    ("){2}", ""),
    ("){0,3}", ""),
    ("){2,}", ""),
];

/// Between two patterns of a rule.
const NEXT_PATTERN: &str = "','";

const UNITS: [&str; 3] = ["span", "line", "paragraph"];

fuzz_target!(init: choose_backend(), |data: &[u8]| -> Corpus {
    let [kind, length, data @ ..] = data else { return Corpus::Reject };
    let (pattern, text) = data.split_at(usize::from(length % 32).min(data.len()));
    let (patterns, spelled) = patterns(pattern);
    let source = format!(
        "summary = \"test\"\nwhy = \"test\"\nseverity = \"error\"\n\
         [match]\nunit = \"{}\"\nignore-case = {}\n{} = ['{patterns}']\n\
         [[bad]]\ntext = \"-\"\n[[good]]\ntext = \"-\"\n",
        UNITS[usize::from(kind % 3)],
        kind & 64 != 0,
        if kind & 128 != 0 { "all" } else { "any" },
    );
    let Ok(rule) = load_rule("t/pattern", "t/pattern", &source) else { return Corpus::Reject };
    let set = RuleSet::new(vec![rule], &Selection::default()).expect("a rule alone requires none");
    let text: String = text.iter().map(|&byte| piece(byte).map_or(&*spelled, |(_, text)| text)).collect();
    prefilter_equals_oracle(&mut Linter::new(&set), &text);
    Corpus::Keep
});

/// The patterns that `bytes` spell, and what could match them.
fn patterns(bytes: &[u8]) -> (String, String) {
    let (mut patterns, mut spelled, mut open) = (String::new(), String::new(), 0);
    for &byte in bytes {
        let (regex, text) = piece(byte).unwrap_or((NEXT_PATTERN, "\n"));
        // What closes no group would be refused, and so would one that stays open.
        match regex.as_bytes() {
            [b')', ..] if open == 0 => continue,
            [b')', ..] => open -= 1,
            [b'(', .., b':' | b'>'] => open += 1,
            _ if regex == NEXT_PATTERN => patterns.extend(repeat_n(')', std::mem::take(&mut open))),
            _ => {}
        }
        patterns.push_str(regex);
        spelled.push_str(text);
    }
    patterns.extend(repeat_n(')', open));
    (patterns, spelled)
}

/// The piece of that number; none for the numbers beyond 223.
fn piece(byte: u8) -> Option<(&'static str, &'static str)> {
    (byte < 224).then(|| PIECES[usize::from(byte) % PIECES.len()])
}
