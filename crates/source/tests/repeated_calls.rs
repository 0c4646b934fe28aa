#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]
//! Calls that no input reaches are run once and repeated, and what has changed meanwhile is seen all the same.

use std::fmt::Write as _;
use std::sync::Arc;

use portcullis_model::{Bundle, BundleFile};
use portcullis_source::Analysis;
use portcullis_source::library::{EffectKind, SinkKind};

fn analyse(text: &str) -> Analysis {
    let file =
        BundleFile { path: String::from("server.py"), bytes: Arc::from(text.as_bytes()), executable: false };
    portcullis_source::analyse(&Bundle {
        locator: String::from("test"),
        files: vec![file],
        unread: Vec::new(),
    })
}

/// A client that is made with so much work that nobody wants to see it done for every tool.
const CLIENT: &str = r#"
import os
import requests
import subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("server")

def setting(name, default):
    value = os.environ.get(name)
    if value is None or value == "":
        value = default
    elif value == "none":
        value = None
    return value

class Client:
    def __init__(self):
        self.address = setting("SERVICE_ADDRESS", "https://service.example")
        self.user = setting("SERVICE_USER", "nobody")
        self.level = setting("SERVICE_LEVEL", "info")
        self.region = setting("SERVICE_REGION", "north")
        self.retries = setting("SERVICE_RETRIES", "3")
        self.command = "list"

    def check(self):
        for name in ["a", "b", "c", "d", "e", "f"]:
            if setting("SERVICE_" + name, None) is None:
                continue
            requests.get("https://service.example/" + name)

def client():
    made = Client()
    made.check()
    return made
"#;

fn server(tools: usize) -> String {
    let mut text = String::from(CLIENT);
    for tool in 0..tools {
        write!(
            text,
            "\n@mcp.tool()\ndef tool{tool}(name: str) -> str:\n    made = client()\n    \
             return subprocess.run('list ' + name + made.region, shell=True)\n"
        )
        .unwrap();
    }
    text
}

#[test]
fn what_no_input_reaches_is_not_run_for_every_tool() {
    let (few, many) = (analyse(&server(5)).steps, analyse(&server(45)).steps);
    let each = (many - few) / 40;
    assert!(each * 4 < few / 5, "{few} steps for five tools, {each} for each further one");
}

#[test]
fn each_tool_has_the_effects_of_a_repeated_call_and_its_own_flow() {
    let analysis = analyse(&server(12));
    assert_eq!(analysis.offers.len(), 12);
    for (index, offer) in analysis.offers.iter().enumerate() {
        let asks = offer.effects.iter().filter(|effect| effect.kind == EffectKind::Network);
        assert_eq!(asks.count(), 6, "{}: {:?}", offer.name, offer.effects);
        let flows = analysis.flows.iter().filter(|flow| flow.offer == index);
        assert_eq!(flows.filter(|flow| flow.sink == SinkKind::Shell).count(), 1, "{}", offer.name);
    }
}

#[test]
fn an_input_that_was_stored_since_is_seen_by_a_repeated_call() {
    let mut text = server(6);
    text.push_str(
        "\nshared = Client()\n\ndef run_shared():\n    made = client()\n    made.check()\n    \
         return subprocess.run(shared.command, shell=True)\n\n\
         @mcp.tool()\ndef before() -> str:\n    run_shared()\n    run_shared()\n    return run_shared()\n\n\
         @mcp.tool()\ndef store(command: str) -> str:\n    run_shared()\n    shared.command = command\n    \
         return 'stored'\n\n\
         @mcp.tool()\ndef after() -> str:\n    return run_shared()\n",
    );
    let analysis = analyse(&text);
    let stored: Vec<&str> = analysis
        .flows
        .iter()
        .filter(|flow| flow.source.name == "command")
        .map(|flow| analysis.offers[flow.offer].name.as_str())
        .collect();
    assert!(stored.contains(&"after"), "{stored:?}");
}

#[test]
fn an_input_that_one_way_puts_into_what_was_made_stays_out_of_the_other_calls() {
    let mut text = server(6);
    text.push_str(
        "\n@mcp.tool()\ndef writes(command: str) -> str:\n    made = client()\n    made.command = command\n    \
         return subprocess.run(made.command, shell=True)\n\n\
         @mcp.tool()\ndef reads() -> str:\n    made = client()\n    return subprocess.run(made.command, shell=True)\n",
    );
    let analysis = analyse(&text);
    let of = |name: &str| {
        let at = analysis.offers.iter().position(|offer| offer.name == name).unwrap();
        analysis.flows.iter().filter(|flow| flow.offer == at).count()
    };
    assert_eq!((of("writes"), of("reads")), (1, 0), "{:?}", analysis.flows);
}

#[test]
fn the_same_bundle_gives_the_same_analysis() {
    let (first, second) = (analyse(&server(20)), analyse(&server(20)));
    assert_eq!(first.steps, second.steps);
    assert_eq!(format!("{:?}", first.offers), format!("{:?}", second.offers));
    assert_eq!(format!("{:?}", first.flows), format!("{:?}", second.flows));
}
