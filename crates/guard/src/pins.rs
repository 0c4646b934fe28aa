//! What servers were when they were accepted: a lock that is kept while they are used (T05, X06).
//!
//! The first sight of a server is pinned, for each principal by itself. From then on an item passes as it was, or not
//! at all until a person accepts what it has become. Items that disappear stay pinned, so one that comes back with
//! another content is a change. A team's `portcullis.lock` goes first where it names the server: nothing is learned
//! then, and what it does not know does not pass.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use portcullis_assess::{Lock, Pin, PinnedItem};
use portcullis_model::{Change, ChangeKind};
use sha2::{Digest, Sha256};

use crate::approval::{make_private_folder, private_file};
use crate::seal::hex;
use crate::session::Principal;

/// The pins of all servers.
#[derive(Debug)]
pub struct Pins {
    folder: Option<PathBuf>,
    team: Option<Lock>,
    known: Mutex<BTreeMap<String, Known>>,
}

/// What is known of one server, for one principal.
#[derive(Debug, Clone, Default)]
struct Known {
    pin: Pin,
    /// Bodies that a person let pass although rules speak against them.
    released: BTreeSet<String>,
}

/// How an item stands to its pin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// As it was accepted.
    Same,
    /// Never seen on this server.
    New,
    /// Not as it was accepted.
    Changed(Vec<Change>),
    /// The team's lock does not know it.
    Unknown,
}

/// Pins could not be kept; nothing new passes then.
#[derive(Debug)]
pub struct PinError {
    path: PathBuf,
    why: String,
}

impl std::fmt::Display for PinError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "pins at `{}` cannot be used: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for PinError {}

impl Pins {
    /// Pins kept in a folder; in memory only without one. `team` is the lock file that a team shares.
    #[must_use]
    pub fn new(folder: Option<PathBuf>, team: Option<Lock>) -> Self {
        Self { folder, team, known: Mutex::new(BTreeMap::new()) }
    }

    /// How these items of a server stand, in their order.
    pub(crate) fn standings(
        &self,
        principal: &Principal,
        server: &str,
        items: &[PinnedItem],
    ) -> Result<Vec<Standing>, PinError> {
        if let Some(pin) = self.of_team(server) {
            return Ok(items.iter().map(|item| standing(pin, item, Standing::Unknown)).collect());
        }
        let known = self.known(principal, server)?;
        Ok(items.iter().map(|item| standing(&known.pin, item, Standing::New)).collect())
    }

    /// Accepts these items as they are now: the first sight, or a person's decision.
    pub(crate) fn accept(
        &self,
        principal: &Principal,
        server: &str,
        items: &[PinnedItem],
    ) -> Result<(), PinError> {
        if items.is_empty() || self.of_team(server).is_some() {
            return Ok(());
        }
        self.change(principal, server, |known| {
            for item in items {
                known.pin.items.retain(|old| (&old.kind, &old.name) != (&item.kind, &item.name));
                known.pin.items.push(item.clone());
            }
            known.pin.items.sort_by(|a, b| (&a.kind, &a.name).cmp(&(&b.kind, &b.name)));
            known.pin.surface = true;
        })
    }

    /// Whether a person let this body pass although rules speak against it.
    pub(crate) fn is_released(
        &self,
        principal: &Principal,
        server: &str,
        body: &str,
    ) -> Result<bool, PinError> {
        Ok(self.known(principal, server)?.released.contains(body))
    }

    /// Lets a body pass although rules speak against it.
    pub(crate) fn release(&self, principal: &Principal, server: &str, body: &str) -> Result<(), PinError> {
        self.change(principal, server, |known| {
            known.released.insert(body.to_owned());
        })
    }

    /// Compares how a server is started with how it was; the first time is remembered.
    pub(crate) fn launch(
        &self,
        principal: &Principal,
        server: &str,
        facts: &BTreeMap<String, String>,
        accept: bool,
    ) -> Result<Vec<String>, PinError> {
        let known = self.known(principal, server)?;
        let differs = |name: &&String| known.pin.launch.get(*name) != facts.get(*name);
        let names: BTreeSet<&String> = known.pin.launch.keys().chain(facts.keys()).collect();
        let changed: Vec<String> = names.into_iter().filter(differs).cloned().collect();
        if known.pin.launch.is_empty() || (accept && !changed.is_empty()) {
            self.change(principal, server, |known| known.pin.launch.clone_from(facts))?;
            return Ok(Vec::new());
        }
        Ok(changed)
    }

    /// Whether the team's lock names this server.
    pub(crate) fn has_team(&self, server: &str) -> bool {
        self.of_team(server).is_some()
    }

    fn of_team(&self, server: &str) -> Option<&Pin> {
        self.team.as_ref()?.servers.iter().find(|pin| pin.name == server && pin.surface)
    }

    fn known(&self, principal: &Principal, server: &str) -> Result<Known, PinError> {
        let key = key(principal, server);
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get(&key) {
            return Ok(known.clone());
        }
        let known = self.read(&key)?.unwrap_or_else(|| Known {
            pin: Pin { name: server.to_owned(), origin: principal.to_string(), ..Pin::default() },
            ..Known::default()
        });
        all.insert(key, known.clone());
        Ok(known)
    }

    /// Changes what is known, in memory and on disk. Another program of ours may have changed the file since it was
    /// read: its items are kept where ours say nothing.
    fn change(
        &self,
        principal: &Principal,
        server: &str,
        change: impl FnOnce(&mut Known),
    ) -> Result<(), PinError> {
        let mut known = self.known(principal, server)?;
        let key = key(principal, server);
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(on_disk) = self.read(&key)? {
            known = on_disk;
        }
        change(&mut known);
        self.write(&key, &known)?;
        all.insert(key, known);
        Ok(())
    }

    fn read(&self, key: &str) -> Result<Option<Known>, PinError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let path = folder.join(format!("{key}.lock"));
        if !path.exists() {
            return Ok(None);
        }
        let lock =
            Lock::read(&path).map_err(|error| PinError { path: path.clone(), why: error.to_string() })?;
        let Some(pin) = lock.servers.into_iter().next() else {
            return Err(PinError { path, why: String::from("it names no server; remove it to pin anew") });
        };
        let released = fs::read_to_string(folder.join(format!("{key}.released"))).unwrap_or_default();
        Ok(Some(Known { pin, released: released.lines().map(str::to_owned).collect() }))
    }

    fn write(&self, key: &str, known: &Known) -> Result<(), PinError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let fail = |path: &Path, why: String| PinError { path: path.to_path_buf(), why };
        make_private_folder(folder).map_err(|error| fail(folder, error.to_string()))?;
        let lock = Lock { servers: vec![known.pin.clone()] };
        let text = lock.write().map_err(|error| fail(folder, error.to_string()))?;
        let released: String = known.released.iter().map(|body| format!("{body}\n")).collect();
        for (name, text) in [(format!("{key}.lock"), text), (format!("{key}.released"), released)] {
            let path = folder.join(name);
            replace(&path, text.as_bytes()).map_err(|error| fail(&path, error.to_string()))?;
        }
        Ok(())
    }
}

/// Puts a whole file in the place of another, or of none.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let _ = fs::remove_file(&draft);
    let mut file = private_file(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

/// The name of the files about a server: names of servers and principals may hold anything.
fn key(principal: &Principal, server: &str) -> String {
    let mut digest = Sha256::new();
    for part in [&*principal.issuer, &*principal.subject, server] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let readable: String =
        server.chars().filter(char::is_ascii_alphanumeric).take(24).collect::<String>().to_ascii_lowercase();
    format!("{readable}-{}", hex(digest.finalize().get(..8).unwrap_or_default()))
}

fn standing(pin: &Pin, item: &PinnedItem, unseen: Standing) -> Standing {
    let same_name = |old: &&PinnedItem| old.kind == item.kind && old.name == item.name;
    if let Some(old) = pin.items.iter().find(same_name) {
        if item.kind == "instructions" {
            let words = |item: &PinnedItem| item.fields.get("instructions").map(|field| field.digest.clone());
            if words(old) == words(item) {
                return Standing::Same;
            }
        } else if old.body == item.body {
            return Standing::Same;
        }
        return Standing::Changed(old.changes(pin, item, ChangeKind::Changed));
    }
    if let Some(old) = pin.gone.iter().find(same_name) {
        return match old.body == item.body {
            true => unseen,
            false => Standing::Changed(old.changes(pin, item, ChangeKind::Returned)),
        };
    }
    let same_body = |old: &&PinnedItem| old.kind == item.kind && old.body == item.body;
    match pin.items.iter().find(same_body) {
        Some(old) if item.kind != "instructions" => {
            Standing::Changed(old.changes(pin, item, ChangeKind::Renamed))
        }
        _ => unseen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portcullis_model::{Item, ItemKind, Pointer};
    use portcullis_wire::json::{self, Dialect, Limits};

    fn tool(text: &str) -> PinnedItem {
        let node = json::read(text.as_bytes(), Dialect::Strict, &Limits::default()).expect("JSON").root;
        let name = node.get_text("name").expect("a name").to_owned();
        PinnedItem::of(&Item { kind: ItemKind::Tool, name, pointer: Pointer::root(), node })
    }

    fn me() -> Principal {
        Principal { issuer: "local".into(), subject: "me".into() }
    }

    fn one(pins: &Pins, item: &PinnedItem) -> Standing {
        pins.standings(&me(), "s", std::slice::from_ref(item)).expect("standings").remove(0)
    }

    #[test]
    fn every_member_of_an_item_is_pinned_and_absence_forgets_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = tool(r#"{"name":"add","description":"Adds.","annotations":{"readOnlyHint":true}}"#);
        let pins = Pins::new(Some(folder.path().to_path_buf()), None);
        assert_eq!(one(&pins, &first), Standing::New);
        pins.accept(&me(), "s", std::slice::from_ref(&first)).expect("accepted");
        // Another program, later.
        let pins = Pins::new(Some(folder.path().to_path_buf()), None);
        assert_eq!(one(&pins, &first), Standing::Same);
        for changed in [
            r#"{"name":"add","description":"Adds!","annotations":{"readOnlyHint":true}}"#,
            r#"{"name":"add","description":"Adds.","annotations":{"readOnlyHint":false}}"#,
            r#"{"name":"add","description":"Adds.","annotations":{"readOnlyHint":true},"outputSchema":{}}"#,
            r#"{"name":"add","description":"Adds.","annotations":{"readOnlyHint":true},"_meta":{"v":1}}"#,
            r#"{"name":"plus","description":"Adds.","annotations":{"readOnlyHint":true}}"#,
        ] {
            let Standing::Changed(_) = one(&pins, &tool(changed)) else { panic!("{changed}") };
        }
    }

    #[test]
    fn principals_have_pins_of_their_own() {
        let pins = Pins::new(None, None);
        let item = tool(r#"{"name":"add"}"#);
        pins.accept(&me(), "s", std::slice::from_ref(&item)).expect("accepted");
        let other = Principal { issuer: "local".into(), subject: "you".into() };
        assert_eq!(pins.standings(&other, "s", std::slice::from_ref(&item)).expect("ok"), [Standing::New]);
        assert_eq!(pins.standings(&me(), "t", &[item]).expect("ok"), [Standing::New]);
    }

    #[test]
    fn pins_that_cannot_be_read_let_nothing_pass() {
        let folder = tempfile::tempdir().expect("a folder");
        let pins = Pins::new(Some(folder.path().to_path_buf()), None);
        let item = tool(r#"{"name":"add"}"#);
        pins.accept(&me(), "s", std::slice::from_ref(&item)).expect("accepted");
        for entry in std::fs::read_dir(folder.path()).expect("listing") {
            std::fs::write(entry.expect("entry").path(), "garbage = [").expect("written");
        }
        let pins = Pins::new(Some(folder.path().to_path_buf()), None);
        assert!(pins.standings(&me(), "s", &[item]).is_err());
    }

    #[test]
    fn a_launch_that_differs_is_told_until_it_is_accepted() {
        let pins = Pins::new(None, None);
        let facts = |argument: &str| BTreeMap::from([("arguments".to_owned(), argument.to_owned())]);
        assert!(pins.launch(&me(), "s", &facts("a"), false).expect("ok").is_empty());
        assert_eq!(pins.launch(&me(), "s", &facts("b"), false).expect("ok"), ["arguments"]);
        assert!(pins.launch(&me(), "s", &facts("b"), true).expect("ok").is_empty());
        assert!(pins.launch(&me(), "s", &facts("b"), false).expect("ok").is_empty());
    }
}
