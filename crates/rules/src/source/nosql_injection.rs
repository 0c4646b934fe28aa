//! Arguments that become a query object of a document database.

use portcullis_source::library::SinkKind;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An argument of a tool that is, or may be, an object where a query of a document database expects a value, or that becomes
    /// JavaScript of `$where`.
    ///
    /// ## Why it matters
    ///
    /// `{"$ne": null}` instead of a name matches every document; `$where` runs code in the database.
    ///
    /// ## What it takes as a check
    ///
    /// A schema or a conversion that lets only texts or numbers pass, `$eq`, a check for `$` in the keys.
    ///
    /// ## What is told as a note
    ///
    /// Where a tool openly takes a query of the database, it is what the tool can do and no weakness of it: it is told with low
    /// severity, to pedants only. The criterion: what the caller gives arrives whole, not inside a document of the tool's own, and
    /// the argument is called a query, filter, pipeline, stages or selector, which its description or the first sentence of the
    /// tool's says to be one of documents, of a collection or of the database by name; or the tool says, by its name or in the
    /// first sentence of its description, that it runs queries. Code of `$where` is never a note.
    ///
    /// ## Examples
    ///
    /// ```typescript bad
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { z } from "zod";
    /// import { MongoClient } from "mongodb";
    ///
    /// const users = new MongoClient("mongodb://localhost").db("shop").collection("users");
    ///
    /// const server = new McpServer({ name: "example", version: "1.0.0" });
    ///
    /// server.tool("find", "Finds a user.", { user: z.any() }, async ({ user }) => {
    ///   const found = await users.findOne({ user });
    ///   return { content: [{ type: "text", text: JSON.stringify(found) }] };
    /// });
    /// ```
    ///
    /// ```typescript good
    /// import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
    /// import { z } from "zod";
    /// import { MongoClient } from "mongodb";
    ///
    /// const users = new MongoClient("mongodb://localhost").db("shop").collection("users");
    ///
    /// const server = new McpServer({ name: "example", version: "1.0.0" });
    ///
    /// server.tool("find", "Finds a user.", { user: z.string() }, async ({ user }) => {
    ///   const found = await users.findOne({ user: String(user) });
    ///   return { content: [{ type: "text", text: JSON.stringify(found) }] };
    /// });
    /// ```
    pub(crate) struct NosqlInjection {
        id: "nosql-injection",
        summary: "an argument of a tool becomes a query object of a document database",
        severity: High,
        confidence: Medium,
        threats: [CommandInjection, UnauthorizedAccess],
        entry: Source,
        remedy: "Convert what the caller gives to a text or number before it enters a query; never use `$where` with it.",
        references: ["CWE-943"],
        since: "0.1.0",
    }
}

impl Rule for NosqlInjection {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for case in flows::cases(source, &[SinkKind::NoSql]) {
            case.report("become[s] a query object of `{}`", report);
        }
    }
}
