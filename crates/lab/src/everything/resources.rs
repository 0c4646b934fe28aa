//! The resources.

use portcullis_model::Node;
use portcullis_wire::json;
use portcullis_wire::revision::Era;

use super::call::Call;
use super::content::{PIXEL, text_contents};
use crate::message::{INVALID_PARAMS, Refusal};
use crate::node::{list, object, text, truth};

/// The code for a resource that is not there, before 2026-07-28.
const RESOURCE_NOT_FOUND: i32 = -32002;

pub(super) fn all(call: &Call) -> Vec<Node> {
    kind(call, "resources")
}

pub(super) fn templates(call: &Call) -> Vec<Node> {
    kind(call, "resourceTemplates")
}

fn kind(call: &Call, kind: &str) -> Vec<Node> {
    call.server.surface.get(kind).map_or(&[][..], Node::items).to_vec()
}

pub(super) fn read(call: &Call) -> Result<Node, Refusal> {
    let uri = call.param("uri")?;
    let contents = match uri {
        "test://static-text" => {
            text_contents(uri, "text/plain", "This is the content of the static text resource.")
        }
        "test://static-binary" => {
            object([("uri", text(uri)), ("mimeType", text("image/png")), ("blob", text(PIXEL))])
        }
        "test://watched-resource" => text_contents(uri, "text/plain", "This text is watched."),
        _ => {
            let id = uri.strip_prefix("test://template/").and_then(|rest| rest.strip_suffix("/data"));
            let id =
                id.filter(|id| !id.is_empty() && !id.contains('/')).ok_or_else(|| not_found(call, uri))?;
            let data = object([
                ("id", text(id)),
                ("templateTest", truth(true)),
                ("data", text(&format!("Data for ID: {id}"))),
            ]);
            text_contents(uri, "application/json", &json::write(&data))
        }
    };
    Ok(object([("contents", list(vec![contents]))]))
}

fn not_found(call: &Call, uri: &str) -> Refusal {
    let code = if call.era() == Era::Modern { INVALID_PARAMS } else { RESOURCE_NOT_FOUND };
    Refusal::new(code, "Resource not found").data(object([("uri", text(uri))]))
}
