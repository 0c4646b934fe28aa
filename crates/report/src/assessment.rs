//! What a report is made of: everything the caller learnt, ready to be shown.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use portcullis_model::{
    Audience, Confidence, Coverage, Finding, Node, RuleId, Severity, Target, TargetStatus, Threat,
};

use crate::inventory::Inventory;
use crate::source::Sources;

/// One run: what was asked, what was found, what could not be looked at.
#[derive(Debug, Clone, Default)]
pub struct Assessment {
    /// Version of the program.
    pub tool_version: String,
    /// Everything that was to be looked at, in the order it was named or discovered.
    pub targets: Vec<Target>,
    /// What was found and not suppressed.
    pub findings: Vec<Finding>,
    /// The rules that ran, or at least those that found something.
    pub rules: Vec<RuleDescriptor>,
    /// Texts of files that findings point into.
    pub sources: Sources,
    /// The servers met.
    pub servers: Vec<ServerSummary>,
    /// What the source of each target offers, by the target's id.
    pub source_tools: BTreeMap<String, Vec<SourceTool>>,
    /// What is in each target, where that was asked for.
    pub inventories: Vec<Inventory>,
    /// Ways from untrusted input over private data to the outside, shortest first.
    pub chains: Vec<ToolChain>,
    /// Remarks that are no findings: stale suppressions, what the run did not do. Sentences for people.
    pub notes: Vec<String>,
    /// What was found and suppressed.
    pub suppressed: Vec<Suppressed>,
    /// Hosts that were asked over the network; empty when nothing left this machine.
    pub asked_hosts: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
    /// False when something that should have been looked at was not. A failed target, or a part of a server that
    /// was unexpectedly not read, makes a report incomplete whatever this says.
    pub complete: bool,
}

impl Assessment {
    /// True when everything that should have been looked at was.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
            && !self.targets.iter().any(|target| matches!(target.status, TargetStatus::Failed(_)))
            && self.servers.iter().all(|server| server.coverage.unread.iter().all(|unread| unread.expected))
    }

    /// The descriptor of a rule, when the caller gave one.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> Option<&RuleDescriptor> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

/// A tool that source code offers, and what its code does.
#[derive(Debug, Clone)]
pub struct SourceTool {
    /// Its name; empty where it is only known at run time.
    pub name: String,
    /// Its description, as far as it is known.
    pub description: Option<String>,
    /// The schema of its arguments, as far as it is known.
    pub input_schema: Option<Node>,
    /// Where the code registers it.
    pub registered: CodePlace,
    /// What a call of it does.
    pub effects: Vec<ToolEffect>,
    /// What follows from its effects and its declaration.
    pub capability: Vec<CapabilityClass>,
}

/// A line of source code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodePlace {
    /// The file.
    pub file: String,
    /// The line, counted from 1; 0 where it is not known.
    pub line: usize,
}

/// Something that the code of a tool does to the world.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolEffect {
    /// What: `process`, `read`, `network`, …
    pub kind: &'static str,
    /// With what, where that is known: a host, a path, a program.
    pub detail: Option<String>,
    /// The function that does it.
    pub function: String,
    /// Where.
    pub place: CodePlace,
}

/// What there is to say about a rule.
#[derive(Debug, Clone)]
pub struct RuleDescriptor {
    /// Its stable name.
    pub id: RuleId,
    /// What it finds, in one line.
    pub summary: Cow<'static, str>,
    /// Its page, Markdown.
    pub page: Cow<'static, str>,
    /// How bad its findings are by default.
    pub severity: Severity,
    /// How sure they are by default.
    pub confidence: Confidence,
    /// Who wants to hear of them by default.
    pub audience: Audience,
    /// The threats it finds cases of.
    pub threats: &'static [Threat],
    /// CWE numbers, papers, specification sections.
    pub references: &'static [&'static str],
    /// What to do in general.
    pub remedy: Cow<'static, str>,
}

/// One server as people want to see it.
#[derive(Debug, Clone, Default)]
pub struct ServerSummary {
    /// The configured name.
    pub name: String,
    /// Id of the target it belongs to.
    pub target: String,
    /// The host program that would start it, for people.
    pub host: Option<String>,
    /// The configuration file, home shown as `~`.
    pub file: Option<String>,
    /// How it is reached, in words: the command line or the address. Secrets must already be redacted.
    pub launch: String,
    /// Its tools; `None` when its surface was not looked at.
    pub tools: Option<Vec<ToolSummary>>,
    /// What was read of it and what was not.
    pub coverage: Coverage,
}

/// One tool of a server.
#[derive(Debug, Clone, Default)]
pub struct ToolSummary {
    /// Its name.
    pub name: String,
    /// What it can do that matters in a chain.
    pub classes: Vec<CapabilityClass>,
}

/// What a tool can do that matters when tools are combined (arXiv 2509.06572, parasitic toolchains).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CapabilityClass {
    /// External ingestion tool (EIT): brings in text that strangers may have written.
    ExternalIngestion,
    /// Privacy access tool (PAT): reads what is not for strangers.
    PrivacyAccess,
    /// Network access tool (NAT): sends something out.
    NetworkAccess,
}

impl CapabilityClass {
    /// Every class in the order of a chain.
    pub const ALL: &'static [CapabilityClass] =
        &[CapabilityClass::ExternalIngestion, CapabilityClass::PrivacyAccess, CapabilityClass::NetworkAccess];

    /// The abbreviation used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            CapabilityClass::ExternalIngestion => "EIT",
            CapabilityClass::PrivacyAccess => "PAT",
            CapabilityClass::NetworkAccess => "NAT",
        }
    }

    /// What a tool of the class does, for people.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            CapabilityClass::ExternalIngestion => "brings outside text in",
            CapabilityClass::PrivacyAccess => "reads private data",
            CapabilityClass::NetworkAccess => "sends data out",
        }
    }
}

/// A way through installed tools that an attacker's text can take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolChain {
    /// The steps in order.
    pub steps: Vec<ChainStep>,
}

/// One step of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainStep {
    /// The server.
    pub server: String,
    /// The tool.
    pub tool: String,
    /// The part it plays.
    pub class: CapabilityClass,
}

/// A finding that somebody decided to live with.
#[derive(Debug, Clone)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The date after which it counts again, as `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// Where the decision is written.
    pub place: SuppressionPlace,
}

/// Where a suppression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuppressionPlace {
    /// Beside what it suppresses, in a comment.
    Inline,
    /// In Portcullis' own configuration.
    Configuration,
    /// In a baseline: found before, and adopted as it was.
    Baseline,
}

impl SuppressionPlace {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            SuppressionPlace::Inline => "inline",
            SuppressionPlace::Configuration => "configuration",
            SuppressionPlace::Baseline => "baseline",
        }
    }
}
