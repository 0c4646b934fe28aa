//! The texts that steer an agent beside its configuration: standing instructions, skills, commands, and the
//! scripts that hooks run. They are read as evidence, never followed.

mod scripts;
mod table;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use portcullis_model::{ContextDocument, ContextKind, Scope};

use crate::candidate::{paths, project_directories};
use crate::encoding;
use crate::file;
use crate::machine::Machine;
use crate::problem::{Problem, ProblemKind};
use crate::walk::Walk;

pub use scripts::hook_scripts;

/// The largest document that is read: 1 MiB.
const LARGEST_DOCUMENT: u64 = 1 << 20;
/// The most text that is read from all documents together: 64 MiB.
const MOST_TEXT: usize = 64 << 20;

/// Texts that were read, and what could not be.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    /// The texts, in the order of the table of places, each file once whatever links lead to it.
    pub documents: Vec<ContextDocument>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Reads the texts that steer agents on a machine: the user's, those of its projects, and the
/// administrator's.
#[must_use]
pub fn documents(machine: &Machine) -> Documents {
    let shown = |path: &Path| machine.shown(path);
    let projects = project_directories(machine);
    let mut walk = Walk::new(&shown);
    let mut shelf = Shelf::new(machine);
    for (kind, scope, templates) in table::PLACES {
        for template in *templates {
            for path in paths(template, machine, &projects, &mut walk) {
                shelf.take(&path, *kind, *scope);
            }
        }
    }
    let mut documents = shelf.documents;
    documents.problems.splice(0..0, walk.problems);
    documents
}

/// Documents as they are collected.
struct Shelf<'a> {
    machine: &'a Machine,
    /// Folders that documents may really lie in.
    grounds: Vec<PathBuf>,
    seen: HashSet<PathBuf>,
    text_left: usize,
    documents: Documents,
}

impl<'a> Shelf<'a> {
    fn new(machine: &'a Machine) -> Self {
        let mut grounds = project_directories(machine);
        grounds.push(machine.home.clone());
        let grounds = grounds.into_iter().filter_map(|folder| std::fs::canonicalize(folder).ok()).collect();
        Self { machine, grounds, seen: HashSet::new(), text_left: MOST_TEXT, documents: Documents::default() }
    }

    /// Reads one file; folders are passed over.
    fn take(&mut self, path: &Path, kind: ContextKind, scope: Scope) {
        let shown = self.machine.shown(path);
        let real = std::fs::canonicalize(path);
        if real.as_ref().is_ok_and(|real| real.is_dir() || !self.seen.insert(real.clone())) {
            return;
        }
        let outcome = match real {
            Ok(real) if !self.may_read(&real, path) => {
                let message = "the link leads to a file that is no document of an agent";
                Err(Problem::new(ProblemKind::NotAFile, shown, message, "remove the link, or copy the file"))
            }
            _ => self.text(path, &shown).map(|text| ContextDocument { kind, path: shown, scope, text }),
        };
        match outcome {
            Ok(document) => {
                self.text_left = self.text_left.saturating_sub(document.text.len());
                self.documents.documents.push(document);
            }
            Err(problem) => self.documents.problems.push(problem),
        }
    }

    /// A link may lead out of the project and the home, but then only to a file that is plainly a document: a
    /// repository must not make a report quote a private key.
    fn may_read(&self, real: &Path, path: &Path) -> bool {
        let is_document =
            real.extension().is_some_and(|end| ["md", "mdc", "txt", "toml"].iter().any(|one| end == *one));
        let is_link = path.is_symlink();
        !is_link || is_document || (real.file_name() == path.file_name() && self.is_inside(real))
    }

    fn is_inside(&self, real: &Path) -> bool {
        self.grounds.iter().any(|ground| real.starts_with(ground))
    }

    fn text(&self, path: &Path, shown: &str) -> Result<String, Problem> {
        let contents = file::contents(path, shown, LARGEST_DOCUMENT)?;
        if contents.bytes.len() > self.text_left {
            let message = format!("more than {} MiB of documents were found", MOST_TEXT >> 20);
            return Err(Problem::new(ProblemKind::TooMany, shown, message, "name the folders to look at"));
        }
        let decoded = encoding::decode(&contents.bytes).ok_or_else(|| {
            let remedy = "look at it yourself: it is not a text";
            Problem::new(ProblemKind::NotText, shown, "the file is not text", remedy)
        })?;
        Ok(decoded.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Os;
    use crate::testing::Disk;

    fn lines(disk: &Disk) -> Vec<String> {
        let found = documents(&disk.machine);
        let line =
            |one: &ContextDocument| format!("{} {} {}", one.kind.as_str(), one.scope.as_str(), one.path);
        found.documents.iter().map(line).chain(found.problems.iter().map(Problem::to_string)).collect()
    }

    #[test]
    fn instructions_skills_and_commands_are_read_wherever_agents_keep_them() {
        let disk = Disk::new(Os::Macos)
            .file("~/.claude/CLAUDE.md", "be kind")
            .file("AGENTS.md", "be brief")
            .file(".cursor/rules/style/a.mdc", "use tabs")
            .file(".github/copilot-instructions.md", "x")
            .file("~/.claude/skills/pdf/SKILL.md", "---\nname: pdf\n---")
            .file("~/.claude/skills/pdf/scripts/run.py", "print(1)")
            .file(".claude/commands/ship.md", "ship it");
        assert_eq!(
            lines(&disk),
            [
                "agent instructions user ~/.claude/CLAUDE.md",
                "agent instructions project ~/work/app/AGENTS.md",
                "agent instructions project ~/work/app/.cursor/rules/style/a.mdc",
                "agent instructions project ~/work/app/.github/copilot-instructions.md",
                "skill user ~/.claude/skills/pdf/SKILL.md",
                "skill user ~/.claude/skills/pdf/scripts/run.py",
                "slash command project ~/work/app/.claude/commands/ship.md",
            ]
        );
    }

    #[test]
    fn parents_up_to_the_repository_are_looked_at_and_no_further() {
        let mut disk =
            Disk::new(Os::Linux).file("AGENTS.md", "in").file("~/work/AGENTS.md", "out").file("sub/x", "");
        disk.machine.projects = vec![disk.path("sub")];
        assert_eq!(lines(&disk), ["agent instructions project ~/work/app/AGENTS.md"]);
    }

    #[test]
    fn what_is_not_text_or_too_large_is_listed() {
        let disk = Disk::new(Os::Linux)
            .file("~/.claude/skills/x/logo.png", b"\x89PNG\0\0")
            .file("CLAUDE.md", vec![b'a'; (1 << 20) + 1]);
        assert_eq!(
            lines(&disk),
            [
                "`~/work/app/CLAUDE.md`: the file is larger than 1 MiB; split it, or look at it yourself",
                "`~/.claude/skills/x/logo.png`: the file is not text; look at it yourself: it is not a text",
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn one_file_behind_two_names_is_read_once_and_a_link_to_a_key_is_not_read() {
        let disk = Disk::new(Os::Linux).file("AGENTS.md", "x").file("~/.ssh/id_ed25519", "secret");
        std::os::unix::fs::symlink("AGENTS.md", disk.path("CLAUDE.md")).unwrap();
        std::os::unix::fs::symlink(disk.path("~/.ssh/id_ed25519"), disk.path("GEMINI.md")).unwrap();
        assert_eq!(
            lines(&disk),
            [
                "agent instructions project ~/work/app/CLAUDE.md",
                "`~/work/app/GEMINI.md`: the link leads to a file that is no document of an agent; remove the link, or copy the file",
            ]
        );
    }
}
