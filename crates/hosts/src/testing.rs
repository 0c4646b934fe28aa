//! Machines made of a few files, for the tests of the hosts.

use std::path::{Path, PathBuf};

use portcullis_model::{Launch, Setting, Span};

use crate::{Machine, Os, ProblemKind, Reading, discover, read};

/// A disk of one machine with one user, Ada, and one repository.
pub(crate) struct Disk {
    folder: tempfile::TempDir,
    pub(crate) machine: Machine,
}

impl Disk {
    pub(crate) fn new(os: Os) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let users = if os == Os::Linux { "home" } else { "Users" };
        let home = folder.path().join(users).join("ada");
        let project = home.join("work").join("app");
        std::fs::create_dir_all(project.join(".git")).unwrap();
        let mut machine = Machine::new(os, folder.path(), home);
        machine.projects.push(project);
        Self { folder, machine }
    }

    /// Writes a file: `~/…` in the home, `/…` from the root, else in the project.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.machine.variables.insert(name.into(), value.into());
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), path.strip_prefix('/')) {
            (Some(rest), _) => self.machine.home.join(rest),
            (_, Some(rest)) => self.folder.path().join(rest),
            _ => self.machine.projects[0].join(path),
        }
    }

    /// Everything that is found and read.
    pub(crate) fn read(&self) -> Vec<Reading> {
        let discovery = discover(&self.machine);
        assert_eq!(discovery.problems, []);
        let readings = discovery.candidates.iter().map(read);
        readings
            .filter_map(|reading| match reading {
                Err(problem) if problem.kind == ProblemKind::NotAConfiguration => None,
                reading => Some(reading.map_err(|problem| problem.to_string()).unwrap()),
            })
            .collect()
    }

    /// One line for each file (`host scope path`), and one, indented, for each server and each setting of it.
    pub(crate) fn transcript(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for reading in self.read() {
            assert_eq!(reading.problems, []);
            let config = &reading.config;
            lines.push(format!("{} {} {}", config.host, config.scope.as_str(), config.path));
            lines.extend(servers(&reading).into_iter().map(|line| format!("  {line}")));
            lines.extend(settings(&config.settings).into_iter().map(|line| format!("  {line}")));
        }
        lines
    }
}

/// What a path holds on Linux.
pub(crate) fn found(path: &str, content: &str) -> Vec<String> {
    found_on(Os::Linux, path, content)
}

/// What a path holds on one system.
pub(crate) fn found_on(os: Os, path: &str, content: &str) -> Vec<String> {
    Disk::new(os).file(path, content).transcript()
}

/// `name = command args`, `name = url`, with what is unusual after it.
pub(crate) fn servers(reading: &Reading) -> Vec<String> {
    let line = |server: &portcullis_model::ConfiguredServer| {
        let mut line = format!("{} = ", server.name);
        match &server.launch {
            Launch::Stdio { command, args, env, cwd } => {
                line.push_str(&command.text);
                args.iter().for_each(|arg| line.push_str(&format!(" {}", arg.text)));
                env.iter().for_each(|one| line.push_str(&format!(" [{}={}]", one.name, one.value.expose())));
                cwd.iter().for_each(|cwd| line.push_str(&format!(" in {}", cwd.text)));
            }
            Launch::Remote { url, transport, headers } => {
                line.push_str(&url.text);
                transport.iter().for_each(|transport| line.push_str(&format!(" ({transport})")));
                headers
                    .iter()
                    .for_each(|one| line.push_str(&format!(" [{}: {}]", one.name, one.value.expose())));
            }
            Launch::Unknown => line.push('?'),
        }
        if !server.enabled {
            line.push_str(" off");
        }
        server.auto_approved.iter().for_each(|tool| line.push_str(&format!(" approve:{}", tool.text)));
        if server.trusted.is_some() {
            line.push_str(" trusted");
        }
        line
    };
    for server in &reading.config.servers {
        let name = slice(&reading.text, server.name_span);
        assert!(name.contains(&server.name), "{name} does not spell {}", server.name);
    }
    reading.config.servers.iter().map(line).collect()
}

fn settings(settings: &[Setting]) -> Vec<String> {
    settings.iter().map(|setting| format!("{:?} {}", setting.kind, setting.value.text)).collect()
}

/// The bytes of a span.
pub(crate) fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap()
}

/// Where a template's file stands on a disk, each `*` replaced by a name.
pub(crate) fn example(template: &str, machine: &Machine) -> Option<PathBuf> {
    let (base, rest) = crate::template::base(template, machine);
    let base = match base {
        crate::template::Base::Nowhere => return None,
        crate::template::Base::Directory(directory) => directory,
        crate::template::Base::Project => machine.projects[0].clone(),
    };
    let pattern = crate::template::alternatives(rest).pop()?;
    Some(base.join(Path::new(&pattern.replace("**", "a/b").replace('*', "x"))))
}
