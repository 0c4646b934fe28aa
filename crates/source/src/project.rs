//! All source files of a bundle, translated, with what their imports mean.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;

use portcullis_model::{Bundle, BundleFile};

use crate::ir::{At, File, FileId, Language, Problem};
use crate::{decoded, go, javascript, python};

/// A file above this is not translated: bundles of generated code are read as text only.
const LARGEST_FILE: usize = 10 << 20;

/// Source of a bundle above this is not translated, the largest files first: all of it is held in memory, and takes about
/// twenty times the space.
const MOST_SOURCE: usize = 12 << 20;

/// What is held of source grows with its marks (brackets, operators, commas, dots). Ordinary source has one in ten bytes;
/// denser source counts as if it had, so that it takes no more memory.
const BYTES_OF_A_MARK: usize = 10;

/// The stack of a thread that translates or walks what was translated: front ends bound their nesting to what fits.
pub(crate) const STACK: usize = 64 << 20;

/// What an import leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A file of the project.
    File(FileId),
    /// A document of data, by its path.
    Data(String),
    /// A library, under its normal name.
    Library(String),
}

/// The translated files.
#[derive(Debug, Default)]
pub(crate) struct Project {
    files: Vec<File>,
    by_path: HashMap<String, FileId>,
    /// Documents that code may read, by their paths.
    data: HashMap<String, Arc<[u8]>>,
    javascript: javascript::modules::Modules,
    python: python::modules::Modules,
    go: go::modules::Modules,
}

impl Project {
    /// Translates every source file of a bundle, on two threads. Test files are translated like others.
    pub(crate) fn read(bundle: &Bundle) -> Self {
        let sources: Vec<(&BundleFile, Language)> = bundle
            .files
            .iter()
            .filter_map(|file| Some((file, language_of(file)?)))
            .filter(|(file, _)| !is_test(&file.path))
            .collect();
        let started: Vec<String> = python::modules::entries(bundle)
            .into_iter()
            .chain(javascript::modules::entries(bundle))
            .collect();
        let mut files = translate(&sources, &too_much(&sources, &started));
        let by_path: HashMap<String, FileId> = files
            .iter()
            .enumerate()
            .map(|(index, file)| (file.path.clone(), FileId(u32::try_from(index).unwrap_or(u32::MAX))))
            .collect();
        let go = go::modules::Modules::new(bundle);
        for package in go.packages() {
            let files_of: Vec<usize> =
                package.iter().filter_map(|path| by_path.get(path)).map(|id| id.0 as usize).collect();
            go::package::join(&mut files, &files_of);
        }
        let data = bundle.files.iter().filter(|file| file.path.ends_with(".json"));
        Self {
            files,
            by_path,
            data: data.map(|file| (file.path.clone(), Arc::clone(&file.bytes))).collect(),
            javascript: javascript::modules::Modules::new(bundle),
            python: python::modules::Modules::new(bundle),
            go,
        }
    }

    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    pub(crate) fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0 as usize)
    }

    pub(crate) fn id(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// The content of a document of data.
    pub(crate) fn data(&self, path: &str) -> Option<&[u8]> {
        self.data.get(path).map(AsRef::as_ref)
    }

    /// The files that are started first.
    pub(crate) fn entries(&self, bundle: &Bundle) -> Vec<FileId> {
        let mut paths: Vec<String> = python::modules::entries(bundle)
            .into_iter()
            .chain(javascript::modules::entries(bundle))
            .collect();
        paths.sort_by_key(|path| !names_protocol(path));
        paths.iter().filter_map(|path| self.id(path)).collect()
    }

    /// All files, those first whose paths name the protocol: of a large program they get the first of what may be used.
    pub(crate) fn in_order(&self) -> Vec<FileId> {
        let mut order: Vec<usize> = (0..self.files.len()).collect();
        order.sort_by_key(|index| self.files.get(*index).is_none_or(|file| !names_protocol(&file.path)));
        order.into_iter().map(|index| FileId(u32::try_from(index).unwrap_or(u32::MAX))).collect()
    }

    /// What a module's name means in a file.
    pub(crate) fn resolve(&self, from: FileId, module: &str) -> Target {
        let Some(file) = self.file(from) else { return Target::Library(module.to_owned()) };
        let path = match file.language {
            Language::JavaScript => self.javascript.resolve(&file.path, module),
            Language::Python => self.python.resolve(&file.path, module),
            Language::Go => self.go.resolve(&file.path, module).and_then(|files| files.into_iter().next()),
        };
        match path {
            Some(path) if let Some(file) = self.id(&path) => Target::File(file),
            Some(path) if self.data.contains_key(&path) => Target::Data(path),
            _ => Target::Library(module.strip_prefix("node:").unwrap_or(module).to_owned()),
        }
    }

    /// The files that share their names with this one: those of its package, in Go.
    pub(crate) fn siblings(&self, file: FileId) -> Vec<FileId> {
        let Some(this) = self.file(file).filter(|this| this.language == Language::Go) else {
            return Vec::new();
        };
        self.go.siblings(&this.path).iter().filter_map(|path| self.id(path)).collect()
    }
}

/// What a file is written in, by its name, or by its first line.
fn language_of(file: &BundleFile) -> Option<Language> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let Some((_, extension)) = name.rsplit_once('.') else {
        let first = file.bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let first = String::from_utf8_lossy(first.get(..first.len().min(80)).unwrap_or_default());
        return match first {
            line if !line.starts_with("#!") => None,
            line if line.contains("python") => Some(Language::Python),
            line if line.contains("node") => Some(Language::JavaScript),
            _ => None,
        };
    };
    match extension {
        "py" | "pyw" => Some(Language::Python),
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" if !name.contains(".d.") => {
            Some(Language::JavaScript)
        }
        "go" => Some(Language::Go),
        _ => None,
    }
}

fn names_protocol(path: &str) -> bool {
    path.to_ascii_lowercase().contains("mcp")
}

/// Files that tools do not run.
fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let folders: Vec<&str> = path.split('/').collect();
    name.ends_with("_test.go")
        || name.ends_with("_test.py")
        || (name.starts_with("test_") && name.ends_with(".py"))
        || [".test.", ".spec."].iter().any(|mark| name.contains(mark))
        || folders
            .iter()
            .rev()
            .skip(1)
            .any(|folder| matches!(*folder, "tests" | "test" | "__tests__" | "__mocks__"))
}

/// Which files are too much: those that are started are taken first, then the small before the large.
fn too_much(sources: &[(&BundleFile, Language)], started: &[String]) -> Vec<bool> {
    let mut order: Vec<(bool, usize, usize)> = sources
        .iter()
        .enumerate()
        // What is too large for itself is named as such.
        .filter(|(_, (file, _))| file.bytes.len() <= LARGEST_FILE)
        .map(|(index, (file, _))| (!started.contains(&file.path), weight(&file.bytes), index))
        .collect();
    order.sort_unstable();
    let mut much = vec![false; sources.len()];
    let mut left = MOST_SOURCE;
    for (_, weight, index) in order {
        match left.checked_sub(weight) {
            Some(rest) => left = rest,
            None => much.iter_mut().skip(index).take(1).for_each(|one| *one = true),
        }
    }
    much
}

/// What a file counts for: its bytes, or more where it is dense. One that is alone is never too dense.
fn weight(bytes: &[u8]) -> usize {
    let is_mark = |byte: &&u8| {
        matches!(
            byte,
            b'(' | b')'
                | b'{'
                | b'}'
                | b'['
                | b']'
                | b','
                | b'.'
                | b';'
                | b':'
                | b'='
                | b'<'
                | b'>'
                | b'+'
                | b'-'
                | b'*'
                | b'/'
                | b'!'
                | b'&'
                | b'|'
                | b'?'
        )
    };
    let dense = BYTES_OF_A_MARK * bytes.iter().filter(is_mark).count();
    bytes.len().max(dense.min(MOST_SOURCE))
}

fn translate(sources: &[(&BundleFile, Language)], too_much: &[bool]) -> Vec<File> {
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(sources.len().max(1));
    let mut translated: Vec<(usize, File)> = thread::scope(|scope| {
        let started: Vec<_> = (0..workers)
            .map(|worker| {
                let work = move || {
                    let mine = sources.iter().enumerate().skip(worker).step_by(workers);
                    mine.map(|(index, (file, language))| {
                        let file = if too_much.get(index) == Some(&true) {
                            let limit = MOST_SOURCE >> 20;
                            let reason = format!(
                                "the bundle has more than {limit} MB of source, dense code counted by its marks; this file was \
                                 not read as source"
                            );
                            unread(&file.path, *language, &reason)
                        } else {
                            one(index, file, *language)
                        };
                        (index, file)
                    })
                    .collect::<Vec<_>>()
                };
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)
            })
            .collect();
        // A thread that could not be started leaves its files untranslated; they are named below.
        started
            .into_iter()
            .filter_map(Result::ok)
            .flat_map(|thread| thread.join().unwrap_or_default())
            .collect()
    });
    translated.sort_by_key(|(index, _)| *index);
    let mut done = translated.into_iter().peekable();
    sources
        .iter()
        .enumerate()
        .map(|(index, (file, language))| match done.next_if(|(at, _)| *at == index) {
            Some((_, file)) => file,
            None => unread(&file.path, *language, "it could not be translated"),
        })
        .collect()
}

fn one(index: usize, file: &BundleFile, language: Language) -> File {
    let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
    if file.bytes.len() > LARGEST_FILE {
        let limit = LARGEST_FILE >> 20;
        return unread(
            &file.path,
            language,
            &format!("it is larger than {limit} MB and was not read as source"),
        );
    }
    let (text, problem) = decoded(&file.path, &file.bytes);
    let mut translated = match language {
        Language::Python => python::parse(&file.path, &text, id),
        Language::JavaScript => javascript::parse(&file.path, &text, id),
        Language::Go => go::parse(&file.path, &text, id),
    };
    if let Some(message) = problem {
        translated.problems.push(Problem { at: At::default(), message });
    }
    translated
}

fn unread(path: &str, language: Language, message: &str) -> File {
    File {
        path: path.to_owned(),
        language,
        body: Vec::new(),
        doc: None,
        problems: vec![Problem { at: At::default(), message: message.to_owned() }],
    }
}
