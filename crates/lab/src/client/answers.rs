//! What the client answers when a server asks: it accepts every form with its defaults, and its model has one thing to
//! say.

use portcullis_model::Node;

use crate::node::{list, literal, map, object, text, truth};

/// What the client declares.
pub(super) fn capabilities() -> Node {
    literal(r#"{"elicitation":{},"sampling":{},"roots":{}}"#)
}

/// The result for a request of the server.
pub(super) fn answer(method: &str, params: Option<&Node>) -> Node {
    match method {
        "elicitation/create" => {
            let schema = params.and_then(|params| params.get("requestedSchema"));
            let fields = schema.and_then(|schema| schema.get("properties")).map_or(&[][..], Node::entries);
            let filled =
                fields.iter().filter_map(|field| Some((field.key.to_string(), value_of(&field.node)?)));
            object([("action", text("accept")), ("content", map(filled))])
        }
        "sampling/createMessage" => {
            let content = object([("type", text("text")), ("text", text("This is what the model says."))]);
            object([
                ("role", text("assistant")),
                ("content", content),
                ("model", text("none")),
                ("stopReason", text("endTurn")),
            ])
        }
        "roots/list" => {
            let root = object([("uri", text("file:///srv/example")), ("name", text("Example"))]);
            object([("roots", list(vec![root]))])
        }
        _ => object([]),
    }
}

/// The default of a field; without one, yes to a question of yes and no.
fn value_of(field: &Node) -> Option<Node> {
    let agreed = || (field.get_text("type") == Some("boolean")).then(|| truth(true));
    field.get("default").cloned().or_else(agreed)
}
