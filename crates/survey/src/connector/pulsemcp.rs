//! PulseMCP: `GET /v0beta/servers?count_per_page&offset`.

use portcullis_model::{ListedPackage, ListedRepository, Listing, Moment, Node};
use portcullis_trust::{Reply, Request};

use super::Connector;
use super::field::{base, count, needed, text};
use super::page::{Page, document};

/// Records of one answer.
const SIZE: u64 = 1000;

/// PulseMCP.
#[derive(Debug)]
pub struct PulseMcp {
    base: String,
}

impl PulseMcp {
    /// At this base address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self { base: base(address) }
    }
}

impl Connector for PulseMcp {
    fn registry(&self) -> &'static str {
        "pulsemcp"
    }

    fn start(&self) -> Vec<String> {
        vec![String::from("0")]
    }

    fn ask(&self, question: &str, _since: Option<Moment>) -> Request {
        Request::service(format!("{}/v0beta/servers?count_per_page={SIZE}&offset={question}", self.base))
    }

    fn read(&self, question: &str, reply: &Reply) -> Result<Page, String> {
        let (root, is_whole) = document(reply)?;
        let servers = root.get("servers").filter(|servers| servers.is_list());
        let servers = servers.ok_or("the answer has no list `servers`")?;
        let mut page = Page::of(servers.items(), is_whole, |record| listing(record, reply.seen));
        page.total = count(&root, &["total_count"]);
        // `next` is an address; only its offset is taken, so that it leads nowhere else.
        if let Some(next) = text(&root, &["next"]) {
            let offset =
                next.split(['?', '&']).find_map(|part| part.strip_prefix("offset=")?.parse::<u64>().ok());
            let here: u64 = question.parse().unwrap_or(0);
            page.next.push(offset.unwrap_or(here + servers.items().len() as u64).to_string());
        }
        Ok(page)
    }
}

fn listing(record: &Node, seen: Moment) -> Result<Listing, String> {
    let page = text(record, &["url"]);
    // The last part of the page's address is unique; the name for people is not.
    let slug =
        page.as_deref().and_then(|page| page.trim_end_matches('/').rsplit('/').next()).map(str::to_owned);
    let title = needed(record, &["name"])?;
    let repository = text(record, &["source_code_url"]);
    let package = text(record, &["package_registry"]).zip(text(record, &["package_name"]));
    let remotes = record.get("remotes").map(Node::items).unwrap_or_default();
    let address = |remote: &Node| text(remote, &["url_direct", "url", "url_setup"]);
    Ok(Listing {
        registry: String::from("pulsemcp"),
        name: slug.filter(|slug| !slug.is_empty()).unwrap_or_else(|| title.clone()),
        title: Some(title),
        description: text(record, &["short_description", "EXPERIMENTAL_ai_generated_description"]),
        page,
        repository: repository.map(|url| ListedRepository { url, ..ListedRepository::default() }),
        packages: package
            .map(|(kind, name)| ListedPackage { kind, name, ..ListedPackage::default() })
            .into_iter()
            .collect(),
        remotes: remotes.iter().filter_map(address).collect(),
        reach: count(record, &["package_download_count", "github_stars"]),
        seen,
        ..Listing::default()
    })
}
