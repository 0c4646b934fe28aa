//! Projects that hosts remember: an agent that was used in a folder will trust that folder's files again.

use std::path::{Path, PathBuf};

use crate::candidate::paths;
use crate::cursor::Cursor;
use crate::file;
use crate::machine::Machine;
use crate::reading::Source;
use crate::walk::Walk;

/// The most projects that are listed.
const MOST_PROJECTS: usize = 500;

/// Where hosts remember folders, and what picks them out of the file.
const MEMORIES: &[(&str, Pick)] = &[
    ("${CLAUDE_CONFIG_DIR:-~}/.claude.json", |root| keys(root, &["projects"])),
    ("${CODEX_HOME:-~/.codex}/config.toml", |root| keys(root, &["projects"])),
    ("~/.gemini/trustedFolders.json", |root| keys(root, &[])),
    ("~/.gemini/projects.json", |root| keys(root, &["projects"])),
    (
        "${CONFIG}/{Code,Code - Insiders,VSCodium,Cursor,Windsurf}/User/workspaceStorage/*/workspace.json",
        folder,
    ),
];

/// Picks folders out of a document.
type Pick = fn(&Cursor<'_>) -> Vec<String>;

/// The folders that hosts remember having worked in and that still exist, sorted, each once, at most 500. They can
/// be added to [`Machine::projects`]. What cannot be read is passed over: [`discover`](crate::discover) finds the
/// same files and says what is wrong with them.
#[must_use]
pub fn known_projects(machine: &Machine) -> Vec<PathBuf> {
    let shown = |path: &Path| machine.shown(path);
    let mut walk = Walk::new(&shown);
    let mut projects = Vec::new();
    for (template, pick) in MEMORIES {
        for path in paths(template, machine, &[], &mut walk) {
            let contents = file::contents(&path, "", file::LARGEST_CONFIGURATION);
            let Ok(source) =
                contents.and_then(|contents| Source::decode(contents, "", crate::Format::of(&path)))
            else {
                continue;
            };
            for folder in source.documents().flat_map(|root| pick(&Cursor::root(root))) {
                projects.push(machine.rooted(&folder));
            }
        }
    }
    projects.sort_unstable();
    projects.dedup();
    projects.retain(|project| project.is_dir() && *project != machine.home && *project != machine.root);
    projects.truncate(MOST_PROJECTS);
    projects
}

/// The keys of a mapping are folders.
fn keys(root: &Cursor<'_>, path: &[&str]) -> Vec<String> {
    let folders = root.path(path);
    folders.iter().flat_map(Cursor::members).map(|member| member.key.to_owned()).collect()
}

/// The one folder of a workspace, as a `file:` address.
fn folder(root: &Cursor<'_>) -> Vec<String> {
    let address = root.member("folder");
    let path = address.as_ref().and_then(Cursor::text).and_then(|address| address.strip_prefix("file://"));
    path.map(decoded).map(|path| without_drive_slash(&path).to_owned()).into_iter().collect()
}

/// An address with `%20` and the like as the characters they stand for.
fn decoded(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = (byte == b'%').then(|| after.split_at_checked(2)).flatten();
        let code = escaped.and_then(|(digits, after)| {
            let digits = std::str::from_utf8(digits).ok()?;
            Some((u8::from_str_radix(digits, 16).ok()?, after))
        });
        let (byte, after) = code.unwrap_or((byte, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `/c:/Users/ada` is `c:/Users/ada`.
fn without_drive_slash(path: &str) -> &str {
    let rest = path.strip_prefix('/').unwrap_or(path);
    if rest.as_bytes().get(1) == Some(&b':') { rest } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Os;
    use crate::testing::Disk;

    #[test]
    fn folders_that_hosts_remember_and_that_exist_are_listed_once() {
        let disk = Disk::new(Os::Linux)
            .file("~/.claude.json", r#"{"projects": {"~/work/app": {}, "~/gone": {}, "~": {}}}"#)
            .file(
                "~/.codex/config.toml",
                "[projects.\"~/work/app\"]\ntrust_level = \"trusted\"\n[projects.\"~/b\"]\n",
            )
            .file("~/b/x", "");
        assert_eq!(known_projects(&disk.machine), [disk.path("~/b"), disk.path("~/work/app")]);
    }

    #[test]
    fn a_workspace_of_another_system_is_found_beneath_its_root() {
        let disk = Disk::new(Os::Windows).file("/src/my app/x", "").file(
            "~/AppData/Roaming/Code/User/workspaceStorage/1/workspace.json",
            r#"{"folder": "file:///c%3A/src/my%20app"}"#,
        );
        assert_eq!(known_projects(&disk.machine), [disk.path("/src/my app")]);
    }
}
