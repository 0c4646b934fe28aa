//! What a listing relies on, and what that hangs on in turn.

use portcullis_model::{Listing, Subject};

use crate::ecosystem::Ecosystem;
use crate::name::identity;

/// In what way a listing relies on something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Whoever owns it may publish under the listing's name.
    Namespace,
    /// The source repository.
    Repository,
    /// A package that clients install.
    Package,
    /// A remote server that clients talk to.
    Remote,
    /// What one of the others hangs on: a link's account, a package's scope, a host's domain.
    Owner,
}

impl Role {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Namespace => "namespace",
            Role::Repository => "repository",
            Role::Package => "package",
            Role::Remote => "remote",
            Role::Owner => "owner",
        }
    }
}

/// A place on a forge that belongs to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forge {
    /// The account's login, as it is spelt.
    pub owner: String,
    /// The repository, where the link names one.
    pub repository: Option<String>,
}

/// A host name and the part of it that somebody registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The whole name in lower case.
    pub name: String,
    /// What was registered: a domain, or a name under a platform.
    pub registered: String,
    /// True when it lies under a platform that hands out names to anybody.
    pub is_platform: bool,
}

/// The account and repository that a link names, where it leads to the forge whose accounts are subjects.
#[must_use]
pub fn forge_of(link: &str) -> Option<Forge> {
    let rest = link.trim().strip_prefix("git+").unwrap_or(link.trim());
    let rest = match rest.split_once("://") {
        Some((_, rest)) => rest,
        None => rest.strip_prefix("git@").unwrap_or(rest),
    };
    let rest =
        rest.rsplit_once('@').map_or(rest, |(user, behind)| if user.contains('/') { rest } else { behind });
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let rest = rest.get(..end)?;
    let (host, path) = rest.split_once(['/', ':'])?;
    let is_forge = ["github.com", "www.github.com"].iter().any(|forge| host.eq_ignore_ascii_case(forge));
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let owner = parts.next().filter(|owner| is_forge && is_login(owner))?;
    // Pages of the forge itself belong to nobody else.
    if ["topics", "features", "marketplace", "orgs", "sponsors", "apps", "search", "about", "settings"]
        .contains(&owner.to_ascii_lowercase().as_str())
    {
        return None;
    }
    let repository = parts.next().map(|name| name.strip_suffix(".git").unwrap_or(name).to_owned());
    Some(Forge { owner: owner.to_owned(), repository: repository.filter(|name| !name.is_empty()) })
}

fn is_login(text: &str) -> bool {
    text.len() <= 100 && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
}

/// The host of an address and what of it was registered. Addresses that are numbers and local names have none.
#[must_use]
pub fn host_of(address: &str) -> Option<Host> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let is_name = !name.is_empty()
        && name.len() <= 253
        && name.split('.').all(|label| !label.is_empty() && label.len() <= 63)
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '-' || letter == '.' || letter == '_');
    let is_number = name.split('.').next_back()?.bytes().all(|byte| byte.is_ascii_digit());
    if !is_name || is_number {
        return None;
    }
    let suffix = psl::suffix(name.as_bytes())?;
    let is_platform = suffix.typ() == Some(psl::Type::Private);
    if !suffix.is_known() {
        return None;
    }
    let registered = psl::domain_str(&name)?.to_owned();
    Some(Host { name, registered, is_platform })
}

/// What a thing hangs on: whoever owns that can bring the thing back under its name.
#[must_use]
pub fn owner_of(subject: &Subject) -> Option<Subject> {
    let domain = |address: &str| host_of(address).map(|host| Subject::Domain(host.registered));
    match subject {
        Subject::Link(link) => match forge_of(link) {
            Some(forge) => Some(Subject::Account(forge.owner.to_ascii_lowercase())),
            None => domain(link),
        },
        Subject::Npm(name) => {
            let (scope, _) = name.strip_prefix('@')?.split_once('/')?;
            Some(Subject::Other(format!("npm-scope:{}", scope.to_ascii_lowercase())))
        }
        Subject::Package(kind, name) if kind == "oci" => {
            let (host, path) = name.split_once('/')?;
            if host.eq_ignore_ascii_case("ghcr.io") {
                let owner = path.split('/').next().filter(|owner| is_login(owner))?;
                return Some(Subject::Account(owner.to_ascii_lowercase()));
            }
            host.contains('.').then(|| domain(host))?
        }
        Subject::Package(kind, name) if kind == "go" || kind == "mcpb" => {
            owner_of(&Subject::Link(format!("https://{}", name.trim_start_matches("https://"))))
        }
        _ => None,
    }
}

/// Everything that a listing relies on, each once, in the order of the listing; what those hang on comes right behind.
#[must_use]
pub fn relied_on(listing: &Listing) -> Vec<(Subject, Role)> {
    let mut found: Vec<(Subject, Role)> = Vec::new();
    let mut add = |subject: Subject, role: Role| {
        if !found.iter().any(|(known, _)| *known == subject) {
            found.push((subject, role));
        }
    };
    if listing.registry == "official"
        && let Some(owner) = namespace(&listing.name)
    {
        add(owner, Role::Namespace);
    }
    let mut things: Vec<(Subject, Role)> = Vec::new();
    let is_somewhere = |url: &str| forge_of(url).is_some() || host_of(url).is_some();
    if let Some(repository) = listing.repository.as_ref().filter(|repository| is_somewhere(&repository.url)) {
        things.push((link(&repository.url), Role::Repository));
    }
    for package in &listing.packages {
        let name = package.name.trim().to_owned();
        let subject = match package.kind.to_ascii_lowercase().as_str() {
            "npm" => Subject::Npm(name.to_ascii_lowercase()),
            "pypi" => Subject::Pypi(identity(Ecosystem::Pypi, &name)),
            kind @ ("oci" | "nuget" | "cargo" | "go" | "mcpb") => Subject::Package(kind.to_owned(), name),
            _ => continue,
        };
        things.push((subject, Role::Package));
    }
    let remotes = listing.remotes.iter().filter_map(|remote| host_of(remote));
    things.extend(remotes.map(|host| (Subject::Domain(host.registered), Role::Remote)));
    for (subject, role) in things {
        let owner = owner_of(&subject);
        add(subject, role);
        if let Some(owner) = owner {
            add(owner, Role::Owner);
        }
    }
    found
}

/// A subject in the spelling that all spellings of it stand for: logins, hosts and repositories know no case.
#[must_use]
pub fn normal(subject: &Subject) -> Subject {
    match subject {
        Subject::Account(login) => Subject::Account(login.trim().to_ascii_lowercase()),
        Subject::Link(url) => link(url),
        Subject::Npm(name) => Subject::Npm(name.trim().to_ascii_lowercase()),
        Subject::Pypi(name) => Subject::Pypi(identity(Ecosystem::Pypi, name)),
        Subject::Domain(name) => Subject::Domain(name.trim().trim_end_matches('.').to_ascii_lowercase()),
        Subject::Package(..) | Subject::Other(_) => subject.clone(),
    }
}

/// A link in the spelling that all spellings of it stand for, where it leads to the forge.
fn link(url: &str) -> Subject {
    match forge_of(url) {
        Some(Forge { owner, repository: Some(name) }) => Subject::Link(format!(
            "https://github.com/{}/{}",
            owner.to_ascii_lowercase(),
            name.to_ascii_lowercase()
        )),
        _ => Subject::Link(url.trim().to_owned()),
    }
}

/// Who may publish under a reverse name: the account of `io.github.LOGIN/…`, the domain of `com.example/…`.
fn namespace(name: &str) -> Option<Subject> {
    let (namespace, _) = name.split_once('/')?;
    if let Some(login) = namespace.strip_prefix("io.github.") {
        return is_login(login).then(|| Subject::Account(login.to_ascii_lowercase()));
    }
    let host: Vec<&str> = namespace.split('.').rev().collect();
    host_of(&host.join(".")).map(|host| Subject::Domain(host.registered))
}

#[cfg(test)]
mod tests {
    use portcullis_model::{ListedPackage, ListedRepository};

    use super::*;

    #[test]
    fn links_of_the_forge_name_an_account_in_every_spelling() {
        for link in [
            "https://github.com/Ann/tool",
            "https://www.github.com/Ann/tool.git",
            "git+https://github.com/Ann/tool#main",
            "git@github.com:Ann/tool.git",
            "ssh://git@github.com/Ann/tool",
            "github.com/Ann/tool/tree/main/x?y",
        ] {
            let forge = forge_of(link).unwrap();
            assert_eq!((forge.owner.as_str(), forge.repository.as_deref()), ("Ann", Some("tool")), "{link}");
        }
        for link in
            ["https://gitlab.example/ann/tool", "https://github.com/", "https://github.com/topics/mcp", ""]
        {
            assert_eq!(forge_of(link), None, "{link}");
        }
    }

    #[test]
    fn a_host_is_split_where_somebody_registered_it() {
        for (address, registered, is_platform) in [
            ("https://mcp.example.com/sse", "example.com", false),
            ("https://user:pw@a.b.example.co.uk:8443/x", "example.co.uk", false),
            ("https://my-app.vercel.app/mcp", "my-app.vercel.app", true),
            ("https://Some.GitHub.io", "some.github.io", true),
        ] {
            let host = host_of(address).unwrap();
            assert_eq!((host.registered.as_str(), host.is_platform), (registered, is_platform), "{address}");
        }
        for address in
            ["http://127.0.0.1:80/", "http://localhost/", "https://[::1]/", "https://com/", "{host}/x", ""]
        {
            assert_eq!(host_of(address), None, "{address}");
        }
    }

    #[test]
    fn every_spelling_of_a_subject_stands_for_one() {
        for (text, expected) in [
            ("github-account:Ann", "github-account:ann"),
            ("https://www.github.com/Ann/Tool.git", "https://github.com/ann/tool"),
            ("https://docs.example.com/Page", "https://docs.example.com/Page"),
            ("npm:@Corp/X", "npm:@corp/x"),
            ("pypi:Some_Tool", "pypi:some-tool"),
            ("domain:Example.COM.", "domain:example.com"),
            ("proof:Example.com", "proof:Example.com"),
        ] {
            let found = normal(&Subject::read(text));
            assert_eq!(found.to_string(), expected);
            assert_eq!(normal(&found), found);
        }
    }

    #[test]
    fn things_hang_on_the_one_who_can_bring_them_back() {
        for (subject, owner) in [
            ("https://github.com/Ann/x", Some("github-account:ann")),
            ("https://docs.example.com/x", Some("domain:example.com")),
            ("npm:@Corp/x", Some("npm-scope:corp")),
            ("npm:x", None),
            ("oci:ghcr.io/Ann/x", Some("github-account:ann")),
            ("oci:some.azurecr.io/x", Some("domain:azurecr.io")),
            ("oci:library/x", None),
            ("go:github.com/ann/x", Some("github-account:ann")),
            ("mcpb:https://github.com/ann/x/releases/download/v1/x.mcpb", Some("github-account:ann")),
        ] {
            let found = owner_of(&Subject::read(subject)).map(|owner| owner.to_string());
            assert_eq!(found.as_deref(), owner, "{subject}");
        }
    }

    #[test]
    fn a_listing_relies_on_its_namespace_its_links_its_packages_and_what_those_hang_on() {
        let listing = Listing {
            registry: String::from("official"),
            name: String::from("io.github.Ann/tool"),
            repository: Some(ListedRepository {
                url: String::from("https://github.com/Bob/Tool"),
                ..ListedRepository::default()
            }),
            packages: vec![ListedPackage {
                kind: String::from("pypi"),
                name: String::from("Some_Tool"),
                ..ListedPackage::default()
            }],
            remotes: vec![
                String::from("https://mcp.example.com/mcp"),
                String::from("https://example.com/sse"),
            ],
            ..Listing::default()
        };
        let found: Vec<String> = relied_on(&listing)
            .iter()
            .map(|(subject, role)| format!("{} {subject}", role.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                "namespace github-account:ann",
                "repository https://github.com/bob/tool",
                "owner github-account:bob",
                "package pypi:some-tool",
                "remote domain:example.com",
            ]
        );
    }
}
