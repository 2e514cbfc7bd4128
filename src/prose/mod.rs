//! Small questions about a piece of text: is it blank, does it end a
//! sentence, how many words has it, what part does it seem to play.

mod words;

pub use self::words::count_words;

/// The part a unit seems to play on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One sentence or more: starts like a sentence and ends like one.
    Prose,
    /// Short, capitalised, without a full stop.
    Heading,
    /// Opens with a bullet or a number.
    ListItem,
    /// None of these.
    Other,
}

/// A kind of place that rules stay out of unless they ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protected {
    /// Fenced, indented or inline code.
    Code,
    /// A web address.
    Url,
    /// An e-mail address.
    Email,
}

/// Whether `c` separates words inside a line.
#[must_use]
pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{3000}')
}

/// Whether a reader sees nothing where `c` stands at the edge of a line.
fn is_margin(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

/// Without blanks, byte order marks and zero-width spaces at both ends.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_margin)
}

/// Whether `c` ends a sentence, in any script.
#[must_use]
pub fn is_terminal(c: char) -> bool {
    // Source: Unicode Sentence_Terminal, without the rare historic scripts.
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | '‼'
            | '⁇'
            | '⁈'
            | '⁉'
            | '。'
            | '！'
            | '？'
            | '．'
            | '｡'
            | '։'
            | '؟'
            | '۔'
            | '।'
            | '॥'
            | '။'
            | '።'
            | '፧'
            | '፨'
            | '។'
            | '៕'
            | '᠃'
            | '᠉'
    )
}

/// Whether `c` closes a quotation or a bracket.
#[must_use]
pub fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '’'
            | '»'
            | '›'
            | '“'
            | '‘'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '）'
            | '】'
            | '》'
            | '〉'
    )
}

/// Whether `c` opens a quotation or a bracket.
#[must_use]
pub fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '‘'
            | '«'
            | '‹'
            | '„'
            | '‚'
            | '('
            | '['
            | '{'
            | '「'
            | '『'
            | '（'
            | '【'
            | '《'
            | '〈'
            | '¿'
            | '¡'
    )
}

/// Whether `c` belongs to a script that puts no blanks between words.
#[must_use]
pub fn is_unspaced_script(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}'        // Thai, Lao
        | '\u{1000}'..='\u{109f}'      // Burmese
        | '\u{1780}'..='\u{17ff}'      // Khmer
        | '\u{3040}'..='\u{30ff}'      // kana
        | '\u{3400}'..='\u{9fff}'      // Han
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Whether the text ends as a sentence does, quotes and brackets aside.
#[must_use]
pub fn ends_sentence(text: &str) -> bool {
    trim(text).trim_end_matches(is_closer).chars().next_back().is_some_and(is_terminal)
}

/// Whether the text starts as a sentence does: with a capital, a digit or a
/// letter of a script without capitals, quotes and brackets aside.
#[must_use]
pub fn starts_sentence(text: &str) -> bool {
    trim(text)
        .trim_start_matches(is_opener)
        .chars()
        .next()
        .is_some_and(|c| c.is_alphanumeric() && !c.is_lowercase())
}

/// The part that a trimmed unit seems to play.
#[must_use]
pub fn kind(text: &str) -> Kind {
    // Enough of a unit to know it by; the rest of a long one changes nothing.
    const LONG: usize = 40;
    if opens_list_item(text) {
        return Kind::ListItem;
    }
    if text.starts_with('#') {
        return Kind::Heading;
    }
    let words = count_words(text, LONG);
    let terminal = ends_sentence(text);
    if starts_sentence(text) && ((terminal && words >= 4) || words >= LONG) {
        Kind::Prose
    } else if !terminal
        && (1..=12).contains(&words)
        && starts_sentence(text)
        && !text.ends_with([',', ';', ':'])
    {
        Kind::Heading
    } else {
        Kind::Other
    }
}

fn opens_list_item(text: &str) -> bool {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return false };
    let rest = chars.as_str();
    if matches!(first, '-' | '*' | '+' | '–' | '—') {
        return rest.starts_with(is_blank);
    }
    if matches!(
        first,
        '•' | '·'
            | '◦'
            | '‣'
            | '▪'
            | '■'
            | '●'
            | '○'
            | '►'
            | '▶'
            | '✓'
            | '✔'
            | '➤'
            | '→'
            | '»'
    ) {
        return true;
    }
    let (label, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let rest = match label.len() {
        0 if first.is_ascii_alphabetic() => &text[1..],
        1..=3 => rest,
        _ => return false,
    };
    rest.strip_prefix(['.', ')']).is_some_and(|r| r.starts_with(is_blank))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_parts_of_a_page_apart() {
        for (text, expected) in [
            ("The US drone attack on January 3 also killed him.", Kind::Prose),
            ("“We want to recover our sovereignty.”", Kind::Prose),
            ("全国人民代表大会今天在北京开幕。", Kind::Prose),
            ("and a new park, a library, and a pool.", Kind::Other),
            ("Range of protest movements", Kind::Heading),
            ("## Usage", Kind::Heading),
            ("- a new park", Kind::ListItem),
            ("12. A new park", Kind::ListItem),
            ("a) a new park", Kind::ListItem),
            ("• new", Kind::ListItem),
            ("-5 degrees were measured that night in Oslo.", Kind::Other),
            ("Plus:", Kind::Other),
            ("2019 was a year of protest.", Kind::Prose),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
