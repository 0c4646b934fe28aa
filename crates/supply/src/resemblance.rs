//! Everything that speaks against a name at once: the built-in lists of its own ecosystem, the well-known servers of the
//! other ones, and the brands.

use std::cmp::Reverse;

use portcullis_model::Confidence;

use crate::brand::imitated_brand;
use crate::ecosystem::Ecosystem;
use crate::lists::{Standing, brand, well_known};
use crate::name::{Asked, LookAlike, NameForms, NameIndex, look_alike};

/// Something known that a name resembles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resemblance {
    /// The known name, or the title of the brand.
    pub known: String,
    /// Where the known name is published; `None` for a brand.
    pub ecosystem: Option<Ecosystem>,
    /// Who publishes it, when that is known.
    pub publisher: Option<String>,
    /// How they resemble each other.
    pub look: LookAlike,
}

/// Ecosystems where unscoped names are first come, first served, and the same server is often ported from one to another.
const SHARED_NAMES: [Ecosystem; 4] = [Ecosystem::Npm, Ecosystem::Pypi, Ecosystem::Cargo, Ecosystem::Nuget];

/// What the asked name resembles, likeliest first. Empty for names that are on the lists themselves, and for names in
/// the scope, or by the publisher or brand, of what they resemble.
#[must_use]
pub fn resemblances(ecosystem: Ecosystem, asked: &Asked<'_>) -> Vec<Resemblance> {
    let forms = NameForms::new(ecosystem, asked.name);
    if NameIndex::built_in(ecosystem).is_some_and(|index| index.contains(asked.name)) {
        return Vec::new();
    }
    let mut found: Vec<Resemblance> = NameIndex::built_in(ecosystem)
        .map(|index| index.closest(asked))
        .unwrap_or_default()
        .into_iter()
        .filter(|hit| !is_of_same_brand(ecosystem, &hit.known.name, &forms, asked.publisher))
        .map(|hit| Resemblance {
            known: hit.known.name.clone(),
            ecosystem: Some(ecosystem),
            publisher: hit.known.publisher.clone(),
            look: hit.look,
        })
        .collect();
    found.extend(elsewhere(&forms, asked));
    if found.is_empty()
        && let Some((brand, look)) = imitated_brand(&forms)
    {
        found.push(Resemblance { known: brand.title.to_owned(), ecosystem: None, publisher: None, look });
    }
    found.sort_by_key(|resemblance| Reverse(resemblance.look.confidence));
    found
}

/// The well-known server of the same name in another ecosystem.
fn elsewhere(forms: &NameForms, asked: &Asked<'_>) -> Option<Resemblance> {
    if !SHARED_NAMES.contains(&forms.ecosystem) || forms.scope.is_some() {
        return None;
    }
    let others = SHARED_NAMES.into_iter().filter(|other| *other != forms.ecosystem);
    let server =
        others.filter_map(|other| well_known(other, asked.name)).min_by_key(|server| server.standing)?;
    if asked.publisher.is_some_and(|publisher| publisher.eq_ignore_ascii_case(server.publisher)) {
        return None;
    }
    let mut look = look_alike(forms, &NameForms::new(server.ecosystem, server.name))?;
    if server.standing == Standing::Community {
        look.confidence = Confidence::Low;
    }
    Some(Resemblance {
        known: server.name.to_owned(),
        ecosystem: Some(server.ecosystem),
        publisher: Some(server.publisher.to_owned()),
        look,
    })
}

/// A brand may name its own packages alike, from any of its accounts.
fn is_of_same_brand(ecosystem: Ecosystem, known: &str, forms: &NameForms, publisher: Option<&str>) -> bool {
    let Some(brand) = well_known(ecosystem, known).and_then(|server| brand(server.brand?)) else {
        return false;
    };
    let accounts = [forms.scope.as_deref(), publisher];
    accounts.into_iter().flatten().any(|account| brand.namespaces.contains(&account.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(ecosystem: Ecosystem, name: &str, publisher: Option<&str>) -> String {
        resemblances(ecosystem, &Asked { name, publisher }).first().map_or("-".into(), |found| {
            format!("{} {} {}", found.known, found.look.kind.as_str(), found.look.confidence)
        })
    }

    #[test]
    fn a_name_is_held_against_the_lists_the_other_ecosystems_and_the_brands() {
        assert_eq!(
            first(Ecosystem::Npm, "@modelcontextprotocol-server/server-filesystem", None),
            "@modelcontextprotocol/server-filesystem scope high"
        );
        assert_eq!(first(Ecosystem::Npm, "mcp-server-time", None), "mcp-server-time cross-ecosystem medium");
        assert_eq!(first(Ecosystem::Npm, "figma-develper-mcp", None), "figma-developer-mcp edit high");
        assert_eq!(first(Ecosystem::Pypi, "mcp-server-ftech", None), "mcp-server-fetch edit medium");
        assert_eq!(first(Ecosystem::Npm, "my-g1thub-notes-mcp", None), "GitHub brand medium");
        assert_eq!(first(Ecosystem::Oci, "mcp/fetchh", None), "-");
        assert_eq!(first(Ecosystem::Oci, "mcpp/fetch", None), "-");
        assert_eq!(
            first(Ecosystem::Oci, "ghcr.io/githubb/github-mcp-server", None),
            "ghcr.io/github/github-mcp-server scope high"
        );
    }

    #[test]
    fn known_names_own_scopes_publishers_and_brands_are_left_alone() {
        assert_eq!(first(Ecosystem::Npm, "@modelcontextprotocol/server-filesystem", None), "-");
        assert_eq!(first(Ecosystem::Npm, "@modelcontextprotocol/server-filesystems", None), "-");
        assert_eq!(first(Ecosystem::Npm, "mcp-server-time", Some("modelcontextprotocol")), "-");
        assert_eq!(first(Ecosystem::Npm, "stripe-mcp", Some("stripe")), "-");
        assert_eq!(first(Ecosystem::Npm, "stripe-mcp", Some("stripe-samples")), "-");
        assert_eq!(first(Ecosystem::Npm, "stripe-mcp", Some("acme")), "@stripe/mcp scope high");
        assert_eq!(first(Ecosystem::Npm, "completely-unrelated-name", None), "-");
    }
}
