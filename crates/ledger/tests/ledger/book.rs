//! A ledger in a folder that cleans itself up, and the hands of somebody who changes it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use portcullis_ledger::{
    Clock, Direction, Ledger, MessageDigest, Options, PublicKey, Reason, Record, Ruling, Verification, verify,
};
use portcullis_model::{Threat, Verdict};
use portcullis_wire::envelope::{Id, Kind};
use sha2::{Digest, Sha256};

/// A clock that goes on by one second each time it is asked.
pub(crate) struct Seconds(pub(crate) AtomicI64);

impl Seconds {
    pub(crate) fn from(second: i64) -> Self {
        Self(AtomicI64::new(second))
    }
}

impl Clock for Seconds {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.fetch_add(1, Ordering::Relaxed)).unwrap()
    }
}

/// 2026-11-21T12:00:00Z.
pub(crate) const NOON: i64 = 1_795_262_400;

pub(crate) struct Book {
    folder: tempfile::TempDir,
}

impl Book {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A ledger of one closed series with this many records.
    pub(crate) fn with(records: usize) -> Self {
        let book = Self::new();
        book.add(records);
        book
    }

    /// Adds a closed series with this many records, its checkpoints five records apart, in small files.
    pub(crate) fn add(&self, records: usize) -> String {
        let ledger = self.open(small());
        let mut series = String::new();
        for number in 0..records {
            series = ledger.append(&call(number)).unwrap().series.to_string();
        }
        ledger.close().unwrap();
        series
    }

    /// The same ledger in another folder.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for path in children(&folder) {
                let to = copy.folder.path().join(path.strip_prefix(self.folder.path()).unwrap());
                if path.is_dir() {
                    fs::create_dir(to).unwrap();
                    folders.push(path);
                } else {
                    fs::copy(path, to).unwrap();
                }
            }
        }
        copy
    }

    pub(crate) fn open(&self, options: Options) -> Ledger {
        Ledger::open(&self.path(), options, Seconds::from(NOON)).unwrap()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub(crate) fn key(&self) -> PublicKey {
        PublicKey::read(&self.keys().join("ledger.pub")).unwrap()
    }

    pub(crate) fn verify(&self) -> Verification {
        verify(&self.path(), &self.key()).unwrap()
    }

    /// Every series, oldest first.
    pub(crate) fn series(&self) -> Vec<PathBuf> {
        children(&self.path()).into_iter().filter(|path| path.is_dir() && !path.ends_with("open")).collect()
    }

    /// Every file of records, oldest first.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.series().iter().flat_map(|series| children(series)).collect()
    }

    /// It is intact, and nothing has to be said about it.
    #[track_caller]
    pub(crate) fn is_intact(&self) -> Verification {
        let found = self.verify();
        assert!(found.problems.is_empty() && found.notes.is_empty(), "{found:#?}");
        found
    }

    /// Some problem is told with these words, about a file whose name ends so.
    #[track_caller]
    pub(crate) fn tells(&self, file: &str, words: &str) -> Verification {
        let found = self.verify();
        assert!(
            found.problems.iter().any(|problem| problem.file.ends_with(file) && problem.what.contains(words)),
            "{found:#?}"
        );
        found
    }
}

/// Checkpoints every five records, and about ten records to a file.
pub(crate) fn small() -> Options {
    Options { checkpoint_records: 5, file_bytes: 6000, ..Options::default() }
}

pub(crate) fn children(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// A call as the guard records it.
pub(crate) fn call(number: usize) -> Record {
    let verdict = if number.is_multiple_of(7) { Verdict::Deny } else { Verdict::Allow };
    Record {
        session: Some("s-1".into()),
        principal: Some("ada@example.com".into()),
        server: Some(if number.is_multiple_of(2) { "mail" } else { "files" }.into()),
        direction: Some(Direction::ToServer),
        kind: Some(Kind::Request),
        method: Some("tools/call".into()),
        tool: Some(format!("tool_{}", number % 3)),
        request: Some(Id::Integer(number as i64)),
        digest: Some(MessageDigest::of(format!("message {number}").as_bytes())),
        verdict,
        reasons: if verdict == Verdict::Deny {
            vec![Reason {
                by: Ruling::Policy("no-outside-to-network".into()),
                threats: vec![Threat::ParasiticToolchain],
            }]
        } else {
            Vec::new()
        },
        decision: Some(format!("d-{number}")),
        latency_us: Some(40),
        ..Record::default()
    }
}

/// The lines of a file.
pub(crate) fn lines(file: &Path) -> Vec<String> {
    fs::read_to_string(file).unwrap().lines().map(ToOwned::to_owned).collect()
}

pub(crate) fn write_lines(file: &Path, lines: &[String]) {
    fs::write(file, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
}

/// What a skilled forger does who has no key: the digests of all lines from `from` on are made to fit again.
pub(crate) fn chain_again(lines: &mut [String], from: usize) {
    let mut previous = if from == 0 { [0; 32] } else { digest_of(&lines[from - 1]) };
    for line in &mut lines[from..] {
        let body = line[75..].to_owned();
        previous = Sha256::new().chain_update(previous).chain_update(&body).finalize().into();
        let hex: String = previous.iter().map(|byte| format!("{byte:02x}")).collect();
        *line = format!("{{\"hash\":\"{hex}\",{body}");
    }
}

fn digest_of(line: &str) -> [u8; 32] {
    let hex = &line[9..73];
    std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
}
