//! Other scanners on the same small set that nobody developed on: found, false alarms, time and memory.
//!
//! They are installed by the ordinary clients of their registries into `target/peers` and run without a network. One that
//! reads no dump of tools is given a server that offers them (`bench/neutral/server.py`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::process::{Job, Took};
use super::{page, workshop};
use crate::markdown::{Share, table};
use crate::portcullis::Portcullis;

/// How often each is timed.
const TIMES: usize = 5;

/// What a scanner said about the set.
struct Row {
    name: String,
    command: String,
    outcome: Result<(BTreeSet<String>, Took), String>,
}

/// Where everything lies.
struct Place {
    peers: PathBuf,
    neutral: PathBuf,
    work: PathBuf,
    tools: Vec<String>,
}

pub(super) fn measure(root: &Path, portcullis: &Portcullis) -> Result<String, String> {
    let neutral = root.join("bench/neutral");
    let labels = labels(&neutral)?;
    let peers = root.join("target/peers");
    fs::create_dir_all(&peers).map_err(|error| format!("{}: {error}", peers.display()))?;
    let place = Place { peers, neutral, work: workshop(root)?, tools: labels.keys().cloned().collect() };
    let rows = [
        ours(portcullis, &place),
        python(
            "cisco-ai-mcp-scanner",
            "cisco-ai-mcp-scanner",
            "mcp-scanner --analyzers yara --format raw static --tools tools.json",
            &place,
            cisco,
        ),
        python(
            "mcp-audit-scanner",
            "mcp-audit-scanner[mcp]",
            "mcp-audit scan --path mcp.json --connect --format json",
            &place,
            audit,
        ),
        python(
            "agentseal",
            "agentseal",
            "agentseal scan-mcp --server neutral --output json --yes",
            &place,
            seal,
        ),
        ramparts(&place),
    ];
    let mut section = String::new();
    let _ = writeln!(section, "{}\n", page::circumstances(root));
    let poisoned = labels.values().filter(|poisoned| **poisoned).count();
    let _ = writeln!(
        section,
        "`bench/neutral`: {poisoned} poisoned and {} honest tools of our own, on which nothing was developed; small, and by the \
         same hands as Portcullis: an indication, no ranking. Offline, whole \
         processes, the median of {TIMES} runs in the same run. *Found* counts tools about which the \
         scanner says anything at all by default.\n",
        labels.len() - poisoned
    );
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, &labels)).collect();
    table(&mut section, &["scanner", "#found", "#false alarms", "#wall ms", "#peak MB", "command"], &cells);
    section.push_str(
        "mcp-audit names no tool in a finding: for *found* each tool was offered by a server of its own, time and memory \
         are of one server with all tools; only findings about what the server offers count, not those about the \
         configuration. agentseal and mcp-audit start the server; its time is part of theirs.\n",
    );
    Ok(section)
}

fn cells(row: &Row, labels: &BTreeMap<String, bool>) -> Vec<String> {
    let (found, took) = match &row.outcome {
        Ok(outcome) => outcome,
        Err(why) => {
            let none = || String::from("–");
            return vec![row.name.clone(), none(), none(), none(), none(), format!("not measured: {why}")];
        }
    };
    let share = |poisoned: bool| {
        Share::of(labels.iter().filter(|(_, label)| **label == poisoned), |(tool, _)| found.contains(*tool))
    };
    vec![
        row.name.clone(),
        share(true).words(),
        share(false).words(),
        format!("{:.0}", took.wall.as_secs_f64() * 1e3),
        format!("{:.0}", took.memory as f64 / 1e6),
        format!("`{}`", row.command),
    ]
}

/// Each tool, and whether it is poisoned.
fn labels(neutral: &Path) -> Result<BTreeMap<String, bool>, String> {
    let text = read(&neutral.join("labels.tsv"))?;
    Ok(text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(tool, label)| (tool.to_owned(), label.starts_with("poisoned")))
        .collect())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn parse(path: &Path) -> Result<Value, String> {
    serde_json::from_str(&read(path)?).map_err(|error| format!("its output: {error}"))
}

/// The texts at `field` of the objects in a list.
fn names(list: Option<&Value>, field: &str) -> BTreeSet<String> {
    let objects = list.and_then(Value::as_array).into_iter().flatten();
    objects.filter_map(|object| object.get(field)?.as_str().map(str::to_owned)).collect()
}

fn ours(portcullis: &Portcullis, place: &Place) -> Row {
    let outcome = (|| {
        let tools = place.neutral.join("tools.json");
        let mut job = Job::new(&portcullis.binary, &["scan", "--fail-on", "never", "--format", "jsonl"]);
        job.arguments.push(tools.display().to_string());
        let took = job.median(&place.work, TIMES)?;
        let scanned = portcullis.scan(&tools)?;
        let findings = scanned.into_iter().flat_map(|target| target.findings);
        Ok((findings.map(|finding| finding.location.name).collect(), took))
    })();
    let name = format!("portcullis {}", env!("CARGO_PKG_VERSION"));
    Row { name, command: String::from("portcullis scan tools.json --format jsonl"), outcome }
}

type Run = fn(&Path, &Place) -> Result<(BTreeSet<String>, Took), String>;

/// A scanner of the Python registry, in an environment of its own.
fn python(package: &str, wanted: &str, command: &str, place: &Place, run: Run) -> Row {
    let folder = place.peers.join(package);
    let mut name = package.to_owned();
    let outcome = (|| {
        if !folder.join("bin/pip").exists() {
            succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        }
        succeed(Command::new(folder.join("bin/pip")).args(["install", "--quiet", wanted]))?;
        let shown = succeed(Command::new(folder.join("bin/pip")).args(["show", package]))?;
        let version = shown.lines().find_map(|line| line.strip_prefix("Version: ")).unwrap_or_default();
        name = format!("{package} {version}");
        run(&folder.join("bin"), place)
    })();
    Row { name, command: command.to_owned(), outcome }
}

fn succeed(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn cisco(bin: &Path, place: &Place) -> Result<(BTreeSet<String>, Took), String> {
    let mut job =
        Job::new(&bin.join("mcp-scanner"), &["--analyzers", "yara", "--format", "raw", "static", "--tools"]);
    job.arguments.push(place.neutral.join("tools.json").display().to_string());
    let output = place.work.join("cisco.json");
    job.stdout = Some(output.clone());
    let took = job.median(&place.work, TIMES)?;
    let said = parse(&output)?;
    let results = said.get("scan_results").and_then(Value::as_array).into_iter().flatten();
    let unsafe_ones: Vec<Value> =
        results.filter(|result| result.get("is_safe") == Some(&Value::Bool(false))).cloned().collect();
    Ok((names(Some(&Value::Array(unsafe_ones)), "tool_name"), took))
}

/// A home folder whose only configuration starts the neutral server: once with all tools, or once for each.
fn home(place: &Place, name: &str, each: bool) -> Result<PathBuf, String> {
    let home = place.work.join(name);
    let program = place.neutral.join("server.py").display().to_string();
    let servers: serde_json::Map<String, Value> = if each {
        let one = |tool: &String| serde_json::json!({"command": "python3", "args": [program, tool]});
        place.tools.iter().map(|tool| (tool.clone(), one(tool))).collect()
    } else {
        let all = serde_json::json!({"command": "python3", "args": [program]});
        [(String::from("neutral"), all)].into_iter().collect()
    };
    let folder = home.join(".cursor");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let text = serde_json::json!({ "mcpServers": servers }).to_string();
    fs::write(folder.join("mcp.json"), text).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(home)
}

fn at_home(program: &Path, arguments: &[&str], home: &Path) -> Job {
    let mut job = Job::new(program, arguments);
    job.variables.push((String::from("HOME"), home.display().to_string()));
    job
}

fn audit(bin: &Path, place: &Place) -> Result<(BTreeSet<String>, Took), String> {
    let run = |each: bool, times: usize| -> Result<(Value, Took), String> {
        let home = home(place, if each { "audit-each" } else { "audit" }, each)?;
        let output = home.join("said.json");
        let mut job =
            at_home(&bin.join("mcp-audit"), &["scan", "--connect", "--format", "json", "--path"], &home);
        job.arguments.push(home.join(".cursor/mcp.json").display().to_string());
        job.arguments.extend([String::from("--output"), output.display().to_string()]);
        let took = job.median(&place.work, times)?;
        Ok((parse(&output)?, took))
    };
    let (_, took) = run(false, TIMES)?;
    let (said, _) = run(true, 1)?;
    let servers = names(said.get("findings"), "server");
    Ok((
        servers.iter().filter_map(|server| server.strip_suffix(":runtime")).map(str::to_owned).collect(),
        took,
    ))
}

fn seal(bin: &Path, place: &Place) -> Result<(BTreeSet<String>, Took), String> {
    let home = home(place, "seal", false)?;
    let output = home.join("said.json");
    let arguments = ["scan-mcp", "--server", "neutral", "--output", "json", "--yes", "--save"];
    let mut job = at_home(&bin.join("agentseal"), &arguments, &home);
    job.arguments.push(output.display().to_string());
    let took = job.median(&place.work, TIMES)?;
    Ok((names(parse(&output)?.pointer("/runtime_results/0/findings"), "tool_name"), took))
}

/// A scanner of the Rust registry. Building it takes long: it is built only where it is not there yet, and given up after
/// ten minutes.
fn ramparts(place: &Place) -> Row {
    const VERSION: &str = "0.8.10";
    let folder = place.peers.join("ramparts");
    let program = folder.join("bin/ramparts");
    let outcome = (|| {
        if !program.exists() {
            let gave_up = place.peers.join("ramparts-gave-up");
            if !gave_up.exists() {
                let mut install = Command::new("timeout");
                install.args(["600", env!("CARGO"), "install", "--quiet", "ramparts", "--version", VERSION]);
                install
                    .arg("--root")
                    .arg(&folder)
                    .arg("--target-dir")
                    .arg(place.peers.join("ramparts-target"));
                if let Err(why) = succeed(&mut install) {
                    fs::write(&gave_up, why).map_err(|error| format!("{}: {error}", gave_up.display()))?;
                }
            }
            if !program.exists() {
                return Err(String::from("did not build within ten minutes on two busy cores"));
            }
        }
        let home = home(place, "ramparts", false)?;
        let mut job = at_home(&program, &["scan-config", "--format", "json"], &home);
        let output = home.join("said.json");
        job.stdout = Some(output.clone());
        let took = job.median(&place.work, TIMES)?;
        let said = read(&output)?;
        Ok((
            place
                .tools
                .iter()
                .filter(|tool| said.contains(&format!("\"target_name\": \"{tool}\"")))
                .cloned()
                .collect(),
            took,
        ))
    })();
    Row {
        name: format!("ramparts {VERSION}"),
        command: String::from("ramparts scan-config --format json"),
        outcome,
    }
}
