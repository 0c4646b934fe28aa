//! The prompts.

use portcullis_model::Node;

use super::call::{Call, Stop};
use super::content::{image_block, resource_block, text_block};
use super::tools::form;
use crate::message::{INVALID_PARAMS, Refusal};
use crate::node::{at, list, object, text};

pub(super) async fn get(call: &Call) -> Result<Node, Stop> {
    let name = call.param("name")?;
    let argument = |name: &str| at(&call.params, &["arguments", name]).and_then(Node::text);
    let required = |name: &str| {
        argument(name)
            .ok_or_else(|| Refusal::new(INVALID_PARAMS, format!("the argument `{name}` is missing")))
    };
    let blocks = match name {
        "test_simple_prompt" => vec![text_block("This is a simple prompt for testing.")],
        "test_prompt_with_arguments" => {
            let (first, second) = (required("arg1")?, required("arg2")?);
            vec![text_block(&format!("Prompt with arguments: arg1='{first}', arg2='{second}'"))]
        }
        "test_prompt_with_embedded_resource" => vec![
            resource_block(required("resourceUri")?, "text/plain", "Embedded resource content for testing."),
            text_block("Please process the embedded resource above."),
        ],
        "test_prompt_with_image" => vec![image_block(), text_block("Please analyze the image above.")],
        "test_input_required_result_prompt" => {
            let asked = form("What context should the prompt use?", "context", "string");
            let answer = call.ask("user_context", "elicitation/create", asked).await?;
            let context = at(&answer, &["content", "context"]).and_then(Node::text).unwrap_or("none");
            vec![text_block(&format!("Use this context: {context}"))]
        }
        "test_extra_prompt" => vec![text_block("This prompt came with a change.")],
        _ => return Err(Refusal::new(INVALID_PARAMS, format!("there is no prompt `{name}`")).into()),
    };
    let message = |block| object([("role", text("user")), ("content", block)]);
    Ok(object([("messages", list(blocks.into_iter().map(message).collect()))]))
}
