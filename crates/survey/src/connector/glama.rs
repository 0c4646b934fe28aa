//! Glama: `GET /api/mcp/v1/servers?first&after`.

use portcullis_model::{ListedRepository, Listing, Moment, Node};
use portcullis_trust::{Reply, Request, encoded};

use super::Connector;
use super::field::{base, names, needed, text};
use super::page::{Page, document};

/// Glama.
#[derive(Debug)]
pub struct Glama {
    base: String,
}

impl Glama {
    /// At this base address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self { base: base(address) }
    }
}

impl Connector for Glama {
    fn registry(&self) -> &'static str {
        "glama"
    }

    fn start(&self) -> Vec<String> {
        vec![String::new()]
    }

    fn ask(&self, question: &str, _since: Option<Moment>) -> Request {
        let after = if question.is_empty() { String::new() } else { format!("&after={}", encoded(question)) };
        Request::service(format!("{}/api/mcp/v1/servers?first=100{after}", self.base))
    }

    fn read(&self, _question: &str, reply: &Reply) -> Result<Page, String> {
        let (root, is_whole) = document(reply)?;
        let servers = root.get("servers").filter(|servers| servers.is_list());
        let servers = servers.ok_or("the answer has no list `servers`")?;
        let mut page = Page::of(servers.items(), is_whole, |record| listing(record, reply.seen));
        let info = root.get("pageInfo");
        if info.and_then(|info| info.get("hasNextPage")).and_then(Node::bool) == Some(true) {
            let cursor = info.and_then(|info| text(info, &["endCursor"]));
            page.next.push(cursor.ok_or("the answer says that there is more and not where")?);
        }
        Ok(page)
    }
}

fn listing(record: &Node, seen: Moment) -> Result<Listing, String> {
    let slug = needed(record, &["slug", "name", "id"])?;
    let namespace = text(record, &["namespace"]);
    let repository = record.get("repository").and_then(|repository| text(repository, &["url"]));
    let environment = record.get("environmentVariablesJsonSchema").filter(|schema| schema.is_map());
    Ok(Listing {
        registry: String::from("glama"),
        name: namespace.as_ref().map_or_else(|| slug.clone(), |namespace| format!("{namespace}/{slug}")),
        title: text(record, &["name"]),
        description: text(record, &["description"]),
        page: text(record, &["url"]),
        repository: repository.map(|url| ListedRepository { url, ..ListedRepository::default() }),
        publisher: namespace,
        config: environment.map(portcullis_wire::json::write),
        tools: names(record.get("tools")),
        seen,
        ..Listing::default()
    })
}
