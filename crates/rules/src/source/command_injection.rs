//! Arguments that a shell reads as a part of a command line.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that gets into a command line which a shell reads (`os.system`, `shell=True`, `child_process.exec`,
    /// `sh -c`), along any path through the code: over files, classes, closures and dispatch by name.
    ///
    /// ## Why it matters
    ///
    /// Whoever writes the argument writes the command. An agent takes arguments from pages, mails and issues that strangers
    /// wrote: `; curl … | sh` in a host name runs with the rights of the server.
    ///
    /// ## What it takes as a check
    ///
    /// A list of arguments without a shell, `shlex.quote` outside other quotes, an allow-list, a pattern that is anchored on both
    /// sides and lets no dangerous character pass, a number. A check that only looks like one is told in `ineffective-guard`.
    ///
    /// ## What is told as a note
    ///
    /// Where a tool openly runs the command that it is given, it is what the tool can do and no weakness of it: it is told with low severity. The
    /// criterion: what the caller gives arrives whole, not inside a text of the tool's own, and the tool's name, the first sentence
    /// of its description, the argument's name or the argument's description says so.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import subprocess
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def ping(host: str) -> str:
    ///     """Asks whether a host answers."""
    ///     return subprocess.check_output(f"ping -c 1 {host}", shell=True, text=True)
    /// ```
    ///
    /// ```typescript bad
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { z } from "zod";
    /// import { execSync } from "node:child_process";
    ///
    /// const server = new McpServer({ name: "example", version: "1.0.0" });
    ///
    /// server.tool("log", "Shows the history of a file.", { path: z.string() }, async ({ path }) => {
    ///   const text = execSync("git log -- " + path).toString();
    ///   return { content: [{ type: "text", text }] };
    /// });
    /// ```
    ///
    /// ```python good
    /// import shlex
    /// import subprocess
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def ping(host: str) -> str:
    ///     """Asks whether a host answers."""
    ///     return subprocess.check_output(f"ping -c 1 {shlex.quote(host)}", shell=True, text=True)
    /// ```
    ///
    /// ```typescript good
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { z } from "zod";
    /// import { execFileSync } from "node:child_process";
    ///
    /// const server = new McpServer({ name: "example", version: "1.0.0" });
    ///
    /// server.tool("log", "Shows the history of a file.", { path: z.string() }, async ({ path }) => {
    ///   const text = execFileSync("git", ["log", "--", path]).toString();
    ///   return { content: [{ type: "text", text }] };
    /// });
    /// ```
    pub(crate) struct CommandInjection {
        id: "command-injection",
        summary: "an argument of a tool gets into a command line that a shell reads",
        severity: Critical,
        confidence: High,
        threats: [CommandInjection, SandboxEscape],
        entry: Source,
        remedy: "Start the program with a list of arguments and without a shell; put `--` before what the caller gives.",
        references: ["CWE-78"],
        since: "0.1.0",
    }
}

impl Rule for CommandInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Shell]) {
            case.report("become[s] part of a command line that `{}` has a shell read", report);
        }
    }
}
