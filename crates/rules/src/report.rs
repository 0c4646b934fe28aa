//! Where rules put their findings.

use portcullis_model::{Confidence, Edit, Finding, Fix, FlowStep, Location, Safety, Severity, Span, Threat};

use crate::rule::Meta;

/// Collects findings; knows which rule is speaking, so a rule cannot speak in another's name.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    target: &'a str,
    speaking: &'static Meta,
    findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(target: &'a str, speaking: &'static Meta) -> Self {
        Self { target, speaking, findings: Vec::new() }
    }

    pub(crate) fn enter(&mut self, rule: &'static Meta) {
        self.speaking = rule;
    }

    /// True when a rule has spoken plainly about this place already.
    pub(crate) fn knows(&self, place: &Location) -> bool {
        self.findings.iter().any(|finding| {
            let at = &finding.location;
            finding.severity >= Severity::Medium
                && finding.confidence >= Confidence::Medium
                && finding.audience == portcullis_model::Audience::Regular
                && (at.item, &at.name, &at.field) == (place.item, &place.name, &place.field)
        })
    }

    /// How many findings there are.
    pub(crate) fn len(&self) -> usize {
        self.findings.len()
    }

    /// Gives the findings from the `first` on a place, where they have none in a file.
    pub(crate) fn place_since(&mut self, first: usize, span: Span) {
        for finding in self.findings.iter_mut().skip(first) {
            finding.location.span.get_or_insert(span);
        }
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Reports a finding with the rule's usual severity, confidence and remedy; the draft changes what differs.
    pub(crate) fn found(&mut self, location: Location, message: impl Into<String>) -> Draft<'_> {
        let rule = self.speaking;
        let first = rule.threats.first().copied().unwrap_or(Threat::ToolPoisoning);
        let finding = Finding {
            id: String::new(),
            rule: rule.id,
            severity: rule.severity,
            confidence: rule.confidence,
            audience: rule.audience,
            threats: rule.threats,
            origin: first.origin(),
            trigger: first.trigger(),
            target: self.target.to_owned(),
            location,
            message: message.into(),
            evidence: None,
            flow: Vec::new(),
            fix: Fix { title: rule.remedy.to_owned(), safety: Safety::Unsafe, edits: Vec::new() },
            references: rule.references,
        };
        Draft { finding: self.findings.push_mut(finding) }
    }
}

/// A finding that can still be refined.
pub(crate) struct Draft<'r> {
    finding: &'r mut Finding,
}

impl Draft<'_> {
    /// The text that shows it. Secrets in it are redacted by the engine.
    pub(crate) fn evidence(self, evidence: impl Into<String>) -> Self {
        self.finding.evidence = Some(evidence.into());
        self
    }

    pub(crate) fn severity(self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }

    pub(crate) fn confidence(self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }

    /// What to do, where it differs from the rule's usual remedy.
    pub(crate) fn remedy(self, title: impl Into<String>) -> Self {
        self.finding.fix.title = title.into();
        self
    }

    /// The way through source code that leads there.
    pub(crate) fn flow(self, steps: Vec<FlowStep>) -> Self {
        self.finding.flow = steps;
        self
    }

    /// Edits that do it.
    pub(crate) fn fix(self, title: impl Into<String>, safety: Safety, edits: Vec<Edit>) -> Self {
        self.finding.fix = Fix { title: title.into(), safety, edits };
        self
    }

    /// A finding of an installation belongs to the target of the server it is about.
    pub(crate) fn target(self, target: &str) -> Self {
        self.finding.target = target.to_owned();
        self
    }

    /// Who wants to hear it, where this case is weaker than the rule's usual one.
    pub(crate) fn audience(self, audience: portcullis_model::Audience) -> Self {
        self.finding.audience = audience;
        self
    }
}
