//! `portcullis rules`: the catalogue, or the page of one rule.

use std::io::Write;

use portcullis_assess::descriptors;
use portcullis_report::{RuleDescriptor, catalogue};
use portcullis_rules::nearest_rule;

use crate::cli::{ListFormat, RulesArgs};
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &RulesArgs) -> Result<Exit, Failure> {
    let mut rules = descriptors();
    if let Some(id) = &arguments.id {
        rules.retain(|rule| rule.id.as_str() == id);
        if rules.is_empty() {
            let nearest = nearest_rule(id);
            return Err(Failure::usage(format!("there is no rule `{id}`; did you mean `{nearest}`?")));
        }
    }
    let mut out = anstream::stdout().lock();
    match (arguments.format, &arguments.id) {
        (ListFormat::Json, _) => catalogue::rules(&rules, &mut out)?,
        (ListFormat::Text, Some(_)) => rules.iter().try_for_each(|rule| page(rule, &mut out))?,
        (ListFormat::Text, None) => list(&rules, &mut out)?,
    }
    Ok(Exit::Clean)
}

fn list(rules: &[RuleDescriptor], out: &mut dyn Write) -> std::io::Result<()> {
    let width = rules.iter().map(|rule| rule.id.as_str().len()).max().unwrap_or(0);
    for rule in rules {
        let threats: Vec<&str> = rule.threats.iter().map(|threat| threat.id()).collect();
        writeln!(out, "{:width$}  {:8}  {:11}  {}", rule.id, rule.severity, threats.join(" "), rule.summary)?;
    }
    writeln!(out, "\n{} rules. `portcullis rules ID` shows the page of one.", rules.len())
}

fn page(rule: &RuleDescriptor, out: &mut dyn Write) -> std::io::Result<()> {
    let bold = anstyle::Style::new().bold();
    let threats: Vec<String> =
        rule.threats.iter().map(|threat| format!("{threat} {}", threat.name())).collect();
    writeln!(out, "{bold}{}{bold:#}: {}\n", rule.id, rule.summary)?;
    writeln!(out, "severity    {}\nconfidence  {}", rule.severity, rule.confidence)?;
    writeln!(out, "audience    {}\nthreats     {}", rule.audience, threats.join(", "))?;
    if !rule.references.is_empty() {
        writeln!(out, "references  {}", rule.references.join(", "))?;
    }
    writeln!(out, "\nWhat to do: {}\n\n{}", rule.remedy, rule.page)
}
