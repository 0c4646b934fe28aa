//! What is no request of the client and no answer to one: notifications of both sides, questions of the server, and the
//! client's answers to them.

use portcullis_flow::Channel;
use portcullis_model::{Node, Verdict};
use portcullis_policy::Action;
use portcullis_text::{Readings, Role};
use portcullis_wire::envelope::{Envelope, Id};
use portcullis_wire::revision::{Era, Sender};
use portcullis_wire::splice::Splice;

use super::request::words;
use super::way::{Facts, Way, always, facts_of};
use super::{accept, admit, decide, questions};
use crate::inspect;
use crate::passage::{Judged, Outcome, Reason};
use crate::refusal::Refusal;

/// How much of what notifications said is kept, in bytes: an order can be spread over several.
const MURMUR: usize = 2_048;

/// A notification of the client.
pub(super) fn client_notification(way: &Way<'_>, envelope: &Envelope<'_>) -> Judged {
    let facts = facts_of(envelope, Action::Other);
    let modern = way.session.state().server(way.server).is_modern();
    let era = if modern { Era::Modern } else { Era::Legacy };
    if !accept::is_known_notification(era, Sender::Client, facts.method) {
        return unknown(way, &facts);
    }
    let mut inner = facts;
    if inner.method == "notifications/cancelled" && !cancel(way, envelope) {
        let because = always("request-ids", &["X13"], "only a request of one's own can be cancelled");
        return way.end(&inner, way.decided(Verdict::Deny, vec![because]), Outcome::Drop);
    }
    if let Some(params) = envelope.params() {
        inner.inspection = inspect::texts(way.whose(None), params, Role::Argument);
    }
    settle(way, &inner)
}

/// Forgets a request; whether the server has to hear of it.
fn cancel(way: &Way<'_>, envelope: &Envelope<'_>) -> bool {
    let id = envelope.params().and_then(|params| params.get("requestId")).and_then(id_of);
    let Some(id) = id else { return false };
    let mut state = way.session.state();
    let server = state.server(way.server);
    server.waiting.remove(&id);
    server.asked.remove(&id).is_some()
}

fn id_of(node: &Node) -> Option<Id> {
    match &node.value {
        portcullis_model::Value::Text(text) => Some(Id::Text(text.clone())),
        portcullis_model::Value::Number(spelt) => spelt.parse().ok().map(Id::Integer),
        _ => None,
    }
}

/// The client's answer to a question of the server.
pub(super) fn client_answer(way: &Way<'_>, envelope: &Envelope<'_>) -> Judged {
    let mut facts = facts_of(envelope, Action::Other);
    let method = envelope.id.as_ref().and_then(|id| way.session.state().server(way.server).asking.remove(id));
    let Some(method) = method else {
        let because = always("request-ids", &["X13"], "an answer to a question that is not open");
        return way.end(&facts, way.decided(Verdict::Deny, vec![because]), Outcome::Drop);
    };
    facts.method = &method;
    if let Some(answer) = envelope.result().or_else(|| envelope.error()) {
        facts.inspection = inspect::texts(way.whose(None), answer, Role::Argument);
    }
    settle(way, &facts)
}

/// A question of the server to the person or the model.
pub(super) fn server_request(way: &Way<'_>, envelope: &Envelope<'_>) -> Judged {
    let mut facts = facts_of(envelope, Action::ReceiveRequest);
    let (limits, known, free) = {
        let mut state = way.session.state();
        let limits = admit::unasked(way, &mut state);
        let server = state.server(way.server);
        // In 2026-07-28 a server asks inside results only.
        let known = !server.is_modern()
            && accept::is_known_request(
                Era::Legacy,
                Sender::Server,
                envelope.method.as_deref().unwrap_or_default(),
            );
        let free = envelope.id.as_ref().map_or(Ok(()), |id| accept::is_free(&server.asking, id));
        (limits, known, free)
    };
    let stop =
        |why: &Refusal, because: Reason| way.refuse(&facts, way.decided(Verdict::Deny, vec![because]), why);
    if let Err((why, because)) = limits {
        return stop(&why, because);
    }
    if !known {
        let because =
            always("known-methods", &["T11"], "what the specification does not know is not passed on");
        return stop(&Refusal::unknown_method(), because);
    }
    if let Err(why) = free {
        return stop(&why, always("request-ids", &["X13"], "an id stands for one request at a time"));
    }
    if let Some(params) = envelope.params() {
        questions::look(way, params, &mut facts);
        facts.label = way.session.state().course.received(Channel::Unasked, way.server, facts.method, params);
    }
    let ruling = decide::decide(way, &facts);
    let enforced = !way.guard.conduct.dry_run;
    if enforced && (ruling.asks || ruling.decision.verdict >= Verdict::Ask) {
        // Nobody is asked about a question: the server may ask a better one.
        let why = Refusal::decided(words(&facts, &ruling.decision.because));
        return way.refuse(&facts, ruling.decision, &why);
    }
    if let Some(id) = facts.id {
        way.session.state().server(way.server).asking.insert(id.clone(), facts.method.into());
    }
    way.pass(&facts, ruling.decision)
}

/// A notification of the server.
pub(super) fn server_notification(way: &Way<'_>, envelope: &Envelope<'_>) -> Judged {
    let mut facts = facts_of(envelope, Action::ReceiveNotification);
    let (limits, modern) = {
        let mut state = way.session.state();
        (admit::unasked(way, &mut state), state.server(way.server).is_modern())
    };
    if let Err((_, because)) = limits {
        return way.end(&facts, way.decided(Verdict::Deny, vec![because]), Outcome::Drop);
    }
    let era = if modern { Era::Modern } else { Era::Legacy };
    if !accept::is_known_notification(era, Sender::Server, facts.method) {
        return unknown(way, &facts);
    }
    if let Some(params) = envelope.params() {
        let mut readings = Readings::default();
        facts.inspection = inspect::texts_read(way.whose(None), params, Role::Result, &mut readings);
        if facts.inspection.findings.is_empty() {
            facts.inspection.join(murmured(way, params));
        }
        if facts.method == "notifications/message" {
            let named = (way.server, facts.method);
            let course = &mut way.session.state().course;
            facts.label = course.received_read(Channel::Unasked, named, params, &readings);
        }
    }
    settle(way, &facts)
}

/// What the last notifications said together.
fn murmured(way: &Way<'_>, params: &Node) -> inspect::Inspection {
    let mut said = String::new();
    params.visit_texts(&mut portcullis_model::Pointer::root(), &mut |at, _| {
        if !at.is_key && at.text.len() > 2 {
            said.push_str(at.text);
            said.push(' ');
        }
    });
    let together = {
        let mut state = way.session.state();
        let murmur = &mut state.server(way.server).murmur;
        let known = !murmur.is_empty();
        murmur.push_str(&said);
        let from = murmur.ceil_char_boundary(murmur.len().saturating_sub(MURMUR));
        *murmur = murmur.get(from..).unwrap_or_default().to_owned();
        if known { murmur.clone() } else { String::new() }
    };
    let found = inspect::one(way.whose(None), &together, Role::Result);
    if found.score >= 0.8 {
        way.session.state().server(way.server).murmur.clear();
        return found;
    }
    inspect::Inspection::default()
}

/// Decides about a message that has no answer.
fn settle(way: &Way<'_>, facts: &Facts<'_>) -> Judged {
    let ruling = decide::decide(way, facts);
    if way.guard.conduct.dry_run {
        return way.pass(facts, ruling.decision);
    }
    let mut splice = Splice::new();
    let decision = way.redact(facts, Role::Result, ruling.decision, &mut splice);
    if ruling.asks || decision.verdict >= Verdict::Ask {
        return way.end(facts, decision, Outcome::Drop);
    }
    way.pass_as(facts, decision, way.spliced(&splice))
}

fn unknown(way: &Way<'_>, facts: &Facts<'_>) -> Judged {
    let because = always("known-methods", &["T11"], "what the specification does not know is not passed on");
    way.end(facts, way.decided(Verdict::Deny, vec![because]), Outcome::Drop)
}
