//! Expands patterns over a file system that a stranger may have filled: bounded in depth, in folders and in
//! results.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::problem::{Problem, ProblemKind};
use crate::template;

/// How many directories one walk lists.
const DIRECTORIES: usize = 20_000;
/// How many entries of one directory are looked at.
const ENTRIES: usize = 20_000;
/// How many files one walk finds.
const FILES: usize = 5_000;
/// How many folders deep `**` reaches.
const DEPTH: usize = 8;

/// One walk: its budget, and what went wrong on the way.
pub(crate) struct Walk<'a> {
    pub(crate) problems: Vec<Problem>,
    shown: &'a dyn Fn(&Path) -> String,
    directories_left: usize,
    files_left: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(shown: &'a dyn Fn(&Path) -> String) -> Self {
        Self { problems: Vec::new(), shown, directories_left: DIRECTORIES, files_left: FILES }
    }

    /// Everything that exists at a pattern beneath `base`, in the order of its names. A link that leads
    /// nowhere exists too: reading it says what is wrong with it.
    pub(crate) fn expand(&mut self, base: &Path, pattern: &str) -> Vec<PathBuf> {
        let segments: Vec<_> = pattern.split('/').filter(|segment| !segment.is_empty()).collect();
        let mut found = BTreeSet::new();
        self.step(base, &segments, 0, &mut BTreeSet::new(), &mut found);
        found.into_iter().collect()
    }

    fn step(
        &mut self,
        at: &Path,
        segments: &[&str],
        depth: usize,
        seen: &mut BTreeSet<PathBuf>,
        found: &mut BTreeSet<PathBuf>,
    ) {
        let Some((segment, rest)) = segments.split_first() else { return self.arrive(at, found) };
        if *segment == "**" {
            self.step(at, rest, depth, seen, found);
            // A folder that links to one of its parents is walked once.
            if depth < DEPTH && std::fs::canonicalize(at).is_ok_and(|real| seen.insert(real)) {
                for entry in self.list(at).into_iter().filter(|entry| entry.is_dir()) {
                    self.step(&entry, segments, depth + 1, seen, found);
                }
            }
        } else if segment.contains('*') {
            for entry in self.list(at) {
                if entry.file_name().is_some_and(|name| template::fits(&name.to_string_lossy(), segment)) {
                    self.step(&entry, rest, depth, seen, found);
                }
            }
        } else {
            self.step(&at.join(segment), rest, depth, seen, found);
        }
    }

    fn arrive(&mut self, at: &Path, found: &mut BTreeSet<PathBuf>) {
        match std::fs::symlink_metadata(at) {
            Ok(_) if self.files_left == 0 => self.give_up(at, "more files than this program looks at"),
            Ok(_) => {
                if found.insert(at.to_path_buf()) {
                    self.files_left -= 1;
                }
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                let message = "its folder may not be looked into";
                let remedy = "grant read permission or run as its owner";
                self.problems.push(Problem::new(ProblemKind::Unreadable, (self.shown)(at), message, remedy));
            }
            Err(_) => {}
        }
    }

    /// The entries of a directory, sorted; none when it does not exist.
    fn list(&mut self, directory: &Path) -> Vec<PathBuf> {
        let entries = match std::fs::read_dir(directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                let remedy = "grant read permission or run as its owner";
                let message = "the folder may not be listed";
                self.problems.push(Problem::new(
                    ProblemKind::Unreadable,
                    (self.shown)(directory),
                    message,
                    remedy,
                ));
                return Vec::new();
            }
            Err(_) => return Vec::new(),
        };
        if self.directories_left == 0 {
            self.give_up(directory, "more folders than this program looks into");
            return Vec::new();
        }
        self.directories_left -= 1;
        let mut paths: Vec<_> =
            entries.take(ENTRIES + 1).filter_map(Result::ok).map(|entry| entry.path()).collect();
        paths.sort_unstable();
        if paths.len() > ENTRIES {
            paths.truncate(ENTRIES);
            self.give_up(directory, "more entries than this program looks at");
        }
        paths
    }

    fn give_up(&mut self, at: &Path, message: &str) {
        let already = self.problems.iter().any(|problem| *problem.message == *message);
        if !already {
            let remedy = "name the files to look at on the command line";
            self.problems.push(Problem::new(ProblemKind::TooMany, (self.shown)(at), message, remedy));
        }
    }
}

/// The directories in a directory, sorted; none when it cannot be listed.
pub(crate) fn directories(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut paths: Vec<_> = entries
        .take(ENTRIES)
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    paths.sort_unstable();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(base: &Path, pattern: &str) -> Vec<String> {
        Walk::new(&|path| path.display().to_string())
            .expand(base, pattern)
            .iter()
            .map(|path| path.strip_prefix(base).unwrap().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn two_stars_reach_folders_of_any_depth_up_to_the_bound() {
        let folder = tempfile::tempdir().unwrap();
        let deep = "d/".repeat(DEPTH + 1);
        for parent in ["", "a/", "a/b/", &deep] {
            std::fs::create_dir_all(folder.path().join(parent)).unwrap();
            std::fs::write(folder.path().join(parent).join("x.json"), "").unwrap();
        }
        assert_eq!(expand(folder.path(), "**/x.json"), ["a/b/x.json", "a/x.json", "x.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_links_to_its_parent_is_walked_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::os::unix::fs::symlink("..", folder.path().join("a/up")).unwrap();
        std::fs::write(folder.path().join("a/x.json"), "").unwrap();
        assert!(expand(folder.path(), "**/x.json").len() <= 2);
    }

    #[test]
    fn too_many_files_are_cut_off_and_said() {
        let folder = tempfile::tempdir().unwrap();
        for index in 0..5 {
            std::fs::write(folder.path().join(format!("{index}.json")), "").unwrap();
        }
        let shown = |path: &Path| path.display().to_string();
        let mut walk = Walk::new(&shown);
        walk.files_left = 3;
        assert_eq!(walk.expand(folder.path(), "*.json").len(), 3);
        assert_eq!(walk.problems[0].kind, ProblemKind::TooMany);
    }
}
