//! Where advisories are read from: archives, JSON Lines, single records, folders of these, and addresses.

use std::fs;
use std::path::Path;

use portcullis_fetch::{Limits, Root, unpack};
use portcullis_ledger::PublicKey;
use portcullis_supply::advisory::{Builder, Unusable, read};

use crate::downloads::Downloads;
use crate::exit::Failure;

/// Bounds of an archive of records: some ecosystems have hundreds of thousands of small ones.
const LIMITS: Limits = Limits { total: 4 << 30, file: 8 << 20, entries: 2_000_000, ratio: 200, depth: 8 };
/// Archives below a base address.
const BELOW: [&str; 2] = ["npm/all.zip", "PyPI/all.zip"];
/// Records that could not be read and are named; the rest is counted.
const NAMED: usize = 5;

/// Reads sources, and keeps account of what could not be used.
pub(super) struct Reader {
    downloads: Downloads,
    key: Option<PublicKey>,
    withdrawn: usize,
    elsewhere: usize,
    unreadable: usize,
    problems: Vec<String>,
}

impl Reader {
    pub(super) fn new(downloads: Downloads, key: Option<&Path>) -> Result<Self, Failure> {
        let key = key.map(PublicKey::read).transpose().map_err(Failure::usage)?;
        Ok(Self { downloads, key, withdrawn: 0, elsewhere: 0, unreadable: 0, problems: Vec::new() })
    }

    /// Reads one source as the command line names it.
    pub(super) fn source(&mut self, source: &str, builder: &mut Builder) -> Result<(), Failure> {
        if source.starts_with("https://") || source.starts_with("http://") {
            return self.address(source, builder);
        }
        let path = Path::new(source);
        if !path.is_dir() {
            return self.file(path, builder);
        }
        let fail = |error| Failure::incomplete(format!("`{source}` cannot be listed: {error}"));
        let mut files = fs::read_dir(path)
            .map_err(fail)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(fail)?;
        files.retain(|file| {
            let ending = file.extension().unwrap_or_default();
            file.is_file() && ["zip", "json", "jsonl"].iter().any(|known| ending == *known)
        });
        files.sort();
        files.iter().try_for_each(|file| self.file(file, builder))
    }

    fn file(&mut self, path: &Path, builder: &mut Builder) -> Result<(), Failure> {
        let shown = path.display().to_string();
        let fail = |error| Failure::incomplete(format!("`{shown}` cannot be read: {error}; check the path"));
        let bytes = fs::read(path).map_err(fail)?;
        if self.key.is_some() {
            let mut beside = path.as_os_str().to_owned();
            beside.push(".sig");
            let signature = fs::read(&beside).unwrap_or_default();
            self.signed(&shown, &bytes, &signature)?;
        }
        self.records(&shown, &bytes, builder)
    }

    /// An archive or file at an address, or, below a base address, the archives of the ecosystems.
    fn address(&mut self, address: &str, builder: &mut Builder) -> Result<(), Failure> {
        let is_file = [".zip", ".json", ".jsonl"].iter().any(|ending| address.ends_with(ending));
        let base = address.trim_end_matches('/');
        let all: Vec<String> = if is_file {
            vec![address.to_owned()]
        } else {
            BELOW.map(|below| format!("{base}/{below}")).into()
        };
        for address in all {
            let bytes = self.downloads.file(&address)?;
            if self.key.is_some() {
                let signature = self.downloads.file(&format!("{address}.sig"))?;
                self.signed(&address, &bytes, &signature)?;
            }
            self.records(&address, &bytes, builder)?;
        }
        Ok(())
    }

    /// Refuses bytes that the key did not sign.
    fn signed(&self, shown: &str, bytes: &[u8], signature: &[u8]) -> Result<(), Failure> {
        let Some(key) = &self.key else { return Ok(()) };
        if key.verifies_text(bytes, signature) {
            return Ok(());
        }
        Err(Failure::incomplete(format!(
            "`{shown}` is not signed by this key: its signature is missing or wrong; the database stays as it was"
        )))
    }

    fn records(&mut self, shown: &str, bytes: &[u8], builder: &mut Builder) -> Result<(), Failure> {
        if bytes.starts_with(b"PK") {
            let bundle = unpack(shown, shown, bytes, Root::Keep, &LIMITS)
                .map_err(|error| Failure::incomplete(format!("`{shown}`: {error}")))?;
            for unread in bundle.unread.iter().filter(|unread| !unread.left_out) {
                self.problem(format!("`{shown}`: `{}`: {}", unread.path, unread.reason));
            }
            for file in bundle.files.iter().filter(|file| file.path.ends_with(".json")) {
                self.record(&file.path, &file.bytes, builder);
            }
            return Ok(());
        }
        if shown.ends_with(".jsonl") {
            let lines = bytes.split(|byte| *byte == b'\n').enumerate();
            for (number, line) in lines.filter(|(_, line)| !line.trim_ascii().is_empty()) {
                self.record(&format!("{shown}, line {}", number + 1), line, builder);
            }
            return Ok(());
        }
        self.record(shown, bytes, builder);
        Ok(())
    }

    fn record(&mut self, shown: &str, bytes: &[u8], builder: &mut Builder) {
        match read(bytes) {
            Ok(advisories) => advisories.iter().for_each(|advisory| builder.add(advisory)),
            Err(Unusable::Withdrawn) => self.withdrawn += 1,
            Err(Unusable::Elsewhere) => self.elsewhere += 1,
            Err(error @ Unusable::Unreadable(_)) => self.problem(format!("`{shown}`: {error}")),
        }
    }

    fn problem(&mut self, problem: String) {
        self.unreadable += 1;
        if self.problems.len() < NAMED {
            self.problems.push(problem);
        }
    }

    /// True when something could not be read.
    pub(super) const fn has_gaps(&self) -> bool {
        self.unreadable > 0
    }

    /// What was left out, and why.
    pub(super) fn account(&self) -> String {
        self.downloads.done();
        let mut lines = vec![format!(
            "left out: {} withdrawn, {} about other ecosystems, {} unreadable",
            self.withdrawn, self.elsewhere, self.unreadable
        )];
        lines.extend(
            self.problems.iter().map(|problem| portcullis_report::neutral::terminal(problem).into_owned()),
        );
        lines.join("\n")
    }
}
