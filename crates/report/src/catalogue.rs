//! The lists that programs read: rules, threats, and the answers of `judge`.

use std::io::{self, Write};

use portcullis_model::{Threat, Verdict};
use serde::Serialize;

use crate::RuleDescriptor;
use crate::json::{self, Layout};

#[derive(Serialize)]
struct Rule<'a> {
    id: &'static str,
    summary: &'a str,
    severity: &'static str,
    confidence: &'static str,
    audience: &'static str,
    threats: Vec<&'static str>,
    references: &'static [&'static str],
    remedy: &'a str,
    page: &'a str,
}

/// Writes rules as a JSON array.
///
/// # Errors
/// Only those of `out`.
pub fn rules(rules: &[RuleDescriptor], out: &mut dyn Write) -> io::Result<()> {
    let twins: Vec<Rule<'_>> = rules
        .iter()
        .map(|rule| Rule {
            id: rule.id.as_str(),
            summary: &rule.summary,
            severity: rule.severity.as_str(),
            confidence: rule.confidence.as_str(),
            audience: rule.audience.as_str(),
            threats: rule.threats.iter().map(|threat| threat.id()).collect(),
            references: rule.references,
            remedy: &rule.remedy,
            page: &rule.page,
        })
        .collect();
    json::write_value(&twins, Layout::Indented, out)
}

#[derive(Serialize)]
struct ThreatRow {
    id: &'static str,
    name: &'static str,
    origin: &'static str,
    trigger: &'static str,
    attack: &'static str,
    stopped_by: &'static str,
    rules: Vec<&'static str>,
}

/// Writes the threats, each with the rules that find it, as a JSON array.
///
/// # Errors
/// Only those of `out`.
pub fn threats(rules: &[RuleDescriptor], out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<ThreatRow> = Threat::ALL
        .iter()
        .map(|threat| ThreatRow {
            id: threat.id(),
            name: threat.name(),
            origin: threat.origin().as_str(),
            trigger: threat.trigger().as_str(),
            attack: threat.attack(),
            stopped_by: threat.stopped_by(),
            rules: rules
                .iter()
                .filter(|rule| rule.threats.contains(threat))
                .map(|rule| rule.id.as_str())
                .collect(),
        })
        .collect();
    json::write_value(&rows, Layout::Indented, out)
}

#[derive(Serialize)]
struct Judged<'a> {
    id: &'a str,
    verdict: &'static str,
    score: f64,
    rules: &'a [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

/// Writes one answer of `judge` as one line. `error` says why a line could not be judged; its verdict is a denial.
///
/// # Errors
/// Only those of `out`.
pub fn judged(
    id: &str,
    verdict: Verdict,
    score: f64,
    rules: &[&'static str],
    error: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let answer = Judged { id, verdict: verdict.as_str(), score, rules, error };
    json::write_value(&answer, Layout::Line, out)
}
