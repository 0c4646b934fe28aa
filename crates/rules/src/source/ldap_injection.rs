//! Arguments that become part of a filter or name of a directory.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that is put into the text of an LDAP filter or a distinguished name without being escaped.
    ///
    /// ## Why it matters
    ///
    /// `*)(uid=*` turns a search for one person into one for all, or a check of a password into none.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import ldap
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def find(name: str) -> str:
    ///     """Finds a person."""
    ///     directory = ldap.initialize("ldap://directory.example.com")
    ///     return str(directory.search_s("dc=example", ldap.SCOPE_SUBTREE, f"(uid={name})"))
    /// ```
    ///
    /// ```python good
    /// import ldap
    /// from ldap.filter import escape_filter_chars
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def find(name: str) -> str:
    ///     """Finds a person."""
    ///     directory = ldap.initialize("ldap://directory.example.com")
    ///     return str(directory.search_s("dc=example", ldap.SCOPE_SUBTREE, f"(uid={escape_filter_chars(name)})"))
    /// ```
    pub(crate) struct LdapInjection {
        id: "ldap-injection",
        summary: "an argument of a tool becomes part of a filter or name of a directory",
        severity: High,
        confidence: High,
        threats: [UnauthorizedAccess, CommandInjection],
        entry: Source,
        remedy: "Escape the value for filters or names (`escape_filter_chars`, `escapeFilter`).",
        references: ["CWE-90"],
        since: "0.1.0",
    }
}

impl Rule for LdapInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::Ldap]) {
            case.report("become[s] part of the directory query of `{}`", report);
        }
    }
}
