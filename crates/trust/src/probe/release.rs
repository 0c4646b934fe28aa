//! H7: the file of a release, by its digest.

use portcullis_model::ObservedStatus;

use super::Found;
use crate::client::Client;
use crate::recording::digest_of;
use crate::services::Services;

/// A bundle has no more bytes: 128 MiB.
const MOST: usize = 128 << 20;

/// Gets the file and hashes it.
pub(super) async fn probe(name: &str, client: &Client, services: &Services) -> Found {
    let address = name.split_once("://").map_or(name, |(_, rest)| rest);
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let request = services.host(host, &format!("/{path}")).at_most(MOST);
    let reply = client.follow(&request).await;
    if !reply.is(200) {
        return Found::of(&reply);
    }
    if !reply.body.starts_with(b"PK")
        && reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
    {
        return Found::odd(&reply);
    }
    let mut found = Found::is(&reply, ObservedStatus::Present);
    found.put("sha256", digest_of(&reply.body));
    found.put("size", reply.body.len().to_string());
    found
}
