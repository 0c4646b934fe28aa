//! Record: every decision, refusals included, before it takes effect.

use std::borrow::Cow;

use portcullis_ledger::{Approval, LedgerError, MessageDigest, Reason, Record, Ruling};
use portcullis_model::Threat;

use super::way::{Facts, Way};
use crate::passage::{Decision, ReasonKind};

/// Writes what was decided about a message.
pub(super) fn message(way: &Way<'_>, facts: &Facts<'_>, decision: &Decision) -> Result<(), LedgerError> {
    let can = &facts.capabilities;
    let classes = [
        ("ingests", can.ingests.is_some()),
        ("reads-private", can.reads_private.is_some()),
        ("reaches-network", can.reaches_network.is_some()),
    ];
    let mut findings: Vec<Cow<'static, str>> = Vec::new();
    for finding in &facts.inspection.findings {
        let id = Cow::Borrowed(finding.rule.as_str());
        if !findings.contains(&id) {
            findings.push(id);
        }
    }
    let record = Record {
        session: Some(way.session.id.to_string()),
        principal: Some(way.session.principal.to_string()),
        server: Some(way.server.to_owned()),
        direction: Some(way.direction),
        kind: facts.kind,
        method: (!facts.method.is_empty()).then(|| facts.method.to_owned()),
        tool: facts.tool.map(str::to_owned),
        request: facts.id.cloned(),
        digest: Some(MessageDigest::of(&way.bytes)),
        label: Some(facts.label),
        capabilities: classes.iter().filter(|(_, has)| *has).map(|(name, _)| Cow::Borrowed(*name)).collect(),
        verdict: decision.verdict,
        reasons: decision.because.iter().map(reason).collect(),
        findings,
        decision: Some(decision.id.to_string()),
        policy: Some(way.guard.policies.current().revision().to_string()),
        pin: facts.body.as_deref().map(str::to_owned),
        approval: facts.approval.as_deref().map(|id| approval(way, id)),
        latency_us: u64::try_from(way.began.elapsed().as_micros()).ok(),
        message: way.guard.ledger.keeps_content().then(|| way.bytes.to_vec()),
        ..Record::default()
    };
    way.guard.ledger.append(&record).map(drop)
}

/// An approval, and who gave it as the answer itself says.
fn approval(way: &Way<'_>, id: &str) -> Approval {
    let by = way.guard.approvals.as_ref().and_then(|approvals| approvals.approver(id));
    Approval { id: id.to_owned(), by: by.unwrap_or_default() }
}

fn reason(reason: &crate::passage::Reason) -> Reason {
    let id = Cow::Owned(reason.id.to_string());
    let threat = |id: &str| Threat::ALL.iter().copied().find(|threat| threat.id() == id);
    Reason {
        by: match reason.kind {
            ReasonKind::Rule => Ruling::Rule(id),
            ReasonKind::Policy => Ruling::Policy(id),
        },
        threats: reason.threats.iter().filter_map(|id| threat(id)).collect(),
    }
}
