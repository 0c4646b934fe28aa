//! The state that a client carries between the rounds of a request (2026-07-28): it comes from outside, so it is sealed
//! and bound to the request and to time.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use aws_lc_rs::rand;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use portcullis_model::{Node, Value};
use portcullis_wire::canonical;
use portcullis_wire::json::{self, Dialect, Limits};

use super::call::wanted_node;
use crate::message::{INVALID_PARAMS, Refusal};
use crate::node::{map, number, object, text};

/// How many seconds a client may take.
const LIFETIME: u64 = 900;

/// What the client answered so far, in this round and in those before.
#[derive(Debug, Clone)]
pub(super) struct Rounds {
    request: String,
    given: BTreeMap<String, Node>,
}

impl Rounds {
    pub(super) fn given(&self, key: &str) -> Option<&Node> {
        self.given.get(key)
    }
}

/// Seals states with a key that lives as long as the server.
pub(super) struct Seal {
    key: hmac::Key,
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    pub(super) fn new() -> Result<Self, String> {
        let mut secret = [0; 32];
        rand::fill(&mut secret).map_err(|_| String::from("the machine gives no random bytes"))?;
        Ok(Self { key: hmac::Key::new(HMAC_SHA256, &secret) })
    }

    /// What was answered before this round (from the state) and in it.
    pub(super) fn open(&self, method: &str, params: Option<&Node>) -> Result<Rounds, Refusal> {
        let invalid = |message: &str| Refusal::new(INVALID_PARAMS, message).status(400);
        let request = fingerprint(method, params);
        let mut given = BTreeMap::new();
        let member = |name: &str| params.and_then(|params| params.get(name));
        if let Some(state) = member("requestState") {
            let state = state.text().ok_or_else(|| invalid("`requestState` is no text"))?;
            let known = self.verified(state, &request);
            given = known.ok_or_else(|| invalid("`requestState` is not one of ours for this request"))?;
        }
        if let Some(responses) = member("inputResponses") {
            if !responses.is_map() || !responses.entries().iter().all(|entry| entry.node.is_map()) {
                return Err(invalid("`inputResponses` is no object of objects"));
            }
            let responses = responses.entries().iter();
            given.extend(responses.map(|entry| (entry.key.to_string(), entry.node.clone())));
        }
        Ok(Rounds { request, given })
    }

    /// The result that asks for the rest.
    pub(super) fn input_required(&self, rounds: &Rounds, wanted: Vec<(&str, &str, Node)>) -> Node {
        let wanted = wanted.into_iter().filter(|(key, _, _)| rounds.given(key).is_none());
        let requests = map(wanted.map(|(key, method, params)| (key.to_owned(), wanted_node(method, params))));
        object([
            ("resultType", text("input_required")),
            ("inputRequests", requests),
            ("requestState", text(&self.sealed(rounds))),
        ])
    }

    fn sealed(&self, rounds: &Rounds) -> String {
        let payload = json::write(&object([
            ("request", text(&rounds.request)),
            ("until", number(now() + LIFETIME)),
            ("given", map(rounds.given.clone())),
        ]));
        let tag = hmac::sign(&self.key, payload.as_bytes());
        format!("{}.{}", BASE64_STANDARD.encode(&payload), BASE64_STANDARD.encode(tag))
    }

    fn verified(&self, state: &str, request: &str) -> Option<BTreeMap<String, Node>> {
        let (payload, tag) = state.split_once('.')?;
        let payload = BASE64_STANDARD.decode(payload).ok()?;
        hmac::verify(&self.key, &payload, &BASE64_STANDARD.decode(tag).ok()?).ok()?;
        let state = json::read(&payload, Dialect::Strict, &Limits::default()).ok()?.root;
        let until: u64 = match &state.get("until")?.value {
            Value::Number(until) => until.parse().ok()?,
            _ => return None,
        };
        if state.get_text("request") != Some(request) || until < now() {
            return None;
        }
        let given = state.get("given")?.entries().iter();
        Some(given.map(|entry| (entry.key.to_string(), entry.node.clone())).collect())
    }
}

/// Which request it is: the method, and what it is asked of, whatever is answered inside.
fn fingerprint(method: &str, params: Option<&Node>) -> String {
    let keep = |key: &str| matches!(key, "name" | "uri" | "arguments");
    let members = params.map_or(&[][..], Node::entries).iter().filter(|entry| keep(&entry.key));
    let asked = map(members.map(|entry| (entry.key.to_string(), entry.node.clone())));
    let spelt = format!("{method}\n{}", canonical::write(&asked));
    BASE64_STANDARD.encode(digest(&SHA256, spelt.as_bytes()))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::literal;

    #[test]
    fn a_state_opens_for_its_own_request_alone_and_unchanged() {
        let seal = Seal::new().unwrap();
        let params = literal(r#"{"name":"a","arguments":{"x":1}}"#);
        let rounds = seal.open("tools/call", Some(&params)).unwrap();
        let state = seal.sealed(&Rounds { given: [(String::from("k"), object([]))].into(), ..rounds });
        let retry = |name: &str, state: &str| {
            let params = format!(r#"{{"name":"{name}","arguments":{{"x":1}},"requestState":"{state}"}}"#);
            seal.open("tools/call", Some(&literal(&params)))
        };
        assert!(retry("a", &state).unwrap().given("k").is_some());
        assert!(retry("b", &state).is_err());
        assert!(retry("a", &format!("{state}-TAMPERED")).is_err());
        assert!(retry("a", "").is_err());
        assert!(Seal::new().unwrap().verified(&state, &fingerprint("tools/call", Some(&params))).is_none());
    }
}
