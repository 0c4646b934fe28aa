//! Pins of what a run has seen.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use portcullis_model::{ConfiguredServer, Item, ItemKind, Launch, Node, Surface, Value};
use portcullis_supply::launch::package_of;
use portcullis_text::secret;
use portcullis_wire::{canonical, json};
use sha2::{Digest, Sha256};

use super::{Lock, Pin, PinnedField, PinnedItem};
use crate::scan::Seen;

/// A local program above this size is not digested: 256 MiB.
const LARGEST_PROGRAM: u64 = 256 << 20;

impl Lock {
    /// The pins of everything that was seen. `home` is what `~` stands for in commands.
    #[must_use]
    pub fn of(seen: &Seen, home: &Path) -> Self {
        let mut pins: BTreeMap<(String, String), Pin> = BTreeMap::new();
        for config in seen.configs() {
            for server in &config.servers {
                let pin = pin_at(&mut pins, &server.name, &config.path);
                pin.launch = launch(server, home);
            }
        }
        for seen in &seen.surfaces {
            let pin = pin_at(&mut pins, &seen.surface.server, &seen.origin);
            pin.surface = true;
            pin.items = items(&seen.surface);
        }
        Self { servers: pins.into_values().collect() }
    }
}

fn pin_at<'p>(pins: &'p mut BTreeMap<(String, String), Pin>, name: &str, origin: &str) -> &'p mut Pin {
    pins.entry((name.to_owned(), origin.to_owned())).or_insert_with(|| Pin {
        name: name.to_owned(),
        origin: origin.to_owned(),
        ..Pin::default()
    })
}

/// The facts of a launch that must not change unnoticed.
fn launch(server: &ConfiguredServer, home: &Path) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    let mut fact = |name: &str, value: String| {
        facts.insert(name.to_owned(), value);
    };
    match &server.launch {
        Launch::Stdio { command, args, env, cwd } => {
            fact("command", secret::redact(&command.text).into_owned());
            let words: Vec<&str> = args.iter().map(|word| word.text.as_str()).collect();
            let shown: Vec<String> = words.iter().map(|word| secret::redact(word).into_owned()).collect();
            fact("arguments", shown.join(" "));
            // Where one argument ends and the next begins. Over redacted words: the digest of a short secret would
            // let it be guessed.
            fact("arguments-digest", hex(&Sha256::digest(shown.join("\0").as_bytes())));
            let mut names: Vec<&str> = env.iter().map(|variable| variable.name.as_str()).collect();
            names.sort_unstable();
            if !names.is_empty() {
                fact("environment", names.join(" "));
            }
            if let Some(cwd) = cwd {
                fact("directory", cwd.text.clone());
            }
            if let Some(package) = package_of(&command.text, &words) {
                let version = package.version.text().unwrap_or("unpinned");
                fact("package", format!("{} {} {version}", package.ecosystem.as_str(), package.name));
            }
            let local = std::iter::once(command.text.as_str()).chain(words.first().copied());
            for (name, path) in ["program-digest", "script-digest"].into_iter().zip(local) {
                if let Some(digest) = digest_of_file(path, home) {
                    fact(name, digest);
                }
            }
        }
        Launch::Remote { url, transport, headers } => {
            fact("url", secret::redact(&url.text).into_owned());
            if let Some(transport) = transport {
                fact("transport", transport.clone());
            }
            let mut names: Vec<&str> = headers.iter().map(|header| header.name.as_str()).collect();
            names.sort_unstable();
            if !names.is_empty() {
                fact("headers", names.join(" "));
            }
        }
        Launch::Unknown => {}
    }
    facts
}

/// The digest of a program or script named by its path. Names that are searched for on `PATH` have none.
fn digest_of_file(word: &str, home: &Path) -> Option<String> {
    let path = match word.strip_prefix("~/") {
        Some(rest) => home.join(rest),
        None => PathBuf::from(word),
    };
    if !path.is_absolute() {
        return None;
    }
    let metadata = path.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > LARGEST_PROGRAM {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hex(&hasher.finalize())),
            read => hasher.update(buffer.get(..read)?),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl PinnedItem {
    /// The pin of one item.
    #[must_use]
    pub fn of(item: &Item) -> Self {
        pinned(item.kind, &item.name, item.node.entries().iter().map(|entry| (&*entry.key, &entry.node)))
    }

    /// The pin of a server's instructions alone.
    #[must_use]
    pub fn of_instructions(instructions: &Node) -> Self {
        pinned(ItemKind::Instructions, "", std::iter::once(("instructions", instructions)))
    }
}

/// Every item of a surface, and the server's own words as one more.
fn items(surface: &Surface) -> Vec<PinnedItem> {
    let mut items: Vec<PinnedItem> = surface.items.iter().map(PinnedItem::of).collect();
    let words = surface.instructions.iter().map(|node| ("instructions", node));
    // `_meta` of a whole answer holds times and cursors, not words.
    let rest =
        surface.rest.iter().filter(|entry| &*entry.key != "_meta").map(|entry| (&*entry.key, &entry.node));
    let server = pinned(ItemKind::Instructions, "", words.chain(rest));
    if !server.fields.is_empty() {
        items.push(server);
    }
    items.sort_by(|a, b| (&a.kind, &a.name).cmp(&(&b.kind, &b.name)));
    items
}

fn pinned<'n>(kind: ItemKind, name: &str, fields: impl Iterator<Item = (&'n str, &'n Node)>) -> PinnedItem {
    let mut body = Sha256::new();
    let mut pinned = BTreeMap::new();
    for (key, node) in fields {
        pinned.insert(key.to_owned(), field(node));
    }
    for (key, field) in pinned.iter().filter(|(key, _)| *key != "name") {
        body.update(key.as_bytes());
        body.update([0]);
        body.update(field.digest.as_bytes());
    }
    PinnedItem {
        kind: kind.as_str().to_owned(),
        name: name.to_owned(),
        body: hex(&body.finalize()),
        fields: pinned,
    }
}

fn field(node: &Node) -> PinnedField {
    let text = match &node.value {
        Value::Text(text) => text.to_string(),
        _ => json::write(node),
    };
    let text = (text.len() <= PinnedField::LONGEST).then(|| secret::redact(&text).into_owned());
    PinnedField { digest: canonical::digest_hex(node), text }
}
