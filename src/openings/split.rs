//! Parts of a pattern that are told by how lines open, and the rest.

use regex_syntax::hir::{Hir, HirKind, Look};

use super::{key::Opening, spell::openings};

/// Openings of all parts of one pattern.
const MOST_OPENINGS: usize = 4096;

/// How the lines open that a pattern matches, and what of it matches others, if there is
/// anything.
///
/// Where one branch of a pattern opens in too many ways to be told, the others need not
/// suffer from it.
pub(crate) fn split(pattern: &Hir) -> (Vec<Opening>, Option<Hir>) {
    if !pattern.properties().look_set_prefix().contains(Look::Start) {
        return (Vec::new(), Some(pattern.clone()));
    }
    if let Some(openings) = openings(pattern) {
        return (openings, None);
    }
    let mut all = Vec::new();
    let is_left = |index: usize| {
        let only = with_branches(pattern, &|other| other == index);
        match openings(&only).filter(|own| all.len() + own.len() <= MOST_OPENINGS) {
            Some(own) => {
                all.extend(own);
                false
            }
            None => true,
        }
    };
    let left: Vec<bool> = (0..branches(pattern)).map(is_left).collect();
    if all.is_empty() {
        return (all, Some(pattern.clone()));
    }
    let rest = left.contains(&true).then(|| with_branches(pattern, &|index| left[index]));
    (all, rest)
}

/// How many branches the pattern has where it has the most.
fn branches(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Capture(capture) => branches(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(branches).max().unwrap_or(0),
        HirKind::Alternation(branches) => branches.len(),
        _ => 0,
    }
}

/// The pattern with these branches only, there.
fn with_branches(hir: &Hir, keeps: &dyn Fn(usize) -> bool) -> Hir {
    match hir.kind() {
        HirKind::Capture(capture) => with_branches(&capture.sub, keeps),
        HirKind::Concat(parts) => {
            let most = branches(hir);
            let widest = parts.iter().position(|part| branches(part) == most);
            let part = |(index, part): (usize, &Hir)| {
                if Some(index) == widest { with_branches(part, keeps) } else { part.clone() }
            };
            Hir::concat(parts.iter().enumerate().map(part).collect())
        }
        HirKind::Alternation(branches) => {
            let kept = branches.iter().enumerate().filter(|(index, _)| keeps(*index));
            Hir::alternation(kept.map(|(_, branch)| branch.clone()).collect())
        }
        _ => hir.clone(),
    }
}
