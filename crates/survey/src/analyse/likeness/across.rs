//! A name that somebody else has in another registry, or in another package registry.

use portcullis_supply::name::is_common_word;

use super::Found;
use super::named::{Forges, Named, benign, order};

/// More owners than these have a name that says nothing about one of them.
const MOST_OWNERS: usize = 4;

/// Names of one spelling: who had it first, and who has it elsewhere.
pub(super) fn compare(crowd: &[Named], forges: &Forges, found: &mut Vec<Found>) {
    let Some(first) = crowd.first() else { return };
    let core = first.forms().core;
    if core.iter().all(|word| is_common_word(word) || word.chars().count() < 3) {
        return;
    }
    let mut owners: Vec<(&str, &str)> = crowd.iter().filter_map(Named::owner).collect();
    owners.sort_unstable();
    owners.dedup();
    if owners.len() < 2 || owners.len() > MOST_OWNERS {
        return;
    }
    let mut owned = crowd.iter().filter(|named| named.owner().is_some());
    let Some(known) = owned.next() else { return };
    // The one that imitates nobody.
    let known = owned.fold(known, |known, named| order(named, known).1);
    for asked in crowd {
        let is_elsewhere = asked.registry != known.registry;
        if !is_elsewhere || asked.owner().is_none() || asked.owner() == known.owner() {
            continue;
        }
        let is_sure = order(asked, known).2;
        // Titles of lists name what a server is for; names that are installed stand for one server.
        let is_told = is_sure && asked.is_installed() && known.is_installed();
        found.push(Found {
            listing: asked.id,
            other: known.id,
            kind: "cross-registry",
            confidence: if is_told { "medium" } else { "low" },
            explanation: format!(
                "`{}` in {} belongs to somebody else than `{}` in {}, which {}",
                asked.name,
                asked.registry,
                known.name,
                known.registry,
                if is_sure { "was there first or is used more" } else { "was met first" }
            ),
            benign: benign(asked, known, forges),
        });
    }
}
