//! What rules say, as rows.

use portcullis_model::Finding;
use portcullis_store::{Cell, Column};

/// The columns of the table `finding`, in the order of [`row`].
pub(crate) const FINDING: &[(&str, Column)] = &[
    ("id", Column::Integer),
    ("listing", Column::Integer),
    ("rule", Column::Text),
    ("severity", Column::Text),
    ("confidence", Column::Text),
    ("threat", Column::Text),
    ("message", Column::Text),
    ("evidence", Column::Text),
    ("seen", Column::Integer),
];

/// What is said of a finding wherever it is kept: rule, severity, confidence, threat, message and evidence.
pub(crate) fn said(finding: &Finding, evidence: Option<String>) -> [Cell; 6] {
    [
        finding.rule.as_str().into(),
        finding.severity.as_str().into(),
        finding.confidence.as_str().into(),
        finding.threats.first().map_or("", |threat| threat.id()).into(),
        finding.message.as_str().into(),
        evidence.into(),
    ]
}

/// A finding of a listing.
pub(crate) fn row(id: i64, listing: i64, said: [Cell; 6], seen: i64) -> [Cell; 9] {
    let [rule, severity, confidence, threat, message, evidence] = said;
    [id.into(), listing.into(), rule, severity, confidence, threat, message, evidence, seen.into()]
}
