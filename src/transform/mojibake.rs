//! UTF-8 that some program read as Windows-1252.

use encoding_rs::WINDOWS_1252;

/// Reads `text` back into the bytes it was made from and decodes them as what
/// they were; repeats while that works, as layers of damage do pile up.
///
/// `None` if a character has no byte in Windows-1252, if the bytes are not
/// UTF-8, or if nothing was damaged.
pub(super) fn undo(text: &str) -> Option<String> {
    let mut best = undo_once(text)?;
    while let Some(better) = undo_once(&best) {
        best = better;
    }
    Some(best)
}

fn undo_once(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let (bytes, _, lossy) = WINDOWS_1252.encode(text);
    if lossy {
        return None;
    }
    String::from_utf8(bytes.into_owned()).ok()
}

#[cfg(test)]
mod tests {
    use super::undo;

    #[test]
    fn undoes_every_layer() {
        for (text, expected) in [
            ("â€™", Some("’")),
            ("Ã¢â‚¬â„¢", Some("’")),
            ("Ã©", Some("é")),
            ("Â£", Some("£")),
            ("é", None),
            ("plain", None),
            ("…", None),
        ] {
            assert_eq!(undo(text).as_deref(), expected, "{text}");
        }
    }
}
