use serde_json::{Value, json};

use crate::support::Folder;

fn records(run: &str) -> Vec<Value> {
    run.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn a_record_has_these_keys_in_this_order() {
    let folder = Folder::new();
    folder.write("a.txt", "One.\nThe mayor & # 39; s house\n");
    let run = folder.run(&["check", "a.txt", "--output-format", "jsonl"]).exits(1);
    let expected = concat!(
        r#"{"version":1,"rule":"entity/spaced-numeric","severity":"error","#,
        r#""message":"numeric character reference broken apart by spaces","path":"a.txt","document":null,"#,
        r#""record":null,"record_start":null,"line":2,"column":11,"end_line":2,"end_column":18,"byte_start":15,"byte_end":22,"text":"& # 39;","#,
        r#""fix":{"safety":"safe","edits":[{"byte_start":14,"byte_end":23,"replacement":"'"}]}}"#,
        "\n"
    );
    assert_eq!(run.stdout, expected);
}

#[test]
fn offsets_count_bytes_of_the_text_and_columns_characters() {
    let folder = Folder::new();
    let text = "日本 \u{1f600}& # 39;x";
    folder.write("a.jsonl", format!("{{\"id\":7,\"text\":{}}}\n{{\"text\":\"fine\"}}\n", json!(text)));
    let run = folder.run(&["check", "a.jsonl", "--output-format", "jsonl"]).exits(1);
    let record = &records(&run.stdout)[0];
    let start = text.find('&').expect("it is there");
    assert_eq!(record["document"], "7");
    assert_eq!(record["byte_start"], start);
    assert_eq!(record["byte_end"], start + 7);
    assert_eq!((&record["record"], &record["record_start"]), (&json!(1), &json!(0)));
    assert_eq!((record["column"].as_u64(), record["end_column"].as_u64()), (Some(5), Some(12)));
}

#[test]
fn json_is_one_array() {
    let folder = Folder::new();
    folder.write("a.txt", "It is & # 39; s.\nIt is & # 39; s.\n");
    folder.write("b.txt", "It is & # 39; s.\n");
    folder.write("c.txt", "Fine.\n");
    let run = folder.run(&["check", ".", "--output-format", "json"]).exits(1);
    assert_eq!(serde_json::from_str::<Vec<Value>>(&run.stdout).expect("an array").len(), 3);
    let run = folder.run(&["check", "c.txt", "--output-format", "json"]).exits(0);
    assert_eq!(serde_json::from_str::<Vec<Value>>(&run.stdout).expect("an array"), [] as [Value; 0]);
}

#[test]
fn a_finding_without_a_fix_says_null() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"text\": 1}\n");
    let run = folder.run(&["check", "a.jsonl", "--output-format", "jsonl"]).exits(1);
    let record = &records(&run.stdout)[0];
    assert_eq!(record["fix"], Value::Null);
    assert_eq!(record["rule"], "corpus/missing-text");
}

#[test]
fn nothing_but_records_on_standard_output() {
    let folder = Folder::new();
    folder.write("a.txt", "It is & # 39; s.\n");
    let run = folder.run(&["check", "a.txt", "missing.txt", "--output-format", "jsonl"]).exits(2);
    assert_eq!(records(&run.stdout).len(), 1);
    assert!(run.stderr.contains("missing.txt: no such file or folder"), "{}", run.stderr);
}

#[test]
fn applying_the_edits_of_a_record_repairs_its_finding() {
    let folder = Folder::new();
    let text = include_str!("../seed/document.txt");
    folder.write("a.txt", text);
    let run = folder.run(&["check", "a.txt", "--output-format", "jsonl"]).exits(1);
    for record in records(&run.stdout) {
        for edit in record["fix"]["edits"].as_array().into_iter().flatten() {
            let at = |key: &str| edit[key].as_u64().expect("a number") as usize;
            let fixed = format!(
                "{}{}{}",
                &text[..at("byte_start")],
                edit["replacement"].as_str().expect("text"),
                &text[at("byte_end")..]
            );
            folder.write("b.txt", &fixed);
            let again = folder.run(&["check", "b.txt", "--output-format", "jsonl"]);
            let same = |r: &Value| r["rule"] == record["rule"];
            let before = records(&run.stdout).iter().filter(|r| same(r)).count();
            assert!(records(&again.stdout).iter().filter(|r| same(r)).count() < before, "{record}");
        }
    }
}
