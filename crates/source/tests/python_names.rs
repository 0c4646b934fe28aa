//! Names of Python that are read where nothing was assigned to them, wrappers that may be one of several functions, and
//! functions that are looked at without being called.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_model::{Bundle, BundleFile};
use portcullis_source::Analysis;

fn analyse(tool: &str) -> Analysis {
    let text = format!(
        "import functools, inspect\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP(\"x\")\n\n{tool}"
    );
    let file = BundleFile { path: "server.py".to_owned(), bytes: text.as_bytes().into(), executable: false };
    portcullis_source::analyse(&Bundle { locator: ".".to_owned(), files: vec![file], unread: Vec::new() })
}

#[test]
fn a_way_ends_where_a_variable_is_read_before_it_is_assigned() {
    let late = "@mcp.tool()\ndef read(name: str) -> str:\n    if not isinstance(found, str):\n        raise ValueError(name)\n    \
                found = name\n    return open(found).read()\n";
    assert!(analyse(late).flows.is_empty());
    let early = "@mcp.tool()\ndef read(name: str) -> str:\n    found = name\n    if not isinstance(found, str):\n        \
                 raise ValueError(name)\n    return open(found).read()\n";
    assert_eq!(analyse(early).flows.len(), 1);
}

#[test]
fn what_an_earlier_turn_of_a_loop_assigns_may_be_read() {
    let loops = "@mcp.tool()\ndef read(names: list[str]) -> str:\n    text = \"\"\n    for name in names:\n        \
                 if name.startswith(\"#\"):\n            folder = name\n        else:\n            \
                 text += open(folder + name).read()\n    return text\n";
    assert_eq!(analyse(loops).flows.len(), 1);
}

#[test]
fn a_wrapper_that_may_be_one_of_two_functions_gets_the_arguments_of_what_it_wraps() {
    let tool = "def logged(function):\n    if inspect.iscoroutinefunction(function):\n        @functools.wraps(function)\n        \
                async def wrapper(*args, **kwargs):\n            return await function(*args, **kwargs)\n    else:\n        \
                @functools.wraps(function)\n        def wrapper(*args, **kwargs):\n            \
                return function(*args, **kwargs)\n    return wrapper\n\n@mcp.tool()\n@logged\n\
                def read(name: str) -> str:\n    return open(name).read()\n";
    let analysis = analyse(tool);
    assert_eq!(analysis.flows[0].source.name, "name");
}

#[test]
fn a_function_that_is_only_looked_at_does_not_run() {
    let tool = "def report(path):\n    open(\"/srv/report\", \"w\").write(\"x\")\n\nsignature = inspect.signature(report)\n\n\
                @mcp.tool()\ndef read() -> str:\n    return str(signature)\n";
    assert_eq!(analyse(tool).on_load, []);
}

#[test]
fn a_group_holds_what_its_own_pattern_finds_and_a_match_also_the_whole_text() {
    let flows = |taken: &str| {
        let tool = format!(
            "import re\n\n@mcp.tool()\ndef read(name: str) -> str:\n    m = re.match(r\"(\\d+)(?P<rest>.*)\", name)\n    \
             return open(\"/srv/\" + {taken}).read()\n"
        );
        analyse(&tool).flows.len()
    };
    assert_eq!(flows("m.group(1)"), 0);
    for taken in ["m.group(2)", "m.group(\"rest\")", "m[\"rest\"]", "m.groups()[1]", "m.group()", "m.string"]
    {
        assert_eq!(flows(taken), 1, "{taken}");
    }
    let pairs = "import re\n\n@mcp.tool()\ndef read(name: str) -> str:\n    \
                 return [open(\"/srv/\" + rest).read() for _, rest in re.findall(r\"(\\d+)(.*)\", name)]\n";
    assert_eq!(analyse(pairs).flows.len(), 1);
}

#[test]
fn letters_of_other_scripts_and_letters_by_their_numbers_are_letters() {
    let flows = |pattern: &str| {
        let tool = format!(
            "import re, sqlite3\n\n@mcp.tool()\ndef count(table: str) -> str:\n    \
             if not re.fullmatch(r\"{pattern}\", table):\n        raise ValueError(table)\n    \
             return str(sqlite3.connect(\"a.db\").execute(f\"SELECT count(*) FROM {{table}}\").fetchall())\n"
        );
        analyse(&tool).flows.len()
    };
    for pattern in
        [r"[a-z_\u4e00-\u9fff]+", r"[\x61-\x7a]+", r"\x61[a-z]*", "[a-zà-ÿ]+", r"[a-z\U00004e00-\U00009fff]*"]
    {
        assert_eq!(flows(pattern), 0, "{pattern}");
    }
    for pattern in [r"[\x20-\x7e]+", r"[a-z\x27]+", r"[ -\uffff]+", r"[a-z\u2000-\u206f]+"] {
        assert_eq!(flows(pattern), 1, "{pattern}");
    }
}
