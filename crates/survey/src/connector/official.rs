//! The official registry's API, version 0.1: `GET /v0.1/servers?limit&cursor&updated_since&include_deleted`.

use portcullis_model::{ListedPackage, ListedRepository, Listing, Moment, Node};
use portcullis_trust::{Reply, Request, encoded};

use super::Connector;
use super::field::{base, needed, text, time};
use super::page::{Page, document};
use crate::record::rfc3339;

const META: &str = "io.modelcontextprotocol.registry/official";

/// The official registry, or another one that speaks its API.
#[derive(Debug)]
pub struct Official {
    base: String,
}

impl Official {
    /// At this base address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self { base: base(address) }
    }
}

impl Connector for Official {
    fn registry(&self) -> &'static str {
        "official"
    }

    fn start(&self) -> Vec<String> {
        vec![String::new()]
    }

    fn ask(&self, question: &str, since: Option<Moment>) -> Request {
        let mut url = format!("{}/v0.1/servers?limit=100&version=latest&include_deleted=true", self.base);
        if let Some(since) = since {
            url.push_str(&format!("&updated_since={}", encoded(&rfc3339(since))));
        }
        if !question.is_empty() {
            url.push_str(&format!("&cursor={}", encoded(question)));
        }
        Request::service(url)
    }

    fn read(&self, _question: &str, reply: &Reply) -> Result<Page, String> {
        let (root, is_whole) = document(reply)?;
        let servers = root.get("servers").filter(|servers| servers.is_list());
        let servers = servers.ok_or("the answer has no list `servers`")?;
        let mut page = Page::of(servers.items(), is_whole, |record| listing(record, reply.seen));
        let metadata = root.get("metadata");
        let cursor = metadata.and_then(|metadata| text(metadata, &["nextCursor", "next_cursor"]));
        page.next.extend(cursor);
        Ok(page)
    }
}

/// `{"server":{…},"_meta":{…}}`; in the first years the server's own members stood at the top.
fn listing(record: &Node, seen: Moment) -> Result<Listing, String> {
    let server = record.get("server").unwrap_or(record);
    let meta = [record, server].into_iter().find_map(|node| node.get("_meta")?.get(META));
    let of_meta = |name: &str| meta.and_then(|meta| text(meta, &[name]));
    let repository = server.get("repository").and_then(|repository| {
        Some(ListedRepository {
            url: text(repository, &["url"])?,
            id: text(repository, &["id"]),
            subfolder: text(repository, &["subfolder"]),
        })
    });
    let packages = server.get("packages").map(Node::items).unwrap_or_default();
    let remotes = server.get("remotes").map(Node::items).unwrap_or_default();
    let name = needed(server, &["name"])?;
    Ok(Listing {
        registry: String::from("official"),
        publisher: name.split_once('/').map(|(namespace, _)| namespace.to_owned()),
        name,
        title: text(server, &["title"]),
        description: text(server, &["description"]),
        page: text(server, &["websiteUrl"]),
        repository,
        packages: packages.iter().filter_map(package).collect(),
        remotes: remotes.iter().filter_map(|remote| text(remote, &["url"])).collect(),
        status: of_meta("status").or_else(|| text(server, &["status"])),
        version: text(server, &["version"]),
        published: meta.and_then(|meta| time(meta, &["publishedAt", "published_at"])),
        updated: meta.and_then(|meta| time(meta, &["updatedAt", "updated_at"])),
        seen,
        ..Listing::default()
    })
}

fn package(package: &Node) -> Option<ListedPackage> {
    let kind = text(package, &["registryType", "registry_type", "registry_name"])?;
    let digest = text(package, &["fileSha256", "file_sha256"]).map(|digest| format!("sha256:{digest}"));
    Some(ListedPackage {
        kind: if kind == "docker" { String::from("oci") } else { kind },
        name: text(package, &["identifier", "name"])?,
        version: text(package, &["version"]),
        digest,
    })
}
