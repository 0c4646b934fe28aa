//! `cargo xtask bench --survey`: the survey over listings that never were, at growing numbers, and over the public lists where they
//! are present. What was planted must be reported, and nothing else. Writes `bench/survey.md`.

mod workers;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Deserialize;

use super::page::circumstances;
use super::process::Job;
use super::workshop;
use crate::devset;
use crate::portcullis::Portcullis;
use crate::synthetic;

const USAGE: &str = "bench --survey [--large] [--programs FOLDER]";

/// What a survey took, step by step.
struct Took {
    steps: [Duration; 3],
    memory: u64,
}

/// The members of `portcullis.survey/1` that are told.
#[derive(Deserialize)]
struct Figures {
    totals: Totals,
}

#[derive(Deserialize)]
struct Totals {
    listings: i64,
    servers: i64,
    repositories: i64,
    owners: i64,
    packages: i64,
    hosts: i64,
    observations: i64,
    findings: i64,
    rejected: i64,
}

pub(super) fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    let (large, program) = match options {
        [] => (false, Portcullis::build(root)?.binary),
        ["--large"] => (true, Portcullis::build(root)?.binary),
        ["--programs", folder] => (false, Path::new(folder).join("portcullis")),
        ["--large", "--programs", folder] => (true, Path::new(folder).join("portcullis")),
        _ => return Err(String::from(USAGE)),
    };
    let work = workshop(root)?.join("survey");
    let mut page = String::from(
        "# The survey, measured\n\nPrinted by `cargo run --release -p xtask -- bench --survey`. Listings, observations and what is \
         planted in them come from `cargo xtask synthetic`: the shares are those of arXiv 2510.16558, the sizes of the registries are \
         chosen so that its totals come out.\n\n",
    );
    page.push_str(&circumstances(root));
    page.push_str("\n\n## Speed and memory\n\n| listings | collect s | analyse s | report s | together s | most memory MB |\n|---:|---:|---:|---:|---:|---:|\n");
    let sizes: &[usize] = if large {
        &[10_000, synthetic::PUBLISHED, 100_000, 1_000_000]
    } else {
        &[10_000, synthetic::PUBLISHED, 100_000]
    };
    let mut planted = String::new();
    for &size in sizes {
        eprintln!("bench: {size} listings");
        let folder = work.join(size.to_string());
        synthetic::write(&folder, size)?;
        let lists = [folder.join("listings.jsonl"), folder.join("probes.jsonl")];
        let (took, _) = survey(&program, &folder, &lists)?;
        row(&mut page, size, &took);
        if size == synthetic::PUBLISHED {
            planted = compared(root, &folder)?.table;
        }
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let _ = write!(
        page,
        "\n## What was planted in {} listings, and what was found\n\n{planted}",
        synthetic::PUBLISHED
    );
    match devset::folder(root).map(|folder| folder.join("listings")).filter(|folder| folder.is_dir()) {
        Some(lists) => public(&program, &work.join("public"), &lists, &mut page)?,
        None => page.push_str("\nThe public lists are not present here.\n"),
    }
    page.push_str(&workers::measure(&program, &work.join("workers"))?);
    fs::write(root.join("bench/survey.md"), page).map_err(|error| format!("bench/survey.md: {error}"))
}

fn survey(program: &Path, folder: &Path, lists: &[PathBuf]) -> Result<(Took, Figures), String> {
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    let (store, report) = (shown(&folder.join("survey.db")), folder.join("report.json"));
    let mut collect =
        vec![String::from("survey"), String::from("collect"), String::from("--store"), store.clone()];
    for list in lists {
        collect.extend([String::from("--from"), shown(list)]);
    }
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let analyse = words(&["survey", "analyse", "--store", &store]);
    let write = words(&["survey", "report", "--store", &store, "--output", &shown(&report)]);
    let mut took = Took { steps: [Duration::ZERO; 3], memory: 0 };
    for (step, arguments) in took.steps.iter_mut().zip([collect, analyse, write]) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let one = Job::new(program, &arguments).median(folder, 1)?;
        if one.exit != 0 && one.exit != 3 {
            return Err(format!("`portcullis {}` ended with {}", arguments.join(" "), one.exit));
        }
        *step = one.wall;
        took.memory = took.memory.max(one.memory);
    }
    let text = fs::read(&report).map_err(|error| format!("{}: {error}", report.display()))?;
    let figures = serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", report.display()))?;
    Ok((took, figures))
}

fn row(page: &mut String, listings: usize, took: &Took) {
    let [collect, analyse, report] = took.steps.map(|step| step.as_secs_f64());
    let _ = writeln!(
        page,
        "| {listings} | {collect:.1} | {analyse:.1} | {report:.1} | {:.1} | {} |",
        collect + analyse + report,
        took.memory >> 20
    );
}

/// `cargo xtask planted`: fails where a survey of listings that never were does not find exactly what was planted in them.
pub(crate) fn planted(root: &Path) -> Result<(), String> {
    const LISTINGS: usize = 10_000;
    let program = Portcullis::debug(root)?.binary;
    let folder = workshop(root)?.join("planted");
    synthetic::write(&folder, LISTINGS)?;
    survey(&program, &folder, &[folder.join("listings.jsonl"), folder.join("probes.jsonl")])?;
    let Comparison { table, agrees } = compared(root, &folder)?;
    println!("{table}");
    fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    if agrees { Ok(()) } else { Err(String::from("what was found is not what was planted")) }
}

/// What was planted beside what was found.
struct Comparison {
    table: String,
    agrees: bool,
}

/// Asks the independent count, which knows the store and the truth and nothing of ours.
fn compared(root: &Path, folder: &Path) -> Result<Comparison, String> {
    let output = Command::new("python3")
        .arg(root.join("crates/survey/tests/recount/planted.py"))
        .args([folder.join("survey.db"), folder.join("truth.tsv")])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("python3: {error}"))?;
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    if table.is_empty() {
        return Err(format!("planted.py ended with {}", output.status));
    }
    Ok(Comparison { table, agrees: output.status.success() })
}

fn public(program: &Path, folder: &Path, lists: &Path, page: &mut String) -> Result<(), String> {
    eprintln!("bench: the public lists");
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let (took, figures) = survey(program, folder, &[lists.to_owned()])?;
    let Totals { listings, servers, repositories, owners, packages, hosts, observations, findings, rejected } =
        figures.totals;
    page.push_str("\n## The public lists\n\n| listings | collect s | analyse s | report s | together s | most memory MB |\n|---:|---:|---:|---:|---:|---:|\n");
    row(page, usize::try_from(listings).unwrap_or(0), &took);
    let _ = writeln!(
        page,
        "\n{servers} servers, {repositories} repositories of {owners} owners, {packages} packages, {hosts} remote hosts; {observations} observations; {findings} findings; {rejected} records were not understood. Nobody was asked: what these listings link to was not looked at."
    );
    fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}
