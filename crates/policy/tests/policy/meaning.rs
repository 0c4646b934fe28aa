//! What follows from policies: verdicts, errors, the words of the schema.

use std::sync::LazyLock;

use portcullis_model::{Confidence, Severity, Threat, Verdict};
use portcullis_policy::{Action, Findings, Moment, PolicySet, Question, Tool};
use proptest::prelude::*;

use crate::question::{alone, beside_defaults, call, message, tree};

const PERMIT: &str = "permit (principal, action, resource);\n";

#[test]
fn what_no_policy_permits_is_denied_and_says_so() {
    let decision = alone(r#"permit (principal, action == Action::"list", resource);"#)
        .decide(&call("mail", Tool::default()));
    assert_eq!(decision.verdict, Verdict::Deny);
    assert_eq!(&*decision.reasons[0].policy, "nothing-permits");
}

#[test]
fn a_forbid_that_only_asks_does_not_permit() {
    let asks = alone(r#"@id("a") @verdict("ask") forbid (principal, action, resource);"#);
    assert_eq!(asks.decide(&call("mail", Tool::default())).verdict, Verdict::Deny);
    assert_eq!(alone("").decide(&call("mail", Tool::default())).verdict, Verdict::Deny);
}

#[test]
fn an_evaluation_that_errs_denies_and_names_the_policy() {
    // Cedar alone skips this `forbid`: the sum overflows while it is evaluated.
    let text = format!(
        "{PERMIT}@id(\"overflow\") @threats(\"X12\") forbid (principal, action, resource)
         when {{ context.budgets.calls_session + 9223372036854775807 == 0 }};"
    );
    let policies = alone(&text);
    let mut question = call("mail", Tool::default());
    assert_eq!(policies.decide(&question).verdict, Verdict::Allow);
    question.budgets.calls_session = 1;
    let decision = policies.decide(&question);
    assert_eq!(decision.verdict, Verdict::Deny);
    assert_eq!(&*decision.reasons[0].policy, "overflow");
    assert_eq!(*decision.reasons[0].threats, [Threat::ResourceExhaustion]);
    assert!(decision.reasons[0].text.contains("overflow"), "{}", decision.reasons[0].text);
    // The same in a `permit`, although another permit holds, and although a person approved.
    let text = format!(
        "{PERMIT}permit (principal, action, resource) when {{ context.budgets.calls_session * -9223372036854775807 * 4 == 0 }};"
    );
    question.budgets.calls_session = 2;
    question.approved = true;
    assert_eq!(alone(&text).decide(&question).verdict, Verdict::Deny);
}

#[test]
fn the_worst_policy_that_applies_counts_and_all_that_forbid_are_named() {
    let policies = alone(&format!(
        "{PERMIT}@id(\"flags\") @verdict(\"flag\") forbid (principal, action, resource);
         @id(\"asks\") @verdict(\"ask\") forbid (principal, action, resource);
         @id(\"redacts\") @verdict(\"redact\") forbid (principal, action, resource) when {{ context.secrets > 0 }};
         @id(\"denies\") forbid (principal, action, resource) when {{ context.secrets > 1 }};"
    ));
    let named = |secrets: u64| {
        let decision = policies.decide(&Question { secrets, ..call("mail", Tool::default()) });
        let names: Vec<String> = decision.reasons.iter().map(|reason| reason.policy.to_string()).collect();
        (decision.verdict, decision.waits_for_a_person(), names.join(" "))
    };
    assert_eq!(named(0), (Verdict::Ask, true, "asks flags".to_owned()));
    // What is redacted is still asked about: the worse verdict does not swallow the question.
    assert_eq!(named(1), (Verdict::Redact, true, "redacts asks flags".to_owned()));
    assert_eq!(named(2), (Verdict::Deny, false, "denies redacts asks flags".to_owned()));
}

#[test]
fn approval_answers_what_asks_and_nothing_else() {
    let policies = alone(&format!(
        "{PERMIT}@id(\"asks\") @verdict(\"ask\") forbid (principal, action, resource);
         @id(\"denies\") forbid (principal, action, resource) when {{ context.secrets > 0 }};"
    ));
    let approved = Question { approved: true, ..call("mail", Tool::default()) };
    let decision = policies.decide(&approved);
    assert_eq!((decision.verdict, decision.waits_for_a_person()), (Verdict::Allow, false));
    assert_eq!(&*decision.reasons[0].policy, "asks");
    assert_eq!(policies.decide(&Question { secrets: 1, ..approved }).verdict, Verdict::Deny);
}

#[test]
fn a_permit_may_flag() {
    let policies = alone(
        r#"@id("watched") @verdict("flag") @reason("we watch all") permit (principal, action, resource);"#,
    );
    let decision = policies.decide(&call("mail", Tool::default()));
    assert_eq!(decision.verdict, Verdict::Flag);
    assert_eq!(&*decision.reasons[0].text, "we watch all");
}

#[test]
fn a_call_without_a_tool_is_denied() {
    let decision = beside_defaults("").decide(&message(Action::CallTool, "tools/call"));
    assert_eq!(decision.verdict, Verdict::Deny);
    assert_eq!(&*decision.reasons[0].policy, "unaskable-question");
}

#[test]
fn arguments_are_looked_up_by_pointer_and_hosts_are_known() {
    let policies = alone(&format!(
        "{PERMIT}@id(\"etc\") forbid (principal, action == Action::\"call_tool\", resource)
         when {{ context.arguments.hasTag(\"/path\") && context.arguments.getTag(\"/path\") like \"/etc/*\" }};
         @id(\"hosts\") forbid (principal, action == Action::\"call_tool\", resource)
         unless {{ [\"example.com\"].containsAll(context.hosts) }};
         @id(\"cut\") forbid (principal, action, resource) when {{ context.arguments_truncated }};
         @id(\"names\") forbid (principal, action, resource) when {{ context.argument_names.contains(\"/deep/0/x\") }};"
    ));
    let denied_by = |arguments: &str| {
        let arguments = tree(arguments);
        let decision =
            policies.decide(&Question { arguments: Some(&arguments), ..call("files", Tool::default()) });
        (decision.verdict == Verdict::Deny).then(|| decision.reasons[0].policy.to_string())
    };
    assert_eq!(denied_by(r#"{"path": "/home/anna", "url": "https://example.com/x"}"#), None);
    assert_eq!(denied_by(r#"{"path": "/etc/passwd"}"#).as_deref(), Some("etc"));
    assert_eq!(denied_by(r#"{"url": "https://example.com@evil.example/"}"#).as_deref(), Some("hosts"));
    assert_eq!(denied_by(r#"{"deep": [{"x": 1.10}]}"#).as_deref(), Some("names"));
    assert_eq!(denied_by(&format!(r#"{{"a": "{}"}}"#, "x".repeat(5_000))).as_deref(), Some("cut"));
}

#[test]
fn principals_groups_servers_and_actions_have_their_hierarchy() {
    let policies = alone(
        r#"permit (principal in Group::"staff", action in Action::"outbound", resource in Server::"mail");
           permit (principal == Principal::"local|anna", action in Action::"inbound", resource == Tool::"mail/read");"#,
    );
    let read = Tool { name: "read", ..Tool::default() };
    assert_eq!(policies.decide(&call("mail", read)).verdict, Verdict::Allow);
    assert_eq!(policies.decide(&call("files", read)).verdict, Verdict::Deny);
    let mut stranger = call("mail", read);
    stranger.principal.groups = &[];
    assert_eq!(policies.decide(&stranger).verdict, Verdict::Deny);
    let result = Question { action: Action::ReceiveResult, ..call("mail", read) };
    assert_eq!(policies.decide(&result).verdict, Verdict::Allow);
    // A subject that spells another principal's id is still somebody else.
    let mut impostor = result;
    impostor.principal.issuer = "local|anna";
    impostor.principal.subject = "";
    assert_eq!(policies.decide(&impostor).verdict, Verdict::Deny);
}

#[test]
fn findings_and_time_are_numbers_that_compare() {
    let policies = alone(&format!(
        "{PERMIT}@id(\"worst\") forbid (principal, action, resource)
         when {{ context.findings.severity == 4 && context.findings.confidence == 2
             && context.findings.rules.contains(\"a-rule\") && context.findings.threats.contains(Threat::\"T09\") }};
         @id(\"weekend\") forbid (principal, action, resource) when {{ context.time.weekday >= 6 && context.time.hour < 8 }};"
    ));
    let findings = Findings {
        worst: Some((Severity::Critical, Confidence::High)),
        rules: &["a-rule"],
        threats: &[Threat::IndirectPromptInjection],
    };
    let found = Question { findings, ..call("mail", Tool::default()) };
    assert_eq!(&*policies.decide(&found).reasons[0].policy, "worst");
    let moment = Moment { unix_seconds: 1_795_303_800, offset_seconds: 3_600 };
    let weekend = Question { moment, ..call("mail", Tool::default()) };
    assert_eq!(&*policies.decide(&weekend).reasons[0].policy, "weekend");
}

static DEFAULTS: LazyLock<PolicySet> = LazyLock::new(|| beside_defaults(""));
static OVERFLOWING: LazyLock<PolicySet> = LazyLock::new(|| {
    beside_defaults(
        r#"forbid (principal, action, resource) when { context.size + 9223372036854775807 == 1 };"#,
    )
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn deciding_is_total_and_names_a_reason(
        action in proptest::sample::select(Action::ALL),
        issuer in ".{0,20}", subject in ".{0,20}", server in ".{0,20}", tool in proptest::option::of(".{0,20}"),
        method in ".{0,20}", target in ".{0,60}", keys in proptest::collection::vec(".{0,8}", 0..6), value in ".{0,40}",
        secrets in any::<u64>(), calls in any::<u64>(), seconds in any::<i64>(), offset in any::<i32>(),
    ) {
        use portcullis_model::{Entry, Node, Span, Value};
        // Two equal keys may occur: a tree can be made by hand.
        let entry = |key: &String| Entry { key: key.as_str().into(), key_span: Span::UNKNOWN, node: Node::made_text(&value) };
        let arguments = Node::made(Value::Map(keys.iter().map(entry).collect()));
        let mut question = message(action, &method);
        question.principal.issuer = &issuer;
        question.principal.subject = &subject;
        question.server.name = &server;
        question.tool = tool.as_deref().map(|name| Tool { name, ..Tool::default() });
        question.target = &target;
        question.arguments = Some(&arguments);
        question.secrets = secrets;
        question.budgets.calls_session = calls;
        question.moment = Moment { unix_seconds: seconds, offset_seconds: offset };
        let decision = DEFAULTS.decide(&question);
        prop_assert!(!decision.reasons.is_empty());
        question.size = 7;
        prop_assert_eq!(OVERFLOWING.decide(&question).verdict, Verdict::Deny);
    }
}
