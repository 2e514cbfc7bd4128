//! How a decoded quote sits between its neighbours.

use super::reference::{Reference, parse};
use crate::{
    prose::{is_blank, is_closer, is_opener, is_terminal},
    span::Span,
};

/// How a decoded character sits between its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Keeps the blanks around it.
    Apart,
    /// Takes the blank after it away.
    Opening,
    /// Takes the blank before it away.
    Closing,
    /// Takes both away.
    Joining,
}

pub(super) fn role(line: &str, at: Span, reference: &Reference) -> Role {
    let Some(mark) = reference.decoded.chars().next() else { return Role::Apart };
    let gap_before = line[..at.start].ends_with(is_blank);
    let gap_after = line[at.end..].starts_with(is_blank);
    if mark == '\u{a0}' {
        return if reference.spaced { Role::Joining } else { Role::Apart };
    }
    let Some(quote) = quote_of(mark) else { return Role::Apart };
    if let Quote::Opening | Quote::Closing = quote {
        let role = if quote == Quote::Opening { Role::Opening } else { Role::Closing };
        return if reference.spaced { role } else { Role::Apart };
    }
    if !reference.spaced {
        let joins = gap_before && gap_after && joins_words(&line[..at.start], &line[at.end..], mark);
        return if joins { Role::Joining } else { Role::Apart };
    }
    pair_up(line, at.start, mark)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Opening,
    Closing,
    /// `'` and `"` look the same on both sides, and `’` is an apostrophe too.
    Either,
}

fn quote_of(mark: char) -> Option<Quote> {
    match mark {
        '“' | '‘' | '«' | '‹' | '„' | '‚' => Some(Quote::Opening),
        '”' | '»' | '›' => Some(Quote::Closing),
        '"' | '\'' | '’' => Some(Quote::Either),
        _ => None,
    }
}

/// Walks the line's marks of one kind from its start, so that they alternate
/// between opening and closing, up to the one at `target`.
fn pair_up(line: &str, target: usize, mark: char) -> Role {
    let marks: Vec<(Span, bool)> = marks(line, mark)
        .into_iter()
        .map(|at| (at, joins_words(&line[..at.start], &line[at.end..], mark)))
        .collect();
    let last_free = marks.iter().rposition(|(_, joins)| !joins).unwrap_or(0);
    // One mark too many: a plural's apostrophe has no partner.
    let odd = mark != '"' && marks.iter().filter(|(_, joins)| !joins).count() % 2 == 1;
    let plural = marks.iter().position(|(at, joins)| {
        let right = line[at.end..].trim_start_matches(is_blank);
        odd && !joins
            && line[..at.start].trim_end_matches(is_blank).ends_with('s')
            && right.starts_with(char::is_lowercase)
    });
    let mut open = false;
    for (index, &(at, joins)) in marks.iter().enumerate() {
        let (before, after) = (&line[..at.start], &line[at.end..]);
        let (left, right) = (before.trim_end_matches(is_blank), after.trim_start_matches(is_blank));
        let opens_here = left.is_empty() || left.ends_with(|c| is_opener(c) && !is_closer(c));
        let closes_here = right.starts_with(|c| {
            matches!(c, ',' | ';' | ':') || is_terminal(c) || (is_closer(c) && !is_opener(c))
        });
        let role = if opens_here {
            Role::Opening
        } else if joins {
            Role::Joining
        } else if plural == Some(index) {
            // Closes nothing, so that what is open stays open.
            if at.start == target {
                return Role::Closing;
            }
            continue;
        } else if !open && mark != '"' && shortens_a_year(right) {
            if at.start == target {
                return Role::Opening;
            }
            continue;
        } else if right.is_empty() || closes_here || open {
            Role::Closing
        } else if index < last_free {
            Role::Opening
        } else if mark == '"' {
            Role::Apart
        } else if left.ends_with('s') {
            Role::Closing
        } else {
            Role::Joining
        };
        match role {
            Role::Opening => open = true,
            Role::Closing => open = false,
            Role::Joining | Role::Apart => {}
        }
        if at.start == target {
            return role;
        }
    }
    Role::Apart
}

/// Whether the text goes on like the `89` of `'89` or the `60s` of `'60s`.
fn shortens_a_year(text: &str) -> bool {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = text[digits..].strip_prefix('s').unwrap_or(&text[digits..]);
    digits == 2 && !rest.starts_with(char::is_alphanumeric)
}

/// Every reference in `line` that stands for `mark`, and every plain `"` if
/// that is the mark; a plain `'` is an apostrophe more often than not.
fn marks(line: &str, mark: char) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = line[at..].find(['&', '＆', ',', '"']) {
        let start = at + next;
        let tail = &line[start..];
        let reference =
            parse(tail).filter(|r| r.decoded.starts_with(mark) && tail[..r.len].ends_with([';', '；']));
        at = match reference {
            Some(reference) => {
                found.push(Span::new(start, start + reference.len));
                start + reference.len
            }
            None => {
                let width = tail.chars().next().map_or(1, char::len_utf8);
                if mark == '"' && tail.starts_with('"') {
                    found.push(Span::new(start, start + 1));
                }
                start + width
            }
        };
    }
    found
}

/// Whether an apostrophe between `before` and `after` stands inside a word:
/// an English ending, or an article or pronoun that loses its vowel.
fn joins_words(before: &str, after: &str, mark: char) -> bool {
    const ENDINGS: [&str; 7] = ["s", "t", "re", "ve", "ll", "d", "m"];
    const ELIDED: [&str; 28] = [
        "l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quelqu", "aujourd",
        "dell", "all", "nell", "sull", "dall", "coll", "un", "quest", "quell", "o", "gl", "bell", "sant",
        "nient",
    ];
    if mark == '"' {
        return false;
    }
    let word = |text: &str| text.chars().all(char::is_alphanumeric) && !text.is_empty();
    let before = before.trim_end_matches(is_blank);
    let last = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    // The `s` of `she & # 39; s` has had its apostrophe.
    let ending = before[..before.len() - last.len()].trim_end_matches(is_blank).ends_with([';', '\'', '’']);
    let next = after.trim_start_matches(is_blank).split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    word(last)
        && word(next)
        && (ENDINGS.contains(&next.to_lowercase().as_str())
            || (!ending && ELIDED.contains(&last.to_lowercase().as_str())))
}
