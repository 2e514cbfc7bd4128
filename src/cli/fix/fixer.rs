//! Repairs the documents of one block.

use similar::TextDiff;

use super::super::{
    examine::LinterPool,
    found::Found,
    judge::{Judge, Local},
    tally::Tally,
};
use crate::{
    corpus::{Block, Fields, Raw, Record, Rewritten, Source, Splice, splice},
    diagnostic::Diagnostic,
    document::Document,
    edit::Change,
    fix::{FixOptions, Fixed, Kept, fix},
    hash::Hash,
    journal::{EditEntry, RecordEntry, RuleVersion, SpliceEntry},
    report::{Reporter, RuleTotal, reveal},
    rule::RuleSet,
};

/// What every thread needs to repair.
pub(super) struct Fixer<'r> {
    pub(super) rules: &'r RuleSet,
    pub(super) linters: LinterPool<'r>,
    pub(super) fields: &'r Fields,
    pub(super) judge: &'r Judge<'r>,
    pub(super) options: FixOptions<'r>,
    pub(super) reporters: &'r [Box<dyn Reporter>],
    /// Whether changes are shown as a diff instead of being written.
    pub(super) diff: bool,
    /// Whether each edit is told.
    pub(super) tells_edits: bool,
}

/// What was made of a block.
#[derive(Default)]
pub(super) struct Made<'r> {
    /// The records of the repaired file before any change, where these are not
    /// those of the block.
    pub(super) exported: Option<Vec<u8>>,
    /// The repaired block; `None` if nothing changed.
    pub(super) repaired: Option<Vec<u8>>,
    /// Where each record ends in the repaired block.
    pub(super) ends: Vec<usize>,
    /// The changes as a diff, if that was asked for.
    pub(super) diff: String,
    /// What is left.
    pub(super) left: Found<'r>,
    /// Documents that were changed.
    pub(super) changed: usize,
    pub(super) fixed: Tally<'r>,
    /// Documents that stayed as they were although they have fixes.
    pub(super) kept: Vec<(String, Kept)>,
    /// Each edit, with a bit of the text before and after it.
    pub(super) edits: Vec<Told>,
    /// The same as bytes; offsets count from the start of the block.
    pub(super) records: Vec<RecordEntry>,
}

/// An edit and its surroundings.
pub(super) struct Told {
    pub(super) entry: EditEntry,
    /// What people call the document.
    pub(super) document: String,
    pub(super) before: String,
    pub(super) after: String,
}

/// Characters of context kept on either side of an edit.
const MARGIN: usize = 60;

impl<'r> Fixer<'r> {
    pub(super) fn fix(&self, source: &Source, block: &Block) -> Made<'r> {
        let local = self.judge.of(source);
        self.linters.with(|linter| {
            let mut made = Made { left: Found::new(self.reporters.len()), ..Made::default() };
            let keeps_bytes = source.format.keeps_bytes();
            let (mut exported, mut repaired) = (Vec::new(), Vec::new());
            // Bytes of the block that stand in `repaired`.
            let mut copied = 0;
            source.for_each_record(block, self.fields, |index, raw, record| {
                let fixed = record.map(|record| {
                    let document = record.document(source, self.fields, raw);
                    let suppressions = local.suppressions_of(&document);
                    let spared =
                        |finding: &Diagnostic<'_>| local.suppression(&suppressions, finding.rule).is_some();
                    let options =
                        FixOptions { policy: Some(&local.policy), spared: Some(&spared), ..self.options };
                    let fixed = fix(linter, &document, options);
                    let place = (source, index, record);
                    self.note(&mut made, place, &document, &fixed, &local);
                    fixed
                });
                if record.is_none() {
                    made.left.passed_over += usize::from(source.format.passes_over(raw));
                }
                let changes = fixed.as_ref().map_or(&[][..], |fixed| &fixed.changes);
                let start = raw.offset - block.offset();
                let end = start + raw.bytes.len();
                if self.diff || (changes.is_empty() && keeps_bytes) {
                    made.ends.push(repaired.len() + end - copied);
                    return;
                }
                let rewritten = source.format.rewrite(raw, record, changes);
                if keeps_bytes {
                    repaired.extend_from_slice(&block.bytes()[copied..start]);
                    copied = end;
                }
                if self.tells_edits && !rewritten.splices.is_empty() {
                    let start = if keeps_bytes { start } else { exported.len() };
                    made.records.push(record_entry(raw, start, &rewritten));
                }
                if !keeps_bytes {
                    exported.extend_from_slice(&rewritten.bytes);
                }
                splice(&rewritten.bytes, &rewritten.splices, &mut repaired);
                made.ends.push(repaired.len());
            });
            if !self.diff {
                if !keeps_bytes {
                    made.exported = Some(exported);
                    made.repaired = Some(repaired);
                } else if made.changed > 0 {
                    repaired.extend_from_slice(&block.bytes()[copied..]);
                    made.repaired = Some(repaired);
                }
            }
            made
        })
    }

    fn note(
        &self,
        made: &mut Made<'r>,
        (source, index, record): (&Source, usize, &Record<'_>),
        document: &Document<'_>,
        fixed: &Fixed<'r>,
        local: &Local<'_>,
    ) {
        let text = fixed.text.as_deref().unwrap_or(document.text);
        let shown = Document { text, ..*document };
        made.left.add(source, index, record, &shown, &fixed.remaining, (local, self.reporters));
        for &(rule, findings) in &fixed.fixed {
            made.fixed.count(RuleTotal {
                rule,
                severity: rule.severity,
                findings,
                documents: 1,
                bytes: 0,
                safety: None,
            });
        }
        if let Some(kept) = &fixed.kept {
            made.kept.push((document.name(), kept.clone()));
        }
        made.changed += usize::from(fixed.text.is_some());
        if self.diff && fixed.text.is_some() {
            let name = reveal(&document.name());
            // As tools that apply it cut lines.
            let [old, new] = [document.text, text].map(|it| it.split_inclusive('\n').collect::<Vec<_>>());
            let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
            made.diff.push_str(&diff.unified_diff().header(&name, &name).to_string());
        }
        if self.tells_edits {
            let hashes = (Hash::of(document.text.as_bytes()), Hash::of(text.as_bytes()));
            made.edits.extend(fixed.changes.iter().map(|change| self.tell(document, change, hashes)));
        }
    }

    fn tell(&self, document: &Document<'_>, change: &Change<&'r str>, (before, after): (Hash, Hash)) -> Told {
        let text = document.text;
        let version = |id: &&str| RuleVersion {
            rule: (*id).to_string(),
            version: self.rules.rules().find(|rule| rule.id == *id).map_or(0, |rule| rule.fingerprint).into(),
        };
        let from = text[..change.span.start].char_indices().rev().nth(MARGIN - 1).map_or(0, |(at, _)| at);
        let tail = &text[change.span.end..];
        let to = tail.char_indices().nth(MARGIN).map_or(text.len(), |(at, _)| change.span.end + at);
        Told {
            entry: EditEntry {
                file: String::new(),
                record: document.record.unwrap_or(1),
                id: document.id.map(String::from),
                rules: change.by.iter().map(version).collect(),
                start: change.span.start,
                end: change.span.end,
                original: text[change.span.range()].to_string(),
                replacement: change.text.clone(),
                before,
                after,
            },
            document: document.name(),
            before: text[from..change.span.start].to_string(),
            after: text[change.span.end..to].to_string(),
        }
    }
}

fn record_entry(raw: &Raw<'_>, offset: usize, rewritten: &Rewritten<'_>) -> RecordEntry {
    // Files with other bytes than UTF-8 are never rewritten.
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let splice = |splice: &Splice| SpliceEntry {
        at: splice.at.start,
        original: text(&rewritten.bytes[splice.at.clone()]),
        replacement: text(&splice.with),
    };
    RecordEntry {
        file: String::new(),
        record: raw.number,
        offset,
        splices: rewritten.splices.iter().map(splice).collect(),
    }
}
