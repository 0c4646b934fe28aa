//! Products that are released as several packages: those of the same release are fetched and looked at together.

use serde_json::json;

use crate::desk::Desk;
use crate::packages::{desk, integrity, notes, registry, tarball};

/// A package that is nothing but the names of others.
const WHOLE: &str = r#"{"name": "some-mcp", "version": "1.2.3", "main": "index.js",
    "dependencies": {"@some/tools": "1.2.3", "zod": "^3.0.0"}}"#;
const MAIN: &str = r#"import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { register } from "@some/tools";
register(new McpServer({ name: "some", version: "1" }));
"#;
const PART: &str = r#"{"name": "@some/tools", "version": "1.2.3", "type": "module", "exports": "./tools.js",
    "scripts": {"postinstall": "node ./setup.js"}}"#;
const SETUP: &str = "console.log('thank you');\n";
const TOOLS: &str = r#"import { exec } from "node:child_process";
import { z } from "zod";
export function register(server) {
  server.registerTool("look_up", { description: "Looks a host up.", inputSchema: { host: z.string() } },
    async ({ host }) => { exec(`nslookup ${host}`); return { content: [] }; });
}
"#;

fn described(name: &str, file: &str, bytes: &[u8], stated: &str) -> Vec<u8> {
    let dist = json!({"tarball": format!("/{name}/-/{file}"), "integrity": stated});
    assert!(!bytes.is_empty());
    json!({"name": name, "dist-tags": {"latest": "1.2.3"}, "versions": {"1.2.3": {"dist": dist}}})
        .to_string()
        .into()
}

/// A registry with both packages; the part has this digest, or none at all is there.
fn product(part_digest: Option<fn(&[u8]) -> String>) -> crate::peers::Web {
    let whole = tarball(&[("package/package.json", WHOLE.as_bytes()), ("package/index.js", MAIN.as_bytes())]);
    let part = tarball(&[
        ("package/package.json", PART.as_bytes()),
        ("package/tools.js", TOOLS.as_bytes()),
        ("package/setup.js", SETUP.as_bytes()),
    ]);
    let described = [
        ("/some-mcp", Some(described("some-mcp", "some-mcp-1.2.3.tgz", &whole, &integrity(&whole)))),
        (
            "/@some%2ftools",
            part_digest.map(|digest| described("@some/tools", "tools-1.2.3.tgz", &part, &digest(&part))),
        ),
    ];
    registry(move |path| {
        let found = described.iter().find(|(at, _)| *at == path).and_then(|(_, body)| body.clone());
        let body = found.or_else(|| match path {
            "/some-mcp/-/some-mcp-1.2.3.tgz" => Some(whole.clone()),
            "/@some/tools/-/tools-1.2.3.tgz" => Some(part.clone()),
            _ => None,
        })?;
        Some(("200 OK", String::new(), body))
    })
}

#[test]
fn packages_of_the_same_release_are_fetched_and_looked_at_as_parts_of_the_product() {
    let web = product(Some(integrity));
    let run = desk(&web).scan(&["npm:some-mcp"]);
    let location = &run.exits(1).finding("command-injection")["location"];
    assert_eq!(location["file"], "npm:some-mcp@1.2.3/node_modules/@some/tools/tools.js");
    assert_eq!(location["name"], "look_up");
    // The scripts of a part run as the product is installed.
    let script = run.finding("install-script");
    assert_eq!(script["location"]["file"], "npm:some-mcp@1.2.3/node_modules/@some/tools/package.json");
    assert!(script["message"].as_str().unwrap().contains("`node_modules/@some/tools/setup.js`"), "{script}");
    assert!(notes(&run).contains("looked at as parts of it: `@some/tools`"), "{}", notes(&run));
    // Other dependencies are asked for nowhere.
    assert!(web.requests().iter().all(|request| !request.contains("zod")));
}

#[test]
fn a_part_that_is_not_there_or_not_what_its_registry_says_leaves_a_gap() {
    let run = desk(&product(None)).scan(&["npm:some-mcp"]);
    run.exits(3).could_not_look_at("npm:some-mcp@1.2.3", &["node_modules/@some/tools", "knows no package"]);
    let run = desk(&product(Some(|_| integrity(b"something else")))).scan(&["npm:some-mcp"]);
    run.exits(3).could_not_look_at("npm:some-mcp@1.2.3", &["is not what the registry says it is"]);
    assert_eq!(run.json()["findings"], json!([]));
}

#[test]
fn an_installed_product_is_looked_at_with_its_parts_and_without_what_it_depends_on() {
    let run = Desk::new()
        .file("server/package.json", WHOLE)
        .file("server/index.js", MAIN)
        .file("server/node_modules/@some/tools/package.json", PART)
        .file("server/node_modules/@some/tools/tools.js", TOOLS)
        .file("server/node_modules/zod/package.json", r#"{"name": "zod", "version": "3.0.0"}"#)
        .file("server/node_modules/zod/index.js", "eval(process.argv[2]);\n")
        .scan(&["server"]);
    let location = &run.exits(1).finding("command-injection")["location"];
    assert_eq!(location["file"], "server/node_modules/@some/tools/tools.js");
    assert!(notes(&run).contains("`node_modules/` is left out"), "{}", notes(&run));
}
