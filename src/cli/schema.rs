//! `descrape schema`: what editors and other programs check our files with.

use super::{
    Exit, Stop,
    args::{SchemaArgs, SchemaOf},
    terminal::write_out,
};
use crate::{config::config_schema, gate::baseline_schema, report::finding_schema, rule::rule_schema};

pub(super) fn run(args: &SchemaArgs) -> Result<Exit, Stop> {
    let schema = match args.of {
        SchemaOf::Finding => finding_schema(),
        SchemaOf::Baseline => baseline_schema(),
        SchemaOf::Config => config_schema(),
        SchemaOf::Rule => rule_schema(),
    };
    write_out(&mut std::io::stdout(), schema.as_bytes())?;
    Ok(Exit::Clean)
}
