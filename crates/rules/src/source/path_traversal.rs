//! Arguments that choose a file outside the folder that a tool is for.

use portcullis_model::Severity;
use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that becomes a path which is read, written or deleted, without a check that it stays in a folder.
    /// Writing and deleting weigh more than reading.
    ///
    /// ## Why it matters
    ///
    /// `../../.ssh/id_rsa`, an absolute path or a link leads out of the folder. What is written can be code that runs later: a
    /// shell's start file, a hook of git, the server itself.
    ///
    /// ## What it takes as a check
    ///
    /// The real path is compared with the folder part by part (`is_relative_to`, `commonpath`, a prefix with a separator) after it
    /// was made absolute and its links were followed; the last part alone (`basename`); an allow-list; an anchored pattern.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// from pathlib import Path
    ///
    /// NOTES = Path("/srv/notes")
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def read_note(name: str) -> str:
    ///     """Reads a note."""
    ///     return (NOTES / name).read_text()
    /// ```
    ///
    /// ```typescript bad
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { z } from "zod";
    /// import { writeFile } from "node:fs/promises";
    /// import path from "node:path";
    ///
    /// const server = new McpServer({ name: "example", version: "1.0.0" });
    ///
    /// server.tool("save", "Saves a note.", { name: z.string(), text: z.string() }, async ({ name, text }) => {
    ///   await writeFile(path.join("/srv/notes", name), text);
    ///   return { content: [{ type: "text", text: "saved" }] };
    /// });
    /// ```
    ///
    /// ```python good
    /// from pathlib import Path
    ///
    /// NOTES = Path("/srv/notes").resolve()
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def read_note(name: str) -> str:
    ///     """Reads a note."""
    ///     path = (NOTES / name).resolve()
    ///     if not path.is_relative_to(NOTES):
    ///         raise ValueError("outside the notes")
    ///     return path.read_text()
    /// ```
    pub(crate) struct PathTraversal {
        id: "path-traversal",
        summary: "an argument of a tool chooses a file outside the tool's folder",
        severity: High,
        confidence: High,
        threats: [SandboxEscape, CredentialTheft],
        entry: Source,
        remedy: "Make the path real (links followed), then check part by part that it is inside the folder, and use that very path.",
        references: ["CWE-22"],
        since: "0.1.0",
    }
}

impl Rule for PathTraversal {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        let kinds = [SinkKind::PathRead, SinkKind::PathWrite, SinkKind::PathDelete];
        for case in flows::cases(source, &kinds) {
            let (does, severity) = match case.sink() {
                Some(SinkKind::PathWrite) => ("choose[s] where `{}` writes", Severity::Critical),
                Some(SinkKind::PathDelete) => ("choose[s] what `{}` deletes", Severity::High),
                _ => ("choose[s] what `{}` reads", Severity::High),
            };
            case.report(&format!("{does}, and nothing keeps it in a folder"), report).severity(severity);
        }
    }
}
