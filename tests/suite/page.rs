use std::process::{Command, Stdio};

use crate::support::{example, mask_times};

/// A command as the page shows it.
struct Step<'p> {
    line_number: usize,
    command: String,
    shown: Vec<&'p str>,
}

/// The commands of all blocks `console`: `$ ` begins one, `> ` continues it.
fn steps(page: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut inside = false;
    for (line_index, line) in page.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            steps.push(Step { line_number: line_index + 1, command: command.into(), shown: Vec::new() });
        } else if inside {
            let step = steps.last_mut().expect("a block begins with a command");
            match line.strip_prefix("> ") {
                Some(more) => step.command.push_str(&format!("\n{more}")),
                None => step.shown.push(line),
            }
        }
    }
    steps
}

/// Whether these lines are shown so, where `…` stands for any lines.
fn is_shown_as(real: &[&str], shown: &[&str]) -> bool {
    match shown.split_first() {
        None => real.is_empty(),
        Some((&"…", rest)) => (0..=real.len()).any(|skipped| is_shown_as(&real[skipped..], rest)),
        Some((line, rest)) => real.first() == Some(line) && is_shown_as(&real[1..], rest),
    }
}

fn trimmed(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).collect()
}

/// The folder of the program, before all others.
fn search_path() -> std::ffi::OsString {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_descrape"));
    let folder = program.parent().expect("it lies in a folder").to_path_buf();
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&others))).expect("folders")
}

#[test]
fn every_command_says_what_the_page_says() {
    if cfg!(windows) {
        eprintln!("skipped: the page is written for a Unix shell");
        return;
    }
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/gate.md")).expect("a page");
    let steps = steps(&page);
    assert!(steps.len() > 20, "{} commands", steps.len());
    // One shell for all of them, which marks where each begins and keeps `$?`.
    let mark = |step: &Step<'_>| format!("status=$?\nprintf '\\001'\n(exit $status)\n{}\n", step.command);
    let script: String = steps.iter().map(mark).collect();
    let folder = example();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{script}")])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .envs([("NO_COLOR", "1"), ("LC_ALL", "C"), ("GIT_CONFIG_GLOBAL", "/dev/null")])
        .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "t")))
        .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "t@example.org")))
        .env("PATH", search_path())
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("there is a shell");
    let output = String::from_utf8(output.stdout).expect("UTF-8");
    let outputs: Vec<&str> = output.split('\u{1}').skip(1).collect();
    assert_eq!(outputs.len(), steps.len(), "{output}");
    for (step, real) in steps.iter().zip(outputs) {
        let (real, shown) = (mask_times(real), mask_times(&step.shown.join("\n")));
        assert!(
            is_shown_as(&trimmed(&real), &trimmed(&shown)),
            "docs/gate.md:{}: $ {}\n--- the page shows\n{shown}\n--- it says\n{real}",
            step.line_number,
            step.command,
        );
    }
}
