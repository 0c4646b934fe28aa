//! The tools that can go on as tasks.

use std::time::Duration;

use portcullis_model::{Node, Value};
use tokio::time::sleep;

use super::super::call::{Call, Stop};
use super::super::content::{failed, said};
use super::super::tasks::Need;
use super::asking::{filled_in, form};
use super::{argument, unknown};
use crate::message::{INTERNAL_ERROR, Refusal};
use crate::node::at;

const ELICIT: &str = "elicitation/create";

/// The longest a computation takes, in seconds.
const LONGEST: f64 = 3600.0;

pub(super) async fn call(call: &Call, name: &str) -> Result<Node, Stop> {
    match name {
        "slow_compute" => match seconds(call) {
            seconds if seconds > 0.0 => call.as_task(Need::May, move |_| compute(seconds)).await,
            _ => Ok(said("Computed at once.")),
        },
        "failing_job" => {
            let work = |_| async {
                sleep(Duration::from_millis(500)).await;
                Ok(failed("The job failed, as it always does."))
            };
            call.as_task(Need::Must, work).await
        }
        "protocol_error_job" => {
            let work =
                |_| async { Err(Refusal::new(INTERNAL_ERROR, "the job broke, as it always does").into()) };
            call.as_task(Need::Must, work).await
        }
        "confirm_delete" => call.as_task(Need::May, confirm_delete).await,
        "multi_input" => call.as_task(Need::May, multi_input).await,
        "test_tool_with_task" => {
            let answer = call.ask("user_name", ELICIT, form("What is your name?", "name", "string")).await?;
            let greeting = format!("Hello, {}, from a task!", filled_in(&answer, "name"));
            call.as_task(Need::Must, move |_| async move { Ok(said(&greeting)) }).await
        }
        _ => Err(unknown(name).into()),
    }
}

fn seconds(call: &Call) -> f64 {
    match at(&call.params, &["arguments", "seconds"]).map(|seconds| &seconds.value) {
        Some(Value::Number(seconds)) => {
            seconds.parse().map_or(0.0, |seconds: f64| seconds.clamp(0.0, LONGEST))
        }
        _ => 0.0,
    }
}

async fn compute(seconds: f64) -> Result<Node, Stop> {
    sleep(Duration::from_secs_f64(seconds)).await;
    Ok(said(&format!("Computed for {seconds} seconds.")))
}

async fn confirm_delete(call: Call) -> Result<Node, Stop> {
    let file = argument(&call, "filename").unwrap_or("the file").to_owned();
    let asked = form(&format!("Would you delete {file}?"), "confirm", "boolean");
    let answer = call.ask("confirm", ELICIT, asked).await?;
    let confirmed = at(&answer, &["content", "confirm"]).and_then(Node::bool) == Some(true);
    Ok(said(&format!("{file} {}.", if confirmed { "would be deleted" } else { "stays" })))
}

async fn multi_input(call: Call) -> Result<Node, Stop> {
    let wanted = vec![
        ("first", ELICIT, form("What is your first name?", "name", "string")),
        ("last", ELICIT, form("What is your last name?", "name", "string")),
    ];
    let answers = call.ask_all(wanted).await?;
    let names: Vec<&str> = answers.iter().map(|answer| filled_in(answer, "name")).collect();
    Ok(said(&names.join(" ")))
}
