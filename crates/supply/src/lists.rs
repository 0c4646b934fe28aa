//! The reviewed lists in `data/`, read once and kept.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::ecosystem::Ecosystem;
use crate::launch::PackageUse;
use crate::name::identity;

/// The lines of a data file without comments and empty ones.
pub(crate) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The columns of a line, as many as are asked for; `None` when there are fewer.
fn columns<const N: usize>(line: &'static str) -> Option<[&'static str; N]> {
    let mut cells = line.split('\t');
    let mut found = [""; N];
    for cell in &mut found {
        *cell = cells.next()?;
    }
    Some(found)
}

/// What a server as a whole can do, as judged by us from its documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// EIT: it can bring in text that an outsider wrote.
    pub ingests_external_text: bool,
    /// PAT: it can read private or sensitive data.
    pub reads_private_data: bool,
    /// NAT: it can make data visible to an outsider.
    pub reaches_outsiders: bool,
}

/// Who stands behind a well-known server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The MCP project itself.
    Reference,
    /// The maker of the product that it serves.
    Official,
    /// Somebody else.
    Community,
}

/// A well-known MCP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Where it is published.
    pub ecosystem: Ecosystem,
    /// Its name there.
    pub name: &'static str,
    /// The account or organisation that publishes its source.
    pub publisher: &'static str,
    /// Key of the brand whose product it serves; see [`brand`].
    pub brand: Option<&'static str>,
    /// Who stands behind it.
    pub standing: Standing,
    /// What it can do as a whole.
    pub capabilities: Capabilities,
    /// What it gives access to, a lower-case fragment.
    pub purpose: &'static str,
}

/// A brand and where it really publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// Its key in the lists.
    pub key: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Lower-case words that stand for it in names.
    pub tokens: Vec<&'static str>,
    /// Its scopes, organisations and image namespaces, lower case.
    pub namespaces: Vec<&'static str>,
    /// Its domains.
    pub domains: Vec<&'static str>,
    /// How much a mention says.
    pub mention: Mention,
}

/// How much it says when a name holds a brand's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mention {
    /// The word means the brand.
    Distinct,
    /// The word is also an ordinary word: `linear`, `box`.
    Word,
    /// The word names a technology that anybody builds on: `postgres`.
    Technology,
}

/// A package that is known to be malicious or to have been taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBad {
    /// Where it is published.
    pub ecosystem: Ecosystem,
    /// Its name there.
    pub name: &'static str,
    /// True when it was made to harm; false when some versions of a genuine package were.
    pub malicious: bool,
    /// Who reported it.
    pub reference: &'static str,
}

/// Every well-known server, in the order of the list.
#[must_use]
pub fn servers() -> &'static [Server] {
    static SERVERS: OnceLock<Vec<Server>> = OnceLock::new();
    SERVERS.get_or_init(|| {
        lines(include_str!("../data/well_known_servers.tsv")).filter_map(read_server).collect()
    })
}

fn read_server(line: &'static str) -> Option<Server> {
    let [ecosystem, name, publisher, brand, standing, classes, purpose] = columns(line)?;
    Some(Server {
        ecosystem: Ecosystem::from_word(ecosystem)?,
        name,
        publisher,
        brand: (brand != "-").then_some(brand),
        standing: match standing {
            "reference" => Standing::Reference,
            "official" => Standing::Official,
            _ => Standing::Community,
        },
        capabilities: Capabilities {
            ingests_external_text: classes.contains("EIT"),
            reads_private_data: classes.contains("PAT"),
            reaches_outsiders: classes.contains("NAT"),
        },
        purpose,
    })
}

/// The well-known server of that name, in any spelling that the registry takes for the same.
#[must_use]
pub fn well_known(ecosystem: Ecosystem, name: &str) -> Option<&'static Server> {
    static BY_NAME: OnceLock<HashMap<(Ecosystem, String), &'static Server>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        servers()
            .iter()
            .map(|server| ((server.ecosystem, identity(server.ecosystem, server.name)), server))
            .collect()
    });
    by_name.get(&(ecosystem, identity(ecosystem, name))).copied()
}

/// The well-known server that a command starts. A program or module on this machine counts when it bears the name of a
/// server's package, as `mcp-server-git` and `python -m mcp_server_git` do: what it really is, only the machine knows.
#[must_use]
pub fn server_behind(package: &PackageUse) -> Option<&'static Server> {
    if package.ecosystem.is_fetched() {
        return well_known(package.ecosystem, &package.name);
    }
    let name = package.name.split('.').next().filter(|name| !name.contains(['/', '\\']))?;
    [Ecosystem::Pypi, Ecosystem::Npm].into_iter().find_map(|ecosystem| well_known(ecosystem, name))
}

/// Every brand, sorted by key.
#[must_use]
pub fn brands() -> &'static [Brand] {
    static BRANDS: OnceLock<Vec<Brand>> = OnceLock::new();
    BRANDS.get_or_init(|| lines(include_str!("../data/brands.tsv")).filter_map(read_brand).collect())
}

fn read_brand(line: &'static str) -> Option<Brand> {
    let [key, title, tokens, namespaces, domains, kind] = columns(line)?;
    let list = |cell: &'static str| cell.split(',').collect();
    Some(Brand {
        key,
        title,
        tokens: list(tokens),
        namespaces: list(namespaces),
        domains: list(domains),
        mention: match kind {
            "word" => Mention::Word,
            "generic" => Mention::Technology,
            _ => Mention::Distinct,
        },
    })
}

/// The brand with that key.
#[must_use]
pub fn brand(key: &str) -> Option<&'static Brand> {
    brands().iter().find(|brand| brand.key == key)
}

/// The report about a package that is known to be bad.
#[must_use]
pub fn known_bad(ecosystem: Ecosystem, name: &str) -> Option<&'static KnownBad> {
    static BAD: OnceLock<Vec<KnownBad>> = OnceLock::new();
    let bad =
        BAD.get_or_init(|| lines(include_str!("../data/known_bad.tsv")).filter_map(read_known_bad).collect());
    let asked = identity(ecosystem, name);
    bad.iter().find(|known| known.ecosystem == ecosystem && identity(ecosystem, known.name) == asked)
}

fn read_known_bad(line: &'static str) -> Option<KnownBad> {
    let [ecosystem, name, verdict, reference] = columns(line)?;
    let malicious = verdict == "malicious";
    Some(KnownBad { ecosystem: Ecosystem::from_word(ecosystem)?, name, malicious, reference })
}

/// Packages that most others depend on, most used first.
pub(crate) fn popular(ecosystem: Ecosystem) -> impl Iterator<Item = &'static str> {
    lines(match ecosystem {
        Ecosystem::Npm => include_str!("../data/popular_npm.txt"),
        Ecosystem::Pypi => include_str!("../data/popular_pypi.txt"),
        _ => "",
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_of_every_list_is_read() {
        let count = |text: &'static str| lines(text).count();
        assert_eq!(servers().len(), count(include_str!("../data/well_known_servers.tsv")));
        assert_eq!(brands().len(), count(include_str!("../data/brands.tsv")));
        assert!(servers().len() >= 150 && brands().len() >= 100);
        for line in lines(include_str!("../data/known_bad.tsv")) {
            let [ecosystem, name, ..] = columns::<4>(line).unwrap();
            assert_eq!(known_bad(Ecosystem::from_word(ecosystem).unwrap(), name).unwrap().name, name);
        }
    }

    #[test]
    fn no_name_is_listed_twice_and_no_bad_one_is_well_known() {
        let mut names = BTreeSet::new();
        for server in servers() {
            assert!(
                names.insert((server.ecosystem, identity(server.ecosystem, server.name))),
                "{}",
                server.name
            );
            assert!(known_bad(server.ecosystem, server.name).is_none(), "{}", server.name);
        }
    }

    #[test]
    fn every_brand_of_a_server_is_listed_and_official_servers_lie_in_its_namespaces() {
        for server in servers() {
            let Some(key) = server.brand else { continue };
            let brand = brand(key).unwrap_or_else(|| panic!("no brand `{key}`"));
            let publisher = server.publisher.to_lowercase();
            if server.standing == Standing::Official {
                assert!(
                    brand.namespaces.contains(&publisher.as_str()) || publisher == "docker",
                    "{} {publisher}",
                    server.name
                );
            }
        }
    }

    #[test]
    fn lists_are_in_lower_case_where_they_are_compared_so() {
        for brand in brands() {
            for word in brand.tokens.iter().chain(&brand.namespaces).chain(&brand.domains) {
                assert!(!word.is_empty() && *word == word.to_lowercase(), "{word}");
            }
        }
    }

    #[test]
    fn a_server_is_found_by_any_spelling_of_its_registry() {
        let server = well_known(Ecosystem::Pypi, "MCP_Server.Fetch").unwrap();
        assert_eq!((server.publisher, server.standing), ("modelcontextprotocol", Standing::Reference));
        assert!(server.capabilities.ingests_external_text && !server.capabilities.reads_private_data);
        assert!(well_known(Ecosystem::Npm, "mcp-server-fetch").is_none());
        assert!(well_known(Ecosystem::Oci, "docker.io/mcp/fetch").is_some());
    }

    #[test]
    fn the_server_behind_a_command_is_known_by_package_program_or_module() {
        let behind = |command: &str, args: &[&str]| {
            crate::package_of(command, args).and_then(|found| server_behind(&found)).map(|server| server.name)
        };
        assert_eq!(behind("uvx", &["mcp-server-git@2025.9.25"]), Some("mcp-server-git"));
        assert_eq!(behind("python", &["-m", "mcp_server_git"]), Some("mcp-server-git"));
        assert_eq!(behind("docker", &["run", "-i", "mcp/time:latest"]), Some("mcp/time"));
        assert_eq!(behind("mcp-server-git", &[]), Some("mcp-server-git"));
        assert_eq!(behind("/tmp/mcp-server-git", &[]), None);
        assert_eq!(behind("npx", &["mcp-server-git"]), None);
    }
}
