use serde_json::{Value, json};

use crate::support::{Folder, Run, check_snapshot};

/// Every format but that of attributes, which has places of its own.
const FORMATS: [&str; 12] = [
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

/// What a terminal, a log, a page or a parser might obey.
const HOSTILE: &str = "\u{1b}[31m]]><script>alert(1)</script>\\|`x`|@octocat #1 ##[error]y \u{202e}\u{2066}\u{9b}\u{feff}%0A\u{7f}";

/// A rule of each severity, and a fix of each kind.
fn rules(folder: &Folder) {
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
fn corpus() -> Folder {
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

fn check_in(folder: &Folder, args: &[&str]) -> Run {
    let common = ["check", "corpus", "-q", "--rules", "rules", "--select", "test", "--isolated"];
    folder.run(&[&common[..], args].concat())
}

fn report(folder: &Folder, format: &str) -> String {
    let run = check_in(folder, &["--report", format]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{format}");
    run.stdout
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn json_lines(text: &str) -> Vec<Value> {
    text.split_terminator('\n').map(json).collect()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

fn string(value: &Value) -> &str {
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

/// A corpus whose text, ids and names are hostile.
fn hostile() -> (Folder, String) {
    let folder = Folder::new();
    rules(&folder);
    // What no file system holds, or takes for a folder, is in the text alone.
    let name = if cfg!(windows) {
        "a,b%20;`@octocat`#1 [x](y).txt".to_string()
    } else {
        format!("a,b%20:\n::error::{}\t.txt", HOSTILE.replace('/', "\n"))
    };
    folder.write(&format!("corpus/{name}"), format!("{HOSTILE}red{HOSTILE}\0\u{ffff}\n"));
    let id = format!("{HOSTILE}\n::error file=x::y\r\n\0[x](http://example.org)");
    let record = json!({ "id": id, "text": format!("{HOSTILE}\0\n::error::\r\nred{HOSTILE}\u{ffff}") });
    folder.write("corpus/z.jsonl", format!("{record}\n{{\"id\":2,\"text\":\"\\\\ud800 red\"}}\n"));
    (folder, format!("corpus/{name}"))
}

/// What a person sees of a text that holds only what can be seen.
fn shown(text: &str, keep: impl Fn(char) -> bool) -> String {
    let show = |c: char| if keep(c) { c.to_string() } else { format!("⟨U+{:04X}⟩", u32::from(c)) };
    text.chars().map(show).collect()
}

#[test]
fn no_format_lets_a_terminal_obey() {
    let (folder, _) = hostile();
    for format in FORMATS {
        let report = report(&folder, format);
        let bad = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        assert_eq!(report.find(bad), None, "{format}: {report:?}");
        for line in report.lines() {
            let is_ours = format == "github" && line.starts_with("::error file=corpus/");
            assert!(is_ours || !(line.starts_with("::") || line.starts_with("##[")), "{format}: {line}");
        }
    }
}

#[test]
fn json_holds_hostile_text_as_it_is() {
    let (folder, path) = hostile();
    let sarif = json(&report(&folder, "sarif"));
    let result = &sarif["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    let uri = string(&place["artifactLocation"]["uri"]);
    assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
    assert_eq!(percent_decoded(uri), path);
    assert_eq!(place["region"]["snippet"]["text"], "red");
    let record = &sarif["runs"][0]["results"][1];
    assert!(string(&record["properties"]["document"]).ends_with("\r\n\0[x](http://example.org)"));
    assert!(!string(&record["message"]["text"]).contains("]("), "it would be a link");
    for format in ["gitlab", "json"] {
        let all = json(&report(&folder, format));
        assert_eq!(array(&all).len(), 3);
        let path_of = if format == "json" { &all[0]["path"] } else { &all[0]["location"]["path"] };
        assert_eq!(string(path_of), path);
    }
    assert_eq!(json_lines(&report(&folder, "jsonl"))[0]["path"], path);
    assert_eq!(json_lines(&report(&folder, "rdjsonl"))[0]["location"]["path"], path);
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(&tail[..2]).expect("digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("digits"));
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn xml_is_well_formed_and_holds_what_xml_can() {
    let (folder, path) = hostile();
    let expected = shown(&path, |c| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}'));
    for (format, element, file) in [("junit", "testsuite", "failure"), ("checkstyle", "file", "error")] {
        let report = report(&folder, format);
        let document = roxmltree::Document::parse(&report).expect(format);
        let all = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(name));
        assert_eq!(all(element).next().and_then(|node| node.attribute("name")), Some(expected.as_str()));
        assert_eq!((all(element).count(), all(file).count()), (2, 3), "{format}");
        assert!(all("script").next().is_none());
    }
}

#[test]
fn github_commands_are_one_line_each_and_say_where() {
    let (folder, path) = hostile();
    let report = report(&folder, "github");
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 3, "{report}");
    let mut files = Vec::new();
    for line in &lines {
        let rest = line.strip_prefix("::error ").expect("a command");
        let (properties, message) = rest.split_once("::").expect("a message");
        let properties: Vec<(&str, String)> = properties
            .split(',')
            .map(|property| property.split_once('=').expect("a property"))
            .map(|(key, value)| (key, percent_decoded(value)))
            .collect();
        let keys: Vec<&str> = properties.iter().map(|(key, _)| *key).collect();
        files.push(properties[0].1.clone());
        assert!(percent_decoded(message).starts_with("the word \"red\""), "{line}");
        if line.contains("txt") {
            assert_eq!(keys, ["file", "line", "col", "endLine", "endColumn", "title"]);
        } else {
            assert_eq!(keys, ["file", "line", "title"]);
        }
    }
    let seen = |c: char| {
        matches!(c, '\n' | '\r')
            || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}' | '\u{feff}'))
    };
    assert_eq!(files, [shown(&path, seen).as_str(), "corpus/z.jsonl", "corpus/z.jsonl"]);
}

#[test]
fn markdown_sees_nothing_in_hostile_text() {
    let (folder, _) = hostile();
    let report = report(&folder, "markdown");
    let rows: Vec<&str> = report.lines().filter(|line| line.starts_with("| <code>")).collect();
    assert_eq!(rows.len(), 4, "{report}");
    let reference = regex::Regex::new("&#[0-9]+;").expect("a pattern");
    for row in rows {
        let cells = if row.contains("the word") { 6 } else { 5 };
        assert_eq!(row.matches('|').count(), cells, "{row}");
        let bare = ["<code>", "</code>", "<b>", "</b>", "| "]
            .iter()
            .fold(row.to_string(), |row, tag| row.replace(tag, ""));
        let bare = reference.replace_all(&bare, "");
        assert!(!bare.contains(['<', '>', '`', '@', '#', '[', ']', '*', '_', '\\', '&', ':', '.']), "{bare}");
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
