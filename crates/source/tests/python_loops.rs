//! How often the loops of Python run.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use portcullis_model::{Bundle, BundleFile};

/// How many flows a tool with this body has.
fn flows(body: &str) -> usize {
    let lines: String = body.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP(\"x\")\n\n@mcp.tool()\n\
         def read(name: str, mode: str, count: int) -> str:\n{lines}"
    );
    let file = BundleFile { path: "server.py".to_owned(), bytes: text.as_bytes().into(), executable: false };
    let bundle = Bundle { locator: ".".to_owned(), files: vec![file], unread: Vec::new() };
    portcullis_source::analyse(&bundle).flows.len()
}

#[test]
fn what_is_counted_runs_also_where_the_number_of_turns_is_known() {
    for range in
        ["range(3)", "range(1, 4)", "range(0, count)", "range(9, 0, -3)", "range(1_000_000)", "range(count)"]
    {
        assert_eq!(flows(&format!("for turn in {range}:\n    open(name)")), 1, "{range}");
    }
    for range in ["range(0)", "range(3, 3)", "range(0, 3, -1)"] {
        assert_eq!(flows(&format!("for turn in {range}:\n    open(name)")), 0, "{range}");
    }
}

#[test]
fn what_is_tried_again_is_assigned_by_one_of_the_tries() {
    let tries = "for turn in range(3):\n    try:\n        found = name\n        break\n    except OSError:\n        continue\n\
                 return open(found).read()";
    assert_eq!(flows(tries), 1);
}

#[test]
fn rows_of_several_lists_hold_an_element_of_each() {
    assert_eq!(flows("for kind, one in zip([\"a\", \"b\"], name.split()):\n    open(one)"), 1);
    assert_eq!(flows("for kind, one in zip([\"a\", \"b\"], [\"c\", name]):\n    open(one)"), 1);
    assert_eq!(flows("for kind, one in zip([\"a\"], [\"c\", name]):\n    open(one)"), 0);
    assert_eq!(flows("for kind, one in zip([\"a\", \"b\"], name.split()):\n    open(kind)"), 0);
}
