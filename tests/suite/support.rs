use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

use descrape::{
    document::Document,
    edit::Applicability,
    fix::{FixOptions, Fixed, fix},
    lint::Linter,
    rule::{Input, RuleSet, Selection, builtin_rules},
};

/// The built-in rules, as they run when nothing is selected.
pub(crate) static RULES: LazyLock<RuleSet> = LazyLock::new(|| {
    RuleSet::new(builtin_rules(), &Selection::default()).expect("no selection is always valid")
});

/// All example texts of all built-in rules.
pub(crate) fn example_texts() -> Vec<String> {
    let text = |input: &Input| match input {
        Input::Text(text) => Some(text.clone()),
        Input::File { .. } => None,
    };
    builtin_rules()
        .iter()
        .flat_map(|rule| {
            let bad = rule.bad.iter().filter_map(|bad| text(&bad.input));
            bad.chain(rule.good.iter().filter_map(|good| text(&good.input))).collect::<Vec<_>>()
        })
        .collect()
}

/// `rule:text` of each finding, in order.
pub(crate) fn found(text: &str) -> Vec<String> {
    let findings = Linter::new(&RULES).lint(&Document::new("t", text));
    findings.iter().map(|d| format!("{}:{}", d.rule.id, &text[d.span.range()])).collect()
}

pub(crate) fn repair(text: &str, level: Applicability) -> Fixed<'static> {
    fix(&mut Linter::new(&RULES), &Document::new("t", text), FixOptions::at(level))
}

/// A folder of its own for one test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("a folder");
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs the program in this folder.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, b"")
    }

    pub(crate) fn run_with(&self, args: &[&str], stdin: &[u8]) -> Run {
        let output =
            assert_cmd::Command::from(self.command(args)).write_stdin(stdin).output().expect("it runs");
        Run::from(output)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_descrape"));
        command.args(args).current_dir(self.path()).env("NO_COLOR", "1");
        command.env_remove("CLICOLOR_FORCE").env_remove("GITHUB_STEP_SUMMARY");
        command
    }
}

/// A copy of the example corpus of the README.
pub(crate) fn example() -> Folder {
    let folder = Folder::new();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/corpus");
    for entry in std::fs::read_dir(root).expect("the example corpus is there") {
        let entry = entry.expect("a file");
        let bytes = std::fs::read(entry.path()).expect("a file");
        folder.write(&format!("corpus/{}", entry.file_name().display()), bytes);
    }
    folder
}

/// What a run of the program left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

impl Run {
    /// All of it, to compare with a snapshot.
    pub(crate) fn shown(&self) -> String {
        let stderr = mask_times(&self.stderr);
        format!("{}--- stderr\n{stderr}--- exit {}\n", self.stdout, self.code.unwrap_or(-1))
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.shown());
        self
    }
}

/// How long a run took is not the same twice.
pub(crate) fn mask_times(text: &str) -> String {
    let time = regex::Regex::new(r"in [0-9.]+ s, [0-9.]+ MB/s").expect("a pattern");
    time.replace_all(text, "in [TIME] s, [RATE] MB/s").into_owned()
}

/// Compares with `snapshots/<name>.snap`.
#[track_caller]
pub(crate) fn check_snapshot(name: &str, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
}
