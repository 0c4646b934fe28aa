//! What code offers, in the forms in which servers register it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_model::{Bundle, BundleFile};
use portcullis_source::analysis::{Offer, OfferKind};

fn offers(files: &[(&str, &str)]) -> Vec<Offer> {
    let file = |(path, text): &(&str, &str)| BundleFile {
        path: (*path).to_owned(),
        bytes: text.as_bytes().into(),
        executable: false,
    };
    let mut files: Vec<BundleFile> = files.iter().map(file).collect();
    files.sort_by(|left, right| left.path.cmp(&right.path));
    portcullis_source::analyse(&Bundle { locator: ".".to_owned(), files, unread: Vec::new() }).offers
}

/// The tools by name, each with a handler.
#[track_caller]
fn assert_tools(files: &[(&str, &str)], expected: &[&str]) {
    let offers = offers(files);
    let mut names: Vec<&str> = Vec::new();
    for offer in offers.iter().filter(|offer| offer.kind == OfferKind::Tool) {
        assert!(offer.handler.is_some(), "{} has no handler", offer.name);
        names.push(&offer.name);
    }
    names.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn tools_of_a_list_that_the_environment_filters_are_all_offered() {
    let server = r#"
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
const readers = ["a", "b", "c", "d", "e", "f"].map((name) => ({ name, inputSchema: {} }));
const writers = ["g", "h", "i", "j", "k", "l"].map((name) => ({ name, inputSchema: {} }));
const allowed = process.env.ALLOWED ? new Set(process.env.ALLOWED.split(",")) : null;
const isAllowed = (name) => (allowed ? allowed.has(name) : true);
const server = new Server({ name: "x", version: "1" }, {});
server.setRequestHandler(ListToolsRequestSchema, async () => {
    const base = process.env.ONLY_READ === "1" ? readers : [...readers, ...writers];
    return { tools: base.filter((tool) => isAllowed(tool.name)) };
});
server.setRequestHandler(CallToolRequestSchema, async (request) => ({ content: [] }));
"#;
    let expected = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    assert_tools(&[("index.js", server)], &expected);
}

#[test]
fn a_tool_that_is_a_task_is_offered_with_what_starts_it() {
    let server = r#"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
const server = new McpServer({ name: "x", version: "1" });
server.experimental.tasks.registerToolTask("slow-search", { title: "Slow", inputSchema: { query: z.string() } }, {
    createTask: async (args, extra) => ({ task: await extra.taskStore.createTask({}) }),
    getTask: async (args, extra) => extra.taskStore.getTask(extra.taskId),
});
"#;
    assert_tools(&[("index.js", server)], &["slow-search"]);
}

#[test]
fn a_tool_whose_name_a_constructor_of_a_base_keeps_is_found() {
    let server = r#"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
class Described {
    constructor(name) { this.name = name; }
    prefix(before) { this.name = before + this.name; }
}
class Tool extends Described {
    hint = this.name + "-hint";
    constructor() { super(...arguments); }
    prefix(before) { super.prefix(before); }
    register(server) { server.registerTool(this.name, { title: this.hint }, async () => ({ content: [] })); }
}
const tool = new Tool("search");
tool.prefix("web-");
tool.register(new McpServer({ name: "x", version: "1" }));
"#;
    assert_tools(&[("index.js", server)], &["web-search"]);
    let server = r#"
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("x")

class Described:
    def __init__(self, name):
        self.name = name

class Tool(Described):
    def __init__(self, name):
        super().__init__("web-" + name)

    def run(self, query: str) -> str:
        return query

tool = Tool("search")
mcp.add_tool(tool.run, name=tool.name)
"#;
    assert_tools(&[("server.py", server)], &["web-search"]);
}
