//! The tools that source code offers, and what their code does.

use std::borrow::Cow;
use std::collections::BTreeMap;

use portcullis_model as model;
use serde::{Deserialize, Serialize};

use crate::assessment;

/// A tool that source code offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceTool<'a> {
    /// Its name; empty where it is only known at run time.
    pub name: Cow<'a, str>,
    /// Its description, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    /// The schema of its arguments, as far as it is known.
    #[serde(default, rename = "inputSchema", skip_serializing_if = "Option::is_none")]
    pub input_schema: Option<Json<'a>>,
    /// Where the code registers it.
    pub registered: CodePlace<'a>,
    /// What a call of it does.
    pub effects: Vec<ToolEffect<'a>>,
    /// `EIT` brings outside text in, `PAT` reads private data, `NAT` sends data out.
    pub capability: Vec<Cow<'a, str>>,
}

/// A line of source code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CodePlace<'a> {
    /// The file.
    pub file: Cow<'a, str>,
    /// The line, counted from 1; 0 where it is not known.
    pub line: usize,
}

/// Something that the code of a tool does to the world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToolEffect<'a> {
    /// What: `process`, `evaluate`, `read`, `write`, `delete`, `network`, `listen`, `environment`, `clipboard`,
    /// `keyring`, `database`, `fingerprint`, `native`.
    pub kind: Cow<'a, str>,
    /// With what, where that is known: a host, a path, a program, the name of a variable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Cow<'a, str>>,
    /// The function that does it.
    pub function: Cow<'a, str>,
    /// The file.
    pub file: Cow<'a, str>,
    /// The line, counted from 1; 0 where it is not known.
    pub line: usize,
}

/// Any JSON value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Json<'a> {
    /// `null`.
    Null(()),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Whole(i64),
    /// Another number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Json<'a>>),
    /// An object.
    Map(BTreeMap<Cow<'a, str>, Json<'a>>),
}

impl<'a> From<&'a model::Node> for Json<'a> {
    fn from(node: &'a model::Node) -> Self {
        match &node.value {
            model::Value::Null => Json::Null(()),
            model::Value::Bool(value) => Json::Bool(*value),
            model::Value::Number(spelt) => number(spelt),
            model::Value::Text(text) => Json::Text(Cow::Borrowed(text)),
            model::Value::List(items) => Json::List(items.iter().map(Json::from).collect()),
            model::Value::Map(entries) => {
                let entry = |entry: &'a model::Entry| (Cow::Borrowed(&*entry.key), Json::from(&entry.node));
                Json::Map(entries.iter().map(entry).collect())
            }
        }
    }
}

/// A number as near to its spelling as JSON readers keep it; its spelling where it is none that they know.
fn number(spelt: &str) -> Json<'_> {
    if let Ok(whole) = spelt.parse() {
        return Json::Whole(whole);
    }
    match spelt.parse::<f64>() {
        Ok(number) if number.is_finite() => Json::Number(number),
        _ => Json::Text(Cow::Borrowed(spelt)),
    }
}

impl<'a> From<&'a assessment::SourceTool> for SourceTool<'a> {
    fn from(tool: &'a assessment::SourceTool) -> Self {
        Self {
            name: Cow::Borrowed(&tool.name),
            description: tool.description.as_deref().map(Cow::Borrowed),
            input_schema: tool.input_schema.as_ref().map(Json::from),
            registered: CodePlace { file: Cow::Borrowed(&tool.registered.file), line: tool.registered.line },
            effects: tool.effects.iter().map(ToolEffect::from).collect(),
            capability: tool.capability.iter().map(|class| Cow::Borrowed(class.as_str())).collect(),
        }
    }
}

impl<'a> From<&'a assessment::ToolEffect> for ToolEffect<'a> {
    fn from(effect: &'a assessment::ToolEffect) -> Self {
        Self {
            kind: Cow::Borrowed(effect.kind),
            detail: effect.detail.as_deref().map(Cow::Borrowed),
            function: Cow::Borrowed(&effect.function),
            file: Cow::Borrowed(&effect.place.file),
            line: effect.place.line,
        }
    }
}
