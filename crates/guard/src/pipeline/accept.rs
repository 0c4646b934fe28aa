//! Accept: one message with one reading, of a method that is known, under an id that is free.

use portcullis_model::Node;
use portcullis_wire::envelope::{self, Envelope, Id};
use portcullis_wire::json::Limits;
use portcullis_wire::revision::{Era, Revision, Sender};

use super::way::Way;
use crate::refusal::Refusal;

/// The most requests of one side that wait for an answer.
const MOST_ASKED: usize = 1024;

/// The key under which a request of 2026-07-28 names its revision.
const REVISION_KEY: &str = "io.modelcontextprotocol/protocolVersion";

/// Reads a message strictly.
pub(super) fn read<'b>(way: &Way<'_>, bytes: &'b [u8]) -> Result<Envelope<'b>, Refusal> {
    let limits = Limits { bytes: way.guard.conduct.limits.message_bytes, ..Limits::default() };
    envelope::read(bytes, &limits).map_err(|fault| Refusal::invalid(fault.to_string()))
}

/// In which era a request of a client is made, and in which revision if it says so.
pub(super) fn era(envelope: &Envelope<'_>) -> (Era, Option<Revision>) {
    let named =
        envelope.params().and_then(|params| params.get("_meta")).and_then(|meta| meta.get_text(REVISION_KEY));
    match named {
        Some(named) => (Era::Modern, named.parse().ok()),
        None if envelope.method.as_deref() == Some("server/discover") => (Era::Modern, None),
        None => (Era::Legacy, None),
    }
}

/// Whether `sender` may send this request at all in this era. What the specification does not know is refused: a new
/// method could do anything.
pub(super) fn is_known_request(era: Era, sender: Sender, method: &str) -> bool {
    of(era).any(|revision| revision.knows_request(sender, method))
}

/// Whether `sender` may send this notification at all in this era.
pub(super) fn is_known_notification(era: Era, sender: Sender, method: &str) -> bool {
    of(era).any(|revision| revision.knows_notification(sender, method))
}

fn of(era: Era) -> impl Iterator<Item = &'static Revision> {
    Revision::ALL.iter().filter(move |revision| revision.era() == era)
}

/// An id that no unanswered request of the same side has.
pub(super) fn is_free<T>(asked: &std::collections::HashMap<Id, T>, id: &Id) -> Result<(), Refusal> {
    if asked.contains_key(id) {
        return Err(Refusal::invalid("another request with this id has not been answered; use a new id"));
    }
    if asked.len() >= MOST_ASKED {
        return Err(Refusal::decided(format!("{MOST_ASKED} requests wait for answers already")));
    }
    Ok(())
}

/// The name that a request of this method is about: a tool, a prompt, a resource.
pub(super) fn name<'m>(envelope: &'m Envelope<'_>, method: &str) -> Result<Option<&'m str>, Refusal> {
    let key = match method {
        "tools/call" | "prompts/get" => "name",
        "resources/read" | "resources/subscribe" | "resources/unsubscribe" => "uri",
        _ => return Ok(None),
    };
    let name = envelope.params().and_then(|params| params.get(key)).and_then(Node::text);
    match name.filter(|name| !name.is_empty()) {
        Some(name) => Ok(Some(name)),
        None => Err(Refusal::parameters(format!("`{method}` names nothing; give `{key}` as a text"))),
    }
}
