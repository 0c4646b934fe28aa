//! The machine whose configurations are looked for, as the caller describes it.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf, Prefix};

use crate::walk;

/// An operating system, as far as the layout of its folders goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Os {
    /// Linux, and Windows' Linux subsystem.
    Linux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
}

impl Os {
    /// The three of them.
    pub const ALL: &'static [Os] = &[Os::Linux, Os::Macos, Os::Windows];

    /// The system that this program was built for; other Unix systems are laid out as Linux is.
    #[must_use]
    pub const fn native() -> Self {
        if cfg!(windows) {
            Os::Windows
        } else if cfg!(target_os = "macos") {
            Os::Macos
        } else {
            Os::Linux
        }
    }
}

/// A machine, or a disk of one: any layout can be read on any system.
#[derive(Debug, Clone)]
pub struct Machine {
    /// How its folders are laid out.
    pub os: Os,
    /// The root of its file system: `/`, `C:\`, or the folder where another machine's disk is mounted.
    pub root: PathBuf,
    /// The home directory of the user, a path of the *running* system (it lies beneath `root`).
    pub home: PathBuf,
    /// How the home directory is shown; `~` unless several homes must be told apart.
    pub home_shown: String,
    /// Environment variables that move configurations; [`Machine::variable_names`] lists those that matter.
    pub variables: BTreeMap<String, String>,
    /// Absolute paths of the projects to look at; each one's parents up to its repository root are looked at
    /// too.
    pub projects: Vec<PathBuf>,
    /// The folder that the user works in. What lies beneath is shown relative to it, so that what is remembered of a
    /// project (pins, baselines, suppressions, places in a report) holds for everybody who has a copy of it.
    pub working_folder: Option<PathBuf>,
    /// This program, as configurations name it. A server that one of these is configured to guard is read as the server
    /// behind the guard; any other program of that name is read as the program that it is.
    pub guards: Vec<String>,
}

impl Machine {
    /// A machine with one home and neither variables nor projects.
    #[must_use]
    pub fn new(os: Os, root: impl Into<PathBuf>, home: impl Into<PathBuf>) -> Self {
        Self {
            os,
            root: root.into(),
            home: home.into(),
            home_shown: "~".to_owned(),
            variables: BTreeMap::new(),
            projects: Vec::new(),
            working_folder: None,
            guards: Vec::new(),
        }
    }

    /// The names of the environment variables that the locations of the hosts mention, sorted, each once.
    #[must_use]
    pub fn variable_names() -> Vec<&'static str> {
        let mut names: Vec<_> = crate::hosts::ALL
            .iter()
            .flat_map(|host| host.locations)
            .filter_map(|location| crate::template::variable(location.template))
            .filter(|name| *name != CONFIG)
            .chain(["APPDATA", "XDG_CONFIG_HOME"])
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// This machine once for every home directory beneath its root, and once for every home of a Windows disk
    /// that is mounted in its Linux subsystem. Homes other than this machine's own are shown as `~2`, `~3`
    /// and so on, in the order of their paths: user names stay out of reports. Variables belong to one user
    /// and are not passed on. Seen from Windows, a Linux subsystem is a machine of its own: its root is
    /// `\\wsl.localhost\NAME`.
    #[must_use]
    pub fn all_users(&self) -> Vec<Machine> {
        let mut machines = vec![self.clone()];
        let mut add = |os, root: &Path, home: PathBuf| {
            if machines.iter().all(|machine| machine.home != home) {
                let mut machine = Machine::new(os, root, home);
                machine.home_shown = format!("~{}", machines.len() + 1);
                machines.push(machine);
            }
        };
        for home in homes(self.os, &self.root) {
            add(self.os, &self.root, home);
        }
        if self.os == Os::Linux {
            for drive in walk::directories(&self.root.join("mnt")) {
                for home in homes(Os::Windows, &drive) {
                    add(Os::Windows, &drive, home);
                }
            }
        }
        machines
    }

    /// The path as it is shown: beneath the working folder relative to it, beneath the home directory with
    /// `~`, elsewhere from the root, always with `/`.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        // A folder that holds the home is no project: what is the user's is shown as the user's.
        let project = self.working_folder.as_deref().filter(|folder| !self.home.starts_with(folder));
        if let Some(rest) = project.and_then(|folder| path.strip_prefix(folder).ok()) {
            return joined(".", rest).trim_start_matches("./").to_owned();
        }
        if let Ok(rest) = path.strip_prefix(&self.home) {
            return joined(&self.home_shown, rest);
        }
        match path.strip_prefix(&self.root) {
            Ok(rest) if self.os == Os::Windows => joined(&self.drive(), rest),
            Ok(rest) => joined("", rest),
            Err(_) => path.to_string_lossy().replace('\\', "/"),
        }
    }

    /// The directory that a name in a template stands for: a variable of the machine, or one of the folders
    /// that an operating system gives every program. None when it has no such folder or the variable is not
    /// set.
    pub(crate) fn folder(&self, name: &str) -> Option<PathBuf> {
        let set =
            || self.variables.get(name).filter(|value| !value.is_empty()).map(|value| self.rooted(value));
        let windows = |otherwise: PathBuf| (self.os == Os::Windows).then(|| set().unwrap_or(otherwise));
        match name {
            CONFIG => match self.os {
                Os::Linux => self.folder("XDG_CONFIG_HOME").or_else(|| Some(self.home.join(".config"))),
                Os::Macos => Some(self.home.join("Library").join("Application Support")),
                Os::Windows => self.folder("APPDATA"),
            },
            "APPDATA" => windows(self.home.join("AppData").join("Roaming")),
            "LOCALAPPDATA" => windows(self.home.join("AppData").join("Local")),
            "PROGRAMDATA" => windows(self.root.join("ProgramData")),
            "PROGRAMFILES" => windows(self.root.join("Program Files")),
            _ => set(),
        }
    }

    /// A path of the looked-at machine as a path of the running one.
    pub(crate) fn rooted(&self, value: &str) -> PathBuf {
        let path = Path::new(value);
        if let Some(rest) = value.strip_prefix('~') {
            return append(&self.home, rest);
        }
        let this_machine = self.root.parent().is_none();
        if path.starts_with(&self.root) || (this_machine && path.is_absolute()) {
            return path.to_path_buf();
        }
        match (self.os, value.split_once(':')) {
            (Os::Windows, Some((drive, rest))) if drive.len() == 1 => append(&self.root, rest),
            _ => append(&self.root, value),
        }
    }

    fn drive(&self) -> String {
        match self.root.components().next() {
            Some(Component::Prefix(prefix)) => match prefix.kind() {
                Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => format!("{}:", char::from(letter)),
                _ => prefix.as_os_str().to_string_lossy().replace('\\', "/"),
            },
            _ => "C:".to_owned(),
        }
    }
}

/// The name that templates use for the folder where graphical programs keep their settings: the XDG
/// configuration home on Linux, `~/Library/Application Support` on macOS, `%APPDATA%` on Windows.
const CONFIG: &str = "CONFIG";

/// Appends the segments of a foreign path, whichever slash it uses. Steps upwards are dropped.
fn append(base: &Path, rest: &str) -> PathBuf {
    let mut path = base.to_path_buf();
    path.extend(rest.split(['/', '\\']).filter(|segment| !matches!(*segment, "" | "." | "..")));
    path
}

fn joined(base: &str, rest: &Path) -> String {
    let mut shown = base.to_owned();
    for component in rest.components() {
        shown.push('/');
        shown.push_str(&component.as_os_str().to_string_lossy());
    }
    if shown.is_empty() { "/".to_owned() } else { shown }
}

fn homes(os: Os, root: &Path) -> Vec<PathBuf> {
    let parent = match os {
        Os::Linux => "home",
        Os::Macos | Os::Windows => "Users",
    };
    let shared = ["All Users", "Default", "Default User", "Public", "Shared", "Guest", "lost+found"];
    let mut homes: Vec<_> = walk::directories(&root.join(parent))
        .into_iter()
        .filter(|home| home.file_name().is_some_and(|name| shared.iter().all(|other| name != *other)))
        .collect();
    if os == Os::Linux && root.join("root").is_dir() {
        homes.push(root.join("root"));
    }
    homes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_the_home_is_shown_with_a_tilde_and_others_from_the_root() {
        let machine = Machine::new(Os::Linux, "/mnt/disk", "/mnt/disk/home/ada");
        assert_eq!(machine.shown(Path::new("/mnt/disk/home/ada/.cursor/mcp.json")), "~/.cursor/mcp.json");
        assert_eq!(machine.shown(Path::new("/mnt/disk/etc/codex/config.toml")), "/etc/codex/config.toml");
        let machine = Machine::new(Os::Windows, "/mnt/disk", "/mnt/disk/Users/ada");
        assert_eq!(machine.shown(Path::new("/mnt/disk/ProgramData/x")), "C:/ProgramData/x");
    }

    #[test]
    fn a_path_in_the_working_folder_is_shown_relative_to_it_unless_the_home_lies_in_it() {
        let mut machine = Machine::new(Os::Linux, "/", "/home/ada");
        machine.working_folder = Some("/home/ada/work/app".into());
        assert_eq!(machine.shown(Path::new("/home/ada/work/app/.cursor/mcp.json")), ".cursor/mcp.json");
        assert_eq!(machine.shown(Path::new("/home/ada/work/app")), ".");
        assert_eq!(machine.shown(Path::new("/home/ada/work/.mcp.json")), "~/work/.mcp.json");
        machine.working_folder = Some("/home/ada".into());
        assert_eq!(machine.shown(Path::new("/home/ada/.cursor/mcp.json")), "~/.cursor/mcp.json");
    }

    #[test]
    fn a_variable_of_another_machine_is_read_beneath_its_root() {
        let mut machine = Machine::new(Os::Windows, "/mnt/disk", "/mnt/disk/Users/ada");
        machine.variables.insert("APPDATA".into(), r"D:\Profiles\ada\Roaming".into());
        assert_eq!(machine.folder("CONFIG"), Some("/mnt/disk/Profiles/ada/Roaming".into()));
        assert_eq!(machine.folder("LOCALAPPDATA"), Some("/mnt/disk/Users/ada/AppData/Local".into()));
        machine.variables.insert("CODEX_HOME".into(), "~/../../codex".into());
        assert_eq!(machine.folder("CODEX_HOME"), Some("/mnt/disk/Users/ada/codex".into()));
    }

    #[test]
    fn windows_folders_do_not_exist_elsewhere() {
        let machine = Machine::new(Os::Linux, "/", "/home/ada");
        assert_eq!(machine.folder("APPDATA"), None);
        assert_eq!(machine.folder("CONFIG"), Some("/home/ada/.config".into()));
    }

    #[test]
    fn every_home_is_listed_without_naming_its_user() {
        let disk = tempfile::tempdir().unwrap();
        for home in ["home/ada", "home/bob", "root", "mnt/c/Users/ada", "mnt/c/Users/Public"] {
            std::fs::create_dir_all(disk.path().join(home)).unwrap();
        }
        let machines = Machine::new(Os::Linux, disk.path(), disk.path().join("home/bob")).all_users();
        let shown: Vec<_> = machines
            .iter()
            .map(|machine| {
                (machine.home_shown.as_str(), machine.os, machine.home.strip_prefix(disk.path()).unwrap())
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("~", Os::Linux, Path::new("home/bob")),
                ("~2", Os::Linux, Path::new("home/ada")),
                ("~3", Os::Linux, Path::new("root")),
                ("~4", Os::Windows, Path::new("mnt/c/Users/ada")),
            ]
        );
    }
}
