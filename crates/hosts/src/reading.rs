//! Reads one file of a host: bytes, text, tree, servers and settings.

use std::collections::HashSet;
use std::path::PathBuf;

use portcullis_model::{ConfiguredServer, Entry, HostConfig, HostId, Node, Scope, Setting, Span, Value};

use crate::candidate::Candidate;
use crate::cursor::Cursor;
use crate::encoding::{self, Encoding};
use crate::file::{self, Contents};
use crate::format;
use crate::host::{Format, Read};
use crate::problem::{Problem, ProblemKind};

/// More problems of one file than this are not listed one by one.
const MOST_PROBLEMS: usize = 100;

/// A configuration that was read. It may hold secrets, so it does not print itself.
#[derive(Clone)]
pub struct Reading {
    /// What it says.
    pub config: HostConfig,
    /// The decoded text that every span counts bytes of.
    pub text: String,
    /// The comments of the text, marks included, in document order.
    pub comments: Vec<Span>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// How the text is encoded.
    pub encoding: Encoding,
    /// How it is written.
    pub format: Format,
    /// Where the file really is, links resolved; empty when it did not come from a file.
    pub path: PathBuf,
    /// SHA-256 of the bytes that were read.
    pub digest: [u8; 32],
}

impl Reading {
    /// True when no server and no setting was found in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.config.servers.is_empty() && self.config.settings.is_empty()
    }

    /// True when a part of the file was not understood: such a file is never reported as clean.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        self.problems.iter().any(|problem| problem.kind.leaves_a_gap())
    }
}

/// Reads a discovered file.
///
/// # Errors
/// The problem that kept it from being read at all; what is wrong inside a file that was read is in
/// [`Reading::problems`]. [`ProblemKind::NotAConfiguration`] means that it was read, and is another program's file
/// of the same name: there is nothing to report.
pub fn read(candidate: &Candidate) -> Result<Reading, Problem> {
    let contents = file::contents(&candidate.path, &candidate.shown, file::LARGEST_CONFIGURATION)?;
    let format = candidate.format();
    let document = Source::decode(contents, &candidate.shown, format)?;
    let readers: Vec<_> = candidate.readers().collect();
    let reading = document.reading(candidate.scope(), &readers, candidate.guards());
    if candidate.is_shared() && reading.is_empty() {
        Err(not_a_configuration(&candidate.shown))
    } else {
        Ok(reading)
    }
}

/// A file's text, decoded and parsed, before a reader picked anything out of it.
pub(crate) struct Source {
    shown: String,
    text: String,
    encoding: Encoding,
    format: Format,
    parsed: format::Parsed,
    replaced: bool,
    path: PathBuf,
    digest: [u8; 32],
    unix_mode: Option<u32>,
}

impl Source {
    pub(crate) fn decode(contents: Contents, shown: &str, format: Format) -> Result<Self, Problem> {
        let Contents { bytes, real_path, unix_mode } = contents;
        let digest = file::digest(&bytes);
        let (text, encoding, replaced) = match format::binary_plist_to_xml(&bytes) {
            Some(Ok(xml)) => (xml, Encoding::BinaryPlist, false),
            Some(Err(reason)) => {
                let message = format!("the binary property list cannot be read: {reason}");
                return Err(Problem::new(
                    ProblemKind::Syntax,
                    shown,
                    message,
                    "check it with `plutil -lint`",
                ));
            }
            None => {
                let decoded = encoding::decode(&bytes).ok_or_else(|| not_text(shown))?;
                (decoded.text, decoded.encoding, decoded.replaced)
            }
        };
        if text.trim().is_empty() {
            let remedy = "delete the file, or write an empty object into it";
            return Err(Problem::new(ProblemKind::Syntax, shown, "the file is empty", remedy));
        }
        let parsed =
            format::parse(&text, if encoding == Encoding::BinaryPlist { Format::Plist } else { format });
        let path = real_path;
        let source = Self {
            shown: shown.to_owned(),
            text,
            encoding,
            format,
            parsed,
            replaced,
            path,
            digest,
            unix_mode,
        };
        // Nothing was understood at all.
        match (source.parsed.documents.is_empty(), source.problems().into_iter().next()) {
            (true, Some(problem)) => Err(problem.placed(&source.text)),
            (true, None) => Err(not_text(shown)),
            (false, _) => Ok(source),
        }
    }

    /// The documents of the file, once more as a reader has them that takes the first of equal keys.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &Node> {
        self.parsed.documents.iter().chain(&self.parsed.of_first_keys)
    }

    pub(crate) fn reading(self, scope: Scope, readers: &[Reader], guards: &[String]) -> Reading {
        let root = root_of(&self.parsed.documents, &self.text);
        let mut draft = Draft::new(&self.shown, Cursor::root(&root), guards);
        let mut host = draft.read_all(&root, self.parsed.documents.len(), readers);
        draft.settle();
        let first = root_of(&self.parsed.of_first_keys, &self.text);
        if self.parsed.has_equal_keys {
            let mut other = Draft::new(&self.shown, Cursor::root(&first), guards);
            let other_host = other.read_all(&first, self.parsed.of_first_keys.len(), readers);
            host = host.or(other_host);
            other.settle();
            draft.add_first_keys(other, &root, &first);
        }
        let host = host.or(readers.first());
        let Draft { servers, settings, problems: misshapen, .. } = draft;
        let mut problems = self.problems();
        problems.extend(misshapen);
        problems.truncate(MOST_PROBLEMS);
        let problems = problems.into_iter().map(|problem| problem.placed(&self.text)).collect();
        let config = HostConfig {
            host: host.map_or(crate::UNKNOWN_HOST, |reader| reader.host),
            host_name: host.map_or("unknown host", |reader| reader.host_name),
            path: self.shown.clone(),
            scope,
            servers,
            settings,
            unix_mode: self.unix_mode,
            root,
        };
        Reading {
            config,
            comments: self.parsed.comments,
            problems,
            encoding: self.encoding,
            format: self.format,
            path: self.path,
            digest: self.digest,
            text: self.text,
        }
    }

    /// What was wrong with the bytes and with the text.
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.replaced {
            let message = "some bytes are not valid in the file's encoding";
            problems.push(Problem::new(
                ProblemKind::Irregular,
                &*self.shown,
                message,
                "save the file as UTF-8",
            ));
        }
        let faults = self.parsed.faults.iter().map(|fault| {
            Problem::new(fault.kind, &*self.shown, &*fault.message, &*fault.remedy).at(fault.span)
        });
        problems.extend(faults);
        problems
    }
}

/// The one document of a text, or a list of its documents.
pub(crate) fn root_of(documents: &[Node], text: &str) -> Node {
    match documents {
        [one] => one.clone(),
        many => Node { value: Value::List(many.to_vec()), span: Span::new(0, text.len()) },
    }
}

/// The file is another program's.
pub(crate) fn not_a_configuration(shown: &str) -> Problem {
    let message = "nothing in it says that an MCP host reads it";
    let remedy = "name a host configuration, such as a file with `mcpServers`";
    Problem::new(ProblemKind::NotAConfiguration, shown, message, remedy)
}

fn not_text(shown: &str) -> Problem {
    Problem::new(ProblemKind::NotText, shown, "the file is not text", "check that this is the file you mean")
}

/// The name of a host and the function that understands one of its files.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) host: HostId,
    pub(crate) host_name: &'static str,
    pub(crate) read: Read,
}

/// What readers pick out of a document.
pub(crate) struct Draft<'a> {
    /// The document.
    pub(crate) root: Cursor<'a>,
    pub(crate) servers: Vec<ConfiguredServer>,
    pub(crate) settings: Vec<Setting>,
    pub(crate) problems: Vec<Problem>,
    /// The names of this program in configurations.
    pub(crate) guards: &'a [String],
    shown: &'a str,
}

impl<'a> Draft<'a> {
    fn new(shown: &'a str, root: Cursor<'a>, guards: &'a [String]) -> Self {
        Self { root, servers: Vec::new(), settings: Vec::new(), problems: Vec::new(), guards, shown }
    }

    /// Reads a document that is written inside a text of this one: everything in it has the text's place.
    pub(crate) fn within(&mut self, document: &Node, outer: &Cursor<'_>, read: Read) {
        let document = placed_at(document, outer.node.span);
        let mut inner = Draft::new(self.shown, Cursor { node: &document, ..outer.clone() }, self.guards);
        read(&mut inner);
        self.servers.append(&mut inner.servers);
        self.settings.append(&mut inner.settings);
        self.problems.append(&mut inner.problems);
    }

    /// Notes that something has a shape that its place does not allow.
    pub(crate) fn misshapen(&mut self, kind: ProblemKind, at: &Cursor<'_>, expected: &str) {
        if self.problems.len() < MOST_PROBLEMS {
            let message = format!("`{}` is {}, not {expected}", at.pointer, at.node.kind());
            let problem = Problem::new(kind, self.shown, message, "correct its type, or remove it");
            self.problems.push(problem.at(at.node.span));
        }
    }

    /// Lets every reader look at every document. Of several hosts that share a file, the first one that understands
    /// it gives its name.
    fn read_all<'r>(
        &mut self,
        root: &'a Node,
        documents: usize,
        readers: &'r [Reader],
    ) -> Option<&'r Reader> {
        let whole = Cursor::root(root);
        let documents: Vec<_> = if documents == 1 { vec![whole] } else { whole.elements().collect() };
        let mut host = None;
        for reader in readers {
            for document in &documents {
                self.root = document.clone();
                (reader.read)(self);
            }
            if host.is_none() && !self.servers.is_empty() {
                host = Some(reader);
            }
        }
        host
    }

    /// Adds what a host sees that takes the first of equal keys, as far as it is something else: whoever wants to
    /// hide a server writes a harmless one over it.
    fn add_first_keys(&mut self, first: Draft<'_>, last_root: &Node, first_root: &Node) {
        let known: HashSet<_> =
            self.servers.iter().map(|server| (server.pointer.clone(), server.span)).collect();
        let is_same =
            |server: &ConfiguredServer| match (last_root.at(&server.pointer), first_root.at(&server.pointer))
            {
                (Some(last), Some(first)) => last == first,
                // It stands in a document within a text.
                _ => known.contains(&(server.pointer.clone(), server.span)),
            };
        self.servers.extend(first.servers.into_iter().filter(|server| !is_same(server)));
        self.servers.sort_by_key(|server| server.name_span);
        let place = |setting: &Setting| (setting.kind, setting.value.pointer.clone(), setting.value.span);
        let known: HashSet<_> = self.settings.iter().map(place).collect();
        self.settings.extend(first.settings.into_iter().filter(|setting| !known.contains(&place(setting))));
        self.settings.sort_by_key(|setting| (setting.value.span, setting.kind));
        for problem in first.problems {
            if self.problems.len() < MOST_PROBLEMS && !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }

    /// Document order, each thing once however many readers saw it.
    fn settle(&mut self) {
        self.servers.sort_by_key(|server| server.name_span);
        let mut seen = HashSet::new();
        self.servers.retain(|server| seen.insert(server.pointer.clone()));
        self.settings.sort_by_key(|setting| (setting.value.span, setting.kind));
        let mut seen = HashSet::new();
        self.settings.retain(|setting| seen.insert((setting.kind, setting.value.pointer.clone())));
        self.problems.dedup();
    }
}

/// The tree with every place replaced by one.
fn placed_at(node: &Node, span: Span) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| placed_at(item, span)).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|entry| Entry {
                    key: entry.key.clone(),
                    key_span: span,
                    node: placed_at(&entry.node, span),
                })
                .collect(),
        ),
        scalar => scalar.clone(),
    };
    Node { value, span }
}
