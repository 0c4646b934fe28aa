//! Lines as they are written. The twins of the records live here, so that a record itself has no format.

use std::borrow::Cow;

use portcullis_model::{Entry, Node, Value};
use portcullis_text::secret;
use portcullis_wire::envelope::{Id, Kind};
use portcullis_wire::json::{self, Dialect, Limits};
use serde::Serialize;

use crate::chain::hex;
use crate::neutral::{self, ENTRIES, NAME, NOTE};
use crate::record::{Record, Ruling};

/// The largest message that is kept, redacted and spelt compactly: a line stays well below its limit.
pub(crate) const LARGEST_MESSAGE: usize = 512 << 10;

/// The members of a record's line after its type, number and time.
#[derive(Serialize)]
struct RecordMembers<'a> {
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<RequestId<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidentiality: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    capabilities: Vec<Cow<'a, str>>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<ReasonMembers<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<ApprovalMembers<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum RequestId<'a> {
    Text(Cow<'a, str>),
    Integer(i64),
}

#[derive(Serialize)]
struct ReasonMembers<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<Cow<'a, str>>,
    threats: Vec<&'static str>,
}

#[derive(Serialize)]
struct ApprovalMembers<'a> {
    id: Cow<'a, str>,
    by: Cow<'a, str>,
}

fn name(text: &str) -> Cow<'_, str> {
    neutral::text(text, NAME)
}

fn names<'a>(texts: &'a [Cow<'static, str>]) -> Vec<Cow<'a, str>> {
    texts.iter().take(ENTRIES).map(|text| name(text)).collect()
}

fn optional(text: Option<&String>) -> Option<Cow<'_, str>> {
    text.map(|text| name(text))
}

/// The members of a record as JSON, from the first quotation mark to the closing brace. The message goes in only
/// when `content` is wanted.
pub(crate) fn record(record: &Record, content: bool) -> Result<String, serde_json::Error> {
    let members = RecordMembers {
        event: record.event.as_str(),
        session: optional(record.session.as_ref()),
        principal: optional(record.principal.as_ref()),
        server: optional(record.server.as_ref()),
        direction: record.direction.map(crate::record::Direction::as_str),
        kind: record.kind.map(kind_word),
        method: optional(record.method.as_ref()),
        tool: optional(record.tool.as_ref()),
        request: record.request.as_ref().map(|id| match id {
            Id::Text(text) => RequestId::Text(name(text)),
            Id::Integer(integer) => RequestId::Integer(*integer),
        }),
        bytes: record.digest.map(|digest| digest.bytes),
        sha256: record.digest.map(|digest| hex(&digest.sha256)),
        integrity: record.label.map(|label| label.integrity.as_str()),
        confidentiality: record.label.map(|label| label.confidentiality.as_str()),
        capabilities: names(&record.capabilities),
        verdict: record.verdict.as_str(),
        reasons: record.reasons.iter().take(ENTRIES).map(reason).collect(),
        findings: names(&record.findings),
        decision: optional(record.decision.as_ref()),
        policy: optional(record.policy.as_ref()),
        pin: optional(record.pin.as_ref()),
        approval: record
            .approval
            .as_ref()
            .map(|approval| ApprovalMembers { id: name(&approval.id), by: name(&approval.by) }),
        latency_us: record.latency_us,
        note: record.note.as_ref().map(|note| neutral::text(note, NOTE)),
    };
    let mut members = serde_json::to_string(&members)?;
    members.remove(0);
    if let Some(bytes) = record.message.as_ref().filter(|_| content) {
        members.pop();
        match redacted(bytes) {
            Ok(message) => {
                members.push_str(",\"message\":");
                members.push_str(&message);
            }
            Err(why) => {
                members.push_str(",\"message_omitted\":");
                members.push_str(&serde_json::to_string(why)?);
            }
        }
        members.push('}');
    }
    Ok(members)
}

fn reason(reason: &crate::record::Reason) -> ReasonMembers<'_> {
    let (rule, policy) = match &reason.by {
        Ruling::Rule(id) => (Some(name(id)), None),
        Ruling::Policy(id) => (None, Some(name(id))),
    };
    let threats = reason.threats.iter().take(ENTRIES).map(|threat| threat.id()).collect();
    ReasonMembers { rule, policy, threats }
}

/// The word for a kind of message.
pub(crate) const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Request => "request",
        Kind::Notification => "notification",
        Kind::Response => "response",
        Kind::Error => "error",
    }
}

/// The message as compact JSON with every secret redacted, or why it is left out.
fn redacted(bytes: &[u8]) -> Result<String, &'static str> {
    if bytes.len() > LARGEST_MESSAGE {
        return Err("larger than 512 KiB");
    }
    let document =
        json::read(bytes, Dialect::Strict, &Limits::default()).map_err(|_| "not a message in strict JSON")?;
    let mut root = document.root;
    redact(&mut root, "");
    let text = shown(json::write(&root));
    if text.len() > LARGEST_MESSAGE { Err("larger than 512 KiB") } else { Ok(text) }
}

/// The same JSON, with what hides or acts on a terminal spelt as escapes. It can stand in texts only.
fn shown(json: String) -> String {
    if !json.chars().any(neutral::is_hidden) {
        return json;
    }
    let mut shown = String::with_capacity(json.len() + 64);
    for character in json.chars() {
        if neutral::is_hidden(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Redacts every text and every key, and a value whose name says that it is secret.
fn redact(node: &mut Node, called: &str) {
    match &mut node.value {
        Value::Text(text) => {
            let shown = match secret::looks_secret(called, text) {
                Some(hit) if hit.span.len() == text.len() => secret::shown(hit.kind, text),
                _ => secret::redact(text).into_owned(),
            };
            if shown != **text {
                *text = shown.into();
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| redact(item, called)),
        Value::Map(entries) => {
            for Entry { key, node, .. } in entries {
                redact(node, key);
                if let Cow::Owned(shown) = secret::redact(key) {
                    *key = shown.into();
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
