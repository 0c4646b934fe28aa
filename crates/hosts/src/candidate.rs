//! Finds the files of every host on a machine.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use portcullis_model::{HostId, Scope};

use crate::host::{Format, Host, Location};
use crate::hosts;
use crate::machine::Machine;
use crate::problem::Problem;
use crate::reading::Reader;
use crate::template::{self, Base};
use crate::walk::Walk;

/// A file that at least one host reads.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// Where it is, home shown as `~`.
    pub shown: String,
    first: (&'static Host, &'static Location),
    others: Vec<(&'static Host, &'static Location)>,
    guards: Vec<String>,
}

impl Candidate {
    /// The host that reads it; the first in the table when several do.
    #[must_use]
    pub fn host(&self) -> HostId {
        self.first.0.id
    }

    /// Every host that reads it.
    pub fn hosts(&self) -> impl Iterator<Item = &'static Host> {
        std::iter::once(&self.first).chain(&self.others).map(|(host, _)| *host)
    }

    /// Whose file it is.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.first.1.scope
    }

    /// How it is written.
    #[must_use]
    pub fn format(&self) -> Format {
        Format::of(&self.path)
    }

    /// True when its name says nothing: programs that have nothing to do with MCP use it too.
    pub(crate) fn is_shared(&self) -> bool {
        std::iter::once(&self.first).chain(&self.others).all(|(_, location)| location.shared)
    }

    /// Why its servers are started somewhere where this machine's guard is not, if every host that reads it says so.
    #[must_use]
    pub fn elsewhere(&self) -> Option<&'static str> {
        let mut reasons =
            std::iter::once(&self.first).chain(&self.others).map(|(_, location)| location.elsewhere);
        let first = reasons.next().flatten()?;
        reasons.all(|reason| reason.is_some()).then_some(first)
    }

    /// The names of this program in configurations.
    pub(crate) fn guards(&self) -> &[String] {
        &self.guards
    }

    pub(crate) fn readers(&self) -> impl Iterator<Item = Reader> {
        std::iter::once(&self.first).chain(&self.others).map(|(host, location)| Reader {
            host: host.id,
            host_name: host.name,
            read: location.read,
        })
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The files, in the order of the table of hosts, each once.
    pub candidates: Vec<Candidate>,
    /// Folders that could not be looked into, and bounds that were reached.
    pub problems: Vec<Problem>,
}

/// Finds every configuration of every host on a machine. The same machine yields the same list in the same
/// order. Nothing is opened; a link that leads nowhere is found, and reading it says so.
#[must_use]
pub fn discover(machine: &Machine) -> Discovery {
    let shown = |path: &Path| machine.shown(path);
    let mut walk = Walk::new(&shown);
    let projects = project_directories(machine);
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut known: HashMap<PathBuf, usize> = HashMap::new();
    for host in hosts::ALL {
        for location in host.locations.iter().filter(|location| location.systems.contains(&machine.os)) {
            for path in paths(location.template, machine, &projects, &mut walk) {
                match known.get(&path).and_then(|index| candidates.get_mut(*index)) {
                    Some(candidate) => candidate.others.push((host, location)),
                    None => {
                        known.insert(path.clone(), candidates.len());
                        let shown = machine.shown(&path);
                        candidates.push(Candidate {
                            path,
                            shown,
                            first: (host, location),
                            others: Vec::new(),
                            guards: machine.guards.clone(),
                        });
                    }
                }
            }
        }
    }
    Discovery { candidates, problems: walk.problems }
}

/// The existing paths that a template stands for.
pub(crate) fn paths(
    template: &str,
    machine: &Machine,
    projects: &[PathBuf],
    walk: &mut Walk<'_>,
) -> Vec<PathBuf> {
    let (base, rest) = template::base(template, machine);
    let bases = match base {
        Base::Nowhere => return Vec::new(),
        Base::Directory(directory) => vec![directory],
        Base::Project => projects.to_vec(),
    };
    let patterns = template::alternatives(rest);
    let each = bases.iter().flat_map(|base| patterns.iter().map(move |pattern| (base, pattern)));
    each.flat_map(|(base, pattern)| walk.expand(base, pattern)).collect()
}

/// Each project and its parents up to the root of its repository, nearest first; a project outside of any
/// repository stands alone.
pub(crate) fn project_directories(machine: &Machine) -> Vec<PathBuf> {
    let mut directories = Vec::new();
    for project in &machine.projects {
        let root = project.ancestors().find(|directory| is_repository(directory));
        for directory in project.ancestors() {
            if !directories.iter().any(|known| known == directory) {
                directories.push(directory.to_path_buf());
            }
            if root.is_none_or(|root| root == directory) {
                break;
            }
        }
    }
    directories
}

fn is_repository(directory: &Path) -> bool {
    [".git", ".hg", ".jj", ".svn"].iter().any(|mark| directory.join(mark).symlink_metadata().is_ok())
}
