use descrape::{
    proof::prove,
    rule::{Input, rule_schema},
};

use crate::support::builtin;

#[test]
fn every_example_holds() {
    let rules = builtin();
    for rule in &rules {
        let failures = prove(rule, &rules).expect("required rules are there");
        assert!(failures.is_empty(), "{}: {failures:#?}", rule.id);
    }
}

#[test]
fn the_schema_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/schema.json");
    let committed = std::fs::read_to_string(path).expect("the schema is there");
    // Not `assert_eq!`: nobody wants to read two schemas.
    assert!(committed == rule_schema(), "run `descrape rule schema > rules/schema.json`");
}

#[test]
fn rules_are_worth_reading() {
    let rules = builtin();
    assert!(rules.len() >= 180);
    for rule in &rules {
        assert!(rule.bad.len() >= 2 && rule.good.len() >= 2, "{} needs two examples of each kind", rule.id);
        assert!(rule.why.split_whitespace().count() >= 20, "{} says too little", rule.id);
        assert!(rule.since.is_some(), "{} has no `since`", rule.id);
    }
}

#[test]
fn rule_files_point_to_the_schema() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for rule in builtin() {
        let source = std::fs::read_to_string(root.join(format!("{}.toml", rule.id))).expect("it is a file");
        assert!(source.starts_with("#:schema ../schema.json\n"), "{}", rule.id);
    }
}

/// Examples are the author's own words, so that the rules can be given away.
#[test]
fn examples_are_small() {
    for rule in builtin() {
        for bad in &rule.bad {
            if let Input::Text(text) = &bad.input {
                assert!(text.len() < 1500, "{}", rule.id);
            }
        }
    }
}
