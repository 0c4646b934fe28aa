//! A listing and what was observed of it, a line each.
//!
//! `listing REGISTRY NAME member=value…` is the one that is looked at. `SUBJECT DAY STATUS fact=value…` was seen of something
//! on a day. `like REGISTRY NAME publisher=…` is an older listing beside it; `drift ACCOUNT` says that another list names this
//! account as its owner.

use portcullis_model::listing::DAY;
use portcullis_model::{
    Finding, ListedPackage, ListedRepository, Listing, Moment, Observation, ObservedStatus, Subject,
};
use portcullis_rules::{Engine, Likeness, ListingEvidence};
use portcullis_supply::Ecosystem;
use portcullis_supply::name::{NameForms, look_alike};
use portcullis_supply::ownership::{History, drift, standing, verdicts};

pub(crate) fn findings(engine: &Engine, body: &str) -> Vec<Finding> {
    let mut lines = body.lines();
    let first = lines.next().and_then(|line| line.strip_prefix("listing ")).expect("a listing");
    let listing = listing(first);
    let mut observations = Vec::new();
    let mut likenesses = Vec::new();
    let mut other_owners = Vec::new();
    for line in lines {
        match line.split_once(' ') {
            Some(("like", rest)) => likenesses.extend(likeness(&listing, rest)),
            Some(("drift", account)) => other_owners.push(account),
            _ => observations.push(observation(line)),
        }
    }
    let history: History = observations.into_iter().collect();
    let mut verdicts = verdicts(&listing, &history);
    for account in other_owners {
        let login = account.strip_prefix("github-account:").expect("an account");
        let mut later = listing.clone();
        later.seen = Moment(listing.seen.0 + DAY);
        later.repository.as_mut().expect("a repository").url = format!("https://github.com/{login}/tool");
        verdicts.extend(drift(&[&listing, &later], &history).into_iter().map(|(_, verdict)| verdict));
    }
    let link = listing.repository.as_ref().map(|repository| {
        standing(&Subject::read(&repository.url), Some(repository), listing.published, &history)
    });
    let evidence = ListingEvidence {
        listing: &listing,
        link: link.as_ref(),
        verdicts: &verdicts,
        likenesses: &likenesses,
        leaks: &[],
    };
    engine.listing("page", &evidence)
}

fn listing(line: &str) -> Listing {
    let mut words = line.split(' ');
    let mut listing = Listing {
        registry: words.next().expect("a registry").to_owned(),
        name: words.next().expect("a name").to_owned(),
        seen: Moment(DAY),
        ..Listing::default()
    };
    for word in words {
        let (member, value) = word.split_once('=').expect("a member and its value");
        let text = || Some(value.to_owned());
        match member {
            "repository" => {
                listing.repository =
                    Some(ListedRepository { url: value.to_owned(), ..ListedRepository::default() });
            }
            "id" => listing.repository.as_mut().expect("a repository").id = text(),
            "package" => {
                let (kind, name) = value.split_once(':').expect("a kind and a name");
                let package = ListedPackage {
                    kind: kind.to_owned(),
                    name: name.to_owned(),
                    ..ListedPackage::default()
                };
                listing.packages.push(package);
            }
            "digest" => listing.packages.last_mut().expect("a package").digest = text(),
            "remote" => listing.remotes.push(value.to_owned()),
            "publisher" => listing.publisher = text(),
            "config" => listing.config = text(),
            other => panic!("unknown member `{other}`"),
        }
    }
    listing
}

fn observation(line: &str) -> Observation {
    let mut words = line.split_whitespace();
    let subject = Subject::read(words.next().expect("a subject"));
    let day: i64 = words.next().and_then(|day| day.parse().ok()).expect("a day");
    let status = words.next().and_then(ObservedStatus::read).expect("a status");
    let fact = |fact: &str| {
        let (name, value) = fact.split_once('=').expect("a fact");
        (name.to_owned(), value.to_owned())
    };
    Observation { subject, seen: Moment(day * DAY), status, facts: words.map(fact).collect() }
}

fn likeness(asked: &Listing, line: &str) -> Option<Likeness> {
    let other = listing(line);
    let forms = |listing: &Listing| NameForms::new(Ecosystem::Npm, &listing.name);
    let look = look_alike(&forms(asked), &forms(&other))?;
    let benign = (other.publisher == asked.publisher).then(|| String::from("the same maintainer"));
    Some(Likeness {
        registry: other.registry,
        name: other.name,
        confidence: look.confidence,
        explanation: look.explanation,
        benign,
    })
}
