//! What the client does in each scenario of the official conformance suite.

use hyper::Uri;
use portcullis_model::Node;
use portcullis_wire::revision::Revision;

use super::{Client, Failure};
use crate::node::{literal, map, number, object, text, truth};

/// Plays one scenario against the server at `address`. `context` is what the suite adds to the scenario, as JSON.
///
/// # Errors
/// When the server does not let the client do what the scenario asks.
pub async fn run(
    scenario: &str,
    address: Uri,
    revision: Revision,
    context: Option<&str>,
) -> Result<(), Failure> {
    let client = Client::connect(address, revision).await?;
    let tools = client.list_tools().await?;
    match scenario {
        "http-standard-headers" => everything(&client, &tools).await,
        "http-custom-headers" => prescribed(&client, context).await,
        "json-schema-2020-12-preservation" => echo(&client, &tools).await,
        // The tool is there to be looked at: what its schema refers to must not be fetched.
        "json-schema-ref-no-deref" => Ok(()),
        _ => call_all(&client, &tools).await,
    }
}

/// Calls every usable tool once, with arguments made up from its schema.
async fn call_all(client: &Client, tools: &[Node]) -> Result<(), Failure> {
    for tool in tools {
        client.call_tool(tool.get_text("name").unwrap_or_default(), made_up(tool)).await?;
    }
    Ok(())
}

/// Calls every tool, reads every resource, gets every prompt.
async fn everything(client: &Client, tools: &[Node]) -> Result<(), Failure> {
    call_all(client, tools).await?;
    let items = |result: Node, kind: &str| result.get(kind).map_or(&[][..], Node::items).to_vec();
    for resource in items(client.request("resources/list", object([])).await?, "resources") {
        let uri = resource.get_text("uri").unwrap_or_default();
        client.request("resources/read", object([("uri", text(uri))])).await?;
    }
    for prompt in items(client.request("prompts/list", object([])).await?, "prompts") {
        let name = prompt.get_text("name").unwrap_or_default();
        client.request("prompts/get", object([("name", text(name))])).await?;
    }
    Ok(())
}

/// Makes the calls that the suite prescribes.
async fn prescribed(client: &Client, context: Option<&str>) -> Result<(), Failure> {
    let context = literal(context.unwrap_or_default());
    for call in context.get("toolCalls").map_or(&[][..], Node::items) {
        let arguments = call.get("arguments").cloned().unwrap_or_else(|| object([]));
        client.call_tool(call.get_text("name").unwrap_or_default(), arguments).await?;
    }
    Ok(())
}

/// Hands the schema of one tool to another, as it came.
async fn echo(client: &Client, tools: &[Node]) -> Result<(), Failure> {
    let looked_at = tools.iter().find(|tool| tool.get_text("name") == Some("json_schema_2020_12_tool"));
    let schema = looked_at.and_then(|tool| tool.get("inputSchema")).cloned();
    let schema = schema.ok_or_else(|| Failure::Broken(String::from("the tool to look at is not listed")))?;
    client.call_tool("json_schema_echo", object([("schema", schema)])).await?;
    Ok(())
}

/// Arguments that the tool's schema allows, for the parameters that it requires.
fn made_up(tool: &Node) -> Node {
    let schema = tool.get("inputSchema");
    let required = schema.and_then(|schema| schema.get("required")).map_or(&[][..], Node::items);
    let properties = schema.and_then(|schema| schema.get("properties"));
    map(required.iter().filter_map(Node::text).map(|name| {
        let kind = properties
            .and_then(|properties| properties.get(name))
            .and_then(|property| property.get_text("type"));
        let value = match kind {
            Some("number" | "integer") => number(3),
            Some("boolean") => truth(true),
            Some("object") => object([]),
            _ => text("example"),
        };
        (name.to_owned(), value)
    }))
}
