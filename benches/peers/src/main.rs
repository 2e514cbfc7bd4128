//! Finds all spans of some patterns in the texts of a corpus, with engines that others
//! made, and says how fast: `peers ENGINE PATTERNS.tsv CORPUS.jsonl`.
//!
//! - `regex`: one regex at a time, the measure of what is right.
//! - `set`: a `RegexSet` says which patterns match, and these are searched.
//! - `aho-line`: Aho-Corasick finds literals that a pattern must have, and its line is searched.
//! - `hyperscan-line`: Hyperscan finds where matches end, and the line is searched.
//! - `hyperscan-ends`: Hyperscan finds where matches end, and that is all.

use std::{
    env,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufRead, BufReader},
    time::Instant,
};

use regex::bytes::{Regex, RegexBuilder, RegexSetBuilder};

mod aho;
#[cfg(feature = "hyperscan")]
mod hyperscan;

const ROUNDS: usize = 3;

pub struct Pattern {
    pub name: String,
    pub ignore_case: bool,
    pub text: String,
    pub regex: Regex,
}

/// What is found: the document, the pattern, and a span.
pub type Found<'f> = &'f mut dyn FnMut(usize, usize, usize, usize);
/// Searches one document.
pub type Engine<'p> = Box<dyn FnMut(usize, &[u8], Found<'_>) + 'p>;

#[derive(serde::Deserialize)]
struct Record {
    text: String,
}

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [engine, patterns, corpus] = &*args else { panic!("ENGINE PATTERNS.tsv CORPUS.jsonl") };
    let patterns = read(patterns);
    let start = Instant::now();
    let mut search: Engine<'_> = match engine.as_str() {
        "regex" => Box::new(|document, text, found| {
            for (index, pattern) in patterns.iter().enumerate() {
                pattern.regex.find_iter(text).for_each(|m| found(document, index, m.start(), m.end()));
            }
        }),
        "set" => {
            let texts = patterns.iter().map(|pattern| flagged(pattern));
            let set = RegexSetBuilder::new(texts)
                .unicode(false)
                .multi_line(true)
                .crlf(true)
                .dfa_size_limit(1 << 28)
                .build()
                .expect("a set");
            let patterns = &patterns;
            Box::new(move |document, text, found| {
                for index in set.matches(text) {
                    patterns[index]
                        .regex
                        .find_iter(text)
                        .for_each(|m| found(document, index, m.start(), m.end()));
                }
            })
        }
        "aho-line" => aho::engine(&patterns),
        #[cfg(feature = "hyperscan")]
        "hyperscan-line" => hyperscan::line(&patterns),
        #[cfg(feature = "hyperscan")]
        "hyperscan-ends" => hyperscan::ends(&patterns),
        _ => panic!("no engine `{engine}`"),
    };
    let made = start.elapsed().as_secs_f64();
    let records = BufReader::new(File::open(corpus).expect("a corpus")).lines();
    let text = |line: &str| serde_json::from_str::<Record>(line).expect("JSON with a text").text;
    let texts: Vec<String> = records.map(|line| text(&line.expect("a line"))).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    let (mut count, mut best) = (0, f64::INFINITY);
    for _ in 0..ROUNDS {
        count = 0;
        let start = processor_time();
        for (document, text) in texts.iter().enumerate() {
            search(document, text.as_bytes(), &mut |_, _, _, _| count += 1);
        }
        best = best.min(processor_time() - start);
    }
    let mut all = 0u64;
    for (document, text) in texts.iter().enumerate() {
        search(document, text.as_bytes(), &mut |document, pattern, start, end| {
            let mut hasher = DefaultHasher::new();
            (document, start, end, &*patterns[pattern].name).hash(&mut hasher);
            all = all.wrapping_add(hasher.finish());
        });
    }
    println!(
        "{}",
        serde_json::json!({
            "engine": engine, "patterns": patterns.len(), "bytes": bytes, "found": count, "fingerprint": format!("{all:016x}"),
            "megabytes_per_second": bytes as f64 / 1e6 / best, "seconds_to_compile": made,
        })
    );
}

/// Searches the line around a place where a pattern may match, unless that was done;
/// `searched` has up to where for each pattern.
pub fn line(
    patterns: &[Pattern],
    searched: &mut [usize],
    (document, text): (usize, &[u8]),
    (pattern, place): (usize, usize),
    found: Found<'_>,
) {
    if place < searched[pattern] {
        return;
    }
    let start = memchr::memrchr(b'\n', &text[..place]).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', &text[place..]).map_or(text.len(), |at| place + at);
    for m in patterns[pattern].regex.find_iter(&text[start..end]) {
        found(document, pattern, start + m.start(), start + m.end());
    }
    searched[pattern] = end + 1;
}

pub fn flagged(pattern: &Pattern) -> String {
    format!("{}{}", if pattern.ignore_case { "(?i)" } else { "" }, pattern.text)
}

fn read(path: &str) -> Vec<Pattern> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let pattern = |line: &str| {
        let [name, flags, text] = *line.splitn(3, '\t').collect::<Vec<_>>() else {
            panic!("three columns: {line}")
        };
        let ignore_case = flags.contains('i');
        // Without Unicode, what is not ASCII is taken byte by byte.
        let bytes = |c: char| c.to_string().bytes().map(|byte| format!("\\x{byte:02x}")).collect::<String>();
        let text: String =
            text.chars().map(|c| if c.is_ascii() { c.to_string() } else { bytes(c) }).collect();
        let mut builder = RegexBuilder::new(&text);
        builder.unicode(false).case_insensitive(ignore_case).multi_line(true).crlf(true);
        let regex = builder.build().unwrap_or_else(|error| panic!("{name}: {error}"));
        Pattern { name: name.into(), ignore_case, text, regex }
    };
    text.lines().map(pattern).collect()
}

/// Seconds that this thread has run; elsewhere, seconds that have passed.
fn processor_time() -> f64 {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |n| n / 1e9)
}
