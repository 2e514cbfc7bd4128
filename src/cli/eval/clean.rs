//! `descrape eval --clean`: what rules find where there is nothing to find.

use serde_json::{Value, json};

use super::{
    super::{
        Exit, Stop,
        args::{EvalArgs, TableFormat},
        examine::LinterPool,
        pipeline::{self, Event, Flow},
        tally::{Counted, Tally, grouped, plural},
        terminal::{Terminal, write_out},
    },
    FalsePositive, around, worst,
};
use crate::{
    diagnostic::Diagnostic, document::Document, prose::count_words, rule::RuleSet, severity::Severity,
};

/// Findings in honest text, per million words.
pub(super) fn run(args: &EvalArgs, rules: &RuleSet, terminal: &Terminal) -> Result<Exit, Stop> {
    let linters = LinterPool::new(rules);
    let fields = args.corpus.fields();
    let threshold = Severity::from(args.severity);
    let (mut tally, mut words, mut found) = (Tally::default(), 0, Vec::new());
    let outcome = pipeline::run(
        &args.corpus.reading(&fields, &args.corpus.thread_pool()?, terminal),
        &args.corpus.walk_options(),
        &args.clean,
        |source, block| {
            linters.with(|linter| {
                let (mut tally, mut words, mut found) = (Tally::default(), 0, Vec::new());
                source.for_each_record(block, &fields, |_, raw, record| {
                    let Some(record) = record else { return };
                    let document = record.document(source, &fields, raw);
                    let mut findings = linter.lint(&document);
                    findings.retain(|finding| finding.severity >= threshold);
                    tally.next_document(document.text.len());
                    findings.iter().map(Counted::of).for_each(|finding| tally.add(finding));
                    words += count_words(document.text, usize::MAX);
                    if args.worst > 0 {
                        found.extend(findings.iter().map(|finding| in_honest_text(&document, finding)));
                    }
                });
                (tally, words, found)
            })
        },
        |event| {
            if let Event::Block(_, _, (counted, more, mut there)) = event {
                tally.merge(counted);
                words += more;
                found.append(&mut there);
            }
            Ok(Flow::Continue)
        },
    )?;
    let per_million = |findings: usize| findings as f64 * 1e6 / words.max(1) as f64;
    let text = match args.output_format {
        TableFormat::Json => {
            let rules: Vec<Value> = tally
                .rules()
                .iter()
                .map(|t| {
                    json!({"rule": t.rule.id, "findings": t.findings, "documents": t.documents,
                           "per_million_words": per_million(t.findings)})
                })
                .collect();
            let all = json!({
                "version": 1, "documents": tally.documents, "words": words, "findings": tally.findings(),
                "per_million_words": per_million(tally.findings()), "rules": rules,
                "worst": worst(&found, args.worst).into_iter().map(FalsePositive::json).collect::<Vec<_>>(),
            });
            format!("{all:#}\n")
        }
        TableFormat::Table => {
            let mut out =
                format!("{:>10} {:>10} {:>18}  rule\n", "findings", "documents", "per million words");
            let mut line = |findings: usize, documents: usize, name: &str| {
                let (rate, findings, documents) =
                    (per_million(findings), grouped(findings), grouped(documents));
                out.push_str(&format!("{findings:>10} {documents:>10} {rate:>18.2}  {name}\n"));
            };
            for t in tally.rules() {
                line(t.findings, t.documents, &t.rule.id);
            }
            line(tally.findings(), tally.with_findings, "all");
            out.push_str(&format!(
                "\n{} of {}.\n",
                plural(words, "word"),
                plural(tally.documents, "document")
            ));
            worst(&found, args.worst).into_iter().for_each(|found| found.show(&mut out));
            out
        }
    };
    write_out(&mut std::io::stdout(), text.as_bytes())?;
    Ok(if outcome.failed { Exit::Failed } else { Exit::Clean })
}

/// A finding with the lines around it.
fn in_honest_text(document: &Document<'_>, finding: &Diagnostic<'_>) -> FalsePositive {
    let lines: Vec<&str> = document.text.lines().collect();
    let index = document.text[..finding.span.start].matches('\n').count();
    FalsePositive {
        rules: vec![finding.rule.id.clone()],
        place: format!("{}, line {}", document.name(), index + 1),
        bytes: finding.span.len(),
        lines: around(&lines, index.min(lines.len().saturating_sub(1))),
    }
}
