//! What is refused, where, and with which remedy.

use portcullis_model::Threat;
use portcullis_policy::{Defaults, PolicyErrors, PolicySet, SCHEMA, Source};
use proptest::prelude::*;

use crate::question::{beside_defaults, source};

fn refused(text: &str) -> PolicyErrors {
    PolicySet::load(&[source(text)], Defaults::Kept).expect_err(text)
}

/// Each policy with what is said about it.
fn transcript(policies: &[&str]) -> String {
    let said = policies.iter().map(|text| format!("{text}\n=> {}\n", refused(text)));
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_does_not_parse_is_refused_at_its_place() {
    insta::assert_snapshot!(transcript(&[
        "permit (principal, action, resource);\npermt (principal, action, resource);",
        "permit (principal, action, resource) when { context.secrets = 1 };",
        "permit (principal, action, resource",
        "permit (principal, action, resource) when { \"a };",
        "permit (principal, resource);",
        "@id(\"a\") @id(\"b\") permit (principal, action, resource);",
    ]));
}

#[test]
fn names_and_types_that_the_schema_lacks_are_refused_with_the_nearest_that_exists() {
    insta::assert_snapshot!(transcript(&[
        "forbid (principal, action == Action::\"call_tol\", resource);",
        "forbid (principal, action, resource) when { context.findngs.severity > 2 };",
        "forbid (principal, action == Action::\"call_tool\", resource) when { resource.send };",
        "forbid (principal, action, resource) when { context.flow.advice == Advice::\"aks\" };",
        "forbid (principal, action, resource in Sever::\"mail\");",
        "forbid (principal, action, resource) when { context.secrets == \"1\" };",
        "forbid (principal, action, resource) when { context.arguments.getTag(\"/x\") == \"1\" };",
        "forbid (principal, action, resource) when { context.findings.threats.contains(\"T05\") };",
        "forbid (principal, action, resource) when { resource.sends };",
    ]));
}

#[test]
fn annotations_that_mean_nothing_are_refused() {
    insta::assert_snapshot!(transcript(&[
        "@verdct(\"ask\") forbid (principal, action, resource);",
        "@verdict(\"aks\")\nforbid (principal, action, resource);",
        "@verdict(\"allow\") forbid (principal, action, resource);",
        "@verdict(\"ask\") permit (principal, action, resource);",
        "@verdict forbid (principal, action, resource);",
        "@threats(\"T05,Q99\") forbid (principal, action, resource);",
        "@note(\"x\") forbid (principal, action, resource);",
        "@id(\"\") forbid (principal, action, resource);",
        "@id(\"nothing-permits\") forbid (principal, action, resource);",
    ]));
}

#[test]
fn an_id_is_taken_once_also_by_the_defaults() {
    insta::assert_snapshot!(transcript(&[
        "@id(\"flow-asked\") forbid (principal, action, resource);",
        "@id(\"x\") forbid (principal, action, resource);\n\n@id(\"x\") permit (principal, action, resource);",
    ]));
}

#[test]
fn slots_and_policies_that_never_apply_are_refused() {
    insta::assert_snapshot!(transcript(&[
        "permit (principal == ?principal, action, resource);",
        "forbid (principal, action == Action::\"call_tool\", resource is Server);",
        "forbid (principal, action, resource) when { context.secrets > 0 && false };",
        "forbid (principal, action, resource) when { resource.name == \"m\u{430}il\" };",
    ]));
}

#[test]
fn all_errors_of_all_sources_are_named() {
    let sources = [
        Source { name: "a.cedar".into(), text: "permt;".into() },
        Source { name: "b.cedar".into(), text: "@x permit (principal, action, resource);".into() },
    ];
    let errors = PolicySet::load(&sources, Defaults::Kept).unwrap_err();
    let names: Vec<&str> = errors.errors.iter().map(|error| error.source.as_str()).collect();
    assert_eq!(names, ["a.cedar", "b.cedar"]);
}

#[test]
fn too_many_policies_and_sources_are_refused() {
    let many = "permit (principal, action, resource);\n".repeat(1_001);
    assert!(refused(&many).to_string().contains("more than 1000"));
    let sources = vec![source(""); 65];
    assert!(PolicySet::load(&sources, Defaults::Kept).unwrap_err().to_string().contains("more than 64"));
}

#[test]
fn the_deepest_policy_that_loads_decides_without_overflowing_a_small_stack() {
    let texts = [
        format!(
            "forbid (principal, action, resource) when {{ {}context.approved{} }};",
            "(".repeat(29),
            ")".repeat(29)
        ),
        format!(
            "forbid (principal, action, resource) when {{ context.approved{} }};",
            " && context.approved".repeat(790)
        ),
        format!(
            "forbid (principal, action, resource) when {{ {} context.approved }};",
            "if context.approved then true else ".repeat(29)
        ),
        format!(
            "forbid (principal, action, resource) when {{ 1 == {} }};",
            vec!["context.size"; 900].join(" + ")
        ),
    ];
    let worker = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        for text in texts {
            let policies = beside_defaults(&text);
            let _ = policies.decide(&crate::question::call("mail", Default::default()));
        }
    });
    worker.unwrap().join().unwrap();
}

#[test]
fn a_policy_without_an_id_is_named_after_its_place() {
    let policies = beside_defaults("\n\nforbid (principal, action, resource);");
    let last = policies.policies().last().unwrap();
    assert_eq!((&*last.id, last.line), ("team.cedar:3", 3));
}

#[test]
fn the_revision_follows_every_text_and_name() {
    let revision = |text: &str| beside_defaults(text).revision().to_string();
    assert_eq!(revision("// a"), revision("// a"));
    assert_ne!(revision("// a"), revision("// b"));
    assert!(revision("").starts_with("sha256:") && revision("").len() == 71);
}

#[test]
fn the_schema_lists_every_threat() {
    let listed: Vec<&str> = Threat::ALL
        .iter()
        .map(|threat| threat.id())
        .filter(|id| !SCHEMA.contains(&format!("\"{id}\"")))
        .collect();
    assert_eq!(listed, [""; 0]);
}

/// Pieces of policies, some of them broken.
const PIECES: &[&str] = &[
    "permit ",
    "forbid ",
    "(principal, action, resource)",
    "(principal, action == Action::\"call_tool\", resource is Tool)",
    " when { ",
    " unless { ",
    " }",
    ";",
    "context.approved",
    "context.size",
    "context.",
    "resource.sends",
    " && ",
    " || ",
    "!",
    "-",
    " + ",
    " * ",
    " == ",
    " < ",
    "if ",
    " then ",
    " else ",
    "9223372036854775807",
    "\"a\"",
    "\"",
    "\\",
    " like ",
    "context.arguments.getTag(\"/a\")",
    "context.arguments.hasTag(\"/a\")",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ",",
    ".",
    "::",
    "context.hosts.isEmpty()",
    ".contains(",
    "?principal",
    "@id(\"a\") ",
    "@verdict(\"ask\") ",
    "@verdict",
    "@threats(\"T05\")",
    "// a\n",
    "\u{0}",
    "\u{e4}",
    " in Server::\"s\"",
    " has ",
    "ip(\"::1\")",
    "datetime(\"x\")",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_loads_or_is_refused_inside_it_and_what_loads_never_permits_unsaid(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24), sound in any::<bool>(),
    ) {
        let mut text = pieces.concat();
        if sound {
            text = format!("forbid (principal, action, resource) when {{ context.approved && {text} }};");
        }
        match PolicySet::load(&[source(&text)], Defaults::Replaced) {
            Err(errors) => {
                prop_assert!(!errors.errors.is_empty());
                prop_assert!(errors.errors.iter().all(|error| error.span.start <= text.len() && !error.help.is_empty()));
            }
            Ok(set) => {
                let explanation = set.explain(&crate::question::call("s", portcullis_policy::Tool::default()));
                let permitted = explanation.applied.iter().any(|policy| policy.permits);
                prop_assert!(permitted || explanation.decision.verdict == portcullis_model::Verdict::Deny);
            }
        }
    }
}
