//! Records in the OSV schema.

use std::fmt;

use portcullis_model::{Entry, Node, Severity, Span, Value};
use portcullis_wire::json::{self, Dialect, Limits};

use super::{Advisory, Event, canonical};
use crate::ecosystem::Ecosystem;

/// A longer record is not read.
const LONGEST: usize = 8 << 20;
/// Characters of a summary that are kept.
const SUMMARY: usize = 200;

/// A record that nothing can be learned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// It is no record of the OSV schema; why, as a lower-case fragment.
    Unreadable(String),
    /// It was taken back.
    Withdrawn,
    /// It speaks of no package of an ecosystem that is known here.
    Elsewhere,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "no advisory in the OSV schema: {why}"),
            Self::Withdrawn => f.write_str("withdrawn"),
            Self::Elsewhere => f.write_str("about packages of other ecosystems"),
        }
    }
}

/// Reads one record: an advisory for each package that it speaks of.
///
/// # Errors
/// Nothing can be learned from it.
pub fn read(bytes: &[u8]) -> Result<Vec<Advisory>, Unusable> {
    let limits = Limits { bytes: LONGEST, ..Limits::default() };
    let document = json::read(bytes, Dialect::Strict, &limits)
        .map_err(|fault| Unusable::Unreadable(fault.to_string()))?;
    of_node(&document.root)
}

pub(super) fn of_node(root: &Node) -> Result<Vec<Advisory>, Unusable> {
    let id = root.get_text("id").filter(|id| is_id(id));
    let id = id.ok_or_else(|| Unusable::Unreadable(String::from("it has no `id`")))?;
    if root.get("withdrawn").is_some_and(|withdrawn| withdrawn.text().is_some()) {
        return Err(Unusable::Withdrawn);
    }
    let affected = root.get("affected").map(Node::items).unwrap_or_default();
    let mut found: Vec<Advisory> = Vec::new();
    for part in affected {
        let Some((ecosystem, package)) = package(part) else { continue };
        let (ranges, versions) = (ranges(part), texts(part.get("versions")));
        match found.iter_mut().find(|known| known.ecosystem == ecosystem && known.package == package) {
            Some(known) => {
                known.ranges.extend(ranges);
                known.versions.extend(versions);
            }
            None => found.push(Advisory {
                id: id.to_owned(),
                aliases: texts(root.get("aliases")).into_iter().filter(|alias| is_id(alias)).collect(),
                summary: summary(root),
                severity: severity(root, part),
                ecosystem,
                package,
                ranges,
                versions,
            }),
        }
    }
    if found.is_empty() { Err(Unusable::Elsewhere) } else { Ok(found) }
}

fn is_id(id: &str) -> bool {
    (1..=100).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
}

fn package(part: &Node) -> Option<(Ecosystem, String)> {
    let package = part.get("package")?;
    let ecosystem = match package.get_text("ecosystem")? {
        "npm" => Ecosystem::Npm,
        "PyPI" => Ecosystem::Pypi,
        _ => return None,
    };
    Some((ecosystem, canonical(ecosystem, package.get_text("name")?)))
}

fn ranges(part: &Node) -> Vec<Vec<Event>> {
    let ranges = part.get("ranges").map(Node::items).unwrap_or_default().iter();
    let of_versions = ranges.filter(|range| matches!(range.get_text("type"), Some("SEMVER" | "ECOSYSTEM")));
    of_versions
        .map(|range| {
            range.get("events").map(Node::items).unwrap_or_default().iter().flat_map(events).collect()
        })
        .collect()
}

/// An event has one member; in older records it may have several.
fn events(node: &Node) -> impl Iterator<Item = Event> {
    let at = |name: &str| node.get_text(name).map(str::to_owned);
    let all = [
        at("introduced").map(Event::Introduced),
        at("fixed").map(Event::Fixed),
        at("last_affected").map(Event::LastAffected),
    ];
    all.into_iter().flatten()
}

fn texts(node: Option<&Node>) -> Vec<String> {
    node.map(Node::items).unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect()
}

/// The summary, else how the details begin.
fn summary(root: &Node) -> String {
    let said =
        ["summary", "details"].iter().find_map(|name| root.get_text(name).filter(|text| !text.is_empty()));
    let line = said.unwrap_or_default().lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.trim().chars().filter(|letter| !letter.is_control()).take(SUMMARY).collect()
}

fn severity(root: &Node, part: &Node) -> Option<Severity> {
    let of = |node: &Node, member: &str| node.get(member)?.get_text("severity").map(str::to_ascii_lowercase);
    let word = of(root, "database_specific")
        .or_else(|| of(part, "database_specific"))
        .or_else(|| of(part, "ecosystem_specific"))?;
    Some(match word.as_str() {
        "critical" => Severity::Critical,
        "high" => Severity::High,
        "moderate" | "medium" => Severity::Medium,
        "low" => Severity::Low,
        _ => return None,
    })
}

/// The record of one advisory with nothing but what is kept of it, in the schema that it was read in.
pub(super) fn write(advisory: &Advisory) -> Node {
    let ecosystem = if advisory.ecosystem == Ecosystem::Npm { "npm" } else { "PyPI" };
    let event = |event: &Event| match event {
        Event::Introduced(at) => map(vec![("introduced", text(at))]),
        Event::Fixed(at) => map(vec![("fixed", text(at))]),
        Event::LastAffected(at) => map(vec![("last_affected", text(at))]),
    };
    let range = |events: &Vec<Event>| {
        map(vec![("type", text("ECOSYSTEM")), ("events", list(events.iter().map(event).collect()))])
    };
    let package = map(vec![("ecosystem", text(ecosystem)), ("name", text(&advisory.package))]);
    let affected = map(vec![
        ("package", package),
        ("ranges", list(advisory.ranges.iter().map(range).collect())),
        ("versions", list(advisory.versions.iter().map(|version| text(version)).collect())),
    ]);
    let mut members = vec![
        ("id", text(&advisory.id)),
        ("aliases", list(advisory.aliases.iter().map(|alias| text(alias)).collect())),
        ("summary", text(&advisory.summary)),
        ("affected", list(vec![affected])),
    ];
    if let Some(severity) = advisory.severity {
        members.push(("database_specific", map(vec![("severity", text(severity.as_str()))])));
    }
    map(members)
}

fn node(value: Value) -> Node {
    Node { value, span: Span::UNKNOWN }
}

fn text(text: &str) -> Node {
    node(Value::Text(text.into()))
}

pub(super) fn list(items: Vec<Node>) -> Node {
    node(Value::List(items))
}

fn map(members: Vec<(&str, Node)>) -> Node {
    let entry = |(key, node): (&str, Node)| Entry { key: key.into(), key_span: Span::UNKNOWN, node };
    node(Value::Map(members.into_iter().map(entry).collect()))
}
