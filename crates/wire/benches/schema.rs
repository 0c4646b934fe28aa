//! How fast arguments are judged: `cargo bench -p portcullis-wire --bench schema`. Prints the time of one run of each
//! step, and the longest that a hostile schema or pattern kept the judge.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a bench prints, and may panic

use std::hint::black_box;
use std::time::Instant;

use portcullis_model::Node;
use portcullis_wire::json::{self, Dialect};
use portcullis_wire::schema::{Limits, Schema};

/// Ten arguments, as the tool of a calendar may have them.
const TYPICAL: &str = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 200, "description": "What it is about."},
        "calendar": {"type": "string", "enum": ["work", "home", "holidays"]},
        "start": {"type": "string", "format": "date-time"},
        "minutes": {"type": "integer", "minimum": 5, "maximum": 1440, "default": 30},
        "guests": {"type": "array", "items": {"type": "string", "format": "email"}, "maxItems": 50, "uniqueItems": true},
        "place": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": null},
        "private": {"type": "boolean"},
        "reminders": {"type": "array", "items": {"$ref": "#/$defs/reminder"}},
        "colour": {"type": "string"},
        "notes": {"type": "string"}},
    "required": ["title", "start", "minutes"], "additionalProperties": false,
    "$defs": {"reminder": {"type": "object", "properties": {"before": {"type": "integer"}, "way": {"enum": ["mail", "alert"]}}, "required": ["before"]}}}"##;

const ARGUMENTS: &str = r#"{"title": "Review of the plan", "calendar": "work", "start": "2026-11-21T15:00:00Z", "minutes": 45,
    "guests": ["ann@a.example", "bob@b.example"], "place": null, "private": false, "reminders": [{"before": 10, "way": "mail"}],
    "colour": "green", "notes": "Bring the figures of the last quarter."}"#;

fn main() {
    let limits = Limits::default();
    let (typical, arguments) = (read(TYPICAL), read(ARGUMENTS));
    let schema = Schema::compile(&typical, &limits).unwrap();
    schema.check(&arguments).unwrap();
    report("compile", || drop(black_box(Schema::compile(&typical, &limits).unwrap())));
    report("check", || black_box(schema.check(&arguments)).unwrap());
    report("compile and check", || Schema::compile(&typical, &limits).unwrap().check(&arguments).unwrap());
    let pattern = read(r#"{"type": "string", "pattern": "^[\\w.-]+@[a-z0-9-]+\\.[a-z]{2,}$"}"#);
    report("compile a pattern", || drop(black_box(Schema::compile(&pattern, &limits).unwrap())));

    println!("hostile schemas, the whole budget:");
    let doubling: Vec<String> = (0..40)
        .map(|n| {
            format!(
                r##""l{n}": {{"allOf": [{{"$ref": "#/$defs/l{0}"}}, {{"$ref": "#/$defs/l{0}"}}]}}"##,
                n + 1
            )
        })
        .collect();
    let doubling = format!(r##"{{"$ref": "#/$defs/l0", "$defs": {{{}, "l40": true}}}}"##, doubling.join(","));
    once("references that double", &doubling, "1");
    // Random digits keep an automaton from ever meeting the same states again.
    let mut state = 12_345_u64;
    let mut digit = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if state.is_multiple_of(2) { '0' } else { '1' }
    };
    for (pattern, length) in [("1[01]{12}x", 60_000), ("1[01]{90}[xyz]", 15_000), ("1[01]{700}[xyz]", 3_900)]
    {
        let text: String = (0..length).map(|_| digit()).collect();
        once(pattern, &format!(r#"{{"pattern": "{pattern}"}}"#), &format!("\"{text}\""));
    }
}

fn read(text: &str) -> Node {
    json::read(text.as_bytes(), Dialect::Strict, &json::Limits::default()).unwrap().root
}

/// The fastest of some batches: the others shared the machine.
fn report(step: &str, run: impl Fn()) {
    const TIMES: u32 = 1000;
    let batch = || {
        let began = Instant::now();
        (0..TIMES).for_each(|_| run());
        began.elapsed() / TIMES
    };
    let fastest = (0..50).map(|_| batch()).min().unwrap_or_default();
    println!("{step:<28} {:>8.2} µs", fastest.as_nanos() as f64 / 1000.0);
}

fn once(name: &str, schema: &str, value: &str) {
    let (schema, value) = (read(schema), read(value));
    let began = Instant::now();
    let schema = Schema::compile(&schema, &Limits::default()).unwrap();
    let compiled = began.elapsed();
    let began = Instant::now();
    let answer = match schema.check(&value) {
        Ok(()) => "fits".to_owned(),
        Err(refusal) => refusal.to_string(),
    };
    println!("{name:<28} {compiled:>10.2?} + {:>10.2?}  {answer:.60}", began.elapsed());
}
