//! What `uninstall` needs: for each file that the guard was put into, the bytes that it held before, and which entries
//! were changed. It lies in the state folder, readable by its owner alone, because configurations hold secrets.
//!
//! The copy is written before the record that names it, and the record before the file is changed: whatever moment the
//! power fails at, either nothing was changed or everything needed to undo it is there.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use portcullis_hosts::edit;
use portcullis_hosts::guarding::Remote;
use portcullis_model::tree::{Entry, Node, Span, Value};
use portcullis_wire::json;

use crate::exit::Failure;
use crate::write;

/// The version of the record's format.
const VERSION: &str = "1";
/// A record above this size is not read: 16 MiB.
const LARGEST: u64 = 16 << 20;
/// More files than this in the folder are not looked at.
const MOST_RECORDS: usize = 10_000;

/// A SHA-256 digest.
pub(super) type Digest = [u8; 32];

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The file, links resolved.
    pub(super) path: PathBuf,
    /// The hosts that read it.
    pub(super) hosts: Vec<String>,
    /// The digest of what it held before.
    pub(super) original: Digest,
    /// The digests of what was written into it; the last one is the present one.
    pub(super) written: Vec<Digest>,
    /// Its guarded entries.
    pub(super) servers: Vec<Guarded>,
}

/// What is known of one guarded entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guarded {
    pub(super) name: String,
    /// Its place in the file, as a JSON Pointer.
    pub(super) pointer: String,
    /// False when somebody else put the guard there.
    pub(super) by_install: bool,
    /// True when it had a list of arguments before.
    pub(super) had_arguments: bool,
    /// How it was written, when it is at an address.
    pub(super) remote: Option<Remote>,
    /// What the guard calls it.
    pub(super) known_as: String,
    /// The digest of its launch, as [`super::names`] takes it.
    pub(super) launch: Digest,
}

impl Record {
    /// What is known of an entry: the one at its place, else one of its name.
    pub(super) fn server(&self, name: &str, pointer: &str) -> Option<&Guarded> {
        let named = || self.servers.iter().filter(|one| one.name == name);
        named().find(|one| one.pointer == pointer).or_else(|| named().next())
    }
}

/// The folder of records. While it is open, no other run of the program changes it.
pub(super) struct Store {
    folder: PathBuf,
    /// None when the folder is only looked at.
    _lock: Option<File>,
}

impl Store {
    /// Looks at the folder and changes nothing.
    pub(super) fn look(state: &Path) -> Self {
        Self { folder: state.join("install"), _lock: None }
    }

    /// Opens the folder, which is made when it is not there.
    pub(super) fn open(state: &Path) -> Result<Self, Failure> {
        let folder = state.join("install");
        write::private_folder(&folder)?;
        let path = folder.join("lock");
        let fail = |error: std::io::Error| {
            Failure::incomplete(format!("`{}` cannot be opened: {error}", path.display()))
        };
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(fail)?;
        match lock.try_lock() {
            Ok(()) => {
                let store = Self { folder, _lock: Some(lock) };
                store.clear();
                Ok(store)
            }
            Err(TryLockError::WouldBlock) => Err(Failure::incomplete(
                "another `guard install` or `uninstall` is running; wait until it is done",
            )),
            Err(TryLockError::Error(error)) => Err(fail(error)),
        }
    }

    /// Removes what a run that was killed left behind: copies that no record names, files that were not yet complete.
    fn clear(&self) {
        let (records, broken) = self.all();
        if !broken.is_empty() {
            return;
        }
        let named: Vec<PathBuf> = records.iter().map(|record| self.copy(record)).collect();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().take(MOST_RECORDS).flatten() {
            let path = entry.path();
            let is_known = path.extension().is_some_and(|it| it == "json") || path.ends_with("lock");
            if !is_known && !named.contains(&path) {
                let _ = fs::remove_file(path);
            }
        }
    }

    /// Every record, sorted by path, and the files that are none.
    pub(super) fn all(&self) -> (Vec<Record>, Vec<PathBuf>) {
        let (mut records, mut broken) = (Vec::new(), Vec::new());
        let entries = fs::read_dir(&self.folder).into_iter().flatten().take(MOST_RECORDS).flatten();
        for path in
            entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == "json"))
        {
            match read(&path) {
                Some(record) => records.push(record),
                None => broken.push(path),
            }
        }
        records.sort_by(|one, other| one.path.cmp(&other.path));
        (records, broken)
    }

    /// The record of a file.
    pub(super) fn record(&self, path: &Path) -> Option<Record> {
        read(&self.place(path, "json")).filter(|record| record.path == path)
    }

    /// The bytes that a file held before, when they are still what the record says.
    pub(super) fn original(&self, record: &Record) -> Option<Vec<u8>> {
        let bytes = fs::read(self.copy(record)).ok()?;
        (edit::digest(&bytes) == record.original).then_some(bytes)
    }

    /// Where the copy of a record lies.
    pub(super) fn copy(&self, record: &Record) -> PathBuf {
        self.place(&record.path, &format!("{}.original", shown(&record.original)))
    }

    /// Keeps a record, and the bytes that its file held before.
    pub(super) fn keep(&self, record: &Record, original: &[u8]) -> Result<(), Failure> {
        write::private(&self.copy(record), original)?;
        let text = json::write(&twin(record)) + "\n";
        write::private(&self.place(&record.path, "json"), text.as_bytes())?;
        self.tidy(&record.path, Some(&self.copy(record)));
        Ok(())
    }

    /// Forgets a file. What cannot be removed is left for the next time.
    pub(super) fn forget(&self, path: &Path) {
        let _ = fs::remove_file(self.place(path, "json"));
        self.tidy(path, None);
    }

    /// Removes the copies of a file that no record names.
    fn tidy(&self, path: &Path, kept: Option<&Path>) {
        let prefix = format!("{}.", key(path));
        for entry in fs::read_dir(&self.folder).into_iter().flatten().take(MOST_RECORDS).flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_copy = name.starts_with(&prefix) && name.ends_with(".original");
            if is_copy && kept != Some(&entry.path()) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    fn place(&self, path: &Path, end: &str) -> PathBuf {
        self.folder.join(format!("{}.{end}", key(path)))
    }
}

/// The name of a file's record.
fn key(path: &Path) -> String {
    shown(&edit::digest(path.as_os_str().as_encoded_bytes())).chars().take(32).collect()
}

pub(super) fn shown(digest: &Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &Path) -> Option<Record> {
    if fs::metadata(path).ok()?.len() > LARGEST {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    let root = json::read(&bytes, json::Dialect::Strict, &json::Limits::default()).ok()?.root;
    if root.get_text("version") != Some(VERSION) {
        return None;
    }
    let texts = |key: &str| root.get(key).map(Node::items).unwrap_or_default().iter().map(Node::text);
    let server = |node: &Node| {
        Some(Guarded {
            name: node.get_text("name")?.to_owned(),
            pointer: node.get_text("pointer")?.to_owned(),
            by_install: node.get("byInstall")?.bool()?,
            had_arguments: node.get("hadArguments")?.bool()?,
            remote: node.get("remote").and_then(remote_of),
            known_as: node.get_text("knownAs")?.to_owned(),
            launch: digest_of(node.get_text("launch")?)?,
        })
    };
    Some(Record {
        path: PathBuf::from(root.get_text("path")?),
        hosts: texts("hosts").map(|host| host.map(str::to_owned)).collect::<Option<_>>()?,
        original: digest_of(root.get_text("original")?)?,
        written: texts("written").map(|digest| digest_of(digest?)).collect::<Option<_>>()?,
        servers: root.get("servers")?.items().iter().map(server).collect::<Option<_>>()?,
    })
}

fn digest_of(text: &str) -> Option<Digest> {
    let mut digest = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (index, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(digest)
}

/// The record as JSON.
fn twin(record: &Record) -> Node {
    let server = |one: &Guarded| {
        let mut members = vec![
            ("name", Node::made_text(&one.name)),
            ("pointer", Node::made_text(&one.pointer)),
            ("byInstall", Node::made(Value::Bool(one.by_install))),
            ("hadArguments", Node::made(Value::Bool(one.had_arguments))),
            ("knownAs", Node::made_text(&one.known_as)),
            ("launch", Node::made_text(&shown(&one.launch))),
        ];
        members.extend(one.remote.as_ref().map(|remote| ("remote", remote_twin(remote))));
        map(&members)
    };
    let texts = |texts: &mut dyn Iterator<Item = String>| {
        Node::made(Value::List(texts.map(|text| Node::made_text(&text)).collect()))
    };
    map(&[
        ("version", Node::made_text(VERSION)),
        ("path", Node::made_text(&record.path.to_string_lossy())),
        ("hosts", texts(&mut record.hosts.iter().cloned())),
        ("original", Node::made_text(&shown(&record.original))),
        ("written", texts(&mut record.written.iter().map(shown))),
        ("servers", Node::made(Value::List(record.servers.iter().map(server).collect()))),
    ])
}

fn remote_twin(remote: &Remote) -> Node {
    let mut members = vec![("address", Node::made_text(&remote.address))];
    members.extend(remote.headers.as_ref().map(|headers| ("headers", Node::made_text(headers))));
    members.extend(remote.transport.as_ref().map(|transport| ("transport", Node::made_text(transport))));
    map(&members)
}

fn remote_of(node: &Node) -> Option<Remote> {
    Some(Remote {
        address: node.get_text("address")?.to_owned(),
        headers: node.get_text("headers").map(str::to_owned),
        transport: node.get_text("transport").map(str::to_owned),
    })
}

fn map(members: &[(&str, Node)]) -> Node {
    let entry = |(key, node): &(&str, Node)| Entry {
        key: (*key).into(),
        key_span: Span::UNKNOWN,
        node: node.clone(),
    };
    Node::made(Value::Map(members.iter().map(entry).collect()))
}
