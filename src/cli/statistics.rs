//! `check --statistics`: how often each rule fires, and how much it covers.

use super::{
    args::OutputFormat,
    tally::{Tally, grouped},
};
use crate::edit::Applicability;

pub(super) fn render(tally: &Tally<'_>, format: OutputFormat) -> String {
    match format {
        OutputFormat::Json => format!("[\n{}\n]\n", records(tally).join(",\n")),
        OutputFormat::Jsonl => records(tally).iter().map(|line| format!("{line}\n")).collect(),
        _ => table(tally),
    }
}

fn records(tally: &Tally<'_>) -> Vec<String> {
    let record = |total: &crate::report::RuleTotal<'_>| {
        serde_json::json!({
            "rule": total.rule.id,
            "severity": total.severity.name(),
            "findings": total.findings,
            "documents": total.documents,
            "bytes": total.bytes,
            "share_of_documents": share(total.documents, tally.documents),
            "share_of_bytes": share(total.bytes, tally.bytes),
            "safety": total.safety.map(Applicability::name),
        })
        .to_string()
    };
    tally.rules().iter().map(record).collect()
}

fn table(tally: &Tally<'_>) -> String {
    let rules = tally.rules();
    if rules.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "{:>10} {:>10} {:>8} {:>10} {:>8}  {:<8} {:<7} rule\n",
        "findings", "documents", "of all", "bytes", "of all", "severity", "fix"
    );
    for total in rules {
        let fix = total.safety.map_or("none", Applicability::name);
        out.push_str(&format!(
            "{:>10} {:>10} {:>8} {:>10} {:>8}  {:<8} {fix:<7} {}\n",
            grouped(total.findings),
            grouped(total.documents),
            percent(share(total.documents, tally.documents)),
            grouped(total.bytes),
            percent(share(total.bytes, tally.bytes)),
            total.severity.name(),
            total.rule.id
        ));
    }
    out
}

fn share(part: usize, all: usize) -> f64 {
    part as f64 / all.max(1) as f64
}

/// With as many digits as tell a share that is not zero from one that is.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        0.0 => "0%".into(),
        p if p < 0.01 => "<0.01%".into(),
        p if p < 10.0 => format!("{p:.2}%"),
        p => format!("{p:.0}%"),
    }
}
