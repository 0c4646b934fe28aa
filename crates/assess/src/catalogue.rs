//! What there is to say about the rules, for reports and lists.

use portcullis_report::RuleDescriptor;
use portcullis_rules::{Meta, RULES};

/// The descriptor of every rule, in the order of the list.
#[must_use]
pub fn descriptors() -> Vec<RuleDescriptor> {
    RULES.iter().map(descriptor).collect()
}

/// The descriptor of one rule.
#[must_use]
pub fn descriptor(rule: &Meta) -> RuleDescriptor {
    // Doc comments keep the space after `///`.
    let page: Vec<&str> = rule.page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    RuleDescriptor {
        id: rule.id,
        summary: rule.summary.into(),
        page: page.join("\n").into(),
        severity: rule.severity,
        confidence: rule.confidence,
        audience: rule.audience,
        threats: rule.threats,
        references: rule.references,
        remedy: rule.remedy.into(),
    }
}
