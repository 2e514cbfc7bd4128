//! The engine alone: texts in memory, one thread, findings counted and dropped.
//!
//! `cargo bench --bench engine -- PATTERNS.tsv CORPUS.jsonl [BACKEND]`; `-` in place of patterns for the built-in rules. Patterns are
//! as in `compare.py`, which runs this beside other engines (`peers`), and prints the same: one record of JSON.

use std::{
    env,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufRead, BufReader},
    sync::LazyLock,
    time::Instant,
};

use descrape::{
    Backend,
    document::Document,
    lint::Linter,
    rule::{Rule, RuleSet, Selection, builtin_rules, load_rule},
};

/// Times all texts are read; the fastest counts.
const ROUNDS: usize = 3;

#[derive(serde::Deserialize)]
struct Record {
    text: String,
}

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let [patterns, corpus, backend @ ..] = &*args else { panic!("PATTERNS.tsv CORPUS.jsonl [BACKEND]") };
    for name in backend {
        Backend::choose(name).unwrap_or_else(|error| panic!("{error}"));
    }
    let rules = if patterns == "-" { builtin_rules() } else { rules_of(patterns) };
    let start = Instant::now();
    let set = RuleSet::new(rules, &Selection::default()).expect("the rules go together");
    let made = start.elapsed().as_secs_f64();
    let records = BufReader::new(File::open(corpus).expect("a corpus")).lines();
    let text = |line: &str| serde_json::from_str::<Record>(line).expect("JSON with a text").text;
    let texts: Vec<String> = records.map(|line| text(&line.expect("a line"))).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut linter = Linter::new(&set);
    let (mut found, mut best) = (0, f64::INFINITY);
    for _ in 0..ROUNDS {
        let start = processor_time();
        found = texts.iter().map(|text| linter.lint(&Document::new("", text.as_str())).len()).sum();
        best = best.min(processor_time() - start);
    }
    let mut all = 0u64;
    for (number, text) in texts.iter().enumerate() {
        for finding in linter.lint(&Document::new("", text.as_str())) {
            let name = finding.rule.id.rsplit('/').next().unwrap_or_default();
            all = all.wrapping_add(fingerprint(number, finding.span.start, finding.span.end, name));
        }
    }
    let speed = bytes as f64 / 1e6 / best;
    println!(
        "{}",
        serde_json::json!({
            "engine": format!("descrape {}", backend.first().map_or("", String::as_str)).trim(),
            "patterns": set.rules().count(), "bytes": bytes, "found": found, "fingerprint": format!("{all:016x}"),
            "megabytes_per_second": speed, "seconds_to_compile": made,
        })
    );
}

/// The patterns as rules; word boundaries in ASCII, as other engines have them.
fn rules_of(path: &str) -> Vec<Rule> {
    let rule = |line: &str| {
        let [name, flags, regex] = *line.splitn(3, '\t').collect::<Vec<_>>() else {
            panic!("three columns: {line}")
        };
        let text = format!(
            "summary = \"pattern {name}\"\nwhy = \"benchmark\"\nseverity = \"warning\"\n[match]\nignore-case = {}\n\
             any = ['''{}''']\ninside = [\"code\", \"url\", \"email\"]\n[[bad]]\ntext = \"-\"\n[[good]]\ntext = \"-\"\n",
            flags.contains('i'),
            regex.replace(r"\b", r"(?-u:\b)")
        );
        load_rule(&format!("bench/{name}"), path, &text).unwrap_or_else(|error| panic!("{error}"))
    };
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut rules: Vec<Rule> = text.lines().map(rule).collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules
}

/// A number for one finding; their sum does not depend on the order.
fn fingerprint(document: usize, start: usize, end: usize, name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (document, start, end, name).hash(&mut hasher);
    hasher.finish()
}

/// Seconds that this thread has run, so that other work on the machine matters
/// less; where the system does not tell, seconds that have passed.
fn processor_time() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |n| n / 1e9)
}
