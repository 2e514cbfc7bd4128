use std::collections::BTreeSet;

use descrape::{
    proof::{prove, render_examples, unproven},
    rule::{Input, builtin_rules, rule_schema},
};

use rayon::prelude::*;

#[test]
fn every_example_holds() {
    let rules = builtin_rules();
    for rule in &rules {
        let failures = prove(rule, &rules).expect("required rules are there");
        assert!(failures.is_empty(), "{}: {failures:#?}", rule.id);
    }
}

/// A rule without one of its patterns or conditions fails one of its own examples.
#[test]
fn every_part_of_a_rule_is_proven() {
    let rules = builtin_rules();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let loose: Vec<String> = rules
        .par_iter()
        .flat_map(|rule| {
            let source =
                std::fs::read_to_string(root.join(format!("{}.toml", rule.id))).expect("it is a file");
            let parts = unproven(&rule.id, &source, &rules).expect("required rules are there");
            parts.into_iter().map(|part| format!("{}: {part}", rule.id)).collect::<Vec<_>>()
        })
        .collect();
    assert!(loose.is_empty(), "no example needs:\n{}", loose.join("\n"));
}

/// What a person sees of every rule, a file for each in `snapshots/rules`.
#[test]
fn rules_look_as_they_did() {
    let rules = builtin_rules();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/rules"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for rule in &rules {
        let shown = render_examples(rule, &rules).expect("required rules are there");
        settings.bind(|| insta::assert_snapshot!(rule.id.replace('/', "--"), shown));
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/rules");
    let files = std::fs::read_dir(folder).expect("snapshots are there").filter_map(Result::ok);
    let snapshots = files.filter(|file| file.path().extension().is_some_and(|e| e == "snap")).count();
    assert_eq!(snapshots, rules.len(), "a snapshot of a rule that is gone is left");
}

/// The table of what is covered names every rule, and no other.
#[test]
fn the_table_of_kinds_is_current() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/README.md");
    let readme = std::fs::read_to_string(readme).expect("it is there");
    let table = readme.split_once("## What is covered").expect("the section is there").1;
    let named: BTreeSet<&str> = table
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.contains('/') && !word.contains(' '))
        .collect();
    let rules = builtin_rules();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(named.symmetric_difference(&ids).collect::<Vec<_>>(), Vec::<&&str>::new());
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
    let rules = builtin_rules();
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
    for rule in builtin_rules() {
        let source = std::fs::read_to_string(root.join(format!("{}.toml", rule.id))).expect("it is a file");
        assert!(source.starts_with("#:schema ../schema.json\n"), "{}", rule.id);
    }
}

/// Examples are the author's own words, so that the rules can be given away.
#[test]
fn examples_are_small() {
    for rule in builtin_rules() {
        for bad in &rule.bad {
            if let Input::Text(text) = &bad.input {
                assert!(text.len() < 1500, "{}", rule.id);
            }
        }
    }
}
