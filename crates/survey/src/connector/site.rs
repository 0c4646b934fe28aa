//! Registries without an API: mcp.so, MCP Market and MCP Store are read by their pages, as far as robots.txt lets. Their
//! maps and lists lead to one page for each server.

use portcullis_model::{ListedPackage, ListedRepository, Listing, Moment};
use portcullis_supply::ownership::forge_of;
use portcullis_trust::{Reply, Request};

use super::Connector;
use super::field::base;
use super::html::{self, Content};
use super::page::Page;

/// A site of pages.
#[derive(Debug)]
pub struct Site {
    registry: &'static str,
    base: String,
    /// What the path of a server's page begins with.
    mark: &'static str,
}

impl Site {
    /// At this base address.
    #[must_use]
    pub fn new(registry: &'static str, address: &str, mark: &'static str) -> Self {
        Self { registry, base: base(address), mark }
    }

    /// The path of a link on this site; none when it leads elsewhere.
    fn path(&self, link: &str) -> Option<String> {
        let path = match link.strip_prefix(&self.base) {
            Some(path) => path,
            None if link.starts_with('/') && !link.starts_with("//") => link,
            None => return None,
        };
        let path = path.split('#').next().unwrap_or_default();
        (path.starts_with('/') && path.len() <= 1024).then(|| path.to_owned())
    }

    fn is_server(&self, path: &str) -> bool {
        path.strip_prefix(self.mark).is_some_and(|rest| !rest.trim_matches('/').is_empty())
    }

    /// What leads on: servers, further pages of lists, further maps.
    fn leads_on(&self, path: &str) -> bool {
        self.is_server(path)
            || (path.contains("page=") && !path.contains("http"))
            || (path.contains("sitemap") && path.ends_with(".xml"))
    }

    fn listing(&self, path: &str, content: Content, seen: Moment) -> Result<Listing, String> {
        let name = path.split('?').next().unwrap_or_default().trim_start_matches(self.mark).trim_matches('/');
        let repository = content.links.iter().find(|link| {
            forge_of(link)
                .is_some_and(|forge| forge.repository.is_some() && !is_own(&forge.owner, self.registry))
        });
        let says =
            |words: &[&str]| content.code.iter().find(|code| words.iter().any(|word| code.contains(word)));
        let config = says(&["mcpServers", "\"command\"", "\"url\""]).cloned();
        if content.title.is_none() && repository.is_none() && config.is_none() {
            return Err(String::from("the page shows no server"));
        }
        let packages = config.as_deref().and_then(package).into_iter().collect();
        Ok(Listing {
            registry: self.registry.to_owned(),
            name: name.to_owned(),
            title: content.title,
            description: content.description,
            page: Some(format!("{}{path}", self.base)),
            repository: repository
                .map(|url| ListedRepository { url: url.clone(), ..ListedRepository::default() }),
            packages,
            publisher: name.rsplit_once('/').map(|(_, publisher)| publisher.to_owned()),
            config,
            seen,
            ..Listing::default()
        })
    }
}

impl Connector for Site {
    fn registry(&self) -> &'static str {
        self.registry
    }

    fn start(&self) -> Vec<String> {
        vec![String::from("/sitemap.xml"), String::from("/servers")]
    }

    fn is_chain(&self) -> bool {
        false
    }

    fn ask(&self, question: &str, _since: Option<Moment>) -> Request {
        Request::service(format!("{}{question}", self.base))
            .accepting("text/html, application/xml; q=0.9")
            .page()
            .at_most(16 << 20)
    }

    fn read(&self, question: &str, reply: &Reply) -> Result<Page, String> {
        let text = reply.text();
        if question.ends_with(".xml") {
            let places = text.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next());
            let next = places.filter_map(|place| self.path(place.trim())).filter(|path| self.leads_on(path));
            return Ok(Page { next: next.collect(), ..Page::default() });
        }
        let content = html::content(&text);
        let next = content
            .links
            .iter()
            .filter_map(|link| self.path(link))
            .filter(|path| self.leads_on(path))
            .collect();
        let mut page = Page { next, ..Page::default() };
        if self.is_server(question) {
            page.listings.push((1, self.listing(question, content, reply.seen)?));
        }
        Ok(page)
    }
}

/// A site links to its own repository at the foot of each page.
fn is_own(owner: &str, registry: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '.', '_'], "");
    let (owner, registry) = (plain(owner), plain(registry));
    owner.starts_with(&registry) || registry.starts_with(&owner)
}

/// The package that an example of a configuration starts.
fn package(config: &str) -> Option<ListedPackage> {
    let kind = ["npx", "uvx", "docker"].into_iter().find(|word| config.contains(&format!("\"{word}\"")))?;
    let kind = match kind {
        "npx" => "npm",
        "uvx" => "pypi",
        _ => return None,
    };
    let (_, behind) = config.split_once("\"args\"")?;
    let list = behind.split(']').next()?;
    let name = list.split('"').skip(1).step_by(2).find(|word| !word.starts_with('-'))?;
    let name = match name.strip_prefix('@') {
        Some(rest) => format!("@{}", rest.split('@').next().unwrap_or(rest)),
        None => name.split(['@', '=']).next().unwrap_or(name).to_owned(),
    };
    Some(ListedPackage { kind: kind.to_owned(), name, ..ListedPackage::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_names_its_package() {
        for (config, expected) in [
            (r#"{"command": "npx", "args": ["-y", "@corp/some-mcp@1.2"]}"#, Some(("npm", "@corp/some-mcp"))),
            (r#"{"command": "uvx", "args": ["some-mcp==1.0"]}"#, Some(("pypi", "some-mcp"))),
            (r#"{"command": "node", "args": ["x.js"]}"#, None),
        ] {
            let found = package(config);
            assert_eq!(
                found.as_ref().map(|found| (found.kind.as_str(), found.name.as_str())),
                expected,
                "{config}"
            );
        }
    }
}
