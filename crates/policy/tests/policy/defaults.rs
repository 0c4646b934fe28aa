//! The policy that protects without configuration: what it stops, and that honest work passes.

use portcullis_model::{Confidence, Confidentiality, Integrity, Label, Severity, Verdict};
use portcullis_policy::{Action, Advice, Findings, Flow, Labels, PinState, PolicySet, Question, Tool};

use crate::question::{beside_defaults, call, message};

const EVERYTHING: Tool<'_> = Tool {
    name: "do",
    ingests: true,
    reads_private: true,
    reaches_network: true,
    writes: true,
    deletes: true,
    sends: true,
    executes: true,
    spends_money: true,
    accepts_secrets: false,
    pinned: false,
    approved: false,
};
const OUTSIDE: Labels<'_> = Labels {
    label: Label { integrity: Integrity::Outside, confidentiality: Confidentiality::Private },
    sources: &["web/fetch"],
};

fn policies() -> PolicySet {
    beside_defaults("")
}

fn verdict(question: &Question<'_>) -> (Verdict, String) {
    let decision = policies().decide(question);
    (decision.verdict, decision.reasons[0].policy.to_string())
}

fn found(severity: Severity, confidence: Confidence) -> Findings<'static> {
    Findings { worst: Some((severity, confidence)), ..Findings::default() }
}

#[test]
fn honest_messages_of_every_kind_pass_whatever_the_tool_can_do() {
    for action in Action::ALL {
        for pin in [PinState::Same, PinState::New, PinState::Unpinned] {
            let question = Question { action: *action, pin, ..call("mail", EVERYTHING) };
            assert_eq!(verdict(&question), (Verdict::Allow, "ordinary-messages".to_owned()), "{action:?}");
        }
    }
    // Values from outside may be read, written and sent on: only data flow knows whether that is meant.
    let safe = Tool { deletes: false, executes: false, spends_money: false, ..EVERYTHING };
    assert_eq!(verdict(&Question { labels: OUTSIDE, ..call("mail", safe) }).0, Verdict::Allow);
    let small = found(Severity::Low, Confidence::Certain);
    assert_eq!(verdict(&Question { findings: small, ..call("mail", EVERYTHING) }).0, Verdict::Allow);
}

#[test]
fn tools_that_are_not_what_was_approved_do_not_run() {
    let withheld = Question { pin: PinState::Withheld, ..call("mail", EVERYTHING) };
    assert_eq!(verdict(&withheld), (Verdict::Deny, "withheld-tool".to_owned()));
    let changed = Question { pin: PinState::Changed, ..call("mail", EVERYTHING) };
    assert_eq!(verdict(&changed), (Verdict::Ask, "changed-tool".to_owned()));
}

#[test]
fn attacks_in_what_is_sent_are_denied_and_suspicions_are_recorded() {
    let attack =
        Question { findings: found(Severity::Critical, Confidence::High), ..call("mail", EVERYTHING) };
    assert_eq!(verdict(&attack), (Verdict::Deny, "attack-in-call".to_owned()));
    let hint = Question { findings: found(Severity::High, Confidence::Low), ..call("mail", EVERYTHING) };
    assert_eq!(verdict(&hint), (Verdict::Flag, "suspicion-in-call".to_owned()));
}

#[test]
fn the_advice_of_data_flow_is_followed() {
    let advised = |advice| Question { flow: Flow { advice, because: &[] }, ..call("mail", EVERYTHING) };
    assert_eq!(verdict(&advised(Advice::Ask)), (Verdict::Ask, "flow-asked".to_owned()));
    assert_eq!(verdict(&advised(Advice::Deny)), (Verdict::Deny, "flow-denied".to_owned()));
}

#[test]
fn secrets_do_not_leave_and_are_removed_from_what_comes_in() {
    let secret = Question { secrets: 1, ..call("web", Tool { reaches_network: true, ..Tool::default() }) };
    assert_eq!(verdict(&secret), (Verdict::Ask, "secret-leaves".to_owned()));
    assert_eq!(
        verdict(&Question { labels: OUTSIDE, ..secret }),
        (Verdict::Deny, "outsider-sends-secret".to_owned())
    );
    let cleared = Tool { reaches_network: true, accepts_secrets: true, ..Tool::default() };
    assert_eq!(verdict(&Question { tool: Some(cleared), ..secret }).0, Verdict::Allow);
    assert_eq!(verdict(&Question { tool: Some(Tool::default()), ..secret }).0, Verdict::Allow);
    let result = Question { secrets: 1, ..message(Action::ReceiveResult, "tools/call") };
    assert_eq!(verdict(&result), (Verdict::Redact, "secret-in-result".to_owned()));
}

#[test]
fn servers_do_not_get_at_the_person_or_the_model() {
    let asks = Question { asks_for_secret: true, ..message(Action::ReceiveRequest, "elicitation/create") };
    assert_eq!(verdict(&asks), (Verdict::Deny, "server-asks-for-secret".to_owned()));
    let sampling = message(Action::ReceiveRequest, "sampling/createMessage");
    assert_eq!(verdict(&sampling).0, Verdict::Allow);
    assert_eq!(
        verdict(&Question { labels: OUTSIDE, ..sampling }),
        (Verdict::Flag, "outsider-steers-model".to_owned())
    );
    let attack = Question { findings: found(Severity::High, Confidence::Medium), ..sampling };
    assert_eq!(verdict(&attack), (Verdict::Deny, "attack-in-request".to_owned()));
}

#[test]
fn attacks_in_what_comes_back_are_taken_out_and_hints_are_recorded() {
    let result = message(Action::ReceiveResult, "tools/call");
    let hint = Question { findings: found(Severity::High, Confidence::Low), ..result };
    assert_eq!(verdict(&hint), (Verdict::Flag, "suspicion-in-answer".to_owned()));
    let attack = Question { findings: found(Severity::High, Confidence::High), ..result };
    assert_eq!(verdict(&attack), (Verdict::Redact, "attack-in-answer".to_owned()));
}

#[test]
fn every_default_policy_has_a_name_a_reason_and_threats() {
    for policy in policies().policies() {
        assert!(!policy.id.contains(':') && policy.reason != policy.id, "{policy:?}");
        assert!(policy.permits || !policy.threats.is_empty(), "{policy:?}");
    }
}
