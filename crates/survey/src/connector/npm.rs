//! npm's search: `GET /-/v1/search?text&size&from`, at the registry that the user's own client asks.

use portcullis_fetch::KnownRegistry;
use portcullis_model::{ListedPackage, ListedRepository, Listing, Moment, Node};
use portcullis_trust::{Reply, Request, encoded};

use super::Connector;
use super::field::{count, needed, text, time};
use super::page::{Page, document};

/// What servers say of themselves.
const SEARCHES: &[&str] =
    &["keywords:mcp", "keywords:mcp-server", "keywords:modelcontextprotocol", "mcp server"];
/// Results of one answer.
const SIZE: u64 = 250;
/// Registries show no more results of a search.
const MOST: u64 = 10_000;

/// The search of npm.
#[derive(Debug)]
pub struct Npm {
    known: KnownRegistry,
}

impl Npm {
    /// At the registry of the user's client.
    #[must_use]
    pub const fn new(known: KnownRegistry) -> Self {
        Self { known }
    }
}

impl Connector for Npm {
    fn registry(&self) -> &'static str {
        "npm"
    }

    fn start(&self) -> Vec<String> {
        SEARCHES.iter().map(|search| format!("0 {search}")).collect()
    }

    fn ask(&self, question: &str, _since: Option<Moment>) -> Request {
        let (from, search) = question.split_once(' ').unwrap_or(("0", question));
        let url =
            format!("{}-/v1/search?text={}&size={SIZE}&from={from}", self.known.base(), encoded(search));
        let authorization = self.known.authorization(&url);
        Request::service(url).known_as(authorization)
    }

    fn read(&self, question: &str, reply: &Reply) -> Result<Page, String> {
        let (root, is_whole) = document(reply)?;
        let found =
            root.get("objects").filter(|found| found.is_list()).ok_or("the answer has no list `objects`")?;
        let mut page = Page::of(found.items(), is_whole, |record| listing(record, reply.seen));
        let (from, search) = question.split_once(' ').unwrap_or(("0", question));
        let from: u64 = from.parse().unwrap_or(0);
        let total = count(&root, &["total"]).unwrap_or(0);
        let behind = from + found.items().len() as u64;
        if !found.items().is_empty() && behind < total.min(MOST) {
            page.next.push(format!("{behind} {search}"));
        }
        Ok(page)
    }
}

fn listing(record: &Node, seen: Moment) -> Result<Listing, String> {
    let package = record.get("package").ok_or("it has no `package`")?;
    let name = needed(package, &["name"])?;
    let links = package.get("links");
    let repository = links.and_then(|links| text(links, &["repository"]));
    let downloads = record.get("downloads").and_then(|downloads| count(downloads, &["monthly", "weekly"]));
    Ok(Listing {
        registry: String::from("npm"),
        packages: vec![ListedPackage {
            kind: String::from("npm"),
            name: name.clone(),
            version: text(package, &["version"]),
            digest: None,
        }],
        name,
        description: text(package, &["description"]),
        page: links.and_then(|links| text(links, &["npm"])),
        repository: repository.map(|url| ListedRepository { url, ..ListedRepository::default() }),
        publisher: package.get("publisher").and_then(|publisher| text(publisher, &["username"])),
        version: text(package, &["version"]),
        updated: time(package, &["date"]),
        language: Some(String::from("JavaScript")),
        reach: downloads,
        seen,
        ..Listing::default()
    })
}
