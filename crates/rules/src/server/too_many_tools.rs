//! More tools than anybody reviews.

use crate::evidence::ServerEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server with more than 100 tools.
    ///
    /// ## Why it matters
    ///
    /// Hosts cut long lists, each at another number: which tools a model sees depends on their order. Every tool costs
    /// context, and nobody reads the hundredth description.
    ///
    /// ## Examples
    ///
    /// ```json bad many
    /// {"server": "everything", "tools": [{"name": "tool_…", "inputSchema": {"type": "object"}}]}
    /// ```
    ///
    /// ```json good
    /// {"server": "one", "tools": [{"name": "tool", "inputSchema": {"type": "object"}}]}
    /// ```
    pub(crate) struct TooManyTools {
        id: "too-many-tools",
        summary: "a server has more tools than anybody reviews",
        severity: Info,
        confidence: Certain,
        audience: Auditor,
        threats: [ResourceExhaustion, WrongProvider],
        entry: Server,
        remedy: "Switch off the tools that you do not use.",
        since: "0.1.0",
    }
}

/// Tools; hosts cut their lists between 40 and 128.
const MANY: usize = 100;

impl Rule for TooManyTools {
    fn check_server(&self, server: &ServerEvidence<'_>, report: &mut Report<'_>) {
        let count = server.surface.tools().count();
        if count > MANY {
            report.found(server.subject.location(), format!("the server has {count} tools"));
        }
    }
}
