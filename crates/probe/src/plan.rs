//! What would be started or contacted, exactly.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use portcullis_model::Secret;
use sha2::{Digest as _, Sha256};

use crate::confinement::Confinement;
use crate::neutral::neutral;

/// One server and how it would be reached. It may hold secrets, so it does not print itself.
#[derive(Clone)]
pub struct LaunchPlan {
    /// The name under which the server is known here.
    pub server: String,
    /// How it is reached.
    pub way: Way,
}

/// How a server is reached.
#[derive(Clone)]
pub enum Way {
    /// A program is started on this machine.
    Start(Start),
    /// A server is contacted over HTTP.
    Contact(Contact),
}

/// A program that speaks over its standard streams.
#[derive(Clone)]
pub struct Start {
    /// The program, resolved to the file that will run.
    pub command: PathBuf,
    /// Its arguments, as they will be passed.
    pub arguments: Vec<String>,
    /// The whole environment it will get: name and value.
    pub environment: Vec<(String, Secret)>,
    /// The directory it starts in; the caller's own when there is none.
    pub directory: Option<PathBuf>,
    /// The program, and the script that it is given when that is a file on this machine.
    pub digests: Vec<FileDigest>,
}

/// A server at an address.
#[derive(Clone)]
pub struct Contact {
    /// Its address, `http` or `https`.
    pub url: String,
    /// Headers that are sent to that origin with every request.
    pub headers: Vec<(String, Secret)>,
    /// True when the configuration says that it speaks the older HTTP+SSE, which is then tried first.
    pub prefers_sse: bool,
}

/// A file and what was in it when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigest {
    /// The file, links resolved.
    pub path: PathBuf,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    length: u64,
    modified: Option<SystemTime>,
}

/// Why no plan could be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError {
    message: String,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for PlanError {}

impl LaunchPlan {
    /// A plan to start `command`. `base` is the environment that every server gets (the search path, home, language,
    /// temporary folder: the caller chooses); `configured` is added and wins. A bare command is looked for in the
    /// `PATH` of that environment. Reads the program and its first script once, for their digests.
    ///
    /// # Errors
    /// The command is empty, or it is not found or not readable.
    pub fn start(
        server: impl Into<String>,
        command: &str,
        arguments: Vec<String>,
        base: Vec<(String, Secret)>,
        configured: Vec<(String, Secret)>,
        directory: Option<PathBuf>,
    ) -> Result<Self, PlanError> {
        let mut environment = base;
        environment.retain(|(name, _)| configured.iter().all(|(other, _)| other != name));
        environment.extend(configured);
        let path = environment.iter().find(|(name, _)| name.eq_ignore_ascii_case("PATH"));
        let found = resolve(command, path.map(|(_, value)| value.expose()), directory.as_deref())?;
        let mut digests = vec![digest(&found).map_err(|error| unreadable(&found, &error))?];
        if let Some(script) = first_script(&arguments, directory.as_deref()) {
            digests.push(digest(&script).map_err(|error| unreadable(&script, &error))?);
        }
        let start = Start { command: found, arguments, environment, directory, digests };
        Ok(Self { server: server.into(), way: Way::Start(start) })
    }

    /// A plan to contact the server at `url`.
    ///
    /// # Errors
    /// The address is not one, or neither `http` nor `https`, or it carries a user name or password.
    pub fn contact(
        server: impl Into<String>,
        url: &str,
        headers: Vec<(String, Secret)>,
        prefers_sse: bool,
    ) -> Result<Self, PlanError> {
        let shown = neutral(url, 200);
        let parsed = reqwest::Url::parse(url)
            .map_err(|error| PlanError { message: format!("address `{shown}` cannot be read: {error}") })?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
            return Err(PlanError {
                message: format!(
                    "address `{shown}` is neither http nor https; a server is contacted over those only"
                ),
            });
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            let message = format!(
                "the address of `{}` carries a user name or password; move it into a header",
                parsed.host_str().unwrap_or_default()
            );
            return Err(PlanError { message });
        }
        let contact = Contact { url: parsed.into(), headers, prefers_sse };
        Ok(Self { server: server.into(), way: Way::Contact(contact) })
    }

    /// What a person is asked to agree to: the exact command, untruncated and with invisible characters spelt out,
    /// names (never values) of variables and headers, digests, and what the server will be able to do.
    #[must_use]
    pub fn describe(&self, confinement: &dyn Confinement) -> Vec<String> {
        match &self.way {
            Way::Start(start) => start.describe(confinement),
            Way::Contact(contact) => contact.describe(),
        }
    }
}

impl fmt::Debug for LaunchPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match &self.way {
            Way::Start(start) => format!("starts {}", start.command.display()),
            Way::Contact(_) => "contacts an address".to_owned(),
        };
        write!(f, "LaunchPlan({:?} {way})", self.server)
    }
}

impl Start {
    fn describe(&self, confinement: &dyn Confinement) -> Vec<String> {
        let mut command = quoted(&self.command.to_string_lossy());
        for argument in &self.arguments {
            command.push(' ');
            command.push_str(&quoted(argument));
        }
        let mut lines = vec![format!("starts {command}")];
        if let Some(directory) = &self.directory {
            lines.push(format!("in {}", quoted(&directory.to_string_lossy())));
        }
        lines.push(format!("with the variables {}", names(&self.environment)));
        lines.extend(self.digests.iter().map(|file| {
            format!("where {} has sha256 {}", quoted(&file.path.to_string_lossy()), file.sha256)
        }));
        lines.push("it is started once for each client that it is asked as, and ended each time".to_owned());
        lines.push(confinement.sentence().to_owned());
        lines
    }

    /// Whether the files are still those whose digests were shown; the first that is not, in words.
    pub(crate) fn unchanged(&self) -> Result<(), String> {
        for file in &self.digests {
            let same = is_same(file).map_err(|error| format!("`{}`: {error}", file.path.display()))?;
            if !same {
                return Err(format!(
                    "`{}` changed after consent was given; look at it and ask again",
                    file.path.display()
                ));
            }
        }
        Ok(())
    }
}

impl Contact {
    fn describe(&self) -> Vec<String> {
        let mut lines = vec![format!("contacts {}", neutral(&self.url, usize::MAX))];
        if !self.headers.is_empty() {
            lines.push(format!("with the headers {}", names(&self.headers)));
        }
        lines.push("the server learns your network address and what the headers say".to_owned());
        lines
    }
}

fn names(variables: &[(String, Secret)]) -> String {
    if variables.is_empty() {
        return "(none)".to_owned();
    }
    let names: Vec<String> = variables.iter().map(|(name, _)| neutral(name, usize::MAX)).collect();
    names.join(", ")
}

/// The text as a POSIX shell would need it, so that the boundaries of arguments are seen.
fn quoted(text: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if !text.is_empty() && text.chars().all(is_bare) {
        return text.to_owned();
    }
    let shown = neutral(text, usize::MAX).replace('\n', "\\n").replace('\t', "\\t");
    format!("'{}'", shown.replace('\'', "'\\''"))
}

/// The file that would run for `command`.
fn resolve(command: &str, path: Option<&str>, directory: Option<&Path>) -> Result<PathBuf, PlanError> {
    let shown = neutral(command, 200);
    if command.is_empty() || command.contains('\0') {
        return Err(PlanError { message: format!("command `{shown}` is empty or cannot be a file name") });
    }
    let named = Path::new(command);
    if named.components().count() > 1 || named.is_absolute() {
        let whole = directory.map_or_else(|| named.to_owned(), |directory| directory.join(named));
        return runnable(&whole).ok_or_else(|| PlanError {
            message: format!("command `{shown}` does not exist or may not be run; check its path"),
        });
    }
    let folders = path.unwrap_or_default();
    // Relative folders of a search path are left out: what they hold depends on where the scan is started.
    std::env::split_paths(folders)
        .filter(|folder| folder.is_absolute())
        .find_map(|folder| runnable(&folder.join(named)))
        .ok_or_else(|| PlanError {
            message: format!("command `{shown}` is not on the search path; install it or name its full path"),
        })
}

/// The candidate as an absolute path, when it is a file that may be run.
fn runnable(candidate: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(candidate).ok()?;
    let spellings = if cfg!(windows) { &["exe", "cmd", "bat"][..] } else { &[][..] };
    std::iter::once(absolute.clone())
        .chain(spellings.iter().map(|extension| absolute.with_added_extension(extension)))
        .find(|path| is_runnable(path))
}

#[cfg(unix)]
fn is_runnable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_runnable(path: &Path) -> bool {
    path.is_file()
}

/// The first argument that is no option, when it is a file on this machine: the script of an interpreter.
fn first_script(arguments: &[String], directory: Option<&Path>) -> Option<PathBuf> {
    let first = arguments.iter().find(|argument| !argument.starts_with('-'))?;
    let path = directory.map_or_else(|| PathBuf::from(first), |directory| directory.join(first));
    path.is_file().then_some(path)
}

fn digest(path: &Path) -> io::Result<FileDigest> {
    let path = path.canonicalize()?;
    let meta = path.metadata()?;
    Ok(FileDigest { sha256: sha256_of(&path)?, length: meta.len(), modified: meta.modified().ok(), path })
}

fn is_same(file: &FileDigest) -> io::Result<bool> {
    let meta = file.path.metadata()?;
    if meta.len() == file.length && file.modified.is_some() && meta.modified().ok() == file.modified {
        return Ok(true);
    }
    Ok(sha256_of(&file.path)? == file.sha256)
}

fn sha256_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut chunk)?;
        let Some(bytes) = chunk.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn unreadable(path: &Path, error: &io::Error) -> PlanError {
    PlanError { message: format!("`{}` cannot be read for its digest: {error}", path.display()) }
}
