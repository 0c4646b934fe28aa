//! The local scripts that the commands of a configuration run: a hook that reads harmless may run one that is
//! not.

use std::path::{Path, PathBuf};

use portcullis_model::ContextKind;
use portcullis_model::config::SettingKind;

use super::{Documents, Shelf};
use crate::candidate::project_directories;
use crate::machine::Machine;
use crate::reading::Reading;

/// How many words of one command are looked at.
const MOST_WORDS: usize = 64;
/// How many folders above a configuration a relative path may start from.
const PARENTS: usize = 4;

/// Reads the scripts that hooks, automatic commands and credential helpers of a configuration name, when they
/// lie in the home directory or in a project. Programs elsewhere are the system's.
#[must_use]
pub fn hook_scripts(machine: &Machine, reading: &Reading) -> Documents {
    let mut shelf = Shelf::new(machine);
    let scope = reading.config.scope;
    let folders = folders(machine, &reading.path);
    for setting in &reading.config.settings {
        if !matches!(setting.kind, SettingKind::Hook | SettingKind::AutoRun | SettingKind::CredentialHelper) {
            continue;
        }
        for word in words(&setting.value.text) {
            // A quoted word is a path with spaces in it, or a command line for another shell.
            let script = resolve(&word, machine, &folders, &shelf);
            let inner = if script.is_none() { words(&word) } else { Vec::new() };
            let inner = inner.iter().filter_map(|word| resolve(word, machine, &folders, &shelf));
            let scripts: Vec<_> = script.into_iter().chain(inner).collect();
            for script in scripts {
                shelf.take(&script, ContextKind::HookScript, scope);
            }
        }
    }
    shelf.documents
}

/// Where a relative path may start: the projects, and the folders above the configuration.
fn folders(machine: &Machine, configuration: &Path) -> Vec<PathBuf> {
    let above = configuration.ancestors().skip(1).take(PARENTS).map(Path::to_path_buf);
    above.chain(project_directories(machine)).collect()
}

/// The words of a command line, quotes removed, without asking which shell reads it.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in line.chars() {
        match quote {
            Some(end) if character == end => quote = None,
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None if character.is_whitespace() || ";|&()<>=`".contains(character) => words.push(String::new()),
            _ => {
                if let Some(word) = words.last_mut() {
                    word.push(character);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty() && !word.starts_with('-'));
    words.truncate(MOST_WORDS);
    words
}

/// The file that a word names, when it is one of ours to read.
fn resolve(word: &str, machine: &Machine, folders: &[PathBuf], shelf: &Shelf<'_>) -> Option<PathBuf> {
    let is_ours = |path: &PathBuf| {
        path.is_file() && std::fs::canonicalize(path).is_ok_and(|real| shelf.is_inside(&real))
    };
    if let Some(rest) = after_home(word) {
        return Some(machine.rooted(&format!("~/{rest}"))).filter(is_ours);
    }
    let relative = after_variable(word).unwrap_or(word);
    let is_absolute = relative.starts_with(['/', '\\']) || relative.get(1..2) == Some(":");
    if is_absolute && relative == word {
        return Some(machine.rooted(word)).filter(is_ours);
    }
    let relative: PathBuf = relative.split(['/', '\\']).filter(|part| !matches!(*part, "" | ".")).collect();
    folders.iter().map(|folder| folder.join(&relative)).find(is_ours)
}

/// What follows the home directory.
fn after_home(word: &str) -> Option<&str> {
    ["~/", "$HOME/", "${HOME}/", "${userHome}/", "%USERPROFILE%\\", "%USERPROFILE%/", "$env:USERPROFILE\\"]
        .iter()
        .find_map(|home| word.strip_prefix(home))
}

/// What follows a variable at the start of a word, such as `$CLAUDE_PROJECT_DIR/` or `${workspaceFolder}/`.
fn after_variable(word: &str) -> Option<&str> {
    let rest = word.strip_prefix('$').or_else(|| word.strip_prefix('%'))?;
    let (_, rest) = rest.split_once(['/', '\\'])?;
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Os;
    use crate::testing::Disk;

    fn scripts(settings: &str, files: &[&str]) -> Vec<String> {
        let mut disk = Disk::new(Os::Linux).file(".claude/settings.json", settings);
        for file in files {
            disk = disk.file(file, "echo");
        }
        let reading = disk.read().remove(0);
        let found = hook_scripts(&disk.machine, &reading);
        assert_eq!(found.problems, []);
        found.documents.into_iter().map(|document| document.path).collect()
    }

    fn hook(command: &str) -> String {
        format!(r#"{{"hooks": {{"Stop": [{{"hooks": [{{"type": "command", "command": "{command}"}}]}}]}}}}"#)
    }

    #[test]
    fn scripts_are_found_however_their_folder_is_named() {
        for command in [
            "$CLAUDE_PROJECT_DIR/.claude/hooks/a.sh",
            "\\\"${CLAUDE_PROJECT_DIR}\\\"/.claude/hooks/a.sh --fast",
            ".claude/hooks/a.sh",
            "./.claude/hooks/a.sh | tee log",
            "python3 hooks/a.sh",
            "bash -c 'x=1; .claude/hooks/a.sh'",
            "~/work/app/.claude/hooks/a.sh",
            "$HOME/work/app/.claude/hooks/a.sh",
        ] {
            assert_eq!(
                scripts(&hook(command), &[".claude/hooks/a.sh"]),
                ["~/work/app/.claude/hooks/a.sh"],
                "{command}"
            );
        }
    }

    #[test]
    fn files_outside_of_home_and_project_are_not_read() {
        assert!(scripts(&hook("/etc/passwd ../../../../etc/hostname"), &["/etc/hostname"]).is_empty());
    }
}
