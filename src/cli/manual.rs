//! `descrape completions` and `descrape man`: what `--help` says, for shells and
//! for `man`.

use std::io;

use clap::CommandFactory;
use clap_mangen::Man;

use super::{
    Exit, Stop,
    args::{Cli, CompletionsArgs, ManArgs},
    terminal::write_out,
};

pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "descrape", &mut script);
    write_out(&mut io::stdout(), &script)?;
    Ok(Exit::Clean)
}

pub(super) fn man(args: &ManArgs) -> Result<Exit, Stop> {
    // `help` has no page: `man` is the help.
    let command = Cli::command().disable_help_subcommand(true);
    let Some(folder) = &args.output else {
        let mut page = Vec::new();
        Man::new(command).render(&mut page)?;
        write_out(&mut io::stdout(), &page)?;
        return Ok(Exit::Clean);
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .map_err(|error| Stop(format!("{}: cannot be written: {error}", folder.display())))?;
    Ok(Exit::Clean)
}
