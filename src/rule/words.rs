//! The words of a rule file, as what they stand for.

use super::{
    data::{FileFormat, Input, Part, Unit},
    spec::{
        CheckSpec, CountSpec, FormatSpec, KindSpec, ProtectedSpec, SafetySpec, SeveritySpec, ShareSpec,
        TransformSpec, UnitSpec,
    },
};
use crate::{
    document::Check,
    edit::Applicability,
    prose::{Kind, Protected},
    severity::Severity,
    transform::Transform,
};

pub(crate) fn severity(spec: SeveritySpec) -> Severity {
    match spec {
        SeveritySpec::Info => Severity::Info,
        SeveritySpec::Warning => Severity::Warning,
        SeveritySpec::Error => Severity::Error,
    }
}

pub(super) fn unit(spec: UnitSpec) -> Unit {
    match spec {
        UnitSpec::Span => Unit::Span,
        UnitSpec::Line => Unit::Line,
        UnitSpec::Paragraph => Unit::Paragraph,
    }
}

pub(crate) fn applicability(spec: SafetySpec) -> Applicability {
    match spec {
        SafetySpec::Safe => Applicability::Safe,
        SafetySpec::Unsafe => Applicability::Unsafe,
        SafetySpec::Display => Applicability::Display,
    }
}

pub(super) fn share(range: ShareSpec) -> (f64, f64) {
    (range.min.unwrap_or(0.0), range.max.unwrap_or(1.0))
}

pub(super) fn count(range: CountSpec) -> (usize, usize) {
    (range.min.unwrap_or(0), range.max.unwrap_or(usize::MAX))
}

pub(super) fn check(spec: CheckSpec) -> Check {
    match spec {
        CheckSpec::InvalidUtf8 => Check::InvalidUtf8,
        CheckSpec::MalformedRecord => Check::MalformedRecord,
        CheckSpec::MissingText => Check::MissingText,
        CheckSpec::EmptyDocument => Check::EmptyDocument,
        CheckSpec::MixedLineEndings => Check::MixedLineEndings,
        CheckSpec::DuplicateId => Check::DuplicateId,
        CheckSpec::DuplicateText => Check::DuplicateText,
        CheckSpec::DamagedFile => Check::DamagedFile,
        CheckSpec::UnusedSuppression => Check::UnusedSuppression,
        CheckSpec::ExpiredSuppression => Check::ExpiredSuppression,
        CheckSpec::UnknownSuppression => Check::UnknownSuppression,
    }
}

pub(super) fn protected(spec: ProtectedSpec) -> Protected {
    match spec {
        ProtectedSpec::Code => Protected::Code,
        ProtectedSpec::Url => Protected::Url,
        ProtectedSpec::Email => Protected::Email,
    }
}

pub(super) fn part(spec: KindSpec) -> Part {
    match spec {
        KindSpec::Blank => Part::Blank,
        KindSpec::Start | KindSpec::End => Part::Edge,
        KindSpec::Prose => Part::Kind(Kind::Prose),
        KindSpec::Heading => Part::Kind(Kind::Heading),
        KindSpec::ListItem => Part::Kind(Kind::ListItem),
    }
}

pub(super) fn transform(spec: TransformSpec) -> Transform {
    match spec {
        TransformSpec::DecodeEntity => Transform::DecodeEntity,
        TransformSpec::UndoMojibake => Transform::UndoMojibake,
        TransformSpec::DecodeBytes => Transform::DecodeBytes,
        TransformSpec::Unescape => Transform::Unescape,
        TransformSpec::NormalizeUnicode => Transform::NormalizeUnicode,
    }
}

pub(super) fn input(
    text: Option<String>,
    bytes: Option<Vec<u8>>,
    format: FormatSpec,
    check: Option<Check>,
) -> Input {
    match (check, bytes) {
        (None, _) => Input::Text(text.unwrap_or_default()),
        (Some(_), bytes) => Input::File {
            bytes: bytes.unwrap_or_else(|| text.unwrap_or_default().into_bytes()),
            format: match format {
                FormatSpec::Text => FileFormat::Text,
                FormatSpec::JsonLines => FileFormat::JsonLines,
                FormatSpec::Gzip => FileFormat::Gzip,
                FormatSpec::Config => FileFormat::Config,
            },
        },
    }
}
