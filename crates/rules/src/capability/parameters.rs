//! What a tool's parameters show of it: an address to fetch from, a recipient, a path, a command, a choice of acts.

use portcullis_model::{Entry, Item, Node};

use super::acts::{Act, act_of};
use super::clause::Clause;
use super::infer::Told;
use super::things::{CONTAINED, RUNNABLE, STORE, thing_at};
use super::words::Words;
use super::{Kind, Source, Why};

/// More parameters than this add nothing.
const MOST_PARAMETERS: usize = 64;
/// More choices than this are no list of acts.
const MOST_CHOICES: usize = 32;

/// What a parameter is for, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Address,
    Callback,
    Recipient,
    Guests,
    Body,
    Path,
    Sql,
    Command,
    Code,
    Choice,
}

/// Adds what the parameters show to what name and description told.
pub(super) fn add(item: &Item, told: &mut Told) {
    let mut recipient: Option<&str> = None;
    let mut has_body = false;
    for parameter in item.parameters().take(MOST_PARAMETERS) {
        let Some(purpose) = use_of(&parameter.key) else { continue };
        match purpose {
            Use::Recipient => recipient = recipient.or(Some(&parameter.key)),
            Use::Body => has_body = true,
            Use::Choice => choices(&parameter.node, told),
            _ => one(purpose, parameter, told),
        }
    }
    let is_draft = told.clauses.iter().any(|clause| clause.traits() & CONTAINED != 0);
    let hands_over = !is_draft && !told.does(Act::Read) && !told.does(Act::Fetch) && !told.does(Act::Delete);
    if let Some(name) = recipient.filter(|_| has_body && hands_over) {
        note(told, Kind::Sends, name);
        note(told, Kind::ReachesNetwork, name);
    }
}

fn one(purpose: Use, parameter: &Entry, told: &mut Told) {
    let name = &*parameter.key;
    let brings = told.does(Act::Read) || told.does(Act::Fetch) || told.does(Act::Operate);
    let works = told.does(Act::Other) || told.clauses.is_empty();
    let changes =
        told.does(Act::Write) || told.does(Act::Send) || told.does(Act::Publish) || told.does(Act::Delete);
    let is_chosen = parameter.node.get("enum").is_some();
    match purpose {
        Use::Address if brings || (works && !changes) => {
            note(told, Kind::Ingests, name);
            note(told, Kind::ReachesNetwork, name);
        }
        Use::Callback => note(told, Kind::ReachesNetwork, name),
        Use::Guests if told.does(Act::Write) => note(told, Kind::ReachesNetwork, name),
        Use::Path if brings || (works && !changes) => note(told, Kind::ReadsPrivate, name),
        Use::Sql => note(told, Kind::ReadsPrivate, name),
        Use::Command
            if !is_chosen && (told.does(Act::Run) || told.clauses.is_empty() || about_running(told)) =>
        {
            runs(told, name);
        }
        Use::Code if told.does(Act::Run) && !about_store(told) => runs(told, name),
        _ => {}
    }
}

fn runs(told: &mut Told, name: &str) {
    note(told, Kind::Executes, name);
    note(told, Kind::ReadsPrivate, name);
    note(told, Kind::ReachesNetwork, name);
}

fn about_running(told: &Told) -> bool {
    told.clauses.iter().any(|clause| clause.traits() & RUNNABLE != 0)
}

fn about_store(told: &Told) -> bool {
    told.clauses.iter().any(|clause| clause.traits() & STORE != 0)
}

fn note(told: &mut Told, kind: Kind, name: &str) {
    told.found.note(kind, || Why { source: Source::Parameter, words: name.to_owned() });
}

/// A choice of acts, such as `action: create | delete | list`: each is done to what the tool is about.
fn choices(schema: &Node, told: &mut Told) {
    let things: Vec<_> = (0..told.name.len())
        .map(|at| (at, thing_at(&told.name, at).0))
        .chain(
            told.clauses
                .iter()
                .flat_map(|clause| clause.things.iter().map(|(_, traits)| (usize::MAX, *traits))),
        )
        .filter(|(_, traits)| *traits != 0)
        .collect();
    for choice in schema.get("enum").map_or(&[][..], Node::items).iter().take(MOST_CHOICES) {
        let Some(text) = choice.text() else { continue };
        let words = Words::of_name(text);
        let Some((act, _)) = act_of(words.at(0)) else { continue };
        let mut own: Vec<_> = (1..words.len()).map(|at| (at, thing_at(&words, at).0)).collect();
        own.extend(things.iter().map(|(_, traits)| (usize::MAX, *traits)));
        let clause = Clause { act, verb: 0, things: own };
        told.found.add(&clause, &words, Source::Parameter);
    }
}

/// What a parameter of this name is for.
fn use_of(name: &str) -> Option<Use> {
    let words = Words::of_name(name);
    let last = words.at(words.len().saturating_sub(1));
    let first = words.at(0);
    let is_output =
        matches!(first, "output" | "out" | "dest" | "destination" | "save" | "target" | "download");
    Some(match last {
        _ if words.contains("webhook") || words.contains("callback") => Use::Callback,
        "sql" => Use::Sql,
        "statement" if words.len() == 1 => Use::Sql,
        "command" | "cmd" | "commands" => Use::Command,
        "query" if first == "sql" => Use::Sql,
        "code" | "script" | "javascript" if words.len() == 1 || first == "python" || first == "js" => {
            Use::Code
        }
        "action" | "operation" | "method" | "mode" | "op" | "verb" => Use::Choice,
        "url" | "urls" | "uri" | "link" | "links" | "href" | "webpage" | "website" | "endpoint"
            if is_general(&words) =>
        {
            Use::Address
        }
        "attendees" | "guests" | "invitees" | "participants" | "collaborators" => Use::Guests,
        "to" | "recipient" | "recipients" | "cc" | "bcc" => Use::Recipient,
        "email" | "number" | "id" | "jid"
            if matches!(first, "to" | "recipient" | "chat" | "channel" | "phone") =>
        {
            Use::Recipient
        }
        "channel" | "phone" => Use::Recipient,
        "body" | "message" | "text" | "content" | "subject" | "html" => Use::Body,
        "path" | "paths" | "filepath" | "file" | "files" | "filename" | "directory" | "dir" | "folder"
            if !is_output
                && words.len() <= 2
                && !matches!(first, "json" | "url" | "api" | "x" | "object") =>
        {
            Use::Path
        }
        _ => return None,
    })
}

/// True for `url`, `page_url`, `target_url`; false for `avatar_url`, `repo_url` and other addresses of one thing.
fn is_general(words: &Words) -> bool {
    words.len() == 1
        || matches!(
            words.at(0),
            "page" | "target" | "web" | "website" | "feed" | "site" | "start" | "source" | "base"
        )
}
