//! What each format says of the same findings.

use serde_json::{Value, json};

use crate::support::{Folder, Run, check_snapshot};

/// Every format but that of attributes, which has places of its own.
pub(super) const FORMATS: [&str; 12] = [
    "full",
    "concise",
    "grouped",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjsonl",
    "markdown",
];

/// A rule of each severity, and a fix of each kind.
pub(super) fn rules(folder: &Folder) {
    for (name, severity, what, fix) in [
        ("colour", "error", "red", "safety = \"safe\"\nreplace = \"blau\""),
        ("shout", "warning", "BUY NOW", "safety = \"unsafe\"\ndelete = \"paragraph\""),
        ("doubt", "info", "maybe", ""),
    ] {
        let fixed = |text: &str| if fix.is_empty() { String::new() } else { format!("fixed = \"{text}\"\n") };
        let (bad, fixed) = if name == "shout" {
            ("One.\\n\\nBUY NOW\\n".to_string(), fixed("One.\\n"))
        } else {
            (format!("One {what} two.\\n"), fixed("One blau two.\\n"))
        };
        let fix = if fix.is_empty() { String::new() } else { format!("[fix]\n{fix}\n") };
        folder.write(
            &format!("rules/test/{name}.toml"),
            format!(
                "summary = \"the word \\\"{what}\\\"\"\nwhy = \"A `test` of {name}.\"\nseverity = \"{severity}\"\n\
                 tags = [\"{name}\"]\n[match]\nany = ['{what}']\n{fix}[[bad]]\ntext = \"{bad}\"\n{fixed}\
                 [[good]]\ntext = \"Nothing.\\n\"\n"
            ),
        );
    }
}

/// A text, records, a table and a packed file, with findings.
pub(super) fn corpus() -> Folder {
    let folder = Folder::new();
    rules(&folder);
    folder.write("corpus/a b.txt", "\u{feff}Ein red Haus & ein Hügel, red.\n\nBUY NOW\n\nmaybe\n");
    folder.write(
        "corpus/c.jsonl",
        "{\"id\":\"one\",\"text\":\"fine\"}\n{\"id\":\"two\",\"text\":\"A\\n日本 red\"}\n",
    );
    folder.write("corpus/d.csv", "text\n\"two\nlines\"\na red row\n");
    let packed = zstd::encode_all(&b"so red\n"[..], 0).expect("it packs");
    folder.write("corpus/e.txt.zst", packed);
    folder
}

pub(super) fn check_in(folder: &Folder, args: &[&str]) -> Run {
    let common = ["check", "corpus", "-q", "--rules", "rules", "--select", "test", "--isolated"];
    folder.run(&[&common[..], args].concat())
}

pub(super) fn report(folder: &Folder, format: &str) -> String {
    let run = check_in(folder, &["--report", format]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{format}");
    run.stdout
}

pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

pub(super) fn json_lines(text: &str) -> Vec<Value> {
    text.split_terminator('\n').map(json).collect()
}

pub(super) fn array(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

pub(super) fn string(value: &Value) -> &str {
    value.as_str().expect("a string")
}

#[test]
fn formats_look_as_they_did() {
    let folder = corpus();
    let hash = regex::Regex::new("[0-9a-f]{32}").expect("a pattern");
    for format in FORMATS {
        let shown = report(&folder, format).replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
        check_snapshot(&format!("report-{format}"), &hash.replace_all(&shown, "[HASH]"));
    }
}

#[test]
fn nothing_found_is_a_report_too() {
    let folder = Folder::new();
    rules(&folder);
    folder.write("corpus/a.txt", "Fine.\n");
    let report = |format| check_in(&folder, &["--report", format]).exits(0).stdout;
    for format in ["full", "concise", "grouped", "jsonl", "github", "rdjsonl"] {
        assert_eq!(report(format), "", "{format}");
    }
    assert_eq!(json(&report("gitlab")), json!([]));
    assert_eq!(json(&report("json")), json!([]));
    let sarif = json(&report("sarif"));
    assert_eq!(sarif["runs"][0]["results"], json!([]));
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"], json!([]));
    let junit = report("junit");
    let junit = roxmltree::Document::parse(&junit).expect("XML");
    assert_eq!(junit.descendants().filter(|node| node.has_tag_name("testcase")).count(), 1);
    assert_eq!(junit.descendants().filter(|node| node.has_tag_name("failure")).count(), 0);
    let checkstyle = report("checkstyle");
    let checkstyle = roxmltree::Document::parse(&checkstyle).expect("XML");
    assert!(checkstyle.root_element().first_element_child().is_none());
    assert_eq!(report("markdown"), "## descrape\n\nNo findings in 1 document.\n");
}

/// The offset of a place in a text, by counting; columns in bytes or characters.
fn offset(text: &str, line: &Value, column: &Value, bytes: bool) -> usize {
    let (line, column) =
        (line.as_u64().expect("a line") as usize, column.as_u64().expect("a column") as usize);
    let mut start = 0;
    for _ in 1..line {
        let end = start + text[start..].find(['\n', '\r']).expect("there are as many lines");
        start = end + if text[end..].starts_with("\r\n") { 2 } else { 1 };
    }
    if bytes {
        return start + column - 1;
    }
    let mark = if start == 0 && text.starts_with('\u{feff}') { 3 } else { 0 };
    start + mark + text[start + mark..].chars().take(column - 1).map(char::len_utf8).sum::<usize>()
}

#[test]
fn fixes_are_those_of_the_record() {
    for text in [
        "\u{feff}red Häuser, red\r\nnoch 日本 red\r\n\r\n BUY NOW\r\n\r\nEnde red",
        "Anfang \u{1f600}\n\nBUY NOW",
        "BUY NOW\rred\n\n\nBUY NOW\n\n",
        "\u{feff}BUY NOW\n\nred",
    ] {
        let folder = Folder::new();
        rules(&folder);
        folder.write("corpus/a.txt", text);
        let records = json_lines(&report(&folder, "jsonl"));
        let sarif = json(&report(&folder, "sarif"));
        let rdjsonl = json_lines(&report(&folder, "rdjsonl"));
        let edits: Vec<_> = records.iter().map(|record| array(&record["fix"]["edits"])[0].clone()).collect();
        let by_byte = |edit: &Value| {
            (edit["byte_start"].as_u64(), edit["byte_end"].as_u64(), string(&edit["replacement"]).to_string())
        };
        let expected: Vec<_> = edits.iter().map(by_byte).collect();
        let number = |offset| Some(offset as u64);
        let results = array(&sarif["runs"][0]["results"]).iter().map(|result| {
            let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
            let region = &replacement["deletedRegion"];
            (
                number(offset(text, &region["startLine"], &region["startColumn"], false)),
                number(offset(text, &region["endLine"], &region["endColumn"], false)),
                string(&replacement["insertedContent"]["text"]).to_string(),
            )
        });
        assert_eq!(results.collect::<Vec<_>>(), expected, "{text:?}");
        let suggestions = rdjsonl.iter().map(|diagnostic| {
            let suggestion = &diagnostic["suggestions"][0];
            let (start, end) = (&suggestion["range"]["start"], &suggestion["range"]["end"]);
            (
                number(offset(text, &start["line"], &start["column"], true)),
                number(offset(text, &end["line"], &end["column"], true)),
                string(&suggestion["text"]).to_string(),
            )
        });
        assert_eq!(suggestions.collect::<Vec<_>>(), expected, "{text:?}");
    }
}

#[test]
fn a_comment_is_not_endless() {
    let folder = Folder::new();
    rules(&folder);
    folder.write("corpus/a.txt", "red\n".repeat(30));
    folder.write("corpus/b.txt", "red\n".repeat(30));
    folder.write("corpus/c.txt", "red\n");
    let report = report(&folder, "markdown");
    assert_eq!(
        report.matches("| error | <code>test/colour</code> | <code><b>red</b></code> |\n").count(),
        50
    );
    assert!(
        report.contains("\n… and 11 more findings.\n\n**61 findings** in 3 documents looked at.\n"),
        "{report}"
    );
    assert!(!report.contains("c&#46;txt"));
}

#[test]
fn a_line_of_the_file_is_said_where_there_is_one() {
    let sarif = json(&report(&corpus(), "sarif"));
    let place = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"];
        (string(&place["artifactLocation"]["uri"]).to_string(), place["region"]["startLine"].as_u64())
    };
    let places: Vec<_> = array(&sarif["runs"][0]["results"]).iter().map(place).collect();
    let expected = [
        ("corpus/a%20b.txt", 1),
        ("corpus/a%20b.txt", 1),
        ("corpus/a%20b.txt", 3),
        ("corpus/a%20b.txt", 5),
        ("corpus/c.jsonl", 2),
        ("corpus/d.csv", 4),
        ("corpus/e.txt.zst", 1),
    ];
    assert_eq!(places, expected.map(|(uri, line)| (uri.to_string(), Some(line))));
    let in_record = &sarif["runs"][0]["results"][4];
    assert_eq!(in_record["message"]["text"], "the word \"red\" (document two, at 2:4)");
    assert_eq!(
        in_record["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
        "corpus/c.jsonl:2#two"
    );
    assert_eq!(in_record["fixes"], Value::Null);
}

#[test]
fn gitlab_tells_findings_apart_and_knows_them_again() {
    let folder = Folder::new();
    rules(&folder);
    folder.write(
        "corpus/a.jsonl",
        "{\"text\":\"red\"}\n{\"text\":\"red\"}\n{\"id\":7,\"text\":\"red red\\nred red\"}\n",
    );
    folder.write("corpus/b.txt", "red\n");
    let fingerprints = |folder: &Folder| -> Vec<String> {
        let issues = json(&report(folder, "gitlab"));
        array(&issues).iter().map(|issue| string(&issue["fingerprint"]).to_string()).collect()
    };
    let before = fingerprints(&folder);
    let mut distinct = before.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!((before.len(), distinct.len()), (7, 7));
    // Text before it, and another record before one with an id, change nothing.
    folder.write(
        "corpus/a.jsonl",
        "{\"id\":1,\"text\":\"fine\"}\n{\"id\":7,\"text\":\"fine\\nred red\\nred red\"}\n",
    );
    folder.write("corpus/b.txt", "maybe\n\nred\n");
    let after = fingerprints(&folder);
    assert_eq!(after[..4], before[2..6]);
    assert_eq!(after[5], before[6]);
}

#[test]
fn sarif_says_what_is_new_and_what_is_left_alone() {
    let folder = Folder::new();
    rules(&folder);
    folder.write("corpus/a.txt", "red\nnew red\n");
    folder.write("corpus/b.txt", "maybe red\n");
    let results = |args: &[&str]| -> Vec<Value> {
        let common = ["check", "corpus", "-q", "--rules", "rules", "--select", "test", "--report", "sarif"];
        let run = folder.run(&[&common[..], args].concat());
        array(&json(&run.stdout)["runs"][0]["results"]).to_vec()
    };
    let plain = results(&["--isolated"]);
    assert!(plain.iter().all(|result| result.get("baselineState").is_none()));
    assert!(plain.iter().all(|result| result["suppressions"] == json!([])));
    let fingerprint = string(&plain[0]["partialFingerprints"]["content/v1"]);
    let content =
        fingerprint.strip_prefix("test/colour:").and_then(|rest| rest.strip_suffix(":0")).expect("a hash");
    let accepted = json!({
        "rule": "test/colour", "text": "red", "line": "red", "path": "corpus/a.txt", "content": content,
        "count": 1, "version": 1,
    });
    folder.write("baseline.jsonl", format!("{accepted}\n"));
    folder.write(
        "descrape.toml",
        "[[suppress]]\nrule = \"test/colour\"\npath = \"corpus/b.txt\"\nreason = \"it is \\\"quoted\\\"\"\n",
    );
    let judged = results(&["--baseline", "baseline.jsonl"]);
    let state = |result: &Value| {
        let suppression = &result["suppressions"][0];
        (
            string(&result["baselineState"]).to_string(),
            suppression["justification"].as_str().map(String::from),
        )
    };
    let states: Vec<_> = judged.iter().map(state).collect();
    let expected = [("unchanged", None), ("new", None), ("new", None), ("new", Some("it is \"quoted\""))];
    assert_eq!(states, expected.map(|(state, reason)| (state.to_string(), reason.map(String::from))));
    assert_eq!(judged[3]["suppressions"][0]["kind"], "external");
    // Others show only what counts.
    let run = folder.run(&[
        "check",
        "corpus",
        "-q",
        "--rules",
        "rules",
        "--select",
        "test",
        "--baseline",
        "baseline.jsonl",
        "--report",
        "concise",
    ]);
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
}

#[test]
fn schemas_are_current() {
    let folder = Folder::new();
    for (name, path) in [
        ("finding", "schemas/finding.json"),
        ("baseline", "schemas/baseline.json"),
        ("config", "schemas/config.json"),
        ("rule", "rules/schema.json"),
    ] {
        let printed = folder.run(&["schema", name]).exits(0).stdout;
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let committed = std::fs::read_to_string(root.join(path)).unwrap_or_default();
        // Not `assert_eq!`: nobody wants to read two schemas.
        assert!(committed == printed, "run `descrape schema {name} > {path}`");
    }
}

#[test]
fn a_record_has_the_keys_of_its_schema() {
    let schema = json(&Folder::new().run(&["schema", "finding"]).exits(0).stdout);
    let keys = |value: &Value| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
        keys.sort();
        keys
    };
    let mut required: Vec<String> =
        array(&schema["required"]).iter().map(|key| string(key).to_string()).collect();
    required.sort();
    assert_eq!(required, keys(&schema["properties"]));
    for record in json_lines(&report(&corpus(), "jsonl")) {
        assert_eq!(keys(&record), required);
    }
}
