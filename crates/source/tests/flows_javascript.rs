//! Which inputs of tools written in JavaScript reach which operations.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::sync::Arc;

use portcullis_model::{Bundle, BundleFile};
use portcullis_source::analysis::{Flow, GuardFault};

/// What reaches what, as `Shell name`, in a tool of the SDK whose handler has this body and an argument `a`.
fn handler(declarations: &str, body: &str) -> Vec<String> {
    let flows = flows(declarations, body);
    flows.iter().map(|flow| format!("{:?} {}", flow.sink, flow.source.name)).collect()
}

fn flows(declarations: &str, body: &str) -> Vec<Flow> {
    let source = format!(
        "import {{ McpServer }} from \"@modelcontextprotocol/sdk/server/mcp.js\";\n\
         import fs from \"node:fs/promises\"; import path from \"node:path\"; import {{ z }} from \"zod\";\n\
         import {{ execSync }} from \"node:child_process\";\n\
         const server = new McpServer({{ name: \"x\", version: \"1\" }});\n{declarations}\n\
         server.tool(\"t\", \"d\", {{ a: z.string() }}, async ({{ a }}) => {{\n{body}\n}});"
    );
    let file =
        BundleFile { path: String::from("index.js"), bytes: Arc::from(source.as_bytes()), executable: false };
    let bundle = Bundle { locator: String::from("test"), files: vec![file], unread: Vec::new() };
    let analysis = portcullis_source::analyse(&bundle);
    assert!(analysis.unread.is_empty(), "{:?}", analysis.unread);
    analysis.flows
}

#[test]
fn a_path_that_is_resolved_still_carries_its_input() {
    let body = "return fs.readFile(path.resolve(\"/srv\", a));";
    assert_eq!(handler("", body), ["PathRead a"]);
    let checked = "const p = path.resolve(\"/srv\", a); if (!p.startsWith(\"/srv\" + path.sep)) throw new Error(\"no\"); return fs.readFile(p);";
    assert_eq!(handler("", checked), Vec::<String>::new());
}

#[test]
fn a_guard_that_is_not_awaited_lets_everything_pass() {
    let guard = "async function allowed(a) { return [\"up\", \"down\"].includes(a); }";
    let body = "if (!(await allowed(a))) throw new Error(\"no\"); return execSync(\"app \" + a);";
    assert_eq!(handler(guard, body), Vec::<String>::new());
    assert_eq!(handler(guard, &body.replace("await ", "")), ["Shell a"]);
}

#[test]
fn an_input_between_parts_of_a_text_is_part_of_it() {
    let body = "return execSync(\"echo WHO\".split(\"WHO\").join(a));";
    assert_eq!(handler("", body), ["Shell a"]);
}

#[test]
fn letters_escaped_by_hand_are_no_pattern() {
    let body = "return new RegExp(a.replace(/[.*+?^${}()|[\\]\\\\]/g, \"\\\\$&\"));";
    assert_eq!(handler("", body), Vec::<String>::new());
    assert_eq!(handler("", &body.replace("|[\\]", "")), ["Regex a"]);
}

#[test]
fn exports_of_a_bundle_are_read_by_their_getters() {
    let bundle = "var all = {}; for (var name in { run: 1 }) Object.defineProperty(all, name, { get: () => run });\n\
        function run(line) { return execSync(line); }";
    assert_eq!(handler(bundle, "return all.run(a);"), ["Shell a"]);
}

#[test]
fn a_set_that_the_environment_fills_is_still_a_set_of_the_operator() {
    let declarations = "const hosts = new Set((process.env.HOSTS || \"a,b\").split(\",\"));";
    let body = "if (!hosts.has(a)) throw new Error(\"no\"); return execSync(\"ping \" + a);";
    assert_eq!(handler(declarations, body), Vec::<String>::new());
}

#[test]
fn either_of_two_paths_is_checked_by_the_same_check() {
    let declarations = "const root = path.resolve(process.argv[2]);\n\
        const inside = (p) => p === root || p.startsWith(root + path.sep);";
    let body = "const p = path.isAbsolute(a) ? path.resolve(a) : path.resolve(root, a);\n\
        if (!inside(p)) throw new Error(\"no\"); return fs.readFile(p);";
    assert_eq!(handler(declarations, body), Vec::<String>::new());
}

#[test]
fn what_is_emitted_reaches_what_listens() {
    let declarations = "import { EventEmitter } from \"node:events\"; const bus = new EventEmitter();\n\
        bus.on(\"job\", (line) => execSync(line)); bus.on(\"other\", (line) => fs.readFile(line));";
    assert_eq!(handler(declarations, "bus.emit(\"job\", a);"), ["Shell a"]);
}

#[test]
fn values_beside_a_statement_are_no_part_of_it() {
    let declarations = "import pg from \"pg\"; const pool = new pg.Pool();";
    let body = "return pool.query({ text: \"SELECT 1 WHERE a = $1\", values: [a] });";
    assert_eq!(handler(declarations, body), Vec::<String>::new());
    let joined = "return pool.query({ text: \"SELECT 1 WHERE a = \" + a, values: [] });";
    assert_eq!(handler(declarations, joined), ["Sql a"]);
}

#[test]
fn what_an_earlier_tool_stored_keeps_its_source_however_many_tools_there_are() {
    let mut declarations = String::from(
        "let program; const run = () => { program ??= process.env.PROGRAM ?? \"app\"; return execSync(program); };\n\
         let kept; const replay = () => execSync(kept);\n\
         server.tool(\"keep\", \"d\", { line: z.string() }, async ({ line }) => { kept = line; });\n",
    );
    for tool in 0..40 {
        declarations.push_str(&format!(
            "server.tool(\"t{tool}\", \"d\", {{ b{tool}: z.string(), c{tool}: z.string() }}, async ({{ b{tool}, c{tool} }}) => {{ run(); return b{tool} + c{tool}; }});\n"
        ));
    }
    assert_eq!(handler(&declarations, "run(); return a;"), Vec::<String>::new());
    let mut found = handler(&declarations, "replay(); return a;");
    found.dedup();
    assert_eq!(found, ["Shell line"]);
}

#[test]
fn a_path_that_is_kept_in_a_folder_of_the_callers_choice_is_kept_nowhere() {
    let declarations = "const inside = (folder, p) => { const r = path.relative(folder, p); return r === \"\" || !r.startsWith(\"..\") && !path.isAbsolute(r); };";
    let body = "const folder = path.resolve(\"/srv\", a); const p = path.resolve(folder, \"notes.txt\");\n\
        if (!inside(folder, p)) throw new Error(\"no\"); return fs.readFile(p);";
    assert_eq!(handler(declarations, body), ["PathRead a"]);
    let prefix = body.replace("!inside(folder, p)", "!p.startsWith(folder + path.sep)");
    assert_eq!(handler(declarations, &prefix), ["PathRead a"]);
    let checked =
        format!("if (!inside(\"/srv\", path.resolve(\"/srv\", a))) throw new Error(\"no\"); {body}");
    assert_eq!(handler(declarations, &checked), Vec::<String>::new());
}

#[test]
fn what_is_checked_counts_however_much_earlier_tools_have_checked() {
    let mut declarations = String::new();
    for tool in 0..30 {
        let checks: String = ('a'..='p')
            .map(|letter| format!("if (b{tool}.includes(\"{letter}\")) throw new Error(\"no\"); "))
            .collect();
        declarations.push_str(&format!(
            "server.tool(\"t{tool}\", \"d\", {{ b{tool}: z.string() }}, async ({{ b{tool} }}) => {{ {checks}return b{tool}; }});\n"
        ));
    }
    let body = "const p = path.resolve(\"/srv\", a); if (!p.startsWith(\"/srv\" + path.sep)) throw new Error(\"no\"); return fs.readFile(p);";
    assert_eq!(handler(&declarations, body), Vec::<String>::new());
}

#[test]
fn a_path_is_kept_in_whichever_of_two_folders_it_is_put_in() {
    let declarations = "const inside = (folder, p) => { const r = path.relative(folder, p); return r === \"\" || !r.startsWith(\"..\") && !path.isAbsolute(r); };";
    let body = "const folder = path.resolve(process.env.SHARED ? \"/srv/all\" : process.env.OWN); const p = path.resolve(path.join(folder, a));\n\
        if (!inside(folder, p)) throw new Error(\"no\"); return fs.readFile(p);";
    assert_eq!(handler(declarations, body), Vec::<String>::new());
    assert_eq!(
        handler(declarations, &body.replace("!inside(folder, p)", "inside(folder, p)")),
        ["PathRead a"]
    );
}

#[test]
fn cutting_an_end_off_is_no_check_and_replacing_once_is_a_wrong_one() {
    let faults = |body: &str| -> Vec<Option<GuardFault>> {
        flows("", body).iter().map(|flow| flow.guard.as_ref().map(|guard| guard.kind)).collect()
    };
    assert_eq!(faults("return eval(a.trimEnd().replace(/;$/, \"\"));"), [None]);
    assert_eq!(faults("return eval(a.replace(/import/, \"\"));"), [Some(GuardFault::FirstOnly)]);
}

#[test]
fn a_match_also_tells_the_whole_text_in_which_it_was_found() {
    let found = |part: &str| {
        handler("", &format!("const m = /^(?<n>\\d+)/.exec(a); return execSync(\"app \" + {part});"))
    };
    assert_eq!(found("m.groups.n"), Vec::<String>::new());
    assert_eq!(found("m[1]"), Vec::<String>::new());
    assert_eq!(found("m.input"), ["Shell a"]);
}

#[test]
fn the_text_of_an_argument_is_no_condition_of_a_document_database() {
    let asked = |name: &str| {
        let tool = format!(
            "import {{ MongoClient }} from \"mongodb\";\n\
             const users = new MongoClient(\"u\").db(\"d\").collection(\"c\");\n\
             server.tool(\"u\", \"d\", async ({{ a }}) => users.findOne({{ name: {name} }}));"
        );
        handler(&tool, "")
    };
    assert_eq!(asked("a"), ["NoSql a"]);
    assert_eq!(asked("a.inner"), ["NoSql a"]);
    for text in ["String(a)", "a.toString()", "String(a.inner)", "`${a}`", "a.trim()"] {
        assert_eq!(asked(text), Vec::<String>::new(), "{text}");
    }
}
