//! Loads the rules below `rules/` with the crate's own modules, so that nobody
//! has to do it again whenever the program starts.
//!
//! Only what leads from a rule file to a checked rule is part of this program;
//! what such a rule does is not.

#![expect(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "the modules are those of the crate, which uses and shows more of them"
)]

use std::{
    env,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

use self::{compact::Compact, rule::load::load_rule};

#[path = "src/compact.rs"]
mod compact;
#[path = "src/document.rs"]
mod document;
#[path = "src/edit/mod.rs"]
mod edit;
#[path = "src/prose/mod.rs"]
mod prose;
#[path = "src/severity.rs"]
mod severity;
#[path = "src/span.rs"]
mod span;

#[path = "src/backtrack"]
mod backtrack {
    mod branches;
    mod compile;
    mod program;

    pub(crate) use self::program::Program;
}

#[path = "src/prefilter"]
mod prefilter {
    mod alphabet;
    mod bits;
    mod bytes;
    mod cover;
    mod edges;
    mod mark;
    mod outer;
    mod steps;
    mod trial;
    mod window;

    pub(crate) use self::{
        bytes::{ByteSet, CASE_BIT, frequency},
        cover::Cover,
        edges::{Edges, Head},
        outer::{Outer, Side, outer_of_class},
        trial::{Placed, Trial, place, place_of_unit},
        window::cover_of_all,
    };
}

#[path = "src/openings"]
mod openings {
    mod ending;
    mod key;
    mod nfa;
    mod spell;
    mod split;

    pub(crate) use self::{ending::Ending, key::Opening, split::split};
}

#[path = "src/rule"]
mod rule {
    mod data;
    mod define;
    mod error;
    pub(super) mod load;
    mod parse;
    mod spec;
    mod words;

    /// Nothing is searched while the crate is built.
    mod engines {
        #[derive(Clone, Debug, Default)]
        pub(super) struct Compiled(());
    }
}

#[path = "src/transform"]
mod transform {
    mod name;

    pub(crate) use self::name::Transform;
}

fn main() -> io::Result<()> {
    // Only the program shows the schema; nobody needs it here.
    if env::var_os("CARGO_FEATURE_CLI").is_some() {
        println!("cargo::rustc-cfg=schema");
    }
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the package")).join("rules");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let (mut list, mut rules) = (String::from("&[\n"), Vec::new());
    for file in files {
        let id = file.strip_prefix(&root).expect("the file lies below the folder").with_extension("");
        let id = id.to_string_lossy().replace('\\', "/");
        match load_rule(&id, &format!("rules/{id}.toml"), &fs::read_to_string(&file)?) {
            Ok(rule) => rules.push(rule),
            Err(errors) => errors.to_string().lines().for_each(|line| println!("cargo::error={line}")),
        }
        writeln!(list, "({id:?}, include_str!({:?})),", file.display().to_string())
            .expect("a string takes text");
    }
    list.push(']');
    let mut bytes = Vec::new();
    rules.write(&mut bytes);
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the output folder"));
    fs::write(out.join("files.rs"), list)?;
    fs::write(out.join("rules"), bytes)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
