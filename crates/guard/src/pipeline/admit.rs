//! Admit: not more, and not faster, than is allowed.

use std::time::Instant;

use super::way::{Facts, Way, always};
use crate::passage::Reason;
use crate::refusal::Refusal;
use crate::session::State;

/// Counts a request of the client against its rates and budgets.
pub(super) fn request(
    way: &Way<'_>,
    state: &mut State,
    facts: &mut Facts<'_>,
) -> Result<(), (Refusal, Reason)> {
    let (limits, now) = (&way.guard.conduct.limits, Instant::now());
    if !state.buckets.take(way.server, limits.requests, now) {
        return Err(too_much("too many requests to this server at a time; slow down"));
    }
    if let Some(tool) = facts.tool {
        let tool = format!("{}/{tool}", way.server);
        if !state.buckets.take(&tool, limits.calls, now) {
            return Err(too_much("too many calls of this tool at a time; slow down"));
        }
        facts.calls_minute = state.recent.count(&tool, now);
        if state.calls >= limits.session_calls {
            return Err(too_much("the session has used up its calls"));
        }
    }
    facts.calls_session = state.calls + 1;
    facts.bytes_session = state.bytes;
    if state.bytes >= limits.session_bytes {
        return Err(too_much("the session has used up its bytes"));
    }
    Ok(())
}

/// Counts what a server sends unasked.
pub(super) fn unasked(way: &Way<'_>, state: &mut State) -> Result<(), (Refusal, Reason)> {
    let name = format!("{}\0unasked", way.server);
    if state.buckets.take(&name, way.guard.conduct.limits.unasked, Instant::now()) {
        return Ok(());
    }
    Err(too_much("the server sends too much that nobody asked for"))
}

fn too_much(words: &str) -> (Refusal, Reason) {
    (Refusal::decided(words), always("limits", &["X12"], words))
}
