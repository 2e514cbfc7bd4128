use descrape::{document::Document, lint::Linter, rule::*};
use std::time::Instant;
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut texts = Vec::new();
    for (i, line) in std::fs::read_to_string(&args[0]).unwrap().split('\n').enumerate() {
        if i % 8 == 0 && !line.is_empty() {
            let v: serde_json::Value = serde_json::from_str(line).unwrap();
            texts.push(v["text"].as_str().unwrap().to_string());
        }
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut rules = std::collections::BTreeMap::new();
    for r in builtin_rules().unwrap() {
        rules.insert(r.id.clone(), r);
    }
    for dir in &args[1..] {
        let mut stack = vec![std::path::PathBuf::from(dir)];
        while let Some(p) = stack.pop() {
            if p.is_dir() {
                for e in std::fs::read_dir(&p).unwrap() {
                    stack.push(e.unwrap().path());
                }
            } else if p.extension().is_some_and(|e| e == "toml") {
                let id = p.strip_prefix(dir).unwrap().with_extension("").to_string_lossy().into_owned();
                if let Ok(r) = load_rule(&id, &id, &std::fs::read_to_string(&p).unwrap()) {
                    rules.insert(id, r);
                }
            }
        }
    }
    let all: Vec<Rule> = rules.into_values().collect();
    if std::env::var_os("JOINT").is_some() {
        let t = Instant::now();
        let ignore =
            std::env::var("IGNORE").map(|s| s.split(',').map(String::from).collect()).unwrap_or_default();
        let set = RuleSet::new(all, &Selection { select: vec![], ignore }).unwrap();
        println!("{} rules, build {:?}", set.rules().count(), t.elapsed());
        let mut linter = Linter::new(&set);
        for _ in 0..4 {
            let t = Instant::now();
            for text in &texts {
                linter.lint(&Document::new("x", text));
            }
            println!("{bytes} bytes in {:?}", t.elapsed());
        }
        return;
    }
    let mut rows = Vec::new();
    let only = std::env::var("ONLY").ok();
    for rule in &all {
        if only.as_ref().is_some_and(|only| !only.split(',').any(|id| id == rule.id)) {
            continue;
        }
        let t = Instant::now();
        let others: Vec<Rule> =
            all.iter().filter(|o| o.id == rule.id || rule.requires().contains(&o.id)).cloned().collect();
        let set = RuleSet::new(others, &Selection { select: vec![rule.id.clone()], ignore: vec![] }).unwrap();
        let build = t.elapsed().as_secs_f64();
        let mut linter = Linter::new(&set);
        let t = Instant::now();
        let mut n = 0;
        for text in &texts {
            n += linter.lint(&Document::new("x", text)).len();
        }
        rows.push((t.elapsed().as_secs_f64(), build, n, rule.id.clone()));
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let base = rows.iter().map(|r| r.0).fold(f64::MAX, f64::min);
    println!(
        "{} rules, {} bytes, base {:.1} ms; sum of extra {:.0} ms",
        rows.len(),
        bytes,
        base * 1e3,
        rows.iter().map(|r| r.0 - base).sum::<f64>() * 1e3
    );
    for r in rows.iter().take(150) {
        println!("{:8.1} ms extra  build {:6.1} ms {:6} {}", (r.0 - base) * 1e3, r.1 * 1e3, r.2, r.3);
    }
    rows.sort_by(|a, b| b.1.total_cmp(&a.1));
    println!("builds:");
    for r in rows.iter().take(25) {
        println!("{:8.1} ms {}", r.1 * 1e3, r.3);
    }
}
