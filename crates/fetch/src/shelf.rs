//! Where files are put as they are read, until they are a bundle.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use portcullis_model::{Bundle, BundleFile, UnreadFile};

use crate::limits::{Limits, shown};
use crate::{archive, path};

/// The files so far. Nothing can be put here that breaks what a bundle promises.
pub(crate) struct Shelf {
    limits: Limits,
    files: BTreeMap<String, (Arc<[u8]>, bool)>,
    /// Folded names, when names that differ in case only are a matter.
    folded: Option<HashMap<String, String>>,
    unread: Vec<UnreadFile>,
    /// Links and the paths inside the bundle that they lead to.
    links: Vec<(String, Option<String>)>,
    size: u64,
    entries: usize,
}

impl Shelf {
    /// `is_installed`: somebody's file system will get these names, whichever it is.
    pub(crate) fn new(limits: Limits, is_installed: bool) -> Self {
        Self {
            limits,
            files: BTreeMap::new(),
            folded: is_installed.then(HashMap::new),
            unread: Vec::new(),
            links: Vec::new(),
            size: 0,
            entries: 0,
        }
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Counts one more entry. False when there are too many: then reading ends.
    pub(crate) const fn count(&mut self) -> bool {
        self.entries += 1;
        self.entries <= self.limits.entries
    }

    /// Bytes that the next file may have, and why not more.
    pub(crate) fn room(&self) -> (u64, String) {
        let left = self.limits.total.saturating_sub(self.size);
        if left < self.limits.file {
            (left, format!("all files together are larger than {}", shown(self.limits.total)))
        } else {
            (self.limits.file, format!("it is larger than {}", shown(self.limits.file)))
        }
    }

    /// Puts a file here under a path that was judged.
    pub(crate) fn put(&mut self, path: String, bytes: Vec<u8>, executable: bool) {
        if let Some(kind) = archive::magic(&bytes) {
            let reason = format!("{kind} inside it is not opened; scan it by itself");
            // What lies in a package gets installed; what lies in a folder is somebody's sample.
            let left_out = self.folded.is_none() || archive::is_document(&path);
            let unread = UnreadFile { path: path.clone(), reason, left_out };
            self.unread.push(unread);
        }
        if let Some(folded) = &mut self.folded {
            let first = folded.entry(path::folded(&path)).or_insert_with(|| path.clone());
            if *first != path {
                let reason = format!(
                    "it differs from `{first}` only in case: which one is installed, the system decides"
                );
                self.unread.push(UnreadFile::gap(&path, reason));
            }
        }
        self.size += bytes.len() as u64;
        let Some((earlier, was_executable)) = self.files.insert(path.clone(), (bytes.into(), executable))
        else {
            return;
        };
        self.size = self.size.saturating_sub(earlier.len() as u64);
        let same =
            self.files.get(&path).is_some_and(|(bytes, now)| *bytes == earlier && *now == was_executable);
        let unread = if same {
            UnreadFile::left_out(path, "it stands here twice, with the same content")
        } else {
            UnreadFile::gap(path, "it stands here twice with different content; only the last one was read")
        };
        self.unread.push(unread);
    }

    /// Names something that could not be read or was refused.
    pub(crate) fn refuse(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.unread.push(UnreadFile::gap(path, reason));
    }

    /// Names something that is no part of what is looked at.
    pub(crate) fn leave_out(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.unread.push(UnreadFile::left_out(path, reason));
    }

    /// A link of an archive: harmless when it leads to a file that is read itself, which only shows at the end.
    pub(crate) fn link(&mut self, path: String, target: Option<String>) {
        self.links.push((path, target));
    }

    /// The folder in which everything lies, if there is one.
    pub(crate) fn common_folder(&self) -> Option<String> {
        let first = |path: &str| path.split_once('/').map(|(folder, _)| folder.to_owned());
        let folder = first(self.files.keys().next()?)?;
        self.files.keys().all(|path| first(path).as_ref() == Some(&folder)).then_some(folder)
    }

    /// Takes the first folder off every path, as an installer does. What lies in none is not installed.
    pub(crate) fn without_first_folder(self) -> Self {
        let mut shelf = Self::new(self.limits, self.folded.is_some());
        let inside = |path: &str| path.split_once('/').map(|(_, rest)| rest.to_owned());
        let folders: BTreeSet<String> = self
            .files
            .keys()
            .filter_map(|path| path.split_once('/'))
            .map(|(folder, _)| folder.to_owned())
            .collect();
        // Names that were refused are shown as the archive has them.
        let is_known = |path: &str| path.split_once('/').is_some_and(|(folder, _)| folders.contains(folder));
        for (path, (bytes, executable)) in self.files {
            match inside(&path) {
                Some(rest) => shelf.put_again(rest, bytes, executable),
                None => shelf.leave_out(path, "it lies outside the package's folder; nothing installs it"),
            }
        }
        let named = |path: String| if is_known(&path) { inside(&path).unwrap_or(path) } else { path };
        // What `put_again` says of the new names replaces what `put` said of the old ones only where it differs.
        for unread in self.unread {
            let unread = UnreadFile { path: named(unread.path), ..unread };
            if !shelf.unread.contains(&unread) {
                shelf.unread.push(unread);
            }
        }
        let links = self.links.into_iter();
        shelf.links.extend(links.map(|(path, target)| (named(path), target.map(named))));
        shelf
    }

    fn put_again(&mut self, path: String, bytes: Arc<[u8]>, executable: bool) {
        if self.files.contains_key(&path) {
            self.refuse(path.clone(), "it stands here twice; only the last one was read");
        }
        self.files.insert(path, (bytes, executable));
    }

    pub(crate) fn into_bundle(mut self, locator: &str) -> Bundle {
        for (path, target) in std::mem::take(&mut self.links) {
            let unread = match target {
                Some(target) if self.leads_inside(&target) => {
                    UnreadFile::left_out(path, format!("a link to `{target}`, which is read itself"))
                }
                Some(target) => {
                    UnreadFile::gap(path, format!("a link to `{target}`; links are not followed"))
                }
                None => UnreadFile::gap(path, "a link that leads out of the package; links are not followed"),
            };
            self.unread.push(unread);
        }
        self.unread.sort();
        self.unread.dedup();
        let file = |(path, (bytes, executable))| BundleFile { path, bytes, executable };
        Bundle {
            locator: locator.to_owned(),
            files: self.files.into_iter().map(file).collect(),
            unread: self.unread,
        }
    }

    fn leads_inside(&self, target: &str) -> bool {
        let folder = format!("{target}/");
        let mut below = self.files.range(folder.clone()..);
        self.files.contains_key(target) || below.next().is_some_and(|(path, _)| path.starts_with(&folder))
    }
}
