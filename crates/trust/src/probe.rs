//! From subjects to observations, in batches that controls vouch for.

mod account;
mod domain;
mod image;
mod npm;
mod package;
mod page;
mod platform;
mod proof;
mod pypi;
mod release;
mod repository;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use portcullis_model::{Moment, Observation, ObservedStatus, Subject};
use portcullis_supply::ownership::{History, forge_of, host_of};
use tokio::task::JoinSet;

use crate::client::Client;
use crate::recording::digest_of;
use crate::request::Reply;
use crate::services::Services;

/// Subjects that are asked for at the same time; each host keeps its own pace.
const AT_ONCE: usize = 16;
/// Subjects between two looks at the controls.
const BATCH: usize = 100;

/// What is known of a subject before it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The immutable id that was recorded first.
    pub id: Option<String>,
}

impl Known {
    fn of(subject: &Subject, earlier: &History) -> Self {
        Self { id: earlier.course(subject, "id").first().map(|(_, id)| (*id).to_owned()) }
    }
}

/// What was found of one subject.
pub(crate) struct Found {
    seen: Moment,
    status: ObservedStatus,
    facts: BTreeMap<&'static str, String>,
}

impl Found {
    /// What a reply says when it says nothing of its own: nothing there, taken away, or not found out.
    pub(crate) fn of(reply: &Reply) -> Self {
        let status = match reply.status {
            _ if reply.trouble.is_some() => ObservedStatus::Unknown,
            Some(404 | 410) => ObservedStatus::Absent,
            Some(451) => ObservedStatus::Withheld,
            _ => ObservedStatus::Unknown,
        };
        let mut found = Self { seen: reply.seen, status, facts: BTreeMap::new() };
        if let Some(code) = reply.status {
            found.put("http", code.to_string());
        }
        if status == ObservedStatus::Unknown {
            found.put("error", reply.why());
        }
        found
    }

    /// It is so.
    pub(crate) fn is(reply: &Reply, status: ObservedStatus) -> Self {
        let mut found = Self::of(&Reply { trouble: None, ..reply.clone() });
        found.facts.remove("error");
        found.status = status;
        found
    }

    /// It could not be found out.
    pub(crate) fn unknown(seen: Moment, why: impl Into<String>) -> Self {
        let mut found = Self { seen, status: ObservedStatus::Unknown, facts: BTreeMap::new() };
        found.put("error", why.into());
        found
    }

    /// A whole answer that is not what the service answers: an error page under a status that says otherwise.
    pub(crate) fn odd(reply: &Reply) -> Self {
        let mut found = Self::unknown(reply.seen, "the answer is not what this service answers");
        if let Some(code) = reply.status {
            found.put("http", code.to_string());
        }
        found
    }

    /// Adds a fact: one line of at most 500 characters.
    pub(crate) fn put(&mut self, name: &'static str, value: impl Into<String>) {
        let value: String = value.into();
        let value: String = value.chars().filter(|letter| !letter.is_control()).take(500).collect();
        if !value.is_empty() {
            self.facts.insert(name, value);
        }
    }

    /// Adds a fact that may not be known.
    pub(crate) fn put_some(&mut self, name: &'static str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    fn observed(self, subject: &Subject) -> Observation {
        let facts = self.facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Observation { subject: subject.clone(), seen: self.seen, status: self.status, facts }
    }
}

/// Asks for every subject and returns what was observed, in the order of the subjects, each once. Absence counts only
/// in a batch whose controls held: otherwise it could not be found out.
pub async fn probe(
    subjects: &[Subject],
    earlier: &History,
    client: &Arc<Client>,
    services: &Arc<Services>,
) -> Vec<Observation> {
    let mut groups: BTreeMap<String, BTreeSet<&Subject>> = BTreeMap::new();
    for subject in subjects {
        groups.entry(authority(subject)).or_default().insert(subject);
    }
    let mut all = Vec::new();
    for group in groups.into_values() {
        let group: Vec<&Subject> = group.into_iter().collect();
        for batch in group.chunks(BATCH) {
            all.extend(batch_of(batch, earlier, client, services).await);
        }
    }
    all.sort_by(|a, b| a.subject.cmp(&b.subject));
    all
}

/// Who is asked: what shares an outage shares a batch.
fn authority(subject: &Subject) -> String {
    match subject {
        Subject::Account(_) => String::from("account"),
        Subject::Link(link) => match forge_of(link) {
            Some(forge) if forge.repository.is_some() => String::from("repository"),
            Some(_) => String::from("account"),
            None => format!("page {}", host_of(link).map(|host| host.name).unwrap_or_default()),
        },
        Subject::Npm(_) => String::from("npm"),
        Subject::Pypi(_) => String::from("pypi"),
        Subject::Package(kind, name) if matches!(kind.as_str(), "oci" | "mcpb") => {
            format!("{kind} {}", host_of(name).map(|host| host.name).unwrap_or_default())
        }
        Subject::Package(kind, _) => kind.clone(),
        Subject::Domain(name) if host_of(name).is_some_and(|host| host.is_platform) => {
            String::from("platform")
        }
        Subject::Domain(_) => String::from("domain"),
        Subject::Other(text) => text.split(':').next().unwrap_or_default().to_owned(),
    }
}

/// Who answers for a subject: those of one lane are asked for by one worker at a time, so that a host keeps its pace however
/// many workers there are. The hosts that strangers name share a few dozen lanes, each host always the same one.
#[must_use]
pub fn lane(subject: &Subject) -> String {
    match authority(subject).as_str() {
        "account" | "repository" => String::from("forge"),
        "npm-scope" => String::from("npm"),
        "proof" => of_host(subject.to_string().trim_start_matches("proof:")),
        word => match word.split_once(' ') {
            Some((_, host)) => of_host(host),
            None => word.to_owned(),
        },
    }
}

fn of_host(name: &str) -> String {
    let host = host_of(name).map_or_else(|| name.to_owned(), |host| host.registered);
    let digest = digest_of(host.as_bytes());
    // The first digit and two bits of the second: one of 64.
    let mut digits = digest.trim_start_matches("sha256:").chars();
    let first = digits.next().unwrap_or('0');
    let second = digits.next().and_then(|digit| digit.to_digit(16)).unwrap_or(0) % 4;
    format!("host-{first}{second}")
}

async fn batch_of(
    batch: &[&Subject],
    earlier: &History,
    client: &Arc<Client>,
    services: &Arc<Services>,
) -> Vec<Observation> {
    let mut found = Vec::new();
    for some in batch.chunks(AT_ONCE) {
        let mut tasks = JoinSet::new();
        for subject in some {
            let (subject, known) = ((*subject).clone(), Known::of(subject, earlier));
            let (client, services) = (Arc::clone(client), Arc::clone(services));
            tasks.spawn(async move { one(&subject, &known, &client, &services).await.observed(&subject) });
        }
        while let Some(done) = tasks.join_next().await {
            // A probe that failed in itself has found nothing out, and its subject is asked for again another time.
            found.extend(done.ok());
        }
    }
    let Some(absent) = found.iter().find(|seen| seen.status == ObservedStatus::Absent) else { return found };
    let Some(fault) = controls(&absent.subject.clone(), batch, client, services).await else {
        for seen in found.iter_mut().filter(|seen| seen.status == ObservedStatus::Absent) {
            put(seen, "control", "found");
        }
        return found;
    };
    for seen in found.iter_mut().filter(|seen| seen.status == ObservedStatus::Absent) {
        seen.status = ObservedStatus::Unknown;
        put(seen, "control", "failed");
        put(seen, "error", &fault);
    }
    found
}

fn put(seen: &mut Observation, name: &str, value: &str) {
    seen.facts.retain(|(known, _)| known != name);
    seen.facts.push((name.to_owned(), value.to_owned()));
    seen.facts.sort();
}

/// Why nothing may be called absent: what must exist was not found, or what cannot exist was.
async fn controls(
    like: &Subject,
    batch: &[&Subject],
    client: &Client,
    services: &Services,
) -> Option<String> {
    let Some(control) = services.control(like).filter(|_| !authority(like).starts_with("page ")) else {
        return page::control(like, client, services).await;
    };
    if authority(like) == "platform" {
        return platform::control(like, client, services).await;
    }
    let found = one(&control, &Known::default(), client, services).await;
    if !matches!(found.status, ObservedStatus::Present | ObservedStatus::Moved) {
        return Some(format!("the control `{control}`, which exists, was not found"));
    }
    // The same in every run over the same subjects, so that a recording has the answer.
    let names: String = batch.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let digest = digest_of(names.as_bytes());
    let name = format!("no-such-{}", digest.get(7..23).unwrap_or_default());
    let nobody = match like {
        Subject::Account(_) => Subject::Account(name),
        Subject::Link(_) => Subject::Link(format!("https://github.com/{name}/{name}")),
        Subject::Npm(_) => Subject::Npm(name),
        Subject::Pypi(_) => Subject::Pypi(name),
        Subject::Domain(_) => Subject::Domain(format!("{name}.com")),
        Subject::Package(kind, _) => Subject::Package(kind.clone(), name),
        Subject::Other(_) => Subject::Other(format!("{}:{name}", authority(like))),
    };
    let found = one(&nobody, &Known::default(), client, services).await;
    (found.status != ObservedStatus::Absent)
        .then(|| format!("the service does not say of `{nobody}`, which does not exist, that it is absent"))
}

async fn one(subject: &Subject, known: &Known, client: &Client, services: &Services) -> Found {
    match subject {
        Subject::Account(login) => account::probe(login, known, client, services).await,
        Subject::Link(link) => match forge_of(link) {
            Some(forge) if forge.repository.is_some() => repository::probe(&forge, client, services).await,
            Some(forge) => account::probe(&forge.owner, known, client, services).await,
            None => page::probe(link, client, services).await,
        },
        Subject::Npm(name) => npm::probe(name, client, services).await,
        Subject::Pypi(name) => pypi::probe(name, client, services).await,
        Subject::Package(kind, name) => match kind.as_str() {
            "oci" => image::probe(name, client, services).await,
            "mcpb" => release::probe(name, client, services).await,
            _ => package::probe(kind, name, client, services).await,
        },
        Subject::Domain(name) => match host_of(name) {
            Some(host) if host.is_platform => platform::probe(&host.name, client, services).await,
            _ => domain::probe(name, client, services).await,
        },
        Subject::Other(text) => match text.split_once(':') {
            Some(("npm-scope", scope)) => npm::probe_scope(scope, client, services).await,
            Some(("proof", name)) => proof::probe(name, client, services).await,
            _ => Found::unknown(client.now(), "nobody knows how to ask for this"),
        },
    }
}
