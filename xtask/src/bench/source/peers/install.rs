//! Scanners of the Python registry, each in an environment of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs packages into an environment of their own.
pub(super) fn installed(
    root: &Path,
    name: &str,
    wanted: &[&str],
    dependencies: bool,
) -> Result<PathBuf, String> {
    let folder = root.join("target/peers").join(name);
    let stamp = folder.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == wanted.join(" ")) {
        return Ok(folder);
    }
    eprintln!("{} is installed ...", wanted.join(", "));
    succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]);
    if !dependencies {
        pip.arg("--no-deps");
    }
    succeed(pip.args(wanted))?;
    fs::write(&stamp, wanted.join(" ")).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(folder)
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("{name} failed: {}", said.trim().lines().last().unwrap_or_default()))
}

/// Where an environment keeps what was installed.
pub(super) fn site_packages(environment: &Path) -> Result<PathBuf, String> {
    let entries = fs::read_dir(environment.join("lib"))
        .map_err(|error| format!("{}: {error}", environment.display()))?;
    let mut folders = entries.flatten().map(|entry| entry.path().join("site-packages"));
    folders.find(|folder| folder.is_dir()).ok_or_else(|| String::from("nothing was installed"))
}
