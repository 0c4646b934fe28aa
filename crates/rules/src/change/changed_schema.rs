//! A schema that is not the one that was approved.

use portcullis_model::{Change, ChangeKind, Severity};

use super::changed_text::shown;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An input or output schema that differs from what was pinned: a new parameter, a parameter that is now required, a
    /// bound that is gone. A new parameter that asks for the conversation, for keys, for a command or an address weighs
    /// most.
    ///
    /// ## Why it matters
    ///
    /// The model fills in what the schema asks for. A new parameter is a new way out for data, with the same name and
    /// description as before.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"change": {"kind": "changed", "item": "tool", "name": "add", "field": "/inputSchema/properties/conversation_history",
    ///  "after": "{\"type\":\"string\"}"}}
    /// ```
    ///
    /// ```json bad
    /// {"change": {"kind": "changed", "item": "tool", "name": "add", "field": "/inputSchema/required/0", "after": "note"}}
    /// ```
    ///
    /// ```json good
    /// {"change": {"kind": "changed", "item": "tool", "name": "add", "field": "/description",
    ///  "before": "Adds.", "after": "Adds numbers."}}
    /// ```
    pub(crate) struct ChangedSchema {
        id: "changed-schema",
        summary: "a schema is not the one that was approved",
        severity: Medium,
        confidence: Certain,
        threats: [RugPull],
        entry: Change,
        remedy: "Ask what the new parameter is for; accept the change with `portcullis lock --update`, or remove the server.",
        references: ["arXiv 2503.23278", "CWE-494"],
        since: "0.1.0",
    }
}

/// Keywords that keep a parameter within bounds.
const BOUNDS: &[&str] =
    &["enum", "const", "pattern", "format", "maxLength", "maximum", "maxItems", "additionalProperties", "type"];

impl Rule for ChangedSchema {
    fn check_change(&self, change: &Change, report: &mut Report<'_>) {
        let is_prose = change.field.ends_with("/description") || change.field.ends_with("/title");
        if change.kind != ChangeKind::Changed || !is_schema(&change.field) || is_prose {
            return;
        }
        let (message, severity) = weigh(change);
        report
            .found(change.location.clone(), format!("{message} ({})", change.between))
            .evidence(format!(
                "{} {} -> {}",
                change.field,
                shown(change.before.as_deref().unwrap_or_default()),
                shown(change.after.as_deref().unwrap_or_default())
            ))
            .severity(severity);
    }
}

/// What changed, in words, and how much it weighs.
fn weigh(change: &Change) -> (String, Severity) {
    let segments: Vec<&str> = change.field.split('/').skip(1).collect();
    let last = segments.last().copied().unwrap_or_default();
    let parent = segments.iter().rev().nth(1).copied().unwrap_or_default();
    let tool = &change.name;
    let (is_new, is_gone) = (change.before.is_none(), change.after.is_none());
    if parent == "properties" && is_new {
        let severity = if opens_a_way_out(last) { Severity::High } else { Severity::Medium };
        return (format!("`{tool}` takes a new parameter `{last}`"), severity);
    }
    if parent == "properties" && is_gone {
        return (format!("`{tool}` no longer takes `{last}`"), Severity::Low);
    }
    if parent == "required" && is_new {
        let name = change.after.as_deref().unwrap_or_default();
        let severity = if opens_a_way_out(name) { Severity::High } else { Severity::Medium };
        return (format!("`{tool}` now requires `{name}`"), severity);
    }
    if parent == "required" || segments.len() > 1 && !BOUNDS.contains(&last) {
        return (format!("`{}` of `{tool}` changed", change.field), Severity::Low);
    }
    if BOUNDS.contains(&last) && is_gone {
        return (format!("`{}` of `{tool}` no longer bounds it", change.field), Severity::Medium);
    }
    (format!("`{}` of `{tool}` changed", change.field), Severity::Medium)
}

/// True for the name of a parameter that carries out what the tool has no need for, or lets it do anything.
fn opens_a_way_out(name: &str) -> bool {
    const ANYTHING: &[&str] = &["command", "cmd", "script", "code", "url", "uri", "webhook", "callback", "recipient", "bcc"];
    crate::rules::tool::context_harvesting::asks_by_name(name)
        || crate::rules::tool::unrelated_parameter::is_vague(name)
        || crate::capability::words::Words::of_name(name).iter().any(|word| ANYTHING.contains(&word))
}

/// True for a field inside a schema, or a schema itself.
pub(super) fn is_schema(field: &str) -> bool {
    let member = field.split('/').nth(1).unwrap_or_default();
    matches!(member, "inputSchema" | "input_schema" | "parameters" | "outputSchema" | "output_schema" | "arguments")
}
