//! Which listings list the same server.
//!
//! Listings that share a key of identity are joined, and so on (union-find). A key joins only while it means one server:
//!
//! * a package always does, and so does the address of a remote server;
//! * a folder in a repository does;
//! * a repository as a whole, and its immutable id, do unless it holds several servers: when several folders of it, or
//!   several packages of one kind, are listed, it is a house of many, and only folder and package say which one is meant;
//! * a key that more than a few listings of one registry share says who hosts them, not what they are.

use std::collections::{HashMap, HashSet};

use portcullis_store::{AssertSqlSafe, Store};

use crate::SurveyError;
use crate::table::{self, KeyKind};

/// As many listings of one registry may share a key before it stops saying what they are. A registry lists a server once;
/// forks, renamed entries and several languages of one server make some more.
const MOST_IN_ONE_REGISTRY: u32 = 3;

/// The kinds of keys that join, the strongest first: a server is called after the strongest that it has.
const JOINING: &[KeyKind] =
    &[KeyKind::RepositoryId, KeyKind::Subfolder, KeyKind::Repository, KeyKind::Package, KeyKind::Remote];

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resolved {
    /// Listings.
    pub listings: u64,
    /// Servers that they list.
    pub servers: u64,
    /// Repositories that hold several servers.
    pub houses: u64,
}

/// Says for every listing which server it lists.
///
/// # Errors
/// The store failed.
pub async fn resolve(store: &Store) -> Result<Resolved, SurveyError> {
    let mut listings: Vec<Member> = Vec::new();
    let mut registries: HashMap<String, u32> = HashMap::new();
    store
        .each("SELECT id, registry, server FROM listing ORDER BY id", &[], |row| {
            let next = u32::try_from(registries.len()).unwrap_or(u32::MAX);
            let registry = *registries.entry(row.text(1).to_owned()).or_insert(next);
            listings.push(Member { id: row.integer(0), registry, before: row.integer(2) });
            true
        })
        .await?;
    let keys = joining_keys(store, &listings).await?;
    let houses = houses(store).await?;
    let mut sets = Sets::new(listings.len());
    let mut names = Vec::new();
    for run in keys.chunk_by(|one, other| (one.kind, one.value) == (other.kind, other.value)) {
        let Some(first) = run.first() else { continue };
        if is_of_a_house(first, &houses) || is_crowded(run, &listings) {
            continue;
        }
        let rank = JOINING.iter().position(|kind| kind.code() == first.kind).unwrap_or(usize::MAX);
        for other in run {
            sets.join(first.listing, other.listing);
        }
        names.push((rank, first.value, first.listing));
    }
    let servers = named(names, &listings, &mut sets);
    let count = write(store, &listings, &servers).await?;
    Ok(Resolved { listings: listings.len() as u64, servers: count, houses: houses.len() as u64 })
}

struct Member {
    id: i64,
    registry: u32,
    before: i64,
}

/// A key of a listing, which is given by its place.
struct Key {
    kind: i64,
    value: i64,
    listing: u32,
    /// The repository's own key, for what belongs to one.
    repository: i64,
}

/// The keys that join, equal ones together.
async fn joining_keys(store: &Store, listings: &[Member]) -> Result<Vec<Key>, SurveyError> {
    let kinds: Vec<String> = JOINING.iter().map(|kind| kind.code().to_string()).collect();
    let sql = format!(
        "SELECT k.kind, k.value, k.listing, r.value FROM key AS k
         LEFT JOIN key AS r ON r.listing = k.listing AND r.kind = {}
         WHERE k.kind IN ({}) ORDER BY k.kind, k.value, k.listing",
        KeyKind::Repository.code(),
        kinds.join(", ")
    );
    let mut keys = Vec::new();
    store
        .each(AssertSqlSafe(sql), &[], |row| {
            let place = listings.binary_search_by_key(&row.integer(2), |member| member.id);
            if let Some(listing) = place.ok().and_then(|place| u32::try_from(place).ok()) {
                keys.push(Key {
                    kind: row.integer(0),
                    value: row.integer(1),
                    listing,
                    repository: row.integer(3),
                });
            }
            true
        })
        .await?;
    Ok(keys)
}

/// The repositories that hold several servers.
async fn houses(store: &Store) -> Result<HashSet<i64>, SurveyError> {
    // Packages of one kind that all stand under one listing are the same server offered in several ways.
    let sql = format!(
        "SELECT r.value FROM key AS r
         JOIN key AS s ON s.listing = r.listing AND s.kind = {subfolder}
         WHERE r.kind = {repository} GROUP BY r.value HAVING COUNT(DISTINCT s.value) > 1
         UNION
         SELECT r.value FROM key AS r JOIN package AS p ON p.listing = r.listing
         WHERE r.kind = {repository} AND p.kind IN ('npm', 'pypi')
         GROUP BY r.value, p.kind HAVING COUNT(DISTINCT p.name) > 1 AND COUNT(DISTINCT p.listing) > 1",
        subfolder = KeyKind::Subfolder.code(),
        repository = KeyKind::Repository.code(),
    );
    Ok(store.query(AssertSqlSafe(sql), &[]).await?.iter().map(|row| row.integer(0)).collect())
}

/// True for keys that name a house as a whole.
fn is_of_a_house(key: &Key, houses: &HashSet<i64>) -> bool {
    let whole = key.kind == KeyKind::RepositoryId.code() || key.kind == KeyKind::Repository.code();
    whole && houses.contains(&key.repository)
}

/// True when one registry lists it under more names than one server has.
fn is_crowded(run: &[Key], listings: &[Member]) -> bool {
    let mut of_registry: HashMap<u32, u32> = HashMap::new();
    for key in run {
        let Some(member) = listings.get(key.listing as usize) else { continue };
        let count = of_registry.entry(member.registry).or_default();
        *count += 1;
        if *count > MOST_IN_ONE_REGISTRY {
            return true;
        }
    }
    false
}

/// The name of each listing's server: the strongest key that one of its listings has, or the listing itself.
fn named(mut names: Vec<(usize, i64, u32)>, listings: &[Member], sets: &mut Sets) -> Vec<i64> {
    names.sort_unstable();
    let mut of_set: HashMap<u32, i64> = HashMap::new();
    for (_, value, listing) in names {
        of_set.entry(sets.root(listing)).or_insert(value);
    }
    let all = listings.iter().zip(0..);
    all.map(|(member, place)| of_set.get(&sets.root(place)).copied().unwrap_or(member.id)).collect()
}

/// Writes what is new and returns how many servers there are.
async fn write(store: &Store, listings: &[Member], servers: &[i64]) -> Result<u64, SurveyError> {
    let mut transaction = store.begin().await?;
    let changed = listings.iter().zip(servers).filter(|(member, server)| member.before != **server);
    let changed: Vec<(i64, i64)> = changed.map(|(member, server)| (member.id, *server)).collect();
    for some in changed.chunks(2000) {
        let rows: Vec<String> =
            some.iter().map(|(listing, server)| format!("({listing}, {server})")).collect();
        let sql = format!(
            "UPDATE listing SET server = v.column2 FROM (VALUES {}) AS v WHERE listing.id = v.column1",
            rows.join(", ")
        );
        transaction.execute(AssertSqlSafe(sql), &[]).await?;
    }
    table::index_servers(&mut transaction).await?;
    transaction.commit().await?;
    let mut distinct = servers.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    Ok(distinct.len() as u64)
}

/// Disjoint sets of places.
struct Sets {
    parents: Vec<u32>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Self { parents: (0..u32::try_from(count).unwrap_or(u32::MAX)).collect() }
    }

    /// The one that stands for the set of `place`. Ways are halved while they are walked.
    fn root(&mut self, mut place: u32) -> u32 {
        loop {
            let parent = self.parent(place);
            if parent == place {
                return place;
            }
            let above = self.parent(parent);
            if let Some(slot) = self.parents.get_mut(place as usize) {
                *slot = above;
            }
            place = above;
        }
    }

    fn parent(&self, place: u32) -> u32 {
        self.parents.get(place as usize).copied().unwrap_or(place)
    }

    /// The smaller place stands for both sets, so the outcome does not depend on the order of joining.
    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(slot) = self.parents.get_mut(one.max(other) as usize) {
            *slot = one.min(other);
        }
    }
}
