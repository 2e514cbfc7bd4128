//! Compares `descrape check` with `rg` on the same patterns and the same text,
//! whole processes in turn on one core, and proves that every span it reports
//! is the one that one regex at a time finds.
//!
//! ```text
//! cargo bench --bench compare
//! cargo bench --bench compare -- --patterns P.tsv --jsonl C.jsonl --text C.txt
//! ```
//!
//! A pattern file has three columns: name, flags (`i` blind to case, `-` none),
//! regex. `C.txt` holds the texts of `C.jsonl`, for ripgrep. Without arguments
//! a corpus is generated and `benches/patterns.tsv` is used.

use std::{
    collections::HashMap,
    env,
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use regex::RegexBuilder;

/// Timed runs of each program.
const RUNS: usize = 5;
/// Bytes of the generated corpus.
const GENERATED: usize = 100_000_000;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut given: HashMap<String, PathBuf> = HashMap::new();
    let mut args = env::args().skip(1).filter(|arg| arg != "--bench");
    while let Some(name) = args.next() {
        let value = args.next().unwrap_or_else(|| panic!("{name} needs a file"));
        given.insert(name, fs::canonicalize(&value).unwrap_or_else(|error| panic!("{value}: {error}")));
    }
    let patterns = given.remove("--patterns").unwrap_or_else(|| root.join("benches/patterns.tsv"));
    let (jsonl, text) = match (given.remove("--jsonl"), given.remove("--text")) {
        (Some(jsonl), Some(text)) => (jsonl, text),
        (None, None) => generate(folder.path()),
        _ => panic!("--jsonl and --text go together"),
    };
    assert!(given.is_empty(), "unknown: {:?}", given.keys());

    let patterns = read_patterns(&patterns);
    let pack = write_pack(folder.path(), &patterns);
    let regexes = write_regexes(folder.path(), &patterns);
    let found = folder.path().join("found.jsonl");

    println!("{} patterns, {} MB of JSON Lines", patterns.len(), size(&jsonl) / 1_000_000);
    let descrape = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_descrape"));
        command.args([
            "check",
            "--select",
            "bench",
            "--threads",
            "1",
            "--output-format",
            "jsonl",
            "-q",
            "--rules",
        ]);
        command.arg(&pack).arg(&jsonl).stdout(fs::File::create(&found).expect("a file"));
        command
    };
    let ripgrep = || {
        let mut command = Command::new("rg");
        command.args(["--no-unicode", "-j1", "-c", "-f"]).arg(&regexes).arg(&text).stdout(Stdio::null());
        command
    };
    descrape().status().expect("descrape runs");
    compare_spans(&patterns, &jsonl, &found);
    if ripgrep().status().is_err() {
        println!("ripgrep is not installed: `cargo install ripgrep` for the comparison");
        return;
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(seconds(descrape()));
        theirs.push(seconds(ripgrep()));
    }
    let speeds = |name: &str, times: &[f64], bytes: u64| {
        let speed = |time: f64| bytes as f64 / 1e6 / time;
        let (min, max) = times.iter().fold((f64::MAX, 0.0f64), |(min, max), &t| (min.min(t), max.max(t)));
        println!("{name:<34} {:6.0} MB/s ({:.0} to {:.0})", speed(median(times)), speed(max), speed(min));
    };
    speeds("descrape check (findings written)", &ours, size(&jsonl));
    speeds("rg --no-unicode -c (lines counted)", &theirs, size(&text));
    let scale = size(&jsonl) as f64 / size(&text) as f64;
    let ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(ours, theirs)| theirs / ours * scale).collect();
    let (min, max) = ratios.iter().fold((f64::MAX, 0.0f64), |(min, max), &r| (min.min(r), max.max(r)));
    println!("speed ratio, pair by pair: {:.2} ({min:.2} to {max:.2})", median(&ratios));
}

struct Pattern {
    name: String,
    ignore_case: bool,
    regex: String,
}

fn read_patterns(path: &Path) -> Vec<Pattern> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let pattern = |line: &str| {
        let mut cells = line.splitn(3, '\t').map(String::from);
        let mut cell = || cells.next().unwrap_or_else(|| panic!("three columns: {line}"));
        let (name, flags, regex) = (cell(), cell(), cell());
        Pattern { name, ignore_case: flags.contains('i'), regex }
    };
    text.lines().filter(|line| !line.is_empty()).map(pattern).collect()
}

/// The patterns as rules; word boundaries as ripgrep has them without Unicode.
fn write_pack(folder: &Path, patterns: &[Pattern]) -> PathBuf {
    let pack = folder.join("pack");
    fs::create_dir_all(pack.join("bench")).expect("a folder");
    for pattern in patterns {
        let regex = ascii_boundaries(&pattern.regex);
        let rule = format!(
            "summary = \"pattern {0}\"\nwhy = \"benchmark\"\nseverity = \"warning\"\n[match]\nignore-case = {1}\n\
             any = ['''{regex}''']\ninside = [\"code\", \"url\", \"email\"]\n\
             [[bad]]\ntext = \"-\"\n[[good]]\ntext = \"-\"\n",
            pattern.name, pattern.ignore_case
        );
        fs::write(pack.join(format!("bench/{}.toml", pattern.name)), rule).expect("a file");
    }
    pack
}

fn write_regexes(folder: &Path, patterns: &[Pattern]) -> PathBuf {
    let mut lines = String::new();
    for pattern in patterns {
        let flags = if pattern.ignore_case { "(?i)" } else { "" };
        writeln!(lines, "{flags}{}", pattern.regex).expect("memory");
    }
    let path = folder.join("regexes.txt");
    fs::write(&path, lines).expect("a file");
    path
}

fn ascii_boundaries(regex: &str) -> String {
    regex.replace(r"\b", r"(?-u:\b)")
}

/// Finds everything with one regex at a time, and compares.
fn compare_spans(patterns: &[Pattern], jsonl: &Path, found: &Path) {
    let start = Instant::now();
    let compiled: Vec<_> = patterns
        .iter()
        .map(|pattern| {
            RegexBuilder::new(&ascii_boundaries(&pattern.regex))
                .case_insensitive(pattern.ignore_case)
                .multi_line(true)
                .crlf(true)
                .build()
                .unwrap_or_else(|error| panic!("{}: {error}", pattern.name))
        })
        .collect();
    let mut reported = BufReader::new(fs::File::open(found).expect("findings")).lines();
    let (mut spans, mut bytes) = (0, 0);
    for (number, line) in BufReader::new(fs::File::open(jsonl).expect("a corpus")).lines().enumerate() {
        let record: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        let text = record["text"].as_str().expect("a text");
        bytes += text.len();
        let mut expected: Vec<(usize, usize, String)> = Vec::new();
        for (pattern, regex) in patterns.iter().zip(&compiled) {
            let id = format!("bench/{}", pattern.name);
            expected.extend(regex.find_iter(text).map(|found| (found.start(), found.end(), id.clone())));
        }
        expected.sort();
        for expected in expected {
            let line = reported.next().unwrap_or_else(|| panic!("record {number}: {expected:?} is missing"));
            let finding: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
            let offset = |key: &str| finding[key].as_u64().expect("an offset") as usize;
            let rule = finding["rule"].as_str().expect("a rule").to_string();
            assert_eq!((offset("byte_start"), offset("byte_end"), rule), expected, "record {number}");
            spans += 1;
        }
    }
    assert!(reported.next().is_none(), "more was reported than one regex at a time finds");
    let speed = bytes as f64 / 1e6 / start.elapsed().as_secs_f64();
    println!("{spans} spans, each as one regex at a time finds it (which ran at {speed:.0} MB/s, comparing)");
}

/// Prose with a damaged line or word every 1.5 KB, the same at each run.
fn generate(folder: &Path) -> (PathBuf, PathBuf) {
    const WORDS: &str = "the of and to a in that it was for on with as his they be at one have this from or had by \
         but some what there we can out other were all your when up use how said an each she which do their time if \
         will way about many then them would write like so these her long make thing see him two has look more day \
         could go come did my sound no most number who over know water than call first people may down side been now \
         find river bridge council Monday ferry mayor town winter market village committee library";
    const DAMAGE: [&str; 12] = [
        "\n\n%MINIFYHTML7c1e0b9fa2d34f58869e02b7c4d1a3f01%\n\n",
        " & # 39; s ",
        "\n\nPlus:\n\n",
        " &nbsp;",
        " ,quot; ",
        "\n\nPhoto by Jane Miller\n\n",
        " (Jane Miller / Reuters)\n\n",
        "\n\nWe use cookies to improve your experience.\n\n",
        " donâ€™t ",
        "\n\nRead more: Old bridge closes\n\n",
        " https://www.example.com/2021/03/bridge ",
        "\n\nAdvertisement\n\n",
    ];
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    // A small linear congruential generator; only its high bits are used.
    let mut state: u64 = 7;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let (jsonl, text) = (folder.join("corpus.jsonl"), folder.join("corpus.txt"));
    let create = |path| std::io::BufWriter::new(fs::File::create(path).expect("a file"));
    let (mut lines, mut plain) = (create(&jsonl), create(&text));
    let (mut written, mut number) = (0, 0);
    while written < GENERATED {
        let mut document = String::new();
        for _ in 0..40 + next(200) {
            match next(400) {
                0..2 => document.push_str(DAMAGE[next(DAMAGE.len())]),
                2..14 => document.push_str(".\n\n"),
                _ => document.push(' '),
            }
            for _ in 0..1 + next(4) {
                document.push_str(words[next(words.len())]);
                document.push(' ');
            }
        }
        let line = serde_json::json!({"id": format!("doc-{number}"), "text": document}).to_string();
        written += line.len();
        number += 1;
        writeln!(lines, "{line}").and_then(|()| writeln!(plain, "{document}\n")).expect("the disk takes it");
    }
    lines.flush().and_then(|()| plain.flush()).expect("the disk takes it");
    (jsonl, text)
}

fn seconds(mut command: Command) -> f64 {
    let start = Instant::now();
    command.status().expect("it runs");
    start.elapsed().as_secs_f64()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).expect("a file").len()
}
