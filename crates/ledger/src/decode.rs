//! Records as they are read. Members that this version does not know are passed over.

use jiff::Timestamp;
use portcullis_model::{Confidentiality, Integrity, Label, Node, Threat, Value, Verdict};
use portcullis_wire::envelope::{Id, Kind};
use portcullis_wire::json::{self, Dialect, Limits};

use crate::chain::{LONGEST_LINE, read_hex};
use crate::record::{Approval, MessageDigest, Reason, Record, Ruling};

/// A record, its number and its time.
pub(crate) struct Decoded {
    pub(crate) seq: u64,
    pub(crate) time: Timestamp,
    pub(crate) record: Record,
}

/// Reads the line of a record. `Ok(None)` is a line of another kind.
pub(crate) fn line(bytes: &[u8]) -> Result<Option<Decoded>, String> {
    let limits = Limits { bytes: LONGEST_LINE, nodes: LONGEST_LINE / 2, ..Limits::default() };
    let document = json::read(bytes, Dialect::Strict, &limits).map_err(|fault| fault.to_string())?;
    let node = document.root;
    if node.get_text("type") != Some("record") {
        return match node.get_text("type") {
            Some("header" | "checkpoint" | "recovered") => Ok(None),
            _ => Err(String::from("it is no line of a ledger that this version knows")),
        };
    }
    let seq = number(&node, "seq").ok_or("`seq` is no number")?;
    let time = node.get_text("time").and_then(|time| time.parse().ok()).ok_or("`time` is no time")?;
    Ok(Some(Decoded { seq, time, record: record(&node)? }))
}

fn number(node: &Node, name: &str) -> Option<u64> {
    match &node.get(name)?.value {
        Value::Number(spelling) => spelling.parse().ok(),
        _ => None,
    }
}

fn owned(node: &Node, name: &str) -> Option<String> {
    node.get_text(name).map(ToOwned::to_owned)
}

fn texts(node: &Node, name: &str) -> Vec<std::borrow::Cow<'static, str>> {
    let items = node.get(name).map(Node::items).unwrap_or_default();
    items.iter().filter_map(|item| Some(item.text()?.to_owned().into())).collect()
}

fn record(node: &Node) -> Result<Record, String> {
    let word = |name: &str| node.get_text(name);
    let unknown = |name: &str| format!("`{name}` is a word that this version does not know");
    Ok(Record {
        event: word("event").unwrap_or_default().parse().map_err(|_| unknown("event"))?,
        session: owned(node, "session"),
        principal: owned(node, "principal"),
        server: owned(node, "server"),
        direction: word("direction")
            .map(|word| word.parse().map_err(|_| unknown("direction")))
            .transpose()?,
        kind: word("kind").map(|word| kind(word).ok_or_else(|| unknown("kind"))).transpose()?,
        method: owned(node, "method"),
        tool: owned(node, "tool"),
        request: node.get("request").and_then(request),
        digest: digest(node),
        label: label(node),
        capabilities: texts(node, "capabilities"),
        verdict: verdict(word("verdict").unwrap_or_default()).ok_or_else(|| unknown("verdict"))?,
        reasons: node.get("reasons").map(Node::items).unwrap_or_default().iter().filter_map(reason).collect(),
        findings: texts(node, "findings"),
        decision: owned(node, "decision"),
        policy: owned(node, "policy"),
        pin: owned(node, "pin"),
        approval: node
            .get("approval")
            .and_then(|approval| Some(Approval { id: owned(approval, "id")?, by: owned(approval, "by")? })),
        latency_us: number(node, "latency_us"),
        note: owned(node, "note"),
        message: node.get("message").map(|message| json::write(message).into_bytes()),
    })
}

/// The verdict of a word.
pub(crate) fn verdict(word: &str) -> Option<Verdict> {
    [Verdict::Allow, Verdict::Flag, Verdict::Ask, Verdict::Redact, Verdict::Deny]
        .into_iter()
        .find(|verdict| verdict.as_str() == word)
}

fn kind(word: &str) -> Option<Kind> {
    [Kind::Request, Kind::Notification, Kind::Response, Kind::Error]
        .into_iter()
        .find(|kind| crate::encode::kind_word(*kind) == word)
}

fn request(node: &Node) -> Option<Id> {
    match &node.value {
        Value::Text(text) => Some(Id::Text(text.clone())),
        Value::Number(spelling) => spelling.parse().ok().map(Id::Integer),
        _ => None,
    }
}

fn digest(node: &Node) -> Option<MessageDigest> {
    Some(MessageDigest {
        sha256: read_hex(node.get_text("sha256")?.as_bytes())?,
        bytes: number(node, "bytes")?,
    })
}

fn label(node: &Node) -> Option<Label> {
    let integrity = node.get_text("integrity")?;
    let confidentiality = node.get_text("confidentiality")?;
    Some(Label {
        integrity: [Integrity::Trusted, Integrity::Outside]
            .into_iter()
            .find(|it| it.as_str() == integrity)?,
        confidentiality: [Confidentiality::Public, Confidentiality::Private, Confidentiality::Secret]
            .into_iter()
            .find(|it| it.as_str() == confidentiality)?,
    })
}

fn reason(node: &Node) -> Option<Reason> {
    let by = match (owned(node, "rule"), owned(node, "policy")) {
        (Some(rule), _) => Ruling::Rule(rule.into()),
        (None, policy) => Ruling::Policy(policy?.into()),
    };
    let threats = node.get("threats").map(Node::items).unwrap_or_default();
    Some(Reason { by, threats: threats.iter().filter_map(|id| id.text()?.parse::<Threat>().ok()).collect() })
}
