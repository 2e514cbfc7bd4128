use std::{
    collections::BTreeSet,
    io::Write,
    process::{Command, Stdio},
};

use crate::support::Folder;

/// What a program writes when it reads this: nothing, if it has no complaints.
/// `None`, with a word, if the program is not here.
fn complaints(program: &str, args: &[&str], input: &[u8]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("skipped: there is no `{program}` here");
        return None;
    };
    child.stdin.take().expect("a pipe").write_all(input).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() { words } else { format!("{}\n{words}", output.status) })
}

/// The names of all commands, as `--help` tells them: `rule`, `rule-list`, …
fn commands(folder: &Folder, path: &[&str]) -> BTreeSet<String> {
    let help = folder.run(&[path, &["-h"]].concat()).exits(0).stdout;
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return BTreeSet::new() };
    let list = list.split("\n\n").next().unwrap_or_default();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names
        .flat_map(|name| {
            let path = [path, &[name]].concat();
            let mut all = commands(folder, &path);
            all.insert(path.join("-"));
            all
        })
        .collect()
}

#[test]
fn shells_read_their_completions() {
    let folder = Folder::new();
    for (shell, args) in [("bash", &["-n"][..]), ("zsh", &["-n"]), ("fish", &["--no-execute"])] {
        let script = folder.run(&["completions", shell]).exits(0).stdout;
        for word in ["baseline", "explain", "unsafe-fixes"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        if let Some(complaints) = complaints(shell, args, script.as_bytes()) {
            assert_eq!(complaints, "", "{shell}");
        }
    }
    let run = folder.run(&["completions", "basch"]).exits(2);
    assert!(run.stderr.contains("bash"), "{}", run.stderr);
}

#[test]
fn bash_completes_commands_and_options() {
    let folder = Folder::new();
    let script = folder.run(&["completions", "bash"]).exits(0).stdout;
    let complete = |words: &[&str]| {
        let line = format!(
            "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; _descrape descrape '{}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.join(" "),
            words.len() - 1,
            words[words.len() - 1],
        );
        let run = Command::new("bash").arg("-c").arg(line).output().ok()?;
        Some(String::from_utf8_lossy(&run.stdout).lines().map(str::to_string).collect::<Vec<_>>())
    };
    let Some(commands) = complete(&["descrape", "ba"]) else {
        eprintln!("skipped: there is no `bash` here");
        return;
    };
    assert_eq!(commands, ["baseline"]);
    assert_eq!(complete(&["descrape", "baseline", "pr"]), Some(vec!["prune".to_string()]));
    assert_eq!(complete(&["descrape", "check", "--force"]), Some(vec!["--force-exclude".to_string()]));
}

#[test]
fn every_command_has_a_page() {
    let folder = Folder::new();
    let said = folder.run(&["man", "--output", "share/man1"]).exits(0);
    assert_eq!((said.stdout.as_str(), said.stderr.as_str()), ("", ""));
    let entries = std::fs::read_dir(folder.path().join("share/man1")).expect("a folder");
    let pages: BTreeSet<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    let mut expected: BTreeSet<String> =
        commands(&folder, &[]).iter().map(|name| format!("descrape-{name}.1")).collect();
    assert!(expected.contains("descrape-baseline-prune.1"), "{expected:?}");
    expected.insert("descrape.1".into());
    assert_eq!(pages, expected);

    let read = |name: &str| folder.read(&format!("share/man1/{name}"));
    assert_eq!(folder.run(&["man"]).exits(0).stdout.as_bytes(), read("descrape.1"));
    let check = String::from_utf8(read("descrape-check.1")).expect("UTF-8");
    assert!(check.contains("Examples:") && check.contains("\\-\\-changed\\-since"), "{check}");
    for name in &pages {
        if let Some(complaints) = complaints("groff", &["-man", "-Kutf8", "-Tutf8", "-ww", "-z"], &read(name))
        {
            assert_eq!(complaints, "", "{name}");
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let folder = Folder::new();
    folder.write("file", "");
    let run = folder.run(&["man", "--output", "file/man1"]).exits(2);
    assert!(run.stderr.starts_with("error: file/man1: cannot be written: "), "{}", run.stderr);
}
