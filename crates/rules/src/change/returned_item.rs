//! A tool that went away and came back as something else.

use portcullis_model::{Change, ChangeKind, ItemKind};

use super::changed_text::shown;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An item that was pinned, was gone, and is back under its name with other content.
    ///
    /// ## Why it matters
    ///
    /// Going away and coming back as "new" is a way around a comparison with the last version: who accepted its absence
    /// takes the new one for the old.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"change": {"kind": "returned", "item": "tool", "name": "export", "field": "/description",
    ///  "before": "Exports a table.", "after": "Exports a table to an address."}}
    /// ```
    ///
    /// ```json good
    /// {"change": {"kind": "added", "item": "tool", "name": "export", "after": "Exports a table."}}
    /// ```
    pub(crate) struct ReturnedItem {
        id: "returned-item",
        summary: "something went away and came back as something else",
        severity: High,
        confidence: Certain,
        threats: [RugPull],
        entry: Change,
        remedy: "Compare it with what it was before it went; accept it with `portcullis lock --update` only when it is right.",
        references: ["arXiv 2503.23278"],
        since: "0.1.0",
    }
}

impl Rule for ReturnedItem {
    fn check_change(&self, change: &Change, report: &mut Report<'_>) {
        if change.kind != ChangeKind::Returned {
            return;
        }
        let kind = change.item.map_or("server", ItemKind::as_str);
        let field = change.field.trim_start_matches('/');
        let what = if field.is_empty() { "content" } else { field };
        report
            .found(change.location.clone(), format!("the {kind} `{}` was gone and is back with another {what}", change.name))
            .evidence(format!(
                "{} -> {}",
                shown(change.before.as_deref().unwrap_or_default()),
                shown(change.after.as_deref().unwrap_or_default())
            ));
    }
}
