//! Pieces of results.

use portcullis_model::Node;

use crate::node::{list, object, text, with};

/// A PNG of one red pixel.
pub(super) const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/// A WAV without samples.
pub(super) const SILENCE: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

pub(super) fn text_block(words: &str) -> Node {
    object([("type", text("text")), ("text", text(words))])
}

pub(super) fn image_block() -> Node {
    object([("type", text("image")), ("data", text(PIXEL)), ("mimeType", text("image/png"))])
}

pub(super) fn audio_block() -> Node {
    object([("type", text("audio")), ("data", text(SILENCE)), ("mimeType", text("audio/wav"))])
}

/// A resource inside a result.
pub(super) fn resource_block(uri: &str, mime_type: &str, words: &str) -> Node {
    object([("type", text("resource")), ("resource", text_contents(uri, mime_type, words))])
}

/// What a resource of text holds.
pub(super) fn text_contents(uri: &str, mime_type: &str, words: &str) -> Node {
    object([("uri", text(uri)), ("mimeType", text(mime_type)), ("text", text(words))])
}

/// The result of a tool.
pub(super) fn content(blocks: Vec<Node>) -> Node {
    object([("content", list(blocks))])
}

/// The result of a tool that says this.
pub(super) fn said(words: &str) -> Node {
    content(vec![text_block(words)])
}

/// The result of a tool that failed.
pub(super) fn failed(words: &str) -> Node {
    with(said(words), "isError", crate::node::truth(true))
}
