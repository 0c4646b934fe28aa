//! Decide: the policies, over everything that is known; and the person, where they say so.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use portcullis_model::{Threat, Verdict};
use portcullis_policy::{Advice, Budgets, Findings, Flow, Labels, Moment, Principal, Question, Server, Tool};

use super::binding;
use super::way::{Facts, Way};
use crate::approval::Ask;
use crate::passage::{Decision, Outcome, Pending, Reason, ReasonKind};
use crate::refusal::Refusal;

/// The most characters of a message that a person is shown.
const SHOWN: usize = 2_000;

/// What the policies say of a message.
pub(super) struct Ruling {
    /// The decision.
    pub(super) decision: Decision,
    /// Whether a person has to decide first.
    pub(super) asks: bool,
    /// The revision of the policies.
    pub(super) revision: String,
}

/// Asks the policies.
pub(super) fn decide(way: &Way<'_>, facts: &Facts<'_>) -> Ruling {
    let rules: Vec<&str> = each_once(facts.inspection.findings.iter().map(|finding| finding.rule.as_str()));
    let mut threats: Vec<Threat> =
        facts.inspection.findings.iter().flat_map(|finding| finding.threats.iter().copied()).collect();
    threats.sort_unstable();
    threats.dedup();
    let chain: Vec<&str> = facts.chain.iter().map(String::as_str).collect();
    let principal = &way.session.principal;
    let server = Server { name: way.server, ..Server::default() };
    let speaks = Principal { issuer: &principal.issuer, subject: &principal.subject, groups: &[] };
    let question = Question {
        tool: facts.tool.map(|name| tool(way, name, facts)),
        method: facts.method,
        revision: facts.revision,
        target: facts.target,
        size: way.bytes.len() as u64,
        arguments: facts.arguments,
        labels: Labels { label: facts.label, sources: &[] },
        flow: Flow { advice: advice(facts.advice), because: &chain },
        findings: Findings { worst: facts.inspection.worst(), rules: &rules, threats: &threats },
        pin: facts.pin,
        budgets: Budgets {
            calls_session: facts.calls_session,
            calls_tool_minute: facts.calls_minute,
            bytes_session: facts.bytes_session,
        },
        moment: now(way),
        secrets: facts.inspection.secrets,
        asks_for_secret: facts.asks_for_secret,
        approved: facts.approval.is_some(),
        ..Question::new(facts.action, speaks, server)
    };
    let said = way.guard.policies.current().decide(&question);
    let mut because: Vec<Reason> = said
        .reasons
        .iter()
        .filter(|reason| reason.verdict > Verdict::Allow)
        .map(|reason| Reason {
            kind: ReasonKind::Policy,
            id: reason.policy.as_ref().into(),
            threats: reason.threats.iter().map(|threat| threat.id().into()).collect(),
            words: reason.text.as_ref().into(),
        })
        .collect();
    because.extend(facts.inspection.findings.iter().map(|finding| Reason {
        kind: ReasonKind::Rule,
        id: finding.rule.as_str().into(),
        threats: finding.threats.iter().map(|threat| threat.id().into()).collect(),
        words: "".into(),
    }));
    because.dedup();
    let asks = said.waits_for_a_person();
    Ruling { decision: way.decided(said.verdict, because), asks, revision: said.revision.to_string() }
}

fn each_once<'r>(rules: impl Iterator<Item = &'r str>) -> Vec<&'r str> {
    let mut once = Vec::new();
    for rule in rules {
        if !once.contains(&rule) {
            once.push(rule);
        }
    }
    once
}

fn tool<'f>(way: &Way<'_>, name: &'f str, facts: &Facts<'f>) -> Tool<'f> {
    let can = &facts.capabilities;
    let accepts = |tool: &String| tool.split_once('/') == Some((way.server, name));
    Tool {
        name,
        ingests: can.ingests.is_some(),
        reads_private: can.reads_private.is_some(),
        reaches_network: can.reaches_network.is_some(),
        writes: can.writes.is_some(),
        deletes: can.deletes.is_some(),
        sends: can.sends.is_some(),
        executes: can.executes.is_some(),
        spends_money: can.spends_money.is_some(),
        accepts_secrets: way.guard.conduct.accept_secrets.iter().any(accepts),
        pinned: facts.body.is_some(),
        approved: facts.pin == portcullis_policy::PinState::Same,
    }
}

const fn advice(verdict: Verdict) -> Advice {
    match verdict {
        Verdict::Allow | Verdict::Flag => Advice::Allow,
        Verdict::Ask => Advice::Ask,
        Verdict::Redact | Verdict::Deny => Advice::Deny,
    }
}

/// The time of this machine. What the local clock is ahead of UTC is looked up once a minute: it takes files.
fn now(way: &Way<'_>) -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    let offset_seconds = way.guard.local.ahead(seconds / 60, || {
        let now = jiff::Timestamp::from_second(seconds).unwrap_or_default();
        jiff::tz::TimeZone::system().to_offset(now).seconds()
    });
    Moment { unix_seconds: seconds, offset_seconds }
}

/// Puts the message to a person; a refusal when nobody can be asked.
pub(super) fn ask(way: &Way<'_>, facts: &Facts<'_>, request: &[u8; 32], ruling: &Ruling) -> Outcome {
    let refusal = |words: String| way.refusal(facts, &ruling.decision, &Refusal::decided(words));
    let Some(approvals) = &way.guard.approvals else {
        return refusal(String::from("a person would have to decide, and nobody can be asked here"));
    };
    let mut because: Vec<String> = facts.chain.clone();
    because.extend(ruling.decision.because.iter().map(|reason| reason.words.to_string()));
    because.retain(|words| !words.is_empty());
    let message = String::from_utf8_lossy(&way.bytes);
    let shown: String = portcullis_text::secret::redact(&message).chars().take(SHOWN).collect();
    let principal = way.session.principal.to_string();
    let question = Ask {
        kind: "call",
        principal: &principal,
        server: way.server,
        subject: facts.tool.unwrap_or(facts.method),
        shown: &shown,
        because: &because,
        binding: &binding::of_approval(request, facts, &ruling.revision),
    };
    match approvals.ask(&question) {
        Err(error) => refusal(format!("a person would have to decide, and cannot be asked: {error}")),
        Ok(id) => {
            let words = format!(
                "a person has to decide first, and nobody has; they can run `portcullis approve {id}` and then let \
                 the same call be made again"
            );
            let Outcome::Answer(refusal) = refusal(words) else { return Outcome::Drop };
            if let Some(id) = facts.id {
                way.session.state().server(way.server).waiting.insert(id.clone());
            }
            Outcome::Wait(Box::new(Pending {
                id: id.into(),
                server: way.server.into(),
                request: facts.id.cloned(),
                bytes: way.bytes.clone(),
                until: Instant::now() + way.guard.conduct.patience,
                refusal,
            }))
        }
    }
}

/// The approval that a person gave exactly this message, used up.
pub(super) fn approval(
    way: &Way<'_>,
    facts: &Facts<'_>,
    request: &[u8; 32],
    ruling: &Ruling,
) -> Option<String> {
    way.guard.approvals.as_ref()?.take(&binding::of_approval(request, facts, &ruling.revision))
}
