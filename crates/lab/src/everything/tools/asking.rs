//! The tools that ask the client for something.

use portcullis_model::Node;
use portcullis_wire::json;

use super::super::call::{Call, Stop};
use super::super::content::said;
use super::{required, unknown};
use crate::message::{INTERNAL_ERROR, Refusal};
use crate::node::{at, list, literal, map, number, object, text};

const ELICIT: &str = "elicitation/create";
const SAMPLE: &str = "sampling/createMessage";
const ROOTS: &str = "roots/list";

/// The person is asked for two texts.
const CONTACT: &str = r#"{
    "type": "object",
    "properties": {
        "username": {"type": "string", "description": "User's response"},
        "email": {"type": "string", "description": "User's email address"}
    },
    "required": ["username", "email"]
}"#;

/// The person is asked for values of every simple type, each with a default.
const DEFAULTS: &str = r#"{
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "User name", "default": "John Doe"},
        "age": {"type": "integer", "description": "User age", "default": 30},
        "score": {"type": "number", "description": "User score", "default": 95.5},
        "status": {
            "type": "string", "description": "User status",
            "enum": ["active", "inactive", "pending"], "default": "active"
        },
        "verified": {"type": "boolean", "description": "Verification status", "default": true}
    },
    "required": []
}"#;

/// The person is asked to choose in each of the five ways.
const CHOICES: &str = r#"{
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
        "titledSingle": {"type": "string", "oneOf": [
            {"const": "value1", "title": "First Option"},
            {"const": "value2", "title": "Second Option"},
            {"const": "value3", "title": "Third Option"}
        ]},
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"]
        },
        "untitledMulti": {
            "type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}
        },
        "titledMulti": {"type": "array", "items": {"anyOf": [
            {"const": "value1", "title": "First Choice"},
            {"const": "value2", "title": "Second Choice"},
            {"const": "value3", "title": "Third Choice"}
        ]}}
    },
    "required": []
}"#;

pub(super) async fn call(call: &Call, name: &str) -> Result<Node, Stop> {
    match name {
        "test_sampling" => {
            let answer = call.ask("answer", SAMPLE, sampling(required(call, "prompt")?, 100)).await?;
            Ok(said(&format!("LLM response: {}", sampled(&answer))))
        }
        "test_elicitation" => {
            let asked = elicitation(required(call, "message")?, literal(CONTACT));
            let answer = call.ask("contact", ELICIT, asked).await?;
            Ok(said(&format!("User response: {}", json::write(&answer))))
        }
        "test_elicitation_sep1034_defaults" => {
            completed(call, "Please review your user profile", DEFAULTS).await
        }
        "test_elicitation_sep1330_enums" => completed(call, "Please choose", CHOICES).await,
        "test_streaming_elicitation" => {
            call.keep_alive();
            let answer = call.ask("confirm", ELICIT, form("Please confirm", "ok", "boolean")).await?;
            Ok(said(&json::write(&answer)))
        }
        "test_missing_capability" => {
            let answer = call.ask("answer", SAMPLE, sampling("Say hello", 50)).await?;
            Ok(said(sampled(&answer)))
        }
        _ => rounds(call, name).await,
    }
}

/// The tools that the suite calls in several rounds.
async fn rounds(call: &Call, name: &str) -> Result<Node, Stop> {
    match name {
        "test_input_required_result_elicitation" => {
            let answer = call.ask("user_name", ELICIT, form("What is your name?", "name", "string")).await?;
            Ok(said(&format!("Hello, {}!", filled_in(&answer, "name"))))
        }
        "test_input_required_result_sampling" => {
            let asked = sampling("What is the capital of France?", 100);
            let answer = call.ask("capital_question", SAMPLE, asked).await?;
            Ok(said(sampled(&answer)))
        }
        "test_input_required_result_list_roots" => {
            let answer = call.ask("client_roots", ROOTS, object([])).await?;
            Ok(said(&format!("The client has {} roots.", roots(&answer))))
        }
        "test_input_required_result_request_state" | "test_input_required_result_tampered_state" => {
            call.ask("confirm", ELICIT, form("Please confirm", "ok", "boolean")).await?;
            Ok(said("state-ok"))
        }
        "test_input_required_result_multiple_inputs" => at_once(call).await,
        "test_input_required_result_multi_round" => {
            let first = form("Step 1: What is your name?", "name", "string");
            let first = call.ask("step1", ELICIT, first).await?;
            let second = form("Step 2: What is your favorite color?", "color", "string");
            let second = call.ask("step2", ELICIT, second).await?;
            Ok(said(&format!("{} likes {}.", filled_in(&first, "name"), filled_in(&second, "color"))))
        }
        "test_input_required_result_capabilities" => as_declared(call).await,
        _ => Err(unknown(name).into()),
    }
}

async fn at_once(call: &Call) -> Result<Node, Stop> {
    let wanted = vec![
        ("user_name", ELICIT, form("What is your name?", "name", "string")),
        ("greeting", SAMPLE, sampling("Generate a greeting", 50)),
        ("client_roots", ROOTS, object([])),
    ];
    let answers = call.ask_all(wanted).await?;
    let [name, greeting, client_roots] = &*answers else {
        return Err(Refusal::new(INTERNAL_ERROR, "not everything was answered").into());
    };
    let name = filled_in(name, "name");
    Ok(said(&format!("{name}: {} ({} roots)", sampled(greeting), roots(client_roots))))
}

async fn as_declared(call: &Call) -> Result<Node, Stop> {
    let mut wanted = Vec::new();
    if call.client_has(&["elicitation"]) {
        wanted.push(("name", ELICIT, form("What is your name?", "name", "string")));
    }
    if call.client_has(&["sampling"]) {
        wanted.push(("greeting", SAMPLE, sampling("Generate a greeting", 50)));
    }
    if call.client_has(&["roots"]) {
        wanted.push(("roots", ROOTS, object([])));
    }
    let answers = call.ask_all(wanted).await?;
    Ok(said(&format!("The client answered {} requests.", answers.len())))
}

async fn completed(call: &Call, message: &str, schema: &str) -> Result<Node, Stop> {
    let answer = call.ask("form", ELICIT, elicitation(message, literal(schema))).await?;
    let content = answer.get("content").map_or_else(|| String::from("{}"), json::write);
    let action = answer.get_text("action").unwrap_or("none");
    Ok(said(&format!("Elicitation completed: action={action}, content={content}")))
}

/// A form with one field that has to be filled in.
pub(in crate::everything) fn form(message: &str, field: &str, kind: &str) -> Node {
    let fields = map([(field.to_owned(), object([("type", text(kind))]))]);
    let schema =
        object([("type", text("object")), ("properties", fields), ("required", list(vec![text(field)]))]);
    elicitation(message, schema)
}

fn elicitation(message: &str, schema: Node) -> Node {
    object([("message", text(message)), ("requestedSchema", schema)])
}

fn sampling(prompt: &str, most: u32) -> Node {
    let content = object([("type", text("text")), ("text", text(prompt))]);
    let message = object([("role", text("user")), ("content", content)]);
    object([("messages", list(vec![message])), ("maxTokens", number(most))])
}

pub(super) fn filled_in<'a>(answer: &'a Node, field: &str) -> &'a str {
    at(answer, &["content", field]).and_then(Node::text).unwrap_or("nobody")
}

fn sampled(answer: &Node) -> &str {
    at(answer, &["content", "text"]).and_then(Node::text).unwrap_or("nothing")
}

fn roots(answer: &Node) -> usize {
    answer.get("roots").map_or(0, |roots| roots.items().len())
}
