//! Aho-Corasick over literals, one of which every match of a pattern has.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex_syntax::hir::{
    Hir, HirKind,
    literal::{ExtractKind, Extractor},
};

use super::{Engine, Pattern, flagged, line};

/// Literals of one pattern, at most.
const MOST: usize = 64;

pub fn engine(patterns: &[Pattern]) -> Engine<'_> {
    let (mut literals, mut owners, mut everywhere) = (Vec::new(), Vec::new(), Vec::new());
    for (index, pattern) in patterns.iter().enumerate() {
        let mut parser =
            regex_syntax::ParserBuilder::new().unicode(false).utf8(false).multi_line(true).crlf(true).build();
        let hir = parser.parse(&flagged(pattern)).expect("it was parsed before");
        match required(&hir) {
            Some(own) => {
                owners.extend(own.iter().map(|_| index));
                literals.extend(own);
            }
            None => everywhere.push(index),
        }
    }
    let automaton = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::Standard)
        .build(&literals)
        .expect("an automaton");
    let mut searched = vec![0; patterns.len()];
    Box::new(move |document, text, found| {
        searched.fill(0);
        for m in automaton.find_overlapping_iter(text) {
            line(
                patterns,
                &mut searched,
                (document, text),
                (owners[m.pattern().as_usize()], m.start()),
                found,
            );
        }
        for &index in &everywhere {
            patterns[index].regex.find_iter(text).for_each(|m| found(document, index, m.start(), m.end()));
        }
    })
}

/// Literals one of which every match has: those with the longest shortest one, of the
/// prefixes of any part that every match goes through.
fn required(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut best: Option<(usize, Vec<Vec<u8>>)> = None;
    let mut consider = |hir: &Hir, kind: ExtractKind| {
        let mut extractor = Extractor::new();
        extractor.kind(kind).limit_total(MOST).limit_class(12);
        let seq = extractor.extract(hir);
        let Some(own) = seq.literals().filter(|own| !own.is_empty() && own.len() <= MOST) else { return };
        let own: Vec<Vec<u8>> = own.iter().map(|literal| literal.as_bytes().to_vec()).collect();
        let shortest = own.iter().map(Vec::len).min().unwrap_or(0);
        if shortest > 0 && best.as_ref().is_none_or(|(length, _)| shortest > *length) {
            best = Some((shortest, own));
        }
    };
    fn walk(hir: &Hir, consider: &mut impl FnMut(&Hir, ExtractKind)) {
        consider(hir, ExtractKind::Prefix);
        consider(hir, ExtractKind::Suffix);
        match hir.kind() {
            HirKind::Concat(parts) => {
                for index in 0..parts.len() {
                    consider(&Hir::concat(parts[index..].to_vec()), ExtractKind::Prefix);
                    walk(&parts[index], consider);
                }
            }
            HirKind::Capture(capture) => walk(&capture.sub, consider),
            HirKind::Repetition(repetition) if repetition.min > 0 => walk(&repetition.sub, consider),
            _ => {}
        }
    }
    walk(hir, &mut consider);
    best.map(|(_, own)| own)
}
