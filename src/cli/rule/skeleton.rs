//! `descrape rule new`: a rule to start from.

use std::{fs, io::Write, path::Path};

use super::{
    super::{Stop, terminal::Terminal},
    args::RuleNewArgs,
};
use crate::rule::{builtin_files, load_rule};

/// A rule that proves as it stands, so that every change can be tried at once.
const SKELETON: &str = include_str!("skeleton.toml");

pub(super) fn run(args: &RuleNewArgs, terminal: &Terminal) -> Result<String, Stop> {
    // The id is checked where all ids are.
    if let Err(errors) = load_rule(&args.id, &args.id, SKELETON) {
        let error = &errors.errors[0];
        let help = error.help.as_deref().unwrap_or("give GROUP/NAME");
        return Err(Stop(format!("{} ({help})", error.message)));
    }
    let path = args.rules.join(format!("{}.toml", args.id));
    let folder = path.parent().unwrap_or(Path::new("."));
    let failed = |error| Stop(format!("{}: cannot be written: {error}", path.display()));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut file = fs::File::create_new(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Stop(format!("{}: is there already", path.display())),
        _ => failed(error),
    })?;
    file.write_all(SKELETON.as_bytes()).map_err(failed)?;
    if builtin_files().iter().any(|(id, _)| *id == args.id) {
        terminal
            .note(&format!("`{}` is built in; the new rule takes its place wherever it is loaded", args.id));
    }
    Ok(format!(
        "{}: written. Fill it in while `descrape rule test --rules {} --watch` runs.\n",
        path.display(),
        args.rules.display()
    ))
}
