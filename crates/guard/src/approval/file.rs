//! The files of waiting decisions.

use portcullis_model::{Node, Value};
use serde::Serialize;

use super::Waiting;

/// The version of the files.
pub(super) const SCHEMA: &str = "portcullis.approval/1";

#[derive(Serialize)]
pub(super) struct Question<'a> {
    pub(super) schema: &'static str,
    pub(super) id: &'a str,
    pub(super) kind: &'a str,
    pub(super) principal: &'a str,
    pub(super) server: &'a str,
    pub(super) subject: &'a str,
    pub(super) shown: &'a str,
    pub(super) because: &'a [String],
    pub(super) asked: u64,
    pub(super) expires: u64,
    pub(super) binding: &'a str,
}

#[derive(Serialize)]
pub(super) struct Answer<'a> {
    pub(super) schema: &'static str,
    pub(super) approved: bool,
    pub(super) by: &'a str,
    pub(super) at: u64,
    pub(super) binding: &'a str,
}

/// Reads a question; nothing when it is not one of ours.
pub(super) fn question(root: &Node) -> Option<Waiting> {
    let text = |name: &str| root.get_text(name).map(str::to_owned);
    let number = |name: &str| match &root.get(name)?.value {
        Value::Number(spelt) => spelt.parse().ok(),
        _ => None,
    };
    if root.get_text("schema") != Some(SCHEMA) {
        return None;
    }
    let because = root.get("because").map_or(&[][..], Node::items);
    Some(Waiting {
        id: text("id")?,
        kind: text("kind")?,
        principal: text("principal")?,
        server: text("server")?,
        subject: text("subject")?,
        shown: text("shown")?,
        because: because.iter().filter_map(|reason| reason.text().map(str::to_owned)).collect(),
        asked: number("asked")?,
        expires: number("expires")?,
        binding: text("binding")?,
    })
}
