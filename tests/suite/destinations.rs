//! Where reports go: several of them, whole or not at all.

use super::reports::{FORMATS, check_in, corpus, report};
use crate::support::Run;

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
