//! `descrape fix`: repair what may be repaired, report the rest.

use std::{
    collections::HashSet,
    io::{self, Read},
    path::{Path, PathBuf},
};

use similar::TextDiff;

use super::{
    Exit, Stop,
    args::FixArgs,
    check::{FindingStream, LinterPool, exit},
    pipeline::{self, Event, Flow},
    tally::{Tally, grouped, plural},
    terminal::{Terminal, write_out},
};
use crate::{
    corpus::{Block, Fields, Output, Source},
    document::Document,
    edit::Applicability,
    fix::{FixOptions, Kept, fix},
    report::{Reporter, render},
};

/// Where the repaired text goes.
enum Target {
    /// Below this folder, as a mirror.
    Folder(PathBuf),
    /// To standard output.
    Stdout,
    /// Over the file itself.
    InPlace,
    /// Nowhere: the change is shown.
    Diff,
}

pub(super) fn run(args: &FixArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let target = target(args)?;
    let rules = args.rules.rule_set(terminal)?;
    let pool = args.corpus.thread_pool()?;
    let reporter = args.report.reporter(terminal);
    let fixer = Fixer {
        linters: LinterPool::new(&rules),
        fields: args.corpus.fields(),
        options: FixOptions {
            level: if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe },
            max_removed: args.max_removed,
        },
        reporter: &*reporter,
        diff: matches!(target, Target::Diff),
    };
    let options = args.corpus.walk_options();
    // With a diff or the text itself on standard output, findings would be in the way.
    let mut stream = FindingStream::new(&*reporter, matches!(target, Target::Folder(_) | Target::InPlace));
    let mut sum = Sum::default();
    let mut writer = Writer { target, open: None, taken: HashSet::new(), given_up: false, failed: false };
    let mut outcome = pipeline::run(
        options.walk(&args.paths),
        &pool,
        terminal,
        args.report.quiet,
        |source, block| fixer.fix(source, block),
        |event| match event {
            Event::Block(source, block, made) => {
                let read = match &writer.target {
                    Target::Stdout => {
                        write_out(&mut io::stdout(), made.bytes.as_deref().unwrap_or(block.bytes()))?
                    }
                    Target::Diff => write_out(&mut io::stdout(), made.diff.as_bytes())?,
                    Target::Folder(_) | Target::InPlace => {
                        // The work goes on when nobody reads the report any more.
                        stream.write(&made.rendered)?;
                        writer.write(source, block, made.bytes.as_deref(), terminal);
                        true
                    }
                };
                for (document, kept) in &made.kept {
                    terminal.note(&format!("{document}: left as it was: {}", reason(kept)));
                }
                sum.add(made);
                Ok(if read { Flow::Continue } else { Flow::Stop })
            }
            Event::End(source, result) => {
                writer.end(source, result.is_ok(), terminal);
                Ok(Flow::Continue)
            }
        },
    )?;
    stream.finish()?;
    outcome.failed |= writer.failed;
    if !args.report.quiet && !outcome.stopped {
        terminal.tell(&sum.summary(args.unsafe_fixes, matches!(writer.target, Target::Diff)));
    }
    let verdict = exit(&sum.left, &outcome, args.report.threshold());
    let would_change = fixer.diff && sum.changed > 0;
    Ok(if verdict == Exit::Clean && would_change { Exit::Findings } else { verdict })
}

/// Checks what can be checked before any work is done.
fn target(args: &FixArgs) -> Result<Target, Stop> {
    let stdin = args.paths.iter().any(|path| path == Path::new("-"));
    if let Some(folder) = &args.target.output {
        if folder == Path::new("-") {
            return match args.paths.len() {
                1 if stdin => Ok(Target::Stdout),
                _ => {
                    Err(Stop("`--output -` repairs standard input: write `descrape fix - --output -`".into()))
                }
            };
        }
        if stdin && args.corpus.stdin_filename.is_none() {
            return Err(Stop(
                "standard input has no name to be written under: use `--output -` or `--stdin-filename`"
                    .into(),
            ));
        }
        if folder.exists() && !folder.is_dir() {
            return Err(Stop(format!("--output {}: is not a folder", folder.display())));
        }
        let resolved = resolve(folder);
        for path in &args.paths {
            let input = resolve(path);
            if path.is_dir() && resolved.starts_with(&input) {
                let (output, input) = (folder.display(), path.display());
                return Err(Stop(format!(
                    "--output {output} lies in {input}, which would be read while it is written: \
                     name another folder, or use --in-place"
                )));
            }
        }
        return Ok(Target::Folder(folder.clone()));
    }
    if args.target.diff {
        return Ok(Target::Diff);
    }
    if stdin {
        return Err(Stop("standard input cannot be rewritten in place: use `--output -`".into()));
    }
    Ok(Target::InPlace)
}

/// The absolute path, links resolved as far as it exists.
fn resolve(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let existing =
        absolute.ancestors().find_map(|ancestor| Some((ancestor, std::fs::canonicalize(ancestor).ok()?)));
    match existing {
        Some((ancestor, real)) => real.join(absolute.strip_prefix(ancestor).unwrap_or(Path::new(""))),
        None => absolute,
    }
}

struct Fixer<'r> {
    linters: LinterPool<'r>,
    fields: Fields,
    options: FixOptions,
    reporter: &'r dyn Reporter,
    diff: bool,
}

/// What was made of a block.
#[derive(Default)]
struct Made<'r> {
    /// The repaired block; `None` if nothing changed.
    bytes: Option<Vec<u8>>,
    diff: String,
    /// What is left, for the report.
    rendered: Vec<u8>,
    changed: usize,
    fixed: Tally<'r>,
    left: Tally<'r>,
    kept: Vec<(String, Kept)>,
}

impl<'r> Fixer<'r> {
    fn fix(&self, source: &Source, block: &Block) -> Made<'r> {
        self.linters.with(|linter| {
            let mut made = Made::default();
            let mut copied = 0;
            let mut bytes: Vec<u8> = Vec::new();
            for raw in source.format.records(block) {
                let Some(record) = source.format.decode(&raw, &self.fields) else { continue };
                let document = record.document(source, &self.fields, &raw);
                let result = fix(linter, &document, self.options);
                let repaired = document.with_text(result.text.as_deref().unwrap_or(document.text));
                render(self.reporter, &repaired, &result.remaining, &mut made.rendered);
                made.left.add(document.text.len(), &result.remaining);
                made.left.unreported += usize::from(!record.readable && result.remaining.is_empty());
                for (rule, count) in &result.fixed {
                    made.fixed.count(rule, *count, 1);
                }
                if let Some(kept) = result.kept {
                    made.kept.push((name(&document), kept));
                }
                let Some(text) = result.text else { continue };
                made.changed += 1;
                if self.diff {
                    made.diff.push_str(&unified(&document, &text));
                } else {
                    let start = raw.offset - block.offset();
                    bytes.extend_from_slice(&block.bytes()[copied..start]);
                    source.format.encode(&raw, record.into_slot(), text, &mut bytes);
                    copied = start + raw.bytes.len();
                }
            }
            if made.changed > 0 && !self.diff {
                bytes.extend_from_slice(&block.bytes()[copied..]);
                made.bytes = Some(bytes);
            }
            made
        })
    }
}

fn name(document: &Document<'_>) -> String {
    document.id.map_or_else(|| document.path.to_string(), |id| format!("{}#{id}", document.path))
}

fn unified(document: &Document<'_>, text: &str) -> String {
    let name = name(document);
    let diff = TextDiff::from_lines(document.text, text);
    diff.unified_diff().header(&name, &name).to_string()
}

fn reason(kept: &Kept) -> String {
    match kept {
        Kept::Cycle { rules } => format!("these rules do not come to an end: {}", rules.join(", ")),
        Kept::Emptied => "nothing would be left of it".into(),
        Kept::Guarded => "more of its words would go than --max-removed allows".into(),
    }
}

/// Puts repaired files in their places.
struct Writer {
    target: Target,
    open: Option<Output>,
    /// Places that were written in this run.
    taken: HashSet<PathBuf>,
    /// Whether the file at hand could not be written, which was said.
    given_up: bool,
    failed: bool,
}

impl Writer {
    fn write(&mut self, source: &Source, block: &Block, repaired: Option<&[u8]>, terminal: &Terminal) {
        if self.given_up {
            return;
        }
        if self.open.is_none() {
            // In place, a file that does not change is not touched.
            let wanted = matches!(self.target, Target::Folder(_)) || repaired.is_some();
            if !wanted || (block.offset() > 0 && matches!(self.target, Target::Folder(_))) {
                return;
            }
            match self.start(source, block.offset()) {
                Ok(output) => self.open = Some(output),
                Err(error) => return self.fail(source, &error, terminal),
            }
        }
        if let Some(output) = &mut self.open
            && let Err(error) = output.write(repaired.unwrap_or(block.bytes()))
        {
            self.open = None;
            self.fail(source, &error, terminal);
        }
    }

    /// Begins the file; in place, with the `unchanged` bytes that went before.
    fn start(&mut self, source: &Source, unchanged: usize) -> io::Result<Output> {
        let input = source.path.as_deref();
        let place = match &self.target {
            Target::Folder(folder) if input.is_none() => {
                folder.join(Path::new(&source.name).file_name().unwrap_or_default())
            }
            Target::Folder(folder) => folder.join(&source.relative),
            _ => input.unwrap_or(Path::new("")).to_path_buf(),
        };
        if input.is_some_and(|input| {
            matches!(self.target, Target::Folder(_)) && resolve(input) == resolve(&place)
        }) {
            return Err(io::Error::other("would be written over itself; use --in-place"));
        }
        if !self.taken.insert(place.clone()) {
            let place = place.display();
            return Err(io::Error::other(format!("would be written to {place}, as another input was")));
        }
        let mut output = Output::create(&place, source.compression, input)?;
        if unchanged > 0 {
            let mut before = source.unpacked()?.take(unchanged as u64);
            let mut buffer = vec![0; 1 << 16];
            loop {
                match before.read(&mut buffer)? {
                    0 => break,
                    n => output.write(&buffer[..n])?,
                }
            }
        }
        Ok(output)
    }

    fn end(&mut self, source: &Source, whole: bool, terminal: &Terminal) {
        if std::mem::take(&mut self.given_up) {
            return;
        }
        let Some(output) = self.open.take() else {
            // An empty file is mirrored, too.
            if whole && matches!(self.target, Target::Folder(_)) {
                self.mirror_empty(source, terminal);
            }
            return;
        };
        // Half a file is no repaired file: its place stays as it was.
        if whole && let Err(error) = output.finish() {
            self.fail(source, &error, terminal);
        }
    }

    fn mirror_empty(&mut self, source: &Source, terminal: &Terminal) {
        let Target::Folder(folder) = &self.target else { return };
        if self.taken.contains(&folder.join(&source.relative)) {
            return;
        }
        if let Err(error) = self.start(source, 0).and_then(Output::finish) {
            self.fail(source, &error, terminal);
        }
    }

    fn fail(&mut self, source: &Source, error: &io::Error, terminal: &Terminal) {
        self.failed = true;
        self.given_up = true;
        terminal.error(&format!("{}: cannot be written: {error}", source.name));
    }
}

/// What the whole run did.
#[derive(Default)]
struct Sum<'r> {
    changed: usize,
    fixed: Tally<'r>,
    left: Tally<'r>,
    kept: usize,
}

impl<'r> Sum<'r> {
    fn add(&mut self, made: Made<'r>) {
        self.changed += made.changed;
        self.fixed.merge(made.fixed);
        self.left.merge(made.left);
        self.kept += made.kept.len();
    }

    fn summary(&self, unsafe_fixes: bool, diff: bool) -> String {
        let documents = plural(self.left.documents, "document");
        let verb = if diff { "Would fix" } else { "Fixed" };
        let changed = grouped(self.changed);
        let mut out =
            format!("{verb} {} in {changed} of {documents}.\n", plural(self.fixed.findings(), "finding"));
        for tally in self.fixed.rules() {
            out.push_str(&format!("{:>10}  {}\n", grouped(tally.findings), tally.rule.id));
        }
        if self.left.findings() > 0 {
            out.push_str(&format!("Left {}:\n", plural(self.left.findings(), "finding")));
            for tally in self.left.rules() {
                let why = match tally.rule.applicability() {
                    None => "nothing repairs it",
                    Some(Applicability::Display) => "only a person can decide",
                    Some(Applicability::Unsafe) if !unsafe_fixes => {
                        "its fix is unsafe: --unsafe-fixes applies it"
                    }
                    Some(_) => "its document was left as it was",
                };
                out.push_str(&format!("{:>10}  {:<36} {why}\n", grouped(tally.findings), tally.rule.id));
            }
        }
        if self.left.unreported > 0 {
            out.push_str(&format!("{} could not be read.\n", plural(self.left.unreported, "record")));
        }
        out
    }
}
