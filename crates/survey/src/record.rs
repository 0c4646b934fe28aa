//! Listings and observations as JSON Lines: the two formats that other programs write and read.
//!
//! A listing: `{"registry","name","seen"}` and optionally `url`, `repository`, `packages`, `remotes`, `publisher`, `config`
//! and what else [`Listing`] knows. An observation: `{"subject","seen","status","facts"}`. Unknown members are passed
//! over; a member of the wrong kind makes the line one that was not understood.

mod time;

use portcullis_model::listing::{
    ListedPackage, ListedRepository, Listing, Moment, Observation, ObservedStatus, Subject,
};
use portcullis_model::{Node, Value};
use portcullis_wire::json::{self, Dialect, Limits};

pub use time::{day_in, moment, rfc3339};

/// Longest line. A listing with all its tools is shorter.
pub const LONGEST_LINE: usize = 4 << 20;

/// Deeper and larger lines are no listings.
const LIMITS: Limits = Limits { bytes: LONGEST_LINE, depth: 32, nodes: 100_000, string_bytes: LONGEST_LINE };

/// What a line holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// An entry of a registry.
    Listing(Box<Listing>),
    /// What was seen of a subject.
    Observation(Observation),
}

/// Reads one line.
///
/// # Errors
/// Why it is neither.
pub fn read(line: &[u8]) -> Result<Record, String> {
    let document = json::read(line, Dialect::Strict, &LIMITS).map_err(|fault| fault.message)?;
    let root = &document.root;
    if !root.is_map() {
        return Err(format!("it is {}; a record is an object", root.kind()));
    }
    match (root.get("registry"), root.get("subject")) {
        (Some(_), _) => listing(root).map(|listing| Record::Listing(Box::new(listing))),
        (None, Some(_)) => observation(root).map(Record::Observation),
        (None, None) => Err(String::from("it has neither `registry` and `name` nor `subject`")),
    }
}

fn listing(root: &Node) -> Result<Listing, String> {
    let repository = text(root, "repository")?;
    let repository = match repository {
        Some(url) => Some(ListedRepository {
            url,
            id: text(root, "repository_id")?,
            subfolder: text(root, "subfolder")?,
        }),
        None => None,
    };
    let mut packages = Vec::new();
    for package in list(root, "packages")? {
        packages.push(ListedPackage {
            kind: needed(package, "type")?,
            name: needed(package, "name")?,
            version: text(package, "version")?,
            digest: text(package, "digest")?,
        });
    }
    Ok(Listing {
        registry: needed(root, "registry")?,
        name: needed(root, "name")?,
        title: text(root, "title")?,
        description: text(root, "description")?,
        page: text(root, "url")?,
        repository,
        packages,
        remotes: texts(root, "remotes")?,
        publisher: text(root, "publisher")?,
        config: text(root, "config")?,
        tools: texts(root, "tools")?,
        status: text(root, "status")?,
        version: text(root, "version")?,
        published: time(root, "published")?,
        updated: time(root, "updated")?,
        language: text(root, "language")?,
        reach: count(root, "reach")?,
        seen: time(root, "seen")?.ok_or("`seen` is missing; write when it was seen")?,
    })
}

fn observation(root: &Node) -> Result<Observation, String> {
    let word = needed(root, "status")?;
    let words = || ObservedStatus::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(", ");
    let status = ObservedStatus::read(&word).ok_or_else(|| format!("`status` is none of {}", words()))?;
    let facts = match root.get("facts") {
        Some(facts) if !facts.is_map() => return Err(String::from("`facts` is no object")),
        Some(facts) => facts_of(facts),
        None => Vec::new(),
    };
    Ok(Observation {
        subject: Subject::read(&needed(root, "subject")?),
        seen: time(root, "seen")?.ok_or("`seen` is missing; write when it was seen")?,
        status,
        facts,
    })
}

/// Texts, numbers and truth values by name, in the order of their names.
fn facts_of(node: &Node) -> Vec<(String, String)> {
    let plain = |node: &Node| match &node.value {
        Value::Text(text) => Some(text.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    };
    let mut facts: Vec<(String, String)> = node
        .entries()
        .iter()
        .filter_map(|entry| Some((entry.key.to_string(), plain(&entry.node)?)))
        .collect();
    facts.sort_unstable();
    facts
}

fn of_kind<T>(node: &Node, key: &str, wanted: &str, value: Option<T>) -> Result<T, String> {
    value.ok_or_else(|| format!("`{key}` is {}; it has to be {wanted}", node.kind()))
}

/// The member, unless it is not there or null.
fn member<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).filter(|node| node.value != Value::Null)
}

fn text(node: &Node, key: &str) -> Result<Option<String>, String> {
    member(node, key).map(|node| of_kind(node, key, "a text", node.text().map(str::to_owned))).transpose()
}

fn needed(node: &Node, key: &str) -> Result<String, String> {
    text(node, key)?.ok_or_else(|| format!("`{key}` is missing"))
}

fn list<'n>(node: &'n Node, key: &str) -> Result<&'n [Node], String> {
    member(node, key)
        .map_or(Ok(&[]), |node| of_kind(node, key, "a list", node.is_list().then(|| node.items())))
}

fn texts(node: &Node, key: &str) -> Result<Vec<String>, String> {
    let all = list(node, key)?.iter();
    all.map(|node| of_kind(node, key, "a list of texts", node.text().map(str::to_owned))).collect()
}

fn time(node: &Node, key: &str) -> Result<Option<Moment>, String> {
    let Some(text) = text(node, key)? else { return Ok(None) };
    moment(&text).map(Some).ok_or_else(|| format!("`{key}` is no time; write 2026-11-21T12:00:00Z"))
}

fn count(node: &Node, key: &str) -> Result<Option<u64>, String> {
    let Some(node) = member(node, key) else { return Ok(None) };
    let number = match &node.value {
        Value::Number(number) => number.parse().ok(),
        _ => None,
    };
    of_kind(node, key, "a whole number", number).map(Some)
}

/// Facts as the JSON object that the table holds.
#[must_use]
pub fn facts_to_json(facts: &[(String, String)]) -> String {
    let map: std::collections::BTreeMap<&str, &str> =
        facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    serde_json::to_string(&map).unwrap_or_default()
}

/// Facts of the JSON object that the table holds; none when it is none.
#[must_use]
pub fn facts_from_json(text: &str) -> Vec<(String, String)> {
    json::read(text.as_bytes(), Dialect::Strict, &LIMITS)
        .map(|document| facts_of(&document.root))
        .unwrap_or_default()
}
