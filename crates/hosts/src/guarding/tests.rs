//! What is written into each shape, and that it comes out again.

use std::path::Path;

use portcullis_model::{ConfiguredServer, Launch, Pointer};

use super::{Freed, Step, install, uninstall};
use crate::file;
use crate::host::{Format, Host, Location};
use crate::reading::{Reader, Reading, Source};
use crate::testing::{Disk, example, servers};
use crate::{Os, read_bytes};

const PROGRAM: &str = "/opt/bin/portcullis";

/// A server keeps its name.
fn named(server: &ConfiguredServer, _: &[&str]) -> String {
    server.name.clone()
}

/// The file with the guard in front of every server that can have it.
fn installed(shown: &str, text: &str) -> String {
    let plan = install(&read_bytes(text.as_bytes(), shown).unwrap(), PROGRAM, named).unwrap();
    let after = plan.change.after().to_owned();
    // A second time changes nothing, and out again is as it was.
    let reading = read_bytes(after.as_bytes(), shown).unwrap();
    assert!(install(&reading, PROGRAM, named).unwrap().change.is_empty(), "{after}");
    let steps = plan.servers;
    let freed = uninstall(&reading, |_, pointer| had_arguments(&steps, pointer)).unwrap();
    assert_eq!(
        servers(&read_bytes(freed.change.after().as_bytes(), shown).unwrap()),
        servers(&read_bytes(text.as_bytes(), shown).unwrap())
    );
    after
}

fn had_arguments(steps: &[super::Planned], pointer: &Pointer) -> Option<Freed> {
    steps.iter().find(|one| one.pointer == *pointer).and_then(|one| match one.step {
        Step::Guard { had_arguments, ref remote } => Some(Freed { had_arguments, remote: remote.clone() }),
        _ => None,
    })
}

/// Why the only server of a file is left as it is.
fn left(shown: &str, text: &str) -> String {
    let plan = install(&read_bytes(text.as_bytes(), shown).unwrap(), PROGRAM, named).unwrap();
    assert!(plan.change.is_empty());
    match &plan.servers[0].step {
        Step::Leave(reason) => reason.clone(),
        step => panic!("{step:?}"),
    }
}

#[test]
fn json_keeps_its_comments_its_lines_and_its_commas() {
    let text = "{\n  // mine\n  \"mcpServers\": {\n    \"a\": { \"command\": \"npx\", \"args\": [\"-y\", \"pkg\"], },\n    \"b\": {\n      \"command\": \"uvx\", /* x */\n      \"args\": [\n        \"one\",\n        \"two\"\n      ]\n    },\n    \"c\": { \"command\": \"c\" },\n    \"d\": {\n      \"command\": \"d\",\n      \"env\": {}\n    }\n  }\n}\n";
    let after = "{\n  // mine\n  \"mcpServers\": {\n    \"a\": { \"command\": \"/opt/bin/portcullis\", \"args\": [\"guard\", \"--server\", \"a\", \"--\", \"npx\", \"-y\", \"pkg\"], },\n    \"b\": {\n      \"command\": \"/opt/bin/portcullis\", /* x */\n      \"args\": [\n        \"guard\", \"--server\", \"b\", \"--\", \"uvx\",\n        \"one\",\n        \"two\"\n      ]\n    },\n    \"c\": { \"command\": \"/opt/bin/portcullis\", \"args\": [\"guard\", \"--server\", \"c\", \"--\", \"c\"] },\n    \"d\": {\n      \"command\": \"/opt/bin/portcullis\",\n      \"args\": [\"guard\", \"--server\", \"d\", \"--\", \"d\"],\n      \"env\": {}\n    }\n  }\n}\n";
    assert_eq!(installed(".cursor/mcp.json", text), after);
}

#[test]
fn toml_keeps_its_comments_and_its_dotted_names() {
    let text = "[mcp_servers.a]\ncommand = \"npx\" # node\nargs = [\"-y\", \"pkg\"] # all\n[mcp_servers.b]\ncommand = 'b' # b\n[mcp_servers]\nc.command = \"c\"\nd = { command = \"d\", env = {} }\n";
    let text = &text
        .replace(
            "[mcp_servers]\n",
            "\n[mcp_servers.x.y]\nz = 1\n[other]\n[mcp_servers.e]\nurl = \"https://e.example\"\n",
        )
        .replace("c.command = \"c\"\nd = { command = \"d\", env = {} }\n", "");
    let after = "[mcp_servers.a]\ncommand = \"/opt/bin/portcullis\" # node\nargs = [\"guard\", \"--server\", \"a\", \"--\", \"npx\", \"-y\", \"pkg\"] # all\n[mcp_servers.b]\ncommand = \"/opt/bin/portcullis\" # b\nargs = [\"guard\", \"--server\", \"b\", \"--\", \"b\"]\n\n[mcp_servers.x.y]\nz = 1\n[other]\n[mcp_servers.e]\ncommand = \"/opt/bin/portcullis\"\nargs = [\"guard\", \"--server\", \"e\", \"--url\", \"https://e.example\"]\n";
    assert_eq!(installed(".codex/config.toml", text), after);
    let dotted = "mcp_servers.c.command = \"c\"\n[mcp_servers]\n";
    let dotted = dotted.trim_end_matches("[mcp_servers]\n");
    assert_eq!(
        installed(".codex/config.toml", dotted),
        "mcp_servers.c.command = \"/opt/bin/portcullis\"\nmcp_servers.c.args = [\"guard\", \"--server\", \"c\", \"--\", \"c\"]\n"
    );
    assert_eq!(
        installed(".codex/config.toml", "[mcp_servers]\nd = { command = \"d\", env = {} }\n"),
        "[mcp_servers]\nd = { command = \"/opt/bin/portcullis\", args = [\"guard\", \"--server\", \"d\", \"--\", \"d\"], env = {} }\n"
    );
}

#[test]
fn yaml_keeps_its_lines_and_its_brackets() {
    let text = "extensions:\r\n  a:\r\n    cmd: uvx # first\r\n    args:\r\n      - pkg # the package\r\n      - 8080\r\n    enabled: true\r\n  b:\r\n    cmd: 'b'   # last\r\n    envs: {}\r\n  c: {cmd: c, args: [x, \"y\"]}\r\n  d:\r\n    cmd: d";
    let after = "extensions:\r\n  a:\r\n    cmd: \"/opt/bin/portcullis\" # first\r\n    args:\r\n      - \"guard\"\r\n      - \"--server\"\r\n      - \"a\"\r\n      - \"--\"\r\n      - \"uvx\"\r\n      - pkg # the package\r\n      - 8080\r\n    enabled: true\r\n  b:\r\n    cmd: \"/opt/bin/portcullis\"   # last\r\n    args: [\"guard\", \"--server\", \"b\", \"--\", \"b\"]\r\n    envs: {}\r\n  c: {cmd: \"/opt/bin/portcullis\", args: [\"guard\", \"--server\", \"c\", \"--\", \"c\", x, \"y\"]}\r\n  d:\r\n    cmd: \"/opt/bin/portcullis\"\r\n    args: [\"guard\", \"--server\", \"d\", \"--\", \"d\"]";
    assert_eq!(installed("goose/config.yaml", text), after);
    let list = "mcpServers:\n  - command: npx\n    name: a\n  - name: b\n    command: npx\n";
    assert_eq!(
        installed(".continue/config.yaml", list),
        "mcpServers:\n  - command: \"/opt/bin/portcullis\"\n    args: [\"guard\", \"--server\", \"a\", \"--\", \"npx\"]\n    name: a\n  - name: b\n    command: \"/opt/bin/portcullis\"\n    args: [\"guard\", \"--server\", \"b\", \"--\", \"npx\"]\n"
    );
}

/// What a server at an address becomes; out again is the same text, and without what is remembered the same server.
fn remote(shown: &str, text: &str, transport: &str) -> String {
    let after = installed(shown, text);
    let plan = install(&read_bytes(text.as_bytes(), shown).unwrap(), PROGRAM, named).unwrap();
    let reading = read_bytes(after.as_bytes(), shown).unwrap();
    let freed = uninstall(&reading, |_, pointer| had_arguments(&plan.servers, pointer)).unwrap();
    assert_eq!(freed.change.after(), text);
    let forgotten = uninstall(&reading, |_, _| Some(Freed { had_arguments: true, remote: None })).unwrap();
    let launch = |text: &str| {
        let reading = read_bytes(text.as_bytes(), shown).unwrap();
        let Launch::Remote { url, headers, transport } = reading.config.servers[0].launch.clone() else {
            panic!("{text}")
        };
        let headers: Vec<_> =
            headers.iter().map(|header| (header.name.clone(), header.value.expose().to_owned())).collect();
        (url.text, headers, transport)
    };
    let (before, now) = (launch(text), launch(forgotten.change.after()));
    assert_eq!((&now.0, &now.1), (&before.0, &before.1), "{}", forgotten.change.after());
    assert_eq!(now.2.as_deref().unwrap_or_default(), transport);
    after
}

#[test]
fn an_address_and_its_headers_go_behind_the_guard_and_come_out_as_they_were() {
    assert_eq!(
        remote(
            ".cursor/mcp.json",
            "{\n  \"mcpServers\": {\n    \"far\": {\n      \"url\": \"https://far.example/mcp\", // mine\n      \"headers\": {\n        \"Authorization\": \"Bearer ${env:TOKEN}\", /* x */\n        \"X-Team\": \"blue\"\n      }\n    }\n  }\n}\n",
            "",
        ),
        "{\n  \"mcpServers\": {\n    \"far\": {\n      \"command\": \"/opt/bin/portcullis\",\n      \"args\": [\"guard\", \"--server\", \"far\", \"--url\", \"https://far.example/mcp\", \"--header\", \"Authorization: env:PORTCULLIS_HEADER_1\", \"--header\", \"X-Team: env:PORTCULLIS_HEADER_2\"], // mine\n      \"env\": {\n        \"PORTCULLIS_HEADER_1\": \"Bearer ${env:TOKEN}\", /* x */\n        \"PORTCULLIS_HEADER_2\": \"blue\"\n      }\n    }\n  }\n}\n"
    );
    assert_eq!(
        remote(
            ".mcp.json",
            r#"{"mcpServers": {"far": {"type": "sse", "url": "http://mcp.corp/sse", "timeout": 5}}}"#,
            "sse"
        ),
        r#"{"mcpServers": {"far": {"type": "stdio", "command": "/opt/bin/portcullis", "args": ["guard", "--server", "far", "--url", "http://mcp.corp/sse", "--transport", "sse", "--private-network"], "timeout": 5}}}"#
    );
    assert_eq!(
        remote(
            "opencode.json",
            r#"{"mcp": {"far": {"type": "remote", "url": "https://far.example/mcp", "headers": {"A": "b"}, "enabled": true}}}"#,
            "remote"
        ),
        r#"{"mcp": {"far": {"type": "local", "command": ["/opt/bin/portcullis", "guard", "--server", "far", "--url", "https://far.example/mcp", "--header", "A: env:PORTCULLIS_HEADER_1"], "environment": {"PORTCULLIS_HEADER_1": "b"}, "enabled": true}}}"#
    );
    assert_eq!(
        remote(
            "goose/config.yaml",
            "extensions:\n  far:\n    type: \"streamable_http\" # new\n    uri: \"https://far.example/mcp\" # there\n    headers:\n      Authorization: Bearer x # y\n    timeout: 3\n",
            "streamable_http"
        ),
        "extensions:\n  far:\n    type: \"stdio\" # new\n    cmd: \"/opt/bin/portcullis\"\n    args: [\"guard\", \"--server\", \"far\", \"--url\", \"https://far.example/mcp\", \"--header\", \"Authorization: env:PORTCULLIS_HEADER_1\"] # there\n    envs:\n      PORTCULLIS_HEADER_1: Bearer x # y\n    timeout: 3\n"
    );
    assert_eq!(
        remote(
            ".codex/config.toml",
            "[mcp_servers.far]\nurl = \"https://far.example/mcp\"\nbearer_token_env_var = \"FAR\"\n",
            ""
        ),
        "[mcp_servers.far]\ncommand = \"/opt/bin/portcullis\"\nargs = [\"guard\", \"--server\", \"far\", \"--url\", \"https://far.example/mcp\", \"--header\", \"Authorization: Bearer env:FAR\"]\nenv_vars = [\"FAR\"]\n"
    );
    remote(
        ".codex/config.toml",
        "[mcp_servers.far]\nurl = \"https://far.example/mcp\"\nhttp_headers = { A = \"b\" }\n",
        "",
    );
}

#[test]
fn an_address_that_may_hold_a_secret_goes_into_the_environment() {
    for (shown, text, variables) in [
        (".cursor/mcp.json", r#"{"mcpServers": {"a": {"url": "https://a.example/mcp?key=b"}}}"#, 1),
        (
            ".cursor/mcp.json",
            r#"{"mcpServers": {"a": {"url": "https://a.example/s/Zm9vYmFyYmF6cXV1eA1/mcp", "headers": {"A": "b"}}}}"#,
            2,
        ),
        (
            ".cursor/mcp.json",
            "{\"mcpServers\": {\"a\": {\n  \"url\": \"${env:URL}\",\n  \"headers\": {\n    \"A\": \"b\"\n  }\n}}}",
            2,
        ),
        (".codex/config.toml", "[mcp_servers.a]\nurl = \"https://a.example/?k=b\"\n", 1),
        (
            "goose/config.yaml",
            "extensions:\n  a:\n    type: \"sse\"\n    uri: \"https://a.example/?k=b\"\n    headers:\n      A: b\n",
            2,
        ),
    ] {
        let transport = if shown.contains("goose") { "sse" } else { "" };
        let after = remote(shown, text, transport);
        assert!(after.contains("\"--url\", \"env:PORTCULLIS_URL\""), "{after}");
        let reading = read_bytes(after.as_bytes(), shown).unwrap();
        let Launch::Stdio { env, .. } = &reading.config.servers[0].launch else { panic!("{after}") };
        assert_eq!(env.len(), variables, "{after}");
    }
}

#[test]
fn a_command_in_one_list_and_a_command_in_an_object_are_guarded() {
    assert_eq!(
        installed("opencode.json", r#"{"mcp": {"a": {"type": "local", "command": ["npx", "-y", "pkg"]}}}"#),
        r#"{"mcp": {"a": {"type": "local", "command": ["/opt/bin/portcullis", "guard", "--server", "a", "--", "npx", "-y", "pkg"]}}}"#
    );
    assert_eq!(
        installed(
            ".zed/settings.json",
            r#"{"context_servers": {"a": {"command": {"path": "node", "args": ["x.js"], "env": {"K": "v"}}}}}"#
        ),
        r#"{"context_servers": {"a": {"command": {"path": "/opt/bin/portcullis", "args": ["guard", "--server", "a", "--", "node", "x.js"], "env": {"K": "v"}}}}}"#
    );
    assert_eq!(
        installed(
            ".grok/settings.json",
            r#"{"mcpServers": {"a": {"transport": {"type": "stdio", "command": "bun"}}}}"#
        ),
        r#"{"mcpServers": {"a": {"transport": {"type": "stdio", "command": "/opt/bin/portcullis", "args": ["guard", "--server", "a", "--", "bun"]}}}}"#
    );
    assert_eq!(
        installed("openclaw.json", "{ mcp: { servers: { a: { command: 'npx', args: [] } } } }"),
        "{ mcp: { servers: { a: { command: \"/opt/bin/portcullis\", args: [\"guard\", \"--server\", \"a\", \"--\", \"npx\"] } } } }"
    );
}

#[test]
fn names_that_could_be_read_as_something_else_are_spelt_so_that_they_cannot() {
    let name = |name: &str| {
        let text = format!(r#"{{"mcpServers": {{"{name}": {{"command": "x", "args": []}}}}}}"#);
        let after = installed(".cursor/mcp.json", &text);
        after.split("\"guard\", ").nth(1).unwrap().split(", \"--\"").next().unwrap().to_owned()
    };
    assert_eq!(name("-x"), r#""--server=-x""#);
    assert_eq!(name(""), r#""--server", "server""#);
    assert_eq!(name("${input:key}"), r#""--server", "__input:key_""#);
    assert_eq!(name("größe 🛡"), r#""--server", "größe 🛡""#);
}

#[test]
fn what_cannot_be_guarded_is_left_with_the_reason() {
    for (shown, text, word) in [
        (
            ".cursor/mcp.json",
            r#"{"mcpServers": {"a": {"url": "wss://a.example/mcp"}}}"#,
            "neither http nor https",
        ),
        (".cursor/mcp.json", r#"{"mcpServers": {"a": {"url": "https://a:b@a.example/mcp"}}}"#, "user name"),
        (
            ".gemini/settings.json",
            r#"{"mcpServers": {"a": {"url": "https://a.example/", "oauth": {"enabled": true}}}}"#,
            "`oauth`",
        ),
        (
            ".cursor/mcp.json",
            r#"{"mcpServers": {"a": {"url": "https://a.example/mcp", "headers": {"A": ""}}}}"#,
            "`A` is empty",
        ),
        (
            ".cursor/mcp.json",
            r#"{"mcpServers": {"a": {"url": "https://a.example/mcp", "headers": {"A": "b"}, "env": {"C": "d"}}}}"#,
            "variables beside",
        ),
        (
            ".continue/config.yaml",
            "mcpServers:\n  - name: a\n    type: sse\n    url: https://a.example\n    requestOptions: {headers: {A: b}}\n",
            "`requestOptions`",
        ),
        (
            ".cursor/mcp.json",
            r#"{"mcpServers": {"a": {"disabled": true}}}"#,
            "neither a command nor an address",
        ),
        (".cursor/mcp.json", r#"{"mcpServers": {"a": {"command": "npx -y pkg"}}}"#, "whole line"),
        (".cursor/mcp.json", r#"{"mcpServers": {"a": {"command": "npx", "args": "-y pkg"}}}"#, "not a list"),
        (
            ".cursor/mcp.json",
            r#"{"mcpServers": {"a": {"command": "npx", "args": [["-y"]]}}}"#,
            "more than texts",
        ),
        (".cursor/mcp.json", r#"{"mcpServers": {"a": {"command": " "}}}"#, "empty"),
        ("compose.yaml", "services:\n  mcp:\n    image: mcp/x\n", "other words"),
        (
            "server.json",
            r#"{"name": "x/y", "packages": [{"registryType": "npm", "identifier": "x", "runtimeHint": "npx"}]}"#,
            "other words",
        ),
        ("goose/config.yaml", "base: &base\n  cmd: npx\n  args: [x]\nextensions:\n  a: *base\n", "alias"),
    ] {
        let reason = left(shown, text);
        assert!(reason.contains(word), "{text}: {reason}");
    }
}

#[test]
fn what_stands_beside_something_that_cannot_be_edited_is_still_guarded() {
    let text = "x: &words [x]\nextensions:\n  a:\n    cmd: npx\n    args: *words\n  b:\n    cmd: npx\n    args: [y]\n";
    let after = installed("goose/config.yaml", text);
    assert_eq!(
        after,
        text.replace(
            "npx\n    args: [y]",
            "\"/opt/bin/portcullis\"\n    args: [\"guard\", \"--server\", \"b\", \"--\", \"npx\", y]"
        )
    );
}

#[test]
fn a_guard_that_moved_is_named_anew_and_a_guard_of_somebody_elses_making_is_left_alone() {
    let text = r#"{"mcpServers": {"a": {"command": "C:\\Old\\portcullis.exe", "args": ["guard", "--server", "a", "--", "npx"]},
        "b": {"command": "/old/portcullis", "args": ["guard", "--config", "x.toml", "--", "npx"]}, "c": {"command": "./portcullis", "args": ["guard", "--server", "c", "--", "npx"]}}}"#;
    let reading = read_bytes(text.as_bytes(), ".cursor/mcp.json").unwrap();
    let plan = install(&reading, PROGRAM, named).unwrap();
    assert_eq!(plan.change.after(), text.replace(r"C:\\Old\\portcullis.exe", PROGRAM));
    let steps: Vec<_> = plan.servers.into_iter().map(|one| one.step).collect();
    assert_eq!(steps, [Step::Repair, Step::Guarded, Step::Guarded]);
}

#[test]
fn every_host_is_guarded_in_the_layout_of_every_system() {
    // What each kind of file looks like; the first that its reader finds a local server in is used.
    const SHAPES: &[&str] = &[
        r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"], "env": {"K": "v"}}}}"#,
        r#"{"servers": {"a": {"command": "npx", "args": ["-y", "pkg"], "env": {"K": "v"}}}}"#,
        r#"{"mcp": {"a": {"type": "local", "command": ["npx", "-y", "pkg"]}}}"#,
        r#"{"mcp": {"servers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}}"#,
        r#"{"context_servers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#,
        r#"{"amp.mcpServers": {"a": {"command": "npx", "args": ["-y", "pkg"]}}}"#,
        "mcp_servers:\n  a:\n    command: npx\n    args: [-y, pkg]\n",
        "mcpServers:\n  a:\n    command: npx\n    args: [-y, pkg]\n",
        "extensions:\n  a:\n    cmd: npx\n    args: [-y, pkg]\n",
        "extensions:\n  - name: a\n    cmd: npx\n    args: [-y, pkg]\n",
        "[mcp_servers.a]\ncommand = \"npx\"\nargs = [\"-y\", \"pkg\"]\n",
        r#"[{"name": "a", "command": "npx", "args": ["-y", "pkg"]}]"#,
    ];
    let mut without = Vec::new();
    for host in crate::ALL {
        let mut guarded = 0;
        for (os, location) in Os::ALL.iter().flat_map(|os| host.locations.iter().map(move |one| (os, one))) {
            let disk = Disk::new(*os).variable("CLAUDE_CONFIG_DIR", "~/claude");
            let is_here = location.systems.contains(os) && location.elsewhere.is_none();
            let path = example(location.template, &disk.machine).filter(|_| is_here);
            let Some(path) = path else { continue };
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let written = SHAPES.iter().find_map(|shape| {
                std::fs::write(&path, shape).unwrap();
                let reading = read_as(host, location, &path, &[])?;
                let launch = &reading.config.servers.first()?.launch;
                matches!(launch, Launch::Stdio { args, .. } if args.len() == 2).then_some(reading)
            });
            let Some(reading) = written else { continue };
            let place = format!("{} at {} on {os:?}", host.name, location.template);
            let plan = install(&reading, PROGRAM, named).unwrap();
            assert_eq!(plan.servers[0].step, Step::Guard { had_arguments: true, remote: None }, "{place}");
            plan.change.write().unwrap();
            let through = read_as(host, location, &path, &[PROGRAM.to_owned()]).unwrap();
            assert_eq!(servers(&through), servers(&reading), "{place}");
            assert_eq!(through.config.servers[0].guard.as_ref().unwrap().text, PROGRAM, "{place}");
            let installed = read_as(host, location, &path, &[]).unwrap();
            let freed =
                uninstall(&installed, |_, _| Some(Freed { had_arguments: true, remote: None })).unwrap();
            freed.change.write().unwrap();
            let again = read_as(host, location, &path, &[]).unwrap();
            assert_eq!(servers(&again), servers(&reading), "{place}");
            guarded += 1;
        }
        if guarded == 0 {
            without.push(host.id.as_str());
        }
    }
    assert_eq!(without, ["devcontainer", "docker-mcp", "compose", "librechat", "mcp-bundle", "server-json"]);
}

/// A file as the reader of one location reads it.
fn read_as(host: &Host, location: &Location, path: &Path, guards: &[String]) -> Option<Reading> {
    let contents = file::contents(path, "x", file::LARGEST_CONFIGURATION).unwrap();
    let reader = Reader { host: host.id, host_name: host.name, read: location.read };
    let source = Source::decode(contents, "x", Format::of(path)).ok()?;
    Some(source.reading(location.scope, &[reader], guards))
}

#[test]
fn how_a_server_is_guarded_can_be_told() {
    let of = |name: &str| {
        let text = format!(r#"{{"mcpServers": {{"{name}": {{"command": "npx", "args": ["--", "x"]}}}}}}"#);
        let reading =
            read_bytes(installed(".cursor/mcp.json", &text).as_bytes(), ".cursor/mcp.json").unwrap();
        let told = super::installed(&reading.config.servers[0]).unwrap();
        (told.name.to_owned(), told.launch.join(" "))
    };
    assert_eq!(of("a"), ("a".to_owned(), "npx -- x".to_owned()));
    assert_eq!(of("-a"), ("-a".to_owned(), "npx -- x".to_owned()));
    assert_eq!(of("--"), ("--".to_owned(), "npx -- x".to_owned()));
}
