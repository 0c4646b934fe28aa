//! `bench/results.md`: sections that are measured at different times.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const HEAD: &str = "\
# Speed, memory, size

Written by `cargo xtask bench`. Whole processes from start to end, release build, the median of several runs.
";

/// The order of the sections.
const ORDER: &[&str] = &["Speed and memory", "Build", "Beside other scanners"];

/// The page, section by section.
pub(super) struct Page {
    path: PathBuf,
    sections: Vec<(String, String)>,
}

impl Page {
    /// The page as it was left; empty when there is none.
    pub(super) fn open(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let sections = text
            .split("\n## ")
            .skip(1)
            .filter_map(|section| section.split_once('\n'))
            .map(|(title, body)| (title.to_owned(), body.trim().to_owned()))
            .collect();
        Self { path: path.to_owned(), sections }
    }

    /// Replaces or adds a section.
    pub(super) fn put(&mut self, title: &str, body: &str) {
        self.sections.retain(|(other, _)| other != title);
        self.sections.push((title.to_owned(), body.trim().to_owned()));
    }

    /// Writes the page.
    pub(super) fn close(mut self, root: &Path) -> Result<(), String> {
        self.sections.sort_by_key(|(title, _)| ORDER.iter().position(|known| known == title));
        let mut text = String::from(HEAD);
        for (title, body) in &self.sections {
            text.push_str(&format!("\n## {title}\n\n{body}\n"));
        }
        fs::write(&self.path, text).map_err(|error| format!("bench/results.md: {error}"))?;
        println!("wrote {}", self.path.strip_prefix(root).unwrap_or(&self.path).display());
        Ok(())
    }
}

/// When and on what a section was measured. The day is that of the last commit.
pub(super) fn circumstances(root: &Path) -> String {
    let day = Command::new("git").args(["log", "-1", "--format=%cs"]).current_dir(root).output();
    let day = day.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let member = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or("unknown", |(_, value)| value.trim()).to_owned()
    };
    let kilobytes: f64 = member("/proc/meminfo", "MemTotal")
        .split(' ')
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or(0.0);
    format!(
        "{day}, {cores} cores ({}), {:.0} GiB of memory, {}.",
        member("/proc/cpuinfo", "model name"),
        kilobytes / f64::from(1 << 20),
        std::env::consts::OS
    )
}
