//! What an approval or a request state is good for: a digest of everything that must not change.

use portcullis_model::Node;
use portcullis_wire::canonical;
use sha2::{Digest, Sha256};

use super::way::{Facts, Way};
use crate::seal::hex;

/// Members of the parameters that differ when a client repeats a request.
const PASSING: [&str; 3] = ["_meta", "inputResponses", "requestState"];

/// What a request asks for: principal, server, method and every parameter, but not what differs when it is repeated.
pub(super) fn of_request(way: &Way<'_>, method: &str, params: Option<&Node>) -> [u8; 32] {
    let mut digest = Sha256::new();
    let principal = &way.session.principal;
    for part in [&*principal.issuer, &*principal.subject, way.server, method] {
        field(&mut digest, part.as_bytes());
    }
    let mut members: Vec<_> = params
        .map_or(&[][..], Node::entries)
        .iter()
        .filter(|entry| !PASSING.contains(&&*entry.key))
        .collect();
    members.sort_by(|a, b| a.key.cmp(&b.key));
    for member in members {
        field(&mut digest, member.key.as_bytes());
        field(&mut digest, &canonical::digest(&member.node));
    }
    digest.finalize().into()
}

/// What a person approves: the request, the pin of what it calls, and the policies under which it was asked.
pub(super) fn of_approval(request: &[u8; 32], facts: &Facts<'_>, policy: &str) -> String {
    let mut digest = Sha256::new();
    field(&mut digest, request);
    field(&mut digest, facts.body.as_deref().unwrap_or_default().as_bytes());
    field(&mut digest, policy.as_bytes());
    hex(&digest.finalize())
}

/// What a person approves of a server: these items, as they are now.
pub(super) fn of_items<'b>(way: &Way<'_>, what: &str, bodies: impl Iterator<Item = &'b str>) -> String {
    let mut digest = Sha256::new();
    let principal = &way.session.principal;
    for part in [&*principal.issuer, &*principal.subject, way.server, what] {
        field(&mut digest, part.as_bytes());
    }
    bodies.for_each(|body| field(&mut digest, body.as_bytes()));
    hex(&digest.finalize())
}

/// A part of a digest, so that no two lists of parts look alike.
fn field(digest: &mut Sha256, bytes: &[u8]) {
    digest.update((bytes.len() as u64).to_be_bytes());
    digest.update(bytes);
}
