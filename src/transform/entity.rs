//! HTML character references, intact or broken.
//!
//! Translation engines put blanks between the parts (`& # 39;`), strippers
//! lose the ampersand or put a comma in its place (`,quot;`), escaping twice
//! doubles it (`&amp;quot;`), JSON and URLs write the ampersand as `\u0026` and
//! `%26`. All of these are read by one small parser.

use encoding_rs::WINDOWS_1252;
use htmlize::ENTITIES;

use crate::{
    edit::Edit,
    prose::{is_blank, is_closer, is_opener, is_terminal},
    span::Span,
};

/// How far around a reference the partner of a quote is looked for, in bytes.
const REACH: usize = 500;

/// Decodes the reference at `span`.
///
/// A quote that stood in a reference broken by blanks also joins its
/// neighbours as a typist would have set it: `al-Sadr & # 39; s` becomes
/// `al-Sadr's`, `& # 39; Get out & # 39;` becomes `'Get out'`.
pub(super) fn edit(text: &str, span: Span) -> Option<Edit> {
    let old = &text[span.range()];
    if old.len() > LONGEST {
        return None;
    }
    let reference = parse(old).filter(|r| r.len == old.len())?;
    let line = line_around(text, span);
    let at = Span::new(span.start - line.start, span.end - line.start);
    let role = role(&text[line.range()], at, &reference);
    let (before, after) = (&text[line.start..span.start], &text[span.end..line.end]);
    let mut whole = span;
    if matches!(role, Role::Closing | Role::Joining) {
        whole.start -= before.len() - before.trim_end_matches(is_blank).len();
    }
    // A comma or full stop after a closing quote stands close to it.
    let rest = after.trim_start_matches(is_blank);
    let closes = role == Role::Closing && rest.starts_with([',', '.', ')', ']']);
    if closes || matches!(role, Role::Opening | Role::Joining) {
        whole.end += after.len() - rest.len();
    }
    Some(Edit::replace(whole, reference.decoded))
}

/// Longer spans are no reference; the parser descends once for each `amp;`.
const LONGEST: usize = 256;

/// One reference at the start of some text.
#[derive(Debug)]
struct Reference {
    /// Length in bytes.
    len: usize,
    decoded: String,
    /// Whether blanks stood between its parts.
    spaced: bool,
}

/// How JSON and URLs write an ampersand and a semicolon.
const AMPERSANDS: [&str; 2] = [r"\u0026", "%26"];
const SEMICOLONS: [&str; 5] = [";", "；", r"\u003b", "%3b", "%3B"];

/// Reads a reference; its ampersand may be missing or wrong, its semicolon
/// missing, and any number of `amp;` may stand before the real name.
fn parse(text: &str) -> Option<Reference> {
    let escaped = AMPERSANDS.iter().find_map(|ampersand| text.strip_prefix(ampersand));
    let plain = || text.strip_prefix(['&', '＆', ',', '.', ';']).unwrap_or(text);
    let mut rest = escaped.unwrap_or_else(plain);
    let mut spaced = skip_blanks(&mut rest);
    let (decoded, name_is_amp) = if let Some(tail) = rest.strip_prefix(['#', '＃']) {
        rest = tail;
        spaced |= skip_blanks(&mut rest);
        (decode_number(&mut rest)?, false)
    } else {
        let name = take_while(&mut rest, |c| c.is_ascii_alphanumeric());
        (decode_name(name)?, name.eq_ignore_ascii_case("amp"))
    };
    let mut tail = rest;
    let blank = skip_blanks(&mut tail);
    if let Some(tail) = SEMICOLONS.iter().find_map(|semicolon| tail.strip_prefix(semicolon)) {
        rest = tail;
        spaced |= blank;
        let inner = rest.strip_prefix('&').unwrap_or(rest);
        let is_closed = |reference: &Reference| {
            SEMICOLONS.iter().any(|semicolon| inner[..reference.len].ends_with(semicolon))
        };
        if let Some(inner_reference) = parse(inner).filter(|r| name_is_amp && is_closed(r)) {
            return Some(Reference {
                len: text.len() - inner.len() + inner_reference.len,
                decoded: inner_reference.decoded,
                spaced: spaced | inner_reference.spaced,
            });
        }
    }
    Some(Reference { len: text.len() - rest.len(), decoded, spaced })
}

fn skip_blanks(rest: &mut &str) -> bool {
    !take_while(rest, |c| is_blank(c) || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'))
        .is_empty()
}

fn take_while<'a>(rest: &mut &'a str, keep: impl Fn(char) -> bool) -> &'a str {
    let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
    let (head, tail) = rest.split_at(end);
    *rest = tail;
    head
}

fn number(rest: &mut &str) -> Option<u32> {
    match rest.strip_prefix(['x', 'X']) {
        Some(tail) => {
            *rest = tail;
            skip_blanks(rest);
            u32::from_str_radix(take_while(rest, |c| c.is_ascii_hexdigit()), 16).ok()
        }
        None => take_while(rest, |c| c.is_ascii_digit()).parse().ok(),
    }
}

fn decode_number(rest: &mut &str) -> Option<String> {
    let code = match number(rest)? {
        // Half a character of UTF-16, of which the next reference is the other half.
        high @ 0xd800..=0xdbff => {
            *rest = rest.strip_prefix(";&#")?;
            let low = number(rest)?.checked_sub(0xdc00).filter(|&low| low < 0x400)?;
            0x10000 + ((high - 0xd800) << 10) + low
        }
        code => code,
    };
    match code {
        // Source: WHATWG HTML, numeric character reference end state.
        0x80..=0x9f => {
            let byte = [u8::try_from(code).ok()?];
            let decoded = WINDOWS_1252.decode(&byte).0.into_owned();
            (!decoded.starts_with(char::is_control)).then_some(decoded)
        }
        // Noncharacters mean nothing in a text.
        0xfdd0..=0xfdef => None,
        _ if code & 0xfffe == 0xfffe => None,
        _ => char::from_u32(code).filter(|c| !c.is_control()).map(String::from),
    }
}

fn decode_name(name: &str) -> Option<String> {
    let lookup = |name: &str| {
        let bytes = ENTITIES.get(format!("&{name};").as_bytes())?;
        // `&Tab;` and `&NewLine;` are names, but nobody meant them in a text.
        std::str::from_utf8(bytes).ok().filter(|text| !text.contains(char::is_control)).map(String::from)
    };
    if name.len() < 2 {
        return None;
    }
    lookup(name).or_else(|| {
        // `P&EACUTE;REZ`: a headline was put into capitals, entity and all.
        let lower = name.to_ascii_lowercase();
        let mut title = lower.clone();
        title[..1].make_ascii_uppercase();
        let shouted = name.bytes().all(|b| !b.is_ascii_lowercase());
        if shouted { lookup(&title).or_else(|| lookup(&lower)) } else { None }
    })
}

/// The line around `span`, cut to [`REACH`] bytes on both sides.
fn line_around(text: &str, span: Span) -> Span {
    let from = text.ceil_char_boundary(span.start.saturating_sub(REACH));
    let to = text.floor_char_boundary((span.end + REACH).min(text.len()));
    let start = text[from..span.start].rfind(['\n', '\r']).map_or(from, |at| from + at + 1);
    let end = text[span.end..to].find(['\n', '\r']).map_or(to, |at| span.end + at);
    Span::new(start, end)
}

/// How a decoded character sits between its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Keeps the blanks around it.
    Apart,
    /// Takes the blank after it away.
    Opening,
    /// Takes the blank before it away.
    Closing,
    /// Takes both away.
    Joining,
}

fn role(line: &str, at: Span, reference: &Reference) -> Role {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// `before` marks the references as `[…]`; each is decoded by itself in the
    /// damaged line, and all edits are applied together.
    #[track_caller]
    fn check(before: &str, after: &str) {
        let (mut text, mut spans, mut rest) = (String::new(), Vec::new(), before);
        while let Some((head, tail)) = rest.split_once('[') {
            text.push_str(head);
            let (inner, tail) = tail.split_once(']').expect("a reference is closed");
            let start = text.len();
            text.push_str(inner);
            spans.push(Span::new(start, text.len()));
            rest = tail;
        }
        text.push_str(rest);
        let edits: Vec<Edit> = spans.iter().filter_map(|&span| edit(&text, span)).collect();
        assert_eq!(crate::edit::apply(&text, &edits), after, "{before}");
    }

    #[test]
    fn decodes_every_form() {
        check("[& # 39;]", "'");
        check("a [& # 8217 ;] b", "a’b");
        check("a[&# x27;]b", "a'b");
        check("AT [& amp;] T", "AT & T");
        check("x[&amp;quot;]y", "x\"y");
        check("x[&amp;amp;#39;]y", "x'y");
        check("x[&AMP;AMP;QUOT;]y", "x\"y");
        check("P[&EACUTE;]REZ", "PÉREZ");
        check("I[&#x92;]m", "I’m");
        check("a[＆nbsp；]b", "a\u{a0}b");
        check("a [& nbsp;] b", "a\u{a0}b");
        check("don[#39;]t", "don't");
        check("R [&amp; amp;] D", "R & D");
        check(r"R [\u0026amp;] D, [\u0026quot;]x", "R & D, \"x");
        check("a [%26quot%3B]b", "a \"b");
        check("[&#55357;&#56842;] [&#xD83D;&#xDE0A;]", "😊 😊");
        check("x[&\u{200b}quot;]y[&#\u{a0}039;]z", "x\"y'z");
        check("one [mdash;] two", "one — two");
    }

    #[test]
    fn leaves_what_it_cannot_decode() {
        for text in [
            "[& # 0;]",
            "[&#55357;]",
            "[&bogus;]",
            "[&Tab;]",
            "[&#65534;]",
            "[& # 99999999999;]",
            "[&#x81;]",
            "[&;]",
            "[]",
        ] {
            check(text, &text[1..text.len() - 1]);
        }
    }

    #[test]
    fn quotes_join_their_neighbours() {
        check("al-Sadr [& # 39;] s Called", "al-Sadr's Called");
        check("[& # 39;] Get rid of it [& # 39;]", "'Get rid of it'");
        check("\"unacceptable[,quot;] (Emma)", "\"unacceptable\" (Emma)");
        check("los [& # 39;] uno [& # 39 ;], [& # 39;] dos [& # 39;] y", "los 'uno', 'dos' y");
        check("a [& quot;] special [& quot;] case", "a \"special\" case");
        check("Table [& ldquo;] PG [& rdquo;] not found", "Table “PG” not found");
        check("the workers [& # 39;] rights", "the workers' rights");
        check("l [& # 39;] homme", "l'homme");
        check("it isn [&#39;] t so", "it isn't so");
        check("He said [& quot;] no [& quot;].", "He said \"no\".");
        check("([& quot;] no [& quot;])", "(\"no\")");
        check("rajhi_bank [& # 8217;] nin", "rajhi_bank’nin");
        check(
            "The workers [& # 39;] plans were [& # 39;] clear [& # 39;] today",
            "The workers' plans were 'clear' today",
        );
        check("the fall of [& # 39;] 89", "the fall of '89");
        check("[& # 39;] no [& # 39 ;] , [& # 39;] yes [& # 39 ;] .", "'no', 'yes'.");
        check("she [& # 39;] s [& # 39;] fine [& # 39;] now", "she's 'fine' now");
    }
}
