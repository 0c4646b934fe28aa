//! Starts `peer.py`, a server that misbehaves in the way that it is told.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use portcullis_model::{Item, ItemKind, Secret};
use portcullis_probe::{ClientIdentity, Consent, Consented, LaunchPlan, Options, Outcome, probe};

/// The interpreter itself: what is found first may be a wrapper that takes its time.
pub(crate) fn python() -> &'static str {
    static PYTHON: OnceLock<String> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let output =
            Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    })
}

pub(crate) fn peer() -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/peers/peer.py").display().to_string()
}

/// A plan to start the peer in this mode.
pub(crate) fn plan(arguments: &[&str]) -> Consented<LaunchPlan> {
    let mut all = vec!["-E".to_owned(), "-S".to_owned(), peer()];
    all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    let configured = vec![("PEER_TOKEN".to_owned(), Secret::new("canary-4711"))];
    let plan = LaunchPlan::start("peer", python(), all, Vec::new(), configured, None).unwrap();
    plan.consent(Consent::given_by("a test"))
}

/// One client, and deadlines that a test can wait for.
pub(crate) fn quick() -> Options {
    let mut options =
        Options { identities: vec![ClientIdentity::new("claude-ai", "0.1.0")], ..Options::default() };
    options.deadlines.phase = Duration::from_secs(3);
    options.deadlines.question = Duration::from_millis(1500);
    options.deadlines.discovery = Duration::from_millis(1500);
    options.deadlines.farewell = Duration::from_millis(300);
    options
}

pub(crate) async fn ask(mode: &str, options: &Options) -> Outcome {
    probe(&plan(&[mode]), options).await
}

pub(crate) fn tools(outcome: &Outcome) -> Vec<&Item> {
    outcome.surface.iter().flat_map(|surface| surface.of_kind(ItemKind::Tool)).collect()
}

pub(crate) fn names(outcome: &Outcome) -> Vec<&str> {
    tools(outcome).into_iter().map(|tool| tool.name.as_str()).collect()
}

/// Reasons for which something was not read although it should have been.
pub(crate) fn lost(outcome: &Outcome) -> Vec<String> {
    let unread = outcome.surface.iter().flat_map(|surface| &surface.coverage.unread);
    unread
        .filter(|unread| !unread.expected)
        .map(|unread| format!("{}: {}", unread.part, unread.reason))
        .collect()
}

pub(crate) fn problems(outcome: &Outcome) -> String {
    outcome.problems.iter().map(|problem| format!("{:?} {problem}\n", problem.kind)).collect()
}
