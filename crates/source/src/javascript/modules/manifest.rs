//! `package.json`: what a package is called, and which of its files others get.

use portcullis_model::{Node, Value};
use portcullis_wire::json::{Dialect, Limits, read};

use crate::path::star;

/// Longer ones are no manifests.
const LONGEST: usize = 4 << 20;
/// Conditions under which a target holds. `types` never does: it names no code.
const CONDITIONS: &[&str] =
    &["import", "node", "module", "module-sync", "require", "default", "bun", "development"];
/// Scripts that start a server.
const STARTING: &[&str] = &["start", "serve", "dev"];

/// A manifest that was read.
#[derive(Debug, Clone)]
pub(super) struct Manifest(Node);

/// What `exports` says of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// The first of these files that exists.
    Files(Vec<String>),
    /// It is not given to others.
    Nothing,
    /// There is no `exports`.
    Unsaid,
}

impl Manifest {
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let limits = Limits { bytes: LONGEST, ..Limits::default() };
        let document =
            read(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes), Dialect::Jsonc, &limits).ok()?;
        Some(Self(document.root)).filter(|manifest| matches!(manifest.0.value, Value::Map(_)))
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.text("name")
    }

    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.0.get_text(member)
    }

    /// The names of what it depends on in exactly this version.
    pub(super) fn dependencies_in(&self, version: &str) -> Vec<String> {
        let entries = self.0.get("dependencies").map(Node::entries).unwrap_or_default().iter();
        let exact = entries.filter(|entry| {
            entry.node.text().is_some_and(|asked| asked.trim_start_matches(['=', 'v', ' ']) == version)
        });
        exact.map(|entry| entry.key.to_string()).collect()
    }

    /// The targets of a name such as `.` or `./tools`.
    pub(super) fn exports(&self, name: &str) -> Target {
        let Some(exports) = self.0.get("exports") else {
            return Target::Unsaid;
        };
        let is_of_names = exports.entries().first().is_some_and(|entry| entry.key.starts_with('.'));
        let targets = match is_of_names {
            true => targets_of(exports, name),
            false if name == "." => targets_under_conditions(exports, ""),
            false => Vec::new(),
        };
        if targets.is_empty() { Target::Nothing } else { Target::Files(targets) }
    }

    /// The targets of a name such as `#tools`.
    pub(super) fn imports(&self, name: &str) -> Vec<String> {
        self.0.get("imports").map(|imports| targets_of(imports, name)).unwrap_or_default()
    }

    /// The files that are started: commands, `main`, `.` of `exports`, `module`, and what scripts start.
    pub(super) fn entries(&self) -> Vec<String> {
        let mut entries = Vec::new();
        if let Some(bin) = self.0.get("bin") {
            entries.extend(bin.text().map(str::to_owned));
            entries.extend(bin.entries().iter().filter_map(|entry| entry.node.text().map(str::to_owned)));
        }
        entries.extend(self.text("main").map(str::to_owned));
        if let Target::Files(targets) = self.exports(".") {
            entries.extend(targets);
        }
        entries.extend(self.text("module").map(str::to_owned));
        for script in STARTING {
            let command =
                self.0.get("scripts").and_then(|scripts| scripts.get_text(script)).unwrap_or_default();
            let is_source = |word: &&str| {
                let ending = word.rsplit('.').next().unwrap_or_default();
                matches!(ending, "js" | "mjs" | "cjs" | "ts" | "mts" | "cts") && !word.starts_with('-')
            };
            entries.extend(command.split_whitespace().filter(is_source).map(str::to_owned));
        }
        entries
    }
}

/// What a `manifest.json` of an `.mcpb` bundle says is started.
pub(super) fn entry_of_bundle(bytes: &[u8]) -> Option<String> {
    let Manifest(root) = Manifest::read(bytes)?;
    root.get("server")?.get_text("entry_point").map(str::to_owned)
}

/// The targets of a name in an object of names, of which one may hold a `*`.
fn targets_of(names: &Node, name: &str) -> Vec<String> {
    if let Some(value) = names.get(name) {
        return targets_under_conditions(value, "");
    }
    let patterns = names.entries().iter();
    let fitting = patterns.filter_map(|entry| star(&entry.key, name).map(|inside| (entry, inside)));
    let longest = fitting.max_by_key(|(entry, _)| entry.key.find('*'));
    longest.map(|(entry, inside)| targets_under_conditions(&entry.node, inside)).unwrap_or_default()
}

/// The targets that hold under some condition that we have, in order.
fn targets_under_conditions(value: &Node, inside: &str) -> Vec<String> {
    match &value.value {
        Value::Text(target) => vec![target.replacen('*', inside, 1)],
        Value::List(items) => items.iter().flat_map(|item| targets_under_conditions(item, inside)).collect(),
        Value::Map(entries) => {
            let holding = entries.iter().filter(|entry| CONDITIONS.contains(&&*entry.key));
            holding.flat_map(|entry| targets_under_conditions(&entry.node, inside)).collect()
        }
        _ => Vec::new(),
    }
}
