//! Where reports go: several of them, whole or not at all.

use super::reports::{FORMATS, check_in, corpus, report};
use crate::support::{Folder, Run};

#[test]
fn several_reports_in_one_run_are_the_same_as_alone() {
    let folder = corpus();
    let mut args = vec!["--report", "github"];
    let files: Vec<String> = FORMATS.iter().map(|format| format!("{format}=out/{format}")).collect();
    files.iter().for_each(|file| args.extend(["--report", file.as_str()]));
    let run = check_in(&folder, &args).exits(1);
    assert_eq!(run.stdout, report(&folder, "github"));
    for format in FORMATS {
        assert_eq!(String::from_utf8_lossy(&folder.read(&format!("out/{format}"))), report(&folder, format));
    }
}

#[test]
fn one_thread_and_many_write_the_same() {
    let folder = corpus();
    let records = (0..2000).map(|n| format!("{{\"id\":{n},\"text\":\"red {}\"}}\n", "x".repeat(400)));
    folder.write("corpus/many.jsonl", records.collect::<String>());
    for format in ["sarif", "junit", "markdown"] {
        let with = |threads| check_in(&folder, &["--report", format, "--threads", threads]).exits(1).stdout;
        assert!(with("1") == with("4"), "{format}");
    }
}

#[test]
fn a_report_is_there_when_it_is_whole() {
    let folder = corpus();
    folder.write("corpus/z.jsonl", "{\"id\":1,\"text\":\"red\"}\n{\"id\":2,\n");
    folder.write("old.sarif", "the last one");
    let run = check_in(&folder, &["--strict", "--report", "sarif=old.sarif", "--report", "junit=new.xml"]);
    run.exits(2);
    assert_eq!(folder.read("old.sarif"), b"the last one");
    assert!(!folder.path().join("new.xml").exists());
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 3, "corpus, rules, old.sarif, and nothing half-done");
}

#[test]
fn a_place_that_cannot_be_written_is_an_error() {
    let folder = corpus();
    folder.write("file", "x");
    let run = check_in(&folder, &["--report", "sarif=file/a.sarif"]).exits(2);
    assert!(run.stderr.starts_with("error: file/a.sarif: the report cannot be written: "), "{}", run.stderr);
    let run = check_in(&folder, &["--report", "sarif", "--report", "junit"]).exits(2);
    assert!(run.stderr.contains("only one report can go to standard output"), "{}", run.stderr);
    let run = check_in(&folder, &["--report", "sarfi"]).exits(2);
    assert!(run.stderr.contains("did you mean `sarif`?"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_report_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = corpus();
    check_in(&folder, &["--report", "sarif=a.sarif"]).exits(1);
    let mode = |name| std::fs::metadata(folder.path().join(name)).expect("it is there").permissions().mode();
    assert_eq!(mode("a.sarif") & 0o777, mode("rules/test/colour.toml") & 0o777);
}

#[test]
fn the_summary_of_a_job_comes_with_its_annotations() {
    let folder = corpus();
    folder.write("summary.md", "before\n");
    let run = |report: &str| {
        let args = ["check", "corpus", "-q", "--rules", "rules", "--select", "test", "--report", report];
        let summary = folder.path().join("summary.md");
        let output = folder.command(&args).env("GITHUB_STEP_SUMMARY", summary).output();
        Run::from(output.expect("it runs")).exits(1)
    };
    run("markdown");
    assert_eq!(folder.read("summary.md"), b"before\n");
    run("github");
    let expected = format!("before\n{}", report(&folder, "markdown"));
    assert_eq!(String::from_utf8_lossy(&folder.read("summary.md")), expected);
}

/// A pipe or a device is written to; a file in its place would take it from everybody.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let folder = corpus();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let read = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read(pipe).expect("somebody writes")
    });
    std::os::unix::fs::symlink("pipe", folder.path().join("link")).expect("a link");
    check_in(&folder, &["--report", "jsonl=link", "--report", "concise"]).exits(1);
    let jsonl = report(&folder, "jsonl");
    assert_eq!(String::from_utf8(read.join().expect("it was read")).expect("text"), jsonl);
    assert!(std::fs::metadata(pipe).expect("it is there").file_type().is_fifo());
}

#[test]
fn no_report_takes_the_place_of_an_input_or_of_another() {
    let folder = corpus();
    folder.write("a.txt", "red\n");
    let refused = |args: &[&str]| {
        let run = folder.run(&[&["check", "a.txt", "--rules", "rules", "-q"], args].concat()).exits(2);
        assert!(run.stderr.contains("stands for an input or another report as well"), "{}", run.stderr);
    };
    refused(&["--report", "jsonl=a.txt"]);
    refused(&["--report", "jsonl=./a.txt"]);
    refused(&["--report", "jsonl=b", "--report", "sarif=./b"]);
    assert_eq!(folder.read("a.txt"), b"red\n");
    let on_stdout = folder.run(&["check", "a.txt", "--rules", "rules", "-q", "--report", "concise=-"]);
    assert!(on_stdout.exits(1).stdout.starts_with("a.txt:1:1: "));
}

#[test]
fn what_is_not_read_is_told_wherever_there_is_a_report() {
    let folder = corpus();
    folder.write("b.jsonl", "{\"text\": \n[1]\n{\"text\": \"fine\"}\n");
    let args = ["check", "b.jsonl", "--isolated", "--select", "minify", "-q"];
    let run = folder.run(&[&args[..], &["--report", "junit"]].concat()).exits(2);
    assert_eq!(run.stderr, "error: b.jsonl: 2 records cannot be read, the first of them 1\n");
    let unread = "<error message=\"b.jsonl: 2 records cannot be read, the first of them 1\"/>";
    assert!(run.stdout.contains(unread) && !run.stdout.contains("no findings"), "{}", run.stdout);
    let run = folder.run(&[&args[..], &["--report", "sarif"]].concat()).exits(2);
    assert!(run.stdout.contains("\"executionSuccessful\":false"), "{}", run.stdout);
    let run = folder.run(&["fix", "b.jsonl", "--isolated", "--select", "minify", "-q", "--output", "out"]);
    assert!(run.exits(2).stderr.contains("b.jsonl: 2 records cannot be read"));
}

/// What a run reads or needs is never a place for a report.
#[test]
fn a_report_takes_the_place_of_no_text_and_of_nothing_the_run_needs() {
    let folder = Folder::new();
    let text = "{\"text\":\"The mayor & # 39; s office.\"}\n";
    folder.write("c/a.jsonl", text);
    folder.write("b.jsonl", "");
    folder.write("descrape.toml", "baseline = \"b.jsonl\"\n");
    let fix = ["fix", "c", "--output", "out", "--journal", "j.jsonl"];
    let refused: [(&[&str], &str, &str); 4] = [
        (&["check", "c"], "c/a.jsonl", "would be a text of the corpus"),
        (&["check", "c"], "b.jsonl", "is a configuration, a baseline or the journal"),
        (&["check", "c"], "descrape.toml", "is a configuration, a baseline or the journal"),
        (&fix, "j.jsonl", "is a configuration, a baseline or the journal"),
    ];
    for (command, file, message) in refused {
        let run = folder.run(&[command, &["--report", &format!("jsonl={file}")]].concat()).exits(2);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
    assert_eq!(folder.read("c/a.jsonl"), text.as_bytes());
    // The report of the run before is one.
    for format in ["jsonl", "rdjsonl", "github", "full", "markdown", "json", "sarif", "junit"] {
        let report = format!("{format}=c/report.txt");
        folder.run(&["check", "c", "--report", &report, "-q"]).exits(1);
        folder.run(&["check", "c", "--report", &report, "-q"]).exits(1);
        // One of another format is not.
        folder.run(&["check", "c", "--report", "checkstyle=c/report.txt", "-q"]).exits(2);
        std::fs::remove_file(folder.path().join("c/report.txt")).expect("it is there");
    }
}

/// Or else each finding would be found again in what it was written to.
#[cfg(unix)]
#[test]
fn the_file_that_findings_go_to_is_not_checked() {
    let folder = Folder::new();
    folder.write("a.txt", "The mayor & # 39; s office.\n");
    let out = std::fs::File::create(folder.path().join("findings.jsonl")).expect("a file");
    let mut command = folder.command(&["check", "--output-format", "jsonl"]);
    let status = command.stdout(out).stderr(std::process::Stdio::null()).status().expect("it runs");
    assert_eq!(status.code(), Some(1));
    let findings = String::from_utf8(folder.read("findings.jsonl")).expect("UTF-8");
    assert_eq!(findings.lines().count(), 1, "{findings}");
    assert!(findings.contains("\"path\":\"a.txt\""), "{findings}");
}
