//! Wheels whose list of files is not what is in them.

use std::collections::BTreeSet;

use portcullis_model::{Audience, Severity, Span};
use portcullis_text::decode;
use sha2::{Digest, Sha256};

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A wheel whose `RECORD` gives a file another digest than it has, or does not list a file that is in the wheel. What is listed
    /// and not there is told to pedantic readers.
    ///
    /// ## Why it matters
    ///
    /// `RECORD` is written as the wheel is built. A file that does not fit it was put in or changed afterwards, and not every
    /// installer looks (X18, T08).
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- some_mcp-1.0.dist-info/RECORD
    /// some_mcp.py,sha256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,6
    /// some_mcp-1.0.dist-info/RECORD,,
    /// --- some_mcp.py
    /// x = 1
    /// ```
    ///
    /// ```package bad
    /// --- some_mcp-1.0.dist-info/RECORD
    /// some_mcp-1.0.dist-info/RECORD,,
    /// --- some_mcp.py
    /// x = 1
    /// ```
    ///
    /// ```package good
    /// --- some_mcp-1.0.dist-info/RECORD
    /// some_mcp.py,,
    /// some_mcp-1.0.dist-info/RECORD,,
    /// --- some_mcp.py
    /// x = 1
    /// ```
    pub(crate) struct RecordMismatch {
        id: "record-mismatch",
        summary: "the list of files of a wheel does not fit what is in it",
        severity: High,
        confidence: Certain,
        threats: [MaliciousPackage, InstallerSpoofing],
        entry: Package,
        remedy: "Do not install it; compare it with the file that the publisher's index states the digest of.",
        references: ["CWE-345", "CWE-354"],
        since: "0.1.0",
    }
}

/// Findings of each kind that are told.
const TOLD: usize = 5;

impl Rule for RecordMismatch {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        // A source distribution may carry the list of a wheel that was built of it.
        if package.bundle.file("PKG-INFO").is_some() {
            return;
        }
        // A wheel has its list in the first folder; one that is installed somewhere else lists more than is here.
        let records = package.bundle.files.iter().filter(|file| {
            file.path.strip_suffix(".dist-info/RECORD").is_some_and(|name| !name.contains('/'))
        });
        for record in records {
            if let Some(text) = record.text() {
                look(&record.path, text, package, report);
            }
        }
    }
}

fn look(record: &str, text: &str, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
    let mut listed = BTreeSet::new();
    let (mut changed, mut missing) = (0, 0);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.trim_end().len());
        at += line.len();
        let Some((path, digest)) = entry(line.trim_end()) else { continue };
        listed.insert(path);
        match package.bundle.file(path) {
            Some(file) if !fits(digest, &file.bytes) && changed < TOLD => {
                changed += 1;
                report.found(package.at(record, span), format!("`{path}` is not the file that the list of the wheel describes"));
            }
            None if missing < TOLD && !is_unread(path, package) => {
                missing += 1;
                let message = format!("`{path}` is listed and not in the wheel");
                report.found(package.at(record, span), message).severity(Severity::Low).audience(Audience::Pedantic);
            }
            _ => {}
        }
    }
    let signatures = [format!("{record}.jws"), format!("{record}.p7s")];
    let extra = package.bundle.files.iter().filter(|file| {
        file.path != record && !listed.contains(file.path.as_str()) && !signatures.contains(&file.path)
    });
    for file in extra.take(TOLD) {
        let message = format!("`{}` is in the wheel and not in its list of files", file.path);
        report.found(package.at(&file.path, Span::UNKNOWN), message).severity(Severity::Medium);
    }
}

/// Path and digest of a line; a path with a comma stands in quotes.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (path, rest) = match line.strip_prefix('"') {
        Some(quoted) => {
            let (path, rest) = quoted.split_once('"')?;
            (path, rest.strip_prefix(',')?)
        }
        None => line.split_once(',')?,
    };
    (!path.is_empty()).then(|| (path, rest.split(',').next().unwrap_or_default()))
}

/// Whether bytes have a digest. Only the usual kind is compared.
fn fits(digest: &str, bytes: &[u8]) -> bool {
    let Some(value) = digest.strip_prefix("sha256=") else { return true };
    decode::base64(value.as_bytes()).is_some_and(|stated| stated.as_slice() == Sha256::digest(bytes).as_slice())
}

fn is_unread(path: &str, package: &PackageEvidence<'_>) -> bool {
    package.bundle.unread.iter().any(|unread| path.starts_with(unread.path.trim_end_matches('/')))
}
