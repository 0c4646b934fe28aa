//! Everything that was heard, as JSON Lines, and its bodies in a folder beside it, filed under their digests. A
//! recording answers in the network's place. Secrets that somebody published in a body are blanked before it is kept.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use portcullis_model::{Confidence, Moment, Node};
use portcullis_text::secret;
use portcullis_wire::json::{self, Dialect, Limits};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::request::{Reply, Request};

/// A line holds no more bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// A recording cannot be used: which file, and why.
#[derive(Debug)]
pub struct RecordingError(String);

impl fmt::Display for RecordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RecordingError {}

/// One answer as it is written.
#[derive(Serialize)]
struct Line<'a> {
    request: &'a str,
    seen: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<&'a str>,
    /// The digest of the body as it came, when secrets in it were blanked.
    #[serde(skip_serializing_if = "Option::is_none")]
    heard: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    headers: &'a [(String, String)],
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<&'a str>,
}

/// An answer without its body.
#[derive(Debug, Clone)]
struct Filed {
    reply: Reply,
    digest: Option<String>,
}

#[derive(Debug, Default)]
struct Shelf {
    answers: HashMap<String, Vec<Filed>>,
    /// How many of the answers to a question were given again.
    given: HashMap<String, usize>,
    file: Option<File>,
}

/// Answers that were heard before, and the file that new ones go to.
#[derive(Debug)]
pub struct Recording {
    bodies: PathBuf,
    shelf: Mutex<Shelf>,
    is_replay: bool,
    /// How many bodies were begun.
    halves: AtomicU64,
    /// Lines that could not be read, with their numbers.
    pub unread: Vec<(usize, String)>,
}

impl Recording {
    /// Opens a recording that is added to; it is made when it is not there.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub fn append(path: &Path) -> Result<Self, RecordingError> {
        let wrong = |error: std::io::Error| {
            RecordingError(format!("`{}` cannot be written: {error}; name another file", path.display()))
        };
        let mut recording = if path.exists() { Self::read(path, false)? } else { Self::empty(path, false) };
        std::fs::create_dir_all(&recording.bodies).map_err(wrong)?;
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(wrong)?;
        recording.shelf.get_mut().unwrap_or_else(PoisonError::into_inner).file = Some(file);
        Ok(recording)
    }

    /// Opens a recording that answers in the network's place, each question with its answers in their order; the last
    /// one is given again.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn replay(path: &Path) -> Result<Self, RecordingError> {
        Self::read(path, true)
    }

    /// True when it answers in the network's place.
    #[must_use]
    pub const fn is_replay(&self) -> bool {
        self.is_replay
    }

    fn empty(path: &Path, is_replay: bool) -> Self {
        let mut bodies = path.as_os_str().to_owned();
        bodies.push(".bodies");
        let halves = AtomicU64::new(0);
        Self { bodies: bodies.into(), shelf: Mutex::default(), is_replay, halves, unread: Vec::new() }
    }

    fn read(path: &Path, is_replay: bool) -> Result<Self, RecordingError> {
        let wrong = |error: std::io::Error| {
            RecordingError(format!("`{}` cannot be read: {error}; name a recording", path.display()))
        };
        let mut recording = Self::empty(path, is_replay);
        let mut shelf = Shelf::default();
        let mut reader = BufReader::new(File::open(path).map_err(wrong)?);
        for number in 1.. {
            let mut line = Vec::new();
            let read = std::io::Read::take(&mut reader, LONGEST_LINE).read_until(b'\n', &mut line);
            if read.map_err(wrong)? == 0 {
                break;
            }
            match filed(&line) {
                Ok((request, answer)) => shelf.answers.entry(request).or_default().push(answer),
                // Whoever was killed while writing leaves half a line.
                Err(why) => recording.unread.push((number, why)),
            }
        }
        recording.shelf = Mutex::new(shelf);
        Ok(recording)
    }

    /// The answer to a question in a replay.
    pub(crate) fn answer(&self, request: &Request) -> Option<Reply> {
        let key = request.key();
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let given = shelf.given.entry(key.clone()).or_default();
        let index = *given;
        *given += 1;
        let answers = shelf.answers.get(&key)?;
        let filed = answers.get(index).or(answers.last())?.clone();
        drop(shelf);
        Some(self.whole(filed))
    }

    /// The last good answer to a question, so that only a change is asked for.
    pub(crate) fn last_good(&self, request: &Request) -> Option<Reply> {
        let shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let good = |filed: &&Filed| filed.reply.is(200) && filed.digest.is_some();
        let filed = shelf.answers.get(&request.key())?.iter().rev().find(good)?.clone();
        drop(shelf);
        Some(self.whole(filed)).filter(|reply| reply.trouble.is_none())
    }

    fn whole(&self, filed: Filed) -> Reply {
        let Some(digest) = filed.digest else { return filed.reply };
        let path = self.body_path(&digest);
        match path.and_then(|path| std::fs::read(path).ok()) {
            Some(body) if digest_of(&body) == digest => Reply { body, ..filed.reply },
            Some(_) => Reply { trouble: Some(String::from("the recorded body was changed")), ..filed.reply },
            None => Reply { trouble: Some(String::from("the recorded body is missing")), ..filed.reply },
        }
    }

    /// Files an answer.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn file(&self, request: &Request, reply: &Reply) -> Result<(), RecordingError> {
        let body = blanked(&reply.body);
        let digest = (!body.is_empty()).then(|| digest_of(&body));
        let wrong =
            |error: std::io::Error| RecordingError(format!("the recording cannot be written: {error}"));
        if let Some(path) = digest.as_deref().and_then(|digest| self.body_path(digest))
            && !path.exists()
        {
            let folder = path.parent().unwrap_or(&self.bodies);
            std::fs::create_dir_all(folder).map_err(wrong)?;
            // Whole or not at all: whoever finds the file may trust its name.
            // The same body may come from two hosts at once.
            let number = self.halves.fetch_add(1, Ordering::Relaxed);
            let half = path.with_extension(format!("part-{}-{number}", std::process::id()));
            std::fs::write(&half, &body).and_then(|()| std::fs::rename(&half, &path)).map_err(wrong)?;
        }
        let key = request.key();
        let heard = matches!(body, Cow::Owned(_)).then(|| digest_of(&reply.body));
        let line = Line {
            heard: heard.as_deref(),
            request: &key,
            seen: reply.seen.0,
            status: reply.status,
            digest: digest.as_deref(),
            headers: &reply.headers,
            trouble: reply.trouble.as_deref(),
        };
        let mut text = serde_json::to_string(&line).unwrap_or_default();
        text.push('\n');
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &mut shelf.file {
            file.write_all(text.as_bytes()).map_err(wrong)?;
        }
        let filed = Filed { reply: Reply { body: Vec::new(), ..reply.clone() }, digest };
        shelf.answers.entry(key).or_default().push(filed);
        Ok(())
    }

    /// `BODIES/ab/cdef…`; none when the digest is not one that we wrote.
    fn body_path(&self, digest: &str) -> Option<PathBuf> {
        let hex = digest.strip_prefix("sha256:")?;
        let is_ours = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (folder, rest) = hex.split_at_checked(2).filter(|_| is_ours)?;
        Some(self.bodies.join(folder).join(rest))
    }
}

/// A body without the secrets that somebody published in it: what is kept must not publish them again.
fn blanked(body: &[u8]) -> Cow<'_, [u8]> {
    let Ok(text) = std::str::from_utf8(body) else { return Cow::Borrowed(body) };
    let mut kept = String::new();
    let mut from = 0;
    for hit in secret::find(text).into_iter().filter(|hit| hit.confidence >= Confidence::High) {
        kept.push_str(text.get(from..hit.span.start).unwrap_or_default());
        let value = text.get(hit.span.start..hit.span.end).unwrap_or_default();
        kept.push_str(&secret::shown(hit.kind, value));
        from = hit.span.end;
    }
    if from == 0 {
        return Cow::Borrowed(body);
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(kept.into_bytes())
}

/// The digest of a body: `sha256:…`.
pub(crate) fn digest_of(body: &[u8]) -> String {
    let hex: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn filed(line: &[u8]) -> Result<(String, Filed), String> {
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    let root =
        json::read(line.trim_ascii(), Dialect::Strict, &limits).map_err(|fault| fault.to_string())?.root;
    let number = |name: &str| match root.get(name).map(|node| &node.value) {
        Some(portcullis_model::Value::Number(text)) => text.parse::<i64>().ok(),
        _ => None,
    };
    let request = root.get_text("request").ok_or("the line names no `request`")?.to_owned();
    let pair = |item: &Node| match item.items() {
        [name, value] => Some((name.text()?.to_owned(), value.text()?.to_owned())),
        _ => None,
    };
    let headers = root.get("headers").map(Node::items).unwrap_or_default().iter().filter_map(pair).collect();
    let reply = Reply {
        seen: Moment(number("seen").ok_or("the line has no time `seen`")?),
        status: number("status").and_then(|status| u16::try_from(status).ok()),
        headers,
        trouble: root.get_text("trouble").map(str::to_owned),
        ..Reply::default()
    };
    Ok((request, Filed { reply, digest: root.get_text("digest").map(str::to_owned) }))
}
