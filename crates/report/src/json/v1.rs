//! Findings, JSON version 1 (`portcullis.findings/1`). Fields are only ever added; anything else is a new version.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use portcullis_model as model;
use serde::{Deserialize, Serialize};

use crate::Options;
use crate::assessment::{self, Assessment};
use crate::order::{self, Counts};
use crate::source::Sources;

/// The value of the member `schema`.
pub const SCHEMA: &str = "portcullis.findings/1";

/// Declares the twin of a model enumeration whose words are its variants in kebab case.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident from $model:path { $($variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        #[allow(missing_docs, reason = "each word means what the model says")]
        pub enum $name { $($variant),+ }

        impl From<$model> for $name {
            fn from(value: $model) -> Self {
                type Model = $model;
                match value { $(Model::$variant => $name::$variant),+ }
            }
        }
    };
}

words! {
    /// How bad.
    Severity from model::Severity { Info, Low, Medium, High, Critical }
}
words! {
    /// How sure.
    Confidence from model::Confidence { Low, Medium, High, Certain }
}
words! {
    /// What kind of thing a target is.
    TargetKind from model::TargetKind { HostConfig, Surface, Server, Source, Package, Listing }
}
words! {
    /// What kind of thing a finding is in.
    ItemKind from model::ItemKind { Tool, Prompt, Resource, Template, Instructions, Config, Package, Listing }
}
words! {
    /// Whether the edits of a fix keep everything working.
    Safety from model::Safety { Safe, Unsafe }
}
words! {
    /// An activity of a server's life.
    Activity from model::Activity {
        MetadataDefinition, CapabilityDeclaration, CodeImplementation, SlashCommandDefinition,
        ServerRelease, InstallerDeployment, EnvironmentSetup, ToolRegistration,
        IntentAnalysis, ExternalResourceAccess, ToolInvocation, SessionManagement,
        VersionControl, ConfigurationChange, AccessAudit, LogAudit,
    }
}
words! {
    /// Where a suppression is written.
    SuppressionPlace from assessment::SuppressionPlace { Inline, Configuration, Baseline }
}

/// Whether a target was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Everything of it was read.
    Scanned,
    /// It was left out on purpose.
    Skipped,
    /// It, or a part of it, could not be read.
    Failed,
}

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
}

impl From<&model::TargetStatus> for Status {
    fn from(status: &model::TargetStatus) -> Self {
        match status {
            model::TargetStatus::Scanned => Status::Scanned,
            model::TargetStatus::Skipped(_) => Status::Skipped,
            model::TargetStatus::Failed(_) => Status::Failed,
        }
    }
}

impl<'a> From<&'a model::Target> for Target<'a> {
    fn from(target: &'a model::Target) -> Self {
        Self {
            id: Cow::Borrowed(&target.id),
            kind: target.kind.into(),
            locator: Cow::Borrowed(&target.locator),
            status: (&target.status).into(),
            reason: target.status.reason().map(Cow::Borrowed),
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
                id: Cow::Owned(target.id),
                locator: Cow::Owned(target.locator),
            },
        }
    }
}

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
            fix: Some(Fix::from(&finding.fix)),
            references: finding.references.iter().map(|reference| Cow::Borrowed(*reference)).collect(),
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
    fn new(suppressed: &'a assessment::Suppressed, sources: &Sources) -> Self {
        Self {
            finding: Finding::new(&suppressed.finding, sources),
            reason: Cow::Borrowed(&suppressed.reason),
            owner: suppressed.owner.as_deref().map(Cow::Borrowed),
            expires: suppressed.expires.as_deref().map(Cow::Borrowed),
            place: suppressed.place.into(),
        }
    }
}

impl<'a> Report<'a> {
    /// The twin of an assessment.
    #[must_use]
    pub fn new(assessment: &'a Assessment, options: &Options) -> Self {
        let sources = &assessment.sources;
        let targets: Vec<Target<'a>> = order::targets(assessment).into_iter().map(Target::from).collect();
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
