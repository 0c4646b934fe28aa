//! What the guard calls each server. Pins, approvals and the ledger know a server by this name, and it is pinned how a
//! server of that name is started: servers of one configured name that are started in different ways, such as those of
//! two hosts, must not share it.

use std::collections::BTreeMap;

use portcullis_hosts::edit;
use portcullis_hosts::guarding;
use portcullis_model::ConfiguredServer;

use super::store::{Digest, Record, shown};

/// How many characters of a launch's digest tell servers of one name apart.
const TELLING: usize = 6;

/// The names that are taken, each with the digest of the launch that it stands for.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, Digest>);

impl Names {
    /// Takes the name of a server that is guarded already.
    pub(super) fn take(&mut self, server: &ConfiguredServer) {
        if let Some(installed) = guarding::installed(server) {
            self.0.entry(installed.name.to_owned()).or_insert_with(|| digest(&words(&installed.launch)));
        }
    }

    /// Takes the names of the servers of a file that is remembered.
    pub(super) fn remember(&mut self, record: &Record) {
        for server in &record.servers {
            self.0.entry(server.known_as.clone()).or_insert(server.launch);
        }
    }

    /// The name of a server: the configured one, unless that stands for another launch.
    pub(super) fn name(&mut self, server: &ConfiguredServer, launch: &[&str]) -> String {
        let launch = digest(launch);
        let telling: String = shown(&launch).chars().take(TELLING).collect();
        let plain = server.name.clone();
        let is_free = self.0.get(&plain).is_none_or(|taken| *taken == launch);
        let name = if is_free { plain } else { format!("{plain}-{telling}") };
        self.0.insert(name.clone(), launch);
        name
    }
}

/// The words of a launch, borrowed.
pub(super) fn words(launch: &[String]) -> Vec<&str> {
    launch.iter().map(String::as_str).collect()
}

/// The digest of the words of a launch.
pub(super) fn digest(launch: &[&str]) -> Digest {
    edit::digest(launch.join("\0").as_bytes())
}
