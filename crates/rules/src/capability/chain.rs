//! Which tools of an installation can be joined by planted text (parasitic toolchain, X07).

use std::collections::BTreeSet;

use super::{Capabilities, Correction, Source, Why, correct, of_tool};
use crate::evidence::{Installation, InstalledServer};

/// A tool and its classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassedTool {
    /// The server's name.
    pub server: String,
    /// The tool's name; empty for a server whose tools are not known.
    pub tool: String,
    /// What it can do.
    pub capabilities: Capabilities,
}

impl ClassedTool {
    /// `server/tool`, as it is shown to people.
    #[must_use]
    pub fn shown(&self) -> String {
        if self.tool.is_empty() { self.server.clone() } else { format!("{}/{}", self.server, self.tool) }
    }
}

/// Text comes in through the first tool, private data through the second, and leaves through the third. One tool may
/// be all three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolChain {
    /// Brings in text that an outsider wrote.
    pub ingests: ClassedTool,
    /// Reads private data.
    pub reads_private: ClassedTool,
    /// Makes data visible to an outsider.
    pub reaches_network: ClassedTool,
}

/// The classes of every tool of an installation, in its order, as the user corrected them. A configured server whose
/// tools are not known counts as one tool with the classes of the well-known server that its package is, and as the
/// tools that the user says something of.
#[must_use]
pub fn tool_classes(installation: &Installation<'_>) -> Vec<ClassedTool> {
    let mut classed = Vec::new();
    for server in installation.in_use() {
        match server.surface {
            Some(surface) => classed.extend(surface.tools().map(|tool| {
                let mut capabilities = of_tool(tool);
                correct(&mut capabilities, installation.corrections, server.name, &tool.name);
                ClassedTool { server: server.name.to_owned(), tool: tool.name.clone(), capabilities }
            })),
            // The same server, looked at elsewhere in this set, says more.
            None if installation
                .in_use()
                .any(|other| other.surface.is_some() && other.name == server.name) => {}
            None => {
                classed.extend(known_server(server));
                classed.extend(told_by_user(server.name, installation.corrections));
            }
        }
    }
    classed
}

/// The tools of a server that has not been looked at, as far as the user says something of them.
fn told_by_user(server: &str, corrections: &[Correction]) -> Vec<ClassedTool> {
    let mut told: Vec<ClassedTool> = Vec::new();
    for correction in corrections.iter().filter(|correction| correction.server == server) {
        if !told.iter().any(|known| known.tool == correction.tool) {
            let mut capabilities = Capabilities::default();
            correct(&mut capabilities, corrections, server, &correction.tool);
            let (server, tool) = (server.to_owned(), correction.tool.clone());
            told.push(ClassedTool { server, tool, capabilities });
        }
    }
    told
}

/// What is known of a server that has not been looked at.
fn known_server(server: &InstalledServer<'_>) -> Option<ClassedTool> {
    let package = server.package()?;
    let known = portcullis_supply::well_known(package.ecosystem, &package.name)?;
    let why =
        |holds: bool| holds.then(|| Why { source: Source::KnownServer, words: known.purpose.to_owned() });
    let capabilities = Capabilities {
        ingests: why(known.capabilities.ingests_external_text),
        reads_private: why(known.capabilities.reads_private_data),
        reaches_network: why(known.capabilities.reaches_outsiders),
        ..Capabilities::default()
    };
    Some(ClassedTool { server: server.name.to_owned(), tool: String::new(), capabilities })
}

/// For each server that brings in outside text, the shortest chain that starts there: few servers before few tools
/// before the order of the installation.
#[must_use]
pub fn chains(installation: &Installation<'_>) -> Vec<ToolChain> {
    let tools = tool_classes(installation);
    let mut servers: Vec<Server<'_>> = Vec::new();
    for tool in &tools {
        match servers.iter_mut().find(|server| server.name == tool.server) {
            Some(server) => server.add(tool),
            None => servers.push(Server::new(tool)),
        }
    }
    let mut chains: Vec<(usize, usize, ToolChain)> =
        servers.iter().filter_map(|server| shortest_from(server, &servers)).collect();
    chains.sort_by_key(|(servers, tools, _)| (*servers, *tools));
    chains.into_iter().map(|(_, _, chain)| chain).collect()
}

/// External ingestion, privacy access and network access as bits.
const INGESTS: usize = 1;
const READS_PRIVATE: usize = 2;
const REACHES_NETWORK: usize = 4;
const ALL: usize = INGESTS | READS_PRIVATE | REACHES_NETWORK;

/// One server with the first of its tools for each set of classes.
struct Server<'t> {
    name: &'t str,
    /// The first tool that has at least the classes of the index.
    first: [Option<&'t ClassedTool>; 8],
}

impl<'t> Server<'t> {
    fn new(tool: &'t ClassedTool) -> Self {
        let mut server = Self { name: &tool.server, first: [None; 8] };
        server.add(tool);
        server
    }

    fn add(&mut self, tool: &'t ClassedTool) {
        let classes = usize::from(tool.capabilities.classes());
        for (wanted, first) in self.first.iter_mut().enumerate() {
            if wanted != 0 && classes & wanted == wanted {
                first.get_or_insert(tool);
            }
        }
    }

    /// The first tool that has all of these classes.
    fn with(&self, classes: usize) -> Option<&'t ClassedTool> {
        self.first.get(classes).copied().flatten()
    }
}

/// The shortest chain whose text comes in through `start`, with its number of servers and tools.
fn shortest_from<'t>(start: &Server<'t>, all: &[Server<'t>]) -> Option<(usize, usize, ToolChain)> {
    start.with(INGESTS)?;
    let alone = shortest_among(&[start]);
    let others = || all.iter().filter(|server| server.name != start.name);
    let chosen =
        alone.or_else(|| others().find_map(|other| shortest_among(&[start, other]))).or_else(|| {
            let private = others().find(|server| server.with(READS_PRIVATE).is_some())?;
            let network = others().find(|server| server.with(REACHES_NETWORK).is_some())?;
            shortest_among(&[start, private, network])
        })?;
    let steps = [&chosen.ingests, &chosen.reads_private, &chosen.reaches_network];
    let servers: BTreeSet<_> = steps.iter().map(|step| &step.server).collect();
    let tools: BTreeSet<_> = steps.iter().map(|step| (&step.server, &step.tool)).collect();
    Some((servers.len(), tools.len(), chosen))
}

/// The chain with the fewest tools whose first step is in the first of `servers`.
fn shortest_among(servers: &[&Server<'_>]) -> Option<ToolChain> {
    let start = servers.first()?;
    let any = |classes: usize| servers.iter().find_map(|server| server.with(classes));
    let rest = READS_PRIVATE | REACHES_NETWORK;
    let steps = start
        .with(ALL)
        .map(|one| (one, one, one))
        .or_else(|| {
            start.with(INGESTS | READS_PRIVATE).zip(any(REACHES_NETWORK)).map(|(one, two)| (one, one, two))
        })
        .or_else(|| {
            start.with(INGESTS | REACHES_NETWORK).zip(any(READS_PRIVATE)).map(|(one, two)| (one, two, one))
        })
        .or_else(|| start.with(INGESTS).zip(any(rest)).map(|(one, two)| (one, two, two)))
        .or_else(|| Some((start.with(INGESTS)?, any(READS_PRIVATE)?, any(REACHES_NETWORK)?)))?;
    let (ingests, reads_private, reaches_network) = steps;
    Some(ToolChain {
        ingests: ingests.clone(),
        reads_private: reads_private.clone(),
        reaches_network: reaches_network.clone(),
    })
}
