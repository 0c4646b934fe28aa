//! A request of the client, from top to bottom.

use std::time::SystemTime;

use bytes::Bytes;
use portcullis_flow::Call;
use portcullis_model::{ItemKind, Node, Span, Value, Verdict};
use portcullis_policy::{Action, PinState};
use portcullis_rules::capability;
use portcullis_text::Role;
use portcullis_wire::envelope::Envelope;
use portcullis_wire::revision::Sender;
use portcullis_wire::schema;
use portcullis_wire::splice::Splice;

use super::way::{Facts, Way, always, facts_of};
use super::{accept, admit, binding, decide};
use crate::inspect;
use crate::passage::{Judged, Reason};
use crate::refusal::Refusal;
use crate::roster::{Place, Schema};
use crate::seal::SealError;
use crate::session::Asked;

/// Why a request does not pass, before any policy was asked.
type Stop = (Refusal, Option<Reason>);

/// Judges a request of the client.
pub(super) fn judge(way: &Way<'_>, envelope: &Envelope<'_>) -> Judged {
    let mut facts = facts_of(envelope, Action::Other);
    let request = binding::of_request(way, facts.method, envelope.params());
    let ready = accept(way, envelope, &mut facts)
        .and_then(|()| admit(way, &mut facts))
        .and_then(|()| resolve(way, &mut facts))
        .and_then(|()| open_state(way, envelope, &mut facts, &request));
    let bytes = match ready {
        Ok(bytes) => bytes,
        Err((why, because)) => {
            let decision = way.decided(Verdict::Deny, because.into_iter().collect());
            return remembered(way, &facts, request, way.refuse(&facts, decision, &why));
        }
    };
    inspect(way, envelope, &mut facts);
    label(way, &mut facts);
    let mut ruling = decide::decide(way, &facts);
    if ruling.asks {
        facts.approval = decide::approval(way, &facts, &request, &ruling);
        if facts.approval.is_some() {
            ruling = decide::decide(way, &facts);
        }
    }
    let enforced = !way.guard.conduct.dry_run;
    if enforced && ruling.asks {
        let outcome = decide::ask(way, &facts, &request, &ruling);
        return way.end(&facts, ruling.decision, outcome);
    }
    if enforced && ruling.decision.verdict >= Verdict::Redact {
        // A part of a request that is taken out would make it another request: it is refused as a whole.
        let why = Refusal::decided(words(&facts, &ruling.decision.because));
        return way.refuse(&facts, ruling.decision, &why);
    }
    let judged = way.pass_as(&facts, ruling.decision, bytes);
    remembered(way, &facts, request, judged)
}

/// What passes is remembered, whatever was thought of it: its answer is expected.
fn remembered(way: &Way<'_>, facts: &Facts<'_>, request: [u8; 32], judged: Judged) -> Judged {
    if matches!(judged.outcome, crate::passage::Outcome::Forward(_)) {
        sent(way, facts, request);
    }
    judged
}

/// Accept: a method that is known, a name where one is due, an id that is free.
fn accept<'m>(way: &Way<'_>, envelope: &'m Envelope<'_>, facts: &mut Facts<'m>) -> Result<(), Stop> {
    let (era, revision) = accept::era(envelope);
    facts.modern = era == portcullis_wire::revision::Era::Modern;
    let mut state = way.session.state();
    let server = state.server(way.server);
    if revision.is_some() {
        server.revision = revision;
    }
    facts.revision = server.revision.map_or("", portcullis_wire::revision::Revision::as_str);
    if !accept::is_known_request(era, Sender::Client, facts.method) {
        return Err((Refusal::unknown_method(), Some(unknown_method())));
    }
    if let Some(id) = facts.id {
        accept::is_free(&server.asked, id).map_err(|why| (why, Some(reused_id())))?;
    }
    facts.action = action(facts.method);
    let name = accept::name(envelope, facts.method).map_err(|why| (why, None))?;
    match facts.action {
        Action::CallTool => facts.tool = name,
        _ => facts.target = name.unwrap_or_default(),
    }
    facts.arguments = envelope.params().and_then(|params| params.get("arguments"));
    facts.next_page = envelope.params().is_some_and(|params| params.get("cursor").is_some());
    if facts.arguments.is_some_and(|arguments| !arguments.is_map()) {
        return Err((Refusal::parameters("`arguments` is no object"), None));
    }
    Ok(())
}

/// Admit: rates and budgets.
fn admit(way: &Way<'_>, facts: &mut Facts<'_>) -> Result<(), Stop> {
    let mut state = way.session.state();
    admit::request(way, &mut state, facts).map_err(|(why, because)| (why, Some(because)))
}

/// Resolve: the tool that the live roster holds, as it is pinned; and its schema.
fn resolve(way: &Way<'_>, facts: &mut Facts<'_>) -> Result<(), Stop> {
    let Some(tool) = facts.tool else { return Ok(()) };
    let mut state = way.session.state();
    match state.server(way.server).roster.place(ItemKind::Tool, tool) {
        Place::Offered(offer) => {
            facts.capabilities.clone_from(&offer.capabilities);
            facts.body = Some(offer.body.clone());
            facts.pin = offer.pin;
            let schema = offer.schema.clone();
            drop(state);
            fits(&schema, facts.arguments)
        }
        Place::Absent => Err((
            Refusal::parameters("unknown tool: the server's list does not hold it"),
            Some(always("live-roster", &["X06"], "only what the live list holds can be called")),
        )),
        Place::Unlisted => {
            facts.capabilities = capability::of_text(tool, "");
            facts.pin = PinState::Unpinned;
            Ok(())
        }
    }
}

/// Methods that a server may answer with questions.
const ASKING: [&str; 3] = ["tools/call", "prompts/get", "resources/read"];

/// Whether the arguments fit the tool's schema. What cannot be checked does not pass.
fn fits(schema: &Schema, arguments: Option<&Node>) -> Result<(), Stop> {
    let because = || Some(always("argument-schema", &["T07"], "arguments have to fit the tool's schema"));
    match schema {
        Schema::None => Ok(()),
        Schema::Ready(schema) => check(schema, arguments.unwrap_or(&nothing())).map_err(|why| {
            (Refusal::parameters(format!("the arguments do not fit the tool's schema: {why}")), because())
        }),
        Schema::Unusable(why) => {
            Err((Refusal::decided(format!("the tool's schema cannot be judged: {why}")), because()))
        }
    }
}

/// Checks the arguments; null stands for what is left out, as many models write it.
fn check(schema: &schema::Schema, arguments: &Node) -> Result<(), schema::Refusal> {
    let Err(why) = schema.check(arguments) else { return Ok(()) };
    let given = arguments.entries().iter().filter(|entry| entry.node.value != Value::Null);
    let given: Vec<_> = given.cloned().collect();
    if given.len() == arguments.entries().len() {
        return Err(why);
    }
    let given = Node { value: Value::Map(given), span: arguments.span };
    schema.check(&given).map_err(|_| why)
}

/// Opens the request state that this call was given; the bytes that the server may see.
fn open_state(
    way: &Way<'_>,
    envelope: &Envelope<'_>,
    facts: &mut Facts<'_>,
    request: &[u8; 32],
) -> Result<Bytes, Stop> {
    // In a dry run no state was sealed, so none is opened.
    let may_ask = facts.modern && ASKING.contains(&facts.method) && !way.guard.conduct.dry_run;
    let Some(params) = envelope.params().filter(|_| may_ask) else { return Ok(way.bytes.clone()) };
    let (state, answers) = (params.get("requestState"), params.get("inputResponses"));
    if state.is_none() && answers.is_none() {
        return Ok(way.bytes.clone());
    }
    let stop = |words: &str| {
        let because =
            always("request-state", &["X13", "T13"], "answers are taken for the call that was asked");
        (Refusal::protocol(words), Some(because))
    };
    let Some(sealed) = state.and_then(Node::text) else {
        return Err(stop(
            "`inputResponses` came without the `requestState` of the answer that asked for them",
        ));
    };
    let opened = way.guard.sealer.open(sealed, request, SystemTime::now()).map_err(|error| match error {
        SealError::Expired => stop("the `requestState` is older than an hour; make the call anew"),
        _ => stop("the `requestState` was not given for this call; make the call anew"),
    })?;
    let mut splice = Splice::new();
    match (opened, state) {
        (Some(opened), Some(node)) => splice.replace_text(node, &opened),
        _ => splice.remove_member(params, "requestState"),
    }
    Ok(Bytes::from(splice.apply(&way.bytes)))
}

/// Inspect: every text of the parameters, with all rules.
fn inspect(way: &Way<'_>, envelope: &Envelope<'_>, facts: &mut Facts<'_>) {
    let Some(params) = envelope.params() else { return };
    let name = facts.tool;
    for entry in params.entries().iter().filter(|entry| !matches!(&*entry.key, "_meta" | "requestState")) {
        facts.inspection.join(inspect::texts(way.whose(name), &entry.node, Role::Argument));
    }
}

/// Label: where the arguments come from, and what that says of the call.
fn label(way: &Way<'_>, facts: &mut Facts<'_>) {
    let (Some(tool), Some(id)) = (facts.tool, facts.id) else { return };
    let empty = nothing();
    let id = super::call_id(way.server, id);
    let call = Call { id: &id, server: way.server, tool, arguments: facts.arguments.unwrap_or(&empty) };
    let assessment = way.session.state().course.call(&call);
    facts.label = assessment.label;
    facts.advice = assessment.advice;
    facts.chain = assessment.because.iter().map(|link| link.words.clone()).collect();
}

/// Remembers that a request was sent on.
fn sent(way: &Way<'_>, facts: &Facts<'_>, binding: [u8; 32]) {
    let mut state = way.session.state();
    if let (Some(tool), Some(id)) = (facts.tool, facts.id) {
        let empty = nothing();
        let id = super::call_id(way.server, id);
        let arguments = facts.arguments.unwrap_or(&empty);
        state.course.called(&Call { id: &id, server: way.server, tool, arguments });
        state.calls += 1;
    }
    let Some(id) = facts.id else { return };
    let asked = Asked {
        method: facts.method.into(),
        name: facts.tool.or((!facts.target.is_empty()).then_some(facts.target)).map(Into::into),
        next_page: facts.next_page,
        binding,
        modern: facts.modern,
    };
    state.server(way.server).asked.insert(id.clone(), asked);
}

/// What a call without arguments passes.
fn nothing() -> Node {
    Node { value: Value::Map(Vec::new()), span: Span::UNKNOWN }
}

fn action(method: &str) -> Action {
    match method {
        "tools/call" => Action::CallTool,
        "tools/list" | "prompts/list" | "resources/list" | "resources/templates/list" => Action::List,
        "resources/read" => Action::ReadResource,
        "prompts/get" => Action::GetPrompt,
        "completion/complete" => Action::Complete,
        "resources/subscribe" | "resources/unsubscribe" | "subscriptions/listen" => Action::Subscribe,
        _ => Action::Other,
    }
}

/// Why, in one sentence: the policies' words, and the chain of the data.
pub(super) fn words(facts: &Facts<'_>, because: &[Reason]) -> String {
    let mut words: Vec<&str> =
        because.iter().map(|reason| &*reason.words).filter(|words| !words.is_empty()).take(2).collect();
    words.extend(facts.chain.iter().map(String::as_str).take(2));
    if words.is_empty() { String::from("nothing permits it") } else { words.join("; ") }
}

fn unknown_method() -> Reason {
    always("known-methods", &["T11"], "what the specification does not know is not passed on")
}

fn reused_id() -> Reason {
    always("request-ids", &["X13"], "an id stands for one request at a time")
}

#[cfg(test)]
mod tests {
    use portcullis_wire::json::{self, Dialect, Limits};

    use super::*;

    fn read(text: &str) -> Node {
        json::read(text.as_bytes(), Dialect::Strict, &Limits::default()).expect("JSON").root
    }

    #[test]
    fn null_stands_for_an_argument_that_may_be_left_out_and_for_no_other() {
        let schema = read(
            r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"boolean"}},"required":["a"]}"#,
        );
        let schema = schema::Schema::compile(&schema, &schema::Limits::default()).expect("a schema");
        assert!(check(&schema, &read(r#"{"a":"x","b":null}"#)).is_ok());
        assert!(check(&schema, &read(r#"{"a":null,"b":true}"#)).is_err());
        assert!(check(&schema, &read(r#"{"a":"x","b":"yes"}"#)).is_err());
    }
}
