//! What the rewrites are called.

/// A named rewrite of one span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transform {
    /// Decodes an HTML character reference, however it was broken.
    DecodeEntity,
    /// Undoes UTF-8 that was read as another encoding, once or several times.
    UndoMojibake,
    /// Decodes bytes that were printed, as in quoted-printable.
    DecodeBytes,
    /// Decodes backslash escapes of JSON and JavaScript.
    Unescape,
    /// Composes letters and their accents (Unicode NFC).
    NormalizeUnicode,
}
