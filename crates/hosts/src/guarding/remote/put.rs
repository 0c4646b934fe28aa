//! The edits that put the guard in front of an address.

use portcullis_model::{Edit, Entry, Located, Node, Span, Value, Variable};

use super::{
    BEARER, HEADER, HEADER_VARIABLE, PRIVATE_NETWORK, REFERENCE, Remote, SSE, TRANSPORT, URL, URL_VARIABLE,
    is_plain, is_private,
};
use crate::Format;
use crate::guarding::expected::{at_mut, entries_mut, made};
use crate::guarding::spelling::{
    before_in_line, between, indent, is_bracketed, line_break, listed, quoted, replace,
};
use crate::guarding::{Move, OBSTINATE, Step};
use crate::reading::Reading;
use crate::servers;

/// Members by which a host signs in by itself.
const LOGINS: &[&str] = &[
    "oauth",
    "auth",
    "authorization",
    "authentication",
    "authProviderType",
    "oauth_resource",
    "scopes",
    "oauthScopes",
];
/// Members that say how the address is reached and that the guard has no words for.
const OTHERS: &[&str] = &[
    "headersHelper",
    "requestOptions",
    "requestInit",
    "eventSourceInit",
    "env_http_headers",
    "proxy",
    "tls",
    "cert",
    "clientCertificate",
    "socket",
];
/// The name of a token's variable (Codex), and of the list of variables that the host passes on.
pub(super) const TOKEN: &str = "bearer_token_env_var";
pub(super) const PASSED_ON: &str = "env_vars";

/// How an entry of this host says what it starts.
struct Words {
    program: &'static str,
    environment: &'static str,
    /// What it calls the way of a program.
    way: &'static str,
    /// True when program and arguments are one list.
    is_list: bool,
}

/// What an entry with an address holds.
struct Place<'a> {
    map: &'a Node,
    url: &'a Entry,
    transport: Option<&'a Entry>,
    headers: Option<&'a Entry>,
    token: Option<&'a Entry>,
}

impl<'a> Place<'a> {
    /// Finds the place, or says why the guard cannot come in front of it.
    fn of(root: &'a Node, entry: &'a Node, url: &Located) -> Result<Self, String> {
        let odd = || "its address is written in a way that is not edited; write it out".to_owned();
        let map = root.at(&url.pointer.parent()).filter(|map| map.is_map()).ok_or_else(odd)?;
        let key = url.pointer.segments().last().unwrap_or_default();
        let url = map.entry(&key).filter(|entry| entry.node.text() == Some(&url.text)).ok_or_else(odd)?;
        let has = |keys: &[&'static str]| {
            keys.iter().copied().find(|key| {
                [map, entry]
                    .iter()
                    .filter_map(|node| node.get(key))
                    .any(|node| !matches!(node.value, Value::Null | Value::Bool(false)))
            })
        };
        if let Some(key) = has(LOGINS) {
            return Err(format!(
                "the host signs in to it by itself (`{key}`), which it cannot do through the guard; give it a token in a \
                 header instead"
            ));
        }
        if let Some(key) = has(OTHERS).or_else(|| has(servers::COMMAND)).or_else(|| has(servers::ARGUMENTS)) {
            return Err(format!("the guard has no words for its `{key}`; put the gateway in front of it"));
        }
        let find = |keys: &[&str]| keys.iter().find_map(|key| map.entry(key));
        let place = Self {
            map,
            url,
            transport: find(servers::TRANSPORT).filter(|entry| entry.node.text().is_some()),
            headers: find(servers::HEADERS),
            token: map.entry(TOKEN),
        };
        let needs_room = place.headers.is_some_and(|headers| !headers.node.entries().is_empty());
        if (needs_room || !is_plain(place.address())) && has(servers::ENVIRONMENT).is_some() {
            let has_variables = find(servers::ENVIRONMENT).is_some_and(|env| !env.node.entries().is_empty());
            let why = if has_variables { "has variables beside its headers" } else { "has an empty `env`" };
            return Err(format!("it {why}; take them out of the entry of an address"));
        }
        place.obstacle().map_or(Ok(place), Err)
    }

    fn address(&self) -> &'a str {
        self.url.node.text().unwrap_or_default()
    }

    /// Why the address and the headers cannot go to the guard, if so.
    fn obstacle(&self) -> Option<String> {
        let address = self.address();
        let is_reference = address.contains('$') || address.contains('{');
        if !address.starts_with("http://") && !address.starts_with("https://") && !is_reference {
            return Some("its address is neither http nor https; the guard speaks those only".to_owned());
        }
        let authority = address.split('/').nth(2).unwrap_or_default();
        if authority.contains('@') && !is_reference {
            return Some("its address carries a user name or password; move it into a header".to_owned());
        }
        let headers = self.headers?;
        if !headers.node.is_map() {
            return Some(format!("its `{}` are no object of texts; write them so", headers.key));
        }
        let plain = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        headers.node.entries().iter().find_map(|header| match header.node.text() {
            _ if !plain(&header.key) => Some("a name of its headers is none; correct it".to_owned()),
            None => Some(format!("its header `{}` is no text; write it as one", header.key)),
            Some(value) if value.trim().is_empty() => {
                Some(format!("its header `{}` is empty; fill it or take it out", header.key))
            }
            Some(_) => None,
        })
    }

    fn words(&self) -> Words {
        let transport = self.transport.and_then(|entry| entry.node.text());
        if transport == Some("remote") {
            return Words { program: "command", environment: "environment", way: "local", is_list: true };
        }
        match &*self.url.key {
            "uri" => Words { program: "cmd", environment: "envs", way: "stdio", is_list: false },
            _ => Words { program: "command", environment: "env", way: "stdio", is_list: false },
        }
    }
}

/// Puts the guard in front of an address: `words` are those that name the server.
pub(in crate::guarding) fn guarded(
    reading: &Reading,
    entry: &Node,
    url: &Located,
    headers: &[Variable],
    program: &str,
    words: &[String],
) -> Move {
    let place = match Place::of(&reading.config.root, entry, url) {
        Ok(place) => place,
        Err(reason) => return Move::leave(reason),
    };
    let said = place.headers.map(|headers| headers.node.entries()).unwrap_or_default();
    if headers.len() != said.len() + usize::from(place.token.is_some()) {
        return Move::leave(OBSTINATE.to_owned());
    }
    let moved = !is_plain(place.address());
    let Some(arguments) = arguments(&place, words, moved) else { return Move::leave(OBSTINATE.to_owned()) };
    let style = place.words();
    let (members, nodes) = members(reading, &place, &style, program, &arguments, moved);
    let edits = edits(reading, &place, &style, members, moved);
    let remote = Remote {
        address: place.url.key.to_string(),
        headers: place.headers.map(|headers| headers.key.to_string()),
        transport: place.transport.and_then(|entry| entry.node.text()).map(str::to_owned),
    };
    let (pointer, made_from) = (url.pointer.parent(), remote.clone());
    let (transport, token) =
        (place.transport.map(|entry| entry.key.clone()), place.token.map(|entry| entry.node.clone()));
    let url = place.url.node.clone();
    let change = move |root: &mut Node| {
        let entries = entries_mut(at_mut(root, &pointer)?)?;
        entries.retain(|entry| *entry.key != *made_from.address && &*entry.key != TOKEN);
        for entry in entries.iter_mut() {
            if Some(&entry.key) == transport.as_ref() {
                entry.node = Node::made_text(style.way);
            } else if Some(&*entry.key) == made_from.headers.as_deref() {
                entry.key = style.environment.into();
                for (at, header) in entries_mut(&mut entry.node)?.iter_mut().enumerate() {
                    header.key = variable(at).as_str().into();
                }
                if moved {
                    entries_mut(&mut entry.node)?.push(made(URL_VARIABLE, url.clone()));
                }
            }
        }
        entries.extend(nodes.iter().cloned());
        entries
            .extend(token.iter().map(|token| made(PASSED_ON, Node::made(Value::List(vec![token.clone()])))));
        Some(())
    };
    Move {
        step: Step::Guard { had_arguments: false, remote: Some(remote) },
        choices: vec![edits],
        change: Box::new(change),
        otherwise: None,
    }
}

/// The variable of the header at this place.
fn variable(at: usize) -> String {
    format!("{HEADER_VARIABLE}{}", at + 1)
}

/// The guard's arguments.
fn arguments(place: &Place<'_>, words: &[String], moved: bool) -> Option<Vec<String>> {
    let mut arguments = words.to_vec();
    let address = if moved { format!("{REFERENCE}{URL_VARIABLE}") } else { place.address().to_owned() };
    arguments.extend([URL.to_owned(), address]);
    if place.transport.and_then(|entry| entry.node.text()).is_some_and(|way| way.eq_ignore_ascii_case(SSE)) {
        arguments.extend([TRANSPORT, SSE].map(str::to_owned));
    }
    if is_private(place.address()) {
        arguments.push(PRIVATE_NETWORK.to_owned());
    }
    for (at, header) in place.headers.iter().flat_map(|headers| headers.node.entries()).enumerate() {
        arguments.extend([HEADER.to_owned(), format!("{}: {REFERENCE}{}", header.key, variable(at))]);
    }
    if let Some(token) = place.token {
        let name = token.node.text()?;
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !plain || name.starts_with(HEADER_VARIABLE) || place.map.entry(PASSED_ON).is_some() {
            return None;
        }
        arguments.extend([HEADER.to_owned(), format!("Authorization: {BEARER}{REFERENCE}{name}")]);
    }
    Some(arguments)
}

/// What stands in the place of the address, as text and as members.
fn members(
    reading: &Reading,
    place: &Place<'_>,
    style: &Words,
    program: &str,
    arguments: &[String],
    moved: bool,
) -> (String, Vec<Entry>) {
    let list =
        |words: &[String]| Node::made(Value::List(words.iter().map(|word| Node::made_text(word)).collect()));
    let like = Like::of(reading, place.url);
    let mut written = Vec::new();
    let mut nodes = Vec::new();
    if style.is_list {
        let words = [&[program.to_owned()], arguments].concat();
        written.push(like.member(style.program, &format!("[{}]", listed(&words))));
        nodes.push(made(style.program, list(&words)));
    } else {
        written.push(like.member(style.program, &quoted(program)));
        written.push(like.member("args", &format!("[{}]", listed(arguments))));
        nodes.push(made(style.program, Node::made_text(program)));
        nodes.push(made("args", list(arguments)));
    }
    if moved && place.headers.is_none() {
        let url = between(reading, place.url.node.span.start, place.url.node.span.end);
        let inner = Like { sign: if reading.format == Format::Toml { " = " } else { ": " }, ..like };
        let held = inner.member(URL_VARIABLE, url);
        written.push(like.member(style.environment, &format!("{{{held}}}")));
        let held = vec![made(URL_VARIABLE, place.url.node.clone())];
        nodes.push(made(style.environment, Node::made(Value::Map(held))));
    }
    (written.join(&separator(reading, place.map, place.url)), nodes)
}

/// What stands between a member and the next one that is written behind it.
fn separator(reading: &Reading, map: &Node, member: &Entry) -> String {
    let (prefix, end) = (before_in_line(reading, member.key_span.start), line_break(reading));
    if is_bracketed(reading, map) {
        return if prefix.trim().is_empty() { format!(",{end}{prefix}") } else { ", ".to_owned() };
    }
    // Lines of YAML must not repeat the dash in front of the first one; those of TOML repeat a dotted name.
    match reading.format {
        Format::Yaml => format!("{end}{}", indent(reading, member.key_span.start)),
        _ => format!("{end}{prefix}"),
    }
}

fn edits(reading: &Reading, place: &Place<'_>, style: &Words, members: String, moved: bool) -> Vec<Edit> {
    let over = |from: Span, to: Span, text: String| replace(reading, from.start, to.end, text);
    let mut edits = vec![over(place.url.key_span, place.url.node.span, members)];
    if let Some(transport) = place.transport {
        edits.push(over(transport.node.span, transport.node.span, quoted(style.way)));
    }
    if let Some(token) = place.token {
        let like = Like::of(reading, token);
        let held = between(reading, token.node.span.start, token.node.span.end);
        edits.push(over(token.key_span, token.node.span, like.member(PASSED_ON, &format!("[{held}]"))));
    }
    let Some(headers) = place.headers else { return edits };
    edits.push(over(headers.key_span, headers.key_span, Like::of(reading, headers).key(style.environment)));
    for (at, header) in headers.node.entries().iter().enumerate() {
        let mut key = Like::of(reading, header).key(&variable(at));
        if at == 0 && moved {
            let url = between(reading, place.url.node.span.start, place.url.node.span.end);
            let held = Like::of(reading, header).member(URL_VARIABLE, url);
            key = held + &separator(reading, &headers.node, header) + &key;
        }
        edits.push(over(header.key_span, header.key_span, key));
    }
    if moved && headers.node.entries().is_empty() {
        let url = between(reading, place.url.node.span.start, place.url.node.span.end);
        let held = Like::of(reading, place.url).member(URL_VARIABLE, url);
        edits.push(over(headers.node.span, headers.node.span, format!("{{{held}}}")));
    }
    edits
}

/// How a member is written, for others beside it.
#[derive(Clone, Copy)]
pub(super) struct Like<'a> {
    quote: &'a str,
    sign: &'a str,
}

impl<'a> Like<'a> {
    pub(super) fn of(reading: &'a Reading, member: &Entry) -> Self {
        let key = between(reading, member.key_span.start, member.key_span.end);
        let quote = if key.starts_with('"') || key.starts_with('\'') { key.get(..1) } else { None };
        let written = between(reading, member.key_span.end, member.node.span.start);
        let is_sign = !written.is_empty() && written.chars().all(|letter| matches!(letter, ' ' | ':' | '='));
        let usual = if reading.format == Format::Toml { " = " } else { ": " };
        Self { quote: quote.unwrap_or_default(), sign: if is_sign { written } else { usual } }
    }

    pub(super) fn key(&self, key: &str) -> String {
        format!("{0}{key}{0}", self.quote)
    }

    pub(super) fn member(&self, key: &str, value: &str) -> String {
        format!("{}{}{value}", self.key(key), self.sign)
    }
}
