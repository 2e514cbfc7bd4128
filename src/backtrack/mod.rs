//! Says of a place where a match may start whether one does not, by trying one way after
//! the other, and soon gives up on saying.
//!
//! Most of what the prefilter offers fails within a few bytes. An automaton that
//! makes its states as they are met would answer too, but first it has to be made:
//! the pattern parsed and compiled, and a state for each byte that is read, all of it once more for
//! each thread. So a pattern is a small [`Program`] besides, made when its rule is
//! loaded (for the built-in rules, when the crate is built), which needs no memory but for the
//! ways that are left to try.
//!
//! A program is *rough*: where it cannot tell soon, or cannot tell at all, there may be a
//! match, and an automaton has to look. Where it says that there is none, there is
//! none; tests hold it to that.

mod branches;
mod compile;
mod program;
mod run;

pub(crate) use self::{
    program::Program,
    run::{Answer, Stack},
};

#[cfg(test)]
mod tests {
    use regex_automata::{Anchored, Input, meta::Regex};
    use regex_syntax::hir::Hir;

    use super::*;

    /// Those that prefer fewer copies, or with copies that may be empty.
    const UNORDERED: [&str; 4] = ["(?:a?)*b", "(?:ab?){1,2}?b?", "a.*?(?:b|$)", "[ab]{1,2}?1?"];

    const PATTERNS: [&str; 50] = [
        // So many branches that start alike that more than a byte tells them apart.
        "(?:aaa|aab|aa1|aaé|aba|abb|ab1|abé|a1a|a1b|a11|a1é|aéa|aéb|aé1|aéé|ab|a|b1)(?:b|1|$)",
        "(?i)(?:ss|sa|sb|s1|sé|s |sss|ssa|ssb|ss1|sab|sbb|s1a|saa|s11|sk|sba|s[^a]|b)1?$",
        "(?:ab|a1|aé|a |aab|b1)b?",
        "(?:a|ab|abb|ab1|a1|)(?:1|$)",
        "(?i)(?:sk|s1|sb|sa|kk|k)b?",
        "1(?:b|bb|b1|bé|b+a|[ab] )?$",
        "(?:ab?|ab1|a*b|a1|b(?:a|1|b|é))b",
        "(?:ab?){1,2}?b?",
        "a.*?(?:b|$)",
        "[ab]{1,2}?1?",
        "(?:a|ab)(?:b|1)?",
        "(?:|a|ab)b?",
        "ab",
        "(?i)ab",
        "(?i)sk",
        "a é",
        "[ab]{2}",
        "[^b]",
        "[^b]{2,3}1",
        "a.{0,2}b",
        "a?b?1?",
        "a*b",
        "(?:ab|a)(?:b|1)",
        "(?:a|b|1|é)b",
        "(?:ab|b1|1a|éb|)a",
        "(?:a|b|1| |)$",
        "(?:ab?|1){2}b",
        "(?:a|1b){1,3}b",
        "(?:a1?)*b",
        "(?:a?)*b",
        "(?:a{2}|b){2,}",
        r"\w{2}",
        r"\w*b",
        r"\p{L}+1",
        r"[^\s]b?$",
        r"\bab?\b",
        r"a\B.",
        r"\b1",
        "(?m)^a.b$",
        "(?m)a$\n^b",
        "(?m)^$",
        "^ab|^1",
        "a$|b1$",
        r"[éë]{1,2}a",
        "[a-zé]{2}[^a]",
        r"\b{start}a",
        r"(?ms)\r^.",
        r"(?m)\r$",
        r"(?m)\n$",
        r"(?m)a\r?$\n",
    ];

    const GROUPED: [&str; 9] = [
        "a(b?)1",
        "(?:a(b))?b*1?",
        "(a|ab)(?:1|b|$)",
        "(?:(a)|b){1,3}1?",
        "([ab]){2,3}b",
        "[ab]*(b+)1*",
        "(?:(a1?)b?)+$",
        "a(?:b()|1(é)|.)*1",
        "([^b]+)b|(a)",
    ];

    fn parsed(pattern: &str) -> Hir {
        regex_syntax::ParserBuilder::new().crlf(true).build().parse(pattern).expect(pattern)
    }

    /// All texts of few characters.
    fn texts() -> Vec<String> {
        let mut texts = vec![String::new()];
        for from in [0, 1, 11, 111] {
            let longest = texts[from..].to_vec();
            let characters = "ab1 éſs\n\r×";
            texts.extend(
                longest.iter().flat_map(|text| characters.chars().map(move |c| format!("{text}{c}"))),
            );
        }
        texts
    }

    /// Where it says no nothing matches, where it says yes something does, and most of the
    /// time it says either.
    #[test]
    fn what_it_says_is_so() {
        let texts = texts();
        for pattern in PATTERNS {
            let parsed = parsed(pattern);
            let program = Program::of(&parsed, None).expect(pattern);
            let regex = Regex::builder().build_from_hir(&parsed).expect(pattern);
            let (mut told, mut asked, mut matches, mut ends) = (0, 0, 0, 0);
            for text in &texts {
                for start in (0..=text.len()).filter(|&start| text.is_char_boundary(start)) {
                    for end in [start, text.len().saturating_sub(1).max(start), text.len()] {
                        let input = Input::new(text).range(start..end).anchored(Anchored::Yes);
                        let answer = program.try_at(&mut Stack::default(), text, start..end, true);
                        asked += 1;
                        told += usize::from(answer != Answer::Maybe);
                        matches += usize::from(matches!(answer, Answer::Yes(_)));
                        ends += usize::from(matches!(answer, Answer::Yes(Some(_))));
                        let expected = regex.find(input).map(|found| found.end());
                        let holds = match answer {
                            Answer::No => expected.is_none(),
                            Answer::Maybe => true,
                            Answer::Yes(end) => expected.is_some() && (end.is_none() || end == expected),
                        };
                        assert!(holds, "{pattern} in {text:?} at {start} to {end}: {answer:?}");
                    }
                }
            }
            assert!(2 * told > asked, "{pattern}: {told} of {asked}");
            assert_eq!(ends, if UNORDERED.contains(&pattern) { 0 } else { matches }, "{pattern}");
        }
    }

    /// What it says that a group covers is what it covers.
    #[test]
    fn what_a_group_covers_is_so() {
        let texts = texts();
        for pattern in GROUPED {
            let parsed = parsed(pattern);
            let program = Program::of(&parsed, Some(1)).expect(pattern);
            let regex = Regex::builder().build_from_hir(&parsed).expect(pattern);
            let (mut captures, mut told, mut matches) = (regex.create_captures(), 0, 0);
            for text in &texts {
                for start in (0..=text.len()).filter(|&start| text.is_char_boundary(start)) {
                    let input = Input::new(text).range(start..).anchored(Anchored::Yes);
                    regex.search_captures(&input, &mut captures);
                    let Some(whole) = captures.get_match() else { continue };
                    let expected = captures.get_group(1).map(|group| group.range());
                    let group = program.group_at(&mut Stack::default(), text, whole.range());
                    matches += 1;
                    told += usize::from(group.is_some());
                    assert!(group.is_none_or(|group| group == expected), "{pattern} in {text:?} at {start}");
                }
            }
            assert!(2 * told > matches, "{pattern}: {told} of {matches}");
        }
    }

    #[test]
    fn gives_up_soon() {
        let program = Program::of(&parsed("(?:a|aa|aaa|aaaa)*b"), None).expect("it is short");
        let text = "a".repeat(10_000);
        let mut stack = Stack::default();
        assert_eq!(program.try_at(&mut stack, &text, 0..text.len(), true), Answer::Maybe);
        assert_eq!(program.try_at(&mut stack, "aab", 0..3, true), Answer::Yes(Some(3)));
        assert_eq!(program.try_at(&mut stack, "aac", 0..3, true), Answer::No);
        // Longer ones are left to automata.
        assert!(Program::of(&parsed("(?:ab|ba){9000}"), None).is_none());
    }

    #[test]
    fn stops_trying_where_most_pass() {
        let program = Program::of(&parsed("ab"), None).expect("it is short");
        let (mut stack, mut other) = (Stack::default(), Stack::default());
        let mut answers = (0..200).map(|_| program.try_at(&mut stack, "ab", 0..2, false));
        assert_eq!(answers.next(), Some(Answer::Yes(Some(2))));
        assert_eq!(answers.last(), Some(Answer::Maybe));
        assert!((0..200).all(|_| program.try_at(&mut other, "ab", 0..2, true) == Answer::Yes(Some(2))));
    }
}
