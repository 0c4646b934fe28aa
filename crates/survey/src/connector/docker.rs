//! Docker's catalogue: one document, `GET /mcp/catalog/v3/catalog.json`, an object of servers by their names.

use portcullis_model::{ListedPackage, ListedRepository, Listing, Moment, Node};
use portcullis_trust::{Reply, Request};

use super::Connector;
use super::field::{base, count, names, text, time};
use super::page::{Page, Refused, document, excerpt, is_broken};

/// Docker's catalogue.
#[derive(Debug)]
pub struct Docker {
    base: String,
}

impl Docker {
    /// At this base address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self { base: base(address) }
    }
}

impl Connector for Docker {
    fn registry(&self) -> &'static str {
        "docker"
    }

    fn start(&self) -> Vec<String> {
        vec![String::from("/mcp/catalog/v3/catalog.json")]
    }

    fn ask(&self, question: &str, _since: Option<Moment>) -> Request {
        Request::service(format!("{}{question}", self.base))
    }

    fn read(&self, _question: &str, reply: &Reply) -> Result<Page, String> {
        let (root, is_whole) = document(reply)?;
        let servers = root.get("registry").filter(|servers| servers.is_map());
        let servers = servers.ok_or("the answer has no object `registry`")?;
        let mut page = Page::default();
        for (position, entry) in (1..).zip(servers.entries()) {
            let read = if !is_whole && (is_broken(&entry.node) || entry.key.contains('\u{fffd}')) {
                Err(String::from("its bytes are not UTF-8"))
            } else {
                listing(&entry.key, &entry.node, reply.seen)
            };
            match read {
                Ok(listing) => page.listings.push((position, listing)),
                Err(reason) => page.refused.push(Refused { position, reason, excerpt: excerpt(&entry.key) }),
            }
        }
        Ok(page)
    }
}

fn listing(name: &str, record: &Node, seen: Moment) -> Result<Listing, String> {
    if !record.is_map() {
        return Err(format!("it is {}; a server is an object", record.kind()));
    }
    let metadata = record.get("metadata");
    let source = text(record, &["source"]);
    let repository = text(record, &["upstream"]).or_else(|| source.clone());
    let remote = record.get("remote").and_then(|remote| text(remote, &["url"]));
    Ok(Listing {
        registry: String::from("docker"),
        name: name.to_owned(),
        title: text(record, &["title"]),
        description: text(record, &["description"]),
        repository: repository.map(|url| ListedRepository { url, ..ListedRepository::default() }),
        packages: text(record, &["image"]).map(|image| package(&image)).into_iter().collect(),
        remotes: remote.into_iter().collect(),
        publisher: metadata.and_then(|metadata| text(metadata, &["owner"])),
        tools: names(record.get("tools")),
        version: source.as_deref().and_then(commit),
        published: time(record, &["dateAdded"]),
        reach: metadata.and_then(|metadata| count(metadata, &["pulls", "githubStars"])),
        seen,
        ..Listing::default()
    })
}

/// An image, and the digest that it is pinned to.
fn package(image: &str) -> ListedPackage {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest.to_owned())),
        None => (image, None),
    };
    ListedPackage { kind: String::from("oci"), name: name.to_owned(), digest, ..ListedPackage::default() }
}

/// The commit that an address of a source names.
fn commit(source: &str) -> Option<String> {
    let named = source.split_once("/tree/")?.1.split('/').next()?;
    let is_commit = named.len() == 40 && named.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit.then(|| named.to_owned())
}
