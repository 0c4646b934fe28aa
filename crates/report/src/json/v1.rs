//! Findings, JSON version 1 (`portcullis.findings/1`). Fields are only ever added; anything else is a new version.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use portcullis_model as model;
use serde::{Deserialize, Serialize};

use crate::Options;
use crate::assessment::Assessment;
use crate::order::{self, Counts};

mod finding;
mod source_tool;
mod subject;
mod word;

pub use finding::{Edit, Finding, Fix, FlowStep, Location, Suppressed};
pub use source_tool::{CodePlace, Json, SourceTool, ToolEffect};
pub use subject::{Coverage, Server, Step, Target, ToolOfServer, Unread};
pub use word::{Activity, Confidence, ItemKind, Safety, Severity, Status, SuppressionPlace, TargetKind};

/// The value of the member `schema`.
pub const SCHEMA: &str = "portcullis.findings/1";

/// A whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report<'a> {
    /// Always `portcullis.findings/1`.
    pub schema: Cow<'a, str>,
    /// The program that wrote the report.
    pub tool: Tool<'a>,
    /// What was to be looked at.
    pub targets: Vec<Target<'a>>,
    /// What was found, worst first.
    pub findings: Vec<Finding<'a>>,
    /// Counts.
    pub summary: Summary,
    /// The servers met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<Server<'a>>,
    /// Ways from outside text over private data to the network, shortest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chains: Vec<Vec<Step<'a>>>,
    /// What was found and suppressed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Suppressed<'a>>,
    /// Remarks for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Cow<'a, str>>,
    /// Hosts that were asked over the network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked_hosts: Vec<Cow<'a, str>>,
}

/// The program that wrote the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool<'a> {
    /// Always `portcullis`.
    pub name: Cow<'a, str>,
    /// Its version.
    pub version: Cow<'a, str>,
}

/// One line of the JSON Lines format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line<'a> {
    /// The target.
    pub target: Target<'a>,
    /// What was found in it.
    pub findings: Vec<Finding<'a>>,
}

/// Counts over the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Findings of each severity; all severities are listed.
    pub by_severity: BTreeMap<Severity, usize>,
    /// Number of targets.
    pub targets: usize,
    /// Number of findings.
    pub findings: usize,
    /// Milliseconds the run took; 0 when the caller asked for output without times.
    pub elapsed_ms: u64,
    /// True when everything that should have been looked at was.
    #[serde(default)]
    pub complete: bool,
}

impl Summary {
    fn new(assessment: &Assessment, targets: usize, options: &Options) -> Self {
        let counts = Counts::of(&assessment.findings);
        let elapsed_ms = if options.elapsed { assessment.elapsed.as_millis() } else { 0 };
        Self {
            by_severity: model::Severity::ALL
                .iter()
                .map(|severity| ((*severity).into(), counts.get(*severity)))
                .collect(),
            targets,
            findings: counts.total(),
            elapsed_ms: u64::try_from(elapsed_ms).unwrap_or(u64::MAX),
            complete: assessment.is_complete(),
        }
    }
}

impl<'a> Report<'a> {
    /// The twin of an assessment.
    #[must_use]
    pub fn new(assessment: &'a Assessment, options: &Options) -> Self {
        let sources = &assessment.sources;
        let mut targets: Vec<Target<'a>> = order::targets(assessment).into_iter().map(Target::from).collect();
        for target in &mut targets {
            let tools = assessment.source_tools.get(&*target.id);
            target.tools = tools.into_iter().flatten().map(SourceTool::from).collect();
        }
        Self {
            schema: Cow::Borrowed(SCHEMA),
            tool: Tool {
                name: Cow::Borrowed("portcullis"),
                version: Cow::Borrowed(&assessment.tool_version),
            },
            findings: order::findings(assessment)
                .into_iter()
                .map(|finding| Finding::new(finding, sources))
                .collect(),
            summary: Summary::new(assessment, targets.len(), options),
            targets,
            servers: assessment.servers.iter().map(Server::from).collect(),
            chains: assessment
                .chains
                .iter()
                .map(|chain| chain.steps.iter().map(Step::from).collect())
                .collect(),
            suppressed: assessment
                .suppressed
                .iter()
                .map(|suppressed| Suppressed::new(suppressed, sources))
                .collect(),
            notes: assessment.notes.iter().map(|note| Cow::Borrowed(note.as_str())).collect(),
            asked_hosts: assessment.asked_hosts.iter().map(|host| Cow::Borrowed(host.as_str())).collect(),
        }
    }

    /// The ids of the findings, suppressed ones included: what a baseline is made of.
    #[must_use]
    pub fn finding_ids(&self) -> BTreeSet<&str> {
        let suppressed = self.suppressed.iter().map(|suppressed| &suppressed.finding);
        self.findings.iter().chain(suppressed).map(|finding| &*finding.id).collect()
    }

    /// Reads a report that was written earlier, such as a baseline.
    ///
    /// # Errors
    ///
    /// When `bytes` is not a report of this version.
    pub fn read(bytes: &[u8]) -> Result<Report<'static>, NotAReport> {
        let report: Report<'static> =
            serde_json::from_slice(bytes).map_err(|error| NotAReport { reason: error.to_string() })?;
        if report.schema != SCHEMA {
            let found = crate::neutral::terminal(&report.schema);
            return Err(NotAReport { reason: format!("its schema is `{found}`, expected `{SCHEMA}`") });
        }
        Ok(report)
    }
}

/// Bytes that are no report of version 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAReport {
    reason: String,
}

impl std::fmt::Display for NotAReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a findings report: {}; write one with `--format json`", self.reason)
    }
}

impl std::error::Error for NotAReport {}

/// The JSON schema of [`Report`], as text: what is published for other programs.
#[cfg(feature = "schema")]
#[must_use]
pub fn report_schema() -> String {
    format!("{:#}\n", schemars::schema_for!(Report<'static>).to_value())
}

/// The JSON schema of [`Line`], as text.
#[cfg(feature = "schema")]
#[must_use]
pub fn line_schema() -> String {
    format!("{:#}\n", schemars::schema_for!(Line<'static>).to_value())
}
