use std::{collections::BTreeSet, path::Path};

/// Rows of the house: a module imports only from rows above its own, and from
/// its own children.
const ROWS: [&[&str]; 11] = [
    &["span", "severity", "hash", "paths", "compact"],
    &["document", "prose"],
    &["layout", "edit"],
    &["transform", "position", "prefilter", "page"],
    &["backtrack", "openings"],
    &["rule"],
    &["diagnostic"],
    &["lint", "report"],
    &["eval", "fix", "corpus", "gate"],
    &["journal", "config"],
    &["proof"],
];

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The modules that a file names in `use crate::…`, tests aside.
fn imports(source: &str) -> BTreeSet<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut modules = BTreeSet::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                let (mut depth, mut start) = (1, true);
                for (i, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 1 => start = true,
                        c if start && c.is_alphabetic() => {
                            start = false;
                            modules.insert(
                                list[i..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect(),
                            );
                        }
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            None => {
                modules.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            }
        }
    }
    modules
}

fn each_source(mut check: impl FnMut(&str, &str, &str)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for file in files {
        let name = file.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
        let module = name.trim_end_matches(".rs").split('/').next().expect("a name").to_string();
        check(&name, &module, &std::fs::read_to_string(&file).expect("a file"));
    }
}

#[test]
fn modules_import_only_from_above() {
    each_source(|name, module, source| {
        if matches!(module, "lib" | "main" | "cli") {
            return;
        }
        let own = row(module).unwrap_or_else(|| panic!("{name} stands in no row"));
        for import in imports(source) {
            let theirs =
                row(&import).unwrap_or_else(|| panic!("{name} imports {import}, which stands in no row"));
            assert!(import == module || theirs < own, "{name} imports {import}");
        }
    });
}

#[test]
fn the_engine_has_no_files_no_threads_and_no_clock() {
    each_source(|name, module, source| {
        if matches!(module, "cli" | "main" | "corpus" | "journal" | "config" | "proof") {
            return;
        }
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        for word in
            ["std::fs", "std::env", "std::thread", "std::time", "rayon", "println!", "eprintln!", "Mutex"]
        {
            assert!(!source.contains(word), "{name} uses {word}");
        }
    });
}

#[test]
fn no_rule_is_named_in_the_source() {
    let ids: Vec<String> = descrape::rule::builtin_rules().into_iter().map(|rule| rule.id).collect();
    each_source(|name, _, source| {
        // Examples in documentation and help name some.
        let is_help = ["cli/args.rs", "cli/args/gate.rs", "cli/rule/args.rs"].contains(&name);
        let code =
            source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        for id in &ids {
            assert!(!code.contains(id.as_str()) || is_help, "{name} names {id}");
        }
    });
}

#[test]
fn files_are_small() {
    each_source(|name, _, source| {
        let lines = source.lines().count();
        assert!(lines <= 460, "{name} has {lines} lines: does it still have one reason?");
    });
}
