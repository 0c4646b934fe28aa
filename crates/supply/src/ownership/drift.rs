//! Detector H13: the same server named by several lists, or by one list at several times, with different owners.

use std::collections::BTreeMap;

use portcullis_model::{Confidence, Listing, Moment, Severity, Subject};

use super::detect::{Detector, Verdict};
use super::history::{History, Presence};
use super::relied::forge_of;

/// The owner that was named changed from one sighting to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerChange {
    /// Who was named before.
    pub before: String,
    /// Who is named now.
    pub after: String,
    /// The registry that names the one before.
    pub earlier: String,
    /// The registry that names the other one.
    pub later: String,
    /// When the other one was first named.
    pub seen: Moment,
}

/// Every change of the owner over sightings of one server. A change that the forge confirms, because the old link leads
/// to the new owner, needs no review and is left out.
#[must_use]
pub fn drift(sightings: &[&Listing], history: &History) -> Vec<(OwnerChange, Verdict)> {
    let mut named: BTreeMap<Moment, Vec<(&Listing, String)>> = BTreeMap::new();
    for listing in sightings {
        let owner = listing.repository.as_ref().and_then(|repository| forge_of(&repository.url));
        if let Some(forge) = owner {
            named.entry(listing.seen).or_default().push((listing, forge.owner.to_ascii_lowercase()));
        }
    }
    let mut found: Vec<(OwnerChange, Verdict)> = Vec::new();
    let mut before: Option<(&Listing, String)> = None;
    for (seen, sightings) in named {
        for (listing, owner) in sightings {
            if let Some((earlier, known)) = &before
                && *known != owner
                && !is_explained(earlier, &owner, history)
            {
                let change = OwnerChange {
                    before: known.clone(),
                    after: owner.clone(),
                    earlier: earlier.registry.clone(),
                    later: listing.registry.clone(),
                    seen,
                };
                let is_known = |(other, _): &(OwnerChange, Verdict)| {
                    other.before == change.before && other.after == change.after
                };
                if !found.iter().any(is_known) {
                    let verdict = judged(&change, earlier.seen);
                    found.push((change, verdict));
                }
            }
            before = Some((listing, owner));
        }
    }
    found
}

fn judged(change: &OwnerChange, first: Moment) -> Verdict {
    let message = format!(
        "`{}` names the owner `{}`, `{}` names `{}`, and nothing shows that one handed it to the other",
        change.earlier, change.before, change.later, change.after
    );
    Verdict {
        detector: Detector::Drift,
        severity: Severity::Medium,
        confidence: Confidence::Low,
        subject: Subject::Account(change.after.clone()),
        message,
        first,
        last: change.seen,
    }
}

/// The forge itself leads from the old link to the new owner.
fn is_explained(earlier: &Listing, owner: &str, history: &History) -> bool {
    let Some(forge) = earlier.repository.as_ref().and_then(|repository| forge_of(&repository.url)) else {
        return false;
    };
    let account = Subject::Account(forge.owner.to_ascii_lowercase());
    let renamed = history.settled(&account).told.and_then(|told| told.fact("renamed-to"));
    if renamed.is_some_and(|now| now.eq_ignore_ascii_case(owner)) {
        return true;
    }
    let Some(name) = forge.repository else { return false };
    let link = format!("https://github.com/{}/{name}", forge.owner).to_ascii_lowercase();
    let settled = history.settled(&Subject::Link(link));
    let target = settled.told.and_then(|told| told.fact("moved-to"));
    settled.presence == Presence::Moved
        && target
            .and_then(|target| target.rsplit('/').nth(1))
            .is_some_and(|now| now.eq_ignore_ascii_case(owner))
}

#[cfg(test)]
mod tests {
    use portcullis_model::{ListedRepository, Observation, ObservedStatus};

    use super::*;

    fn listing(registry: &str, url: &str, seen: i64) -> Listing {
        Listing {
            registry: registry.to_owned(),
            repository: Some(ListedRepository { url: url.to_owned(), ..ListedRepository::default() }),
            seen: Moment(seen),
            ..Listing::default()
        }
    }

    #[test]
    fn a_new_owner_is_reviewed_unless_the_forge_shows_the_way() {
        let first = listing("official", "https://github.com/ann/tool", 1);
        let second = listing("glama", "https://github.com/Bob/tool", 2);
        let same = listing("docker", "https://github.com/bob/tool.git", 3);
        let found = drift(&[&second, &same, &first], &History::default());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0.before.as_str(), found[0].0.after.as_str()), ("ann", "bob"));

        let moved = Observation {
            subject: Subject::read("https://github.com/ann/tool"),
            seen: Moment(4),
            status: ObservedStatus::Moved,
            facts: vec![(String::from("moved-to"), String::from("Bob/tool"))],
        };
        let history: History = [moved].into_iter().collect();
        assert!(drift(&[&first, &second, &same], &history).is_empty());
    }
}
