//! Questions of a server to the person or the model: elicitation, sampling, roots; by themselves or inside a result.

use portcullis_model::{Node, Pointer};
use portcullis_text::Role;

use super::way::{Facts, Way};
use crate::inspect;

/// Looks at the questions inside a result of 2026-07-28.
pub(super) fn judge(way: &Way<'_>, result: &Node, facts: &mut Facts<'_>) {
    let Some(requests) = result.get("inputRequests") else { return };
    let asked = requests.entries().iter().map(|entry| &entry.node).chain(requests.items());
    for request in asked {
        let params = request.get("params").unwrap_or(request);
        look(way, params, facts);
    }
}

/// Looks at one question.
pub(super) fn look(way: &Way<'_>, params: &Node, facts: &mut Facts<'_>) {
    facts.inspection.join(inspect::texts(way.whose(facts.tool), params, Role::Result));
    facts.asks_for_secret |= asks_for_secret(params) || sends_elsewhere(params);
}

/// A form with a field for a credential. The specification forbids it: those are given on a page of the server's own.
fn asks_for_secret(params: &Node) -> bool {
    let Some(fields) = params.get("requestedSchema").and_then(|schema| schema.get("properties")) else {
        return false;
    };
    fields.entries().iter().any(|field| {
        let mut found = names_secret(&field.key) || field.node.get_text("format") == Some("password");
        field.node.visit_texts(&mut Pointer::root(), &mut |at, _| {
            found |= !at.is_key && at.text.len() < 200 && names_secret(at.text);
        });
        found
    })
}

/// The words that name a credential, joined: `api key`, `apiKey` and `api_key` read alike.
const SECRETS: [&str; 17] = [
    "password",
    "passwort",
    "passwd",
    "passphrase",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "accesstoken",
    "authtoken",
    "bearertoken",
    "refreshtoken",
    "clientsecret",
    "seedphrase",
    "recoverycode",
    "onetimecode",
    "cardnumber",
];

/// A name, title or description that names a credential, such as `Your password`.
fn names_secret(text: &str) -> bool {
    let joined: String =
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    SECRETS.iter().any(|secret| joined.contains(secret))
        || text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
            ["pin", "cvv", "cvc", "otp", "secret", "token"].contains(&word.to_ascii_lowercase().as_str())
        })
}

/// A page that a person is sent to, other than over https, or with credentials or another address inside its address.
fn sends_elsewhere(params: &Node) -> bool {
    if params.get_text("mode") != Some("url") {
        return false;
    }
    let Some(url) = params.get_text("url") else { return true };
    let Some(rest) = url.strip_prefix("https://") else { return !is_loopback(url) };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    authority.is_empty() || authority.contains('@') || url.chars().any(char::is_control)
}

/// A page on this machine may be plain.
fn is_loopback(url: &str) -> bool {
    url.strip_prefix("http://").is_some_and(|rest| {
        let host = rest.split(['/', ':', '?', '#', '\\']).next().unwrap_or_default();
        matches!(host, "localhost" | "127.0.0.1") && !rest.contains('@')
    })
}
