//! How much of a format's own speed is left when a corpus is checked, and what a gate costs: whole
//! processes and plain readers, in turn, on the same file.
//!
//! `cargo bench --bench corpora -- FILE.jsonl [RULES]`; RULES is what `--select`
//! takes. Without a file a corpus is generated.

use std::{
    fmt::Write as _,
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// Times each thing is done; the fastest counts.
const ROUNDS: usize = 3;

/// What a program has to know of a record to use its text.
#[derive(serde::Deserialize)]
struct Record {
    text: String,
}

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = args.next().map_or_else(|| generate(&folder.path().join("corpus.jsonl")), PathBuf::from);
    let rules = args.next();
    let packed = folder.path().join("corpus.jsonl.zst");
    let bytes = file.metadata().expect("the file is there").len() as f64 / 1e6;
    let mut encoder = zstd::Encoder::new(File::create(&packed).expect("a file"), 3).expect("an encoder");
    std::io::copy(&mut File::open(&file).expect("the file"), &mut encoder).expect("it is packed");
    encoder.finish().expect("it is packed");

    let check = |file: &Path, threads: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_descrape"));
        command.arg("check").arg(file).args(["--threads", threads, "--output-format", "jsonl", "--quiet"]);
        command.args(rules.iter().flat_map(|rules| ["--select", rules]));
        let status = command.stdout(Stdio::null()).status().expect("it runs");
        assert!(matches!(status.code(), Some(0 | 1)), "it ended with {status}");
    };
    let config = folder.path().join("descrape.toml");
    let gate = "baseline = \"accepted.jsonl\"\n[[suppress]]\nrule = \"entity\"\npath = \"elsewhere/\"\n\
                reason = \"for the cost of looking\"\n[gate]\nALL = { per-million-words = 5 }\nerror = 1000000\n";
    std::fs::write(&config, gate).expect("a file");
    let program = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_descrape"));
        command.args(args).arg(&file).arg("--config").arg(&config).args(["--threads", "1", "--quiet"]);
        command.args(rules.iter().flat_map(|rules| ["--select", rules]));
        let status = command.stdout(Stdio::null()).status().expect("it runs");
        assert!(matches!(status.code(), Some(0 | 1)), "it ended with {status}");
    };
    program(&["baseline", "create"]);
    let reports: Vec<String> = ["sarif", "junit", "gitlab", "markdown"]
        .map(|format| format!("{format}={}", folder.path().join(format).display()))
        .to_vec();
    let gated = || {
        let reports = reports.iter().flat_map(|report| ["--report", report]);
        program(&["check", "--output-format", "jsonl"].into_iter().chain(reports).collect::<Vec<_>>());
    };
    let read_json = || {
        let mut reader = BufReader::with_capacity(1 << 18, File::open(&file).expect("the file"));
        let (mut line, mut length) = (Vec::new(), 0);
        while reader.read_until(b'\n', &mut line).expect("it is read") > 0 {
            length += serde_json::from_slice::<Record>(&line).map_or(0, |record| record.text.len());
            line.clear();
        }
        assert!(length > 0, "no text was read");
    };
    let unpack = || {
        let mut decoder = zstd::Decoder::new(File::open(&packed).expect("the file")).expect("a decoder");
        let mut buffer = vec![0; 1 << 18];
        while decoder.read(&mut buffer).expect("it unpacks") > 0 {}
    };
    let things: [(&str, &dyn Fn()); 7] = [
        ("serde_json into a struct", &read_json),
        ("zstd, unpacked", &unpack),
        ("check, 1 thread", &|| check(&file, "1")),
        ("check, 2 threads", &|| check(&file, "2")),
        ("check .zst, 1 thread", &|| check(&packed, "1")),
        ("check .zst, 2 threads", &|| check(&packed, "2")),
        ("check with a gate, 1 thread", &gated),
    ];
    let mut best = [f64::INFINITY; 7];
    for _ in 0..ROUNDS {
        for (best, (_, thing)) in best.iter_mut().zip(&things) {
            let start = Instant::now();
            thing();
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    let mut out = format!("{bytes:.1} MB of JSON Lines, rules: {}\n", rules.as_deref().unwrap_or("all"));
    for ((name, _), seconds) in things.iter().zip(best) {
        let _ = writeln!(out, "{name:<28} {seconds:>8.2} s {:>8.0} MB/s", bytes / seconds);
    }
    let [json, zstd, one, two, packed_one, packed_two, gated] = best;
    let _ = writeln!(out, "of serde_json                {:.3}", json / one);
    let _ = writeln!(out, "of zstd, 1 and 2 threads     {:.3} {:.3}", zstd / packed_one, zstd / packed_two);
    let _ = writeln!(out, "two threads over one         {:.2}", one / two);
    // A baseline of all findings, a suppression, budgets, and four reports in files.
    let _ = writeln!(out, "a gate over none             {:.2}", gated / one);
    std::io::stdout().write_all(out.as_bytes()).expect("somebody reads");
}

/// Honest text with a broken reference in one document of ten.
fn generate(path: &Path) -> PathBuf {
    let words: Vec<&str> = include_str!("../README.md").split_whitespace().collect();
    let mut out = std::io::BufWriter::new(File::create(path).expect("a file"));
    let mut state = 7usize;
    for index in 0..20_000 {
        let mut text = String::new();
        for position in 0..400 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let word = words[(state >> 33) % words.len()];
            let end = if position % 80 == 79 { ".\n" } else { " " };
            text.push_str(&format!("{word}{end}"));
        }
        if index % 10 == 0 {
            text.push_str("The mayor & # 39; s house.");
        }
        let line = serde_json::json!({ "id": index, "text": text });
        writeln!(out, "{line}").expect("it is written");
    }
    out.into_inner().map_err(|error| error.to_string()).expect("it is written");
    path.to_path_buf()
}
