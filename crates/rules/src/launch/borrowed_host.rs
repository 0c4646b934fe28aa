//! Servers at addresses that anybody can take over.

use portcullis_model::Launch;

use crate::address::Address;
use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A remote server at a tunnel (`ngrok`, `trycloudflare`, ...) or at a bare public IP address.
    ///
    /// ## Why it matters
    ///
    /// Such an address belongs to whoever holds it at the moment. Tomorrow another person's server answers there with your
    /// tokens in its hands.
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"url": "https://quiet-fox-12.trycloudflare.com/mcp"}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"url": "https://mcp.example.com/mcp"}}}
    /// ```
    pub(crate) struct BorrowedHost {
        id: "borrowed-host",
        summary: "a remote server lives at a tunnel or bare address that can change hands",
        severity: Medium,
        confidence: High,
        threats: [MaintainerHijacking, MaliciousLaunchConfiguration],
        entry: Launch,
        remedy: "Use an address under a domain that its owner controls.",
        references: ["CWE-350"],
        since: "0.1.0",
    }
}

impl Rule for BorrowedHost {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Launch::Remote { url, .. } = &launch.server.launch else { return };
        let Some(address) = Address::of(&url.text) else { return };
        let what = if address.is_tunnel() {
            "a tunnel that anybody can open again under this name"
        } else if address.is_ip() && !address.is_loopback() && !address.is_private() {
            "a bare IP address, which names a line and not an owner"
        } else {
            return;
        };
        report
            .found(launch.at(&url.pointer, url.span), format!("`{}` is {what}", address.host))
            .evidence(url.text.clone());
    }
}
