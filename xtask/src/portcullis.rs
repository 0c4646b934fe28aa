//! The program, as a user would run it.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

/// The program that is measured.
pub(crate) struct Portcullis {
    pub(crate) binary: PathBuf,
}

/// One target of a scan, from its line.
#[derive(Debug, Deserialize)]
pub(crate) struct Scanned {
    pub(crate) target: Target,
    pub(crate) findings: Vec<Finding>,
}

/// What was looked at.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) locator: String,
    pub(crate) status: String,
}

/// One finding.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Finding {
    pub(crate) rule: String,
    pub(crate) severity: String,
    pub(crate) location: Location,
}

impl Finding {
    /// True from medium on.
    pub(crate) fn weighs(&self) -> bool {
        !matches!(self.severity.as_str(), "info" | "low")
    }
}

/// Where a finding is.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Location {
    #[serde(default)]
    pub(crate) server: String,
    #[serde(default)]
    pub(crate) item: String,
    #[serde(default)]
    pub(crate) name: String,
}

/// One verdict.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Judged {
    pub(crate) id: String,
    pub(crate) verdict: String,
    pub(crate) score: f64,
    pub(crate) rules: Vec<String>,
}

impl Portcullis {
    /// Builds the release binary, quickly when nothing changed.
    pub(crate) fn build(root: &Path) -> Result<Self, String> {
        Self::built(root, "release")
    }

    /// Builds the binary that the tests use: for what is right or wrong, not for what is measured.
    pub(crate) fn debug(root: &Path) -> Result<Self, String> {
        Self::built(root, "dev")
    }

    fn built(root: &Path, profile: &str) -> Result<Self, String> {
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "--profile", profile, "--package", "portcullis"])
            .current_dir(root)
            .status()
            .map_err(|error| format!("the {profile} build could not be started: {error}"))?;
        if !status.success() {
            return Err(format!("the {profile} build failed"));
        }
        let programs =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let folder = if profile == "dev" { "debug" } else { profile };
        Ok(Self { binary: programs.join(folder).join("portcullis") })
    }

    /// Scans a surface file, each surface by itself.
    pub(crate) fn scan(&self, file: &Path) -> Result<Vec<Scanned>, String> {
        let mut command = Command::new(&self.binary);
        command.args(["scan", "--format", "jsonl", "--together", "never", "--fail-on", "never"]).arg(file);
        lines(&mut command)
    }

    /// Judges the texts of a file; the answers by id.
    pub(crate) fn judge(&self, surface: &str, file: &Path) -> Result<BTreeMap<String, Judged>, String> {
        let input = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut command = Command::new(&self.binary);
        command.args(["judge", "--surface", surface]).stdin(Stdio::from(input));
        let judged: Vec<Judged> = lines(&mut command)?;
        Ok(judged.into_iter().map(|judged| (judged.id.clone(), judged)).collect())
    }
}

/// Runs a command and reads its output as JSON Lines.
fn lines<T: for<'de> Deserialize<'de>>(command: &mut Command) -> Result<Vec<T>, String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("portcullis: {error}"))?;
    if !output.status.success() {
        return Err(format!("portcullis: {}", output.status));
    }
    let text = String::from_utf8(output.stdout).map_err(|error| format!("portcullis: {error}"))?;
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(|error| format!("portcullis: {error}: {line}")))
        .collect()
}
