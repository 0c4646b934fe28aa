//! Why the policies that did not apply did not: the first part of each that does not hold.

use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{EvalResult, Expression, Policy, eval_expression};

use crate::decision::Decision;
use crate::facts::Facts;
use crate::question::Question;
use crate::set::{PolicySet, PolicySummary};
use crate::tokens::{Token, tokens};

/// A decision and what every policy had to do with it.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The policies that applied, in the order of their sources.
    pub applied: Vec<Arc<PolicySummary>>,
    /// The policies that did not apply, each with the first part of it that does not hold.
    pub others: Vec<(Arc<PolicySummary>, String)>,
}

impl PolicySet {
    /// Decides, and says of every policy what it had to do with the decision. Slower than [`PolicySet::decide`].
    #[must_use]
    pub fn explain(&self, question: &Question<'_>) -> Explanation {
        let mut explanation =
            Explanation { decision: self.decide(question), applied: Vec::new(), others: Vec::new() };
        let Ok(facts) = self.facts(question) else { return explanation };
        for rule in &self.rules {
            match why_not(&rule.policy, &facts) {
                None => explanation.applied.push(rule.summary.clone()),
                Some(why) => explanation.others.push((rule.summary.clone(), why)),
            }
        }
        explanation
    }
}

/// The first part of the policy that does not hold; nothing when it applies.
fn why_not(policy: &Policy, facts: &Facts) -> Option<String> {
    let text = policy.to_cedar()?;
    parts(&text).into_iter().find_map(|part| {
        let shown = part.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match (part.kind, evaluate(part.text, facts)) {
            (Kind::Scope | Kind::When, Ok(false)) => Some(format!("`{shown}` does not hold")),
            (Kind::Unless, Ok(true)) => Some(format!("`{shown}` holds, which exempts")),
            (_, Ok(_)) => None,
            (_, Err(why)) => Some(format!("`{shown}` cannot be evaluated, which denies: {why}")),
        }
    })
}

/// Whether an expression holds. A scope such as `principal` alone is no condition and always holds.
fn evaluate(text: &str, facts: &Facts) -> Result<bool, String> {
    let expression = Expression::from_str(text).map_err(|error| error.to_string())?;
    match eval_expression(&facts.request, &facts.entities, &expression) {
        Ok(EvalResult::Bool(holds)) => Ok(holds),
        Ok(_) => Ok(true),
        Err(error) => Err(error.to_string()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Scope,
    When,
    Unless,
}

/// A part of a policy that has to hold by itself (or, of `unless`, must not).
#[derive(Debug, PartialEq, Eq)]
struct Part<'t> {
    kind: Kind,
    text: &'t str,
}

/// The three parts of the scope, then the conditions: `when` split at `&&` where that is the outermost operator.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut kind = None;
    let mut depth = 0_usize;
    let mut cuts = Vec::new();
    let mut last_sign = (0, ' ');
    for (span, token) in tokens(text) {
        match token {
            Token::Word("permit" | "forbid") if depth == 0 => kind = Some(Kind::Scope),
            Token::Word("when") if depth == 0 => kind = Some(Kind::When),
            Token::Word("unless") if depth == 0 => kind = Some(Kind::Unless),
            Token::Word("if") if depth == 1 => cuts.push(Cut::Never),
            Token::Sign('(' | '[' | '{') => {
                depth += 1;
                if depth == 1 {
                    cuts = vec![Cut::At(span.start, span.end)];
                }
            }
            Token::Sign(')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if let (0, Some(kind)) = (depth, kind) {
                    cuts.push(Cut::At(span.start, span.end));
                    push_parts(text, kind, &cuts, &mut parts);
                }
            }
            Token::Sign(',') if depth == 1 && kind == Some(Kind::Scope) => {
                cuts.push(Cut::At(span.start, span.end));
            }
            Token::Sign('&') if depth == 1 && last_sign == (span.start, '&') => {
                cuts.push(Cut::At(span.start.saturating_sub(1), span.end));
            }
            Token::Sign('|') if depth == 1 => cuts.push(Cut::Never),
            _ => {}
        }
        last_sign = match token {
            Token::Sign(sign) => (span.end, sign),
            _ => (0, ' '),
        };
    }
    parts
}

/// Where a body may be cut, or that it may not be cut at all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    At(usize, usize),
    Never,
}

fn push_parts<'t>(text: &'t str, kind: Kind, cuts: &[Cut], parts: &mut Vec<Part<'t>>) {
    let places: Vec<(usize, usize)> = cuts
        .iter()
        .filter_map(|cut| match cut {
            Cut::At(start, end) => Some((*start, *end)),
            Cut::Never => None,
        })
        .collect();
    let whole = kind == Kind::Unless || cuts.contains(&Cut::Never);
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return };
    let ends = if whole { vec![*first, *last] } else { places };
    for (from, to) in ends.iter().zip(ends.iter().skip(1)) {
        let part = text.get(from.1..to.0).unwrap_or_default();
        // A comma may end the scope.
        if !part.trim().is_empty() {
            parts.push(Part { kind, text: part.trim() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(Kind, &str)> {
        parts(text).iter().map(|part| (part.kind, part.text)).collect()
    }

    #[test]
    fn a_policy_falls_into_its_scope_and_its_conditions() {
        use Kind::{Scope, Unless, When};
        let text = r#"@id("when (a && b)") forbid (principal, action in [Action::"a", Action::"b"], resource is Tool,)
            // when { no }
            when { a == "x && y" && (b && c) && d.contains(1) } unless { e && f };"#;
        let expected = [
            (Scope, "principal"),
            (Scope, r#"action in [Action::"a", Action::"b"]"#),
            (Scope, "resource is Tool"),
            (When, r#"a == "x && y""#),
            (When, "(b && c)"),
            (When, "d.contains(1)"),
            (Unless, "e && f"),
        ];
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn a_condition_whose_outermost_operator_is_another_stays_whole() {
        let scope = "permit (principal, action, resource)";
        assert_eq!(shown(&format!("{scope} when {{ a && b || c }};"))[3].1, "a && b || c");
        assert_eq!(
            shown(&format!("{scope} when {{ if a then b else c && d }};"))[3].1,
            "if a then b else c && d"
        );
    }
}
