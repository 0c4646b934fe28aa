//! H10: what a domain publishes to prove its owner to the registry.

use portcullis_model::ObservedStatus;

use super::Found;
use crate::client::Client;
use crate::dns::{self, Texts};
use crate::recording::digest_of;
use crate::services::Services;

/// What a proof begins with.
const MARK: &str = "v=MCPv1";

/// Asks for the record of the domain, then for the page that may stand in for it.
pub(super) async fn probe(name: &str, client: &Client, services: &Services) -> Found {
    let texts = dns::texts(name, client, services).await;
    let (seen, records) = match texts {
        Texts::Found(seen, records) => (seen, records),
        Texts::Failed(seen, why) => return Found::unknown(seen, why),
    };
    let mut keys: Vec<String> = records.into_iter().filter(|record| record.starts_with(MARK)).collect();
    keys.sort();
    if !keys.is_empty() {
        let mut found = Found::unknown(seen, "");
        found.status = ObservedStatus::Present;
        found.put("by", "dns");
        found.put("key", digest_of(keys.join("\n").as_bytes()));
        return found;
    }
    let reply = client.get(&services.host(name, "/.well-known/mcp-registry-auth").at_most(4096)).await;
    let text = reply.text();
    if reply.is(200) && text.trim_start().starts_with(MARK) {
        let mut found = Found::is(&reply, ObservedStatus::Present);
        found.put("by", "http");
        found.put("key", digest_of(text.trim().as_bytes()));
        return found;
    }
    // A page that is none of ours is as good as none.
    if reply.is(200) {
        return Found::is(&reply, ObservedStatus::Absent);
    }
    Found::of(&reply)
}
