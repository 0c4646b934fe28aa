//! The guard in front of a server at an address: `PORTCULLIS guard --server NAME --url URL --header 'NAME: REFERENCE'…`.
//!
//! Headers never stand on the command line: their values stay where they are in the file, in a mapping that has become
//! that of the guard's environment, so that the host replaces its own references in them as before. An address that may
//! hold a secret, or a reference of the host, moves there too.

mod put;
mod take;

use portcullis_model::{Launch, Located, Secret, Variable};
use portcullis_text::secret;

use super::{GUARD, SERVER, names_this_program};

pub(super) use put::guarded;
pub(super) use take::freed;

/// The option that names the address.
const URL: &str = "--url";
/// The option that gives a header.
const HEADER: &str = "--header";
/// The option that says how the server speaks.
const TRANSPORT: &str = "--transport";
/// The option that lets the address lead to a private network.
const PRIVATE_NETWORK: &str = "--private-network";
/// The only transport that is named.
const SSE: &str = "sse";
/// The variable that holds an address.
const URL_VARIABLE: &str = "PORTCULLIS_URL";
/// What the variables that hold headers begin with; a number follows.
const HEADER_VARIABLE: &str = "PORTCULLIS_HEADER_";
/// What a word begins with that names a variable.
const REFERENCE: &str = "env:";
/// What stands before a token.
const BEARER: &str = "Bearer ";

/// How an entry with an address was written, where that is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// The key of its address.
    pub address: String,
    /// The key of its headers, when it had any.
    pub headers: Option<String>,
    /// What it called its transport, if anything.
    pub transport: Option<String>,
}

/// A guard in front of an address, told by its words.
pub(super) struct Front<'a> {
    /// What the guard calls the server.
    pub(super) name: &'a str,
    /// Where the address stands, and what it is: a word, or a variable of the entry.
    pub(super) url: Located,
    /// The variable that holds the address.
    url_variable: Option<&'a Variable>,
    /// True when the older transport is named.
    is_sse: bool,
    /// The headers, by name.
    headers: Vec<(&'a str, Source<'a>)>,
}

/// Where the value of a header comes from.
enum Source<'a> {
    /// A variable of the entry holds it.
    Entry(&'a Variable),
    /// A variable of the host, which passes it on, holds the token of it. The word is the place.
    Host(&'a str, &'a Located),
}

impl<'a> Front<'a> {
    /// Reads the words of a launch; nothing when they are not such as [`guarded`] writes.
    pub(super) fn of(command: &'a Located, args: &'a [Located], env: &'a [Variable]) -> Option<Self> {
        if args.first()?.text != GUARD || !names_this_program(&command.text) {
            return None;
        }
        let variable = |name: &str| env.iter().find(|variable| variable.name == name);
        let (mut name, mut url, mut url_variable) = (None, None, None);
        let (mut is_sse, mut headers) = (false, Vec::new());
        let mut words = args.get(1..)?.iter();
        while let Some(word) = words.next() {
            match word.text.as_str() {
                SERVER => name = Some(words.next()?.text.as_str()),
                URL => {
                    let place = words.next()?;
                    url = Some(match place.text.strip_prefix(REFERENCE) {
                        None => place.clone(),
                        Some(reference) => {
                            let held = variable(reference).filter(|held| held.name == URL_VARIABLE)?;
                            url_variable = Some(held);
                            let text = held.value.expose().to_owned();
                            Located { text, pointer: held.pointer.clone(), span: held.span }
                        }
                    });
                }
                TRANSPORT => is_sse = words.next()?.text == SSE,
                PRIVATE_NETWORK => {}
                HEADER => {
                    let place = words.next()?;
                    let (header, value) = place.text.split_once(": ")?;
                    let source = match value.strip_prefix(REFERENCE) {
                        Some(own) if own.starts_with(HEADER_VARIABLE) => Source::Entry(variable(own)?),
                        _ => Source::Host(value.strip_prefix(BEARER)?.strip_prefix(REFERENCE)?, place),
                    };
                    headers.push((header, source));
                }
                other => name = Some(other.strip_prefix(SERVER)?.strip_prefix('=')?),
            }
        }
        Some(Self { name: name?, url: url?, url_variable, is_sse, headers })
    }

    /// What the host would reach without the guard.
    pub(super) fn launch(&self) -> Launch {
        let header = |(name, source): &(&str, Source<'_>)| match source {
            Source::Entry(variable) => Variable { name: (*name).to_owned(), ..(*variable).clone() },
            Source::Host(variable, word) => Variable {
                name: (*name).to_owned(),
                value: Secret::new(format!("{BEARER}${{{variable}}}")),
                pointer: word.pointer.clone(),
                span: word.span,
            },
        };
        Launch::Remote {
            url: self.url.clone(),
            transport: self.is_sse.then(|| SSE.to_owned()),
            headers: self.headers.iter().map(header).collect(),
        }
    }
}

/// True for the words of a guard in front of an address, whoever wrote them.
pub(super) fn is_front(command: &Located, args: &[Located]) -> bool {
    let is_option = |word: &Located| word.text == URL || word.text.starts_with("--url=");
    names_this_program(&command.text)
        && args.first().is_some_and(|word| word.text == GUARD)
        && args.iter().any(is_option)
}

/// True for an address that may hold a secret: it does not go onto a command line, and is not shown.
#[must_use]
pub fn is_secret(url: &str) -> bool {
    !is_plain(url)
}

/// True for an address that may stand on a command line: it holds no reference, no query, and nothing that could be a
/// secret.
fn is_plain(url: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~:/[]".contains(letter);
    let is_word = |part: &str| {
        part.len() < 16 || part.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')
    };
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    let mut parts = behind.split('/');
    parts.next();
    url.chars().all(plain) && parts.all(is_word) && secret::find(url).is_empty()
}

/// True for an address whose name is one of a private network by its form.
fn is_private(url: &str) -> bool {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    let authority = behind.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let ends = [".internal", ".local", ".lan", ".home", ".corp", ".intranet", ".private", ".home.arpa"];
    let is_name = host.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    host != "localhost" && !host.is_empty() && (is_name || ends.iter().any(|end| host.ends_with(end)))
}
