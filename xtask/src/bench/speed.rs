//! Time and memory of the release binary on loads of growing size.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use super::load::{Load, Written};
use super::process::{Job, Took};
use super::{page, workshop};
use crate::devset;
use crate::markdown::table;
use crate::portcullis::Portcullis;

/// The servers that the ecosystem is said to have (arXiv 2510.16558): the size of a survey.
const ECOSYSTEM: usize = 67_057;

/// What the project promises for a load.
#[derive(Default)]
struct Promise {
    milliseconds: Option<u128>,
    megabytes: Option<u64>,
}

/// One row of the table.
struct Case {
    name: String,
    job: Job,
    written: Option<Written>,
    times: usize,
    promise: Promise,
}

pub(super) fn measure(root: &Path, portcullis: &Portcullis) -> Result<String, String> {
    let work = workshop(root)?;
    let load = Load::new(root)?;
    let mut section = String::new();
    let _ = writeln!(section, "{}\n", page::circumstances(root));
    let _ = writeln!(
        section,
        "Descriptions of tools: {}; schemas of zero to five parameters are made for each. Processor time is that of all \
         cores together. What is scanned by itself (22 and 1,000 tools of one server) is written as a report for people, \
         collections as JSON Lines.\n",
        if load.real { "those of the honest tools of the development set" } else { "made of parts" }
    );
    let mut rows = Vec::new();
    for case in cases(root, portcullis, &load, &work)? {
        println!("{} ...", case.name);
        let took = case.job.median(&work, case.times)?;
        if took.exit != 0 {
            return Err(format!("{}: the program ended with {}", case.name, took.exit));
        }
        rows.push(row(&case, took));
        if let Some(large) = case.job.arguments.last().filter(|path| path.ends_with("ecosystem.jsonl")) {
            fs::remove_file(large).map_err(|error| format!("{large}: {error}"))?;
        }
    }
    let heads = [
        "load",
        "#servers",
        "#tools",
        "#MB",
        "#wall ms",
        "#processor ms",
        "#peak MB",
        "#MB/s",
        "promise",
        "",
    ];
    table(&mut section, &heads, &rows);
    Ok(section)
}

fn cases(root: &Path, portcullis: &Portcullis, load: &Load, work: &Path) -> Result<Vec<Case>, String> {
    let scan = |format: &str, file: &Path| {
        let mut job = Job::new(&portcullis.binary, &["scan", "--fail-on", "never", "--format", format]);
        job.arguments.push(file.display().to_string());
        job
    };
    let mut cases = vec![Case {
        name: String::from("start (`portcullis rules`)"),
        job: Job::new(&portcullis.binary, &["rules"]),
        written: None,
        times: 15,
        promise: Promise::default(),
    }];
    for (tools, milliseconds, megabytes) in [(22, 30, None), (1000, 150, Some(30))] {
        let file = work.join(format!("one-{tools}.json"));
        let written = load.one_server(&file, tools)?;
        let promise = Promise { milliseconds: Some(milliseconds), megabytes };
        let name = format!("{tools} tools of one server");
        cases.push(Case { name, job: scan("text", &file), written: Some(written), times: 15, promise });
    }
    for (servers, times) in [(100, 9), (1_000, 5), (10_000, 3)] {
        let file = work.join(format!("servers-{servers}.jsonl"));
        let written = load.servers(&file, servers)?;
        let name = format!("{servers} servers");
        cases.push(Case {
            name,
            job: scan("jsonl", &file),
            written: Some(written),
            times,
            promise: Promise::default(),
        });
    }
    let file = work.join("ecosystem.jsonl");
    let written = load.servers(&file, ECOSYSTEM)?;
    let promise = Promise { milliseconds: Some(60_000), megabytes: Some(150) };
    let name = format!("{ECOSYSTEM} servers");
    cases.push(Case { name, job: scan("jsonl", &file), written: Some(written), times: 1, promise });
    cases.extend(judging(root, portcullis, work)?);
    Ok(cases)
}

/// Texts through `judge`, each on the surface it stands on.
fn judging(root: &Path, portcullis: &Portcullis, work: &Path) -> Result<Option<Case>, String> {
    let Some(folder) = devset::folder(root) else { return Ok(None) };
    let mut texts = String::new();
    for name in ["attack", "benign"] {
        texts.push_str(&devset::unpacked(&folder, &format!("outputs/{name}.jsonl.zst"))?);
    }
    let once = texts.lines().count();
    let texts = texts.repeat(10);
    let file: PathBuf = work.join("texts.jsonl");
    fs::write(&file, &texts).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut job = Job::new(&portcullis.binary, &["judge", "--surface", "result"]);
    job.stdin = Some(file);
    let name = format!("{} texts through `judge`", once * 10);
    let written = Some(Written { bytes: texts.len() as u64, servers: 0, tools: 0 });
    Ok(Some(Case { name, job, written, times: 3, promise: Promise::default() }))
}

fn row(case: &Case, took: Took) -> Vec<String> {
    let count = |number: Option<usize>| {
        number.filter(|&number| number > 0).map_or("–".into(), |number| number.to_string())
    };
    let megabytes = took.memory as f64 / 1e6;
    let milliseconds = took.wall.as_secs_f64() * 1e3;
    let bytes = case.written.map(|written| written.bytes as f64 / 1e6);
    let mut promised = Vec::new();
    let mut holds = true;
    if let Some(most) = case.promise.milliseconds {
        promised.push(format!("under {most} ms"));
        holds &= took.wall.as_millis() < most;
    }
    if let Some(most) = case.promise.megabytes {
        promised.push(format!("under {most} MB"));
        holds &= megabytes < most as f64;
    }
    let verdict = match (promised.is_empty(), holds) {
        (true, _) => "",
        (false, true) => "holds",
        (false, false) => "**does not hold**",
    };
    vec![
        case.name.clone(),
        count(case.written.map(|written| written.servers)),
        count(case.written.map(|written| written.tools)),
        bytes.map_or("–".into(), |bytes| format!("{bytes:.2}")),
        format!("{milliseconds:.1}"),
        format!("{:.1}", took.processor.as_secs_f64() * 1e3),
        format!("{megabytes:.1}"),
        bytes.map_or("–".into(), |bytes| format!("{:.1}", bytes / took.wall.as_secs_f64())),
        promised.join(", "),
        verdict.to_owned(),
    ]
}
