//! The official clients in front of the gateway, and six real servers behind it.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::desk::{Desk, finish};
use crate::gateway_desk::Gateway;
use crate::real_servers::Listening;
use crate::test_servers;

/// The settings of the real servers.
fn settings(folder: &Path) -> String {
    let node = |name: &str, argument: &str| {
        let script = format!("npm/node_modules/@modelcontextprotocol/server-{name}/dist/index.js");
        let words: Vec<String> = [folder.join(script).display().to_string(), argument.to_owned()].into();
        let words: Vec<&String> = words.iter().filter(|word| !word.is_empty()).collect();
        format!("[guard.servers.{name}]\ncommand = \"node\"\nargs = {words:?}\n")
    };
    let python = |name: &str| {
        let program = folder.join(format!("python/bin/mcp-server-{name}"));
        format!("[guard.servers.{name}]\ncommand = {:?}\n", program.display().to_string())
    };
    [
        node("everything", "stdio"),
        node("filesystem", &folder.join("npm").display().to_string()),
        node("memory", ""),
        python("time"),
        python("git"),
        python("fetch"),
    ]
    .concat()
}

/// One call for each server that can be called without a network or a repository.
fn calls() -> Value {
    json!([
        ["everything__echo", {"message": "over the bridge"}],
        ["filesystem__list_allowed_directories", {}],
        ["memory__read_graph", {}],
        ["time__convert_time", {"source_timezone": "Europe/Berlin", "time": "12:00", "target_timezone": "Asia/Tokyo"}],
    ])
}

/// What a client saw.
fn seen(mut command: Command, words: &[&str]) -> Value {
    command.args(words);
    let run = finish(command, Vec::new());
    serde_json::from_str(&run.stdout)
        .unwrap_or_else(|_| panic!("{words:?} saw nothing: {}{}", run.stdout, run.stderr))
}

#[track_caller]
fn is_served(seen: &Value) {
    let tools: Vec<&str> =
        seen["tools"].as_array().unwrap().iter().map(|tool| tool.as_str().unwrap()).collect();
    for (server, at_least) in
        [("everything", 13), ("filesystem", 14), ("memory", 9), ("time", 2), ("git", 12), ("fetch", 1)]
    {
        let own = tools.iter().filter(|tool| tool.starts_with(&format!("{server}__"))).count();
        assert!(own >= at_least, "{own} tools of {server}: {tools:?}");
    }
    let mut sorted = tools.clone();
    sorted.sort_by_key(|tool| tool.split("__").next().unwrap().to_owned());
    assert_eq!(tools, sorted, "the servers are not in the order of their names");
    let prompts = seen["prompts"].to_string();
    assert!(prompts.contains("everything__simple-prompt") && prompts.contains("fetch__fetch"), "{prompts}");
    assert!(seen["read"].as_u64().unwrap() > 0, "{seen}");
    let answers = seen["calls"].as_array().unwrap();
    let texts = ["over the bridge", "test-servers", "entities", "Asia/Tokyo"];
    for (answer, text) in answers.iter().zip(texts) {
        assert!(
            answer["error"] == false && answer["text"].as_str().unwrap().contains(text),
            "{text}: {answer}"
        );
    }
    assert_eq!(answers.len(), texts.len());
}

fn peer(file: &str) -> String {
    format!("{}/tests/peers/{file}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_official_clients_use_six_real_servers_through_the_gateway() {
    let Some(folder) = test_servers::folder() else { return };
    let gateway = Gateway::start_with(Desk::new(), &settings(&folder));
    let url = format!("http://127.0.0.1:{}/mcp", gateway.port);
    let modules = folder.join("npm/node_modules").display().to_string();
    let calls = calls().to_string();
    for mode in ["legacy", "auto"] {
        let python = Command::new(folder.join("python/bin/python"));
        is_served(&seen(python, &[&peer("gateway_client.py"), &url, mode, &calls]));
        let node = Command::new("node");
        is_served(&seen(node, &[&peer("gateway_client.mjs"), &modules, &url, mode, &calls]));
    }
}

#[test]
fn the_official_clients_use_real_servers_over_streamable_http_and_the_older_event_stream() {
    let Some(folder) = test_servers::folder() else { return };
    let (stream, old) = (Listening::start(&folder, "streamableHttp"), Listening::start(&folder, "sse"));
    let settings = format!(
        "[guard.servers.stream]\nurl = \"http://127.0.0.1:{}/mcp\"\n\
         [guard.servers.old]\nurl = \"http://127.0.0.1:{}/sse\"\ntransport = \"sse\"\n",
        stream.port, old.port
    );
    let gateway = Gateway::start(&settings);
    let url = format!("http://127.0.0.1:{}/mcp", gateway.port);
    let modules = folder.join("npm/node_modules").display().to_string();
    let calls = json!([
        ["stream__echo", {"message": "over there"}],
        ["old__echo", {"message": "over there"}],
        ["old__trigger-long-running-operation", {"duration": 1, "steps": 2}],
    ])
    .to_string();
    for mode in ["legacy", "auto"] {
        let python = Command::new(folder.join("python/bin/python"));
        let node = Command::new("node");
        for seen in [
            seen(python, &[&peer("gateway_client.py"), &url, mode, &calls]),
            seen(node, &[&peer("gateway_client.mjs"), &modules, &url, mode, &calls]),
        ] {
            let answers = seen["calls"].as_array().unwrap();
            for (answer, text) in answers.iter().zip(["over there", "over there", "completed"]) {
                assert!(answer["text"].as_str().unwrap().contains(text), "{mode}: {answer}");
            }
            assert_eq!(answers.len(), 3);
        }
    }
}
