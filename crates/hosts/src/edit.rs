//! Changes files as asked and in no other way: every byte outside of the edits stays as it is, comments and
//! encoding included. A file is replaced whole or not at all, what it held is kept beside it, and nothing is
//! written when the file changed since it was read, when edits contradict one another, or when the result
//! would not be well formed.

mod replace;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use portcullis_model::{Edit, Launch, Secret, Span};
use similar::TextDiff;

use crate::encoding::{self, Encoding};
use crate::file;
use crate::format;
use crate::host::Format;
use crate::problem::{Problem, ProblemKind};
use crate::reading::Reading;
use portcullis_text::is_reference;

/// The end of the names of the copies that are kept: `mcp.json.portcullis-backup`, then with `.2`, `.3` and
/// so on.
pub const BACKUP: &str = ".portcullis-backup";

/// Edits of one file that fit together, not yet written.
#[derive(Clone)]
pub struct Change {
    shown: String,
    path: PathBuf,
    digest: [u8; 32],
    encoding: Encoding,
    before: String,
    after: String,
    mode: Option<u32>,
    hidden: Vec<String>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The copy of what the file held; none when only its permissions changed.
    pub backup: Option<PathBuf>,
}

impl Change {
    /// Fits edits together. Edits of other files are left out; equal edits count once.
    ///
    /// # Errors
    /// [`ProblemKind::EditRefused`] when edits overlap, when one has no place in the text, when the file cannot be
    /// written back as it was (bytes that are not valid, a binary property list), or when the result would not be
    /// well formed.
    pub fn plan(reading: &Reading, edits: &[Edit]) -> Result<Self, Problem> {
        let shown = &reading.config.path;
        let mut replacements = Vec::new();
        let mut mode = None;
        for edit in edits {
            match edit {
                Edit::Replace { file, span, replacement } if file == shown => {
                    replacements.push((*span, replacement.as_str()));
                }
                Edit::Permissions { file, mode: wanted } if file == shown => mode = Some(*wanted),
                Edit::Replace { .. } | Edit::Permissions { .. } => {}
            }
        }
        let after = splice(&reading.text, &mut replacements)
            .map_err(|(span, message)| refused(shown, message).at(span).placed(&reading.text))?;
        if !replacements.is_empty() {
            let same = encoding::encode(&reading.text, reading.encoding).map(|bytes| file::digest(&bytes));
            if same != Some(reading.digest) {
                let message = "the file cannot be written back byte for byte in its encoding";
                return Err(refused(shown, message));
            }
            if syntax_faults(&after, reading.format) > syntax_faults(&reading.text, reading.format) {
                return Err(refused(shown, "the edited file would not be well formed"));
            }
        }
        Ok(Self {
            shown: shown.clone(),
            path: reading.path.clone(),
            digest: reading.digest,
            encoding: reading.encoding,
            before: reading.text.clone(),
            after,
            mode: mode.filter(|mode| reading.config.unix_mode != Some(*mode)),
            hidden: literals(reading),
        })
    }

    /// The change that makes a file hold other bytes, such as those that it held before. None when they are not text.
    #[must_use]
    pub fn to_bytes(reading: &Reading, bytes: &[u8]) -> Option<Self> {
        let decoded = encoding::decode(bytes)?;
        Some(Self {
            shown: reading.config.path.clone(),
            path: reading.path.clone(),
            digest: reading.digest,
            encoding: decoded.encoding,
            before: reading.text.clone(),
            after: decoded.text,
            mode: None,
            hidden: literals(reading),
        })
    }

    /// The text as it was read.
    #[must_use]
    pub fn before(&self) -> &str {
        &self.before
    }

    /// The text as it would be written. It may hold secrets.
    #[must_use]
    pub fn after(&self) -> &str {
        &self.after
    }

    /// True when nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.before == self.after && self.mode.is_none()
    }

    /// The change as a unified diff to be shown to people: literal values of environment variables and
    /// headers, and the secrets that the caller knows of, are hidden.
    #[must_use]
    pub fn diff(&self, secrets: &[Secret]) -> String {
        let mut diff = unified_diff(&self.before, &self.after, &self.shown);
        if let Some(mode) = self.mode {
            diff.push_str(&format!("# permissions of {} become {mode:o}\n", self.shown));
        }
        let hidden = self.hidden.iter().map(String::as_str).chain(secrets.iter().map(Secret::expose));
        for literal in hidden.filter(|literal| literal.chars().count() >= 6) {
            diff = diff.replace(literal, &format!("<hidden: {}>", Secret::new(literal).shown()));
        }
        diff
    }

    /// The bytes of the file as it would be written.
    ///
    /// # Errors
    /// [`ProblemKind::EditRefused`] when its encoding cannot be written.
    pub fn bytes(&self) -> Result<Vec<u8>, Problem> {
        let bytes = encoding::encode(&self.after, self.encoding);
        bytes.ok_or_else(|| refused(&self.shown, "its encoding cannot be written"))
    }

    /// Writes the change.
    ///
    /// # Errors
    /// [`ProblemKind::EditRefused`] when the file changed since it was read; otherwise what kept it from being
    /// written. The file is then as it was.
    pub fn write(&self) -> Result<Written, Problem> {
        if self.path.as_os_str().is_empty() {
            return Err(refused(&self.shown, "the text did not come from a file"));
        }
        let current = file::contents(&self.path, &self.shown, file::LARGEST_CONFIGURATION)?;
        if file::digest(&current.bytes) != self.digest {
            return Err(refused(&self.shown, "the file changed since it was read"));
        }
        let failed = |error| not_written(&self.shown, &error);
        let mode = self.mode.or(current.unix_mode);
        if self.before == self.after {
            replace::set_mode(&self.path, self.mode).map_err(failed)?;
            return Ok(Written { backup: None });
        }
        let bytes = self.bytes()?;
        let backup = replace::keep(&self.path, &current.bytes, mode).map_err(failed)?;
        replace::replace(&self.path, &bytes, mode).map_err(failed)?;
        Ok(Written { backup: Some(backup) })
    }
}

/// Replaces the bytes of a file by others, in one step, with the same owner and permissions; no copy is kept. `digest` is
/// the SHA-256 of what the file is expected to hold, `shown` names it in problems. A link is followed.
///
/// # Errors
/// [`ProblemKind::EditRefused`] when the file holds something else by now or is read-only; otherwise what kept it from
/// being read or written. The file is then as it was.
pub fn exchange(path: &Path, shown: &str, digest: &[u8; 32], bytes: &[u8]) -> Result<(), Problem> {
    let current = file::contents(path, shown, file::LARGEST_CONFIGURATION)?;
    if file::digest(&current.bytes) != *digest {
        return Err(refused(shown, "the file changed since it was read"));
    }
    let permissions = std::fs::metadata(&current.real_path).map(|metadata| metadata.permissions());
    if permissions.map_err(|error| not_written(shown, &error))?.readonly() {
        let message = "the file is read-only";
        return Err(Problem::new(ProblemKind::EditRefused, shown, message, "make it writable first"));
    }
    remove_leftovers(&current.real_path);
    replace::replace(&current.real_path, bytes, current.unix_mode).map_err(|error| not_written(shown, &error))
}

/// Removes what a run that was killed while it replaced a file left beside it.
pub fn remove_leftovers(path: &Path) {
    replace::clear(path);
}

/// The SHA-256 digest of a file's bytes, as [`exchange`] compares it.
#[must_use]
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    file::digest(bytes)
}

/// The difference of two texts with three lines of context, empty when there is none. Nothing in it is
/// hidden.
#[must_use]
pub fn unified_diff(before: &str, after: &str, path: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(3).header(path, path).to_string()
}

/// The text with spans replaced. An error names the span that does not fit.
fn splice(text: &str, replacements: &mut Vec<(Span, &str)>) -> Result<String, (Span, &'static str)> {
    replacements.sort_unstable();
    replacements.dedup();
    let mut after = String::with_capacity(text.len());
    let mut done = 0;
    let mut last = None;
    for (span, replacement) in replacements.iter() {
        if *span == Span::UNKNOWN {
            return Err((*span, "an edit does not say where it belongs"));
        }
        if span.start < done || last == Some(span.start) {
            return Err((*span, "two edits are about the same place"));
        }
        let kept = text.get(done..span.start).filter(|_| text.get(span.start..span.end).is_some());
        let Some(kept) = kept else { return Err((*span, "an edit lies outside of the text")) };
        after.push_str(kept);
        after.push_str(replacement);
        done = span.end;
        last = Some(span.start);
    }
    after.push_str(text.get(done..).unwrap_or_default());
    Ok(after)
}

fn syntax_faults(text: &str, format: Format) -> usize {
    format::parse(text, format).faults.iter().filter(|fault| fault.kind.leaves_a_gap()).count()
}

/// The literal values of variables and headers as they are spelt in the text.
fn literals(reading: &Reading) -> Vec<String> {
    let variables = reading.config.servers.iter().flat_map(|server| match &server.launch {
        Launch::Stdio { env, .. } => env.as_slice(),
        Launch::Remote { headers, .. } => headers.as_slice(),
        Launch::Unknown => &[],
    });
    variables
        .filter(|variable| !is_reference(variable.value.expose()))
        .filter_map(|variable| reading.text.get(variable.span.start..variable.span.end))
        .map(|raw| raw.trim_matches(['"', '\'']).to_owned())
        .collect()
}

fn not_written(shown: &str, error: &std::io::Error) -> Problem {
    let message = format!("the file cannot be written: {}", error.to_string().to_lowercase());
    Problem::new(ProblemKind::NotWritten, shown, message, "check the folder's permissions and the disk")
}

fn refused(shown: &str, message: &str) -> Problem {
    Problem::new(ProblemKind::EditRefused, shown, message, "read the file again, or change it by hand")
}
