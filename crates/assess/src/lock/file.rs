//! `portcullis.lock`: TOML, written the same way every time, so that a review shows exactly what changed.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Lock, Pin, PinnedField, PinnedItem};

const VERSION: u32 = 1;
const HEADER: &str = "# What every MCP server was when a person last looked at it. Written by `portcullis lock`; commit it.\n\
                      # `portcullis scan` compares; `portcullis lock --update SERVER` accepts what changed.\n\n";
/// A larger file is no lock file of ours: 64 MiB.
const LARGEST: u64 = 64 << 20;

/// Why a lock file could not be used. Nothing is compared then, so the run fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockError {
    message: String,
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for LockError {}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTwin {
    version: u32,
    #[serde(default, rename = "server")]
    servers: Vec<ServerTwin>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerTwin {
    name: String,
    origin: String,
    surface: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    launch: BTreeMap<String, String>,
    #[serde(default, rename = "item", skip_serializing_if = "Vec::is_empty")]
    items: Vec<ItemTwin>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gone: Vec<ItemTwin>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemTwin {
    kind: String,
    name: String,
    body: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    digests: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    texts: BTreeMap<String, String>,
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// It cannot be read, is not ours, or is of a later version.
    pub fn read(path: &Path) -> Result<Self, LockError> {
        let fail = |why: String| LockError {
            message: format!(
                "`{}`: {why}; restore it from version control or write it anew with `portcullis lock`",
                path.display()
            ),
        };
        let length = path.metadata().map_err(|error| fail(error.to_string()))?.len();
        if length > LARGEST {
            return Err(fail(format!("larger than {LARGEST} bytes")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
        Self::parse(&text).map_err(fail)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let twin: FileTwin = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        if twin.version != VERSION {
            return Err(format!("version {} is not known to this program", twin.version));
        }
        Ok(Self { servers: twin.servers.into_iter().map(pin).collect() })
    }

    /// The lock as the text of a file.
    ///
    /// # Errors
    /// A name that TOML cannot hold; no such name is known.
    pub fn write(&self) -> Result<String, LockError> {
        let twin = FileTwin { version: VERSION, servers: self.servers.iter().map(twin).collect() };
        let body = toml::to_string(&twin).map_err(|error| LockError { message: error.to_string() })?;
        Ok(format!("{HEADER}{body}"))
    }
}

fn pin(twin: ServerTwin) -> Pin {
    Pin {
        name: twin.name,
        origin: twin.origin,
        launch: twin.launch,
        surface: twin.surface,
        items: twin.items.into_iter().map(item).collect(),
        gone: twin.gone.into_iter().map(item).collect(),
    }
}

fn item(mut twin: ItemTwin) -> PinnedItem {
    let digests = std::mem::take(&mut twin.digests);
    let fields = digests
        .into_iter()
        .map(|(name, digest)| {
            let text = twin.texts.remove(&name);
            (name, PinnedField { digest, text })
        })
        .collect();
    PinnedItem { kind: twin.kind, name: twin.name, body: twin.body, fields }
}

fn twin(pin: &Pin) -> ServerTwin {
    ServerTwin {
        name: pin.name.clone(),
        origin: pin.origin.clone(),
        surface: pin.surface,
        launch: pin.launch.clone(),
        items: pin.items.iter().map(item_twin).collect(),
        gone: pin.gone.iter().map(item_twin).collect(),
    }
}

fn item_twin(item: &PinnedItem) -> ItemTwin {
    let texts = item.fields.iter().filter_map(|(name, field)| Some((name.clone(), field.text.clone()?)));
    ItemTwin {
        kind: item.kind.clone(),
        name: item.name.clone(),
        body: item.body.clone(),
        digests: item.fields.iter().map(|(name, field)| (name.clone(), field.digest.clone())).collect(),
        texts: texts.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_reads_back_as_it_was_written() {
        let field = PinnedField { digest: "ab".repeat(32), text: Some("Adds\n\"two\" numbers".to_owned()) };
        let item = PinnedItem {
            kind: "tool".to_owned(),
            name: "add ' \u{202E}".to_owned(),
            body: "cd".repeat(32),
            fields: BTreeMap::from([("description".to_owned(), field)]),
        };
        let pin = Pin {
            name: "calculator".to_owned(),
            origin: "~/.cursor/mcp.json".to_owned(),
            launch: BTreeMap::from([("command".to_owned(), "npx".to_owned())]),
            surface: true,
            items: vec![item.clone()],
            gone: vec![item],
        };
        let lock = Lock { servers: vec![pin] };
        let text = lock.write().unwrap();
        assert_eq!(Lock::parse(&text).unwrap(), lock);
        assert!(Lock::parse("version = 99\n").is_err());
        assert!(Lock::parse("version = 1\nsurprise = true\n").is_err());
    }
}
