//! What each owner should be told, and nobody else.

use portcullis_store::Store;

use super::cases::case;
use crate::SurveyError;

/// What one owner should be told of one listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// Whom to tell: the publisher of the listing, or the registry where none is known.
    pub owner: String,
    /// The number that the public report has.
    pub case: String,
    /// Where it is listed.
    pub registry: String,
    /// Under which name.
    pub name: String,
    /// The rule.
    pub rule: String,
    /// How bad.
    pub severity: String,
    /// What was found.
    pub message: String,
    /// What it is about.
    pub evidence: Option<String>,
}

/// Everything that is at least high and that somebody could do something about, by owner.
///
/// # Errors
/// The store failed.
pub async fn disclosures(store: &Store) -> Result<Vec<Disclosure>, SurveyError> {
    let sql = "SELECT l.publisher, l.registry, l.name, f.rule, f.severity, f.message, f.evidence
        FROM finding AS f JOIN listing AS l ON l.id = f.listing
        WHERE f.severity IN ('critical', 'high') AND f.threat IN ('X01', 'X02', 'X04')
        ORDER BY l.publisher, l.registry, l.name, f.rule, f.message";
    let rows = store.query(sql, &[]).await?;
    let of = |row: &portcullis_store::Row| Disclosure {
        owner: row.some_text(0).map_or_else(|| format!("the registry {}", row.text(1)), str::to_owned),
        case: case(row.text(1), row.text(2)),
        registry: row.text(1).to_owned(),
        name: row.text(2).to_owned(),
        rule: row.text(3).to_owned(),
        severity: row.text(4).to_owned(),
        message: row.text(5).to_owned(),
        evidence: row.some_text(6).map(str::to_owned),
    };
    Ok(rows.iter().map(of).collect())
}
