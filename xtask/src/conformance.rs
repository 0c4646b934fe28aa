//! `cargo xtask conformance`: the official suite against our own peers, directly and through the guard.
//!
//! What passes directly has to pass through the guard; what does not is in `conformance/expected.yaml`, which may only
//! shrink.

mod expected;
mod page;
mod suite;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use expected::Expected;
use suite::{Findings, Suite};

/// The sets of requirements.
const SETS: &[&str] = &["2025-11-25", "2026-07-28"];

/// What the suite's own reference server cannot pass, and the guard has to.
const FLAGSHIP: (&str, &str) = ("2026-07-28", "http-header-validation");

const USAGE: &str = "cargo xtask conformance [--direct | --guard] [--requirements REVISION]";

/// Which side of the protocol is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Leg {
    Server,
    Client,
}

impl Leg {
    const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

/// What stands between the suite and our peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Direct,
    /// A gateway with the server at an address behind it.
    Guard,
    /// A gateway that starts the server and speaks to it over its standard streams.
    GuardOverStdio,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Guard => "through the guard",
            Self::GuardOverStdio => "through the guard, server on stdio",
        }
    }
}

/// One run of the suite.
struct Run {
    set: &'static str,
    leg: Leg,
    way: Way,
    findings: Findings,
}

/// What to run.
struct Plan {
    sets: Vec<&'static str>,
    ways: Vec<Way>,
}

impl Plan {
    fn read(options: &[&str]) -> Result<Self, String> {
        let mut plan = Self { sets: SETS.to_vec(), ways: vec![Way::Direct, Way::Guard, Way::GuardOverStdio] };
        let mut rest = options;
        while let [option, after @ ..] = rest {
            rest = after;
            match (*option, after) {
                ("--direct", _) => plan.ways = vec![Way::Direct],
                ("--guard", _) => plan.ways.retain(|way| *way != Way::Direct),
                ("--requirements", [revision, after @ ..]) => {
                    plan.sets.retain(|set| set == revision);
                    rest = after;
                }
                _ => return Err(USAGE.into()),
            }
        }
        if plan.sets.is_empty() { Err(USAGE.into()) } else { Ok(plan) }
    }

    fn is_whole(&self) -> bool {
        self.sets == SETS && self.ways.len() == 3
    }
}

pub(crate) fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    let plan = Plan::read(options)?;
    let expected = Expected::read(&root.join("conformance/expected.yaml"))?;
    let suite = prepare(root, &plan)?;
    let mut runs = Vec::new();
    for &set in &plan.sets {
        for &way in &plan.ways {
            for leg in [Leg::Server, Leg::Client] {
                // The server of the client's leg is the suite's own, which speaks HTTP alone.
                if (leg, way) == (Leg::Client, Way::GuardOverStdio) {
                    continue;
                }
                let findings = suite.run(set, leg, way)?;
                println!("{}", page::line(set, leg, way, &findings));
                runs.push(Run { set, leg, way, findings });
            }
        }
    }
    let judgement = judge(&runs, &expected, plan.is_whole());
    if plan.is_whole() && judgement.is_empty() {
        page::write(root, &runs, &expected, &suite.excluded(SETS)?)?;
    }
    if judgement.is_empty() { Ok(()) } else { Err(format!("conformance:\n  {}", judgement.join("\n  "))) }
}

/// Installs the suite and builds what it talks to.
fn prepare(root: &Path, plan: &Plan) -> Result<Suite, String> {
    let installed = Command::new("bash").arg(".ci/install-conformance").current_dir(root).status();
    if !installed.is_ok_and(|status| status.success()) {
        return Err(String::from(".ci/install-conformance failed"));
    }
    let mut packages = vec!["--package", "portcullis-lab"];
    if plan.ways.iter().any(|way| *way != Way::Direct) {
        packages.extend(["--package", "portcullis"]);
    }
    let built = Command::new("cargo").args(["build", "--locked"]).args(packages).current_dir(root).status();
    if !built.is_ok_and(|status| status.success()) {
        return Err(String::from("the programs could not be built"));
    }
    let programs = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(Suite::new(&root.join("target/conformance"), &programs.join("debug")))
}

/// What is wrong, one line each.
fn judge(runs: &[Run], expected: &Expected, is_whole: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for run in runs {
        let direct =
            runs.iter().find(|other| (other.set, other.leg, other.way) == (run.set, run.leg, Way::Direct));
        for (check, why) in run.findings.missing(direct.map(|direct| &direct.findings)) {
            if run.way != Way::Direct && expected.holds(run.leg, &check) {
                used.insert((run.leg, check));
                continue;
            }
            let (set, leg, way) = (run.set, run.leg.name(), run.way.name());
            wrong.push(format!("{set}, {leg}, {way}: {check}: {why}"));
        }
        if (run.leg, run.set) == (Leg::Server, FLAGSHIP.0) && !run.findings.passes_wholly(FLAGSHIP.1) {
            wrong.push(format!("{}: `{}` does not pass wholly", run.way.name(), FLAGSHIP.1));
        }
    }
    if is_whole {
        let stale = expected.all().map(|(entry, _)| entry).filter(|entry| !used.contains(*entry));
        wrong.extend(stale.map(|(leg, check)| {
            format!("conformance/expected.yaml: {}: `{check}` passes; remove it", leg.name())
        }));
    }
    wrong
}
