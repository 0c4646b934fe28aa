//! One text, one verdict: what `portcullis judge` answers, and how findings weigh together.

use portcullis_model::{Confidence, Finding, Severity, Verdict};
use portcullis_rules::{Engine, Neighbours, Subject};
use portcullis_text::Role;

/// The answer to one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What may happen to it.
    pub verdict: Verdict,
    /// How sure we are that it is an attack, 0 to 1.
    pub score: f64,
    /// The rules that spoke, each once, heaviest first.
    pub rules: Vec<&'static str>,
}

/// Judges one text. `server` and `tool` name where it comes from and may be empty.
#[must_use]
pub fn judge(engine: &Engine, role: Role, text: &str, server: &str, tool: &str) -> Judgement {
    let neighbours = Neighbours::default();
    let name = (!tool.is_empty()).then_some(tool);
    let subject = Subject { server, file: None, item: None, name, neighbours: &neighbours };
    weigh(&engine.one_text(&subject, text, role))
}

/// Weighs findings about one text. Each is independent evidence: the score is one minus the product of what each
/// leaves open. A verdict needs more than a hint: `deny` from 0.8 on, `flag` from 0.35 on.
#[must_use]
pub fn weigh(findings: &[Finding]) -> Judgement {
    let mut order: Vec<&Finding> = findings.iter().collect();
    order.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.rule.cmp(&b.rule)));
    let open: f64 = order.iter().map(|finding| 1.0 - weight(finding)).product();
    let score = 1.0 - open;
    let verdict = match score {
        _ if score >= 0.8 => Verdict::Deny,
        _ if score >= 0.35 => Verdict::Flag,
        _ => Verdict::Allow,
    };
    let mut rules = Vec::new();
    for finding in order {
        if !rules.contains(&finding.rule.as_str()) {
            rules.push(finding.rule.as_str());
        }
    }
    Judgement { verdict, score: (score * 1000.0).round() / 1000.0, rules }
}

/// What one finding is worth: its confidence, times how bad it would be.
fn weight(finding: &Finding) -> f64 {
    let confidence = match finding.confidence {
        Confidence::Low => 0.4,
        Confidence::Medium => 0.65,
        Confidence::High => 0.9,
        Confidence::Certain => 0.99,
    };
    let severity = match finding.severity {
        Severity::Info => 0.1,
        Severity::Low => 0.3,
        Severity::Medium => 0.7,
        Severity::High => 0.95,
        Severity::Critical => 1.0,
    };
    confidence * severity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_honest_text_is_allowed_and_hidden_characters_are_denied() {
        let engine = Engine::default();
        let honest = judge(&engine, Role::Description, "Adds two numbers.", "", "add");
        assert_eq!((honest.verdict, honest.score), (Verdict::Allow, 0.0));
        let hidden =
            judge(&engine, Role::Description, "Adds.\u{E0072}\u{E0065}\u{E0061}\u{E0064}", "", "add");
        assert_eq!(hidden.verdict, Verdict::Deny);
        assert_eq!(hidden.rules, ["hidden-unicode-tags"]);
    }
}
