//! Surfaces in every shape that is accepted, and in shapes that are not.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)] // a test may panic

use portcullis_model::{ItemKind, Node};
use portcullis_wire::json::{self, Dialect, Limits};
use portcullis_wire::surface::{self, Reading};

fn tree(text: &str) -> Node {
    json::read(text.as_bytes(), Dialect::Jsonc, &Limits::default()).unwrap().root
}

fn read(text: &str) -> Reading {
    surface::read(tree(text), "fallback").unwrap()
}

fn messages(reading: &Reading) -> Vec<&str> {
    reading.problems.iter().map(|problem| problem.message.as_str()).collect()
}

#[test]
fn a_surface_object_is_read_whole() {
    let reading = read(
        r#"{"server":"weather","version":"1.2.0","instructions":"Ask for a city.","_meta":{"a":1},
            "tools":[{"name":"forecast","description":"d","inputSchema":{"properties":{"city":{}}},"vendor":"kept"}],
            "prompts":[{"name":"plan"}],"resources":[{"uri":"file:///a"},{"name":"b","uri":"file:///b"}],
            "resourceTemplates":[{"uriTemplate":"file:///{x}"}],"serverInfo":{"name":"other"}}"#,
    );
    let surface = &reading.surface;
    assert_eq!((surface.server.as_str(), surface.version.as_deref()), ("weather", Some("1.2.0")));
    assert_eq!(surface.instructions.as_ref().unwrap().text(), Some("Ask for a city."));
    let items: Vec<_> =
        surface.items.iter().map(|item| format!("{} {} {}", item.kind, item.name, item.pointer)).collect();
    assert_eq!(
        items,
        [
            "tool forecast /tools/0",
            "prompt plan /prompts/0",
            "resource file:///a /resources/0",
            "resource b /resources/1",
            "template file:///{x} /resourceTemplates/0",
        ]
    );
    assert_eq!(surface.items[0].node.get_text("vendor"), Some("kept"));
    assert_eq!(surface.items[0].parameters().count(), 1);
    let rest: Vec<_> = surface.rest.iter().map(|entry| &*entry.key).collect();
    assert_eq!(rest, ["_meta", "serverInfo"]);
    assert_eq!(surface.coverage.read, ["tools: 1", "prompts: 1", "resources: 2", "resourceTemplates: 1"]);
    assert!(surface.coverage.unread.is_empty() && reading.problems.is_empty());
}

#[test]
fn list_results_responses_lists_and_single_tools_are_surfaces() {
    for text in [
        r#"{"tools":[{"name":"t"}]}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"t"}]}}"#,
        r#"[{"name":"t"}]"#,
        r#"[{"name":"t","server":"somebody"}]"#,
        r#"{"name":"t","inputSchema":{}}"#,
        r#"{"name":"t","parameters":{},"server":"somebody"}"#,
    ] {
        let reading = read(text);
        let [tool] = &reading.surface.items[..] else { panic!("{text}: {:?}", reading.surface.items) };
        assert_eq!(
            (tool.kind, tool.name.as_str(), tool.pointer.as_str()),
            (ItemKind::Tool, "t", "/tools/0"),
            "{text}"
        );
        assert_eq!(reading.surface.server, "fallback", "{text}");
    }
    let initialized = read(r#"{"result":{"serverInfo":{"name":"x"},"instructions":"Hi."},"id":"kept"}"#);
    assert!(initialized.surface.instructions.is_some());
    let rest: Vec<_> = initialized.surface.rest.iter().map(|entry| &*entry.key).collect();
    assert_eq!(rest, ["id", "serverInfo"]);
}

#[test]
fn a_list_of_surfaces_is_split_and_a_list_of_tools_is_not() {
    assert_eq!(surface::split(tree(r#"[{"server":"a","tools":[]},{"tools":[]}]"#)).len(), 2);
    assert_eq!(surface::split(tree(r#"[{"server":"a","name":"t"},{"name":"u"}]"#)).len(), 1);
    assert_eq!(surface::split(tree("[]")).len(), 1);
    assert_eq!(surface::split(tree(r#"{"tools":[]}"#)).len(), 1);
}

#[test]
fn what_has_the_wrong_shape_is_named_and_kept() {
    let reading = read(
        r#"{"server":["x"],"version":{},"instructions":["Do this."],"prompts":"Ignore me.",
            "tools":[null,"Say yes.",{"description":"d"},{"name":7},{"name":""},{"name":"ok"}],"resources":null}"#,
    );
    assert_eq!(
        messages(&reading),
        [
            "`/server` is a list instead of a text",
            "`/version` is an object instead of a text",
            "`/instructions` is a list instead of a text",
            "`/prompts` is a text instead of a list",
            "`/tools/0` is null instead of an object",
            "`/tools/1` is a text instead of an object",
            "`/tools/2` has no `name`; give it one",
            "`/tools/3/name` is a number instead of a text",
            "`/tools/4/name` is empty; name it",
        ]
    );
    let surface = &reading.surface;
    let names: Vec<_> = surface.tools().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["", "", "", "7", "", "ok"]);
    assert_eq!(surface.items[1].node.text(), Some("Say yes."));
    assert_eq!(surface.instructions.as_ref().unwrap().items()[0].text(), Some("Do this."));
    let rest: Vec<_> = surface.rest.iter().map(|entry| &*entry.key).collect();
    assert_eq!(rest, ["server", "version", "prompts"]);
    let unread: Vec<_> =
        surface.coverage.unread.iter().map(|part| (part.part.as_str(), part.expected)).collect();
    assert_eq!(unread, [("prompts", false), ("resources", true)]);
}

#[test]
fn what_does_not_list_all_tools_is_incomplete() {
    let reading = read(r#"{"tools":[{"name":"t"}],"nextCursor":"2"}"#);
    let unread = &reading.surface.coverage.unread;
    assert!(unread.len() == 1 && !unread[0].expected && unread[0].reason.contains("nextCursor"));
    for nothing in [r#"{"tools":null}"#, r#"{"server":"a","message":{}}"#, r#"{"serverInfo":{}}"#] {
        assert!(!read(nothing).surface.coverage.unread[0].expected, "{nothing}");
    }
}

#[test]
fn what_is_no_surface_is_refused() {
    for text in [
        "null",
        "\"text\"",
        "1",
        "{}",
        r#"{"mcpServers":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":1}}"#,
    ] {
        let fault = surface::read(tree(text), "x").expect_err(text);
        assert!(fault.message.contains("document is no surface"), "{text}");
    }
}
