//! What was looked at: targets, servers, tools, and ways through them.

use std::borrow::Cow;

use portcullis_model as model;
use serde::{Deserialize, Serialize};

use super::source_tool::SourceTool;
use super::word::{Status, TargetKind};
use crate::assessment;

/// One thing that was to be looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Target<'a> {
    /// Stable within a report.
    pub id: Cow<'a, str>,
    /// What kind of thing it is.
    pub kind: TargetKind,
    /// Where it is: a path (home shown as `~`), a URL, a package name.
    pub locator: Cow<'a, str>,
    /// Whether it was looked at.
    pub status: Status,
    /// Why it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'a, str>>,
    /// The tools that its source code offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<SourceTool<'a>>,
}

impl<'a> From<&'a model::Target> for Target<'a> {
    fn from(target: &'a model::Target) -> Self {
        Self {
            id: Cow::Borrowed(&target.id),
            kind: target.kind.into(),
            locator: Cow::Borrowed(&target.locator),
            status: (&target.status).into(),
            reason: target.status.reason().map(Cow::Borrowed),
            tools: Vec::new(),
        }
    }
}

impl<'a> From<Cow<'a, model::Target>> for Target<'a> {
    fn from(target: Cow<'a, model::Target>) -> Self {
        match target {
            Cow::Borrowed(target) => target.into(),
            Cow::Owned(target) => Self {
                kind: target.kind.into(),
                status: (&target.status).into(),
                reason: target.status.reason().map(|reason| Cow::Owned(reason.to_owned())),
                tools: Vec::new(),
                id: Cow::Owned(target.id),
                locator: Cow::Owned(target.locator),
            },
        }
    }
}

/// One server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Server<'a> {
    /// The configured name.
    pub name: Cow<'a, str>,
    /// Id of its target.
    pub target: Cow<'a, str>,
    /// The host program that would start it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Cow<'a, str>>,
    /// The configuration file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Cow<'a, str>>,
    /// How it is reached, in words.
    pub launch: Cow<'a, str>,
    /// Its tools; absent when its surface was not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<ToolOfServer<'a>>>,
    /// What was read of it and what was not.
    pub coverage: Coverage<'a>,
}

/// One tool of a server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToolOfServer<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// `EIT` brings outside text in, `PAT` reads private data, `NAT` sends data out.
    pub classes: Vec<Cow<'a, str>>,
}

/// What was read and what was not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Coverage<'a> {
    /// In words with counts.
    pub read: Vec<Cow<'a, str>>,
    /// What was not read.
    pub unread: Vec<Unread<'a>>,
}

/// A part that was not read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unread<'a> {
    /// The part.
    pub part: Cow<'a, str>,
    /// Why.
    pub reason: Cow<'a, str>,
    /// True when it was left out by design.
    pub expected: bool,
}

impl<'a> From<&'a assessment::ServerSummary> for Server<'a> {
    fn from(server: &'a assessment::ServerSummary) -> Self {
        let tool = |tool: &'a assessment::ToolSummary| ToolOfServer {
            name: Cow::Borrowed(&tool.name),
            classes: tool.classes.iter().map(|class| Cow::Borrowed(class.as_str())).collect(),
        };
        let unread = |unread: &'a model::Unread| Unread {
            part: Cow::Borrowed(&unread.part),
            reason: Cow::Borrowed(&unread.reason),
            expected: unread.expected,
        };
        Self {
            name: Cow::Borrowed(&server.name),
            target: Cow::Borrowed(&server.target),
            host: server.host.as_deref().map(Cow::Borrowed),
            file: server.file.as_deref().map(Cow::Borrowed),
            launch: Cow::Borrowed(&server.launch),
            tools: server.tools.as_ref().map(|tools| tools.iter().map(tool).collect()),
            coverage: Coverage {
                read: server.coverage.read.iter().map(|read| Cow::Borrowed(read.as_str())).collect(),
                unread: server.coverage.unread.iter().map(unread).collect(),
            },
        }
    }
}

/// One step of a chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step<'a> {
    /// The server.
    pub server: Cow<'a, str>,
    /// The tool.
    pub tool: Cow<'a, str>,
    /// `EIT`, `PAT` or `NAT`.
    pub class: Cow<'a, str>,
}

impl<'a> From<&'a assessment::ChainStep> for Step<'a> {
    fn from(step: &'a assessment::ChainStep) -> Self {
        Self {
            server: Cow::Borrowed(&step.server),
            tool: Cow::Borrowed(&step.tool),
            class: Cow::Borrowed(step.class.as_str()),
        }
    }
}
