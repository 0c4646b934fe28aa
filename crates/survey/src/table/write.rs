//! Listings on their way into the tables: compared with what was known, changes noted.

use std::collections::{HashMap, HashSet};

use portcullis_model::listing::{Listing, Moment};
use portcullis_store::{Store, Transaction, id_of};

use super::bounds::{Bounded, Leak, bounded};
use super::observe::{Change, write_changes};
use super::read::{self, Stored};
use super::rows::{Rows, remove, seen_again};
use super::{Rejected, listing_id};
use crate::SurveyError;

/// Listings of one transaction.
const STEP: usize = 4000;

/// Which fields a source speaks of. What it is silent about stays as another source of the same registry said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken {
    /// Packages.
    pub packages: bool,
    /// Remotes.
    pub remotes: bool,
    /// Tools.
    pub tools: bool,
    /// The example of a configuration.
    pub config: bool,
    /// The repository.
    pub repository: bool,
    /// Title, description, page, publisher, language, reach, status, version and the times of publication.
    pub rest: bool,
}

impl Spoken {
    /// A complete source: what it does not say is not there.
    pub const ALL: Spoken =
        Spoken { packages: true, remotes: true, tools: true, config: true, repository: true, rest: true };
}

/// What writing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Listings that were not known.
    pub new: u64,
    /// Listings that are not what they were.
    pub changed: u64,
    /// Listings that were only seen again.
    pub same: u64,
}

impl Written {
    /// All listings.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.new + self.changed + self.same
    }
}

/// Takes the listings of one source, in any order, and writes them in steps. One step is one transaction: whoever is killed
/// begins again and finds what was written to be known.
#[derive(Debug)]
pub struct Writer {
    store: Store,
    source: i64,
    spoken: Spoken,
    waiting: Vec<Waiting>,
    ids: HashSet<i64>,
    written: Written,
}

/// A listing that was not written yet.
#[derive(Debug)]
struct Waiting {
    id: i64,
    listing: Listing,
    first: Moment,
    leaks: Vec<Leak>,
}

impl Writer {
    /// A writer for the listings of a source.
    #[must_use]
    pub fn new(store: &Store, source: i64, spoken: Spoken) -> Self {
        Self {
            store: store.clone(),
            source,
            spoken,
            waiting: Vec::new(),
            ids: HashSet::new(),
            written: Written::default(),
        }
    }

    /// Takes one listing. When it can not be kept, or not all of it, the answer says why: it goes to the source's rejected records.
    ///
    /// # Errors
    /// The store failed.
    pub async fn take(&mut self, listing: Listing, position: u64) -> Result<Option<Rejected>, SurveyError> {
        let first = listing.seen;
        self.take_since(listing, first, position).await
    }

    /// Takes one listing that has been there since `first`, as [`Writer::take`] does.
    ///
    /// # Errors
    /// The store failed.
    pub async fn take_since(
        &mut self,
        listing: Listing,
        first: Moment,
        position: u64,
    ) -> Result<Option<Rejected>, SurveyError> {
        let excerpt = listing.name.chars().take(120).collect();
        let Bounded { listing, leaks, left_out } = match bounded(listing) {
            Ok(kept) => kept,
            Err(reason) => return Ok(Some(Rejected { position, reason, excerpt })),
        };
        let id = listing_id(&listing.registry, &listing.name);
        // What one listing was at two times is compared: the first has to be written before.
        if self.waiting.len() >= STEP || !self.ids.insert(id) {
            self.flush().await?;
            self.ids.insert(id);
        }
        let first = first.min(listing.seen);
        self.waiting.push(Waiting { id, listing, first, leaks });
        Ok(left_out.map(|reason| Rejected { position, reason, excerpt }))
    }

    /// Writes what waits and says what it came to.
    ///
    /// # Errors
    /// The store failed.
    pub async fn finish(mut self) -> Result<Written, SurveyError> {
        self.flush().await?;
        Ok(self.written)
    }

    async fn flush(&mut self) -> Result<(), SurveyError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.ids.clear();
        // Rows of one listing stand together in the tables; in this order they are written from front to back.
        waiting.sort_unstable_by_key(|waiting| waiting.id);
        let ids: Vec<i64> = waiting.iter().map(|waiting| waiting.id).collect();
        let mut transaction = self.store.begin().await?;
        let known = known(&mut transaction, &ids).await?;
        let mut rows = Rows::new();
        let mut changes = Vec::new();
        let mut again = Vec::new();
        let mut replaced = Vec::new();
        for Waiting { id, mut listing, first, leaks } in waiting {
            let Some((stored, digest)) = known.get(&id) else {
                self.written.new += 1;
                rows.add(id, &listing, &leaks, self.source, first)?;
                continue;
            };
            let first = stored.first_seen.min(first);
            self.fill(&mut listing, &stored.listing);
            if listing.seen < stored.listing.seen || digest_of(&listing) == *digest {
                self.written.same += 1;
                again.push((id, first, listing.seen.max(stored.listing.seen)));
                continue;
            }
            self.written.changed += 1;
            changes.extend(differences(id, &stored.listing, &listing));
            replaced.push(id);
            rows.add(id, &listing, &leaks, self.source, first)?;
        }
        remove(&mut transaction, &replaced).await?;
        rows.write(&mut transaction).await?;
        seen_again(&mut transaction, &again).await?;
        write_changes(&mut transaction, &changes).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What the source is silent about stays as it was. Partial lists of one moment complete each other: what one record
    /// leaves empty, another may have said.
    fn fill(&self, listing: &mut Listing, stored: &Listing) {
        let Spoken { packages, remotes, tools, config, repository, rest } = self.spoken;
        let completes = !rest && listing.seen == stored.seen;
        if !packages || (completes && listing.packages.is_empty()) {
            listing.packages.clone_from(&stored.packages);
        }
        if !remotes || (completes && listing.remotes.is_empty()) {
            listing.remotes.clone_from(&stored.remotes);
        }
        if !tools || (completes && listing.tools.is_empty()) {
            listing.tools.clone_from(&stored.tools);
        }
        if !config || (completes && listing.config.is_none()) {
            listing.config.clone_from(&stored.config);
        }
        if !repository || (completes && listing.repository.is_none()) {
            listing.repository.clone_from(&stored.repository);
        }
        if let (Some(new), Some(old)) = (&mut listing.repository, &stored.repository)
            && new.id.is_none()
            && new.url == old.url
        {
            new.id.clone_from(&old.id);
        }
        if !rest {
            let filled = listing.clone();
            *listing = Listing {
                title: filled.title.or_else(|| stored.title.clone()),
                description: filled.description.or_else(|| stored.description.clone()),
                page: filled.page.or_else(|| stored.page.clone()),
                publisher: filled.publisher.or_else(|| stored.publisher.clone()),
                status: filled.status.or_else(|| stored.status.clone()),
                version: filled.version.or_else(|| stored.version.clone()),
                published: filled.published.or(stored.published),
                updated: filled.updated.or(stored.updated),
                language: filled.language.or_else(|| stored.language.clone()),
                reach: filled.reach.or(stored.reach),
                ..filled
            };
        }
    }
}

/// What is known of these listings, with the digests of their content.
async fn known(
    transaction: &mut Transaction,
    ids: &[i64],
) -> Result<HashMap<i64, (Stored, i64)>, SurveyError> {
    let mut known = HashMap::new();
    for some in ids.chunks(read::ASKED) {
        for (stored, digest) in read::some(transaction, some).await? {
            known.insert(stored.id, (stored, digest));
        }
    }
    Ok(known)
}

/// The digest of everything that a listing says; when it was seen does not count.
pub(crate) fn digest_of(listing: &Listing) -> i64 {
    let timeless = Listing { seen: Moment::default(), ..listing.clone() };
    id_of(&[&format!("{timeless:?}")])
}

/// The fields whose change says something about who stands behind a listing or what it delivers.
fn differences(id: i64, before: &Listing, after: &Listing) -> Vec<Change> {
    fn joined<'t>(texts: impl Iterator<Item = String> + 't) -> Option<String> {
        let mut texts: Vec<String> = texts.collect();
        texts.sort_unstable();
        (!texts.is_empty()).then(|| texts.join(" "))
    }
    let at = after.seen;
    let repository = |listing: &Listing| listing.repository.as_ref().map(|repository| repository.url.clone());
    let repository_id =
        |listing: &Listing| listing.repository.as_ref().and_then(|repository| repository.id.clone());
    let packages = |listing: &Listing| {
        joined(listing.packages.iter().map(|package| format!("{}:{}", package.kind, package.name)))
    };
    let remotes = |listing: &Listing| joined(listing.remotes.iter().cloned());
    let tools = |listing: &Listing| joined(listing.tools.iter().cloned());
    let fields = [
        ("repository", repository(before), repository(after)),
        ("repository-id", repository_id(before), repository_id(after)),
        ("package", packages(before), packages(after)),
        ("remote", remotes(before), remotes(after)),
        ("tool", tools(before), tools(after)),
        ("publisher", before.publisher.clone(), after.publisher.clone()),
        ("status", before.status.clone(), after.status.clone()),
        ("version", before.version.clone(), after.version.clone()),
        ("title", before.title.clone(), after.title.clone()),
        ("description", before.description.clone(), after.description.clone()),
        ("config", before.config.clone(), after.config.clone()),
    ];
    fields
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change { listing: id, at, field: field.to_owned(), before, after })
        .collect()
}
