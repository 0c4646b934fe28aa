#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]
//! The twins whose weakness is what the code does beside its work: the vulnerable one has a finding, the safe one none.

use std::fs;
use std::path::{Path, PathBuf};

use portcullis_model::{Bundle, BundleFile};
use portcullis_rules::Engine;

/// The kinds of weakness that are looked at here, and the rules that may find them.
const KINDS: &[(&str, &[&str])] = &[
    ("exfiltration", &["private-data-sent"]),
    ("hidden-trigger", &["hidden-trigger", "private-data-sent"]),
    ("mismatch", &["hint-denied-by-code", "code-beyond-description"]),
    ("auth", &["open-server"]),
    ("session", &["guessable-session"]),
    ("origin", &["rebindable-server"]),
    ("token-passthrough", &["token-passed-on"]),
    ("secret", &["secret-in-source"]),
];

/// Every rule about behaviour: none of them may speak of a safe twin, of whatever kind.
const RULES: &[&str] = &[
    "private-data-sent",
    "hidden-trigger",
    "hidden-payload",
    "obfuscated-code",
    "hint-denied-by-code",
    "code-beyond-description",
    "open-server",
    "rebindable-server",
    "guessable-session",
    "token-passed-on",
    "secret-in-source",
];

fn files(root: &Path, folder: &Path, found: &mut Vec<BundleFile>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(root, &path, found);
        } else {
            let bytes = fs::read(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.push(BundleFile { path, bytes: bytes.into(), executable: false });
        }
    }
}

/// The findings of the default audience about one side of a twin, by rule and message.
fn findings(folder: &Path) -> Vec<(String, String)> {
    let mut bundle = Bundle { locator: "twin".to_owned(), files: Vec::new(), unread: Vec::new() };
    files(folder, folder, &mut bundle.files);
    let looked = Engine::default().bundle("twin", &bundle);
    looked
        .findings
        .iter()
        .map(|finding| (finding.rule.as_str().to_owned(), finding.message.clone()))
        .collect()
}

fn twins() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/twins");
    let mut twins = Vec::new();
    for language in ["go", "javascript", "python"] {
        let mut folders: Vec<PathBuf> =
            fs::read_dir(root.join(language)).unwrap().map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        for folder in folders {
            let description = fs::read_to_string(folder.join("twin.toml")).unwrap();
            let kind = description.lines().find_map(|line| line.strip_prefix("kind = \"")).unwrap();
            twins.push((folder, kind.trim_end_matches('"').to_owned()));
        }
    }
    twins
}

#[test]
fn twins_are_told_apart_by_what_they_do() {
    let mut wrong = Vec::new();
    for (folder, kind) in twins() {
        let Some((_, rules)) = KINDS.iter().find(|(own, _)| *own == kind) else { continue };
        let found = findings(&folder.join("vulnerable"));
        if !found.iter().any(|(rule, _)| rules.contains(&rule.as_str())) {
            wrong.push(format!("missed: {}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_safe_twin_of_any_kind_has_a_finding_about_its_behaviour() {
    let mut wrong = Vec::new();
    for (folder, _) in twins() {
        for (rule, message) in findings(&folder.join("safe")) {
            if RULES.contains(&rule.as_str()) {
                wrong.push(format!("{rule}: {} {message}", folder.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
