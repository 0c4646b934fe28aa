//! Servers that change after they were accepted: what changed is withheld until a person has looked.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::guarded::{Guarded, honest, is_refused, tool};

/// The server with its first tool changed.
fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut server = honest();
    change(&mut server["tools"][0][0]);
    server
}

/// How often the server was told to call a tool.
fn calls(guarded: &Guarded, tool: &str) -> usize {
    let called = |line: &&String| line.contains("tools/call") && line.contains(&format!("\"{tool}\""));
    guarded.received().iter().filter(called).count()
}

/// Approves everything that waits; how much that was.
fn approve_all(desk: &Desk) -> usize {
    let waiting = desk.run(&["approvals", "--format", "json"]).json();
    for question in waiting.as_array().unwrap() {
        desk.run(&["approve", question["id"].as_str().unwrap()]).exits(0);
    }
    waiting.as_array().unwrap().len()
}

#[test]
fn a_tool_that_changed_in_any_member_is_withheld_and_the_others_are_not() {
    let deep =
        json!({"type": "object", "properties": {"text": {"type": "string", "description": "What to keep."}}});
    let changes: Vec<(&str, Value)> = vec![
        ("description", json!("Keeps a note, and more.")),
        ("title", json!("Notes")),
        ("inputSchema", deep),
        ("outputSchema", json!({"type": "object"})),
        ("annotations", json!({"readOnlyHint": true})),
        ("_meta", json!({"x": 1})),
        ("vendorField", json!("x")),
    ];
    for (member, value) in changes {
        let desk = Desk::new();
        let mut guarded = Guarded::open(&desk, &[], &honest());
        guarded.answers(&changed(|tool| tool[member] = value.clone()));
        guarded.list();
        let answer = guarded.call("note", &json!({"text": "x"}));
        assert!(is_refused(&answer), "{member}: {answer}");
        assert_eq!(calls(&guarded, "note"), 0, "{member}");
        assert!(!is_refused(&guarded.call("count", &json!({}))), "{member}: the other tool is as it was");
    }
}

#[test]
fn a_change_passes_when_a_person_has_approved_it() {
    let desk = Desk::new();
    let mut guarded = Guarded::open(&desk, &[], &honest());
    guarded.answers(&changed(|tool| tool["description"] = json!("Keeps a note for a year.")));
    assert!(!guarded.list().contains(&"note".to_owned()));
    assert!(is_refused(&guarded.call("note", &json!({}))));
    assert_eq!(approve_all(&desk), 1);
    assert!(guarded.list().contains(&"note".to_owned()));
    assert!(!is_refused(&guarded.call("note", &json!({}))));
    // What was approved is that form and no other.
    guarded.answers(&changed(|tool| tool["description"] = json!("Keeps a note for a month.")));
    guarded.list();
    assert!(is_refused(&guarded.call("note", &json!({}))));
}

#[test]
fn a_change_is_seen_after_the_guard_was_started_anew() {
    let desk = Desk::new();
    drop(Guarded::open(&desk, &[], &honest()));
    let mut guarded =
        Guarded::open(&desk, &[], &changed(|tool| tool["description"] = json!("Keeps a note. Twice.")));
    assert!(is_refused(&guarded.call("note", &json!({}))));
    assert_eq!(calls(&guarded, "note"), 0);
}

#[test]
fn a_tool_that_went_and_comes_back_as_another_is_withheld() {
    let desk = Desk::new();
    let mut guarded = Guarded::open(&desk, &[], &honest());
    guarded.answers(&json!({"tools": [[tool("count", "Counts the notes.")]]}));
    assert_eq!(guarded.list(), ["count"]);
    assert!(is_refused(&guarded.call("note", &json!({}))), "a tool that the list does not hold");
    guarded.answers(&changed(|tool| tool["description"] = json!("Keeps a note elsewhere.")));
    guarded.list();
    assert!(is_refused(&guarded.call("note", &json!({}))));
    assert_eq!(calls(&guarded, "note"), 0);
    // As it was, it is welcome again.
    guarded.answers(&honest());
    guarded.list();
    assert!(!is_refused(&guarded.call("note", &json!({}))));
}

#[test]
fn a_change_on_a_later_page_is_seen() {
    let pages = |text: &str| json!({"tools": [[tool("count", "Counts the notes.")], [tool("note", text)]]});
    let desk = Desk::new();
    let mut guarded = Guarded::open(&desk, &[], &pages("Keeps a note."));
    assert!(!is_refused(&guarded.call("note", &json!({}))));
    guarded.answers(&pages("Keeps a note, too."));
    guarded.list();
    assert!(is_refused(&guarded.call("note", &json!({}))));
    assert_eq!(calls(&guarded, "note"), 1);
}

#[test]
fn the_same_body_under_a_new_name_waits_for_a_person() {
    let desk = Desk::new();
    let mut guarded = Guarded::open(&desk, &[], &honest());
    let mut more = honest();
    more["tools"][0][0]["name"] = json!("notes");
    guarded.answers(&more);
    guarded.list();
    assert!(is_refused(&guarded.call("note", &json!({}))), "it is not in the list any more");
    assert!(is_refused(&guarded.call("notes", &json!({}))), "nobody has seen it");
    assert_eq!(calls(&guarded, "notes") + calls(&guarded, "note"), 0);
}

#[test]
fn a_server_that_is_started_in_another_way_is_not_started_before_a_person_has_looked() {
    let desk = Desk::new();
    drop(Guarded::open(&desk, &[], &honest()));
    let other = desk.command(&[
        "guard",
        "--server",
        "notes",
        "--",
        "touch",
        &desk.path("touched").display().to_string(),
    ]);
    let run = crate::desk::finish(other, Vec::new());
    assert_ne!(run.code, Some(0));
    assert!(run.stderr.contains("portcullis approve"), "{}", run.stderr);
    assert!(!desk.path("touched").exists());
}

#[test]
fn a_list_without_end_is_not_followed_for_ever() {
    let desk = Desk::new();
    let mut server = honest();
    server["endless"] = json!(true);
    let mut guarded = Guarded::start(&desk, &[], &server);
    guarded.initialize();
    for page in 0..400 {
        let answer = guarded.request("tools/list", &json!({"cursor": page.to_string()}));
        if is_refused(&answer) {
            return;
        }
    }
    let peak = crate::desk::peak_megabytes(guarded.guard.id());
    assert!(peak < 200, "{peak} MB after 400 pages");
}
