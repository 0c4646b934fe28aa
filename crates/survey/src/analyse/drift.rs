//! Servers that lists, or one list over time, name with different owners (H13).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use portcullis_model::{ListedRepository, Listing, Moment};
use portcullis_store::Store;
use portcullis_supply::ownership::{History, Verdict, drift, forge_of, relied_on};

use crate::SurveyError;
use crate::table::{self, KeyKind};

/// Servers whose observations are read at once.
const TOGETHER: usize = 2000;

/// What is said of listings whose owner changed, by the listing's id.
pub(super) async fn find(store: &Store) -> Result<HashMap<i64, Vec<Verdict>>, SurveyError> {
    let mut sightings: BTreeMap<i64, Vec<(i64, Listing)>> = BTreeMap::new();
    let sql = "SELECT l.server, l.id, l.registry, l.name, l.repository, l.last_seen
        FROM (SELECT l.server AS server FROM listing AS l JOIN key AS k ON k.listing = l.id AND k.kind = $1
              WHERE l.server <> 0 GROUP BY l.server HAVING COUNT(DISTINCT k.value) > 1) AS s
        JOIN listing AS l ON l.server = s.server
        WHERE l.repository IS NOT NULL ORDER BY l.server, l.id";
    for row in store.query(sql, &[KeyKind::Owner.code().into()]).await? {
        let listing = listing(row.text(2), row.text(3), row.text(4), row.integer(5));
        sightings.entry(row.integer(0)).or_default().push((row.integer(1), listing));
    }
    // A change of the repository that was recorded is a sighting of the old one.
    let sql = "SELECT l.id, l.registry, l.name, l.repository, l.last_seen, c.before, c.at
        FROM change AS c JOIN listing AS l ON l.id = c.listing
        WHERE c.field = 'repository' AND c.before IS NOT NULL AND l.repository IS NOT NULL ORDER BY l.id, c.at";
    for row in store.query(sql, &[]).await? {
        let (id, registry, name) = (row.integer(0), row.text(1), row.text(2));
        let before = listing(registry, name, row.text(5), row.integer(6).saturating_sub(1));
        let now = listing(registry, name, row.text(3), row.integer(4));
        let owner = |listing: &Listing| {
            listing
                .repository
                .as_ref()
                .and_then(|at| forge_of(&at.url))
                .map(|forge| forge.owner.to_ascii_lowercase())
        };
        if owner(&before) != owner(&now) {
            sightings.entry(id).or_default().extend([(id, before), (id, now)]);
        }
    }
    let mut found: HashMap<i64, Vec<Verdict>> = HashMap::new();
    let all: Vec<Vec<(i64, Listing)>> = sightings.into_values().collect();
    for some in all.chunks(TOGETHER) {
        let seen = some.iter().flatten();
        let subjects: BTreeSet<_> =
            seen.flat_map(|(_, listing)| relied_on(listing)).map(|(subject, _)| subject).collect();
        let history = table::history(store, &subjects).await?;
        for seen in some {
            judge(seen, &history, &mut found);
        }
    }
    Ok(found)
}

/// What the sightings of one server say.
fn judge(seen: &[(i64, Listing)], history: &History, found: &mut HashMap<i64, Vec<Verdict>>) {
    let listings: Vec<&Listing> = seen.iter().map(|(_, listing)| listing).collect();
    for (change, verdict) in drift(&listings, history) {
        let later = seen.iter().find(|(_, listing)| {
            listing.registry == change.later
                && listing
                    .repository
                    .as_ref()
                    .and_then(|at| forge_of(&at.url))
                    .is_some_and(|forge| forge.owner.eq_ignore_ascii_case(&change.after))
        });
        if let Some((id, _)) = later {
            let told = found.entry(*id).or_default();
            if !told.contains(&verdict) {
                told.push(verdict);
            }
        }
    }
}

fn listing(registry: &str, name: &str, repository: &str, seen: i64) -> Listing {
    Listing {
        registry: registry.to_owned(),
        name: name.to_owned(),
        repository: Some(ListedRepository { url: repository.to_owned(), ..ListedRepository::default() }),
        seen: Moment(seen),
        ..Listing::default()
    }
}
