//! `descrape rule try`: what a regular expression matches, word by word in its
//! context, before a rule is written.

use unicode_width::UnicodeWidthChar;

use super::super::{
    Exit, Stop,
    examine::LinterPool,
    pipeline::{self, Event, Flow},
    settings::show_rule_errors,
    tally::plural,
    terminal::Terminal,
};
use super::args::{RuleTryArgs, UnitArg};
use crate::{
    corpus::{Block, Source},
    document::Document,
    report::{place, reveal},
    rule::{RuleSet, Selection, load_rule},
    span::Span,
};

/// Bytes of context looked at on either side; more than fits on a line.
const REACH: usize = 400;

/// A match with what stands around it.
struct Row {
    place: String,
    before: String,
    matched: String,
    after: String,
}

#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    documents: usize,
    matching: usize,
}

/// What is to be shown, and whether all could be read.
pub(super) fn run(args: &RuleTryArgs, terminal: &Terminal) -> Result<(String, Exit), Stop> {
    let rules = rule_set(args, terminal)?;
    let linters = LinterPool::new(&rules);
    let fields = args.corpus.fields();
    let work = |source: &Source, block: &Block| {
        linters.with(|linter| {
            let mut rows = Rows::default();
            for (raw, record) in source.records(block, &fields) {
                let Some(record) = record else { continue };
                let document = record.document(source, &fields, &raw);
                let findings = linter.lint(&document);
                rows.documents += 1;
                rows.matching += usize::from(!findings.is_empty());
                place(&document, &findings, |finding| {
                    rows.rows.push(row(&document, finding.place(), finding.diagnostic.span));
                });
            }
            rows
        })
    };
    let mut all = Rows::default();
    let pool = args.corpus.thread_pool()?;
    let reading = args.corpus.reading(&fields, &pool, terminal);
    let outcome = pipeline::run(&reading, &args.corpus.walk_options(), &args.paths, work, |event| {
        if let Event::Block(_, _, mut rows) = event {
            all.rows.append(&mut rows.rows);
            all.documents += rows.documents;
            all.matching += rows.matching;
        }
        Ok(Flow::Continue)
    })?;
    let exit = if outcome.failed { Exit::Failed } else { Exit::Clean };
    Ok((show(&all, args.limit, terminal.width), exit))
}

/// One rule with nothing but the pattern.
fn rule_set(args: &RuleTryArgs, terminal: &Terminal) -> Result<RuleSet, Stop> {
    let unit = match args.unit {
        UnitArg::Span => "span",
        UnitArg::Line => "line",
        UnitArg::Paragraph => "paragraph",
    };
    let pattern = toml::Value::String(args.pattern.clone());
    let source = format!(
        "summary = \"match\"\nwhy = \"tried\"\nseverity = \"info\"\n[match]\nunit = \"{unit}\"\nignore-case = {}\n\
         inside = [\"code\", \"url\", \"email\"]\nany = [{pattern}]\n[[bad]]\ntext = \"x\"\n[[good]]\ntext = \"x\"\n",
        args.ignore_case
    );
    let rule = load_rule("try/pattern", "pattern", &source)
        .map_err(|errors| show_rule_errors(std::slice::from_ref(&errors), terminal))?;
    Ok(RuleSet::new(vec![rule], &Selection::default())?)
}

fn row(document: &Document<'_>, place: String, span: Span) -> Row {
    let text = document.text;
    let from = text.ceil_char_boundary(span.start.saturating_sub(REACH));
    let to = text.floor_char_boundary((span.end + REACH).min(text.len()));
    let end = text.floor_char_boundary(span.end.min(span.start + REACH));
    Row {
        place,
        before: one_line(&text[from..span.start]),
        matched: one_line(&text[span.start..end]),
        after: one_line(&text[span.end..to]),
    }
}

/// On one line: line ends as `⏎`, invisible characters made visible.
fn one_line(text: &str) -> String {
    reveal(&text.replace("\r\n", "⏎").replace(['\n', '\r'], "⏎"))
}

/// Rows under each other, the matches in the middle.
fn show(all: &Rows, limit: usize, width: usize) -> String {
    let mut out = String::new();
    let total = all.rows.len();
    let shown = total.min(limit);
    let places: Vec<&Row> = (0..shown).map(|i| &all.rows[i * total / shown.max(1)]).collect();
    let side = (width.saturating_sub(24) / 2).max(16);
    for row in places {
        let before = cut(row.before.chars().rev(), side).chars().rev().collect::<String>();
        let pad = side - before.chars().filter_map(UnicodeWidthChar::width).sum::<usize>();
        let matched = cut(row.matched.chars(), width);
        let used = matched.chars().filter_map(UnicodeWidthChar::width).sum::<usize>();
        let after = cut(row.after.chars(), (side + 20).saturating_sub(used).max(8));
        out.push_str(&format!("{}{before}[{matched}]{after}\n", " ".repeat(pad)));
        out.push_str(&format!("{:>side$}{}\n", "", row.place));
    }
    if total > shown {
        out.push_str(&format!(
            "{shown} of {}, spread over the corpus; --limit shows more.\n",
            plural(total, "match")
        ));
    }
    out.push_str(&format!(
        "{} in {} of {}.\n",
        plural(total, "match"),
        all.matching,
        plural(all.documents, "document")
    ));
    out
}

/// As many characters as fit into so many columns.
fn cut(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|&c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect()
}
