//! One package in several versions.

use std::collections::BTreeMap;

use portcullis_model::{Audience, Location, Severity};
use portcullis_supply::PackageUse;
use portcullis_supply::name::identity;

use crate::evidence::{InstalledServer, Installation};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// One package that is configured more than once, with different exact versions; for pedants, also pinned in one
    /// place and not in another.
    ///
    /// ## Why it matters
    ///
    /// An update or a fix in one place leaves the old version running in the other: nobody knows which one answered.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// [{"server": "files", "launch": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2025.1.14"]}},
    ///  {"server": "work", "launch": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21"]}}]
    /// ```
    ///
    /// ```json good
    /// [{"server": "files", "launch": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/srv"]}},
    ///  {"server": "work", "launch": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/work"]}}]
    /// ```
    pub(crate) struct PackageVersionConflict {
        id: "package-version-conflict",
        summary: "one package is configured in several versions",
        severity: Low,
        confidence: Certain,
        threats: [ConfigurationDrift, VulnerableVersionRedeployed],
        entry: Installation,
        remedy: "Pin the same version everywhere.",
        references: ["CWE-1104"],
        since: "0.1.0",
    }
}

impl Rule for PackageVersionConflict {
    fn check_installation(&self, installation: &Installation<'_>, report: &mut Report<'_>) {
        let mut first: BTreeMap<(&str, String), (InstalledServer<'_>, PackageUse)> = BTreeMap::new();
        for server in &installation.servers {
            let Some(package) = server.package().filter(|package| package.ecosystem.is_fetched()) else { continue };
            let key = (package.ecosystem.as_str(), identity(package.ecosystem, &package.name));
            let Some((earlier, known)) = first.get(&key) else {
                first.insert(key, (*server, package));
                continue;
            };
            if known.version == package.version {
                continue;
            }
            let shown = |package: &PackageUse| package.version.text().unwrap_or("no version").to_owned();
            let location = Location {
                server: Some(server.name.to_owned()),
                file: server.launch.map(|launch| launch.config.path.clone()),
                ..Location::default()
            };
            let draft = report
                .found(
                    location,
                    format!(
                        "`{}` starts `{}` in `{}`, `{}` in `{}`",
                        earlier.name,
                        package.name,
                        shown(known),
                        server.name,
                        shown(&package)
                    ),
                )
                .evidence(format!("{}: {}, {}", package.name, shown(known), shown(&package)))
                .target(server.target);
            if !(known.version.is_pinned() && package.version.is_pinned()) {
                draft.severity(Severity::Info).audience(Audience::Pedantic);
            }
        }
    }
}
