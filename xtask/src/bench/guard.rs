//! `cargo xtask bench --guard`: what the guard adds to a call, in `bench/guard.md`.
//!
//! The mock server of the laboratory answers in microseconds. The same load is put on it directly, through the guard with
//! every control on, and through other proxies, in turns of the same run, so that a busy machine is busy for all of them.

mod caller;
pub(super) mod consumption;
mod load;
mod report;
mod rest;
mod soak;
mod subject;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use load::{Clients, Load, Samples};
use subject::{Between, Shape, Tools};

const USAGE: &str = "cargo xtask bench --guard [--quick] [--soak SECONDS] [--programs FOLDER]";

/// Bytes of honest text in an answer.
const PAYLOADS: [usize; 4] = [100, 1_000, 10_000, 1_000_000];
/// Calls at a time.
const AT_A_TIME: [usize; 3] = [1, 16, 256];
/// From this on an answer is so large that 256 at a time would measure the memory of the machine.
const LARGE: usize = 1_000_000;

/// What to measure.
struct Plan {
    /// How often each subject has its turn, and for how long.
    turns: usize,
    lasting: Duration,
    soak: Duration,
    /// Where the programs lie; they are built when nothing is said.
    programs: Option<PathBuf>,
}

impl Plan {
    fn read(options: &[&str]) -> Result<Self, String> {
        let mut plan =
            Self { turns: 5, lasting: Duration::from_millis(600), soak: Duration::ZERO, programs: None };
        let mut rest = options;
        while let [option, after @ ..] = rest {
            rest = after;
            match (*option, after) {
                ("--quick", _) => (plan.turns, plan.lasting) = (2, Duration::from_millis(300)),
                ("--soak", [seconds, after @ ..]) => {
                    let seconds = seconds.parse().map_err(|error| format!("`{seconds}`: {error}"))?;
                    plan.soak = Duration::from_secs(seconds);
                    rest = after;
                }
                ("--programs", [folder, after @ ..]) => {
                    plan.programs = Some(PathBuf::from(folder));
                    rest = after;
                }
                _ => return Err(USAGE.into()),
            }
        }
        Ok(plan)
    }
}

/// One load through one subject.
struct Cell {
    shape: Shape,
    between: Between,
    load: Load,
    samples: Samples,
}

pub(super) fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    let plan = Plan::read(options)?;
    let tools = prepare(root, &plan)?;
    let load_before = consumption::load();
    println!("memory and start ...");
    let rests = rest::measure(&tools)?;
    let mut cells = Vec::new();
    for shape in Shape::ALL {
        cells.extend(measure(&tools, &plan, shape)?);
    }
    let soak = if plan.soak.is_zero() { None } else { Some(soak::measure(&tools, plan.soak)?) };
    let page = report::page(root, &plan, &load_before, &mut cells, &rests, soak.as_ref());
    fs::remove_dir_all(&tools.work).map_err(|error| format!("{}: {error}", tools.work.display()))?;
    fs::write(root.join("bench/guard.md"), page).map_err(|error| format!("bench/guard.md: {error}"))?;
    println!("wrote bench/guard.md");
    Ok(())
}

/// The programs, and a folder to work in.
fn prepare(root: &Path, plan: &Plan) -> Result<Tools, String> {
    let programs = match &plan.programs {
        Some(folder) => folder.clone(),
        None => {
            let status = Command::new(env!("CARGO"))
                .args([
                    "build",
                    "--quiet",
                    "--release",
                    "--package",
                    "portcullis",
                    "--package",
                    "portcullis-lab",
                ])
                .current_dir(root)
                .status()
                .map_err(|error| format!("cargo build: {error}"))?;
            if !status.success() {
                return Err(String::from("the release build failed"));
            }
            root.join("target/release")
        }
    };
    let work = root.join("target/bench/guard");
    if work.exists() {
        fs::remove_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    }
    fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let tools = Tools {
        portcullis: programs.join("portcullis"),
        mock: programs.join("mock-server"),
        peers: root.join("target/bench-peers"),
        upstream: subject::free_address()?,
        work,
    };
    for peer in [Between::McpProxy, Between::Supergateway] {
        if !tools.has(peer) {
            println!("{} is not installed and left out: run .ci/install-bench-peers", peer.name());
        }
    }
    Ok(tools)
}

/// Every load on every subject of a shape, in turns.
fn measure(tools: &Tools, plan: &Plan, shape: Shape) -> Result<Vec<Cell>, String> {
    let mut subjects = Vec::new();
    for &between in shape.subjects().iter().filter(|between| tools.has(**between)) {
        let mut running = tools.start(shape, between)?;
        if shape == Shape::Stdio {
            running.pipe()?.begin().map_err(|error| format!("{}: {error}", between.name()))?;
        }
        subjects.push((between, running, Clients::new(shape)));
    }
    let mut cells = Vec::new();
    for payload in PAYLOADS {
        for at_a_time in AT_A_TIME.into_iter().filter(|at_a_time| payload < LARGE || *at_a_time < 256) {
            println!("{}: {payload} bytes, {at_a_time} at a time ...", shape.name());
            let load = Load { payload, at_a_time, lasting: plan.lasting };
            let mut samples: Vec<Samples> = subjects.iter().map(|_| Samples::default()).collect();
            for _ in 0..plan.turns {
                for ((between, running, clients), samples) in subjects.iter_mut().zip(&mut samples) {
                    let put = clients.put(running, load, samples);
                    put.map_err(|error| format!("{}, {}: {error}", shape.name(), between.name()))?;
                }
            }
            for ((between, ..), samples) in subjects.iter().zip(samples) {
                cells.push(Cell { shape, between: *between, load, samples });
            }
        }
    }
    Ok(cells)
}
