//! Arguments that are evaluated as code.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that is evaluated: `eval`, `exec`, `new Function`, `vm.runInContext`, `setTimeout` with a text.
    ///
    /// ## Why it matters
    ///
    /// Evaluated text can do all that the server can. Restricted builtins and `vm` are no sandboxes: both are left by well-known
    /// ways.
    ///
    /// ## What is told as a note
    ///
    /// Where a tool openly evaluates the code that it is given, it is what the tool can do and no weakness of it: it is told with low severity. The
    /// criterion: what the caller gives arrives whole, not inside a text of the tool's own, and the tool's name, the first sentence
    /// of its description, the argument's name or the argument's description says so.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import math
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def calculate(expression: str) -> str:
    ///     """Calculates."""
    ///     return str(eval(expression, {"__builtins__": {}}, vars(math)))
    /// ```
    ///
    /// ```typescript bad
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { z } from "zod";
    ///
    ///
    /// const server = new McpServer({ name: "example", version: "1.0.0" });
    ///
    /// server.tool("calculate", "Calculates.", { expression: z.string() }, async ({ expression }) => {
    ///   const value = new Function("return " + expression)();
    ///   return { content: [{ type: "text", text: String(value) }] };
    /// });
    /// ```
    ///
    /// ```python good
    /// import ast
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def calculate(expression: str) -> str:
    ///     """Reads a literal."""
    ///     return str(ast.literal_eval(expression))
    /// ```
    pub(crate) struct CodeInjection {
        id: "code-injection",
        summary: "an argument of a tool is evaluated as code",
        severity: Critical,
        confidence: High,
        threats: [CommandInjection, SandboxEscape],
        entry: Source,
        remedy: "Parse what is needed (`ast.literal_eval`, JSON, an expression parser); run code only in a process without rights.",
        references: ["CWE-95", "CWE-94"],
        since: "0.1.0",
    }
}

impl Rule for CodeInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Code]) {
            case.report("[is] evaluated as code by `{}`", report);
        }
    }
}
