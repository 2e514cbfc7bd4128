//! Which field of a record holds what.

use std::fmt;

/// The record fields that hold a document's text and its id.
#[derive(Clone, Debug)]
pub struct Fields {
    pub(super) text: Path,
    pub(super) id: Path,
}

impl Fields {
    /// Each field by its name, or by a JSON pointer (`/meta/text`) into the
    /// record.
    #[must_use]
    pub fn new(text: &str, id: &str) -> Self {
        Fields { text: Path::new(text), id: Path::new(id) }
    }

    /// The field of the text as it was named.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text.written
    }
}

impl Default for Fields {
    fn default() -> Self {
        Fields::new("text", "id")
    }
}

/// The way to a field: names from the outside in.
#[derive(Clone, Debug)]
pub(super) struct Path {
    written: String,
    names: Vec<String>,
}

impl Path {
    fn new(written: &str) -> Self {
        let names = match written.strip_prefix('/') {
            // Source: RFC 6901, JSON Pointer, section 4.
            Some(pointer) => {
                pointer.split('/').map(|name| name.replace("~1", "/").replace("~0", "~")).collect()
            }
            None => vec![written.to_string()],
        };
        Path { written: written.into(), names }
    }

    /// The outermost name.
    pub(super) fn first(&self) -> &str {
        &self.names[0]
    }

    /// The names below it.
    pub(super) fn rest(&self) -> &[String] {
        &self.names[1..]
    }

    /// All names, from the outside in.
    #[cfg(feature = "parquet")]
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}
