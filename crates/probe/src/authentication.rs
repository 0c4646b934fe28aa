//! What a server says about getting credentials (RFC 9110 challenges, RFC 9728 metadata).

use std::time::Duration;

use portcullis_model::Node;
use portcullis_wire::json::{self, Dialect, Limits};
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Method, Url};

use crate::http::{Call, Web};
use crate::link::Failure;
use crate::neutral::one_line;
use crate::outcome::AuthNeeded;

/// Bytes of a metadata document.
const DOCUMENT: usize = 64 << 10;
/// Entries of one list in it.
const ENTRIES: usize = 20;
/// Characters of one text in it.
const TEXT: usize = 300;

/// A refusal that asks for credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) status: u16,
    url: Url,
    resource_metadata: Option<String>,
    scope: Option<String>,
}

impl Challenge {
    /// The challenge in an answer: status 401, or 403 that says which scope is missing.
    pub(crate) fn of(status: u16, headers: &HeaderMap, url: &Url) -> Option<Self> {
        let values = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let parameters: Vec<(String, String)> = values.take(8).flat_map(parameters).collect();
        let get = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let asks = status == 401 || status == 403 && get("error").as_deref() == Some("insufficient_scope");
        asks.then(|| Self {
            status,
            url: url.clone(),
            resource_metadata: get("resource_metadata"),
            scope: get("scope"),
        })
    }

    /// Asks the server who issues tokens for it, and says what the user can do. Patience bounds the whole of it.
    pub(crate) async fn answer(&self, server: &str, web: &Web, patience: Duration) -> AuthNeeded {
        let mut needed =
            AuthNeeded { scopes: words(self.scope.as_deref().unwrap_or_default()), ..AuthNeeded::default() };
        let mut note = None;
        for place in self.places() {
            match tokio::time::timeout(patience, fetch(web, &place)).await {
                Ok(Ok(document)) => {
                    needed.resource_metadata = Some(one_line(place.as_str(), TEXT));
                    needed.authorization_servers = texts(&document, "authorization_servers");
                    if needed.scopes.is_empty() {
                        needed.scopes = texts(&document, "scopes_supported");
                    }
                    note = self.other_resource(&document);
                    break;
                }
                Ok(Err(Failure::Refused(why))) => note = note.or(Some(why)),
                Ok(Err(_)) | Err(_) => {}
            }
        }
        needed.how = how(server, self.status, &needed, note.as_deref());
        needed
    }

    /// Where the metadata may be: as the challenge says, else at the well-known places of the address.
    fn places(&self) -> Vec<Url> {
        if let Some(said) = &self.resource_metadata {
            return self.url.join(said).into_iter().collect();
        }
        let well_known = |path: &str| {
            let mut url = self.url.clone();
            url.set_query(None);
            url.set_fragment(None);
            url.set_path(&format!("/.well-known/oauth-protected-resource{path}"));
            url
        };
        let path = self.url.path().trim_end_matches('/');
        if path.is_empty() { vec![well_known("")] } else { vec![well_known(path), well_known("")] }
    }

    /// A document that speaks for another resource than the one that was asked: a token for it must not go there.
    fn other_resource(&self, document: &Node) -> Option<String> {
        let resource = document.get_text("resource")?;
        let same = Url::parse(resource).is_ok_and(|url| {
            url.origin() == self.url.origin() && self.url.path().starts_with(url.path().trim_end_matches('/'))
        });
        let shown = one_line(resource, TEXT);
        (!same).then(|| format!("beware: its metadata speaks for another resource, `{shown}`"))
    }
}

async fn fetch(web: &Web, place: &Url) -> Result<Node, Failure> {
    web.may_go(place)?;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let answer = web.call(Call { method: Method::GET, url: place.clone(), headers, body: None }).await?;
    if answer.status() != 200 {
        return Err(Failure::Status(answer.status(), None));
    }
    let body = answer.body(DOCUMENT).await?;
    let document = json::read(&body, Dialect::Strict, &Limits::default())
        .map_err(|fault| Failure::NotProtocol(fault.to_string()))?;
    if document.root.is_map() { Ok(document.root) } else { Err(Failure::NotProtocol("no object".to_owned())) }
}

fn how(server: &str, status: u16, needed: &AuthNeeded, note: Option<&str>) -> String {
    let mut how = format!("`{}` wants credentials (HTTP status {status}); ", one_line(server, 100));
    if needed.authorization_servers.is_empty() {
        how.push_str("get a token from whoever runs it");
    } else {
        how.push_str("get a token from ");
        how.push_str(&needed.authorization_servers.join(" or "));
    }
    if !needed.scopes.is_empty() {
        how.push_str(" with the scopes ");
        how.push_str(&needed.scopes.join(" "));
    }
    how.push_str(" and configure it as the header `Authorization: Bearer …` of this server, then scan again");
    if let Some(note) = note {
        how.push_str("; ");
        how.push_str(note);
    }
    how
}

fn texts(document: &Node, key: &str) -> Vec<String> {
    let items = document.get(key).map(Node::items).unwrap_or_default();
    items.iter().filter_map(Node::text).take(ENTRIES).map(|text| one_line(text, TEXT)).collect()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().take(ENTRIES).map(|word| one_line(word, TEXT)).collect()
}

/// The `name=value` pairs of a challenge, whatever its schemes are; values may be in quotes.
fn parameters(challenge: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = challenge;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.rsplit([' ', '\t', ',']).next().unwrap_or_default().to_ascii_lowercase();
        let (value, after) = value(after);
        found.push((name, value));
        rest = after;
    }
    found
}

fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([' ', '\t', ',']).unwrap_or(text.len());
        let (value, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(status: u16, header: &str) -> Option<Challenge> {
        let mut headers = HeaderMap::new();
        headers.insert(WWW_AUTHENTICATE, header.parse().unwrap());
        Challenge::of(status, &headers, &"https://tools.example/mcp".parse().unwrap())
    }

    #[test]
    fn a_challenge_is_read_with_quotes_escapes_and_several_schemes() {
        let header = r#"Basic realm="a, b", Bearer error="invalid_token", resource_metadata="https://tools.example/m\"x", scope=read"#;
        let challenge = challenge(401, header).unwrap();
        assert_eq!(challenge.resource_metadata.as_deref(), Some("https://tools.example/m\"x"));
        assert_eq!(challenge.scope.as_deref(), Some("read"));
    }

    proptest::proptest! {
        #[test]
        fn any_challenge_is_read_to_its_end(header in ".{0,200}") {
            for (name, value) in parameters(&header) {
                assert!(name.len() + value.len() <= header.len() * 2);
            }
        }
    }

    #[test]
    fn only_a_403_that_misses_a_scope_asks_for_credentials() {
        assert!(challenge(403, r#"Bearer error="insufficient_scope", scope="a b""#).is_some());
        assert!(challenge(403, "Bearer").is_none());
        assert!(challenge(200, "Bearer").is_none());
    }

    #[test]
    fn without_a_hint_the_well_known_places_are_tried() {
        let places = challenge(401, "Bearer").unwrap().places();
        let places: Vec<&str> = places.iter().map(Url::as_str).collect();
        assert_eq!(
            places,
            [
                "https://tools.example/.well-known/oauth-protected-resource/mcp",
                "https://tools.example/.well-known/oauth-protected-resource",
            ]
        );
    }
}
