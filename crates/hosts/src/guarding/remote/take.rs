//! The edits that take the guard out from before an address.

use portcullis_model::{Edit, Entry, Node, Value};

use super::put::{Like, PASSED_ON, TOKEN};
use super::{Front, Remote, Source};
use crate::Format;
use crate::guarding::expected::{at_mut, entries_mut, made};
use crate::guarding::place::Place;
use crate::guarding::spelling::{between, quoted, replace};
use crate::guarding::take::without_member;
use crate::guarding::{Move, Step};
use crate::reading::Reading;
use crate::servers;

/// Takes the guard out: the address, and the headers that the guard's environment held, are those of the entry again.
/// What is not remembered is written as most hosts write it.
pub(in crate::guarding) fn freed(
    reading: &Reading,
    place: &Place<'_>,
    front: &Front<'_>,
    remembered: Option<Remote>,
) -> Move {
    let find = |keys: &[&str]| keys.iter().find_map(|key| place.map.entry(key));
    let (transport, environment) = (find(servers::TRANSPORT), find(servers::ENVIRONMENT));
    let had_headers = remembered.as_ref().is_some_and(|remote| remote.headers.is_some());
    let remote = remembered.unwrap_or_else(|| usual(reading, place, front));
    let way = remote.transport.clone().unwrap_or_else(|| way(place, transport, front));
    let key = remote.headers.clone().unwrap_or_else(|| headers_key(reading).to_owned());
    let held = match Held::of(front, environment, key, had_headers) {
        Ok(held) => held,
        Err(reason) => return Move::leave(reason),
    };
    let address = front.url_variable.and_then(|variable| environment?.node.entry(&variable.name));
    let spelled = match address {
        Some(entry) => between(reading, entry.node.span.start, entry.node.span.end).to_owned(),
        None => quoted(&front.url.text),
    };
    let program = place.program;
    let written = Like::of(reading, program).member(&remote.address, &spelled);
    let mut edits = vec![replace(reading, program.key_span.start, program.node.span.end, written)];
    if let Some(transport) = transport {
        edits.push(replace(reading, transport.node.span.start, transport.node.span.end, quoted(&way)));
    }
    let passed_on = place.map.entry(PASSED_ON).zip(front.token());
    if let Some((list, name)) = passed_on {
        let token = Like::of(reading, list).member(TOKEN, &quoted(name));
        edits.push(replace(reading, list.key_span.start, list.node.span.end, token));
    }
    let mut choices = held.edits(reading, place.map, environment, edits);
    if let Some(arguments) = place.arguments {
        // Right behind the program they go alone: what follows in their line belonged to the address.
        let (from, to) = (program.node.span.end, arguments.node.span.end);
        let adjoins = between(reading, from, arguments.key_span.start).trim().is_empty();
        let adjoining = adjoins.then(|| vec![replace(reading, from, to, "")]);
        let others = without_member(reading, place.map, arguments);
        choices = and(&choices, &adjoining.into_iter().chain(others).collect::<Vec<_>>());
    }
    let (pointer, program) = (place.pointer.clone(), program.key.clone());
    let arguments = place.arguments.map(|entry| entry.key.clone());
    let transport = transport.map(|entry| entry.key.clone());
    let environment = environment.map(|entry| entry.key.clone());
    let token = passed_on.map(|(_, name)| name.to_owned());
    let url = front.url.text.clone();
    let change = move |root: &mut Node| {
        let entries = entries_mut(at_mut(root, &pointer)?)?;
        entries.retain(|entry| {
            let is_environment = Some(&entry.key) == environment.as_ref();
            entry.key != program
                && Some(&entry.key) != arguments.as_ref()
                && !(is_environment && held.whole == Whole::Goes)
                && !(token.is_some() && &*entry.key == PASSED_ON)
        });
        for entry in entries.iter_mut() {
            if Some(&entry.key) == transport.as_ref() {
                entry.node = Node::made_text(&way);
            } else if Some(&entry.key) == environment.as_ref()
                && let Whole::Becomes(headers) = &held.whole
            {
                entry.key = headers.as_str().into();
                let members = entries_mut(&mut entry.node)?;
                members.retain(|member| Some(&*member.key) != held.address.as_deref());
                for member in members {
                    let (_, header) = held.renamed.iter().find(|(variable, _)| *variable == *member.key)?;
                    member.key = header.as_str().into();
                }
            }
        }
        entries.push(made(&remote.address, Node::made_text(&url)));
        entries.extend(token.iter().map(|token| made(TOKEN, Node::made_text(token))));
        Some(())
    };
    Move { step: Step::Free, choices, change: Box::new(change), otherwise: None }
}

/// How an entry was written, when nobody remembers.
fn usual(reading: &Reading, place: &Place<'_>, front: &Front<'_>) -> Remote {
    let has_headers = front.headers.iter().any(|(_, source)| matches!(source, Source::Entry(_)));
    Remote {
        address: if &*place.program.key == "cmd" { "uri" } else { "url" }.to_owned(),
        headers: has_headers.then(|| headers_key(reading).to_owned()),
        transport: None,
    }
}

fn headers_key(reading: &Reading) -> &'static str {
    if reading.format == Format::Toml { "http_headers" } else { "headers" }
}

/// What the way of an address is called in such an entry.
fn way(place: &Place<'_>, transport: Option<&Entry>, front: &Front<'_>) -> String {
    let now = transport.and_then(|entry| entry.node.text());
    let way = match (now, &*place.program.key) {
        (Some("local"), _) if place.is_list() => "remote",
        _ if front.is_sse => "sse",
        (_, "cmd") => "streamable_http",
        _ => "http",
    };
    way.to_owned()
}

impl<'a> Front<'a> {
    /// The variable of the host that holds the token.
    fn token(&self) -> Option<&'a str> {
        self.headers.iter().find_map(|(_, source)| match source {
            Source::Host(name, _) => Some(*name),
            Source::Entry(_) => None,
        })
    }
}

/// What becomes of the guard's environment.
#[derive(PartialEq, Eq)]
enum Whole {
    /// It was there before, and stays.
    Stays,
    /// It was made for the address alone.
    Goes,
    /// It becomes the headers, under this key.
    Becomes(String),
}

struct Held {
    whole: Whole,
    /// Each variable, and the header that it becomes.
    renamed: Vec<(String, String)>,
    /// The variable that holds the address.
    address: Option<String>,
}

impl Held {
    fn of(
        front: &Front<'_>,
        environment: Option<&Entry>,
        key: String,
        had_headers: bool,
    ) -> Result<Self, String> {
        let own = |(header, source): &(&str, Source<'_>)| match source {
            Source::Entry(variable) => Some((variable.name.clone(), (*header).to_owned())),
            Source::Host(..) => None,
        };
        let renamed: Vec<_> = front.headers.iter().filter_map(own).collect();
        let address = front.url_variable.map(|variable| variable.name.clone());
        let Some(environment) = environment else {
            return Ok(Self { whole: Whole::Stays, renamed, address });
        };
        let is_ours = |name: &str| {
            address.as_deref() == Some(name) || renamed.iter().any(|(variable, _)| variable == name)
        };
        let entries = match &environment.node.value {
            Value::Map(entries) => entries.as_slice(),
            _ => return Err(format!("its `{}` is no object any more; write it as one", environment.key)),
        };
        let has_other = entries.iter().any(|entry| !is_ours(&entry.key));
        let uses = address.is_some() || !renamed.is_empty();
        if has_other && uses {
            return Err(format!(
                "its `{}` holds more than the guard's headers, which an address has no place for; take the rest out",
                environment.key
            ));
        }
        let whole = match (uses, renamed.is_empty() && !had_headers) {
            (false, _) if !had_headers || has_other => Whole::Stays,
            (true, true) => Whole::Goes,
            _ => Whole::Becomes(key),
        };
        Ok(Self { whole, renamed, address })
    }

    /// The edits of the environment, added to others.
    fn edits(
        &self,
        reading: &Reading,
        map: &Node,
        environment: Option<&Entry>,
        mut edits: Vec<Edit>,
    ) -> Vec<Vec<Edit>> {
        let Some(environment) = environment else { return vec![edits] };
        let headers = match &self.whole {
            Whole::Stays => return vec![edits],
            Whole::Goes => return and(&[edits], &without_member(reading, map, environment)),
            Whole::Becomes(headers) => headers,
        };
        let mut rename = |entry: &Entry, name: &str| {
            let key = Like::of(reading, entry).key(name);
            edits.push(replace(reading, entry.key_span.start, entry.key_span.end, key));
        };
        rename(environment, headers);
        for entry in environment.node.entries() {
            if let Some((_, header)) = self.renamed.iter().find(|(variable, _)| *variable == *entry.key) {
                rename(entry, header);
            }
        }
        match self.address.as_deref().and_then(|address| environment.node.entry(address)) {
            None => vec![edits],
            Some(address) => and(&[edits], &without_member(reading, &environment.node, address)),
        }
    }
}

/// Every way to do the one and the other.
fn and(one: &[Vec<Edit>], other: &[Vec<Edit>]) -> Vec<Vec<Edit>> {
    let both =
        |one: &Vec<Edit>| other.iter().map(|other| [one.as_slice(), other].concat()).collect::<Vec<_>>();
    one.iter().flat_map(both).collect()
}
