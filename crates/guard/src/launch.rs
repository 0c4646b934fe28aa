//! How servers are started: as they were accepted, or not before a person has looked (X09, CVE-2025-54136).

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::approval::Ask;
use crate::guard::Guard;
use crate::seal::hex;
use crate::session::Session;

/// Whether a server may be started with these facts.
pub(crate) fn may_start(
    guard: &Guard,
    session: &Session,
    server: &str,
    facts: &BTreeMap<String, String>,
) -> Result<(), String> {
    let principal = session.principal();
    let changed = guard.pins.launch(principal, server, facts, false).map_err(|error| error.to_string())?;
    if changed.is_empty() || guard.conduct.dry_run {
        return Ok(());
    }
    let words =
        format!("`{server}` is started in another way than when it was accepted ({})", changed.join(", "));
    let Some(approvals) = &guard.approvals else { return Err(words) };
    let binding = binding(session, server, facts);
    if approvals.take(&binding).is_some() {
        guard.pins.launch(principal, server, facts, true).map_err(|error| error.to_string())?;
        return Ok(());
    }
    let shown: String = facts.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let asked = approvals.ask(&Ask {
        kind: "launch",
        principal: &principal.to_string(),
        server,
        subject: "launch",
        shown: &shown,
        because: std::slice::from_ref(&words),
        binding: &binding,
    });
    match asked {
        Ok(id) => Err(format!(
            "{words}; look at it with `portcullis approvals`, then `portcullis approve {id}` and start again"
        )),
        Err(error) => Err(format!("{words}, and nobody can be asked: {error}")),
    }
}

fn binding(session: &Session, server: &str, facts: &BTreeMap<String, String>) -> String {
    let mut digest = Sha256::new();
    let principal = session.principal().to_string();
    let facts = facts.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    for part in ["launch", &principal, server].into_iter().chain(facts) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex(&digest.finalize())
}
