//! What a rule is.

use portcullis_model::{Audience, Change, Confidence, HostConfig, RuleId, Severity, Threat};

use crate::evidence::{
    Advised, Installation, LaunchEvidence, PackageEvidence, Passage, ServerEvidence, SourceEvidence,
    ToolEvidence,
};
use crate::listed::ListingEvidence;
use crate::report::Report;

/// What is known of a rule before it looks at anything. Documentation, SARIF descriptors and options come from it.
#[derive(Debug, Clone, Copy)]
pub struct Meta {
    /// The stable name.
    pub id: RuleId,
    /// What it finds, in one lower-case line.
    pub summary: &'static str,
    /// How bad a finding usually is.
    pub severity: Severity,
    /// How sure a finding usually is.
    pub confidence: Confidence,
    /// Who wants to hear of it.
    pub audience: Audience,
    /// The threats it finds cases of.
    pub threats: &'static [Threat],
    /// The kind of evidence it looks at.
    pub entry: Entry,
    /// What to do, an imperative sentence.
    pub remedy: &'static str,
    /// CWE numbers, papers, CVEs, specification sections.
    pub references: &'static [&'static str],
    /// The version that brought it.
    pub since: &'static str,
    /// The page, Markdown.
    pub page: &'static str,
}

/// The kind of evidence a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// One text that a model reads.
    Text,
    /// One tool.
    Tool,
    /// One server's surface.
    Server,
    /// How one configured server is launched.
    Launch,
    /// One host configuration file.
    HostConfig,
    /// All servers that are used together.
    Installation,
    /// What changed since a pin was made, or between two askings.
    Change,
    /// The files of a package, an archive or a source folder.
    Package,
    /// A package in use, with the advisories that speak of its version.
    Advisory,
    /// What the source code of a server does: its tools, and what their arguments reach.
    Source,
    /// A listing of a registry, with what was observed of what it relies on.
    Listing,
}

/// The constant part of a rule, written by [`declare_rule!`].
pub(crate) trait Declared {
    /// What is known of the rule.
    const META: Meta;
}

/// A rule implements exactly one of these, the one its `entry` names. The others stay empty and compile to nothing.
pub(crate) trait Rule: Declared {
    /// Looks at one text.
    fn check_text(&self, _passage: &Passage<'_>, _report: &mut Report<'_>) {}
    /// Looks at one tool.
    fn check_tool(&self, _tool: &ToolEvidence<'_>, _report: &mut Report<'_>) {}
    /// Looks at one server's surface.
    fn check_server(&self, _server: &ServerEvidence<'_>, _report: &mut Report<'_>) {}
    /// Looks at how one configured server is launched.
    fn check_launch(&self, _launch: &LaunchEvidence<'_>, _report: &mut Report<'_>) {}
    /// Looks at one host configuration file.
    fn check_host_config(&self, _config: &HostConfig, _report: &mut Report<'_>) {}
    /// Looks at all servers that are used together.
    fn check_installation(&self, _installation: &Installation<'_>, _report: &mut Report<'_>) {}
    /// Looks at one change.
    fn check_change(&self, _change: &Change, _report: &mut Report<'_>) {}
    /// Looks at the files of a package, an archive or a source folder.
    fn check_package(&self, _package: &PackageEvidence<'_>, _report: &mut Report<'_>) {}
    /// Looks at a package in use, with the advisories that speak of its version.
    fn check_advised(&self, _package: &Advised<'_>, _report: &mut Report<'_>) {}
    /// Looks at what the source code of a server does.
    fn check_source(&self, _source: &SourceEvidence<'_>, _report: &mut Report<'_>) {}
    /// Looks at a listing of a registry.
    fn check_listing(&self, _listing: &ListingEvidence<'_>, _report: &mut Report<'_>) {}
}
