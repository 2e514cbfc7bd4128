//! `descrape explain`: what every rule made of a place.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Exit, Stop,
    args::ExplainArgs,
    judge::Judge,
    setup::Setup,
    terminal::{Terminal, write_out},
};
use crate::{
    corpus::{Fields, Format, Source, Walk},
    document::Document,
    edit::apply,
    gate::Suppression,
    hash::Hash,
    layout::{line_end, line_start},
    lint::{Account, Linter, Match, Outcome},
    report::{brief, reveal},
    rule::{Condition, Rule},
    span::Span,
};

/// A place as reports write it.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    file: PathBuf,
    /// The numbers after it: of a record, a line and a column, the first only in
    /// files of records.
    numbers: Vec<usize>,
}

pub(super) fn run(args: &ExplainArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let place = Place::parse(&args.place, Path::is_file)?;
    if place.file.is_dir() {
        return Err(Stop(format!("{}: is a folder; name a file in it", place.file.display())));
    }
    let paths = [place.file.clone()];
    let setup = Setup::new(&paths, &args.setup, None, terminal)?;
    let judge = Judge::new(&setup.resolved, None);
    let options = setup.walk_options(&args.setup.corpus, &[]);
    let source = match options.walk(&paths).next() {
        Some(Walk::Source(source)) => source,
        Some(Walk::Failed { name, reason }) => return Err(Stop(format!("{name}: {reason}"))),
        Some(Walk::Skipped { name, reason }) => return Err(Stop(format!("{name}: {reason}"))),
        None => return Err(Stop(format!("{}: no such file", place.file.display()))),
    };
    let local = judge.of(&source);
    let text = place.with_document(&source, &setup.fields, |document, span| {
        let accounts = Linter::new(judge.rules).explain(document, &local.policy, span);
        let suppressions = local.suppressions_of(document);
        let suppressed = |rule: &Rule| {
            let number = local.suppression(&suppressions, rule)?;
            Some(&judge.places.suppressions.all()[number])
        };
        render(&args.place, document, span, &accounts, suppressed)
    })?;
    write_out(&mut std::io::stdout(), text.as_bytes())?;
    Ok(Exit::Clean)
}

impl Place {
    /// Reads a place; `is_file` tells what is a file, as its name and ids may hold colons.
    fn parse(text: &str, is_file: impl Fn(&Path) -> bool) -> Result<Self, Stop> {
        let part = |(at, _)| (&text[..at], &text[at + 1..]);
        let mut from_the_end = text.rmatch_indices(':').map(part);
        let known = from_the_end.find(|(file, _)| is_file(Path::new(file)));
        let by_numbers = || text.match_indices(':').map(part).find(|(_, rest)| numbers(rest).is_some());
        let Some((file, rest)) = known.or_else(by_numbers) else {
            return Err(Stop(format!(
                "`{text}` is no place: give FILE:LINE or FILE:LINE:COLUMN, in files of \
                 records FILE:RECORD:LINE:COLUMN, as reports write it"
            )));
        };
        match numbers(rest) {
            Some(numbers) => Ok(Place { file: file.into(), numbers }),
            None => Err(Stop(format!("`{rest}` is no place in {file}: give its line and column"))),
        }
    }

    /// Calls `look` with the document and the place in it.
    fn with_document<T>(
        &self,
        source: &Source,
        fields: &Fields,
        mut look: impl FnMut(&Document<'_>, Span) -> T,
    ) -> Result<T, Stop> {
        let unreadable = |error: std::io::Error| Stop(format!("{}: cannot be read: {error}", source.name));
        let in_records = !matches!(source.format, Format::Text);
        let (record, line, column) = match (in_records, &self.numbers[..]) {
            (true, &[record]) => (Some(record), None, None),
            (true, &[record, line]) => (Some(record), Some(line), None),
            (true, &[record, line, column]) => (Some(record), Some(line), Some(column)),
            (false, &[line]) => (None, Some(line), None),
            (false, &[line, column]) => (None, Some(line), Some(column)),
            _ => {
                let name = source.format.name();
                return Err(Stop(format!("{}: is {name}; give a line and a column", source.name)));
            }
        };
        let mut blocks = source.open(fields, Arc::default()).map_err(unreadable)?;
        while let Some(block) = blocks.next_block(Vec::new()).map_err(unreadable)? {
            for (raw, decoded) in source.records(&block, fields) {
                let Some(decoded) = decoded else { continue };
                let document = decoded.document(source, fields, &raw);
                if let &[line, column] = &self.numbers[..]
                    && in_records
                    && document.in_file
                    && let Some(span) =
                        span_at(document.text, line.checked_sub(document.first_line), Some(column))
                {
                    // What could not be read is told by its line in the file.
                    return Ok(look(&document, span));
                }
                if record.is_some() && document.record != record {
                    continue;
                }
                let first = if document.in_file && record.is_none() { document.first_line } else { 1 };
                let span = match line {
                    Some(line) => span_at(document.text, line.checked_sub(first), column),
                    None => Some(Span::new(0, document.text.len())),
                };
                match span {
                    Some(span) => return Ok(look(&document, span)),
                    None if record.is_some() => break,
                    None => {}
                }
            }
        }
        Err(Stop(format!("{}: there is no such place in it", source.name)))
    }
}

/// Up to three numbers, from 1, between colons. An id behind the first one tells nothing that it
/// does not, and may hold anything.
fn numbers(text: &str) -> Option<Vec<usize>> {
    let number = |text: &str| text.parse().ok().filter(|&number: &usize| number > 0);
    if let Some((record, tail)) = text.split_once('#') {
        let place = || {
            let (head, column) = tail.rsplit_once(':')?;
            let (_, line) = head.rsplit_once(':')?;
            Some([number(line)?, number(column)?])
        };
        return Some([number(record)?].into_iter().chain(place().into_iter().flatten()).collect());
    }
    let numbers: Option<Vec<usize>> = text.split(':').map(number).collect();
    numbers.filter(|numbers| numbers.len() <= 3)
}

/// The line of this index, or the character at a column of it, from 1.
fn span_at(text: &str, line: Option<usize>, column: Option<usize>) -> Option<Span> {
    let bytes = text.as_bytes();
    let mut start = 0;
    for _ in 0..line? {
        let end = line_end(bytes, start);
        let step = if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
        start = end + step;
        if start > text.len() {
            return None;
        }
    }
    let end = line_end(bytes, start);
    let mark = usize::from(start == 0 && text.starts_with('\u{feff}'));
    match column {
        None => Some(Span::new(start, end)),
        Some(column) => {
            let mut characters = text[start..end].char_indices().skip(mark);
            let (at, character) = characters.nth(column - 1)?;
            Some(Span::new(start + at, start + at + character.len_utf8()))
        }
    }
}

fn render<'s>(
    name: &str,
    document: &Document<'_>,
    place: Span,
    accounts: &[Account<'_>],
    suppressed: impl Fn(&Rule) -> Option<&'s Suppression>,
) -> String {
    let (shown, _) = brief(document.text, place);
    let hash = Hash::of(document.text.as_bytes());
    let mut out = format!("{}\nhash of the document's text: {hash}\n\n  {shown}\n", reveal(name));
    for account in accounts.iter().filter(|account| !account.matches.is_empty()) {
        let rule = account.rule;
        out.push_str(&format!("\n{}: {}\n", rule.id, rule.summary));
        for found in &account.matches {
            out.push_str(&one_match(document, found));
        }
        if let Some(suppression) = suppressed(rule) {
            out.push_str(&format!("  suppressed: {}\n", reveal(&suppression.reason)));
        }
        if !account.offered {
            // Its match has its rare part on another line.
            out.push_str("  found from another line\n");
        }
    }
    let looked: Vec<&str> = accounts
        .iter()
        .filter(|account| account.matches.is_empty())
        .map(|account| &*account.rule.id)
        .collect();
    if !looked.is_empty() {
        out.push_str("\nLooked here, and no pattern matches:\n");
        looked.iter().for_each(|id| out.push_str(&format!("  {id}\n")));
    }
    if accounts.is_empty() {
        out.push_str("\nNo rule has a reason to look here.\n");
    }
    out
}

fn one_match(document: &Document<'_>, found: &Match<'_>) -> String {
    let (line, span) = brief(document.text, found.span);
    let mut out = format!("  matches {:?}\n", &line[span]);
    for Condition { name, holds } in &found.conditions {
        out.push_str(&format!("    {} {}\n", if *holds { "yes" } else { "NO " }, reveal(name)));
    }
    match &found.outcome {
        Outcome::Finding(finding) => {
            let fix = finding.fix.as_ref().map_or_else(
                || "without a fix".to_string(),
                |fix| format!("with a fix that is {}", fix.applicability.name()),
            );
            out.push_str(&format!("  finding: {}, {fix}\n", finding.severity.name()));
            let edits = finding.edits(document.text);
            if !edits.is_empty() {
                out.push_str(&format!("  after the fix: {}\n", after(document.text, &edits)));
            }
        }
        other => out.push_str(&format!("  no finding: {}\n", other.in_words())),
    }
    out
}

/// The line around the edits as it is after them.
fn after(text: &str, edits: &[crate::edit::Edit]) -> String {
    let (Some(first), Some(last)) = (edits.first(), edits.last()) else { return String::new() };
    let bytes = text.as_bytes();
    let start = line_start(bytes, first.span.start, 0);
    let end = line_end(bytes, last.span.end);
    let shifted: Vec<_> = edits
        .iter()
        .map(|edit| {
            let span = Span::new(edit.span.start - start, edit.span.end - start);
            crate::edit::Edit { span, ..edit.clone() }
        })
        .collect();
    let repaired = apply(&text[start..end], &shifted);
    let at = (first.span.start - start).min(repaired.len());
    let at = repaired.floor_char_boundary(at);
    let (line, _) = brief(&repaired, Span::new(at, at));
    if line.trim().is_empty() { "(nothing is left of the line)".into() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_reports_write_them() {
        let place = |text| {
            let place = Place::parse(text, |file| file == Path::new("n:5"));
            place.map(|place| (place.file.display().to_string(), place.numbers)).ok()
        };
        assert_eq!(place("a.txt:3"), Some(("a.txt".into(), vec![3])));
        assert_eq!(place("a.txt:3:14"), Some(("a.txt".into(), vec![3, 14])));
        assert_eq!(place("x:y/a.jsonl:7#doc-7:1:2"), Some(("x:y/a.jsonl".into(), vec![7, 1, 2])));
        assert_eq!(place("C:\\a.txt:3"), Some(("C:\\a.txt".into(), vec![3])));
        assert_eq!(place("a.wet:1#urn:uuid:12-a:1:11"), Some(("a.wet".into(), vec![1, 1, 11])));
        assert_eq!(place("a.jsonl:2#a:1:5:3"), Some(("a.jsonl".into(), vec![2, 5, 3])));
        assert_eq!(place("n:5:7"), Some(("n:5".into(), vec![7])));
        assert_eq!(place("n:5:x"), None);
        assert_eq!(place("a.txt"), None);
        assert_eq!(place("a.txt:0"), None);
    }

    #[test]
    fn a_line_and_a_column_are_a_span() {
        let text = "\u{feff}ab\r\n日本\nlast";
        assert_eq!(span_at(text, Some(0), Some(1)), Some(Span::new(3, 4)));
        assert_eq!(span_at(text, Some(1), Some(2)), Some(Span::new(10, 13)));
        assert_eq!(span_at(text, Some(2), None), Some(Span::new(14, 18)));
        assert_eq!(span_at(text, Some(3), None), None);
        assert_eq!(span_at(text, Some(2), Some(5)), None);
        assert_eq!(span_at(text, None, None), None);
    }
}
