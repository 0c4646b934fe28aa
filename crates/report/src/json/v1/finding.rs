//! What was found: findings, their places and fixes, and those that are suppressed.

use std::borrow::Cow;

use portcullis_model as model;
use serde::{Deserialize, Serialize};

use super::word::{Activity, Confidence, ItemKind, Safety, Severity, SuppressionPlace};
use crate::assessment;
use crate::source::Sources;

/// One conclusion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding<'a> {
    /// Stable across runs and moved lines.
    pub id: Cow<'a, str>,
    /// The rule that found it.
    pub rule: Cow<'a, str>,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Ids of the threats it is a case of.
    pub threats: Vec<Cow<'a, str>>,
    /// The activity in which the danger is planted.
    pub origin: Activity,
    /// The activity in which it fires.
    pub trigger: Activity,
    /// Id of the target it was found in.
    pub target: Cow<'a, str>,
    /// Where.
    pub location: Location<'a>,
    /// What was found, one sentence with input in backticks.
    pub message: Cow<'a, str>,
    /// The text that shows it; secrets are redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Cow<'a, str>>,
    /// The way through source code that leads there, from the input to the place of the finding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flow: Vec<FlowStep<'a>>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix<'a>>,
    /// CWE numbers, papers, CVEs, specification sections.
    pub references: Vec<Cow<'a, str>>,
}

impl<'a> Finding<'a> {
    /// The twin of a finding; lines and columns come from `sources` where the finding has only bytes.
    #[must_use]
    pub fn new(finding: &'a model::Finding, sources: &Sources) -> Self {
        Self {
            id: Cow::Borrowed(&finding.id),
            rule: Cow::Borrowed(finding.rule.as_str()),
            severity: finding.severity.into(),
            confidence: finding.confidence.into(),
            threats: finding.threats.iter().map(|threat| Cow::Borrowed(threat.id())).collect(),
            origin: finding.origin.into(),
            trigger: finding.trigger.into(),
            target: Cow::Borrowed(&finding.target),
            location: Location::new(&finding.location, sources),
            message: Cow::Borrowed(&finding.message),
            evidence: finding.evidence.as_deref().map(Cow::Borrowed),
            flow: finding.flow.iter().map(|step| FlowStep::new(step, sources)).collect(),
            fix: Some(Fix::from(&finding.fix)),
            references: finding.references.iter().map(|reference| Cow::Borrowed(*reference)).collect(),
        }
    }
}

/// A step of the way through source code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlowStep<'a> {
    /// The file.
    pub file: Cow<'a, str>,
    /// The line, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column, counted from 1 in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What happens there.
    pub message: Cow<'a, str>,
}

impl<'a> FlowStep<'a> {
    fn new(step: &'a model::FlowStep, sources: &Sources) -> Self {
        let place = sources.place(&step.location);
        Self {
            file: Cow::Borrowed(step.location.file.as_deref().unwrap_or_default()),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            message: Cow::Borrowed(&step.message),
        }
    }
}

/// A symbolic location and, where a file was read, its lines and columns (counted from 1, in characters; the end
/// column is one past the last).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Location<'a> {
    /// The server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Cow<'a, str>>,
    /// What kind of thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemKind>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'a, str>>,
    /// The field inside it, a JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'a, str>>,
    /// The file, home shown as `~`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Cow<'a, str>>,
    /// First line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// First column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Last line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<usize>,
    /// One past the last column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<usize>,
}

impl<'a> Location<'a> {
    fn new(location: &'a model::Location, sources: &Sources) -> Self {
        let place = sources.place(location);
        Self {
            server: location.server.as_deref().map(Cow::Borrowed),
            item: location.item.map(Into::into),
            name: location.name.as_deref().map(Cow::Borrowed),
            field: location.field.as_ref().map(|field| Cow::Borrowed(field.as_str())),
            file: location.file.as_deref().map(Cow::Borrowed),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            end_line: place.map(|place| place.end_line),
            end_column: place.map(|place| place.end_column),
        }
    }
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fix<'a> {
    /// In words.
    pub title: Cow<'a, str>,
    /// Whether the edits keep everything working.
    pub safety: Safety,
    /// Edits that do it; empty when a person has to.
    pub edits: Vec<Edit<'a>>,
}

impl<'a> From<&'a model::Fix> for Fix<'a> {
    fn from(fix: &'a model::Fix) -> Self {
        Self {
            title: Cow::Borrowed(&fix.title),
            safety: fix.safety.into(),
            edits: fix.edits.iter().map(Edit::from).collect(),
        }
    }
}

/// One change to one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Edit<'a> {
    /// Bytes are replaced.
    Replace {
        /// The file, home shown as `~`.
        file: Cow<'a, str>,
        /// First byte that goes, counted from 0.
        start: usize,
        /// One past the last byte that goes.
        end: usize,
        /// What stands there afterwards.
        replacement: Cow<'a, str>,
    },
    /// Permission bits are set.
    Permissions {
        /// The file, home shown as `~`.
        file: Cow<'a, str>,
        /// The new bits in octal, such as `0600`.
        mode: Cow<'a, str>,
    },
}

impl<'a> From<&'a model::Edit> for Edit<'a> {
    fn from(edit: &'a model::Edit) -> Self {
        match edit {
            model::Edit::Replace { file, span, replacement } => Edit::Replace {
                file: Cow::Borrowed(file),
                start: span.start,
                end: span.end,
                replacement: Cow::Borrowed(replacement),
            },
            model::Edit::Permissions { file, mode } => {
                Edit::Permissions { file: Cow::Borrowed(file), mode: Cow::Owned(format!("{mode:04o}")) }
            }
        }
    }
}

/// A finding that somebody decided to live with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Suppressed<'a> {
    /// The finding.
    pub finding: Finding<'a>,
    /// Why.
    pub reason: Cow<'a, str>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Cow<'a, str>>,
    /// The date after which it counts again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Cow<'a, str>>,
    /// Where the decision is written.
    pub place: SuppressionPlace,
}

impl<'a> Suppressed<'a> {
    pub(super) fn new(suppressed: &'a assessment::Suppressed, sources: &Sources) -> Self {
        Self {
            finding: Finding::new(&suppressed.finding, sources),
            reason: Cow::Borrowed(&suppressed.reason),
            owner: suppressed.owner.as_deref().map(Cow::Borrowed),
            expires: suppressed.expires.as_deref().map(Cow::Borrowed),
            place: suppressed.place.into(),
        }
    }
}
