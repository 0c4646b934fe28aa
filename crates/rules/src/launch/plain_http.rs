//! Unencrypted remote servers.

use portcullis_model::{Launch, Severity};

use crate::address::Address;
use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A remote server that is reached over plain `http` or `ws` and is not on this machine.
    ///
    /// ## Why it matters
    ///
    /// Everybody on the way reads the tokens and rewrites the tools.
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"url": "http://mcp.example.com/mcp"}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"url": "https://mcp.example.com/mcp"}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"url": "http://127.0.0.1:3000/mcp"}}}
    /// ```
    pub(crate) struct PlainHttp {
        id: "plain-http",
        summary: "a remote server is reached without encryption",
        severity: High,
        confidence: Certain,
        threats: [MaliciousLaunchConfiguration, UnauthorizedAccess],
        entry: Launch,
        remedy: "Use the server's https address; if it has none, do not use it across a network.",
        references: ["CWE-319"],
        since: "0.1.0",
    }
}

impl Rule for PlainHttp {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Launch::Remote { url, headers, .. } = &launch.server.launch else { return };
        let Some(address) = Address::of(&url.text) else { return };
        if address.is_plain() && !address.is_loopback() {
            let private = address.is_private();
            let sends = if headers.is_empty() { "" } else { " and sends credentials along" };
            report
                .found(
                    launch.at(&url.pointer, url.span),
                    format!("reaches `{}` without encryption{sends}", address.host),
                )
                .evidence(url.text.clone())
                .severity(if private { Severity::Medium } else { Severity::High });
        }
    }
}
