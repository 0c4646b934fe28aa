//! Arguments that a program takes for its options, or that choose the program.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that is handed to a program where it may begin with `-` and be taken for an option, or that names
    /// the program to be started. No shell is needed.
    ///
    /// ## Why it matters
    ///
    /// Many programs run commands or write files by an option: `git --upload-pack=…`, `tar --checkpoint-action=…`,
    /// `find -exec`, `curl -o`. One argument that begins with a dash is enough.
    ///
    /// ## What it takes as a check
    ///
    /// `--` before the argument, a fixed beginning, a check for a leading dash, an allow-list, an anchored pattern, a number.
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
    /// def fetch(remote: str) -> str:
    ///     """Fetches a remote."""
    ///     return subprocess.run(["git", "fetch", remote], capture_output=True, text=True).stdout
    /// ```
    ///
    /// ```python good
    /// import subprocess
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def fetch(remote: str) -> str:
    ///     """Fetches a remote."""
    ///     if remote.startswith("-"):
    ///         raise ValueError("not a remote")
    ///     return subprocess.run(["git", "fetch", remote], capture_output=True, text=True).stdout
    /// ```
    pub(crate) struct ArgumentInjection {
        id: "argument-injection",
        summary: "an argument of a tool is taken for an option of a program, or chooses the program",
        severity: High,
        confidence: Medium,
        threats: [CommandInjection, SandboxEscape],
        entry: Source,
        remedy: "Put `--` before what the caller gives, or refuse what begins with `-`; never let a caller choose the program freely.",
        references: ["CWE-88", "CWE-78"],
        since: "0.1.0",
    }
}

impl Rule for ArgumentInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Arguments]) {
            case.report("reach[es] the program that `{}` starts, as an option or as the program itself", report);
        }
    }
}
