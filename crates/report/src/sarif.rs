//! SARIF 2.1.0 for code scanning services and editors: one descriptor per rule, one result per finding, and a
//! notification for everything that could not be looked at.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use portcullis_model::{Confidence, Edit, Finding, RuleId, Severity, Target, TargetKind, TargetStatus};

use crate::assessment::{Assessment, RuleDescriptor, Suppressed, SuppressionPlace};
use crate::json;
use crate::order;

mod log;
mod place;
mod uri;

use log::{
    ArtifactChange, ArtifactLocation, CodeFlow, Configuration, Descriptor, Driver, Fix, Invocation, Log,
    Notification, Reference, Replacement, ResultObject, ResultProperties, RuleProperties, Run, Suppression,
    SuppressionProperties, Text, ThreadFlow, ThreadFlowLocation, Tool,
};

/// Ids of the kinds of notification.
const FAILED: &str = "target-failed";
const SKIPPED: &str = "target-skipped";
const UNREAD: &str = "part-unread";

pub(crate) fn write(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    let targets = order::targets(assessment);
    let rules = descriptors(assessment);
    let index: BTreeMap<&str, usize> =
        rules.iter().enumerate().map(|(index, rule)| (rule.id, index)).collect();
    let by_id = targets.iter().map(|target| (target.id.as_str(), target.as_ref())).collect();
    let results = Results { assessment, targets: by_id, index: &index };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            invocations: [Invocation {
                execution_successful: assessment.is_complete(),
                tool_execution_notifications: notifications(assessment, &targets),
            }],
            column_kind: "unicodeCodePoints",
            results: results.all(),
            tool: Tool {
                driver: Driver {
                    name: "portcullis",
                    version: &assessment.tool_version,
                    semantic_version: &assessment.tool_version,
                    notifications: notification_kinds(),
                    rules,
                },
            },
        }],
    };
    json::write_value(&log, json::Layout::Indented, out)
}

fn text<'a>(text: impl Into<Cow<'a, str>>) -> Text<'a> {
    Text { text: text.into(), markdown: None }
}

/// The rules by id: those that were given, and a bare one for each that only findings name.
fn descriptors(assessment: &Assessment) -> Vec<Descriptor<'_>> {
    let suppressed = assessment.suppressed.iter().map(|suppressed| &suppressed.finding);
    let found = assessment.findings.iter().chain(suppressed);
    let mut rules: BTreeMap<RuleId, Descriptor<'_>> =
        found.map(|finding| (finding.rule, bare_descriptor(finding))).collect();
    rules.extend(assessment.rules.iter().map(|rule| (rule.id, descriptor(rule))));
    rules.into_values().collect()
}

fn bare_descriptor(finding: &Finding) -> Descriptor<'_> {
    Descriptor {
        id: finding.rule.as_str(),
        short_description: text(finding.rule.as_str()),
        full_description: None,
        help: None,
        default_configuration: Some(Configuration { level: level(finding.severity) }),
        properties: None,
    }
}

fn descriptor(rule: &RuleDescriptor) -> Descriptor<'_> {
    let threats = rule.threats.iter().map(|threat| Cow::Borrowed(threat.id()));
    let weaknesses = rule
        .references
        .iter()
        .filter(|reference| reference.starts_with("CWE-"))
        .map(|reference| Cow::Owned(format!("external/cwe/{}", reference.to_lowercase())));
    Descriptor {
        id: rule.id.as_str(),
        short_description: text(&*rule.summary),
        full_description: (!rule.remedy.is_empty())
            .then(|| text(format!("{} What to do: {}", rule.summary, rule.remedy))),
        help: Some(Text {
            text: Cow::Owned(format!("{}\n{}", rule.summary, rule.remedy)),
            markdown: Some(Cow::Borrowed(&rule.page)),
        }),
        default_configuration: Some(Configuration { level: level(rule.severity) }),
        properties: Some(RuleProperties {
            tags: std::iter::once(Cow::Borrowed("security")).chain(threats).chain(weaknesses).collect(),
            precision: precision(rule.confidence),
            security_severity: security_severity(rule.severity),
        }),
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// A number on the scale of CVSS in the middle of the band that services show by the same word.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
        Severity::Info => "0.0",
    }
}

const fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "very-high",
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

fn notification_kinds() -> Vec<Descriptor<'static>> {
    let kind = |id, description| Descriptor {
        id,
        short_description: text(description),
        full_description: None,
        help: None,
        default_configuration: None,
        properties: None,
    };
    vec![
        kind(FAILED, "a target could not be looked at"),
        kind(SKIPPED, "a target was left out on purpose"),
        kind(UNREAD, "a part of a server was not read"),
    ]
}

/// Everything that was not looked at, and why.
fn notifications<'a>(assessment: &'a Assessment, targets: &[Cow<'a, Target>]) -> Vec<Notification<'a>> {
    let mut notifications = Vec::new();
    for target in targets {
        let (id, level, what) = match &target.status {
            TargetStatus::Scanned => continue,
            TargetStatus::Failed(_) => (FAILED, "error", "could not be looked at"),
            TargetStatus::Skipped(_) => (SKIPPED, "note", "was left out"),
        };
        let reason = target.status.reason().unwrap_or_default();
        notifications.push(Notification {
            descriptor: Reference { id },
            level,
            message: text(format!("`{}` {what}: {reason}", target.locator)),
            locations: place::of_target(target).into_iter().collect(),
        });
    }
    for unread in order::unread_parts(assessment) {
        notifications.push(Notification {
            descriptor: Reference { id: UNREAD },
            level: if unread.expected { "note" } else { "error" },
            message: text(format!("{} of {} not read: {}", unread.parts, unread.servers, unread.reason)),
            locations: Vec::new(),
        });
    }
    notifications
}

struct Results<'a, 'b> {
    assessment: &'a Assessment,
    targets: BTreeMap<&'b str, &'b Target>,
    index: &'b BTreeMap<&'a str, usize>,
}

impl<'a> Results<'a, '_> {
    /// Findings that count, then the suppressed ones.
    fn all(&self) -> Vec<ResultObject<'a>> {
        let active = order::findings(self.assessment).into_iter().map(|finding| self.result(finding));
        let suppressed = self.assessment.suppressed.iter().map(|suppressed| {
            let result = self.result(&suppressed.finding);
            ResultObject { suppressions: vec![suppression(suppressed)], ..result }
        });
        active.chain(suppressed).collect()
    }

    fn result(&self, finding: &'a Finding) -> ResultObject<'a> {
        let target = self.targets.get(finding.target.as_str()).copied();
        ResultObject {
            rule_id: finding.rule.as_str(),
            rule_index: self.index.get(finding.rule.as_str()).copied(),
            level: level(finding.severity),
            message: text(format!("{}. What to do: {}.", finding.message, finding.fix.title)),
            locations: [place::of_finding(finding, target, &self.assessment.sources)],
            partial_fingerprints: BTreeMap::from([("portcullis/v1", finding.id.as_str())]),
            code_flows: self.code_flow(finding).into_iter().collect(),
            fixes: self.fix(finding).into_iter().collect(),
            suppressions: Vec::new(),
            properties: ResultProperties {
                severity: finding.severity.as_str(),
                confidence: finding.confidence.as_str(),
                threats: finding.threats.iter().map(|threat| threat.id()).collect(),
                origin: finding.origin.as_str(),
                trigger: finding.trigger.as_str(),
                target: &finding.target,
                references: finding.references,
                evidence: finding.evidence.as_deref(),
            },
        }
    }

    /// The way through source code.
    fn code_flow(&self, finding: &'a Finding) -> Option<CodeFlow<'a>> {
        let step = |step| ThreadFlowLocation { location: place::of_step(step, &self.assessment.sources) };
        let locations: Vec<ThreadFlowLocation<'a>> = finding.flow.iter().map(step).collect();
        (!locations.is_empty()).then_some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
    }

    /// The edits of text; changed permissions have no place in SARIF.
    fn fix(&self, finding: &'a Finding) -> Option<Fix<'a>> {
        let mut changes: BTreeMap<&str, Vec<Replacement<'a>>> = BTreeMap::new();
        for edit in &finding.fix.edits {
            if let Edit::Replace { file, span, replacement } = edit {
                changes.entry(file).or_default().push(Replacement {
                    deleted_region: place::of_span(file, *span, &self.assessment.sources),
                    inserted_content: text(replacement),
                });
            }
        }
        let artifact_changes: Vec<ArtifactChange<'a>> = changes
            .into_iter()
            .map(|(file, replacements)| ArtifactChange {
                artifact_location: ArtifactLocation { uri: uri::of_file(file) },
                replacements,
            })
            .collect();
        (!artifact_changes.is_empty())
            .then(|| Fix { description: text(&finding.fix.title), artifact_changes })
    }
}

fn suppression(suppressed: &Suppressed) -> Suppression<'_> {
    Suppression {
        kind: if suppressed.place == SuppressionPlace::Inline { "inSource" } else { "external" },
        status: "accepted",
        justification: &suppressed.reason,
        properties: SuppressionProperties {
            place: suppressed.place.as_str(),
            owner: suppressed.owner.as_deref(),
            expires: suppressed.expires.as_deref(),
        },
    }
}

/// True for targets that are files, so that a service can show them.
const fn is_file(kind: TargetKind) -> bool {
    matches!(kind, TargetKind::HostConfig | TargetKind::Surface | TargetKind::Source)
}
