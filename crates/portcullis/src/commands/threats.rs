//! `portcullis threats`: the vocabulary, and which rules find what. A threat with no rule is a visible hole.

use std::io::Write;

use portcullis_assess::descriptors;
use portcullis_model::Threat;
use portcullis_report::{RuleDescriptor, catalogue};

use crate::cli::{ListFormat, ThreatsArgs};
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &ThreatsArgs) -> Result<Exit, Failure> {
    let rules = descriptors();
    let mut out = anstream::stdout().lock();
    match arguments.format {
        ListFormat::Json => catalogue::threats(&rules, &mut out)?,
        ListFormat::Text => table(&rules, &mut out)?,
    }
    Ok(Exit::Clean)
}

fn table(rules: &[RuleDescriptor], out: &mut dyn Write) -> std::io::Result<()> {
    let bold = anstyle::Style::new().bold();
    for threat in Threat::ALL {
        let found_by: Vec<&str> =
            rules.iter().filter(|rule| rule.threats.contains(threat)).map(|rule| rule.id.as_str()).collect();
        let found_by = if found_by.is_empty() { String::from("none yet") } else { found_by.join(", ") };
        writeln!(
            out,
            "{bold}{threat} {}{bold:#} ({} → {})",
            threat.name(),
            threat.origin(),
            threat.trigger()
        )?;
        writeln!(out, "    attack      {}", threat.attack())?;
        writeln!(out, "    stopped by  {}", threat.stopped_by())?;
        writeln!(out, "    rules       {found_by}\n")?;
    }
    Ok(())
}
