//! Python packages: the names of the index that speak of MCP, or those of a list, and each one's document.

use portcullis_fetch::KnownRegistry;
use portcullis_model::{ListedPackage, ListedRepository, Listing, Moment, Node};
use portcullis_trust::{Reply, Request, encoded};

use super::Connector;
use super::field::{needed, text};
use super::page::{Page, document};

/// The question for all names.
const ALL: &str = "*";
/// No index is larger: 256 MiB.
const MOST: usize = 256 << 20;

/// The Python index.
#[derive(Debug)]
pub struct Pypi {
    known: KnownRegistry,
    names: Vec<String>,
}

impl Pypi {
    /// At the index of the user's client. Without names, all that speak of MCP are looked at.
    #[must_use]
    pub const fn new(known: KnownRegistry, names: Vec<String>) -> Self {
        Self { known, names }
    }
}

impl Connector for Pypi {
    fn registry(&self) -> &'static str {
        "pypi"
    }

    fn start(&self) -> Vec<String> {
        if self.names.is_empty() { vec![String::from(ALL)] } else { self.names.clone() }
    }

    fn is_chain(&self) -> bool {
        false
    }

    fn ask(&self, question: &str, _since: Option<Moment>) -> Request {
        let simple = self.known.base();
        let (url, most) = if question == ALL {
            (simple.to_owned(), MOST)
        } else {
            let root = simple.strip_suffix("simple/").unwrap_or(simple);
            (format!("{root}pypi/{}/json", encoded(question)), 32 << 20)
        };
        let accept = if question == ALL { "application/vnd.pypi.simple.v1+json" } else { "application/json" };
        let authorization = self.known.authorization(&url);
        Request::service(url).accepting(accept).known_as(authorization).at_most(most)
    }

    fn read(&self, question: &str, reply: &Reply) -> Result<Page, String> {
        let (root, is_whole) = document(reply)?;
        if question == ALL {
            let projects = root.get("projects").filter(|projects| projects.is_list());
            let projects = projects.ok_or("the index has no list `projects`")?.items();
            let named = projects
                .iter()
                .filter_map(|project| project.get_text("name"))
                .filter(|name| speaks_of_mcp(name));
            return Ok(Page { next: named.map(str::to_owned).collect(), ..Page::default() });
        }
        Ok(Page::of(std::slice::from_ref(&root), is_whole, |record| listing(record, reply.seen)))
    }
}

/// `mcp` as a word of the name, or at its end or beginning.
fn speaks_of_mcp(name: &str) -> bool {
    let words = name.split(['-', '_', '.']).map(str::to_ascii_lowercase);
    words.into_iter().any(|word| word.starts_with("mcp") || word.ends_with("mcp"))
}

fn listing(root: &Node, seen: Moment) -> Result<Listing, String> {
    let info = root.get("info").ok_or("the document has no `info`")?;
    let name = needed(info, &["name"])?;
    let links = info.get("project_urls").map(Node::entries).unwrap_or_default();
    let named = |wanted: &[&str]| {
        let fits = |key: &str| wanted.iter().any(|word| key.to_ascii_lowercase().contains(word));
        links.iter().find(|entry| fits(&entry.key)).and_then(|entry| entry.node.text())
    };
    let repository = named(&["repository", "source", "github", "code"]).or_else(|| named(&["home"]));
    let files = root.get("urls").map(Node::items).unwrap_or_default();
    let updated = files.iter().filter_map(|file| file.get_text("upload_time_iso_8601")).max();
    let version = text(info, &["version"]);
    Ok(Listing {
        registry: String::from("pypi"),
        packages: vec![ListedPackage {
            kind: String::from("pypi"),
            name: name.clone(),
            version: version.clone(),
            digest: None,
        }],
        name,
        description: text(info, &["summary"]),
        page: text(info, &["package_url", "project_url"]),
        repository: repository
            .map(|url| ListedRepository { url: url.to_owned(), ..ListedRepository::default() }),
        publisher: text(info, &["author", "maintainer"]),
        version,
        updated: updated.and_then(portcullis_supply::ownership::moment_of),
        language: Some(String::from("Python")),
        seen,
        ..Listing::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_speak_of_mcp_as_a_word() {
        for (name, expected) in
            [("mcp", true), ("some-mcp", true), ("MCP_server", true), ("fastmcp", true), ("tmcpx", false)]
        {
            assert_eq!(speaks_of_mcp(name), expected, "{name}");
        }
    }
}
