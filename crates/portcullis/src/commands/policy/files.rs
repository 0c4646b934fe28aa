//! Files of policies, questions and cases, read within bounds.

use std::io::Read;
use std::path::{Path, PathBuf};

use portcullis_policy::Source;

use crate::exit::Failure;

/// More than any file of policies, questions or cases may have.
const MOST_BYTES: u64 = 1 << 20;
/// Files of one folder.
const MOST_FILES: usize = 1_000;

/// The texts of files, by the name that their user calls them by.
#[derive(Debug, Default)]
pub(super) struct Texts(Vec<(String, String)>);

impl Texts {
    pub(super) fn insert(&mut self, name: &str, text: &str) {
        self.0.push((name.to_owned(), text.to_owned()));
    }

    /// Empty when it is not at hand.
    pub(super) fn of(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text)
    }
}

/// A file, or standard input for `-`, as text.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let unreadable =
        |why: &dyn std::fmt::Display| Failure::usage(format!("`{}` cannot be read: {why}", path.display()));
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unreadable(&format!("it is larger than {MOST_BYTES} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| unreadable(&"it is not UTF-8"))
}

/// The files themselves, and of folders the files that end in `suffix`, in the order of their names.
pub(super) fn expand(paths: &[PathBuf], suffix: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let unreadable = |error| Failure::usage(format!("`{}` cannot be read: {error}", path.display()));
        let mut found = Vec::new();
        for entry in std::fs::read_dir(path).map_err(unreadable)?.take(MOST_FILES) {
            let file = entry.map_err(unreadable)?.path();
            if file.file_name().is_some_and(|name| name.to_string_lossy().ends_with(suffix)) {
                found.push(file);
            }
        }
        if found.is_empty() {
            return Err(Failure::usage(format!(
                "`{}` holds no file that ends in `{suffix}`",
                path.display()
            )));
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// Policies of these files and folders.
pub(super) fn policies(paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let source = |path: &PathBuf| Ok(Source { name: path.display().to_string(), text: read(path)? });
    expand(paths, ".cedar")?.iter().map(source).collect()
}

/// The texts of these policies.
pub(super) fn texts(sources: &[Source]) -> Texts {
    let mut texts = Texts::default();
    sources.iter().for_each(|source| texts.insert(&source.name, &source.text));
    texts
}
