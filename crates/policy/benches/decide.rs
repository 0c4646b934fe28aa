//! How long a decision takes: `cargo bench -p portcullis-policy`. Prints microseconds at the median and the 99th percentile.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a bench prints, and may panic

use std::hint::black_box;
use std::time::Instant;

use portcullis_model::{Confidence, Confidentiality, Integrity, Label, Severity, Threat};
use portcullis_policy::{
    Action, Advice, Budgets, Defaults, Findings, Flow, Labels, Moment, PinState, PolicySet, Principal,
    Question, Server, Source, Tool,
};
use portcullis_wire::json::{self, Dialect, Limits};

const DECISIONS: usize = 50_000;

fn main() {
    let arguments = r#"{"to": ["anna@example.org", "bert@example.org"], "subject": "Minutes of Tuesday",
        "body": "See https://docs.example.com/minutes for the minutes; comments are welcome until Friday.",
        "priority": 2, "draft": false, "attachments": [{"name": "minutes.pdf", "size": 48211}]}"#;
    let arguments = json::read(arguments.as_bytes(), Dialect::Strict, &Limits::default()).unwrap().root;
    let call = Question {
        tool: Some(Tool {
            name: "send_message",
            reaches_network: true,
            sends: true,
            pinned: true,
            ..Tool::default()
        }),
        method: "tools/call",
        revision: "2026-07-28",
        size: 412,
        arguments: Some(&arguments),
        labels: Labels {
            label: Label { integrity: Integrity::Outside, confidentiality: Confidentiality::Private },
            sources: &["mail/read_message", "calendar/list_events"],
        },
        flow: Flow { advice: Advice::Allow, because: &["the person named the recipient"] },
        pin: PinState::Same,
        budgets: Budgets { calls_session: 12, calls_tool_minute: 1, bytes_session: 81_223 },
        moment: Moment { unix_seconds: 1_795_303_800, offset_seconds: 3_600 },
        ..Question::new(
            Action::CallTool,
            Principal { issuer: "https://login.example.org", subject: "anna", groups: &["staff", "finance"] },
            Server { name: "mail", pinned: true, ..Server::default() },
        )
    };
    let answer = Question { action: Action::ReceiveResult, arguments: None, size: 10_240, ..call };
    let attack = Question {
        findings: Findings {
            worst: Some((Severity::High, Confidence::High)),
            rules: &["instruction-override", "exfiltration-directive"],
            threats: &[Threat::ToolPoisoning, Threat::IndirectPromptInjection],
        },
        ..call
    };
    let large = json::read(
        format!("[{}]", vec!["\"some text\""; 2_000].join(",")).as_bytes(),
        Dialect::Strict,
        &Limits::default(),
    );
    let large = large.unwrap().root;

    let defaults = PolicySet::load(&[], Defaults::Kept).unwrap();
    report("call, allowed", &defaults, &call);
    report("answer, allowed", &defaults, &answer);
    report("call, denied", &defaults, &attack);
    report("call, 2000 arguments", &defaults, &Question { arguments: Some(&large), ..call });

    let own: String = (0..100)
        .map(|number| {
            format!(
                "@id(\"own-{number}\") forbid (principal, action == Action::\"call_tool\", resource == Tool::\"mail/t{number}\")
                 when {{ context.arguments.hasTag(\"/to/0\") && context.arguments.getTag(\"/to/0\") like \"*@example.org\" }};"
            )
        })
        .collect();
    let own = PolicySet::load(&[Source { name: "own.cedar".to_owned(), text: own }], Defaults::Kept).unwrap();
    report("call, 100 policies more", &own, &call);

    let start = Instant::now();
    for _ in 0..20 {
        black_box(PolicySet::load(&[], Defaults::Kept).unwrap());
    }
    println!("{:24} {:8.2} ms", "loading the defaults", start.elapsed().as_secs_f64() * 1e3 / 20.0);
}

fn report(name: &str, policies: &PolicySet, question: &Question<'_>) {
    let mut times: Vec<u64> = (0..DECISIONS)
        .map(|_| {
            let start = Instant::now();
            black_box(policies.decide(black_box(question)));
            u64::try_from(start.elapsed().as_nanos()).unwrap()
        })
        .collect();
    times.sort_unstable();
    let at = |share: usize| times.get(DECISIONS * share / 100).map_or(0.0, |time| *time as f64 / 1e3);
    println!("{name:24} {:8.2} us median {:8.2} us at 99 %", at(50), at(99));
}
