//! One tool name at several servers.

use std::collections::{BTreeMap, BTreeSet};

use portcullis_model::{Audience, Confidence, ItemKind, Location, Severity};

use crate::evidence::{InstalledServer, Installation};
use crate::naming::{self, Likeness};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Two servers that are used together and offer a tool of the same name, or names that look alike; for pedants also
    /// names that differ in case, separators or words that say nothing (`mcp_send_email`, `send_email`). One finding for
    /// each two servers.
    ///
    /// ## Why it matters
    ///
    /// Hosts that do not qualify names run the tool of the server that is listed first; models confuse the others. What
    /// was meant for one server reaches the other.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// [{"server": "mail", "tools": [{"name": "send_email", "inputSchema": {"type": "object"}}]},
    ///  {"server": "helper", "tools": [{"name": "send_email", "inputSchema": {"type": "object"}}]}]
    /// ```
    ///
    /// ```json bad pedantic
    /// [{"server": "mail", "tools": [{"name": "send_email", "inputSchema": {"type": "object"}}]},
    ///  {"server": "helper", "tools": [{"name": "mcp_sendEmail", "inputSchema": {"type": "object"}}]}]
    /// ```
    ///
    /// ```json good
    /// [{"server": "mail", "tools": [{"name": "send_email", "inputSchema": {"type": "object"}}]},
    ///  {"server": "chat", "tools": [{"name": "send_message", "inputSchema": {"type": "object"}}]}]
    /// ```
    pub(crate) struct ToolNameConflict {
        id: "tool-name-conflict",
        summary: "two servers offer tools of the same name",
        severity: Medium,
        confidence: Certain,
        threats: [ToolNameConflict, WrongProvider],
        entry: Installation,
        remedy: "Switch the tool off at one of the servers, or use a host that calls tools by server and name.",
        references: ["CWE-694", "arXiv 2503.23278"],
        since: "0.1.0",
    }
}

/// Findings; a set with more conflicts than this has said enough.
const MOST_FINDINGS: usize = 50;
/// Names shown of one conflict.
const MOST_NAMES: usize = 5;

impl Rule for ToolNameConflict {
    fn check_installation(&self, installation: &Installation<'_>, report: &mut Report<'_>) {
        let servers: Vec<&InstalledServer<'_>> = installation.in_use().collect();
        let tools: Vec<(usize, &str)> = servers
            .iter()
            .enumerate()
            .flat_map(|(at, server)| {
                let surface = server.surface.into_iter();
                surface.flat_map(portcullis_model::Surface::tools).map(move |tool| (at, &*tool.name))
            })
            .filter(|(_, name)| !name.is_empty())
            .collect();
        let mut conflicts = Conflicts { servers: &servers, tools: &tools, met: BTreeMap::new(), seen: BTreeSet::new(), copies: BTreeMap::new() };
        conflicts.collect(None, str::to_owned);
        conflicts.collect(Some(Likeness::Spelling), naming::folded);
        if tools.iter().any(|(_, name)| !name.is_ascii()) {
            conflicts.collect(Some(Likeness::Confusable), naming::skeleton);
        }
        conflicts.collect(Some(Likeness::Affix), naming::core);
        for ((first, other, likeness), pairs) in conflicts.met.iter().take(MOST_FINDINGS) {
            if let (Some(first), Some(other)) = (servers.get(*first), servers.get(*other)) {
                report_conflict(first, other, *likeness, pairs, report);
            }
        }
    }
}

/// Names of two servers that conflict: what the first calls it, what the other does.
type Pairs<'n> = Vec<(&'n str, &'n str)>;

struct Conflicts<'n, 's> {
    servers: &'n [&'n InstalledServer<'s>],
    tools: &'n [(usize, &'n str)],
    met: BTreeMap<(usize, usize, Option<Likeness>), Pairs<'n>>,
    /// Pairs that conflict in a closer way already.
    seen: BTreeSet<(usize, usize, &'n str, &'n str)>,
    /// Servers of which one is the other once more.
    copies: BTreeMap<(usize, usize), bool>,
}

impl<'n> Conflicts<'n, '_> {
    /// Collects the tools of different servers whose names have the same key: each against the first.
    fn collect(&mut self, likeness: Option<Likeness>, key: impl Fn(&str) -> String) {
        let names: Vec<&str> = self.tools.iter().map(|(_, name)| *name).collect();
        for group in naming::groups(&names, key) {
            let members: Vec<(usize, &'n str)> = group.iter().filter_map(|at| self.tools.get(*at).copied()).collect();
            let Some(((first, name), others)) = members.split_first() else { continue };
            for (other, other_name) in others {
                let new = self.seen.insert((*first, *other, *name, *other_name));
                if new && first != other && !self.are_copies(*first, *other) {
                    self.met.entry((*first, *other, likeness)).or_default().push((*name, *other_name));
                }
            }
        }
    }

    /// One server that is configured twice conflicts with itself in every tool: nothing is to be said about that here.
    fn are_copies(&mut self, first: usize, other: usize) -> bool {
        let servers = self.servers;
        *self.copies.entry((first, other)).or_insert_with(|| are_copies(servers, first, other))
    }
}

fn are_copies(servers: &[&InstalledServer<'_>], first: usize, other: usize) -> bool {
        let (Some(first), Some(other)) = (servers.get(first), servers.get(other)) else { return false };
        let names = |server: &InstalledServer<'_>| -> Vec<String> {
            let surface = server.surface.into_iter();
            surface.flat_map(portcullis_model::Surface::tools).map(|tool| tool.name.clone()).collect()
        };
        let same_launch = match (first.package(), other.package()) {
            (Some(one), Some(two)) => one.ecosystem == two.ecosystem && one.name == two.name,
            (None, None) => first.launch.is_none() && other.launch.is_none() && first.name == other.name,
            _ => false,
        };
        same_launch && names(first) == names(other)
    }

fn report_conflict(
    first: &InstalledServer<'_>,
    other: &InstalledServer<'_>,
    likeness: Option<Likeness>,
    pairs: &Pairs<'_>,
    report: &mut Report<'_>,
) {
    let Some((name, other_name)) = pairs.first() else { return };
    let location = Location {
        server: Some(other.name.to_owned()),
        item: Some(ItemKind::Tool),
        name: Some((*other_name).to_owned()),
        file: other.file.map(str::to_owned),
        ..Location::default()
    };
    let listed: Vec<&str> = pairs.iter().take(MOST_NAMES).map(|(_, name)| *name).collect();
    let more = pairs.len().saturating_sub(listed.len());
    let evidence = if more > 0 { format!("{} and {more} more", listed.join(", ")) } else { listed.join(", ") };
    let message = match likeness {
        None => format!(
            "`{}` and `{}` both offer `{name}`{}; hosts that do not qualify names run that of `{}`, which is listed first",
            first.name,
            other.name,
            match pairs.len() {
                1 => String::new(),
                2 => " and one more tool".to_owned(),
                count => format!(" and {} more tools", count - 1),
            },
            first.name
        ),
        Some(likeness) => {
            format!("`{}/{name}` and `{}/{other_name}` {}", first.name, other.name, likeness.as_str())
        }
    };
    let draft = report.found(location, message).evidence(evidence).target(other.target);
    match likeness {
        None => {}
        Some(Likeness::Confusable) => {
            draft.severity(Severity::High).confidence(Confidence::High);
        }
        Some(Likeness::Spelling | Likeness::Affix) => {
            draft.severity(Severity::Low).confidence(Confidence::Medium).audience(Audience::Pedantic);
        }
    }
}
