//! `bench/conformance.md`. It holds no times, so that it changes only when what it says changes.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::expected::Expected;
use super::suite::Findings;
use super::{Leg, Run, SETS, Way};
use crate::markdown::table;

const HEAD: &str = "\
# Conformance

Written by `cargo xtask conformance`: the official conformance suite (`.ci/install-conformance` names its version)
against `everything-server` and `everything-client` of `crates/lab`, directly and through the guard. Checks that passed,
failed and warned; those of scenarios without a score are counted too. A check that passes directly and fails, warns or
is not exercised through the guard fails the run, unless `conformance/expected.yaml` names it.

";

/// One run on the terminal.
pub(super) fn line(set: &str, leg: Leg, way: Way, findings: &Findings) -> String {
    format!(
        "{set}  {}  {:<36}{:>3} scenarios  {:>4} passed  {:>3} failed  {:>3} warned  {:>5.1} s",
        leg.name(),
        way.name(),
        findings.scenarios,
        findings.passed,
        findings.failed,
        findings.warned,
        findings.took.as_secs_f64()
    )
}

pub(super) fn write(
    root: &Path,
    runs: &[Run],
    expected: &Expected,
    excluded: &BTreeSet<String>,
) -> Result<(), String> {
    let mut page = String::from(HEAD);
    for set in SETS {
        let _ = writeln!(page, "## {set}\n");
        let rows: Vec<Vec<String>> = runs.iter().filter(|run| run.set == *set).map(row).collect();
        table(&mut page, &["leg", "way", "#scenarios", "#passed", "#failed", "#warned"], &rows);
    }
    page.push_str("## Expected to fail through the guard\n\n");
    let rows: Vec<Vec<String>> = expected
        .all()
        .map(|((leg, check), why)| vec![leg.name().to_owned(), format!("`{check}`"), why.to_owned()])
        .collect();
    if rows.is_empty() {
        page.push_str("Nothing.\n\n");
    } else {
        table(&mut page, &["leg", "check", "why"], &rows);
    }
    page.push_str(
        "## Left out\n\nThe scenarios of OAuth: they are between a client and its authorization server, and \
        `everything-client` has none.\n\n",
    );
    for scenario in excluded {
        let _ = writeln!(page, "* `{scenario}`");
    }
    let path = root.join("bench/conformance.md");
    fs::write(&path, page).map_err(|error| format!("{}: {error}", path.display()))
}

fn row(run: &Run) -> Vec<String> {
    let findings = &run.findings;
    let counts = [findings.scenarios, findings.passed, findings.failed, findings.warned];
    let names = [run.leg.name().to_owned(), run.way.name().to_owned()];
    names.into_iter().chain(counts.map(|count| count.to_string())).collect()
}
