//! The tools, each written once for all revisions.

mod asking;
mod working;

use std::time::Duration;

use portcullis_model::Node;
use tokio::time::sleep;

use super::Change;
use super::call::{Call, Stop};
use super::content::{audio_block, content, failed, image_block, resource_block, said, text_block};
use crate::message::{INVALID_PARAMS, Refusal};
use crate::node::at;

pub(super) use asking::form;

/// A moment between two things that a tool says.
const MOMENT: Duration = Duration::from_millis(50);

pub(super) async fn call(call: &Call) -> Result<Node, Stop> {
    let name = call.param("name")?;
    if let Some(result) = plain(call, name) {
        return Ok(result);
    }
    match name {
        "test_tool_with_logging" => Ok(with_logging(call).await),
        "test_tool_with_progress" => Ok(with_progress(call).await),
        "test_reconnection" => {
            call.disconnect();
            sleep(MOMENT * 2).await;
            Ok(said("The answer waited for you."))
        }
        "slow_compute"
        | "failing_job"
        | "protocol_error_job"
        | "confirm_delete"
        | "multi_input"
        | "test_tool_with_task" => working::call(call, name).await,
        _ => asking::call(call, name).await,
    }
}

/// The tools that answer at once.
fn plain(call: &Call, name: &str) -> Option<Node> {
    Some(match name {
        "test_simple_text" => said("This is a simple text response for testing."),
        "test_image_content" => content(vec![image_block()]),
        "test_audio_content" => content(vec![audio_block()]),
        "test_embedded_resource" => content(vec![resource_block(
            "test://embedded-resource",
            "text/plain",
            "This is an embedded resource content.",
        )]),
        "test_multiple_content_types" => content(vec![
            text_block("Multiple content types test:"),
            image_block(),
            resource_block(
                "test://mixed-content-resource",
                "application/json",
                r#"{"test":"data","value":123}"#,
            ),
        ]),
        "test_error_handling" => failed("This tool intentionally returns an error for testing"),
        "test_logging_tool" => {
            call.log("The tool for the log was called");
            said("Wrote to the log, if that is wanted.")
        }
        "test_custom_headers" => {
            said(&format!("The region is {}.", argument(call, "region").unwrap_or("not given")))
        }
        "json_schema_2020_12_tool" => {
            said(&format!("The name is {}.", argument(call, "name").unwrap_or("not given")))
        }
        "test_trigger_tool_change" => {
            call.server.toggle_tool();
            said("The list of tools changed.")
        }
        "test_trigger_prompt_change" => {
            call.server.toggle_prompt();
            said("The list of prompts changed.")
        }
        "test_trigger_resource_change" => {
            call.server.announce(Change::Resource(String::from("test://watched-resource")));
            said("The watched resource changed.")
        }
        "greet" => said(&format!("Hello, {}!", argument(call, "name").unwrap_or("World"))),
        "test_extra_tool" => said("This tool came with a change."),
        _ => return None,
    })
}

async fn with_logging(call: &Call) -> Node {
    call.log("Tool execution started");
    sleep(MOMENT).await;
    call.log("Tool processing data");
    sleep(MOMENT).await;
    call.log("Tool execution completed");
    said("Tool with logging executed successfully")
}

async fn with_progress(call: &Call) -> Node {
    call.progress(0, 100);
    sleep(MOMENT).await;
    call.progress(50, 100);
    sleep(MOMENT).await;
    call.progress(100, 100);
    said("Tool with progress executed successfully")
}

/// An argument that is a text.
fn argument<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    at(&call.params, &["arguments", name]).and_then(Node::text)
}

fn required<'a>(call: &'a Call, name: &str) -> Result<&'a str, Refusal> {
    argument(call, name)
        .ok_or_else(|| Refusal::new(INVALID_PARAMS, format!("the argument `{name}` is missing or no text")))
}

fn unknown(name: &str) -> Refusal {
    Refusal::new(INVALID_PARAMS, format!("there is no tool `{name}`"))
}
