//! Smithery: `GET /servers?page&pageSize` with a bearer key.

use portcullis_model::{ListedRepository, Listing, Moment, Node, Secret};
use portcullis_trust::{Reply, Request};

use super::Connector;
use super::field::{base, count, names, needed, text, time};
use super::page::{Page, document};

/// Smithery.
#[derive(Debug)]
pub struct Smithery {
    base: String,
    key: Option<Secret>,
}

impl Smithery {
    /// At this base address, with this key.
    #[must_use]
    pub fn new(address: &str, key: Option<Secret>) -> Self {
        Self { base: base(address), key }
    }
}

impl Connector for Smithery {
    fn registry(&self) -> &'static str {
        "smithery"
    }

    fn start(&self) -> Vec<String> {
        vec![String::from("1")]
    }

    fn ask(&self, question: &str, _since: Option<Moment>) -> Request {
        let key = self.key.as_ref().map(|key| Secret::new(format!("Bearer {}", key.expose())));
        Request::service(format!("{}/servers?page={question}&pageSize=100", self.base)).known_as(key)
    }

    fn read(&self, question: &str, reply: &Reply) -> Result<Page, String> {
        let (root, is_whole) = document(reply)?;
        let servers = root.get("servers").filter(|servers| servers.is_list());
        let servers = servers.ok_or("the answer has no list `servers`")?;
        let mut page = Page::of(servers.items(), is_whole, |record| listing(record, reply.seen));
        let here: u64 = question.parse().unwrap_or(1);
        let pagination = root.get("pagination");
        let pages = pagination.and_then(|pagination| count(pagination, &["totalPages"])).unwrap_or(here);
        page.total = pagination.and_then(|pagination| count(pagination, &["totalCount"]));
        if here < pages {
            page.next.push((here + 1).to_string());
        }
        Ok(page)
    }
}

fn listing(record: &Node, seen: Moment) -> Result<Listing, String> {
    let name = needed(record, &["qualifiedName"])?;
    let connections = record.get("connections").map(Node::items).unwrap_or_default();
    let remotes = connections.iter().filter_map(|one| text(one, &["deploymentUrl", "url"]));
    let repository = text(record, &["repository", "repositoryUrl", "githubUrl"]);
    Ok(Listing {
        registry: String::from("smithery"),
        publisher: name.strip_prefix('@').unwrap_or(&name).split_once('/').map(|(owner, _)| owner.to_owned()),
        name,
        title: text(record, &["displayName"]),
        description: text(record, &["description"]),
        page: text(record, &["homepage"]),
        repository: repository.map(|url| ListedRepository { url, ..ListedRepository::default() }),
        remotes: text(record, &["deploymentUrl"]).into_iter().chain(remotes).collect(),
        tools: names(record.get("tools")),
        published: time(record, &["createdAt"]),
        reach: count(record, &["useCount"]),
        seen,
        ..Listing::default()
    })
}
