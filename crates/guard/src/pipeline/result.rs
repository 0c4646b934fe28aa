//! The answer of a server, from top to bottom.

use std::time::SystemTime;

use portcullis_flow::{Channel, Course};
use portcullis_model::{ItemKind, Node, Verdict};
use portcullis_policy::Action;
use portcullis_rules::capability;
use portcullis_text::{Readings, Role};
use portcullis_wire::envelope::{Envelope, Id};
use portcullis_wire::splice::{Splice, quoted};

use super::request::words;
use super::way::{Facts, Way, always, facts_of};
use super::{decide, list, opening, questions};
use crate::inspect;
use crate::passage::{Judged, Outcome};
use crate::refusal::Refusal;
use crate::roster::Place;
use crate::session::Asked;

/// From this score on a text is doubtful, as `portcullis judge` flags it.
const DOUBTFUL: f64 = 0.35;

/// Judges the answer to a request of the client.
pub(super) fn judge(way: &Way<'_>, envelope: &Envelope<'_>) -> Judged {
    let asked = envelope.id.as_ref().and_then(|id| way.session.state().server(way.server).asked.remove(id));
    let Some(asked) = asked else { return unasked(way, envelope) };
    let mut facts = facts_of(envelope, Action::ReceiveResult);
    accept(way, &asked, &mut facts);
    let Some(result) = envelope.result() else { return error(way, envelope, facts) };
    if let Err(why) = known_type(result) {
        let decision =
            way.decided(Verdict::Deny, vec![always("known-results", &["X13"], "an unknown kind of result")]);
        return way.refuse(&facts, decision, &why);
    }
    let mut splice = Splice::new();
    let mut readings = Readings::default();
    match &*asked.method {
        "initialize" | "server/discover" => opening::judge(way, result, &mut facts, &mut splice),
        "tools/list" | "prompts/list" | "resources/list" | "resources/templates/list" => {
            return list::judge(way, &asked, result, facts);
        }
        _ => inspect(way, &asked, result, &mut facts, &mut readings),
    }
    if result.get_text("resultType") == Some("input_required") {
        questions::judge(way, result, &mut facts);
    }
    label(way, &asked, envelope.id.as_ref(), (result, &readings), &mut facts);
    drop(readings);
    let mut ruling = decide::decide(way, &facts);
    if !way.guard.conduct.dry_run {
        ruling.decision = way.redact(&facts, role(&asked.method), ruling.decision, &mut splice);
        let refused = ruling.asks || ruling.decision.verdict == Verdict::Deny;
        if refused {
            let why = Refusal::decided(words(&facts, &ruling.decision.because));
            return way.refuse(&facts, ruling.decision, &why);
        }
        if let Err(why) = seal(way, &asked, result, &mut splice) {
            let decision =
                way.decided(Verdict::Deny, vec![always("request-state", &["X13"], "states are sealed")]);
            return way.refuse(&facts, decision, &why);
        }
    }
    let bytes = way.spliced(&splice);
    way.session.state().bytes += bytes.len() as u64;
    way.pass_as(&facts, ruling.decision, bytes)
}

/// What the request was.
fn accept<'m>(way: &Way<'_>, asked: &'m Asked, facts: &mut Facts<'m>) {
    facts.method = &asked.method;
    facts.modern = asked.modern;
    let mut state = way.session.state();
    let server = state.server(way.server);
    facts.revision = server.revision.map_or("", portcullis_wire::revision::Revision::as_str);
    match (&*asked.method, asked.name.as_deref()) {
        ("tools/call", Some(tool)) => {
            facts.tool = Some(tool);
            match server.roster.place(ItemKind::Tool, tool) {
                Place::Offered(offer) => {
                    facts.capabilities.clone_from(&offer.capabilities);
                    facts.body = Some(offer.body.clone());
                    facts.pin = offer.pin;
                }
                Place::Absent | Place::Unlisted => facts.capabilities = capability::of_text(tool, ""),
            }
        }
        (_, Some(name)) => facts.target = name,
        _ => {}
    }
}

/// An answer to nothing: late, invented, or to another client.
fn unasked(way: &Way<'_>, envelope: &Envelope<'_>) -> Judged {
    let mut facts = facts_of(envelope, Action::ReceiveResult);
    facts.id = None;
    let because = always("request-ids", &["X13"], "an answer to a request that is not open");
    way.end(&facts, way.decided(Verdict::Deny, vec![because]), Outcome::Drop)
}

/// An error is a text that a model reads, too (X11).
fn error<'m>(way: &Way<'_>, envelope: &'m Envelope<'_>, mut facts: Facts<'m>) -> Judged {
    let Some(error) = envelope.error() else { return unasked(way, envelope) };
    let mut readings = Readings::default();
    facts.inspection = inspect::texts_read(way.whose(facts.tool), error, Role::Result, &mut readings);
    if let (Some(id), Some(_)) = (facts.id, facts.tool) {
        let mut state = way.session.state();
        facts.label = state.course.result_read(&super::call_id(way.server, id), error, &readings);
        doubt(&mut state.course, &facts);
    }
    let mut ruling = decide::decide(way, &facts);
    if way.guard.conduct.dry_run {
        return way.pass(&facts, ruling.decision);
    }
    let mut splice = Splice::new();
    ruling.decision = way.redact(&facts, Role::Result, ruling.decision, &mut splice);
    if ruling.asks || ruling.decision.verdict == Verdict::Deny {
        let why = Refusal::decided(words(&facts, &ruling.decision.because));
        return way.refuse(&facts, ruling.decision, &why);
    }
    way.pass_as(&facts, ruling.decision, way.spliced(&splice))
}

/// What a result of this kind means, only the kinds that are known can be judged (SEP-2322, SEP-2663).
fn known_type(result: &Node) -> Result<(), Refusal> {
    match result.get("resultType").map(Node::text) {
        None | Some(Some("complete" | "input_required" | "task")) => Ok(()),
        _ => Err(Refusal::decided("the server answered with a kind of result that nobody here knows")),
    }
}

/// Inspect: every text of the result, with all rules.
fn inspect<'n>(
    way: &Way<'_>,
    asked: &Asked,
    result: &'n Node,
    facts: &mut Facts<'_>,
    readings: &mut Readings<'n>,
) {
    for entry in result.entries().iter().filter(|entry| &*entry.key != "requestState") {
        let role = role(&asked.method);
        facts.inspection.join(inspect::texts_read(way.whose(facts.tool), &entry.node, role, readings));
    }
}

fn role(method: &str) -> Role {
    match method {
        "prompts/get" => Role::Prompt,
        "resources/read" => Role::Resource,
        "tools/call" | "completion/complete" | "tasks/get" | "tasks/result" => Role::Result,
        _ => Role::Other,
    }
}

/// Label: the session learns what came in, and from where.
fn label(
    way: &Way<'_>,
    asked: &Asked,
    id: Option<&Id>,
    (result, readings): (&Node, &Readings<'_>),
    facts: &mut Facts<'_>,
) {
    let mut state = way.session.state();
    facts.label = match (&*asked.method, id) {
        ("tools/call", Some(id)) => {
            state.course.result_read(&super::call_id(way.server, id), result, readings)
        }
        ("prompts/get", _) => {
            state.course.received_read(Channel::Prompt, (way.server, facts.target), result, readings)
        }
        ("resources/read", _) => {
            state.course.received_read(Channel::Resource, (way.server, facts.target), result, readings)
        }
        // The result of a call that became a task comes in here.
        ("tasks/get" | "tasks/result", _) => {
            state.course.received_read(Channel::Unasked, (way.server, facts.method), result, readings)
        }
        _ => facts.label,
    };
    doubt(&mut state.course, facts);
}

/// The course learns that rules spoke on what it has just taken in: what follows from it is looked at harder.
fn doubt(course: &mut Course, facts: &Facts<'_>) {
    if facts.inspection.score >= DOUBTFUL
        && matches!(
            facts.method,
            "tools/call" | "prompts/get" | "resources/read" | "tasks/get" | "tasks/result"
        )
    {
        course.doubted();
    }
}

/// Seals the state that the client will bring back, and makes one where the server gave none: answers without a state
/// are never taken.
fn seal(way: &Way<'_>, asked: &Asked, result: &Node, splice: &mut Splice) -> Result<(), Refusal> {
    let state = result.get("requestState");
    if result.get_text("resultType") != Some("input_required") && state.is_none() {
        return Ok(());
    }
    if state.is_some_and(|state| state.text().is_none()) {
        return Err(Refusal::decided("the server's `requestState` is no text"));
    }
    let sealed = way
        .guard
        .sealer
        .seal(state.and_then(Node::text), &asked.binding, SystemTime::now())
        .map_err(|_| Refusal::decided("the server's `requestState` cannot be sealed: it is too large"))?;
    match state {
        Some(state) => splice.replace_text(state, &sealed),
        None => splice.insert_member(result, "requestState", &quoted(&sealed)),
    }
    Ok(())
}
