//! mcp-vulnscan, which reads Python.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::install::installed;
use super::{Answers, Peer, Said, Targets, Told, folders};
use crate::bench::source::scan::Scanner;
use crate::bench::source::weakness;

const VULNSCAN: &[&str] = &["mcp-vulnscan==0.2.1"];
/// Seconds for one package.
const LONGEST: u64 = 180;
const LANGUAGES: &[&str] = &["python"];

#[derive(Deserialize)]
struct VulnscanFinding {
    rule_id: String,
    file_path: String,
}

pub(super) fn peer(root: &Path, scanner: &Scanner, targets: &Targets<'_>) -> Peer {
    let outcome = (|| {
        let program = installed(root, "mcp-vulnscan", VULNSCAN, true)?.join("bin/mcp-vulnscan");
        let run = |folders: &[&Path]| {
            let mut told = Told::default();
            for folder in folders {
                vulnscan_on(scanner, &program, folder, &mut told)?;
            }
            Ok::<_, String>(told)
        };
        eprintln!("mcp-vulnscan, {} packages ...", targets.python().len());
        let packages = run(&folders(&targets.python()))?;
        let pairs = run(&targets.pair_folders(&["pypi"]))?;
        eprintln!("mcp-vulnscan, twins ...");
        let twins = run(&targets.twin_folders(LANGUAGES))?;
        Ok(Answers::new(packages, &pairs, &twins, LANGUAGES, targets))
    })();
    Peer {
        name: VULNSCAN.join(" ").replace("==", " "),
        command: "mcp-vulnscan scan --format json --no-exit-code FOLDER",
        only_python: true,
        outcome,
    }
}

fn vulnscan_on(scanner: &Scanner, program: &Path, folder: &Path, told: &mut Told) -> Result<(), String> {
    let arguments = ["scan", "--format", "json", "--no-exit-code"];
    let mut job = scanner.limited(program, &arguments, LONGEST);
    job.arguments.push(folder.display().to_string());
    let output = scanner.work.join("vulnscan.json");
    job.stdout = Some(output.clone());
    let took = job.median(&scanner.work, 1)?;
    told.add(took);
    let text = fs::read(&output).map_err(|error| format!("{}: {error}", output.display()))?;
    match serde_json::from_slice::<Vec<VulnscanFinding>>(&text) {
        Ok(findings) => told.said.extend(
            findings
                .into_iter()
                .map(|found| Said { weakness: weakness::of_rule(&found.rule_id), file: found.file_path }),
        ),
        Err(_) => told.faults += 1,
    }
    Ok(())
}
