//! HTML character references, intact or broken.
//!
//! Translation engines put blanks between the parts (`& # 39;`), strippers
//! lose the ampersand or put a comma in its place (`,quot;`), escaping twice
//! doubles it (`&amp;quot;`), JSON and URLs write the ampersand as `\u0026` and
//! `%26`. All of these are read by one small parser (`reference`); `quote`
//! says how a decoded quote sits between its neighbours.

mod quote;
mod reference;

use self::{
    quote::{Role, role},
    reference::parse,
};
use crate::{edit::Edit, prose::is_blank, span::Span};

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

/// The line around `span`, cut to [`REACH`] bytes on both sides.
fn line_around(text: &str, span: Span) -> Span {
    let from = text.ceil_char_boundary(span.start.saturating_sub(REACH));
    let to = text.floor_char_boundary((span.end + REACH).min(text.len()));
    let start = text[from..span.start].rfind(['\n', '\r']).map_or(from, |at| from + at + 1);
    let end = text[span.end..to].find(['\n', '\r']).map_or(to, |at| span.end + at);
    Span::new(start, end)
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
