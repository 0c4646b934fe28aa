//! How a refusal is told: to the model as a tool error that it can read, to every other caller as a JSON-RPC error.
//!
//! Only our own words are in it, and the id under which a person finds the whole decision.

use bytes::Bytes;
use portcullis_wire::envelope::Id;
use portcullis_wire::splice::quoted;

use crate::passage::{Decision, ReasonKind};

/// The JSON-RPC error code of a refusal.
const REFUSED: i32 = -32_011;
/// The most reasons that are told.
const TOLD: usize = 4;

/// Why something does not pass, in the words of JSON-RPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The error code where it is told as an error.
    pub(crate) code: i32,
    /// One sentence for people and models.
    pub(crate) words: String,
    /// Whether it is told as an error even to who calls a tool: it is the client's doing, and no model can mend it.
    pub(crate) is_protocol: bool,
}

impl Refusal {
    /// Refused by a decision.
    pub(crate) fn decided(words: impl Into<String>) -> Self {
        Self { code: REFUSED, words: words.into(), is_protocol: false }
    }

    /// No message of the protocol: -32600.
    pub(crate) fn invalid(words: impl Into<String>) -> Self {
        Self { code: -32_600, words: words.into(), is_protocol: false }
    }

    /// A method that nobody here knows: -32601.
    pub(crate) fn unknown_method() -> Self {
        Self { code: -32_601, words: String::from("method not found"), is_protocol: false }
    }

    /// Parameters that cannot be meant: -32602.
    pub(crate) fn parameters(words: impl Into<String>) -> Self {
        Self { code: -32_602, words: words.into(), is_protocol: false }
    }

    /// Parameters that the client, not the model, has to get right: -32602.
    pub(crate) fn protocol(words: impl Into<String>) -> Self {
        Self { is_protocol: true, ..Self::parameters(words) }
    }
}

/// The answer to a tool call: an error in the result, which models read and hosts show.
pub(crate) fn tool_error(id: &Id, modern: bool, refusal: &Refusal, decision: &Decision) -> Bytes {
    let kind = if modern { "\"resultType\":\"complete\"," } else { "" };
    Bytes::from(format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{{{kind}\"content\":[{{\"type\":\"text\",\"text\":{}}}],\"isError\":true,\"_meta\":{{{}}}}}}}",
        spelt(Some(id)),
        quoted(&told(refusal, decision)),
        facts(decision),
    ))
}

/// The answer to any other request, and in the place of a result that does not pass.
pub(crate) fn error(id: Option<&Id>, refusal: &Refusal, decision: &Decision) -> Bytes {
    Bytes::from(format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":{},\"error\":{{\"code\":{},\"message\":{},\"data\":{{{}}}}}}}",
        spelt(id),
        refusal.code,
        quoted(&told(refusal, decision)),
        facts(decision),
    ))
}

fn spelt(id: Option<&Id>) -> String {
    match id {
        Some(Id::Text(text)) => quoted(text),
        Some(Id::Integer(integer)) => integer.to_string(),
        None => String::from("null"),
    }
}

fn told(refusal: &Refusal, decision: &Decision) -> String {
    if decision.because.is_empty() && refusal.code != REFUSED {
        return format!("{} (portcullis decision {})", refusal.words, decision.id);
    }
    let mut told = format!("Portcullis stopped this: {}.", refusal.words);
    for reason in decision.because.iter().take(TOLD) {
        let kind = match reason.kind {
            ReasonKind::Rule => "rule",
            ReasonKind::Policy => "policy",
        };
        told.push_str(&format!(" [{kind} {}", reason.id));
        if !reason.threats.is_empty() {
            told.push_str(&format!(", {}", reason.threats.join(" ")));
        }
        told.push(']');
    }
    told.push_str(&format!(
        " Decision {}; the person can look it up with `portcullis ledger query --id {}`.",
        decision.id, decision.id
    ));
    told
}

fn facts(decision: &Decision) -> String {
    let of = |kind: ReasonKind| {
        let ids: Vec<String> = decision
            .because
            .iter()
            .filter(|reason| reason.kind == kind)
            .map(|reason| quoted(&reason.id))
            .collect();
        ids.join(",")
    };
    format!(
        "\"portcullis/decision\":{{\"id\":{},\"verdict\":\"{}\",\"rules\":[{}],\"policies\":[{}]}}",
        quoted(&decision.id),
        decision.verdict,
        of(ReasonKind::Rule),
        of(ReasonKind::Policy)
    )
}
