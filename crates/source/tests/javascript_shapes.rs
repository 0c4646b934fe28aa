//! Shapes in which servers of JavaScript are written: what goes through them, and what stops it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_model::{Bundle, BundleFile};
use portcullis_source::library::SinkKind;

/// What reaches what, in files.
fn flows_in(files: &[(&str, &str)]) -> Vec<SinkKind> {
    let mut files: Vec<BundleFile> = files
        .iter()
        .map(|(path, text)| BundleFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().into(),
            executable: false,
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let analysis = portcullis_source::analyse(&Bundle { locator: String::new(), files, unread: Vec::new() });
    assert!(analysis.unread.is_empty(), "{:?}", analysis.unread);
    analysis.flows.iter().map(|flow| flow.sink).collect()
}

/// Whether the argument `x` of a tool reaches a shell, with these declarations before it.
fn reaches(before: &str, body: &str) -> bool {
    reaches_as("z.string()", before, body)
}

fn reaches_as(schema: &str, before: &str, body: &str) -> bool {
    let text = format!(
        "import {{ McpServer }} from \"@modelcontextprotocol/sdk/server/mcp.js\";\nimport {{ z }} from \"zod\";\n\
         import {{ execSync }} from \"node:child_process\";\nimport assert from \"node:assert\";\n{before}\n\
         const server = new McpServer({{ name: \"s\", version: \"1\" }});\n\
         server.tool(\"t\", {{ x: {schema}, list: z.array(z.string()) }}, async ({{ x, list }}) => {{\n{body}\n}});"
    );
    flows_in(&[("index.ts", &text)]).contains(&SinkKind::Shell)
}

#[test]
fn a_service_that_is_made_when_it_is_first_asked_for_is_followed() {
    let service = "class Service { static instance?: Service; static get() { if (!Service.instance) { \
        Service.instance = new Service(); } return Service.instance; } run(v: string) { execSync(\"ls \" + v); } }";
    assert!(reaches(service, "Service.get().run(x);"));
}

#[test]
fn what_a_caller_gives_overwrites_defaults_before_it() {
    assert!(reaches("", "const o = { dir: \".\", ...JSON.parse(x) }; execSync(\"ls \" + o.dir);"));
    assert!(!reaches("", "const o = { ...JSON.parse(x), dir: \".\" }; execSync(\"ls \" + o.dir);"));
}

#[test]
fn promises_of_what_is_known_have_their_methods() {
    assert!(reaches("", "await Promise.resolve().then(() => x).then((v) => execSync(\"ls \" + v));"));
    assert!(reaches("", "await Promise.reject(1).then(() => 1, () => execSync(\"ls \" + x));"));
}

#[test]
fn queues_and_limits_run_what_they_are_given() {
    assert!(reaches(
        "import limit from \"p-limit\"; const one = limit(1);",
        "await one(() => execSync(\"ls \" + x));"
    ));
    assert!(reaches(
        "import Q from \"p-queue\"; const q = new Q();",
        "await q.add(() => execSync(\"ls \" + x));"
    ));
}

#[test]
fn a_recursion_comes_to_its_end() {
    let walk = "function walk(n: number, v: string) { if (n === 0) { execSync(\"ls \" + v); return; } walk(n - 1, v); }";
    assert!(reaches(walk, "walk(5, x);"));
}

#[test]
fn a_check_that_nobody_awaits_stops_nothing() {
    let check = "async function check(v: string) { if (!/^[a-z]+$/.test(v)) throw new Error(); }";
    assert!(reaches(check, "check(x); execSync(\"ls \" + x);"));
    assert!(!reaches(check, "await check(x); execSync(\"ls \" + x);"));
}

#[test]
fn a_schema_that_is_asked_counts_where_its_answer_is_looked_at() {
    let schema = "const S = z.string().regex(/^[a-z]+$/);";
    assert!(reaches(schema, "const r = S.safeParse(x); execSync(\"ls \" + x);"));
    assert!(!reaches(
        schema,
        "const r = S.safeParse(x); if (!r.success) return; execSync(\"ls \" + r.data);"
    ));
}

#[test]
fn shapes_of_schemas_keep_what_they_say() {
    for (schema, fits) in [
        ("z.object({ x: z.enum([\"a\"]) }).shape.x", true),
        ("z.object({ x: z.enum([\"a\"]) }).extend({ y: z.string() }).shape.x", true),
        ("z.object({ y: z.enum([\"a\"]) }).extend({ x: z.string() }).shape.x", false),
        ("z.string().datetime()", true),
        ("z.string().pipe(z.enum([\"a\"]))", true),
        ("z.union([z.literal(\"a\"), z.string()])", false),
        (
            "z.string().superRefine((v, c) => { if (!/^[a-z]+$/.test(v)) c.addIssue({ code: \"custom\" }); })",
            true,
        ),
    ] {
        assert_eq!(reaches_as(schema, "", "execSync(\"ls \" + x);"), !fits, "{schema}");
    }
}

#[test]
fn positions_in_fixed_lists_and_assertions_are_checks() {
    let fixed = "const OK = [\"a\", \"b\"];";
    assert!(!reaches(fixed, "if (OK.indexOf(x) === -1) return; execSync(\"ls \" + x);"));
    assert!(!reaches(fixed, "if (OK.indexOf(x) < 0) return; execSync(\"ls \" + x);"));
    assert!(reaches(fixed, "if (!OK.indexOf(x)) return; execSync(\"ls \" + x);"));
    assert!(!reaches(fixed, "assert(OK.includes(x)); execSync(\"ls \" + x);"));
}

#[test]
fn a_check_of_one_element_says_nothing_of_the_others() {
    assert!(reaches("", "if (!/^[a-z]+$/.test(list[0])) return; execSync(\"ls \" + list.join(\" \"));"));
    assert!(!reaches("", "if (!list.every((v) => /^[a-z]+$/.test(v))) return; execSync(\"ls \" + list[0]);"));
}

#[test]
fn shells_are_found_behind_conditions_other_programs_and_their_input() {
    let spawn = "import { spawn } from \"node:child_process\"; const win = process.platform === \"win32\";";
    assert!(reaches(spawn, "spawn(win ? \"cmd\" : \"sh\", [win ? \"/c\" : \"-c\", x]);"));
    assert!(reaches(spawn, "spawn(\"bash\").stdin.write(x);"));
}

#[test]
fn frameworks_find_tools_by_class() {
    let main = "import { MCPServer } from \"mcp-framework\"; new MCPServer().start();";
    let tool = "import { MCPTool } from \"mcp-framework\"; import { z } from \"zod\"; import { execSync } from \"child_process\";\n\
        export default class Ls extends MCPTool { name = \"ls\"; description = \"d\"; schema = { x: { type: z.string() } };\n\
        async execute({ x }) { return execSync(\"ls \" + x); } }";
    assert_eq!(flows_in(&[("src/index.ts", main), ("src/tools/Ls.ts", tool)]), [SinkKind::Shell]);
}
