//! This machine, as the readers of host configurations want to know it. The only place that reads the environment.

use std::path::{Path, PathBuf};

use jiff::Zoned;
use jiff::civil::Date;
use portcullis_assess::Settings;
use portcullis_hosts::{Machine, Os};

use crate::exit::Failure;

/// The machine the program runs on, with the working directory as the project.
///
/// # Errors
/// No home directory is known: then nobody's configurations can be found.
pub(crate) fn here() -> Result<Machine, Failure> {
    let os = match std::env::consts::OS {
        "windows" => Os::Windows,
        "macos" => Os::Macos,
        _ => Os::Linux,
    };
    let home_variable = if os == Os::Windows { "USERPROFILE" } else { "HOME" };
    let home = std::env::var_os(home_variable)
        .map(PathBuf::from)
        .filter(|home| home.is_absolute())
        .ok_or_else(|| {
            Failure::usage(format!(
                "the variable `{home_variable}` names no home directory; set it, or name the files to scan"
            ))
        })?;
    let root = home.ancestors().last().map(PathBuf::from).unwrap_or_default();
    let mut machine = Machine::new(os, root, home);
    for name in Machine::variable_names() {
        if let Ok(value) = std::env::var(name) {
            machine.variables.insert(name.to_owned(), value);
        }
    }
    machine.working_folder = std::env::current_dir().ok();
    machine.projects.extend(machine.working_folder.clone());
    machine.guards = programs();
    Ok(machine)
}

/// This program as a configuration can name it, the name that outlives an update first: the one on `PATH` that leads to
/// it, then the file itself. Empty when the system does not tell.
pub(crate) fn programs() -> Vec<String> {
    let Ok(running) = std::env::current_exe() else { return Vec::new() };
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let target = real(&running);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let file = running.file_name().unwrap_or_default().to_owned();
    let on_path = std::env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&file))
        .find(|path| target.is_some() && real(path) == target);
    let mut programs: Vec<String> =
        on_path.into_iter().chain([running]).filter_map(|path| path.to_str().map(str::to_owned)).collect();
    programs.dedup();
    programs
}

/// The folder the program was started in; the current one under another name when that is not known.
pub(crate) fn working_folder() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
}

/// The user's configuration folder.
pub(crate) fn configuration_folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    named("XDG_CONFIG_HOME")
        .or_else(|| named("APPDATA"))
        .or_else(|| named("HOME").map(|home| home.join(".config")))
}

/// The folder where the program keeps what it has to remember: the ledger, waiting decisions, keys, installations.
/// `PORTCULLIS_STATE` names another one.
///
/// # Errors
/// No home directory is known.
pub(crate) fn state_folder() -> Result<PathBuf, Failure> {
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let of_system = || match std::env::consts::OS {
        "windows" => named("LOCALAPPDATA"),
        "macos" => named("HOME").map(|home| home.join("Library/Application Support")),
        _ => named("XDG_STATE_HOME").or_else(|| named("HOME").map(|home| home.join(".local/state"))),
    };
    named("PORTCULLIS_STATE").or_else(|| of_system().map(|folder| folder.join("portcullis"))).ok_or_else(
        || Failure::usage("no folder to keep state in; set `PORTCULLIS_STATE` to an absolute path"),
    )
}

/// The folder of the local advisory database.
///
/// # Errors
/// No folder to keep state in is known.
pub(crate) fn advisories_folder() -> Result<PathBuf, Failure> {
    Ok(state_folder()?.join("advisories"))
}

/// Who sits at this machine, for the ledger and for approvals.
pub(crate) fn user_name() -> String {
    let named = |name: &str| std::env::var(name).ok().filter(|user| !user.is_empty());
    named("USER").or_else(|| named("USERNAME")).unwrap_or_else(|| String::from("user"))
}

/// The settings of this file, or of the nearest `portcullis.toml`.
///
/// # Errors
/// They cannot be read or used.
pub(crate) fn settings(file: Option<&Path>) -> Result<Settings, Failure> {
    let found = match file {
        Some(path) => Some(path.to_path_buf()),
        None => Settings::search(&working_folder(), configuration_folder().as_deref()),
    };
    found.map_or_else(|| Ok(Settings::default()), |path| Settings::read(&path).map_err(Failure::usage))
}

/// The day on which decisions are judged.
pub(crate) fn today() -> Date {
    Zoned::now().date()
}
