//! What was looked at of the source of packages.

use portcullis_store::Store;
use serde::Serialize;

use super::block::Block;
use super::{grouped, share};
use crate::SurveyError;
use crate::table::KeyKind;

/// Packages of listed servers whose source was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InspectedPackages {
    /// Packages.
    pub packages: i64,
    /// Those of which not everything could be read.
    pub partly: i64,
    /// Those with a finding that is at least high.
    pub grave: i64,
    /// Listings that name one of them.
    pub listings: i64,
    /// Packages that listings name, of the kinds that can be looked at.
    pub listed: i64,
}

pub(super) async fn inspected(store: &Store) -> Result<InspectedPackages, SurveyError> {
    let number = async |sql: &'static str| store.number(sql, &[]).await;
    let listings = "SELECT COUNT(DISTINCT k.listing) FROM key AS k JOIN inspected AS i ON i.package = k.value WHERE k.kind = $1";
    Ok(InspectedPackages {
        packages: number("SELECT COUNT(*) FROM inspected").await?,
        partly: number("SELECT COUNT(*) FROM inspected WHERE missing > 0").await?,
        grave: number("SELECT COUNT(DISTINCT package) FROM inspection WHERE severity IN ('high', 'critical')").await?,
        listings: store.number(listings, &[KeyKind::Package.code().into()]).await?,
        listed: number(
            "SELECT COUNT(*) FROM (SELECT DISTINCT kind, name FROM package WHERE kind IN ('npm', 'pypi')) AS p",
        )
        .await?,
    })
}

/// The section.
pub(super) fn section(found: &InspectedPackages) -> Vec<Block> {
    if found.packages == 0 {
        let silent = "No package was looked at: `survey analyse --sources FOLDER` looks at those that lie in a folder.";
        return vec![Block::Text(String::from(silent))];
    }
    vec![Block::Text(format!(
        "{} packages of {} listings were looked at, of {} that listings name at npm and PyPI ({} %); of {} not everything could be read. {} \
         have a finding that is at least high. What was found counts under \u{201c}What rules found\u{201d}.",
        grouped(found.packages),
        grouped(found.listings),
        grouped(found.listed),
        share(found.packages, found.listed),
        grouped(found.partly),
        grouped(found.grave)
    ))]
}
