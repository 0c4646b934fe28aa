//! A file that was named by hand: which host reads it, by its path, else by what is in it.

use std::path::Path;

use portcullis_model::{HostId, Node, Scope, Value};

use crate::cursor::Cursor;
use crate::file::{self, Contents};
use crate::host::{Format, Host, Location};
use crate::hosts;
use crate::machine::Machine;
use crate::problem::Problem;
use crate::reading::{Draft, Reader, Reading, Source, not_a_configuration};
use crate::template;

/// The host of a file that looks like a configuration, but not like that of a particular host.
pub const UNKNOWN_HOST: HostId = HostId("unknown");

const UNKNOWN: Reader = Reader { host: UNKNOWN_HOST, host_name: "unknown host", read: generic };

/// Reads a file that was named by hand. Its host is the one whose location it lies at or looks like; else it
/// is recognised by its content, as the configuration of [`UNKNOWN_HOST`].
///
/// # Errors
/// The problem that kept it from being read. [`NotAConfiguration`](crate::ProblemKind::NotAConfiguration) means that it was read and is well
/// formed, but nothing in it says that a host reads it: it may be something else.
pub fn read_any(path: &Path, machine: &Machine) -> Result<Reading, Problem> {
    let shown = machine.shown(path);
    let contents = file::contents(path, &shown, file::LARGEST_CONFIGURATION)?;
    recognised(contents, &shown, path, &machine.guards)
}

/// Reads bytes as if they stood in a file at `shown`, which says what host and format they are of.
///
/// # Errors
/// As [`read_any`].
pub fn read_bytes(bytes: &[u8], shown: &str) -> Result<Reading, Problem> {
    let contents = Contents { bytes: bytes.to_vec(), real_path: std::path::PathBuf::new(), unix_mode: None };
    recognised(contents, shown, Path::new(shown), &[])
}

fn recognised(contents: Contents, shown: &str, path: &Path, guards: &[String]) -> Result<Reading, Problem> {
    let matches = by_path(path);
    let source = Source::decode(contents, shown, Format::of(path))?;
    let by_content = source.documents().any(looks_like_a_configuration);
    if matches.is_empty() && !by_content {
        return Err(not_a_configuration(shown));
    }
    let is_shared = !by_content && matches.iter().all(|(_, location)| location.shared);
    let scope = matches.first().map_or(Scope::User, |(_, location)| location.scope);
    let readers = matches.iter().map(|(host, location)| Reader {
        host: host.id,
        host_name: host.name,
        read: location.read,
    });
    // A copy may hold another host's shape: what its own readers do not see, the generic one does.
    let readers: Vec<_> = readers.chain(by_content.then_some(UNKNOWN)).collect();
    let reading = source.reading(scope, &readers, guards);
    if is_shared && reading.is_empty() { Err(not_a_configuration(shown)) } else { Ok(reading) }
}

/// The locations that a path looks like most.
fn by_path(path: &Path) -> Vec<(&'static Host, &'static Location)> {
    let all = hosts::ALL.iter().flat_map(|host| host.locations.iter().map(move |location| (host, location)));
    let alike: Vec<_> = all
        .map(|(host, location)| (template::likeness(location.template, path), host, location))
        .filter(|(likeness, ..)| *likeness > 0)
        .collect();
    let most = alike.iter().map(|(likeness, ..)| *likeness).max().unwrap_or(0);
    alike
        .into_iter()
        .filter(|(likeness, ..)| *likeness == most)
        .map(|(_, host, location)| (host, location))
        .collect()
}

/// The members that hold servers in the configurations of some host, and whether the name alone says so.
const PLACES: &[(&[&str], bool)] = &[
    (&["mcpServers"], true),
    (&["mcp_servers"], true),
    (&["context_servers"], true),
    (&["amp.mcpServers"], true),
    (&["mcp", "servers"], true),
    (&["mcp", "mcpServers"], true),
    (&["mcp.servers"], true),
    (&["customizations", "vscode", "mcp", "servers"], true),
    (&["servers"], false),
    (&["mcp"], false),
    (&["extensions"], false),
    (&[], false),
];

fn looks_like_a_configuration(document: &Node) -> bool {
    !places(document).is_empty() || super::hosts::is_manifest(document)
}

/// Where in a document servers are. A name that other programs use too must hold nothing but servers.
fn places(document: &Node) -> Vec<Cursor<'_>> {
    let root = Cursor::root(document);
    let is_servers = |at: &Cursor<'_>| {
        let entries: Vec<_> = at.members().chain(at.elements()).collect();
        !entries.is_empty() && entries.iter().all(|entry| is_server(entry))
    };
    PLACES
        .iter()
        .filter_map(|(path, is_sure)| Some((root.path(path)?, *is_sure)))
        .filter(|(at, is_sure)| *is_sure || is_servers(at))
        .map(|(at, _)| at)
        .collect()
}

fn is_server(entry: &Cursor<'_>) -> bool {
    let is_text =
        |key: &str| entry.member(key).is_some_and(|value| matches!(value.node.value, Value::Text(_)));
    entry.node.is_map()
        && (["command", "cmd", "url", "serverUrl", "httpUrl", "uri"].iter().any(|key| is_text(key))
            || entry.member("command").is_some_and(|command| command.node.is_list()))
}

/// Reads servers wherever some host keeps them.
fn generic(draft: &mut Draft<'_>) {
    let root = draft.root.clone();
    for at in places(root.node) {
        // The place is found in the document alone; in a stream of documents it lies below the document's
        // own.
        let at = at.pointer.segments().try_fold(root.clone(), |at, segment| at.member(&segment));
        at.into_iter().for_each(|at| draft.servers_of(&at));
    }
    hosts::manifests(draft);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProblemKind;
    use crate::testing::servers;

    fn lines(shown: &str, text: &str) -> (&'static str, Vec<String>) {
        let reading = read_bytes(text.as_bytes(), shown).unwrap();
        (reading.config.host.as_str(), servers(&reading))
    }

    #[test]
    fn a_copy_of_a_hosts_file_is_recognised_by_its_path() {
        let text = r#"{"mcpServers": {"a": {"command": "npx"}}}"#;
        assert_eq!(lines("/tmp/backup/.cursor/mcp.json", text), ("cursor", vec!["a = npx".to_owned()]));
    }

    #[test]
    fn an_unknown_file_is_recognised_by_its_content() {
        for (name, text) in [
            ("x.json", r#"{"mcpServers": {"a": {"command": "npx"}}}"#),
            ("x.json", r#"{"servers": {"a": {"command": "npx"}}}"#),
            ("x.json", r#"{"mcp": {"a": {"type": "local", "command": ["npx"]}}}"#),
            ("x.json", r#"{"mcp": {"servers": {"a": {"command": "npx"}}}}"#),
            ("x.json", r#"{"context_servers": {"a": {"command": {"path": "npx"}}}}"#),
            ("x.json", r#"{"amp.mcpServers": {"a": {"command": "npx"}}}"#),
            ("x.json", r#"{"a": {"command": "npx"}}"#),
            ("x.yaml", "extensions:\n  a:\n    cmd: npx\n"),
            ("x.yml", "mcpServers:\n  - name: a\n    command: npx\n"),
            ("x.toml", "[mcp_servers.a]\ncommand = \"npx\"\n"),
        ] {
            assert_eq!(lines(name, text), ("unknown", vec!["a = npx".to_owned()]), "{text}");
        }
    }

    #[test]
    fn a_surface_or_any_other_file_is_not_a_configuration() {
        for text in [
            r#"{"server": "weather", "tools": [{"name": "x", "description": "y"}]}"#,
            r#"[{"name": "x", "description": "y"}]"#,
            r#"{"servers": 5}"#,
            r#"{"extensions": {"a": {"version": "1"}}}"#,
            "{}",
            "7",
        ] {
            assert_eq!(
                read_bytes(text.as_bytes(), "x.json").err().unwrap().kind,
                ProblemKind::NotAConfiguration
            );
        }
    }
}
