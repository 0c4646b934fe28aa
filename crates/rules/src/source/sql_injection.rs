//! Arguments that become part of a statement of SQL.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that is put into the text of a statement: formatted, added, or as the name of a table or column.
    ///
    /// ## Why it matters
    ///
    /// The caller reads, changes or drops what the tool was never meant to show; some databases write files and run programs.
    /// Text in a database also reaches other agents.
    ///
    /// ## What it takes as a check
    ///
    /// Parameters of the statement, an allow-list of names, a number, quoting by the driver's own function.
    ///
    /// ## What is told as a note
    ///
    /// Where a tool openly executes the statement that it is given, it is what the tool can do and no weakness of it: it is told with low severity, to pedants only. The
    /// criterion: what the caller gives arrives whole, not inside a text of the tool's own, and the tool's name, the first sentence
    /// of its description, the argument's name or the argument's description says so.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import sqlite3
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def find(name: str) -> str:
    ///     """Finds a customer."""
    ///     rows = sqlite3.connect("shop.db").execute(f"SELECT * FROM customers WHERE name = '{name}'")
    ///     return str(rows.fetchall())
    /// ```
    ///
    /// ```python good
    /// import sqlite3
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def find(name: str) -> str:
    ///     """Finds a customer."""
    ///     rows = sqlite3.connect("shop.db").execute("SELECT * FROM customers WHERE name = ?", (name,))
    ///     return str(rows.fetchall())
    /// ```
    pub(crate) struct SqlInjection {
        id: "sql-injection",
        summary: "an argument of a tool becomes part of a statement of SQL",
        severity: High,
        confidence: High,
        threats: [CommandInjection, UnauthorizedAccess],
        entry: Source,
        remedy: "Give values as parameters of the statement; choose names of tables and columns from a list.",
        references: ["CWE-89"],
        since: "0.1.0",
    }
}

impl Rule for SqlInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Sql]) {
            case.report("become[s] part of the statement that `{}` executes", report);
        }
    }
}
