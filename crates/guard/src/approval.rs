//! Decisions that wait for a person, on disk: the guard writes the question, `portcullis approve` writes the answer.
//!
//! The client that asked has no part in it. A question is one file; its answer is another, which can be created once
//! only; using the answer up renames it. So two people cannot both decide, and one approval lets one message pass.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portcullis_model::Node;
use portcullis_wire::json::{self, Dialect};
use serde::Serialize;

use crate::approval::file::{Answer, Question};
use crate::seal::hex;

mod file;

/// How long a question can be answered.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// How long files are kept after that, for people who look.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// The most questions that wait at a time. More are refused at once: nobody would answer them.
const MOST: usize = 256;

/// The folder of waiting decisions.
#[derive(Debug, Clone)]
pub struct Approvals {
    folder: PathBuf,
}

/// What a person is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: String,
    /// `call` or `change`.
    pub kind: String,
    /// Who wants it.
    pub principal: String,
    /// The server.
    pub server: String,
    /// The tool, or what else it is about.
    pub subject: String,
    /// What would pass, secrets redacted; for a change, its difference.
    pub shown: String,
    /// Why a person is asked, one sentence each.
    pub because: Vec<String>,
    /// When it was asked, in seconds since 1970.
    pub asked: u64,
    /// Until when it can be answered.
    pub expires: u64,
    /// What it stands for: a digest of principal, server, tool, arguments, pin and policies.
    pub binding: String,
}

/// What a person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// Nothing yet.
    Not,
    /// Yes, and it has not been used.
    Approved,
    /// No.
    Rejected,
    /// It was approved and used, or is too old.
    Over,
}

/// Why a decision could not be asked or given.
#[derive(Debug)]
pub enum ApprovalError {
    /// No question has this id.
    Unknown(String),
    /// It was decided before.
    Decided(String),
    /// It has expired.
    Expired(String),
    /// So many are waiting that nobody will answer.
    TooMany,
    /// The folder cannot be used.
    Unusable(PathBuf, std::io::Error),
}

impl std::fmt::Display for ApprovalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(id) => {
                write!(f, "no decision `{id}` waits; `portcullis approvals` lists those that do")
            }
            Self::Decided(id) => write!(f, "`{id}` is decided already"),
            Self::Expired(id) => write!(f, "`{id}` has expired; let the call be made again"),
            Self::TooMany => {
                write!(f, "{MOST} decisions wait already; answer some with `portcullis approvals`")
            }
            Self::Unusable(path, error) => write!(f, "`{}` cannot be used: {error}", path.display()),
        }
    }
}

impl std::error::Error for ApprovalError {}

impl Approvals {
    /// The folder, made when it is not there, for its owner only.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(folder: &Path) -> Result<Self, ApprovalError> {
        let unusable = |error| ApprovalError::Unusable(folder.to_path_buf(), error);
        make_private_folder(folder).map_err(unusable)?;
        let approvals = Self { folder: folder.to_path_buf() };
        approvals.forget_old();
        Ok(approvals)
    }

    /// Asks. The same question that still waits is not asked twice: its id is returned.
    ///
    /// # Errors
    /// Too many wait, or it cannot be written: then the message does not pass.
    pub fn ask(&self, question: &Ask<'_>) -> Result<String, ApprovalError> {
        let now = seconds(SystemTime::now());
        let waiting = self.waiting();
        let same = waiting.iter().find(|waiting| waiting.binding == question.binding);
        if let Some(same) = same {
            return Ok(same.id.clone());
        }
        if waiting.len() >= MOST {
            return Err(ApprovalError::TooMany);
        }
        let mut random = [0_u8; 4];
        aws_lc_rs::rand::fill(&mut random)
            .map_err(|_| ApprovalError::Unusable(self.folder.clone(), ErrorKind::Other.into()))?;
        let id = hex(&random);
        let twin = Question {
            schema: file::SCHEMA,
            id: &id,
            kind: question.kind,
            principal: question.principal,
            server: question.server,
            subject: question.subject,
            shown: question.shown,
            because: question.because,
            asked: now,
            expires: now + LIFETIME.as_secs(),
            binding: question.binding,
        };
        self.create(&format!("{id}.json"), &twin)?;
        Ok(id)
    }

    /// Every question that can still be answered, oldest first.
    #[must_use]
    pub fn waiting(&self) -> Vec<Waiting> {
        let now = seconds(SystemTime::now());
        let mut waiting: Vec<Waiting> = self
            .questions()
            .into_iter()
            .filter(|question| question.expires > now && self.answered(&question.id) == Answered::Not)
            .collect();
        waiting.sort_by(|a, b| (a.asked, &a.id).cmp(&(b.asked, &b.id)));
        waiting
    }

    /// One question, decided or not.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<Waiting> {
        if !is_id(id) {
            return None;
        }
        file::question(&self.read(&format!("{id}.json"))?)
    }

    /// Decides, once.
    ///
    /// # Errors
    /// It is unknown, decided, or expired; or the answer cannot be written.
    pub fn decide(&self, id: &str, approve: bool, by: &str) -> Result<Waiting, ApprovalError> {
        let question = self.question(id).ok_or_else(|| ApprovalError::Unknown(id.to_owned()))?;
        let now = seconds(SystemTime::now());
        if question.expires <= now {
            return Err(ApprovalError::Expired(id.to_owned()));
        }
        if self.path(&format!("{id}.used")).exists() {
            return Err(ApprovalError::Decided(id.to_owned()));
        }
        let answer =
            Answer { schema: file::SCHEMA, approved: approve, by, at: now, binding: &question.binding };
        match self.create(&format!("{id}.answer"), &answer) {
            Err(ApprovalError::Unusable(_, error)) if error.kind() == ErrorKind::AlreadyExists => {
                Err(ApprovalError::Decided(id.to_owned()))
            }
            other => other.map(|()| question),
        }
    }

    /// What was said to a question.
    #[must_use]
    pub fn answered(&self, id: &str) -> Answered {
        if !is_id(id) || self.path(&format!("{id}.used")).exists() {
            return Answered::Over;
        }
        match self.read(&format!("{id}.answer")).and_then(|root| root.get("approved").and_then(Node::bool)) {
            Some(true) => Answered::Approved,
            Some(false) => Answered::Rejected,
            // An answer that cannot be read is no approval.
            None => Answered::Not,
        }
    }

    /// Uses an approval of exactly this up. `Some(id)` once for each approval.
    #[must_use]
    pub fn take(&self, binding: &str) -> Option<String> {
        let now = seconds(SystemTime::now());
        let fits = |question: &Waiting| {
            question.binding == binding
                && question.expires > now
                && self.answered(&question.id) == Answered::Approved
        };
        let question = self.questions().into_iter().find(fits)?;
        let (answer, used) = (format!("{}.answer", question.id), format!("{}.used", question.id));
        let same = self.read(&answer)?.get_text("binding").is_some_and(|bound| bound == binding);
        // The rename succeeds for one of all who try.
        (same && fs::rename(self.path(&answer), self.path(&used)).is_ok()).then_some(question.id)
    }

    /// Who gave an approval that was used up.
    #[must_use]
    pub fn approver(&self, id: &str) -> Option<String> {
        self.answerer(id, "used")
    }

    /// Who said no.
    #[must_use]
    pub fn rejecter(&self, id: &str) -> Option<String> {
        self.answerer(id, "answer")
    }

    fn answerer(&self, id: &str, file: &str) -> Option<String> {
        if !is_id(id) {
            return None;
        }
        Some(self.read(&format!("{id}.{file}"))?.get_text("by")?.to_owned())
    }

    fn questions(&self) -> Vec<Waiting> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .take(4 * MOST)
            .filter_map(|id| self.question(&id))
            .collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn read(&self, name: &str) -> Option<Node> {
        let bytes = fs::read(self.path(name)).ok()?;
        Some(json::read(&bytes, Dialect::Strict, &json::Limits::default()).ok()?.root)
    }

    /// Writes a file that must not be there, whole or not at all.
    fn create(&self, name: &str, twin: &impl Serialize) -> Result<(), ApprovalError> {
        let path = self.path(name);
        let unusable = |error| ApprovalError::Unusable(path.clone(), error);
        let text = serde_json::to_vec(twin).map_err(|error| unusable(error.into()))?;
        let mut random = [0_u8; 8];
        aws_lc_rs::rand::fill(&mut random).map_err(|_| unusable(ErrorKind::Other.into()))?;
        let draft = self.path(&format!(".{}", hex(&random)));
        let written = private_file(&draft).and_then(|mut file| {
            file.write_all(&text)?;
            file.sync_all()
        });
        // A link, unlike a rename, fails when the name is taken.
        let linked = written.and_then(|()| fs::hard_link(&draft, &path));
        let removed = fs::remove_file(&draft);
        linked.and(removed.or(Ok(()))).map_err(unusable)
    }

    /// Removes what nobody can use any more. What cannot be removed does no harm.
    fn forget_old(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let age = entry.metadata().and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
            if age.is_some_and(|age| age > LIFETIME + KEPT) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// A question to be asked.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// `call` or `change`.
    pub kind: &'a str,
    /// Who wants it.
    pub principal: &'a str,
    /// The server.
    pub server: &'a str,
    /// The tool, or what else it is about.
    pub subject: &'a str,
    /// What would pass, secrets redacted.
    pub shown: &'a str,
    /// Why, one sentence each.
    pub because: &'a [String],
    /// What the answer is bound to.
    pub binding: &'a str,
}

fn is_id(id: &str) -> bool {
    id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// A folder for its owner only.
pub(crate) fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A new file for its owner only.
pub(crate) fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask<'a>(binding: &'a str) -> Ask<'a> {
        Ask {
            kind: "call",
            principal: "local/me",
            server: "mail",
            subject: "send",
            shown: "{\"to\":\"…\"}",
            because: &[],
            binding,
        }
    }

    #[test]
    fn one_approval_lets_one_message_pass() {
        let folder = tempfile::tempdir().expect("a folder");
        let approvals = Approvals::open(folder.path()).expect("open");
        let id = approvals.ask(&ask("b1")).expect("asked");
        assert_eq!(approvals.ask(&ask("b1")).expect("asked"), id, "the same question waits once");
        assert_eq!(approvals.take("b1"), None, "nobody has answered");
        approvals.decide(&id, true, "me").expect("decided");
        assert_eq!(approvals.take("b2"), None, "another message");
        assert_eq!(approvals.take("b1"), Some(id.clone()));
        assert_eq!(approvals.take("b1"), None, "used up");
        assert_eq!(approvals.approver(&id).as_deref(), Some("me"));
        assert!(matches!(approvals.decide(&id, true, "me"), Err(ApprovalError::Decided(_))));
    }

    #[test]
    fn a_decision_stands_whoever_comes_second() {
        let folder = tempfile::tempdir().expect("a folder");
        let approvals = Approvals::open(folder.path()).expect("open");
        let id = approvals.ask(&ask("b1")).expect("asked");
        approvals.decide(&id, false, "one").expect("decided");
        assert!(matches!(approvals.decide(&id, true, "two"), Err(ApprovalError::Decided(_))));
        assert_eq!(approvals.answered(&id), Answered::Rejected);
        assert_eq!(approvals.take("b1"), None);
    }

    #[test]
    fn what_is_no_id_names_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let approvals = Approvals::open(folder.path()).expect("open");
        for id in ["../../etc", "", "0123456G", "0123456", "012345678"] {
            assert!(matches!(approvals.decide(id, true, "me"), Err(ApprovalError::Unknown(_))), "{id}");
        }
    }

    #[test]
    fn an_answer_that_is_garbage_approves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let approvals = Approvals::open(folder.path()).expect("open");
        let id = approvals.ask(&ask("b1")).expect("asked");
        fs::write(folder.path().join(format!("{id}.answer")), b"{\"approved\":tru").expect("written");
        assert_eq!(approvals.answered(&id), Answered::Not);
        assert_eq!(approvals.take("b1"), None);
    }
}
