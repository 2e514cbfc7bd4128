use descrape::Backend;

use crate::support::{Folder, example_texts};

/// The records of the findings of some rules in all examples and in texts of every
/// length, as one backend finds them.
fn findings(folder: &Folder, backend: Option<&str>, select: &str) -> String {
    let mut args = vec!["check", "texts.jsonl", "--output-format", "jsonl", "-q"];
    args.extend(["--select", select]);
    let mut command = folder.command(&args);
    match backend {
        Some(name) => command.env("DESCRAPE_SIMD", name),
        None => command.env_remove("DESCRAPE_SIMD"),
    };
    let output = command.output().expect("it runs");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("records are UTF-8")
}

/// All examples one by one, and all in one long text, cut off at many lengths.
fn texts() -> Folder {
    let folder = Folder::new();
    let examples = example_texts();
    let long = examples.join("\n\n");
    let mut texts: Vec<&str> = examples.iter().map(String::as_str).collect();
    let near = |length: usize| length - 70..length + 70;
    let lengths = (0..200).chain(near(4096)).chain(near(8192));
    texts.extend(lengths.map(|length| &long[..long.floor_char_boundary(length)]));
    texts.push(&long);
    let record = |text: &&str| serde_json::json!({ "text": text }).to_string() + "\n";
    folder.write("texts.jsonl", texts.iter().map(record).collect::<String>());
    folder
}

#[test]
fn every_backend_finds_the_same() {
    let folder = texts();
    // All rules are told apart by their spellings, a group by their classes.
    for select in ["ALL", "minify", "entity"] {
        let expected = findings(&folder, None, select);
        assert!(expected.lines().count() > 50, "{select} finds {}", expected.lines().count());
        for backend in Backend::available() {
            let found = findings(&folder, Some(backend.name()), select);
            assert!(found == expected, "{} finds something else with {select}", backend.name());
        }
    }
}

#[test]
fn a_backend_that_is_not_there_is_an_error() {
    let folder = Folder::new();
    folder.write("a.txt", "Nothing.\n");
    let mut command = folder.command(&["check", "a.txt"]);
    let output = command.env("DESCRAPE_SIMD", "mmx").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("DESCRAPE_SIMD: `mmx` is no backend of this processor"), "{told}");
    assert!(told.contains("`portable`"), "{told}");
}
