//! Surfaces that were made to hurt: every one is looked at in bounded time, none makes a rule fail.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use portcullis_model::{Audience, Confidence, Finding, Surface};
use portcullis_rules::{Engine, Installation, InstalledServer, Neighbours, Selection};
use portcullis_wire::json::{Dialect, Limits, read};

/// Far above what any of them takes, far below what a quadratic rule would take.
const PATIENCE: Duration = Duration::from_secs(20);

fn surface(text: &str) -> Surface {
    let root = read(text.as_bytes(), Dialect::Strict, &Limits::default()).expect("hostile, but JSON").root;
    portcullis_wire::surface::read(root, "hostile").expect("a surface").surface
}

fn engine() -> Engine {
    Engine::new(Selection::new(&[], &[], Confidence::Low, Audience::Auditor).unwrap())
}

fn found(text: &str) -> Vec<Finding> {
    let started = Instant::now();
    let found = engine().surface("t", &surface(text), None, &Neighbours::default());
    assert!(started.elapsed() < PATIENCE, "took {:?}", started.elapsed());
    found
}

fn has(found: &[Finding], rule: &str) -> bool {
    found.iter().any(|finding| finding.rule.as_str() == rule)
}

#[test]
fn thousands_of_required_parameters_are_looked_at_in_linear_time() {
    let (mut properties, mut required) = (String::new(), String::new());
    for index in 0..30_000 {
        write!(properties, "\"note{index}\":{{\"type\":\"string\"}},").unwrap();
        write!(required, "\"note{index}\",").unwrap();
    }
    let (properties, required) = (properties.trim_end_matches(','), required.trim_end_matches(','));
    let found = found(&format!(
        r#"{{"tools":[{{"name":"a","inputSchema":{{"properties":{{{properties}}},"required":[{required}]}}}}]}}"#
    ));
    assert!(has(&found, "oversized-schema"));
}

#[test]
fn a_long_chain_of_references_ends() {
    let mut definitions = String::new();
    for index in 0..20_000 {
        write!(definitions, "\"d{index}\":{{\"$ref\":\"#/$defs/d{}\"}},", index + 1).unwrap();
    }
    let found = found(&format!(
        r##"{{"tools":[{{"name":"a","inputSchema":{{"$ref":"#/$defs/d0","$defs":{{{}}}}}}}]}}"##,
        definitions.trim_end_matches(',')
    ));
    assert!(has(&found, "exploding-schema"));
}

#[test]
fn ten_thousand_bad_patterns_and_references_make_few_findings() {
    let mut properties = String::new();
    for index in 0..10_000 {
        write!(properties, "\"p{index}\":{{\"pattern\":\"(a+)+\",\"$ref\":\"http://x.example/{index}\"}},")
            .unwrap();
    }
    let found = found(&format!(
        r#"{{"tools":[{{"name":"a","inputSchema":{{{}}}}}]}}"#,
        properties.trim_end_matches(',')
    ));
    assert!(has(&found, "expensive-pattern") && has(&found, "external-schema-reference"));
    assert!(found.len() < 100, "{}", found.len());
}

#[test]
fn a_pattern_of_a_megabyte_and_a_name_of_a_megabyte_are_read() {
    let pattern = "(".repeat(1 << 20);
    found(&format!(r#"{{"tools":[{{"name":"a","inputSchema":{{"pattern":"{pattern}"}}}}]}}"#));
    let name = "aB_".repeat(1 << 18);
    assert!(has(&found(&format!(r#"{{"tools":[{{"name":"{name}"}}]}}"#)), "invalid-tool-name"));
}

#[test]
fn two_servers_with_thousands_of_equal_tools_make_one_conflict() {
    let mut tools = String::new();
    for index in 0..10_000 {
        write!(tools, "{{\"name\":\"tool_{index}\"}},").unwrap();
    }
    let text = |server: &str, more: &str| {
        surface(&format!(r#"{{"server":"{server}","tools":[{}{more}]}}"#, tools.trim_end_matches(',')))
    };
    let surfaces = [text("one", ""), text("two", r#",{"name":"other"}"#)];
    let servers = surfaces
        .iter()
        .map(|surface| InstalledServer {
            name: &surface.server,
            target: "t",
            launch: None,
            surface: Some(surface),
            file: None,
        })
        .collect();
    let started = Instant::now();
    let found = Engine::default().installation(&Installation { target: "t", servers, corrections: &[] });
    assert!(started.elapsed() < PATIENCE, "took {:?}", started.elapsed());
    assert_eq!(found.iter().filter(|finding| finding.rule.as_str() == "tool-name-conflict").count(), 1);
}

#[test]
fn members_of_the_wrong_type_are_passed_over() {
    found(
        r#"{"serverInfo":7,"tools":[{"name":7,"inputSchema":[],"annotations":"x"},{"inputSchema":{"properties":[1],
        "required":{"a":1},"enum":"x","pattern":{}}},{"name":"x","description":[],"inputSchema":{"properties":{"a":true,"b":null}}}],
        "prompts":[{"name":null}],"resources":[{"uri":5}],"resourceTemplates":[{"uriTemplate":{}}]}"#,
    );
}
