//! Reads what stands behind a listing: the messages of prompts and the contents of resources.

use portcullis_model::{Entry, ItemKind, Node, Unread, Value};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::inventory::Inventory;
use crate::link::Failure;
use crate::message::{add, member, object, text};
use crate::neutral::one_line;
use crate::options::Limits;
use crate::session::{Question, Reply, Session};

/// What is filled in for a required argument whose values are not known.
const PLACEHOLDER: &str = "example";

/// Reads the bodies of one kind into the items of the inventory. Bodies of at most `left` bytes are kept.
pub(crate) async fn read(
    session: &mut Session,
    inventory: &mut Inventory,
    kind: ItemKind,
    clock: &Clock,
    limits: &Limits,
    left: &mut usize,
) {
    let completes = inventory.opening.get("capabilities").and_then(|all| all.get("completions")).is_some();
    let Inventory { listings, bodies, .. } = inventory;
    let Some(listing) = listings.iter_mut().find(|listing| listing.kind.item == kind) else { return };
    let total = listing.items.len();
    let deadline = clock.phase();
    let mut count = 0;
    for (index, item) in listing.items.iter_mut().enumerate() {
        let Some(name) = name_of(item, kind) else { continue };
        let part = format!("{kind} {}", one_line(&name, 200));
        if index >= limits.bodies || *left == 0 {
            let reason = if *left == 0 {
                format!("bodies hold more than {} bytes", limits.all_bodies)
            } else {
                format!("only {} bodies of a kind are read", limits.bodies)
            };
            let part = format!("bodies of {} more {}", total - index, listing.kind.word);
            bodies.unread.push(Unread { part, reason, expected: false });
            break;
        }
        let until = deadline.min(clock.question());
        let mut fetch = Fetch { session, limits, until, completes };
        let fetched = match kind {
            ItemKind::Prompt => fetch.prompt(item, &name).await,
            _ => fetch.resource(&name).await,
        };
        match fetched {
            Ok(reply) if reply.bytes > limits.body => bodies.unread.push(too_large(part, limits.body)),
            Ok(reply) => {
                count += 1;
                *left = left.saturating_sub(reply.bytes);
                attach(item, reply.result, if kind == ItemKind::Prompt { "messages" } else { "contents" });
            }
            Err(Failure::TooLong(_)) => bodies.unread.push(too_large(part, limits.body)),
            Err(failure) => {
                let expected = is_the_servers_choice(&failure);
                let reason = one_line(&failure.describe(), 400);
                bodies.unread.push(Unread { part, reason, expected });
                if failure.is_final() {
                    break;
                }
            }
        }
    }
    if count > 0 {
        bodies.read.push(format!("bodies of {count} of {total} {}", listing.kind.word));
    }
}

/// A body that the server itself refuses to give to our question was not lost by us.
const fn is_the_servers_choice(failure: &Failure) -> bool {
    matches!(failure, Failure::Answered(..) | Failure::Status(_, Some(_)))
}

fn too_large(part: String, limit: usize) -> Unread {
    Unread { part, reason: format!("larger than {limit} bytes"), expected: false }
}

fn name_of(item: &Node, kind: ItemKind) -> Option<String> {
    let member = if kind == ItemKind::Prompt { "name" } else { "uri" };
    item.get_text(member).map(str::to_owned)
}

/// Adds a body to its item, and what else came with it and says something new.
fn attach(item: &mut Node, result: Node, main: &str) {
    let Value::Map(members) = result.value else { return };
    let mut rest: Vec<Entry> = Vec::new();
    for entry in members {
        if &*entry.key == main && item.get(main).is_none() {
            add(item, main, entry.node);
        } else if &*entry.key != "resultType" && item.get(&entry.key) != Some(&entry.node) {
            rest.push(entry);
        }
    }
    if !rest.is_empty() && item.get("result").is_none() {
        add(item, "result", Node::made(Value::Map(rest)));
    }
}

struct Fetch<'a> {
    session: &'a mut Session,
    limits: &'a Limits,
    until: Instant,
    completes: bool,
}

impl Fetch<'_> {
    async fn resource(&mut self, uri: &str) -> Result<Reply, Failure> {
        self.ask("resources/read", vec![member("uri", text(uri))], Some(uri)).await
    }

    /// Gets a prompt. When it refuses the placeholder, values that the server itself proposes are tried, or a number.
    async fn prompt(&mut self, item: &Node, name: &str) -> Result<Reply, Failure> {
        let arguments = required_arguments(item);
        let first: Vec<Entry> =
            arguments.iter().map(|argument| member(argument, text(PLACEHOLDER))).collect();
        let refused = match self.get(name, first).await {
            Err(failure) if is_the_servers_choice(&failure) && !arguments.is_empty() => failure,
            other => return other,
        };
        let mut second = Vec::new();
        for argument in &arguments {
            let known: Vec<Entry> = second.clone();
            let proposed = if self.completes { self.proposed(name, argument, known).await } else { None };
            second.push(member(argument, text(proposed.as_deref().unwrap_or("1"))));
        }
        self.get(name, second).await.map_err(|_| refused)
    }

    async fn get(&mut self, name: &str, arguments: Vec<Entry>) -> Result<Reply, Failure> {
        let arguments = Node::made(Value::Map(arguments));
        let params = vec![member("name", text(name)), member("arguments", arguments)];
        self.ask("prompts/get", params, Some(name)).await
    }

    /// The first value that the server proposes for an argument.
    async fn proposed(&mut self, prompt: &str, argument: &str, known: Vec<Entry>) -> Option<String> {
        let params = vec![
            member("ref", object([("type", text("ref/prompt")), ("name", text(prompt))])),
            member("argument", object([("name", text(argument)), ("value", text(""))])),
            member("context", object([("arguments", Node::made(Value::Map(known)))])),
        ];
        let reply = self.ask("completion/complete", params, None).await.ok()?;
        let values = reply.result.get("completion")?.get("values")?.items();
        values.iter().filter_map(Node::text).find(|value| value.len() <= 1000).map(str::to_owned)
    }

    async fn ask(&mut self, method: &str, params: Vec<Entry>, name: Option<&str>) -> Result<Reply, Failure> {
        // Escapes may double a body's length on the wire.
        let limit = self.limits.body.saturating_mul(2);
        self.session.ask(Question { method, params, name, limit, deadline: self.until }).await
    }
}

fn required_arguments(prompt: &Node) -> Vec<String> {
    let arguments = prompt.get("arguments").map(Node::items).unwrap_or_default();
    arguments
        .iter()
        .filter(|argument| argument.get("required").and_then(Node::bool) == Some(true))
        .filter_map(|argument| argument.get_text("name").map(str::to_owned))
        .take(64)
        .collect()
}
