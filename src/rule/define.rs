//! `[define]`: named pieces of patterns, for lists that several patterns share.

use std::{cell::RefCell, collections::BTreeSet, ops::Range};

use super::{
    error::suggest,
    parse::PatternError,
    spec::{DefineSpec, Definition},
};

/// A longer pattern is none that somebody meant.
const MOST_EXPANDED: usize = 1 << 20;

/// The definitions of one rule file, and which of them were used.
#[derive(Default)]
pub(super) struct Definitions {
    all: DefineSpec,
    used: RefCell<BTreeSet<String>>,
}

impl Definitions {
    pub(super) fn new(all: DefineSpec) -> Self {
        Definitions { all, used: RefCell::default() }
    }

    /// `pattern` with each `{{name}}` replaced by what it stands for, as a group.
    pub(super) fn expand(&self, pattern: &str) -> Result<String, PatternError> {
        self.expand_within(pattern, &mut Vec::new())
    }

    /// `open` are the definitions that `pattern` stands in.
    fn expand_within<'a>(
        &'a self,
        pattern: &'a str,
        open: &mut Vec<&'a str>,
    ) -> Result<String, PatternError> {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, name, after)) = next_reference(rest) {
            let Some((name, definition)) = self.all.get_key_value(name) else {
                return Err(self.unknown(name));
            };
            if open.contains(&name.as_str()) {
                let message = format!("definition `{name}` uses itself");
                return Err(PatternError::new(message, "write out what it stands for"));
            }
            self.used.borrow_mut().insert(name.clone());
            open.push(name);
            let pieces = match definition.get_ref() {
                Definition::One(piece) => std::slice::from_ref(piece),
                Definition::List(pieces) => pieces,
            };
            out.push_str(before);
            out.push_str("(?:");
            for (index, piece) in pieces.iter().enumerate() {
                out.push_str(if index > 0 { "|" } else { "" });
                out.push_str(&self.expand_within(piece, open)?);
                if out.len() > MOST_EXPANDED {
                    let message = format!("definition `{name}` stands for more than {MOST_EXPANDED} bytes");
                    return Err(PatternError::new(message, "definitions that use others multiply"));
                }
            }
            out.push(')');
            open.pop();
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn unknown(&self, name: &str) -> PatternError {
        let known: Vec<&str> = self.all.keys().map(String::as_str).collect();
        let help = match suggest(name, &known) {
            Some(best) => format!("did you mean `{best}`?"),
            None => "define it in `[define]`, or write `\\{\\{` for two braces".into(),
        };
        PatternError::new(format!("nothing is defined as `{name}`"), help)
    }

    /// The definitions that no pattern used, with their places.
    pub(super) fn unused(&self) -> Vec<(String, Range<usize>)> {
        let used = self.used.borrow();
        let unused = self.all.iter().filter(|(name, _)| !used.contains(*name));
        unused.map(|(name, definition)| (name.clone(), definition.span())).collect()
    }
}

/// What stands before the first `{{name}}`, the name, and what stands after.
fn next_reference(text: &str) -> Option<(&str, &str, &str)> {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.match_indices("{{").find_map(|(at, open)| {
        let (name, after) = text[at + open.len()..].split_once("}}")?;
        is_name(name).then(|| (&text[..at], name, after))
    })
}

#[cfg(test)]
mod tests {
    use super::next_reference;

    #[test]
    fn only_names_are_references() {
        assert_eq!(next_reference("a{{b-1}}c{{d}}"), Some(("a", "b-1", "c{{d}}")));
        assert_eq!(next_reference(r"\{\{title\}\}"), None);
        assert_eq!(next_reference("x{{2}}{{ y }}"), None);
    }
}
