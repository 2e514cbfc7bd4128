//! Records whose lines people labelled.

use serde_json::Value;

use super::super::args::EvalArgs;
use crate::{corpus::Raw, eval::Label};

/// A record of labelled lines.
pub(super) struct Labelled {
    fields: Value,
    pub(super) lines: Vec<String>,
    pub(super) labels: Vec<Label>,
}

impl Labelled {
    pub(super) fn read(raw: &Raw<'_>) -> Result<Self, String> {
        let fields: Value =
            serde_json::from_slice(raw.bytes).map_err(|error| format!("is no JSON record: {error}"))?;
        let list = |name: &str| {
            fields.get(name).and_then(Value::as_array).ok_or_else(|| format!("has no array `{name}`"))
        };
        let lines: Option<Vec<String>> =
            list("lines")?.iter().map(|line| line.as_str().map(String::from)).collect();
        let labels: Option<Vec<Label>> = list("labels")?
            .iter()
            .map(|label| match label.as_i64() {
                Some(0) => Some(Label::Content),
                Some(1) => Some(Label::Artifact),
                Some(-1) => Some(Label::Ignored),
                _ => None,
            })
            .collect();
        let lines = lines.ok_or("`lines` holds something other than strings")?;
        let labels = labels.ok_or("`labels` holds something other than 1, 0 and -1")?;
        if lines.len() != labels.len() {
            return Err(format!("has {} lines, but {} labels", lines.len(), labels.len()));
        }
        Ok(Labelled { fields, lines, labels })
    }

    pub(super) fn field(&self, name: &str) -> String {
        match self.fields.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => "-".into(),
        }
    }

    /// Whether the record is one that the user asked for.
    pub(super) fn wanted(&self, args: &EvalArgs) -> bool {
        let recovered = self.fields.get("gold_recovered").and_then(Value::as_f64);
        args.min_gold.zip(recovered).is_none_or(|(min, recovered)| recovered >= min)
            && args.conditions.iter().all(|(field, _)| {
                let mut same = args.conditions.iter().filter(|(other, _)| other == field);
                same.any(|(field, value)| self.field(field) == *value)
            })
    }
}
