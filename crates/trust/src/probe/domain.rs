//! H8 and H11: a domain, by what the name servers and its registry say of it.

use portcullis_model::{Node, ObservedStatus};

use super::Found;
use crate::client::Client;
use crate::dns::{self, Lookup};
use crate::names::encoded;
use crate::request::{Reply, Request};
use crate::services::Services;

/// Only when the name servers and the registry agree that there is none a domain is absent.
pub(super) async fn probe(name: &str, client: &Client, services: &Services) -> Found {
    let lookup = dns::exists(name, client, services).await;
    let url = format!("{}/domain/{}", services.rdap.trim_end_matches('/'), encoded(name));
    let reply =
        client.follow(&Request::service(url).accepting("application/rdap+json, application/json")).await;
    let registration = reply.json().filter(|root| reply.is(200) && root.get_text("ldhName").is_some());
    match (lookup, registration) {
        (Lookup::Nothing(_), None) if reply.is(404) => {
            let mut found = Found::of(&reply);
            found.put("dns", "nxdomain");
            found.put("witnesses", "2");
            found
        }
        (Lookup::Something(_), registration) => {
            let mut found = Found::is(&reply, ObservedStatus::Present);
            found.put("dns", "found");
            describe(&mut found, registration.as_ref());
            found
        }
        (Lookup::Nothing(_), Some(root)) => {
            let mut found = Found::is(&reply, ObservedStatus::Present);
            found.put("dns", "nxdomain");
            describe(&mut found, Some(&root));
            found
        }
        (Lookup::Failed(_, why), Some(root)) => {
            let mut found = Found::is(&reply, ObservedStatus::Present);
            found.put("dns", why);
            describe(&mut found, Some(&root));
            found
        }
        (Lookup::Failed(seen, why), None) => Found::unknown(seen, why),
        (Lookup::Nothing(seen), None) => {
            let mut found = Found::unknown(seen, disagreement(&reply));
            found.put("dns", "nxdomain");
            found
        }
    }
}

fn disagreement(reply: &Reply) -> String {
    format!("the name servers know none, and the registry could not be asked: {}", reply.why())
}

/// The states and dates of a registration (RFC 9083).
fn describe(found: &mut Found, root: Option<&Node>) {
    let Some(root) = root else { return };
    let states: Vec<&str> =
        root.get("status").map(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
    found.put("registration", states.join(","));
    for event in root.get("events").map(Node::items).unwrap_or_default() {
        match event.get_text("eventAction") {
            Some("registration") => found.put_some("registered", event.get_text("eventDate")),
            Some("expiration") => found.put_some("expires", event.get_text("eventDate")),
            _ => {}
        }
    }
}
