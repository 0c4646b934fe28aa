//! Schemas and values, in tables by topic (`schema/*.json`), and what hostile ones may cost.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::time::{Duration, Instant};

use portcullis_model::{Node, Value};
use portcullis_wire::json::{self, Dialect};
use portcullis_wire::schema::{Limits, Refusal, Schema, Unjudged};
use proptest::prelude::*;

fn read(text: &str) -> Node {
    json::read(text.as_bytes(), Dialect::Strict, &json::Limits::default()).unwrap().root
}

fn schema(text: &str) -> Schema {
    Schema::compile(&read(text), &Limits::default()).unwrap()
}

fn refusal(schema: &Schema, value: &str) -> Refusal {
    schema.check(&read(value)).unwrap_err()
}

fn table(text: &str) {
    for case in read(text).items() {
        let about = case.get_text("about").unwrap();
        let compiled = Schema::compile(case.get("schema").unwrap(), &Limits::default());
        if let Some(words) = case.get_text("refused") {
            let fault = compiled.expect_err(about);
            assert!(fault.message.contains(words), "{about}: {fault}");
            continue;
        }
        let compiled = compiled.unwrap_or_else(|fault| panic!("{about}: {fault}"));
        let values = |key: &str| case.get(key).map_or(&[][..], Node::items);
        assert!(
            ["fits", "misfits", "unjudged"].iter().any(|key| !values(key).is_empty()),
            "{about} tests nothing"
        );
        for value in values("fits") {
            assert_eq!(compiled.check(value), Ok(()), "{about}: {}", json::write(value));
        }
        for value in values("misfits") {
            let found = compiled.check(value);
            let is_misfit = matches!(&found, Err(Refusal::Violations(violations)) if !violations.is_empty());
            assert!(is_misfit, "{about}: {} is {found:?}", json::write(value));
        }
        for value in values("unjudged") {
            let found = compiled.check(value);
            assert!(
                matches!(found, Err(Refusal::Unjudged(_))),
                "{about}: {} is {found:?}",
                json::write(value)
            );
        }
    }
}

#[test]
fn values_fit_as_the_table_says() {
    table(include_str!("schema/values.json"));
}

#[test]
fn objects_fit_as_the_table_says() {
    table(include_str!("schema/objects.json"));
}

#[test]
fn lists_fit_as_the_table_says() {
    table(include_str!("schema/lists.json"));
}

#[test]
fn applicators_and_references_are_as_the_table_says() {
    table(include_str!("schema/applicators.json"));
}

#[test]
fn a_violation_names_the_place_the_keyword_and_the_remedy() {
    let mail = schema(
        r#"{"type": "object", "required": ["to"], "additionalProperties": false, "properties": {
            "to": {"type": "string", "maxLength": 5}, "kind": {"enum": ["plain", "html"]}, "cc": {"items": {"type": "string"}},
            "size": {"minimum": 10, "exclusiveMaximum": 20}}}"#,
    );
    let shown = |value: &str| refusal(&mail, value).to_string();
    assert_eq!(shown("7"), "the value: is a number, not an object; give an object (`type`)");
    assert_eq!(shown("{}"), "the value: lacks the member `to`; add it (`required`)");
    assert_eq!(
        shown(r#"{"to": "abcdef"}"#),
        "/to: has 6 characters, more than 5; leave some out (`maxLength`)"
    );
    assert_eq!(
        shown(r#"{"to": "a", "kind": "text"}"#),
        "/kind: is not an allowed value; give one of `plain`, `html` (`enum`)"
    );
    assert_eq!(
        shown(r#"{"to": "a", "b/c": 1}"#),
        "/b~1c: is not allowed here; leave it out (`additionalProperties`)"
    );
    assert_eq!(
        shown(r#"{"to": "a", "cc": ["a", 1], "size": 20}"#),
        "/cc/1: is a number, not a text; give a text (`type`); /size: is out of range; `20` is too much: give less (`exclusiveMaximum`)"
    );
    assert_eq!(shown(r#"{"to": "a", "size": 1}"#), "/size: is out of range; give `10` or more (`minimum`)");
}

#[test]
fn a_few_violations_are_listed_and_none_quotes_the_value() {
    let canary = "zX9-canary-Qw7";
    let strict = schema(
        r#"{"type": "object", "maxProperties": 1, "additionalProperties": {"type": "integer", "enum": [1], "pattern": "^a",
            "not": {"type": "string"}, "anyOf": [{"const": 1}], "oneOf": [{"minimum": 9}, {"type": "null"}]}}"#,
    );
    let members: Vec<String> = (0..50).map(|index| format!(r#""m{index}": "{canary}""#)).collect();
    let found = refusal(&strict, &format!("{{{}}}", members.join(",")));
    let Refusal::Violations(violations) = &found else { panic!("{found:?}") };
    assert_eq!(violations.len(), Limits::default().violations);
    assert!(!format!("{found} {found:?}").contains(canary), "{found}");
}

#[test]
fn the_name_of_a_member_is_cut_in_a_pointer() {
    let found =
        refusal(&schema(r#"{"additionalProperties": false}"#), &format!(r#"{{"{}": 1}}"#, "é".repeat(9000)));
    let Refusal::Violations(violations) = found else { panic!() };
    assert_eq!(violations[0].pointer.as_str().chars().count(), 130);
}

#[test]
fn what_is_not_obeyed_is_said() {
    let old = schema(
        r#"{"$schema": "https://own.example/dialect", "properties": {"a": {"minimum": 1, "exclusiveMinimum": true},
            "b": {"required": true}, "c": {"pattern": "(?<=x)y"}}}"#,
    );
    let mut remarks: Vec<_> = old.remarks().iter().map(|remark| remark.message.as_str()).collect();
    remarks.sort_unstable();
    assert_eq!(remarks.len(), 3, "{remarks:?}");
    assert!(remarks[0].contains("names a dialect that is not known"));
    assert!(remarks[1].contains("`exclusiveMinimum` is a truth value, as in draft 4"));
    assert!(remarks[2].contains("`required` is a truth value, as in draft 3"));
    assert_eq!(old.unjudged().len(), 1);
    assert!(old.unjudged()[0].message.contains("pattern `(?<=x)y` cannot be judged"), "{:?}", old.unjudged());
}

/// No schema and no value may take longer, on a busy machine and without optimisation.
const PATIENCE: Duration = Duration::from_secs(5);

fn unjudged_soon(text: &str, value: &Node, why: Unjudged) {
    let began = Instant::now();
    let found = schema(text).check(value);
    assert_eq!(found, Err(Refusal::Unjudged(why)), "{text:.100}");
    assert!(began.elapsed() < PATIENCE, "{:?} for {text:.100}", began.elapsed());
}

#[test]
fn references_that_double_at_each_step_run_out_of_budget() {
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let level = |n: usize| {
            format!(
                r##""l{n}": {{"{keyword}": [{{"$ref": "#/$defs/l{0}"}}, {{"$ref": "#/$defs/l{0}"}}]}}"##,
                n + 1
            )
        };
        let levels: Vec<String> = (0..40).map(level).collect();
        let last = if keyword == "anyOf" { "false" } else { "true" };
        let text = format!(r##"{{"$ref": "#/$defs/l0", "$defs": {{{}, "l40": {last}}}}}"##, levels.join(","));
        unjudged_soon(&text, &read("1"), Unjudged::Steps);
    }
}

#[test]
fn members_that_double_at_each_level_run_out_of_budget() {
    let text = r##"{"allOf": [{"items": {"$ref": "#"}}, {"items": {"$ref": "#"}}]}"##;
    let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
    unjudged_soon(text, &read(&deep), Unjudged::Steps);
}

#[test]
fn a_long_chain_of_references_is_no_deeper_than_the_limit() {
    let links: Vec<String> =
        (0..5000).map(|n| format!(r##""l{n}": {{"$ref": "#/$defs/l{}"}}"##, n + 1)).collect();
    let text = format!(r##"{{"$ref": "#/$defs/l0", "$defs": {{{}, "l5000": true}}}}"##, links.join(","));
    unjudged_soon(&text, &read("1"), Unjudged::Depth);
}

#[test]
fn deep_trees_that_were_made_are_judged_without_a_deep_stack() {
    let mut deep = Node::made(Value::Null);
    for _ in 0..3000 {
        deep = Node::made(Value::List(vec![deep]));
    }
    for text in [r#"{"const": 1}"#, r#"{"uniqueItems": true}"#, r##"{"items": {"$ref": "#"}}"##] {
        unjudged_soon(text, &deep, Unjudged::Depth);
    }
    // Its end is deep too.
    while let Value::List(mut items) = deep.value {
        deep = items.pop().unwrap_or_else(|| Node::made(Value::Null));
    }
}

#[test]
fn a_long_list_against_many_alternatives_runs_out_of_budget() {
    let choices: Vec<String> = (0..2000).map(|n| format!(r#"{{"const": {n}}}"#)).collect();
    let text = format!(r#"{{"items": {{"anyOf": [{}]}}}}"#, choices.join(","));
    let list: Vec<String> = (0..20_000).map(|_| "1999".to_owned()).collect();
    unjudged_soon(&text, &read(&format!("[{}]", list.join(","))), Unjudged::Steps);
}

#[test]
fn patterns_that_explode_elsewhere_take_linear_time() {
    let long = format!("\"{}\"", "a".repeat(100_000));
    for pattern in ["^(a+)+$", "^(a|aa)+$", "^(a*)*b$", "(.*)*x", "^([a-z]+)*\\\\d$", "(a?){50}a{50}b"] {
        let began = Instant::now();
        // Whatever the answer is.
        let _ = schema(&format!(r#"{{"pattern": "{pattern}"}}"#)).check(&read(&long));
        assert!(began.elapsed() < PATIENCE, "{pattern}: {:?}", began.elapsed());
    }
}

#[test]
fn a_schema_of_too_many_parts_or_patterns_is_bounded() {
    let parts = format!(r#"{{"anyOf": [{}]}}"#, vec!["{}"; 30_000].join(","));
    let fault = Schema::compile(&read(&parts), &Limits::default()).unwrap_err();
    assert!(fault.message.contains("more than 20000 parts"), "{fault}");
    let patterns: Vec<String> = (0..500).map(|n| format!(r#"{{"pattern": "^a{{{n}}}$"}}"#)).collect();
    let many = schema(&format!(r#"{{"anyOf": [{}]}}"#, patterns.join(",")));
    assert!(many.unjudged().len() > 200, "{}", many.unjudged().len());
    assert_eq!(refusal(&many, &format!("\"{}\"", "a".repeat(450))), Refusal::Unjudged(Unjudged::Pattern));
    many.check(&read("\"a\"")).unwrap();
}

#[test]
fn many_members_and_many_names_stay_within_the_budget_of_time() {
    let names: Vec<String> = (0..4000).map(|n| format!(r#""m{n}""#)).collect();
    let members: Vec<String> = names.iter().rev().map(|name| format!("{name}: 1")).collect();
    let began = Instant::now();
    let required = schema(&format!(r#"{{"required": [{}]}}"#, names.join(",")));
    let _ = required.check(&read(&format!("{{{}}}", members.join(","))));
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

#[test]
fn searches_for_many_names_and_long_numbers_are_paid_for() {
    let names: Vec<String> = (0..15_000).map(|n| format!(r#""n{n}": true"#)).collect();
    let members: Vec<String> = (0..20_000).map(|n| format!(r#""m{n}": 1"#)).collect();
    let object = read(&format!("{{{}}}", members.join(",")));
    unjudged_soon(&format!(r#"{{"dependentSchemas": {{{}}}}}"#, names.join(",")), &object, Unjudged::Steps);
    let needs = names.join(",").replace("true", "[]");
    unjudged_soon(&format!(r#"{{"dependentRequired": {{{needs}}}}}"#), &object, Unjudged::Steps);
    let long = read(&"7".repeat(1 << 20));
    for keyword in [r#""minimum": 1"#, r#""multipleOf": 1"#, r#""type": "integer""#] {
        let many = vec![format!("{{{keyword}}}"); 1000].join(",");
        unjudged_soon(&format!(r#"{{"allOf": [{many}]}}"#), &long, Unjudged::Steps);
    }
}

#[test]
fn many_references_into_one_large_object_are_refused() {
    let defs: Vec<String> = (0..30_000).map(|n| format!(r#""d{n}": true"#)).collect();
    let references = vec![r##"{"$ref": "#/$defs/d29999"}"##; 10_000].join(",");
    let began = Instant::now();
    let text = format!(r#"{{"$defs": {{{}}}, "anyOf": [{references}]}}"#, defs.join(","));
    let fault = Schema::compile(&read(&text), &Limits::default()).unwrap_err();
    assert!(fault.message.contains("too many members"), "{fault}");
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let keyword = prop::sample::select(vec![
        "type",
        "enum",
        "const",
        "properties",
        "items",
        "prefixItems",
        "required",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "$ref",
        "$defs",
        "$id",
        "$anchor",
        "$dynamicRef",
        "$dynamicAnchor",
        "pattern",
        "patternProperties",
        "minimum",
        "multipleOf",
        "maxLength",
        "uniqueItems",
        "contains",
        "minContains",
        "unevaluatedProperties",
        "unevaluatedItems",
        "dependencies",
        "dependentSchemas",
        "propertyNames",
        "additionalProperties",
    ]);
    let word = prop::sample::select(vec![
        "string",
        "object",
        "array",
        "#",
        "#/$defs/a",
        "#a",
        "a",
        "^a",
        "(?=a)",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        (-3_i64..9).prop_map(serde_json::Value::from),
        (0.0_f64..4.0).prop_map(serde_json::Value::from),
        word.prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let key = prop_oneof![keyword.clone().prop_map(str::to_owned), "[a-c]"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::btree_map(key, inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_schema_and_no_value_breaks_the_judge_and_it_answers_the_same_twice(
        schema in any_json(),
        value in any_json(),
    ) {
        let (schema, value) = (read(&schema.to_string()), read(&value.to_string()));
        if let Ok(compiled) = Schema::compile(&schema, &Limits::default()) {
            let found = compiled.check(&value);
            prop_assert_eq!(&found, &compiled.clone().check(&value));
            if let Err(Refusal::Violations(violations)) = found {
                prop_assert!(!violations.is_empty());
                prop_assert!(violations.iter().all(|one| value.at(&one.pointer).is_some()), "{:?}", violations);
            }
        }
    }

    #[test]
    fn a_value_fits_a_schema_or_its_opposite_and_never_both(schema in any_json(), value in any_json()) {
        let opposite = serde_json::json!({"not": schema, "$defs": schema.get("$defs").cloned().unwrap_or_default()});
        let value = read(&value.to_string());
        let plain = Schema::compile(&read(&schema.to_string()), &Limits::default());
        let opposite = Schema::compile(&read(&opposite.to_string()), &Limits::default());
        // A reference means another place when its schema stands inside another.
        let has_references = schema.to_string().contains("\"$");
        if let (Ok(plain), Ok(opposite), false) = (plain, opposite, has_references) {
            match (plain.check(&value), opposite.check(&value)) {
                (Ok(()), Err(Refusal::Violations(_)))
                | (Err(Refusal::Violations(_)), Ok(()))
                | (Err(Refusal::Unjudged(_)), Err(Refusal::Unjudged(_))) => {}
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
