//! The edits of several passes as edits of the text that the first one saw.

use crate::span::Span;

/// A literal edit, and who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<B> {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
    /// Who made it: in a composed change, everybody who had a part in it.
    pub by: Vec<B>,
}

/// Changes `done` and then `next`, as changes of the text before `done`.
///
/// Both lists are sorted and free of overlaps; the spans of `next` lie in
/// `text`, which is what `done` made. Touching changes stay apart.
#[must_use]
pub fn compose<B: Clone + PartialEq>(text: &str, done: &[Change<B>], next: &[Change<B>]) -> Vec<Change<B>> {
    let mut out: Vec<Change<B>> = Vec::with_capacity(done.len() + next.len());
    let (mut done, mut next) = (done.iter().peekable(), next.iter().peekable());
    // Places in `text` less this are places before `done`, in what it kept.
    let mut shift = 0isize;
    loop {
        let first = done.peek().map(|change| place(change, shift));
        let second = next.peek().map(|change| change.span);
        match (first, second) {
            (None, None) => return out,
            (Some(first), second) if second.is_none_or(|second| first.end <= second.start) => {
                if let Some(change) = done.next() {
                    shift += growth(change);
                    out.push(change.clone());
                }
            }
            (first, Some(second)) if first.is_none_or(|first| second.end <= first.start) => {
                if let Some(change) = next.next() {
                    out.push(Change { span: moved(second, shift, shift), ..change.clone() });
                }
            }
            (first, second) => {
                // What overlaps becomes one change, from the first start to the last end.
                let start = first.into_iter().chain(second).map(|span| span.start).min().unwrap_or(0);
                let (before, mut at, mut end) = (shift, start, start);
                let mut merged = Change { span: Span::new(0, 0), text: String::new(), by: Vec::new() };
                let note = |by: &[B], list: &mut Vec<B>| {
                    list.extend(by.iter().filter(|one| !list.contains(one)).cloned().collect::<Vec<_>>());
                };
                loop {
                    let meets = |span: Span| span.start < end || end == start;
                    if let Some(change) = done.next_if(|change| meets(place(change, shift))) {
                        end = end.max(place(change, shift).end);
                        shift += growth(change);
                        note(&change.by, &mut merged.by);
                    } else if let Some(change) = next.next_if(|change| meets(change.span)) {
                        end = end.max(change.span.end);
                        merged.text.push_str(&text[at..change.span.start]);
                        merged.text.push_str(&change.text);
                        at = change.span.end;
                        note(&change.by, &mut merged.by);
                    } else {
                        break;
                    }
                }
                merged.text.push_str(&text[at..end]);
                merged.span = moved(Span::new(start, end), before, shift);
                out.push(merged);
            }
        }
    }
}

/// Where the new text of a change stands.
fn place<B>(change: &Change<B>, shift: isize) -> Span {
    let start = change.span.start.wrapping_add_signed(shift);
    Span::new(start, start + change.text.len())
}

fn growth<B>(change: &Change<B>) -> isize {
    change.text.len() as isize - change.span.len() as isize
}

fn moved(span: Span, at_start: isize, at_end: isize) -> Span {
    Span::new(span.start.wrapping_add_signed(-at_start), span.end.wrapping_add_signed(-at_end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn apply(text: &str, changes: &[Change<u8>]) -> String {
        let (mut out, mut at) = (String::new(), 0);
        for change in changes {
            assert!(at <= change.span.start, "sorted and apart: {changes:?}");
            out.push_str(&text[at..change.span.start]);
            out.push_str(&change.text);
            at = change.span.end;
        }
        out + &text[at..]
    }

    /// Changes of a text of `length` bytes, from arbitrary cuts.
    fn changes(length: usize, cuts: &[(usize, usize, String)], by: u8) -> Vec<Change<u8>> {
        let (mut at, mut out) = (0, Vec::new());
        for (gap, long, text) in cuts {
            let start = at + gap;
            let end = start + long;
            if end > length || (*long == 0 && text.is_empty()) {
                break;
            }
            out.push(Change { span: Span::new(start, end), text: text.clone(), by: vec![by] });
            // Two insertions at one place would have no order.
            at = end + usize::from(*long == 0);
        }
        out
    }

    proptest! {
        #[test]
        fn composed_changes_make_the_same_text(
            text in "[a-f]{0,24}",
            passes in prop::collection::vec(
                prop::collection::vec((0usize..5, 0usize..4, "[x-z]{0,3}"), 0..6), 1..5),
        ) {
            let (mut current, mut all) = (text.clone(), Vec::new());
            for (by, cuts) in passes.iter().enumerate() {
                let next = changes(current.len(), cuts, by as u8);
                all = compose(&current, &all, &next);
                current = apply(&current, &next);
                prop_assert_eq!(apply(&text, &all), current.clone());
            }
        }
    }

    #[test]
    fn a_change_of_a_change_has_two_makers() {
        let change = |start, end, text: &str, by| Change {
            span: Span::new(start, end),
            text: text.into(),
            by: vec![by],
        };
        let first = [change(1, 2, "XY", 1), change(4, 5, "", 2)];
        // "abcdef" is "aXYcdf" now.
        let both = compose("aXYcdf", &first, &[change(2, 4, "-", 3), change(5, 6, "!", 4)]);
        assert_eq!(
            both,
            [
                Change { span: Span::new(1, 3), text: "X-".into(), by: vec![1, 3] },
                change(4, 5, "", 2),
                change(5, 6, "!", 4),
            ]
        );
    }
}
