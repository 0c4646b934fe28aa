//! What it takes to build the program, and what comes out.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use super::{page, workshop};

/// Builds from nothing into a folder of its own, with every crate downloaded already.
pub(super) fn measure(root: &Path) -> Result<String, String> {
    let folder = workshop(root)?.join("build");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let started = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--locked", "--package", "portcullis", "--target-dir"])
        .arg(&folder)
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo build: {error}"))?;
    if !status.success() {
        return Err(String::from("the clean release build failed"));
    }
    let seconds = started.elapsed().as_secs();
    let binary = folder.join("release/portcullis");
    let bytes = fs::metadata(&binary).map_err(|error| format!("{}: {error}", binary.display()))?.len();
    let mut section = String::new();
    let _ = writeln!(section, "{}\n", page::circumstances(root));
    let _ = writeln!(section, "* clean release build: {} min {:02} s", seconds / 60, seconds % 60);
    let (ours, others) = crates(root)?;
    let _ = writeln!(section, "* crates in the program: {ours} of our own, {others} of others");
    let _ = writeln!(section, "* size of the binary: {:.1} MB", bytes as f64 / 1e6);
    fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(section)
}

/// How many crates end up in the program: those of this repository, and all others.
fn crates(root: &Path) -> Result<(usize, usize), String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "portcullis", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo tree: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let crates: BTreeSet<(&str, &str)> = text
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.next()?))
        })
        .collect();
    let ours = crates.iter().filter(|(name, _)| name.starts_with("portcullis")).count();
    Ok((ours, crates.len() - ours))
}
