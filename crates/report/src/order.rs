//! The order in which things are shown: the same for the same evidence, whatever order the caller collected it in.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use portcullis_model::{Finding, Severity, Target, TargetKind, TargetStatus};

use crate::assessment::{Assessment, ServerSummary, ToolChain};

/// How many findings there are of each severity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts(BTreeMap<Severity, usize>);

impl Counts {
    pub(crate) fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut counts = BTreeMap::new();
        for finding in findings {
            *counts.entry(finding.severity).or_default() += 1;
        }
        Self(counts)
    }

    pub(crate) fn get(&self, severity: Severity) -> usize {
        self.0.get(&severity).copied().unwrap_or_default()
    }

    pub(crate) fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// Severities that occur and how often, worst first.
    pub(crate) fn worst_first(&self) -> impl Iterator<Item = (Severity, usize)> + '_ {
        self.0.iter().rev().map(|(severity, count)| (*severity, *count))
    }
}

/// Findings, worst first, then by target, place, rule and id.
pub(crate) fn findings(assessment: &Assessment) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = assessment.findings.iter().collect();
    sort(&mut findings);
    findings
}

pub(crate) fn sort(findings: &mut [&Finding]) {
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
}

fn key(finding: &Finding) -> impl Ord + '_ {
    let location = &finding.location;
    (
        (Reverse(finding.severity), Reverse(finding.confidence), &finding.target),
        (&location.server, &location.file, location.span, location.item, &location.name),
        (location.field.as_ref(), finding.rule, &finding.id, &finding.message),
    )
}

/// Every target by id, and one for each id that only findings name: it was not listed, so it is not called scanned.
pub(crate) fn targets(assessment: &Assessment) -> Vec<Cow<'_, Target>> {
    let mut targets: Vec<Cow<'_, Target>> = assessment.targets.iter().map(Cow::Borrowed).collect();
    targets.extend(unlisted_targets(assessment).into_iter().map(Cow::Owned));
    targets.sort_by(|a, b| a.id.cmp(&b.id));
    targets
}

/// The targets that findings name and the assessment does not list.
pub(crate) fn unlisted_targets(assessment: &Assessment) -> Vec<Target> {
    let listed: BTreeSet<&str> = assessment.targets.iter().map(|target| target.id.as_str()).collect();
    let named: BTreeSet<&str> = assessment.findings.iter().map(|finding| finding.target.as_str()).collect();
    named.difference(&listed).map(|id| unlisted(id)).collect()
}

fn unlisted(id: &str) -> Target {
    let kinds = [
        TargetKind::HostConfig,
        TargetKind::Surface,
        TargetKind::Server,
        TargetKind::Source,
        TargetKind::Package,
        TargetKind::Listing,
    ];
    let (word, locator) = id.split_once(':').unwrap_or(("", id));
    let kind = kinds.into_iter().find(|kind| kind.as_str() == word).unwrap_or(TargetKind::Server);
    let reason = "findings name this target, but it is not among those that were looked at".to_owned();
    Target { id: id.to_owned(), kind, locator: locator.to_owned(), status: TargetStatus::Failed(reason) }
}

/// One target with its servers, and what was found in each.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) target: Cow<'a, Target>,
    /// Findings of the target itself.
    pub(crate) own: Vec<&'a Finding>,
    /// Servers, worst first; those without a finding last.
    pub(crate) servers: Vec<ServerGroup<'a>>,
}

/// One server and what was found in it.
#[derive(Debug)]
pub(crate) struct ServerGroup<'a> {
    pub(crate) name: &'a str,
    pub(crate) summary: Option<&'a ServerSummary>,
    pub(crate) findings: Vec<&'a Finding>,
}

impl<'a> Group<'a> {
    pub(crate) fn findings(&self) -> impl Iterator<Item = &'a Finding> + '_ {
        self.own.iter().chain(self.servers.iter().flat_map(|server| &server.findings)).copied()
    }

    fn worst(&self) -> impl Ord + use<> {
        Reverse(self.findings().map(|finding| finding.severity).max())
    }
}

/// Targets with their servers and findings, worst first, then by id.
pub(crate) fn groups(assessment: &Assessment) -> Vec<Group<'_>> {
    let mut own: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    let mut of_server: BTreeMap<(&str, &str), ServerGroup<'_>> = BTreeMap::new();
    for server in &assessment.servers {
        of_server.insert(
            (&server.target, &server.name),
            ServerGroup { name: &server.name, summary: Some(server), findings: Vec::new() },
        );
    }
    for finding in findings(assessment) {
        match &finding.location.server {
            Some(server) => of_server
                .entry((&finding.target, server))
                .or_insert_with(|| ServerGroup { name: server, summary: None, findings: Vec::new() })
                .findings
                .push(finding),
            None => own.entry(&finding.target).or_default().push(finding),
        }
    }
    let mut servers: BTreeMap<&str, Vec<ServerGroup<'_>>> = BTreeMap::new();
    for ((target, _), server) in of_server {
        servers.entry(target).or_default().push(server);
    }
    let mut groups: Vec<Group<'_>> = targets(assessment)
        .into_iter()
        .map(|target| Group {
            own: own.remove(target.id.as_str()).unwrap_or_default(),
            servers: servers.remove(target.id.as_str()).unwrap_or_default(),
            target,
        })
        .collect();
    for group in &mut groups {
        // The findings of a server are sorted already: the first is the worst.
        group.servers.sort_by_key(|server| Reverse(server.findings.first().map(|finding| finding.severity)));
    }
    groups.sort_by_key(Group::worst);
    groups
}

/// The chain with the fewest steps, the first of them as given.
pub(crate) fn shortest_chain(assessment: &Assessment) -> Option<&ToolChain> {
    assessment.chains.iter().min_by_key(|chain| chain.steps.len())
}

/// A part that was not read, and of which servers.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UnreadPart {
    pub(crate) expected: bool,
    pub(crate) parts: String,
    pub(crate) reason: String,
    pub(crate) servers: String,
}

/// What was not read of the servers, unexpected first. The same part left out for the same reason is told once for
/// all servers.
pub(crate) fn unread_parts(assessment: &Assessment) -> Vec<UnreadPart> {
    let mut servers: BTreeMap<(bool, &str, &str), BTreeSet<&str>> = BTreeMap::new();
    for server in &assessment.servers {
        for unread in &server.coverage.unread {
            servers.entry((unread.expected, &unread.part, &unread.reason)).or_default().insert(&server.name);
        }
    }
    servers
        .into_iter()
        .map(|((expected, part, reason), servers)| UnreadPart {
            expected,
            parts: part.to_owned(),
            reason: reason.to_owned(),
            servers: servers.into_iter().collect::<Vec<_>>().join(", "),
        })
        .collect()
}
