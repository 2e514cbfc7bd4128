//! `descrape rule lint`: what a careful reader would say.

use super::{
    super::{
        Exit, Stop,
        settings::{RuleFile, all_rules, builtin_rule_files, folder_files, load},
        setup::rule_folders_here,
        tally::plural,
        terminal::Terminal,
    },
    args::RuleLintArgs,
    chosen,
};
use crate::proof::{Company, prove};

pub(super) fn run(args: &RuleLintArgs, terminal: &Terminal) -> Result<(String, Exit), Stop> {
    let folders = rule_folders_here(&args.config, &args.rules, terminal)?;
    let all = all_rules(&folders, terminal)?;
    let looked_at =
        if args.rules.is_empty() { all.clone() } else { load(&folder_files(&args.rules)?, terminal)? };
    let rules = chosen(looked_at, &args.select)?;
    let own = folder_files(&folders)?;
    let mut files = builtin_rule_files();
    files.retain(|file| own.iter().all(|other| other.id != file.id));
    files.extend(own);
    let sources: Vec<(&str, &str)> = files.iter().map(|file| (&*file.id, &*file.source)).collect();
    let company = Company::new(&all, &sources)?;
    let file = |id: &str| files.iter().find(|file| file.id == id);
    let (mut out, mut count) = (String::new(), 0);
    // One after the other: a rule's speed is taken, too.
    for rule in &rules {
        let Some(RuleFile { path, source, .. }) = file(&rule.id) else { continue };
        if !prove(rule, &all)?.is_empty() {
            count += 1;
            out.push_str(&format!(
                "{path}: its examples do not hold\n    help: `descrape rule test {}` shows how\n",
                rule.id
            ));
            continue;
        }
        for remark in company.remarks(rule, source)? {
            count += 1;
            out.push_str(&format!("{path}: {}\n    help: {}\n", remark.message, remark.help));
        }
    }
    let looked_at = plural(rules.len(), "rule");
    if count == 0 {
        out.push_str(&format!("Nothing to remark on {looked_at}.\n"));
        Ok((out, Exit::Clean))
    } else {
        out.push_str(&format!("\n{} on {looked_at}.\n", plural(count, "remark")));
        Ok((out, Exit::Findings))
    }
}
