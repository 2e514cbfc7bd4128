//! Counts words, most of them 64 bytes at a time.

use std::ops::RangeInclusive;

use super::is_unspaced_script;

/// The number of words, counting no further than `limit`.
///
/// A word is a run between blanks that holds a letter or digit; where a script
/// writes no blanks, two characters count as one word.
#[must_use]
pub fn count_words(text: &str, limit: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut words, mut at) = (0, 0);
    while at < bytes.len() && words < limit {
        let (spaced, length) = count_spaced_words(&text[at..], limit - words);
        words += spaced;
        at += length;
        // Then come the last bytes, or a script without blanks.
        let stop = (at + BLOCK).min(bytes.len());
        while at < stop && words < limit {
            let (counted, length) = first_words(&text[at..]);
            words += counted;
            at += length;
        }
    }
    words.min(limit)
}

/// Bytes that are looked at together.
const BLOCK: usize = 64;
/// What characters from U+00C0 to U+07FF start with, among which there is no blank and
/// no script that writes none.
const TWO_BYTE_SCRIPTS: RangeInclusive<u8> = 0xc3..=0xdf;

/// The words of the first blocks without a script that writes no blanks, and the
/// place of the last blank in them; about as many words as `limit` at the most.
fn count_spaced_words(text: &str, limit: usize) -> (usize, usize) {
    let (mut words, mut length, mut carry) = (0, 0, false);
    let (blocks, _) = text.as_bytes().as_chunks::<BLOCK>();
    for (block, at) in blocks.iter().zip((0..).step_by(BLOCK)) {
        if words >= limit {
            break;
        }
        let mut blanks = bits(block, is_ascii_blank);
        let mut letters = bits(block, |byte| byte.is_ascii_alphanumeric());
        if !block.is_ascii() {
            // A character of several bytes is what it is at its first.
            let mut firsts = bits(block, |byte| byte >= 0xc0);
            while firsts != 0 {
                let first = firsts.trailing_zeros() as usize;
                firsts &= firsts - 1;
                // One letter is enough, and the others would take long to look up.
                let run = (blanks & !(u64::MAX << first)).checked_ilog2().map_or(0, |blank| blank + 1);
                let has_letter = letters & !(u64::MAX << first) & (u64::MAX << run) != 0;
                if has_letter && TWO_BYTE_SCRIPTS.contains(&block[first]) {
                    continue;
                }
                let c = text[at + first..].chars().next().unwrap_or_default();
                if is_unspaced_script(c) {
                    return (words, length);
                }
                blanks |= u64::from(c.is_whitespace()) << first;
                letters |= u64::from(!has_letter && is_letter_or_digit(c)) << first;
            }
        }
        // A run between blanks is a row of ones. Its letters and digits, added to it as
        // a number, carry into the blank behind it: just where it has any.
        let (sum, over) = (!blanks).overflowing_add(letters);
        let (sum, over_with_carry) = sum.overflowing_add(u64::from(carry));
        carry = over | over_with_carry;
        words += (sum & blanks).count_ones() as usize;
        if let Some(last) = blanks.checked_ilog2() {
            length = at + last as usize;
        }
    }
    (words, length)
}

/// The number of words in the first run between blanks, and how many bytes it takes
/// up with the blank behind it.
fn first_words(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    // Most are ASCII, and over before anything else has to be asked.
    let is_over = |byte: &u8| !byte.is_ascii() || is_ascii_blank(*byte);
    let plain = bytes.iter().position(is_over).unwrap_or(bytes.len());
    if bytes.get(plain).is_none_or(u8::is_ascii) {
        let is_word = bytes[..plain].iter().any(u8::is_ascii_alphanumeric);
        return (usize::from(is_word), plain + 1);
    }
    let token = &text[..text.find(char::is_whitespace).unwrap_or(text.len())];
    let blank = text[token.len()..].chars().next().map_or(0, char::len_utf8);
    (words_of(token), token.len() + blank)
}

/// A bit for each byte that is `wanted`, the first the lowest.
fn bits(bytes: &[u8; BLOCK], wanted: impl Fn(u8) -> bool) -> u64 {
    let flags = bytes.map(|byte| u8::from(wanted(byte)));
    let (eights, _) = flags.as_chunks::<8>();
    // The product moves the flag of byte `i` to bit `56 + i`, and no two to one place.
    let gather = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().rev().fold(0, |bits, eight| bits << 8 | gather(eight))
}

/// The blanks of ASCII, as Unicode has them.
fn is_ascii_blank(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

/// The same as Unicode says, without looking up its General Punctuation: curly quotes
/// and dashes are most of what is not ASCII in many texts.
fn is_letter_or_digit(c: char) -> bool {
    !matches!(c, '\u{2000}'..='\u{206f}') && c.is_alphanumeric()
}

/// The number of words in a run between blanks.
fn words_of(token: &str) -> usize {
    match token.chars().filter(|&c| is_unspaced_script(c)).count() {
        0 => usize::from(token.chars().any(char::is_alphanumeric)),
        unspaced => unspaced.div_ceil(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number below `below`; the same row of them in every run.
    fn roll(state: &mut usize, below: usize) -> usize {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % below
    }

    #[track_caller]
    fn check_words(text: &str) {
        let whole: usize = text.split_whitespace().map(words_of).sum();
        for limit in [0, 2, 40, usize::MAX] {
            assert_eq!(count_words(text, limit), whole.min(limit), "{limit} of {text:?}");
        }
    }

    #[test]
    fn counts_words_as_the_definition_says() {
        let spaced = ["word", "1", "--", "é", "слово", "“", "🙂", "—", "z9"];
        let blanks =
            [" ", "\n", "\t", "\r\n", "\u{b}", "\u{85}", "\u{a0}", "\u{2003}", "\u{2028}", "\u{3000}"];
        let odd =
            ["日本語", "ไทย", "a日", "\u{1c}", "\u{7f}", "\u{200b}", "\u{feff}", "\u{301}", "\u{20000}"];
        let mut state = 1;
        for turn in 0..20_000 {
            let mut text = String::new();
            // Some of several blocks, with little in them that is odd.
            for _ in 0..roll(&mut state, if turn % 4 == 0 { 120 } else { 9 }) {
                let pieces = match roll(&mut state, 40) {
                    0 => &odd[..],
                    1..=16 => &blanks[..],
                    17..=20 => &spaced[..],
                    _ => &spaced[..3],
                };
                text.push_str(pieces[roll(&mut state, pieces.len())]);
            }
            check_words(&text);
        }
    }

    #[test]
    fn counts_words_alike_wherever_a_character_stands() {
        // Around the ends of blocks, in tokens of any length, with a letter or without.
        for filling in ["a", "-", "a ", "- ", "ab, "] {
            for c in [' ', 'a', '-', '\u{a0}', 'é', '“', '\u{3000}', '日', '🙂'] {
                for before in 0..140 {
                    let plain: String = filling.chars().cycle().take(before).collect();
                    check_words(&format!("{plain}{c}"));
                    check_words(&format!("{plain}{c}{plain}"));
                    check_words(&format!("{plain} {c}{}", "-".repeat(70)));
                }
            }
        }
    }

    #[test]
    fn every_character_of_several_bytes_is_what_unicode_says() {
        for c in ('\u{80}'..=char::MAX).filter(|c| *c < '\u{3500}' || c.is_whitespace()) {
            check_words(&format!("{}-{c}- {c} x{c}x {}", "- ".repeat(10), "- ".repeat(40)));
        }
    }

    #[test]
    fn counts_words_of_scripts_without_blanks() {
        assert_eq!(count_words("two words — here", usize::MAX), 3);
        assert_eq!(count_words("北京市人民", usize::MAX), 3);
        assert_eq!(count_words("one two three", 2), 2);
    }
}
