//! Hostile text, names and ids stay text in every format.

use serde_json::json;

use super::reports::{FORMATS, array, json, json_lines, report, rules, string};
use crate::support::Folder;

/// What a terminal, a log, a page or a parser might obey.
const HOSTILE: &str = "\u{1b}[31m]]><script>alert(1)</script>\\|`x`|@octocat #1 ##[error]y \u{202e}\u{2066}\u{9b}\u{feff}%0A\u{7f}";

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
