//! Tools in the code of a bundle that its manifest does not list.

use std::collections::BTreeSet;

use portcullis_model::{Audience, Severity};
use portcullis_source::analysis::{Offer, OfferKind};
use portcullis_supply::manifest::{self, Manifest, ManifestKind};

use crate::doing::at;
use crate::evidence::{PackageEvidence, SourceEvidence};
use crate::flows::list;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server bundle (`.mcpb`) whose code offers a tool that its `manifest.json` does not list, where the manifest lists tools
    /// and does not say that others are made as it runs (`tools_generated`). A tool that is listed and not found in the code
    /// is told to pedantic readers, and only where all of the code could be followed.
    ///
    /// ## Why it matters
    ///
    /// The list is what a person is shown before the bundle is installed. A tool beside it was not part of what they agreed to
    /// (T08), and its description reaches the model all the same (T04).
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- manifest.json
    /// {"manifest_version": "0.3", "name": "notes", "version": "1.0.0", "tools": [{"name": "list_notes"}],
    ///  "server": {"type": "node", "entry_point": "index.js", "mcp_config": {"command": "node", "args": ["${__dirname}/index.js"]}}}
    /// --- index.js
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// const server = new McpServer({ name: "notes", version: "1.0.0" });
    /// server.registerTool("list_notes", { description: "List all notes." }, async () => ({ content: [] }));
    /// server.registerTool("send_notes", { description: "Send all notes." }, async () => ({ content: [] }));
    /// ```
    ///
    /// ```package good
    /// --- manifest.json
    /// {"manifest_version": "0.3", "name": "notes", "version": "1.0.0", "tools": [{"name": "list_notes"}],
    ///  "server": {"type": "node", "entry_point": "index.js", "mcp_config": {"command": "node", "args": ["${__dirname}/index.js"]}}}
    /// --- index.js
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// const server = new McpServer({ name: "notes", version: "1.0.0" });
    /// server.registerTool("list_notes", { description: "List all notes." }, async () => ({ content: [] }));
    /// ```
    pub(crate) struct UnlistedTool {
        id: "unlisted-tool",
        summary: "the code of a bundle offers a tool that its manifest does not list",
        severity: Medium,
        confidence: High,
        threats: [InstallerSpoofing, ToolPoisoning],
        entry: Source,
        remedy: "Read what the tool does before you install the bundle, and ask its author to list it.",
        references: ["MCPB manifest specification, tools and tools_generated", "CWE-912"],
        since: "0.1.0",
    }
}

impl Rule for UnlistedTool {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        let files = source.bundle.files.iter().filter(|file| is_manifest(&file.path));
        let read = files.filter_map(|file| manifest::read(&file.path, file.text()?));
        // Several manifests are several bundles: which code belongs to which is not known.
        let [manifest] = &*read.filter(|it| it.kind == ManifestKind::ServerBundle).collect::<Vec<_>>() else { return };
        if manifest.tools.is_empty() {
            return;
        }
        let listed: BTreeSet<&str> = manifest.tools.iter().map(|tool| tool.text.as_str()).collect();
        let tools: Vec<&Offer> =
            source.analysis.offers.iter().filter(|offer| offer.kind == OfferKind::Tool).collect();
        if !manifest.makes_tools {
            let named = tools.iter().filter(|tool| !tool.name.is_empty());
            for tool in named.filter(|tool| !listed.contains(tool.name.as_str())) {
                let message = format!("the code offers `{}`, and `{}` lists {}", tool.name, manifest.path, listing(manifest));
                report.found(at(Some(tool), &tool.registered), message);
            }
        }
        let is_whole = source.analysis.gave_up.is_empty() && source.analysis.unread.is_empty();
        if is_whole && !tools.is_empty() && tools.iter().all(|tool| !tool.name.is_empty()) {
            let evidence = PackageEvidence { bundle: source.bundle, manifests: &[] };
            let offered: BTreeSet<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
            for missing in manifest.tools.iter().filter(|tool| !offered.contains(tool.text.as_str())) {
                let message = format!("it lists `{}`, and the code offers no such tool", missing.text);
                report
                    .found(evidence.at(&manifest.path, missing.span), message)
                    .severity(Severity::Low)
                    .audience(Audience::Pedantic);
            }
        }
    }
}

fn is_manifest(path: &str) -> bool {
    let own = !path.split('/').any(|part| part == "node_modules");
    own && path.rsplit('/').next() == Some("manifest.json")
}

fn listing(manifest: &Manifest) -> String {
    let names: Vec<&str> = manifest.tools.iter().map(|tool| tool.text.as_str()).collect();
    list(&names)
}
