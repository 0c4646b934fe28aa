//! Where the values of a call's arguments came from: as they are, in another spelling, encoded, or in parts.

use portcullis_model::{Label, Node, Pointer, Value};
use portcullis_text::decode;

use crate::digest::Digest;
use crate::gather;
use crate::memory::{Memory, Seen};
use crate::person::Person;
use crate::tool::{Place, Tool};
use crate::words::{self, Shape};

/// Most values of a call that are followed.
const MOST: usize = 96;
/// Most bytes of one argument whose values are followed.
const LONGEST: usize = 64 * 1024;
/// A value of at most this many bytes is also looked up whole.
const WHOLE: usize = 160;
/// Encoded values are at least this long.
const ENCODED: usize = 8;
/// How deep arguments are walked.
const DEEPEST: usize = 64;

/// How an argument spells a value that was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As it was, or as people spell it too.
    Same,
    /// In this encoding.
    Encoded(&'static str),
}

/// One value of a call.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    pub(crate) argument: Pointer,
    pub(crate) place: Place,
    /// The value as the call spells it; never shown as it is.
    pub(crate) value: String,
    pub(crate) digest: Digest,
    pub(crate) seen: Option<Seen>,
    pub(crate) spelling: Spelling,
    /// The person mentioned it.
    pub(crate) mentioned: bool,
    /// In lower case, and its words, sorted.
    pub(crate) lower: String,
    pub(crate) words: Vec<Digest>,
    /// What it looks like, and the host of an address.
    pub(crate) shape: Option<Shape>,
    pub(crate) host: Option<Digest>,
    /// It is the whole argument, not a part of a longer one.
    pub(crate) whole: bool,
    /// It tells one thing from all others: no plain words.
    pub(crate) distinct: bool,
}

impl Trace {
    /// True unless it is a bare number inside a longer text: such numbers occur everywhere.
    pub(crate) fn tells(&self) -> bool {
        self.whole || self.value.bytes().any(|byte| byte.is_ascii_alphabetic())
    }

    /// True for what only a machine calls something, `field_2` or `B-4410`, and not for a secret that somebody sets.
    pub(crate) fn is_handle(&self) -> bool {
        let joined = self.value.contains(['_', '#', '[']) && !self.value.contains([' ', '@', '/', '.']);
        self.whole && (joined || self.shape == Some(Shape::Id)) && !self.is_password()
    }

    /// The name of its argument; for an item of a list, that of the list.
    pub(crate) fn key(&self) -> &str {
        let numbered = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        self.argument.as_str().rsplit('/').find(|part| !numbered(part)).unwrap_or_default()
    }

    /// True for the address or account of somebody.
    pub(crate) const fn leads_to_somebody(&self) -> bool {
        matches!(self.shape, Some(Shape::Mail | Shape::Account))
    }

    /// True for what somebody proves with who they are.
    pub(crate) fn is_password(&self) -> bool {
        const NAMES: &[&str] = &["password", "passphrase", "passcode", "passwd", "pwd", "pin"];
        let key = self.key().to_lowercase();
        key.split(|c: char| !c.is_alphanumeric()).any(|word| NAMES.contains(&word))
    }

    /// True for an address of the web.
    pub(crate) fn is_address(&self) -> bool {
        self.shape == Some(Shape::Site) && self.place == Place::Destination
    }
}

/// The values of a call and all its words.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    pub(crate) values: Vec<Trace>,
    /// The words of all arguments, sorted.
    pub(crate) words: Vec<Digest>,
    /// The words of what is handed over, sorted.
    pub(crate) content: Vec<Digest>,
    /// Every text of the call, one after another.
    pub(crate) text: String,
    /// The labels of content that its texts repeat.
    pub(crate) label: Label,
}

/// Follows the values of a call's arguments.
pub(crate) fn follow(arguments: &Node, tool: &Tool, memory: &Memory, person: &Person) -> Traces {
    let mut traces = Traces::default();
    let mut follower = Follower { tool, memory, person, traces: &mut traces };
    follower.node(arguments, "", &mut Pointer::root(), 0);
    traces.words = words::sorted(std::mem::take(&mut traces.words));
    traces.content = words::sorted(std::mem::take(&mut traces.content));
    traces
}

struct Follower<'a> {
    tool: &'a Tool,
    memory: &'a Memory,
    person: &'a Person,
    traces: &'a mut Traces,
}

impl Follower<'_> {
    fn node(&mut self, node: &Node, key: &str, at: &mut Pointer, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match &node.value {
            Value::Text(text) => self.text(text, key, at),
            Value::Number(number) => self.value(number, key, at, true),
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    at.push_index(index);
                    self.node(item, key, at, depth + 1);
                    at.pop();
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    at.push(&entry.key);
                    self.node(&entry.node, &entry.key, at, depth + 1);
                    at.pop();
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn text(&mut self, text: &str, key: &str, at: &Pointer) {
        let mut end = text.len().min(LONGEST);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text.get(..end).unwrap_or_default();
        if self.traces.text.len() + text.len() <= 2 * LONGEST {
            self.traces.text.push_str(text);
        }
        if self.traces.words.len() < 512 {
            let content = Place::of(key, text, self.tool) == Place::Content;
            words::each_word(text, |word, _| {
                self.traces.words.push(word);
                if content {
                    self.traces.content.push(word);
                }
            });
        }
        gather::each_shingle(text, |shingle| {
            if let Some(seen) = self.memory.get(shingle) {
                self.traces.label = self.traces.label.join(seen.label);
            }
        });
        if text.len() <= WHOLE {
            self.value(text, key, at, true);
        }
        let mut atoms = Vec::new();
        words::each_atom(text, |atom| atoms.push(atom));
        for atom in atoms {
            if atom.len() != text.trim().len() {
                self.value(atom, key, at, false);
            }
        }
    }

    fn value(&mut self, value: &str, key: &str, at: &Pointer, whole: bool) {
        let value = value.trim();
        if value.is_empty() || self.traces.values.len() >= MOST {
            return;
        }
        let digest = words::normal(value);
        let repeated =
            |known: &Trace| known.digest == digest && known.whole == whole && known.argument == *at;
        if self.traces.values.iter().any(repeated) {
            return;
        }
        let mut distinct = !whole;
        if whole {
            words::each_atom(value, |atom| distinct |= atom.len() + 4 > value.len());
        }
        let (seen, spelling) = self.recalled(value, digest);
        self.traces.values.push(Trace {
            lower: value.to_lowercase(),
            words: words::set(value, 32),
            shape: Shape::of(value),
            host: words::host(value).map(words::normal),
            argument: at.clone(),
            place: Place::of(key, value, self.tool),
            value: value.to_owned(),
            digest,
            seen,
            spelling,
            mentioned: self.person.mentioned(value),
            whole,
            distinct,
        });
    }

    /// Looks a value up: as it is, by the name at its end, decoded.
    fn recalled(&self, value: &str, digest: Digest) -> (Option<Seen>, Spelling) {
        let name = value.rsplit(['/', '\\']).next().filter(|name| name.len() < value.len() && name.len() > 2);
        let by_name = || name.and_then(|name| self.memory.get(words::normal(name)));
        match self.memory.get(digest).or_else(by_name) {
            Some(seen) => (Some(*seen), Spelling::Same),
            None => self.decoded(value),
        }
    }

    /// Looks a value up in the encodings that hide where it came from.
    fn decoded(&self, value: &str) -> (Option<Seen>, Spelling) {
        let nothing = (None, Spelling::Same);
        if value.len() < ENCODED || value.len() > 4096 || value.contains(' ') {
            return nothing;
        }
        let parts = value.split(['?', '&', '=', '/', '#', ':']).filter(|part| part.len() >= ENCODED).take(16);
        std::iter::once(value)
            .chain(parts)
            .map(|part| self.decoded_part(part))
            .find(|(seen, _)| seen.is_some())
            .unwrap_or(nothing)
    }

    fn decoded_part(&self, value: &str) -> (Option<Seen>, Spelling) {
        let nothing = (None, Spelling::Same);
        let text = |bytes: Option<Vec<u8>>| bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let plain = [
            ("base64", text(decode::base64(value.as_bytes()))),
            ("hexadecimal", text(decode::hex(value.as_bytes()))),
            ("percent-encoding", value.contains('%').then(|| percent(value)).flatten()),
            ("reversed", Some(value.chars().rev().collect())),
        ];
        for (name, plain) in plain {
            let Some(plain) = plain else { continue };
            let mut found = self.memory.get(words::normal(&plain)).copied();
            words::each_atom(&plain, |atom| {
                found = found.or_else(|| self.memory.get(words::normal(atom)).copied());
            });
            if found.is_some() {
                return (found, Spelling::Encoded(name));
            }
        }
        nothing
    }
}

/// Resolves percent-encoding.
fn percent(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%').then(|| after.get(..2)).flatten().and_then(decode::hex);
        match code.as_deref() {
            Some([byte]) => {
                bytes.push(*byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}
