//! Lists that people keep, in Markdown: `- [Name](address) - what it does`.

use portcullis_model::{ListedRepository, Listing, Moment};
use portcullis_supply::ownership::forge_of;
use portcullis_trust::{Reply, Request};

use super::Connector;
use super::page::{Page, Refused, excerpt};

/// A list at an address.
#[derive(Debug)]
pub struct Awesome {
    address: String,
}

impl Awesome {
    /// At this address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self { address: address.to_owned() }
    }
}

impl Connector for Awesome {
    fn registry(&self) -> &'static str {
        "awesome"
    }

    fn start(&self) -> Vec<String> {
        vec![self.address.clone()]
    }

    fn is_chain(&self) -> bool {
        false
    }

    fn ask(&self, question: &str, _since: Option<Moment>) -> Request {
        Request::service(question).accepting("text/markdown, text/plain, */*; q=0.1")
    }

    fn read(&self, _question: &str, reply: &Reply) -> Result<Page, String> {
        let text = reply.text();
        if text.trim_start().to_ascii_lowercase().starts_with("<!doctype html") {
            return Err(String::from(
                "the answer is a page of HTML; name the address of the Markdown itself",
            ));
        }
        let mut page = Page::default();
        for (position, line) in (1..).zip(text.lines()) {
            let Some(item) =
                line.trim_start().strip_prefix(['-', '*', '+']).filter(|item| item.starts_with(' '))
            else {
                continue;
            };
            // A list of contents leads into the page itself.
            let Some(found) = entry(item) else { continue };
            match found {
                Ok((name, address, says)) => {
                    page.listings.push((position, listing(&name, &address, &says, reply.seen)));
                }
                Err(reason) => page.refused.push(Refused { position, reason, excerpt: excerpt(line) }),
            }
        }
        if page.listings.is_empty() && page.refused.is_empty() {
            return Err(String::from("the list holds no entry of the form `- [Name](address)`"));
        }
        Ok(page)
    }
}

type Entry = (String, String, String);

/// The first link of an item that is no picture; none when there is no link out of the page.
fn entry(item: &str) -> Option<Result<Entry, String>> {
    let mut from = 0;
    loop {
        let at = from + item.get(from..)?.find("](")?;
        let before = item.get(..at)?;
        let open = before.rfind('[')?;
        let is_picture = before.get(..open)?.ends_with('!');
        let behind = item.get(at + 2..)?;
        from = at + 2;
        if is_picture {
            continue;
        }
        let address = behind.split([')', ' ']).next().unwrap_or_default();
        if address.starts_with('#') {
            return None;
        }
        if !address.starts_with("http://") && !address.starts_with("https://") {
            return Some(Err(String::from("the link leads to no address of the web")));
        }
        let name = before.get(open + 1..)?.trim_matches(['*', '`', ' ']);
        if name.is_empty() {
            return Some(Err(String::from("the link has no name")));
        }
        let says =
            behind.split_once(')').map_or("", |(_, says)| says).trim_matches(['*', ' ', '-', '–', '—', ':']);
        return Some(Ok((name.to_owned(), address.to_owned(), says.to_owned())));
    }
}

fn listing(name: &str, address: &str, says: &str, seen: Moment) -> Listing {
    let forge = forge_of(address).filter(|forge| forge.repository.is_some());
    let repository =
        forge.as_ref().map(|_| ListedRepository { url: address.to_owned(), ..ListedRepository::default() });
    Listing {
        registry: String::from("awesome"),
        // Names of a list are not unique, addresses are.
        name: address.split_once("://").map_or(address, |(_, rest)| rest).trim_end_matches('/').to_owned(),
        title: Some(name.to_owned()),
        description: (!says.is_empty()).then(|| says.to_owned()),
        page: Some(address.to_owned()),
        repository,
        publisher: forge.map(|forge| forge.owner),
        seen,
        ..Listing::default()
    }
}
