//! Packages that imitate a well-known one, or are known to be bad.

use portcullis_model::{Audience, Confidence, ItemKind, Location, Severity};
use portcullis_supply::name::{Asked, NameForms, NameIndex, look_alike};
use portcullis_supply::{PackageUse, known_bad};

use crate::evidence::{InstalledServer, Installation};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A configured package whose name looks like that of a well-known server or library, or like that of another
    /// package of the same installation; and packages that are known to be malicious.
    ///
    /// ## Why it matters
    ///
    /// `npx` and `uvx` fetch and run whatever somebody published under the name. A slip of one letter, a swapped word or
    /// an added `-official` is enough.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// [{"server": "files", "launch": {"command": "npx", "args": ["-y", "@modelcontextprotocal/server-filesystem"]}}]
    /// ```
    ///
    /// ```json bad
    /// [{"server": "time", "launch": {"command": "uvx", "args": ["mcp-server-tirne"]}}]
    /// ```
    ///
    /// ```json good
    /// [{"server": "files", "launch": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem"]}},
    ///  {"server": "own", "launch": {"command": "npx", "args": ["-y", "@acme-tools/warehouse-mcp"]}}]
    /// ```
    pub(crate) struct LookAlikePackage {
        id: "look-alike-package",
        summary: "a configured package looks like a well-known one",
        severity: High,
        confidence: High,
        threats: [NamespaceTyposquatting, AffixSquatting, MaliciousPackage],
        entry: Installation,
        remedy: "Compare the name with the one in the documentation of the server that you meant.",
        references: ["CWE-1357", "arXiv 2510.16558"],
        since: "0.1.0",
    }
}

/// Packages that are compared with one another.
const MOST_PACKAGES: usize = 200;

impl Rule for LookAlikePackage {
    fn check_installation(&self, installation: &Installation<'_>, report: &mut Report<'_>) {
        let packages: Vec<(InstalledServer<'_>, PackageUse)> = installation
            .servers
            .iter()
            .take(MOST_PACKAGES)
            .filter_map(|server| Some((*server, server.package()?)))
            .collect();
        for (at, (server, package)) in packages.iter().enumerate() {
            let among_known = report_known(server, package, report);
            if !among_known {
                report_within(server, package, packages.get(..at).unwrap_or_default(), report);
            }
        }
    }
}

/// Reports what the lists know; true when there was something to report or the package is itself well known.
fn report_known(server: &InstalledServer<'_>, package: &PackageUse, report: &mut Report<'_>) -> bool {
    if let Some(bad) = known_bad(package.ecosystem, &package.name) {
        let what = if bad.malicious { "is known to be malicious" } else { "had versions that were taken over" };
        let severity = if bad.malicious { Severity::Critical } else { Severity::Medium };
        report
            .found(location(server, package), format!("`{}` {what}", package.name))
            .evidence(bad.reference)
            .severity(severity)
            .remedy("Remove the package, and change every secret that it could read.")
            .target(server.target);
        return true;
    }
    let Some(index) = NameIndex::built_in(package.ecosystem) else { return false };
    if index.contains(&package.name) {
        return true;
    }
    let matches = index.closest(&Asked { name: &package.name, publisher: None });
    let Some(closest) = matches.first() else { return false };
    let draft = report
        .found(location(server, package), closest.look.explanation.clone())
        .evidence(format!("{} ({})", package.name, package.ecosystem.as_str()))
        .confidence(closest.look.confidence)
        .target(server.target);
    match closest.look.confidence {
        Confidence::High | Confidence::Certain => {}
        Confidence::Medium => {
            draft.severity(Severity::Medium);
        }
        Confidence::Low => {
            draft.severity(Severity::Low).audience(Audience::Auditor);
        }
    }
    closest.look.confidence >= Confidence::Medium
}

/// Reports the first earlier package that this one looks like.
fn report_within(
    server: &InstalledServer<'_>,
    package: &PackageUse,
    earlier: &[(InstalledServer<'_>, PackageUse)],
    report: &mut Report<'_>,
) {
    let forms = NameForms::new(package.ecosystem, &package.name);
    let found = earlier
        .iter()
        .filter_map(|(_, known)| look_alike(&forms, &NameForms::new(known.ecosystem, &known.name)))
        .find(|look| look.confidence >= Confidence::Medium);
    if let Some(look) = found {
        report
            .found(location(server, package), look.explanation)
            .evidence(format!("{} ({})", package.name, package.ecosystem.as_str()))
            .severity(Severity::Medium)
            .confidence(Confidence::Medium)
            .target(server.target);
    }
}

/// The word of the configuration that names the package.
fn location(server: &InstalledServer<'_>, package: &PackageUse) -> Location {
    let Some(launch) = server.launch else { return Location::default() };
    let argument = match &launch.server.launch {
        portcullis_model::Launch::Stdio { command, args, .. } => {
            Some(package.place.argument.and_then(|at| args.get(at)).unwrap_or(command))
        }
        _ => None,
    };
    match argument {
        Some(argument) => launch.at(&argument.pointer, argument.span),
        None => Location { server: Some(server.name.to_owned()), item: Some(ItemKind::Config), ..Location::default() },
    }
}
