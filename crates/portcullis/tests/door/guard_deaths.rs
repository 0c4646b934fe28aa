//! Ends, wanted and not: nothing is left behind, and nothing that was decided is lost.
#![cfg(target_os = "linux")]

use std::process::Command;
use std::time::Duration;

use portcullis_ledger::SigningKey;
use serde_json::json;

use crate::desk::Desk;
use crate::guarded::{Guarded, gone, honest, runs};

fn kill(signal: &str, process: u32) {
    assert!(Command::new("kill").args([signal, &process.to_string()]).status().unwrap().success());
}

/// The server at the moment when the guard is: started, opened, amid a call that it does not answer.
fn at(step: usize, desk: &Desk) -> Guarded {
    let mut answers = honest();
    answers["lines"] = json!({"note": []});
    let mut guarded = Guarded::start(desk, &[], &answers);
    if step > 0 {
        guarded.initialize();
    }
    if step > 1 {
        guarded.list();
        guarded.ask("tools/call", &json!({"name": "note", "arguments": {}}));
    }
    // Until the server has said who it is.
    for _ in 0..2_000 {
        if !guarded.processes().is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    guarded
}

#[test]
fn a_guard_that_is_killed_leaves_no_server_behind() {
    for step in 0..3 {
        let desk = Desk::new();
        let mut guarded = at(step, &desk);
        guarded.guard.kill().unwrap();
        guarded.ended();
        gone(&guarded.processes());
        // What was decided is whole, and the next guard goes on.
        let mut again = Guarded::open(&desk, &[], &honest());
        assert_eq!(again.call("note", &json!({}))["result"]["content"][0]["text"], "done");
        drop(again);
        let state = desk.home().join(".local/state/portcullis");
        let key = SigningKey::open_or_create(&state.join("keys")).unwrap().public();
        let verification = portcullis_ledger::verify(&state.join("ledger"), &key).unwrap();
        assert!(verification.is_intact(), "{:?}", verification.problems);
        assert!(verification.records > 0);
    }
}

#[test]
fn a_guard_that_is_asked_to_end_ends_its_server() {
    for signal in ["-TERM", "-INT", "-HUP"] {
        let desk = Desk::new();
        let mut guarded = at(2, &desk);
        kill(signal, guarded.guard.id());
        guarded.ended();
        gone(&guarded.processes());
    }
}

#[test]
fn a_client_that_hangs_up_ends_guard_and_server() {
    for step in 0..3 {
        let desk = Desk::new();
        let mut guarded = at(step, &desk);
        guarded.hang_up();
        guarded.ended();
        gone(&guarded.processes());
    }
}

#[test]
fn a_server_that_is_killed_ends_the_guard() {
    for step in 0..3 {
        let desk = Desk::new();
        let mut guarded = at(step, &desk);
        kill("-KILL", guarded.processes()[0]);
        let status = guarded.ended();
        assert!(!status.success() || step < 3, "{status}");
        assert!(!runs(guarded.guard.id()));
    }
}

#[test]
fn processes_that_a_server_started_end_with_it() {
    for ends in ["hang up", "term", "kill"] {
        let desk = Desk::new();
        let mut answers = honest();
        answers["children"] = json!(true);
        let mut guarded = Guarded::open(&desk, &[], &answers);
        let processes = guarded.processes();
        assert_eq!(processes.len(), 2);
        match ends {
            "hang up" => guarded.hang_up(),
            "kill" => guarded.guard.kill().unwrap(),
            _ => kill("-TERM", guarded.guard.id()),
        }
        guarded.ended();
        gone(&processes);
    }
}

#[test]
fn a_server_that_asks_and_does_not_read_keeps_nobody_from_ending() {
    let desk = Desk::new();
    let mut answers = honest();
    let question = r#"{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1}}"#;
    answers["lines"] = json!({"note": vec![question; 20_000]});
    let mut guarded = Guarded::open(&desk, &[], &answers);
    guarded.ask("tools/call", &json!({"name": "note", "arguments": {}}));
    std::thread::sleep(Duration::from_millis(500));
    guarded.hang_up();
    guarded.ended();
    gone(&guarded.processes());
}
