//! semgrep. Its own rules come from a service and are in no package; it is given the rules that two other packages ship
//! for it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::install::{installed, site_packages};
use super::{Answers, Peer, Said, Targets, Told, folders};
use crate::bench::source::scan::Scanner;
use crate::bench::source::weakness;

/// The newest version whose dependencies could be had.
const SEMGREP: &[&str] = &["semgrep==1.182.0"];
/// Rules for servers and for web applications.
const RULES: &[&str] = &["njsscan==1.0.2", "redteam-mcp==0.5.2"];
/// Packages that it is started for at once.
const AT_ONCE: usize = 6;
/// Seconds that it gets for them; five times that for all twins.
pub(super) const LONGEST: u64 = 120;
/// The languages that these rules are about.
const LANGUAGES: &[&str] = &["javascript", "python"];

#[derive(Deserialize)]
struct SemgrepReport {
    results: Vec<SemgrepResult>,
    errors: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct SemgrepResult {
    check_id: String,
    path: String,
}

pub(super) fn peer(root: &Path, scanner: &Scanner, targets: &Targets<'_>) -> Peer {
    let outcome = (|| {
        let program = installed(root, "semgrep", SEMGREP, true)?.join("bin/semgrep");
        let rules = site_packages(&installed(root, "semgrep-rules", RULES, false)?)?;
        let rules = [rules.join("mcp_redteam/rules"), rules.join("njsscan/rules/semantic_grep")];
        let run = |folders: &[&Path], at_once: usize, seconds: u64| {
            let mut told = Told::default();
            for folders in folders.chunks(at_once) {
                semgrep_on(scanner, &program, &rules, (folders, seconds), &mut told)?;
                eprintln!("semgrep, {} more folders: {:.0} s", folders.len(), told.seconds());
            }
            Ok::<_, String>(told)
        };
        eprintln!("semgrep, {} packages ...", targets.servers.len());
        let packages = run(&folders(&targets.servers), AT_ONCE, LONGEST)?;
        eprintln!("semgrep, {} pairs ...", targets.pairs.len());
        let pairs = run(&targets.pair_folders(&["npm", "pypi"]), AT_ONCE, LONGEST)?;
        eprintln!("semgrep, {} twins ...", targets.twins.len());
        let twins = run(&targets.twin_folders(LANGUAGES), usize::MAX, 5 * LONGEST)?;
        Ok(Answers::new(packages, &pairs, &twins, LANGUAGES, targets))
    })();
    Peer {
        name: SEMGREP.join(" ").replace("==", " "),
        command: "semgrep scan --json --config mcp_redteam/rules --config njsscan/rules/semantic_grep FOLDER...",
        only_python: false,
        outcome,
    }
}

fn semgrep_on(
    scanner: &Scanner,
    program: &Path,
    rules: &[PathBuf],
    (folders, seconds): (&[&Path], u64),
    told: &mut Told,
) -> Result<(), String> {
    let arguments = [
        "scan",
        "--json",
        "--metrics=off",
        "--disable-version-check",
        // What is measured lies in a folder that git ignores, and much of it in folders named `dist`.
        "--no-git-ignore",
        "--x-ignore-semgrepignore-files",
    ];
    let mut job = scanner.limited(program, &arguments, seconds);
    for rules in rules {
        job.arguments.extend([String::from("--config"), rules.display().to_string()]);
    }
    job.arguments.extend(folders.iter().map(|folder| folder.display().to_string()));
    let output = scanner.work.join("semgrep.json");
    job.stdout = Some(output.clone());
    let home = scanner.work.join("semgrep-home");
    fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    let bin = program.parent().unwrap_or(program).display();
    let path = std::env::var("PATH").unwrap_or_default();
    job.variables =
        vec![("HOME".into(), home.display().to_string()), ("PATH".into(), format!("{bin}:{path}"))];
    let took = job.median(&scanner.work, 1)?;
    told.add(took);
    if took.exit == 124 {
        told.unfinished += folders.len();
        return Ok(());
    }
    let text = fs::read(&output).map_err(|error| format!("{}: {error}", output.display()))?;
    let report: SemgrepReport =
        serde_json::from_slice(&text).map_err(|error| format!("ended with {}: {error}", took.exit))?;
    let said = |result: &SemgrepResult| Said {
        weakness: weakness::of_rule(&result.check_id),
        file: result.path.clone(),
    };
    told.said.extend(report.results.iter().map(said));
    told.faults += report.errors.len();
    Ok(())
}
