//! Arguments that become keys under which objects are written.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that is a key, or a path of keys, under which a value is written into an object, without a check for
    /// `__proto__`, `constructor` and `prototype`; the same for attributes of Python objects.
    ///
    /// ## Why it matters
    ///
    /// A value written to the prototype is then a property of every object: an `isAdmin`, a `shell`, an option of the next
    /// `spawn`.
    ///
    /// ## Examples
    ///
    /// ```typescript bad
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { z } from "zod";
    /// const settings: any = {};
    ///
    /// const server = new McpServer({ name: "example", version: "1.0.0" });
    ///
    /// server.tool("set", "Sets an option.", { group: z.string(), key: z.string(), value: z.string() }, async ({ group, key, value }) => {
    ///   settings[group][key] = value;
    ///   return { content: [{ type: "text", text: "set" }] };
    /// });
    /// ```
    ///
    /// ```typescript good
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { z } from "zod";
    /// const settings = new Map<string, string>();
    ///
    /// const server = new McpServer({ name: "example", version: "1.0.0" });
    ///
    /// server.tool("set", "Sets an option.", { key: z.string(), value: z.string() }, async ({ key, value }) => {
    ///   settings.set(key, value);
    ///   return { content: [{ type: "text", text: "set" }] };
    /// });
    /// ```
    pub(crate) struct PrototypePollution {
        id: "prototype-pollution",
        summary: "an argument of a tool is a key under which an object is written",
        severity: High,
        confidence: Medium,
        threats: [CommandInjection, SandboxEscape],
        entry: Source,
        remedy: "Use a `Map` or an object without prototype, and refuse `__proto__`, `constructor` and `prototype`.",
        references: ["CWE-1321", "CWE-915"],
        since: "0.1.0",
    }
}

impl Rule for PrototypePollution {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Prototype]) {
            case.report("[is] a key under which `{}` writes, the prototype included", report);
        }
    }
}
