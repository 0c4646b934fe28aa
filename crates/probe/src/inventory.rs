//! Reads everything that a server lists, page by page.

use std::collections::HashSet;

use portcullis_model::{Entry, ItemKind, Node, Surface, Unread, Value};
use portcullis_wire::surface as shape;
use tokio::time::Instant;

use crate::clock::Clock;
use crate::link::Failure;
use crate::message::{member, text};
use crate::neutral::one_line;
use crate::options::Limits;
use crate::outcome::{Problem, ProblemKind};
use crate::session::{Question, Session};

/// Bytes of a cursor that is sent back.
const CURSOR: usize = 16 << 10;

/// A kind of list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListKind {
    pub(crate) item: ItemKind,
    /// The request that lists.
    pub(crate) method: &'static str,
    /// The member of its result.
    pub(crate) member: &'static str,
    /// The word for people.
    pub(crate) word: &'static str,
    /// The capability that announces it.
    capability: &'static str,
}

/// The four lists of a surface.
pub(crate) const LISTS: [ListKind; 4] = [
    ListKind {
        item: ItemKind::Tool,
        method: "tools/list",
        member: "tools",
        word: "tools",
        capability: "tools",
    },
    ListKind {
        item: ItemKind::Prompt,
        method: "prompts/list",
        member: "prompts",
        word: "prompts",
        capability: "prompts",
    },
    ListKind {
        item: ItemKind::Resource,
        method: "resources/list",
        member: "resources",
        word: "resources",
        capability: "resources",
    },
    ListKind {
        item: ItemKind::Template,
        method: "resources/templates/list",
        member: "resourceTemplates",
        word: "resource templates",
        capability: "resources",
    },
];

/// Members of a list's result that are the protocol's own and hold no text of the server.
const MECHANICS: [&str; 4] = ["nextCursor", "resultType", "ttlMs", "cacheScope"];

/// One list as far as it was read.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    pub(crate) kind: ListKind,
    pub(crate) items: Vec<Node>,
    pub(crate) pages: usize,
    /// Other members of the results, such as `_meta`, each once.
    rest: Vec<Entry>,
    /// What of it was not read.
    pub(crate) unread: Vec<Unread>,
}

/// Everything that a server lists, and what it said when the session was opened.
#[derive(Debug, Clone)]
pub(crate) struct Inventory {
    pub(crate) opening: Node,
    pub(crate) listings: Vec<Listing>,
    /// What was read of bodies, in words, and what was not.
    pub(crate) bodies: portcullis_model::Coverage,
}

impl Inventory {
    /// Reads all lists.
    pub(crate) async fn read(session: &mut Session, opening: &Node, clock: &Clock, limits: &Limits) -> Self {
        let mut listings = Vec::new();
        for kind in LISTS {
            let is_offered = opening.get("capabilities").and_then(|all| all.get(kind.capability)).is_some();
            // A server that does not claim to have a list is asked all the same: hosts ask, too.
            let deadline = if is_offered { clock.phase() } else { clock.question() };
            listings.push(Listing::read(session, kind, is_offered, deadline, limits).await);
        }
        Self { opening: opening.clone(), listings, bodies: portcullis_model::Coverage::default() }
    }

    /// The surface, in the shape in which surface files have it.
    pub(crate) fn surface(&self, server: &str) -> Result<Surface, Problem> {
        let mut members = opening_members(&self.opening);
        for listing in &self.listings {
            members.push(member(listing.kind.member, Node::made(Value::List(listing.items.clone()))));
            if !listing.rest.is_empty() {
                members.push(member(listing.kind.method, Node::made(Value::Map(listing.rest.clone()))));
            }
        }
        let reading = shape::read(Node::made(Value::Map(members)), server)
            .map_err(|fault| Problem::new(ProblemKind::Internal, fault.message))?;
        let mut surface = reading.surface;
        // A name that the server gives itself never replaces the one that it is known by here.
        surface.server = server.to_owned();
        surface.coverage.read = self.read_in_words();
        surface.coverage.read.extend(self.bodies.read.iter().cloned());
        surface.coverage.unread.extend(self.listings.iter().flat_map(|listing| listing.unread.clone()));
        surface.coverage.unread.extend(self.bodies.unread.iter().cloned());
        Ok(surface)
    }

    /// Lists that were not read to their end, although the server has them.
    pub(crate) fn partial(&self) -> Vec<ItemKind> {
        let lost = |listing: &&Listing| listing.unread.iter().any(|unread| !unread.expected);
        self.listings.iter().filter(lost).map(|listing| listing.kind.item).collect()
    }

    fn read_in_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if self.opening.get("instructions").is_some() {
            words.push("instructions".to_owned());
        }
        for Listing { kind, items, pages, .. } in self.listings.iter().filter(|listing| listing.pages > 0) {
            let unit = if *pages == 1 { "page" } else { "pages" };
            words.push(format!("{}: {} on {pages} {unit}", kind.word, items.len()));
        }
        words
    }
}

/// What the server said at the opening. From revision 2026-07-28 on its description of itself is in `_meta`.
fn opening_members(opening: &Node) -> Vec<Entry> {
    let mut members: Vec<Entry> = opening
        .entries()
        .iter()
        .filter(|entry| !is_surface_member(&entry.key) && !MECHANICS.contains(&&*entry.key))
        .cloned()
        .collect();
    let in_meta = opening.get("_meta").and_then(|meta| meta.get("io.modelcontextprotocol/serverInfo"));
    if let (None, Some(info)) = (opening.get("serverInfo"), in_meta) {
        members.push(member("serverInfo", info.clone()));
    }
    let version = members
        .iter()
        .find(|entry| &*entry.key == "serverInfo")
        .and_then(|entry| entry.node.get_text("version"))
        .map(text);
    members.extend(version.map(|version| member("version", version)));
    members
}

/// Members that a surface file gives a meaning; a server must not fill them from its opening words.
fn is_surface_member(key: &str) -> bool {
    matches!(key, "server" | "version" | "resource_templates") || LISTS.iter().any(|kind| kind.member == key)
}

impl Listing {
    /// Reads one list, page by page.
    pub(crate) async fn read(
        session: &mut Session,
        kind: ListKind,
        is_offered: bool,
        deadline: Instant,
        limits: &Limits,
    ) -> Self {
        let mut listing = Self { kind, items: Vec::new(), pages: 0, rest: Vec::new(), unread: Vec::new() };
        let mut cursor: Option<String> = None;
        let mut seen = HashSet::new();
        loop {
            let params = cursor.iter().map(|cursor| member("cursor", text(cursor))).collect();
            let question =
                Question { method: kind.method, params, name: None, limit: limits.message, deadline };
            match session.ask(question).await {
                Ok(reply) => match listing.take_page(reply.result, limits) {
                    Ok(None) => break,
                    Ok(Some(next)) => cursor = Some(next),
                    Err(why) => {
                        listing.missing(why);
                        break;
                    }
                },
                Err(failure) => {
                    listing.failed(&failure, is_offered);
                    break;
                }
            }
            if listing.pages >= limits.pages {
                listing.missing(format!("more than {} pages", limits.pages));
                break;
            }
            if cursor.as_ref().is_some_and(|cursor| !seen.insert(cursor.clone())) {
                listing.missing(format!("page {} repeats a cursor, so the list has no end", listing.pages));
                break;
            }
        }
        listing
    }

    /// Takes the items of a page; the cursor of the next one, or why it cannot be read on.
    fn take_page(&mut self, result: Node, limits: &Limits) -> Result<Option<String>, String> {
        self.pages += 1;
        let Value::Map(members) = result.value else {
            return Err(format!("page {} is {}, not an object", self.pages, result.kind()));
        };
        let mut next = Ok(None);
        let mut has_items = false;
        for entry in members {
            match (&*entry.key, entry.node.value) {
                (key, Value::List(items)) if key == self.kind.member => {
                    has_items = true;
                    self.items.extend(items);
                }
                ("nextCursor", value) => next = self.cursor(&value),
                (key, _) if MECHANICS.contains(&key) => {}
                (key, value) if self.rest.iter().all(|entry| &*entry.key != key) => {
                    self.rest.push(member(key, Node::made(value)));
                }
                _ => {}
            }
        }
        if self.items.len() > limits.items {
            self.items.truncate(limits.items);
            return Err(format!("more than {} items", limits.items));
        }
        if !has_items {
            return Err(format!("page {} has no list `{}`", self.pages, self.kind.member));
        }
        next
    }

    /// An empty cursor ends the list, as in the clients that most hosts are made with.
    fn cursor(&self, value: &Value) -> Result<Option<String>, String> {
        match value {
            Value::Null => Ok(None),
            Value::Text(cursor) if cursor.is_empty() => Ok(None),
            Value::Text(cursor) if cursor.len() <= CURSOR => Ok(Some(cursor.to_string())),
            Value::Text(_) => Err(format!("the cursor of page {} is larger than {CURSOR} bytes", self.pages)),
            _ => Err(format!("the cursor of page {} is not a text", self.pages)),
        }
    }

    fn missing(&mut self, reason: String) {
        self.unread.push(Unread { part: self.kind.word.to_owned(), reason, expected: false });
    }

    fn failed(&mut self, failure: &Failure, is_offered: bool) {
        let is_unknown = failure.code() == Some(-32601);
        let part = self.kind.word.to_owned();
        if self.pages == 0
            && !failure.is_final()
            && (!is_offered || is_unknown && self.kind.item == ItemKind::Template)
        {
            let reason = "the server does not offer them".to_owned();
            self.unread.push(Unread { part, reason, expected: true });
            return;
        }
        let reason = format!("page {}: {}", self.pages + 1, one_line(&failure.describe(), 400));
        self.unread.push(Unread { part, reason, expected: false });
    }
}
