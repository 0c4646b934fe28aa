//! The everything-client: `everything-client ADDRESS` plays the scenario that the environment names as the official
//! conformance suite sets it.
#![allow(clippy::print_stderr)] // the suite keeps what a client writes

use std::env;
use std::process::ExitCode;

use portcullis_lab::client;
use portcullis_wire::revision::Revision;

#[tokio::main]
async fn main() -> ExitCode {
    match play().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn play() -> Result<(), String> {
    let address =
        env::args().next_back().filter(|_| env::args().len() > 1).ok_or("everything-client ADDRESS")?;
    let address = address.parse().map_err(|error| format!("`{address}`: {error}"))?;
    let scenario = env::var("MCP_CONFORMANCE_SCENARIO").unwrap_or_default();
    let revision = match env::var("MCP_CONFORMANCE_PROTOCOL_VERSION") {
        Ok(revision) => revision.parse().map_err(|error| format!("`{revision}`: {error}"))?,
        Err(_) => Revision::NEWEST_LEGACY,
    };
    let context = env::var("MCP_CONFORMANCE_CONTEXT").ok();
    let played = client::run(&scenario, address, revision, context.as_deref()).await;
    played.map_err(|failure| format!("{scenario}: {failure}"))
}
