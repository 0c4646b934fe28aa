//! What the guard cannot do its work without: without it, nothing passes.

use std::time::Duration;

use serde_json::json;

use crate::desk::{Desk, finish};
use crate::guarded::{Guarded, honest, is_refused, tool};

/// A tool that sends, and a credential that should not leave: a person is asked.
fn sending() -> serde_json::Value {
    json!({"tools": [[tool("send_message", "Sends a message to a chat channel."), tool("count", "Counts the notes.")]]})
}

fn credential() -> String {
    ["ghp", "_k7QmVt3RzX9sLwBn4HcYpD2fGjU8aE3CtjI5"].concat()
}

fn sent(guarded: &Guarded) -> usize {
    guarded.received().iter().filter(|line| line.contains("\"send_message\"")).count()
}

/// The ids of what waits.
fn waiting(desk: &Desk) -> Vec<String> {
    let waiting = desk.run(&["approvals", "--format", "json"]).json();
    waiting.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// Waits until something waits.
#[track_caller]
fn asked(desk: &Desk) -> String {
    for _ in 0..200 {
        if let Some(id) = waiting(desk).pop() {
            return id;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("nobody is asked");
}

#[test]
fn a_call_that_waits_passes_once_when_a_person_approves_it_and_no_other_does() {
    let desk = Desk::new();
    let mut guarded = Guarded::open(&desk, &[], &sending());
    let params = |text: &str| json!({"name": "send_message", "arguments": {"text": text}});
    let first = guarded.ask("tools/call", &params(&credential()));
    let id = asked(&desk);
    assert_eq!(sent(&guarded), 0);
    // Another call with other arguments waits by itself.
    let other = guarded.ask("tools/call", &params(&format!("{} to all", credential())));
    desk.run(&["approve", &id]).exits(0);
    assert!(!is_refused(&guarded.answer(first)));
    assert_eq!(sent(&guarded), 1);
    let next = asked(&desk);
    desk.run(&["reject", &next]).exits(0);
    assert!(is_refused(&guarded.answer(other)));
    // The same call again is a new question: an approval is used up.
    let again = guarded.ask("tools/call", &params(&credential()));
    desk.run(&["approve", &id]).exits(2);
    let last = asked(&desk);
    assert_ne!(last, id);
    desk.run(&["reject", &last]).exits(0);
    assert!(is_refused(&guarded.answer(again)));
    assert_eq!(sent(&guarded), 1);
}

/// The records of the ledger about decisions of people.
fn decisions(desk: &Desk) -> Vec<serde_json::Value> {
    let records = desk.run(&["ledger", "query", "--format", "jsonl"]).lines();
    records.into_iter().filter(|record| record["event"] == "approval").collect()
}

#[test]
fn who_rejected_and_that_nobody_answered_are_records_without_content() {
    let desk = Desk::new();
    desk.write("portcullis.toml", "[guard]\napproval-seconds = 4\n");
    let config = desk.path("portcullis.toml").display().to_string();
    let mut guarded = Guarded::open(&desk, &["--config", &config], &sending());
    let params = |text: &str| json!({"name": "send_message", "arguments": {"text": text}});
    let since = std::time::Instant::now();
    let first = guarded.ask("tools/call", &params(&credential()));
    assert!(is_refused(&guarded.answer(first)), "nobody's silence is a yes");
    assert!(since.elapsed() >= Duration::from_secs(4) && since.elapsed() < Duration::from_secs(30));
    let unanswered = waiting(&desk).pop().unwrap();
    let second = guarded.ask("tools/call", &params(&format!("{} to all", credential())));
    let rejected = (0..200).find_map(|_| {
        std::thread::sleep(Duration::from_millis(5));
        waiting(&desk).into_iter().find(|id| *id != unanswered)
    });
    let rejected = rejected.unwrap();
    desk.run(&["reject", &rejected]).exits(0);
    assert!(is_refused(&guarded.answer(second)));
    assert_eq!(sent(&guarded), 0);
    let decisions = decisions(&desk);
    let of = |id: &str| decisions.iter().find(|one| one["approval"]["id"] == id).unwrap();
    assert_eq!(of(&unanswered)["note"], "nobody answered in time");
    assert_eq!(of(&rejected)["note"], "a person rejected it");
    assert!(!of(&rejected)["approval"]["by"].as_str().unwrap().is_empty());
    assert_eq!(of(&rejected)["verdict"], "deny");
    assert!(of(&rejected)["time"].is_string());
    let told = serde_json::Value::from(decisions.clone()).to_string();
    assert!(!told.contains(&credential()) && !told.contains("to all"), "{told}");
}

#[test]
fn where_nobody_can_be_asked_the_answer_is_no() {
    let desk = Desk::new();
    let mut guarded = Guarded::open(&desk, &[], &sending());
    let folder = desk.home().join(".local/state/portcullis/approvals");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "").unwrap();
    assert!(is_refused(&guarded.call("send_message", &json!({"text": credential()}))));
    assert_eq!(sent(&guarded), 0);
    assert!(!is_refused(&guarded.call("count", &json!({}))), "what needs no person passes");
}

#[test]
fn without_a_ledger_a_key_or_a_policy_no_server_is_started() {
    for (place, policy) in
        [("ledger", None), ("keys", None), ("approvals", None), ("", Some("permit (")), ("", Some(""))]
    {
        let desk = Desk::new();
        let state = desk.home().join(".local/state/portcullis");
        std::fs::create_dir_all(&state).unwrap();
        if !place.is_empty() {
            std::fs::write(state.join(place), "").unwrap();
        }
        let file = desk.path("policy.cedar").display().to_string();
        if let Some(policy) = policy.filter(|policy| !policy.is_empty()) {
            desk.write("policy.cedar", policy);
        }
        let touched = desk.path("touched").display().to_string();
        let words = if policy.is_some() { vec!["--policy", &file] } else { Vec::new() };
        let words = [&["guard", "--server", "x"], words.as_slice(), &["--", "touch", &touched]].concat();
        let run = finish(desk.command(&words), Vec::new());
        assert!(!matches!(run.code, Some(0)), "{place} {policy:?}: {run:?}");
        assert!(!desk.path("touched").exists(), "{place} {policy:?}");
        assert!(!run.stderr.trim().is_empty());
    }
}

#[test]
fn a_policy_that_becomes_garbage_while_the_guard_runs_stays_as_it_was_loudly() {
    let desk = Desk::new();
    let policy = "@id(\"no-counting\")\nforbid (principal, action == Action::\"call_tool\", resource)\nwhen { resource.name == \"count\" };\n";
    desk.write("own.cedar", policy);
    let file = desk.path("own.cedar").display().to_string();
    let mut guarded = Guarded::open(&desk, &["--policy", &file], &honest());
    assert!(is_refused(&guarded.call("count", &json!({}))));
    let said = |word: &str| {
        for _ in 0..200 {
            if desk.read("stderr").contains(word) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("no `{word}` in {}", desk.read("stderr"));
    };
    for (round, garbage) in
        ["permit (((", "\u{0}\u{1}", "permit (principal, action, resource) when { resource.nonsense };"]
            .iter()
            .enumerate()
    {
        std::fs::write(&file, garbage).unwrap();
        said("stay in force");
        std::thread::sleep(Duration::from_millis(700));
        assert!(is_refused(&guarded.call("count", &json!({}))), "{round}");
        assert!(!is_refused(&guarded.call("note", &json!({}))), "{round}");
    }
    std::fs::remove_file(&file).unwrap();
    std::thread::sleep(Duration::from_millis(1_200));
    assert!(is_refused(&guarded.call("count", &json!({}))), "a file that is gone takes nothing back");
    std::fs::write(&file, policy.replace("\"count\"", "\"note\"")).unwrap();
    said("are in force");
    assert!(is_refused(&guarded.call("note", &json!({}))));
    assert!(!is_refused(&guarded.call("count", &json!({}))));
}

#[cfg(target_os = "linux")]
#[test]
fn when_the_ledger_cannot_be_written_nothing_passes() {
    use std::process::{Command, Stdio};
    let desk = Desk::new();
    let folder = desk.path("full");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(desk.path("answers.json"), honest().to_string()).unwrap();
    // No file of the guard may grow beyond 32 KiB: to it, the disk is full.
    let peer = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/hostile.py");
    let script =
        r#"trap '' XFSZ; ulimit -f 64; exec "$0" guard --server x -- "$1" -E -S "$2" answers.json received"#;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_portcullis"), crate::peers::python(), peer]);
    command
        .current_dir(desk.project())
        .env_clear()
        .env("HOME", desk.home())
        .env("PATH", std::env::var_os("PATH").unwrap());
    let mut input = String::from(
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}\n",
    );
    for id in 2..160 {
        input.push_str(&format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"tools/call\",\"params\":{{\"name\":\"count\",\"arguments\":{{}}}}}}\n"));
    }
    command.stdin(Stdio::piped());
    let run = finish(command, input.into_bytes());
    let received = desk.read("received").lines().filter(|line| line.contains("tools/call")).count();
    let answered = run.stdout.lines().filter(|line| line.contains("\"done\"")).count();
    let refused = run
        .stdout
        .lines()
        .filter(|line| line.contains("\"isError\":true") || line.contains("\"error\""))
        .count();
    assert!(received > 0 && received < 150, "{received} calls reached the server\n{}", run.stderr);
    assert!(answered <= received && refused > 0, "{answered} answered, {refused} refused\n{}", run.stderr);
}

#[test]
fn a_dry_run_stops_nothing_and_writes_down_what_it_would_have_stopped() {
    let desk = Desk::new();
    let mut guarded = Guarded::open(&desk, &["--dry-run"], &sending());
    let params = |text: serde_json::Value| json!({"name": "send_message", "arguments": {"text": text}});
    // Arguments that do not fit the schema, and a credential that would leave.
    for text in [json!(7), json!(credential())] {
        let asked = guarded.ask("tools/call", &params(text));
        assert!(!is_refused(&guarded.answer(asked)));
    }
    assert_eq!(sent(&guarded), 2);
    assert_eq!(waiting(&desk).len(), 0, "nobody is asked");
    let stopped = desk.run(&["ledger", "query", "--format", "jsonl", "--tool", "send_message"]);
    assert!(
        stopped.stdout.contains("argument-schema") && stopped.stdout.contains("secret-leaves"),
        "{}",
        stopped.stdout
    );
}
