//! The part of SARIF 2.1.0 that we write (OASIS Standard, 27 March 2020). Names are those of the standard.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

/// §3.13, the whole document.
#[derive(Debug, Serialize)]
pub(crate) struct Log<'a> {
    #[serde(rename = "$schema")]
    pub(crate) schema: &'static str,
    pub(crate) version: &'static str,
    pub(crate) runs: [Run<'a>; 1],
}

/// §3.14
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run<'a> {
    pub(crate) tool: Tool<'a>,
    pub(crate) invocations: [Invocation<'a>; 1],
    pub(crate) column_kind: &'static str,
    pub(crate) results: Vec<ResultObject<'a>>,
}

/// §3.18
#[derive(Debug, Serialize)]
pub(crate) struct Tool<'a> {
    pub(crate) driver: Driver<'a>,
}

/// §3.19
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Driver<'a> {
    pub(crate) name: &'static str,
    pub(crate) version: &'a str,
    pub(crate) semantic_version: &'a str,
    pub(crate) rules: Vec<Descriptor<'a>>,
    pub(crate) notifications: Vec<Descriptor<'a>>,
}

/// §3.49, a rule or a kind of notification.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor<'a> {
    pub(crate) id: &'a str,
    pub(crate) short_description: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) full_description: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_configuration: Option<Configuration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) properties: Option<RuleProperties<'a>>,
}

/// §3.12, §3.11
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Text<'a> {
    pub(crate) text: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) markdown: Option<Cow<'a, str>>,
}

/// §3.50
#[derive(Debug, Serialize)]
pub(crate) struct Configuration {
    pub(crate) level: &'static str,
}

/// Properties that code scanning services read from rules.
#[derive(Debug, Serialize)]
pub(crate) struct RuleProperties<'a> {
    pub(crate) tags: Vec<Cow<'a, str>>,
    pub(crate) precision: &'static str,
    #[serde(rename = "security-severity")]
    pub(crate) security_severity: &'static str,
}

/// §3.20
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invocation<'a> {
    pub(crate) execution_successful: bool,
    pub(crate) tool_execution_notifications: Vec<Notification<'a>>,
}

/// §3.58
#[derive(Debug, Serialize)]
pub(crate) struct Notification<'a> {
    pub(crate) descriptor: Reference,
    pub(crate) level: &'static str,
    pub(crate) message: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) locations: Vec<Location<'a>>,
}

/// §3.52
#[derive(Debug, Serialize)]
pub(crate) struct Reference {
    pub(crate) id: &'static str,
}

/// §3.27
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultObject<'a> {
    pub(crate) rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule_index: Option<usize>,
    pub(crate) level: &'static str,
    pub(crate) message: Text<'a>,
    pub(crate) locations: [Location<'a>; 1],
    pub(crate) partial_fingerprints: BTreeMap<&'static str, &'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) code_flows: Vec<CodeFlow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) fixes: Vec<Fix<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) suppressions: Vec<Suppression<'a>>,
    pub(crate) properties: ResultProperties<'a>,
}

/// What SARIF has no place for.
#[derive(Debug, Serialize)]
pub(crate) struct ResultProperties<'a> {
    pub(crate) severity: &'static str,
    pub(crate) confidence: &'static str,
    pub(crate) threats: Vec<&'static str>,
    pub(crate) origin: &'static str,
    pub(crate) trigger: &'static str,
    pub(crate) target: &'a str,
    pub(crate) references: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) evidence: Option<&'a str>,
}

/// §3.28
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) physical_location: Option<PhysicalLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) logical_locations: Vec<LogicalLocation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<Text<'a>>,
}

/// §3.36
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeFlow<'a> {
    pub(crate) thread_flows: [ThreadFlow<'a>; 1],
}

/// §3.37
#[derive(Debug, Serialize)]
pub(crate) struct ThreadFlow<'a> {
    pub(crate) locations: Vec<ThreadFlowLocation<'a>>,
}

/// §3.38
#[derive(Debug, Serialize)]
pub(crate) struct ThreadFlowLocation<'a> {
    pub(crate) location: Location<'a>,
}

/// §3.29
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalLocation {
    pub(crate) artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<Region>,
}

/// §3.4
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ArtifactLocation {
    pub(crate) uri: String,
}

/// §3.30
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Region {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) byte_offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) byte_length: Option<usize>,
}

/// §3.33
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogicalLocation<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) fully_qualified_name: String,
    pub(crate) kind: &'static str,
}

/// §3.55
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fix<'a> {
    pub(crate) description: Text<'a>,
    pub(crate) artifact_changes: Vec<ArtifactChange<'a>>,
}

/// §3.56
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArtifactChange<'a> {
    pub(crate) artifact_location: ArtifactLocation,
    pub(crate) replacements: Vec<Replacement<'a>>,
}

/// §3.57
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Replacement<'a> {
    pub(crate) deleted_region: Region,
    pub(crate) inserted_content: Text<'a>,
}

/// §3.35
#[derive(Debug, Serialize)]
pub(crate) struct Suppression<'a> {
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) justification: &'a str,
    pub(crate) properties: SuppressionProperties<'a>,
}

/// Who decided, and until when.
#[derive(Debug, Serialize)]
pub(crate) struct SuppressionProperties<'a> {
    pub(crate) place: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<&'a str>,
}
