//! `portcullis guard --url URL`: for one host over standard input, in front of one server at an address.

use std::collections::BTreeMap;
use std::path::Path;

use portcullis_assess::{GuardServer, GuardTransport};
use portcullis_guard::settings::GatewayPlan;
use sha2::{Digest, Sha256};

use super::assemble::assemble;
use super::gateway::{run_while, serve_stdio, surroundings};
use crate::cli::{GuardArgs, Transport};
use crate::exit::{Exit, Failure};
use crate::machine;

pub(super) fn run(arguments: &GuardArgs) -> Result<Exit, Failure> {
    let settings = machine::settings(arguments.config.as_deref())?;
    let url = arguments.url.clone().unwrap_or_default();
    let name = arguments.name.clone().unwrap_or_else(|| name(&url));
    let server = GuardServer {
        url: Some(url),
        headers: headers(&arguments.header)?,
        private_network: arguments.private_network,
        ..GuardServer::default()
    };
    let transport = arguments.transport.map(|transport| match transport {
        Transport::Http => GuardTransport::Http,
        Transport::Sse => GuardTransport::Sse,
    });
    let plan = GatewayPlan::of_one(&name, &server, transport, &settings.guard, &surroundings(Path::new("")))
        .map_err(|why| Failure::usage(format!("the server at the address of `--url`: {why}")))?;
    run_while(assemble(arguments, &settings)?, |guard| serve_stdio(guard, plan))
}

/// What `--header` says: names and values, which may be references.
fn headers(words: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut headers = BTreeMap::new();
    for word in words {
        // What follows the name may be a secret, which is not repeated.
        let (name, value) = word
            .split_once(':')
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| Failure::usage("a `--header` has no name; write `--header 'NAME: VALUE'`"))?;
        if headers.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(Failure::usage(format!("the header `{name}` is given twice; write it once")));
        }
    }
    Ok(headers)
}

/// What a server is called whose address names it only: by its host and the whole address.
fn name(url: &str) -> String {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    let authority = behind.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let digest: String = Sha256::digest(url).iter().take(3).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{digest}", if host.is_empty() { "server" } else { host })
}
