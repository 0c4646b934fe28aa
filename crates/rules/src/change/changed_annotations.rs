//! Annotations that are not those that were approved.

use portcullis_model::{Change, ChangeKind, Severity};

use super::changed_text::shown;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An annotation that differs from what was pinned: a tool that now claims to be read-only or harmless, or one that
    /// was approved as read-only and no longer is.
    ///
    /// ## Why it matters
    ///
    /// Hosts decide by annotations whether they ask. A tool that turns `readOnlyHint` on runs unasked from then on.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"change": {"kind": "changed", "item": "tool", "name": "sync", "field": "/annotations/readOnlyHint",
    ///  "before": "false", "after": "true"}}
    /// ```
    ///
    /// ```json good
    /// {"change": {"kind": "changed", "item": "tool", "name": "sync", "field": "/description",
    ///  "before": "Syncs.", "after": "Syncs notes."}}
    /// ```
    pub(crate) struct ChangedAnnotations {
        id: "changed-annotations",
        summary: "annotations are not those that were approved",
        severity: Low,
        confidence: Certain,
        threats: [RugPull],
        entry: Change,
        remedy: "Let the host ask for this tool again; accept the change with `portcullis lock --update` when it is right.",
        references: ["MCP specification, ToolAnnotations"],
        since: "0.1.0",
    }
}

impl Rule for ChangedAnnotations {
    fn check_change(&self, change: &Change, report: &mut Report<'_>) {
        if change.kind != ChangeKind::Changed || !change.field.starts_with("/annotations") {
            return;
        }
        let before = change.before.as_deref().unwrap_or_default();
        let after = change.after.as_deref().unwrap_or_default();
        let hint = change.field.rsplit('/').next().unwrap_or_default();
        let claims = |text: &str, hint: &str, value: &str| text.contains(&format!("\"{hint}\":{value}"));
        let was = |name: &str, value: &str| (hint == name && before == value) || claims(before, name, value);
        let is = |name: &str, value: &str| (hint == name && after == value) || claims(after, name, value);
        let name = &change.name;
        let (message, severity) = if is("readOnlyHint", "true") && !was("readOnlyHint", "true") {
            (format!("`{name}` now claims to be read-only"), Severity::Medium)
        } else if was("readOnlyHint", "true") && !is("readOnlyHint", "true") {
            (format!("`{name}` was approved as read-only and no longer claims to be"), Severity::Medium)
        } else if is("destructiveHint", "false") && !was("destructiveHint", "false") {
            (format!("`{name}` now claims to destroy nothing"), Severity::Medium)
        } else {
            (format!("`{}` of `{name}` changed", change.field), Severity::Low)
        };
        report
            .found(change.location.clone(), format!("{message} ({})", change.between))
            .evidence(format!("{} {} -> {}", change.field, shown(before), shown(after)))
            .severity(severity);
    }
}
