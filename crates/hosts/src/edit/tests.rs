//! Edits through the front door: files on disk before and after.

use std::path::Path;

use portcullis_model::{Edit, Secret, Span};

use super::{Change, unified_diff};
use crate::testing::Disk;
use crate::{Os, ProblemKind, Reading};

const TEXT: &str = "{\n  // mine\n  \"mcpServers\": {\n    \"a\": { \"command\": \"npx\", \"args\": [\"-y\", \"pkg\"], \"env\": {\"KEY\": \"canary-0123456789\"}, },\n  },\n}\n";

fn disk(bytes: impl AsRef<[u8]>) -> (Disk, Reading) {
    let disk = Disk::new(Os::Linux).file("~/.cursor/mcp.json", bytes);
    let reading = disk.read().remove(0);
    (disk, reading)
}

/// The edit that replaces the first occurrence of a text.
fn replacing(reading: &Reading, old: &str, new: &str) -> Edit {
    let start = reading.text.find(old).unwrap();
    let span = Span::new(start, start + old.len());
    Edit::Replace { file: reading.config.path.clone(), span, replacement: new.to_owned() }
}

fn names(path: &Path) -> Vec<String> {
    let folder = std::fs::read_dir(path.parent().unwrap()).unwrap();
    let mut names: Vec<_> =
        folder.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_byte_outside_of_the_edit_stays_and_the_old_file_is_kept() {
    let (disk, reading) = disk(TEXT);
    let path = disk.path("~/.cursor/mcp.json");
    let change = Change::plan(&reading, &[replacing(&reading, "\"pkg\"", "\"pkg@1.2.3\"")]).unwrap();
    let written = change.write().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), TEXT.replace("pkg", "pkg@1.2.3"));
    assert_eq!(std::fs::read_to_string(written.backup.unwrap()).unwrap(), TEXT);
    assert_eq!(names(&path), ["mcp.json", "mcp.json.portcullis-backup"]);
}

#[test]
fn a_backup_is_never_overwritten() {
    let (disk, reading) = disk(TEXT);
    let path = disk.path("~/.cursor/mcp.json");
    Change::plan(&reading, &[replacing(&reading, "pkg", "one")]).unwrap().write().unwrap();
    let reading = disk.read().remove(0);
    Change::plan(&reading, &[replacing(&reading, "one", "two")]).unwrap().write().unwrap();
    assert_eq!(names(&path), ["mcp.json", "mcp.json.portcullis-backup", "mcp.json.portcullis-backup.2"]);
    assert_eq!(std::fs::read_to_string(path.with_file_name("mcp.json.portcullis-backup")).unwrap(), TEXT);
}

#[test]
fn a_file_in_utf_16_stays_in_utf_16() {
    let encode = |text: &str| -> Vec<u8> {
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
    };
    let (disk, reading) = disk(encode(TEXT));
    Change::plan(&reading, &[replacing(&reading, "pkg", "größer")]).unwrap().write().unwrap();
    let bytes = std::fs::read(disk.path("~/.cursor/mcp.json")).unwrap();
    assert_eq!(bytes, encode(&TEXT.replace("pkg", "größer")));
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let (disk, reading) = disk(TEXT);
    let path = disk.path("~/.cursor/mcp.json");
    let change = Change::plan(&reading, &[replacing(&reading, "pkg", "other")]).unwrap();
    std::fs::write(&path, "{}").unwrap();
    assert_eq!(&*change.write().err().unwrap().message, "the file changed since it was read");
    assert_eq!((std::fs::read_to_string(&path).unwrap().as_str(), names(&path).len()), ("{}", 1));
}

#[test]
fn edits_that_contradict_one_another_or_break_the_file_are_refused() {
    let (_disk, reading) = disk(TEXT);
    let refused =
        |edits: &[Edit]| Change::plan(&reading, edits).err().map(|problem| (problem.kind, problem.message));
    let file = reading.config.path.clone();
    let outside =
        Edit::Replace { file: file.clone(), span: Span::new(9_000, 9_001), replacement: String::new() };
    let nowhere = Edit::Replace { file, span: Span::UNKNOWN, replacement: "x".into() };
    for (edits, message) in [
        (
            vec![replacing(&reading, "\"pkg\"", "1"), replacing(&reading, "pkg", "2")],
            "two edits are about the same place",
        ),
        (
            vec![replacing(&reading, "pkg", "1"), replacing(&reading, "pkg", "2")],
            "two edits are about the same place",
        ),
        (vec![outside], "an edit lies outside of the text"),
        (vec![nowhere], "an edit does not say where it belongs"),
        (vec![replacing(&reading, "\"pkg\"", "{")], "the edited file would not be well formed"),
    ] {
        assert_eq!(refused(&edits), Some((ProblemKind::EditRefused, message.into())));
    }
    let twice = [replacing(&reading, "pkg", "1"), replacing(&reading, "pkg", "1")];
    assert_eq!(Change::plan(&reading, &twice).ok().unwrap().after(), TEXT.replace("pkg", "1"));
}

#[test]
fn a_file_with_bytes_that_are_not_valid_is_not_edited() {
    let (_disk, reading) = disk(b"{\"mcpServers\": {\"caf\xE9\": {\"command\": \"pkg\"}}}");
    let problem = Change::plan(&reading, &[replacing(&reading, "pkg", "x")]).err().unwrap();
    assert_eq!(&*problem.message, "the file cannot be written back byte for byte in its encoding");
}

#[test]
fn a_diff_shows_the_change_and_hides_every_secret() {
    let (_disk, reading) = disk(TEXT);
    let change = Change::plan(&reading, &[replacing(&reading, "npx", "bunx")]).unwrap();
    let diff = change.diff(&[Secret::new("bunx -- not here"), Secret::new("\"args\"")]);
    assert!(diff.starts_with("--- ~/.cursor/mcp.json\n+++ ~/.cursor/mcp.json\n@@ -1,6 +1,6 @@\n"), "{diff}");
    assert!(
        diff.contains("\n-    \"a\": { \"command\": \"npx\"")
            && diff.contains("\n+    \"a\": { \"command\": \"bunx\"")
    );
    assert!(!diff.contains("canary") && diff.contains("<hidden: 17 characters ending in 6789>"), "{diff}");
    assert!(!diff.contains("\"args\""));
    assert_eq!(unified_diff("a\n", "a\n", "x"), "");
}

#[cfg(unix)]
#[test]
fn permissions_are_kept_or_set_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let disk = Disk::new(Os::Linux).file("~/dotfiles/mcp.json", TEXT);
    let (real, link) = (disk.path("~/dotfiles/mcp.json"), disk.path("~/.cursor/mcp.json"));
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let reading = disk.read().remove(0);
    let written = Change::plan(&reading, &[replacing(&reading, "pkg", "x")]).unwrap().write().unwrap();
    assert!(link.is_symlink() && std::fs::read_to_string(&link).unwrap().contains("\"x\""));
    assert_eq!((mode(&real), mode(&written.backup.unwrap())), (0o640, 0o640));

    let reading = disk.read().remove(0);
    let tighten = Edit::Permissions { file: reading.config.path.clone(), mode: 0o600 };
    let change = Change::plan(&reading, &[tighten]).unwrap();
    assert_eq!(change.diff(&[]), "# permissions of ~/.cursor/mcp.json become 600\n");
    assert_eq!(change.write().unwrap().backup, None);
    assert_eq!(mode(&real), 0o600);
}
