//! Rules look at listings, some at a time.

use std::collections::{BTreeSet, HashMap};

use portcullis_model::{Confidence, Observation, Subject};
use portcullis_rules::{Engine, LeakedSecret, Likeness, ListingEvidence};
use portcullis_store::{Batch, Cell, Column, Conflict, Row, Store, id_of};
use portcullis_supply::ownership::{
    History, Role, Standing, Verdict, owner_of, relied_on, standing, verdicts,
};

use super::Step;
use crate::SurveyError;
use crate::probing::mail_domains;
use crate::table::{self, Stored, finding, subject_id};

/// Listings that are in memory at a time.
const STEP: u32 = 2000;

const STANDING: &[(&str, Column)] = &[
    ("listing", Column::Integer),
    ("subject", Column::Integer),
    ("state", Column::Text),
    ("confidence", Column::Text),
    ("first", Column::Integer),
    ("last", Column::Integer),
];

/// Lets the rules look at every listing; says how many there are and what was found.
pub(super) async fn listings(
    store: &Store,
    engine: &Engine,
    drifts: &HashMap<i64, Vec<Verdict>>,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<(u64, u64), SurveyError> {
    let of = u64::try_from(store.number("SELECT COUNT(*) FROM listing", &[]).await?).unwrap_or(0);
    let (mut done, mut count, mut after) = (0, 0, None);
    loop {
        progress(Step::Listings { done, of });
        let some = table::listings(store, after, STEP).await?;
        let Some(last) = some.last() else { return Ok((done, count)) };
        after = Some(last.id);
        let batch = look(store, engine, drifts, &some).await?;
        done += some.len() as u64;
        count += batch;
    }
}

async fn look(
    store: &Store,
    engine: &Engine,
    drifts: &HashMap<i64, Vec<Verdict>>,
    some: &[Stored],
) -> Result<u64, SurveyError> {
    let (Some(first), Some(last)) = (some.first(), some.last()) else { return Ok(0) };
    let range = [first.id.into(), last.id.into()];
    let history = whole_history(store, some).await?;
    let mut likenesses = likenesses(store, &range).await?;
    let mut leaks = leaks(store, &range).await?;
    let mut findings = Batch::new("finding", finding::FINDING, Conflict::Keep);
    let mut standings = Batch::new("standing", STANDING, Conflict::Keep);
    for stored in some {
        let listing = &stored.listing;
        let mut told = verdicts(listing, &history);
        told.extend(drifts.get(&stored.id).into_iter().flatten().cloned());
        let link = relied_on(listing)
            .into_iter()
            .find(|(_, role)| *role == Role::Repository)
            .map(|(subject, _)| standing(&subject, listing.repository.as_ref(), listing.published, &history));
        if let Some(link) = &link {
            standings.push(standing_row(stored.id, link))?;
        }
        let evidence = ListingEvidence {
            listing,
            link: link.as_ref(),
            verdicts: &told,
            likenesses: &likenesses.remove(&stored.id).unwrap_or_default(),
            leaks: &leaks.remove(&stored.id).unwrap_or_default(),
        };
        let target = format!("listing:{}: {}", listing.registry, listing.name);
        for found in engine.listing(&target, &evidence) {
            let id = id_of(&["finding", &stored.id.to_string(), &found.id]);
            let said = finding::said(&found, found.evidence.clone());
            findings.push(finding::row(id, stored.id, said, listing.seen.0))?;
        }
    }
    let count = findings.len() as u64;
    let mut transaction = store.begin().await?;
    transaction.write(&mut findings).await?;
    transaction.write(&mut standings).await?;
    transaction.commit().await?;
    Ok(count)
}

fn standing_row(listing: i64, link: &Standing) -> [Cell; 6] {
    [
        listing.into(),
        subject_id(&link.subject).into(),
        link.state.as_str().into(),
        link.confidence.as_str().into(),
        link.first.0.into(),
        link.last.0.into(),
    ]
}

/// Everything that was observed of what some listings rely on, and of what that hangs on.
async fn whole_history(store: &Store, some: &[Stored]) -> Result<History, SurveyError> {
    let mut subjects = BTreeSet::new();
    for stored in some {
        for (subject, role) in relied_on(&stored.listing) {
            if let (Role::Namespace, Subject::Domain(name)) = (role, &subject) {
                subjects.insert(Subject::Other(format!("proof:{name}")));
            }
            subjects.extend(owner_of(&subject));
            subjects.insert(subject);
        }
    }
    let history = table::history(store, &subjects).await?;
    let named = all(&history).flat_map(mail_domains).filter(|domain| !subjects.contains(domain));
    let named: BTreeSet<Subject> = named.collect();
    if named.is_empty() {
        return Ok(history);
    }
    // Whoever has the mail of a maintainer has the package: its registry names the domain, the listing does not.
    let behind = table::history(store, &named).await?;
    Ok(all(&history).chain(all(&behind)).cloned().collect())
}

fn all(history: &History) -> impl Iterator<Item = &Observation> {
    history.subjects().flat_map(|subject| history.of(subject))
}

async fn likenesses(store: &Store, range: &[Cell]) -> Result<HashMap<i64, Vec<Likeness>>, SurveyError> {
    let sql = "SELECT k.listing, l.registry, l.name, k.confidence, k.explanation, k.benign
        FROM likeness AS k JOIN listing AS l ON l.id = k.other
        WHERE k.listing >= $1 AND k.listing <= $2 ORDER BY k.listing, k.other";
    let mut found: HashMap<i64, Vec<Likeness>> = HashMap::new();
    for row in store.query(sql, range).await? {
        found.entry(row.integer(0)).or_default().push(likeness(&row));
    }
    Ok(found)
}

fn likeness(row: &Row) -> Likeness {
    Likeness {
        registry: row.text(1).to_owned(),
        name: row.text(2).to_owned(),
        confidence: confidence(row.text(3)),
        explanation: row.text(4).to_owned(),
        benign: row.some_text(5).map(str::to_owned),
    }
}

fn confidence(word: &str) -> Confidence {
    word.parse().unwrap_or(Confidence::Low)
}

async fn leaks(store: &Store, range: &[Cell]) -> Result<HashMap<i64, Vec<LeakedSecret>>, SurveyError> {
    let sql = "SELECT listing, field, kind, shown, confidence FROM leak
        WHERE listing >= $1 AND listing <= $2 ORDER BY listing, field, kind, shown";
    let mut found: HashMap<i64, Vec<LeakedSecret>> = HashMap::new();
    for row in store.query(sql, range).await? {
        found.entry(row.integer(0)).or_default().push(LeakedSecret {
            field: row.text(1).to_owned(),
            kind: row.text(2).to_owned(),
            shown: row.text(3).to_owned(),
            confidence: confidence(row.text(4)),
        });
    }
    Ok(found)
}
