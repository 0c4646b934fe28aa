//! Which packages are to be fetched next.

use std::collections::{HashMap, HashSet};

use portcullis_model::Moment;
use portcullis_model::listing::DAY_APART;
use portcullis_store::Store;
use portcullis_supply::Ecosystem;
use portcullis_supply::range::Release;

use super::named;
use crate::SurveyError;
use crate::identity::PackageName;

/// The packages that listings name, those of the most used servers first, then those that most listings name.
const BY_REACH: &str = "
    SELECT p.kind, p.name, p.version FROM package AS p
    JOIN listing AS l ON l.id = p.listing
    LEFT JOIN (SELECT server, MAX(reach) AS reach FROM listing WHERE server <> 0 GROUP BY server) AS s
        ON s.server = l.server
    JOIN (SELECT kind, name, COUNT(*) AS listings FROM package WHERE kind IN ('npm', 'pypi') GROUP BY kind, name) AS c
        ON c.kind = p.kind AND c.name = p.name
    ORDER BY COALESCE(s.reach, l.reach, 0) DESC, c.listings DESC, p.kind, p.name, l.registry, l.name";

/// A package that is to be looked at.
pub(super) struct Due {
    pub(super) name: PackageName,
    pub(super) key: i64,
    /// The name as its listing spells it, behind the word of its registry.
    pub(super) spelt: String,
    /// The version that the most used of its listings names, where it names one; else the newest is meant.
    pub(super) version: Option<String>,
    /// The version that was looked at before.
    pub(super) known: Option<String>,
}

/// What is known of a package: the version that was looked at, and when it was asked for last.
struct Known {
    version: Option<String>,
    at: i64,
}

/// No more than `most` packages that are due, and how many more there are. Those that were never asked for come first, by use;
/// then those whose newest version was asked for longest ago, at least a day before `now`. What was looked at in the version that
/// its listing names is not due.
pub(super) async fn due(store: &Store, most: u64, now: Moment) -> Result<(Vec<Due>, u64), SurveyError> {
    let known = known(store).await?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut met = HashSet::new();
    let (mut new, mut again, mut more) = (Vec::new(), Vec::new(), 0);
    let take = |row: portcullis_store::Row| {
        let Some((name, key)) = named(row.text(0), row.text(1)) else { return true };
        if !met.insert(key) {
            return true;
        }
        let version = row.some_text(2).filter(|text| is_version(name.ecosystem(), text)).map(str::to_owned);
        let spelt = format!("{}:{}", name.kind, row.text(1).trim());
        let due = |known| Due { name, key, spelt, version, known };
        match known.get(&key) {
            None if new.len() < most => new.push(due(None)),
            None => more += 1,
            Some(one) if one.version.is_some() && one.version.as_deref() == row.some_text(2) => {}
            Some(one) if one.at > now.0 - DAY_APART => {}
            Some(one) => again.push((one.at, due(one.version.clone()))),
        }
        true
    };
    store.each(BY_REACH, &[], take).await?;
    again.sort_by_key(|(at, due)| (*at, due.key));
    let mut all = new;
    for (_, due) in again {
        if all.len() < most {
            all.push(due);
        } else {
            more += 1;
        }
    }
    Ok((all, more))
}

async fn known(store: &Store) -> Result<HashMap<i64, Known>, SurveyError> {
    let mut known = HashMap::new();
    for row in store.query("SELECT package, version, at FROM inspected", &[]).await? {
        known.insert(
            row.integer(0),
            Known { version: row.some_text(1).map(str::to_owned), at: row.integer(2) },
        );
    }
    // What could not be had is asked for again after a day; whose registry did not answer, at once; over which a run ended, at
    // once, but behind all others.
    let failed = "SELECT package, CASE WHEN why = 'begun' THEN 0 ELSE at END FROM uninspected
        WHERE why NOT IN ('no-registry', 'refused-access', 'unreachable')";
    for row in store.query(failed, &[]).await? {
        let one = known.entry(row.integer(0)).or_insert(Known { version: None, at: 0 });
        one.at = one.at.max(row.integer(1));
    }
    Ok(known)
}

/// True for one version; a range, a tag or a placeholder is none.
fn is_version(ecosystem: Option<Ecosystem>, text: &str) -> bool {
    ecosystem.is_some_and(|ecosystem| Release::read(ecosystem, text).is_some())
}
