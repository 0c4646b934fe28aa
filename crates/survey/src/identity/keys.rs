//! The hashed keys of a listing.

use std::borrow::Cow;
use std::collections::BTreeSet;

use portcullis_model::listing::{Listing, is_address};
use portcullis_supply::Ecosystem;
use portcullis_supply::name::{NameForms, is_decoration};
use portcullis_supply::ownership::host_of;

use super::{PackageName, Place, Remote};
use crate::table::KeyKind;

/// Cores shorter than this have no neighbours: most short words are at distance one from another.
const SHORTEST_NEAR: usize = 5;
/// Cores longer than this have no neighbours: nobody mistypes them by hand.
const LONGEST_NEAR: usize = 40;
/// Letters at the start of a core by which names of two slips meet.
const START: usize = 7;

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
    let forms = NameForms::new(Ecosystem::Mcp, &called(&listing.name, listing.title.as_deref()));
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
    for near in typed(listing) {
        add(KeyKind::Near, &near);
    }
    keys
}

/// More of what is near, for names that people type to install something: there every slip counts, also one in an affix, a second one
/// behind the start, and one name that is another's dressed up or under another owner.
fn typed(listing: &Listing) -> BTreeSet<String> {
    let ecosystem = match listing.registry.as_str() {
        "official" => Some(Ecosystem::Mcp),
        word => Ecosystem::from_word(word),
    };
    let Some(ecosystem) = ecosystem else { return BTreeSet::new() };
    let forms = NameForms::new(ecosystem, &listing.name);
    let mut near = nearby(&forms.joined);
    let plain: Vec<&str> =
        forms.core.iter().map(String::as_str).filter(|word| !is_decoration(word)).collect();
    near.insert(format!("plain {}", plain.join(" ")));
    near.insert(format!("plain {}", forms.core.join(" ")));
    if forms.scope.is_some() {
        near.insert(format!("base {}", forms.base));
    }
    let start: String = forms.core_joined.chars().take(START).collect();
    if start.chars().count() == START {
        near.extend(nearby(&start).into_iter().map(|start| format!("start {start}")));
    }
    near
}

/// What people call it. Lists whose entries have no names of their own are keyed by address or path: there it is the title, else owner and
/// name of the repository, else the domain.
pub(crate) fn called<'t>(name: &'t str, title: Option<&'t str>) -> Cow<'t, str> {
    match title {
        _ if !is_address(name) => Cow::Borrowed(name),
        Some(title) => Cow::Borrowed(title),
        None => match (Place::read(name), host_of(name)) {
            (Some(place), _) => Cow::Owned(format!("{}/{}", place.owner, place.name)),
            (None, Some(host)) => Cow::Owned(host.registered),
            (None, None) => Cow::Borrowed(name),
        },
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

#[cfg(test)]
mod tests {
    use super::*;

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
