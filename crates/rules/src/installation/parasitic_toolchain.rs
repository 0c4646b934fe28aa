//! Tools that planted text can join into a leak.

use portcullis_model::{Confidence, ItemKind, Location, Severity};

use crate::capability::{self, ClassedTool, Source, ToolChain};
use crate::evidence::Installation;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Three kinds of tool that are used together: one brings in text that an outsider wrote, one reads private data,
    /// one makes data visible to an outsider. The shortest such chain is shown, once per installation.
    ///
    /// ## Why it matters
    ///
    /// Each tool may be honest. Text planted in an issue, a mail or a web page can order the model to read private data
    /// and to send it away: nothing but the model's judgement stands between. Whoever can write to the first tool's
    /// source commands the other two.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// [{"server": "web", "tools": [{"name": "fetch", "description": "Fetches a URL from the internet.",
    ///     "inputSchema": {"type": "object", "properties": {"url": {"type": "string"}}}}]},
    ///  {"server": "files", "tools": [{"name": "read_file", "description": "Reads a file.",
    ///     "inputSchema": {"type": "object", "properties": {"path": {"type": "string"}}}}]}]
    /// ```
    ///
    /// ```json bad
    /// [{"server": "web", "launch": {"command": "uvx", "args": ["mcp-server-fetch"]}},
    ///  {"server": "files", "launch": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/"]}}]
    /// ```
    ///
    /// ```json good
    /// [{"server": "clock", "tools": [{"name": "get_current_time", "description": "Tells the time.",
    ///     "inputSchema": {"type": "object"}}]},
    ///  {"server": "files", "tools": [{"name": "read_file", "description": "Reads a file.",
    ///     "inputSchema": {"type": "object", "properties": {"path": {"type": "string"}}}}]}]
    /// ```
    pub(crate) struct ParasiticToolchain {
        id: "parasitic-toolchain",
        summary: "outside text, private data and the network can be joined by planted text",
        severity: Low,
        confidence: Medium,
        threats: [ParasiticToolchain, ToolChainingAbuse, IndirectPromptInjection],
        entry: Installation,
        remedy: "Keep the three kinds of tool apart, or put a guard with flow labels in front of the servers, and let the last tool of the chain ask each time. A class that is wrong is corrected in `portcullis.toml` (`[[tool]]`).",
        references: ["arXiv 2509.06572", "CWE-1427"],
        since: "0.1.0",
    }
}

impl Rule for ParasiticToolchain {
    fn check_installation(&self, installation: &Installation<'_>, report: &mut Report<'_>) {
        let chains = capability::chains(installation);
        let Some(shortest) = chains.first() else { return };
        let message = match chains.len() {
            1 => shown(shortest),
            more => format!("{} ({more} servers can begin one)", shown(shortest)),
        };
        let one_server = shortest.ingests.server == shortest.reads_private.server
            && shortest.ingests.server == shortest.reaches_network.server;
        let steps = [&shortest.ingests, &shortest.reads_private, &shortest.reaches_network];
        let guessed = steps.iter().any(|step| step.tool.is_empty());
        let (severity, confidence) = match (guessed, one_server) {
            (true, _) => (Severity::Info, Confidence::Low),
            (false, true) => (Severity::Medium, Confidence::Medium),
            (false, false) => (Severity::Low, Confidence::Medium),
        };
        report
            .found(location(&shortest.ingests), message)
            .evidence(evidence(shortest))
            .severity(severity)
            .confidence(confidence);
    }
}

fn location(first: &ClassedTool) -> Location {
    Location {
        server: Some(first.server.clone()),
        item: (!first.tool.is_empty()).then_some(ItemKind::Tool),
        name: (!first.tool.is_empty()).then(|| first.tool.clone()),
        ..Location::default()
    }
}

fn shown(chain: &ToolChain) -> String {
    format!(
        "`{}` (brings outside text) -> `{}` (reads private data) -> `{}` (reaches the network)",
        chain.ingests.shown(),
        chain.reads_private.shown(),
        chain.reaches_network.shown()
    )
}

/// The words that put each tool into its class.
fn evidence(chain: &ToolChain) -> String {
    let reasons = [
        (&chain.ingests, &chain.ingests.capabilities.ingests),
        (&chain.reads_private, &chain.reads_private.capabilities.reads_private),
        (&chain.reaches_network, &chain.reaches_network.capabilities.reaches_network),
    ];
    let reasons: Vec<String> = reasons
        .iter()
        .filter_map(|(tool, why)| {
            let why = why.as_ref()?;
            Some(match why.source {
                Source::KnownServer => format!("{}: {}", tool.shown(), why.words),
                _ => format!("{}: {why}", tool.shown()),
            })
        })
        .collect();
    reasons.join("; ")
}
