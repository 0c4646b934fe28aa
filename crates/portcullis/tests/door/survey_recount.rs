//! The figures of a survey's report, counted anew by a program that shares no code with Portcullis.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::desk::Desk;

/// What counts anew, and the lists it is tried on.
fn recount(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../survey/tests/recount").join(name)
}

/// How a registry grew, as somebody counted it.
const COUNTS: &str = "timestamp,localCount,remoteCount,totalCount,uniqueCount\n\
    2026-05-01T01:00:00Z,1,1,10,8\n2026-05-01T09:00:00Z,1,1,12,9\n2026-06-02T01:00:00Z,1,1,20,15\n";

/// A desk with a store, `s.db`, of two lists of which the second is younger, and the report of it.
fn surveyed() -> (Desk, Value) {
    let desk = Desk::new();
    desk.write("counts.csv", COUNTS);
    for name in ["listings.jsonl", "later.jsonl"] {
        let list = recount(name);
        let mut words = vec!["survey", "collect", "--store", "s.db", "--from", list.to_str().unwrap()];
        words.extend(["--from", "counts.csv=official-registry-growth"]);
        desk.run(&words).exits(0);
        desk.run(&["survey", "analyse", "--store", "s.db"]).exits(0);
    }
    let words = ["survey", "report", "--store", "s.db", "--format", "json", "--name-live-cases"];
    let report = desk.run(&words).exits(0).json();
    (desk, report)
}

pub(crate) fn count(desk: &Desk, report: &Value) -> Output {
    desk.write("report.json", report.to_string());
    let mut command = Command::new("python3");
    command.arg("-B").arg(recount("recount.py")).args([desk.path("s.db"), desk.path("report.json")]);
    command.stdin(Stdio::null()).output().expect("python3 is needed to count anew")
}

#[test]
fn an_independent_count_of_the_store_comes_to_the_figures_of_the_report() {
    let (desk, report) = surveyed();
    // Nothing is counted anew that is not there.
    for list in report.as_object().unwrap().iter().filter_map(|(name, value)| Some((name, value.as_array()?)))
    {
        assert!(!list.1.is_empty(), "`{}` is empty", list.0);
    }
    for total in report["totals"].as_object().unwrap() {
        assert!(total.1.as_i64().unwrap() > 0, "`{}` is nothing", total.0);
    }
    let output = count(&desk, &report);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(String::from_utf8_lossy(&output.stdout).contains(" 0 differ"), "{told}");
}

#[test]
fn a_figure_that_is_wrong_is_named_and_one_that_nobody_counts_too() {
    let (desk, mut report) = surveyed();
    report["totals"]["owners"] = 3.into();
    report["registries"][1]["leaking"] = 77.into();
    report["totals"]["surprises"] = 1.into();
    let output = count(&desk, &report);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    for line in
        ["totals.owners: 3 is reported", "registries.1.leaking: 77", "totals.surprises: it is reported"]
    {
        assert!(told.contains(line), "{told}");
    }
    assert_eq!(told.lines().count(), 3, "{told}");
}
