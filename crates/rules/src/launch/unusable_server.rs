//! Entries that start nothing.

use portcullis_model::Launch;

use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A configured server with neither a command nor an address, or with an empty one.
    ///
    /// ## Why it matters
    ///
    /// The host ignores it or fails; nobody notices that a protection or a tool that people count on is not there.
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"args": ["server.js"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"]}}}
    /// ```
    pub(crate) struct UnusableServer {
        id: "unusable-server",
        summary: "a configured server names nothing to start or reach",
        severity: Low,
        confidence: Certain,
        threats: [ConfigurationDrift, DeadListing],
        entry: Launch,
        remedy: "Complete the entry or remove it.",
        since: "0.1.0",
    }
}

impl Rule for UnusableServer {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let empty = match &launch.server.launch {
            Launch::Unknown => true,
            Launch::Stdio { command, .. } => command.text.trim().is_empty(),
            Launch::Remote { url, .. } => url.text.trim().is_empty(),
        };
        if empty {
            report.found(
                launch.at(&launch.server.pointer, launch.server.name_span),
                format!("`{}` names neither a command nor an address", launch.server.name),
            );
        }
    }
}
