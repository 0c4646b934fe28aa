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

/// What the TypeScript compiler writes before a module that imports another whole and awaits.
const COMPILED: &str = r#""use strict";
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) { o[k2] = m[k]; }));
var __importStar = (this && this.__importStar) || function (mod) {
    if (mod && mod.__esModule) return mod;
    var result = {};
    if (mod != null) for (var k in mod) if (k !== "default") __createBinding(result, mod, k);
    return result;
};
var __awaiter = (this && this.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
"#;

#[test]
fn tools_out_of_a_table_of_modules_are_found_as_compilers_write_it() {
    let server = r#"
const types_1 = require("@modelcontextprotocol/sdk/types.js");
const index_1 = require("@modelcontextprotocol/sdk/server/index.js");
const Charts = __importStar(require("./charts/index.js"));
const server = new index_1.Server({ name: "x", version: "1" }, {});
function all() { return __awaiter(this, void 0, void 0, function* () { return Object.values(Charts); }); }
server.setRequestHandler(types_1.ListToolsRequestSchema, () => __awaiter(this, void 0, void 0, function* () {
    const charts = yield all();
    return { tools: charts.map((chart) => chart.tool) };
}));
server.setRequestHandler(types_1.CallToolRequestSchema, (request) => __awaiter(this, void 0, void 0, function* () {
    return { content: [] };
}));
"#;
    let charts = r#""use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports["bar-chart"] = exports.area = void 0;
var area_1 = require("./area.js");
Object.defineProperty(exports, "area", { enumerable: true, get: function () { return area_1.area; } });
var bar_1 = require("./bar.js");
Object.defineProperty(exports, "bar-chart", { enumerable: true, get: function () { return bar_1.bar; } });
"#;
    let area = r#"exports.area = { tool: { name: "draw_area", inputSchema: {} } };"#;
    let bar = r#"exports.bar = { tool: { name: "draw_bar", inputSchema: {} } };"#;
    let server = format!("{COMPILED}{server}");
    let files = [
        ("index.js", server.as_str()),
        ("charts/index.js", charts),
        ("charts/area.js", area),
        ("charts/bar.js", bar),
    ];
    assert_tools(&files, &["draw_area", "draw_bar"]);
}

#[test]
fn tools_made_of_a_document_that_the_package_ships_are_found() {
    let document = r#"{
        "paths": {
            "/pages": {
                "parameters": [],
                "get": { "operationId": "list-pages", "summary": "Lists" },
                "post": { "operationId": "make-page", "summary": "Makes" }
            },
            "/pages/{id}": { "delete": { "operationId": "drop-page", "summary": "Drops" } }
        }
    }"#;
    let server = r#"
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "url";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import names from "./names.json" with { type: "json" };

class Converter {
    constructor(document) { this.document = document; }
    methods() {
        const found = [];
        for (const [url, item] of Object.entries(this.document.paths || {})) {
            for (const [method, operation] of Object.entries(item)) {
                if (!["get", "post", "delete"].includes(method.toLowerCase())) continue;
                found.push({ name: operation.operationId, description: operation.summary, url });
            }
        }
        return found;
    }
}
async function load(file) {
    let raw;
    try {
        raw = fs.readFileSync(path.resolve(process.cwd(), file), "utf-8");
    } catch (error) {
        process.exit(1);
    }
    return JSON.parse(raw);
}
async function start() {
    const folder = path.dirname(fileURLToPath(import.meta.url));
    const document = await load(path.resolve(folder, "../api/openapi.json"));
    const methods = new Converter(document).methods();
    const server = new Server({ name: "x", version: "1" }, {});
    server.setRequestHandler(ListToolsRequestSchema, async () => ({
        tools: methods.map((method) => ({ name: `${names.prefix}-${method.name}`, inputSchema: {} })),
    }));
    server.setRequestHandler(CallToolRequestSchema, async (request) => ({ content: [] }));
}
start();
"#;
    let files = [
        ("bin/cli.mjs", server),
        ("bin/names.json", r#"{ "prefix": "API" }"#),
        ("api/openapi.json", document),
        ("package.json", r#"{ "name": "x", "type": "module", "bin": "bin/cli.mjs" }"#),
    ];
    assert_tools(&files, &["API-drop-page", "API-list-pages", "API-make-page"]);
    let server = r#"
import json
from pathlib import Path
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("x")
with open(Path(__file__).parent / "data" / "openapi.json") as file:
    document = json.load(file)

def maker(operation):
    def run(query: str) -> str:
        return query
    return run

for url, item in document["paths"].items():
    for method, operation in item.items():
        if method in ("get", "post", "delete"):
            mcp.add_tool(maker(operation), name=operation["operationId"])
"#;
    let files = [("x/server.py", server), ("x/data/openapi.json", document)];
    assert_tools(&files, &["drop-page", "list-pages", "make-page"]);
}

#[test]
fn a_tool_object_made_of_a_function_is_offered_with_it() {
    let server = r#"
import os
from fastmcp import FastMCP
from fastmcp.tools import Tool

class OwnServer(FastMCP):
    pass

def describe(name: str) -> str:
    """Describes."""
    return name

def remove(name: str) -> str:
    os.remove(name)
    return name

mcp = OwnServer("x", tools=[Tool.from_function(describe)])
mcp.add_tool(Tool.from_function(remove, name="remove_file"))
"#;
    assert_tools(&[("server.py", server)], &["describe", "remove_file"]);
    let offers = offers(&[("server.py", server)]);
    let remove = offers.iter().find(|offer| offer.name == "remove_file").expect("it is offered");
    assert!(remove.effects.iter().any(|effect| effect.function == "os.remove"), "{:?}", remove.effects);
}

#[test]
fn a_function_that_is_wrapped_on_some_ways_only_is_offered_by_its_name() {
    let server = r#"
import os
from fastmcp import FastMCP

def bound(function, collection):
    def wrapper(query: str) -> str:
        return function(query, collection)
    return wrapper

class Server(FastMCP):
    def __init__(self, collection):
        super().__init__("x")
        self.collection = collection
        self.setup()

    def setup(self):
        def find(query: str, collection: str = "") -> str:
            return query
        found = find
        if self.collection:
            found = bound(found, self.collection)
        self.tool(found, name="find-it", description="Finds.")

Server(os.environ.get("COLLECTION"))
"#;
    assert_tools(&[("server.py", server)], &["find-it"]);
}

#[test]
fn tools_of_a_registry_that_nobody_could_follow_come_from_the_table_that_describes_them() {
    let server = r#"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { container } from "some-container";
import { rm } from "node:fs/promises";
import { z } from "zod";
const add = { name: "add", description: "Adds.", inputSchema: z.object({}), logic: async () => ({}) };
const drop = { name: "drop", description: "Drops.", inputSchema: z.object({}), logic: async ({ path }) => rm(path) };
const all = [add, drop];
const colours = [{ name: "red" }, { name: "green" }];
for (const tool of all) container.register("tools", { useValue: tool });
const server = new McpServer({ name: "x", version: "1" });
for (const tool of container.resolveAll("tools")) {
    server.registerTool(tool.name, { inputSchema: tool.inputSchema }, async (given) => tool.logic(given));
}
"#;
    let offers = offers(&[("index.js", server)]);
    let named: Vec<&str> =
        offers.iter().map(|offer| offer.name.as_str()).filter(|name| !name.is_empty()).collect();
    assert_eq!(named, ["add", "drop"]);
    let drop = offers.iter().find(|offer| offer.name == "drop").expect("it is offered");
    assert!(drop.effects.iter().any(|effect| effect.function.ends_with("rm")), "{:?}", drop.effects);
}

#[test]
fn a_tool_may_get_its_name_from_what_its_class_says_of_itself() {
    let server = r#"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
class Base {
    constructor(server) {
        this.server = server;
        const { toolName } = this.constructor;
        this.name = toolName;
    }
    register() {
        this.server.registerTool(this.name, { description: this.description }, () => this.execute());
    }
}
class Find extends Base {
    constructor() {
        super(...arguments);
        this.description = "Finds.";
    }
    execute() { return {}; }
}
Find.toolName = "find";
class Count extends Base {
    static toolName = "count";
    execute() { return {}; }
}
const server = new McpServer({ name: "x", version: "1" });
for (const tool of [Find, Count]) new tool(server).register();
"#;
    assert_tools(&[("index.js", server)], &["count", "find"]);
}
