//! The hashed keys of a listing, and what it relies on.

use std::collections::BTreeSet;

use portcullis_model::listing::{Listing, Subject};
use portcullis_supply::Ecosystem;
use portcullis_supply::name::NameForms;

use super::{PackageName, Place, Remote, registrable};
use crate::table::{KeyKind, Role};

/// Cores shorter than this have no neighbours: most short words are at distance one from another.
const SHORTEST_NEAR: usize = 5;
/// Cores longer than this have no neighbours: nobody mistypes them by hand.
const LONGEST_NEAR: usize = 40;

/// The registry whose names are proved by an account or a domain.
const OFFICIAL: &str = "official";

/// The place of a listing's repository, with the folder that it names.
pub(crate) fn place(listing: &Listing) -> Option<Place> {
    let repository = listing.repository.as_ref()?;
    Some(Place::read(&repository.url)?.with_folder(repository.subfolder.as_deref()))
}

/// The keys of a listing, each once, in order. Equal values mean equal things; see [`KeyKind`].
#[must_use]
pub fn keys(listing: &Listing) -> BTreeSet<(KeyKind, i64)> {
    let mut keys = BTreeSet::new();
    let mut add = |kind: KeyKind, text: &str| {
        keys.insert((kind, kind.value(text)));
    };
    if let Some(place) = place(listing) {
        let id = listing.repository.as_ref().and_then(|repository| repository.id.as_deref());
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            add(KeyKind::RepositoryId, &format!("{}:{id}", place.forge));
        }
        add(KeyKind::Repository, &place.whole().to_string());
        if !place.folder.is_empty() {
            add(KeyKind::Subfolder, &place.to_string());
        }
        add(KeyKind::Owner, &format!("{}/{}", place.forge, place.owner));
    }
    for package in listing.packages.iter().filter_map(PackageName::of) {
        add(KeyKind::Package, &package.subject().to_string());
    }
    for remote in listing.remotes.iter().filter_map(|remote| Remote::read(remote)) {
        if !remote.address.contains('{') {
            add(KeyKind::Remote, &remote.address);
        }
        add(KeyKind::Host, &remote.host);
    }
    for tool in &listing.tools {
        add(KeyKind::Tool, &tool.to_lowercase());
    }
    let forms = NameForms::new(Ecosystem::Mcp, called(listing));
    if let Some(scope) = &forms.scope {
        add(KeyKind::Scope, scope);
    }
    add(KeyKind::Order, &forms.core.join(" "));
    add(KeyKind::Core, &forms.core_joined);
    add(KeyKind::Joined, &forms.joined);
    add(KeyKind::Skeleton, &forms.skeleton);
    for near in nearby(&forms.core_joined) {
        add(KeyKind::Near, &near);
    }
    keys
}

/// What people call it. Lists whose entries have no names of their own are keyed by address; they have titles.
pub(crate) fn called(listing: &Listing) -> &str {
    match &listing.title {
        Some(title) if listing.name.contains("://") => title,
        _ => &listing.name,
    }
}

/// The text itself, and with each one of its characters left out.
fn nearby(core: &str) -> BTreeSet<String> {
    let characters: Vec<char> = core.chars().collect();
    if characters.len() < SHORTEST_NEAR || characters.len() > LONGEST_NEAR {
        return BTreeSet::new();
    }
    let without = |left_out: usize| {
        characters
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != left_out)
            .map(|(_, character)| character)
            .collect()
    };
    (0..=characters.len()).map(without).collect()
}

/// What a listing relies on, and for what.
#[must_use]
pub fn relies(listing: &Listing) -> BTreeSet<(Subject, Role)> {
    let mut relies = BTreeSet::new();
    if listing.registry == OFFICIAL {
        relies.extend(namespace(&listing.name).map(|subject| (subject, Role::Namespace)));
    }
    match (place(listing), &listing.repository) {
        (Some(place), _) => {
            if place.forge == "github.com" {
                relies.insert((Subject::Account(place.owner.clone()), Role::Owner));
            }
            relies.insert((Subject::Link(place.url()), Role::Repository));
        }
        (None, Some(repository)) if Remote::read(&repository.url).is_some() => {
            relies.insert((Subject::read(&repository.url), Role::Repository));
        }
        _ => {}
    }
    for package in listing.packages.iter().filter_map(PackageName::of) {
        relies.extend(package.account().map(|login| (Subject::Account(login), Role::PackageOwner)));
        relies.insert((package.subject(), Role::Package));
    }
    for remote in listing.remotes.iter().filter_map(|remote| Remote::read(remote)) {
        relies.extend(registrable(&remote.host).map(|domain| (Subject::Domain(domain), Role::Remote)));
    }
    relies
}

/// Who proves a name of the official registry: `io.github.LOGIN/…` an account, `com.example/…` a domain.
fn namespace(name: &str) -> Option<Subject> {
    let (namespace, _) = name.split_once('/')?;
    if let Some(login) = namespace.strip_prefix("io.github.") {
        return (!login.is_empty()).then(|| Subject::Account(login.to_ascii_lowercase()));
    }
    let labels: Vec<&str> = namespace.split('.').rev().collect();
    registrable(&labels.join(".").to_ascii_lowercase()).map(Subject::Domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use portcullis_model::listing::{ListedPackage, ListedRepository};

    fn listing() -> Listing {
        Listing {
            registry: OFFICIAL.into(),
            name: "io.github.Ann/weather-mcp".into(),
            repository: Some(ListedRepository {
                url: "https://github.com/Ann/tools/tree/main/weather".into(),
                id: Some("42".into()),
                subfolder: None,
            }),
            packages: vec![ListedPackage {
                kind: "oci".into(),
                name: "ghcr.io/bob/weather:1".into(),
                ..Default::default()
            }],
            remotes: vec!["https://weather.me.example.org/mcp".into()],
            ..Listing::default()
        }
    }

    #[test]
    fn a_listing_relies_on_everybody_who_could_change_what_it_delivers() {
        let relies: Vec<String> =
            relies(&listing()).iter().map(|(subject, role)| format!("{} {subject}", role.as_str())).collect();
        for expected in [
            "namespace github-account:ann",
            "owner github-account:ann",
            "package-owner github-account:bob",
            "repository https://github.com/ann/tools",
            "package oci:ghcr.io/bob/weather",
            "remote domain:example.org",
        ] {
            assert!(relies.iter().any(|found| found == expected), "{expected} in {relies:?}");
        }
        assert_eq!(relies.len(), 6);
    }

    #[test]
    fn names_at_edit_distance_one_share_a_key() {
        let near = |name: &str| {
            let listing = Listing { registry: "x".into(), name: name.into(), ..Listing::default() };
            keys(&listing).into_iter().filter(|(kind, _)| *kind == KeyKind::Near).collect::<BTreeSet<_>>()
        };
        for (one, other) in [
            ("playwright", "playwrite-x"),
            ("weather", "weathr"),
            ("weather", "weether"),
            ("weather", "weahter"),
        ] {
            let shared = near(one).intersection(&near(other)).count();
            assert_eq!(shared > 0, one == "weather", "{one} {other}");
        }
    }
}
