#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]
//! What bounds the analysis of large bundles, and that they are said to be cut. Work is counted in steps, not in seconds.

use std::fmt::Write as _;
use std::sync::Arc;

use portcullis_model::{Bundle, BundleFile};
use portcullis_source::Analysis;

/// Steps for loading, for lists and for two turns over all offers, with what a single step may overrun.
const MOST_STEPS: u64 = 20_000_000;

fn analyse(files: Vec<(String, String)>) -> Analysis {
    let files = files
        .into_iter()
        .map(|(path, text)| BundleFile { path, bytes: Arc::from(text.into_bytes()), executable: false })
        .collect();
    portcullis_source::analyse(&Bundle { locator: String::from("test"), files, unread: Vec::new() })
}

/// A server of so many tools, each in a file of its own with code beside it.
fn project(tools: usize) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = (0..tools)
        .map(|tool| {
            let mut text = format!(
                "import subprocess\nfrom app import mcp\n\n@mcp.tool()\ndef tool{tool}(name: str) -> str:\n    \
                 return help{tool}(name)\n\ndef help{tool}(name):\n    if name == 'a':\n        name = name + 'b'\n    \
                 return subprocess.run('ls ' + name, shell=True)\n\n"
            );
            for line in 0..40 {
                writeln!(text, "TABLE{line} = {{'key': [{line}, {line} + 1], 'other': 'text'}}").unwrap();
            }
            (format!("tool{tool:04}.py"), text)
        })
        .collect();
    let app = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('example')\n";
    files.insert(0, (String::from("app.py"), String::from(app)));
    files
}

#[test]
fn work_grows_with_the_source_and_no_faster() {
    let [one, two, four] = [10, 20, 40].map(|tools| {
        let analysis = analyse(project(tools));
        assert_eq!(analysis.offers.len(), tools);
        assert_eq!(analysis.flows.len(), tools);
        assert!(analysis.gave_up.is_empty());
        analysis.steps
    });
    assert!(two < one * 22 / 10, "{one} steps became {two}");
    assert!(four < two * 22 / 10, "{two} steps became {four}");
}

#[test]
fn a_bundle_of_fifty_megabytes_is_read_in_part_and_says_so() {
    let filler = "# a line of a comment that says nothing\n".repeat(25_000);
    let mut files = project(3);
    files.extend((0..50).map(|file| (format!("vendor/file{file:02}.py"), format!("x = {file}\n{filler}"))));
    let size: usize = files.iter().map(|(_, text)| text.len()).sum();
    assert!(size >= 50_000_000, "{size} bytes");
    let analysis = analyse(files);
    assert_eq!(analysis.flows.len(), 3, "the small files are read before the large");
    let cut = analysis.unread.iter().filter(|file| file.reason.contains("more than 12 MB of source")).count();
    assert!((35..50).contains(&cut), "{cut} files were left");
    assert!(analysis.steps < MOST_STEPS);
}

#[test]
fn dense_source_counts_for_more_than_its_bytes() {
    let mut files = project(3);
    files.extend((0..6).map(|file| (format!("vendor/file{file}.js"), "[1];\n".repeat(200_000))));
    let analysis = analyse(files);
    assert_eq!(analysis.flows.len(), 3);
    // A megabyte of which three bytes in five are marks counts as five.
    let cut = analysis.unread.iter().filter(|file| file.reason.contains("dense code")).count();
    assert_eq!(cut, 4);
}

#[test]
fn a_single_file_of_fifty_megabytes_is_not_read_and_says_so() {
    let mut files = project(1);
    files.push((String::from("bundle.js"), "a(1);".repeat(10 << 20)));
    let analysis = analyse(files);
    assert_eq!(analysis.flows.len(), 1);
    assert!(analysis.unread.iter().any(|file| file.path == "bundle.js" && file.reason.contains("10 MB")));
}

#[test]
fn a_minified_file_of_five_megabytes_ends_within_its_steps_and_says_that_it_was_cut() {
    let line = "a=b(c(d(1,2),e?f:g),{h:[i,j,k+1]});";
    let text = line.repeat(5_000_000 / line.len() + 1);
    let analysis = analyse(vec![(String::from("dist/index.js"), text)]);
    assert_eq!(analysis.gave_up, [""], "loading was cut");
    assert!(analysis.steps < MOST_STEPS, "{} steps", analysis.steps);
}

#[test]
fn many_tools_share_the_steps_and_the_last_is_followed_too() {
    // Each handler takes all that it is given: forty branches after each other, in loops inside of loops.
    let mut text = String::from(
        "import subprocess\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('example')\n\
         ITEMS = list(range(300))\n",
    );
    for tool in 0..100 {
        writeln!(
            text,
            "@mcp.tool()\ndef tool{tool}(name: str) -> str:\n    subprocess.run('ls ' + name, shell=True)\n    \
             for one in [1] * 300:\n        for other in range(300):\n            for third in range(300):\n                \
             name = name + str(third)\n    return name\n"
        )
        .unwrap();
    }
    let analysis = analyse(vec![(String::from("server.py"), text)]);
    assert_eq!(analysis.offers.len(), 100);
    assert_eq!(analysis.flows.len(), 100, "what was found before the cut is kept");
    assert!(analysis.steps < MOST_STEPS, "{} steps", analysis.steps);
}

#[test]
fn a_condition_of_many_parts_takes_no_exponential_time() {
    let parts: Vec<String> =
        (0..200).map(|part| format!("name == part{part}() or check{part}(name)")).collect();
    let text = format!(
        "import subprocess\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('example')\n\
         @mcp.tool()\ndef run(name: str) -> str:\n    if {}:\n        return subprocess.run(name, shell=True)\n    \
         return ''\n",
        parts.join(" or ")
    );
    let analysis = analyse(vec![(String::from("server.py"), text)]);
    assert_eq!(analysis.offers.len(), 1);
    assert!(analysis.steps < MOST_STEPS);
}

#[test]
fn the_same_bundle_gives_the_same_analysis() {
    let of = |analysis: Analysis| format!("{analysis:?}");
    assert_eq!(of(analyse(project(12))), of(analyse(project(12))));
}

#[test]
fn what_a_tool_keeps_stays_while_what_others_made_is_let_go() {
    let many = (0..110).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
    let server = format!(
        "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('example')\nkept = {{}}\n\n\
         def work():\n    for one in [{many}]:\n        for other in [{many}]:\n            last = {{'one': one}}\n\n\
         @mcp.tool()\ndef keep(path: str):\n    kept['last'] = {{'inner': [{{'path': path}}]}}\n    work()\n\n\
         @mcp.tool()\ndef pause():\n    work()\n\n@mcp.tool()\ndef rest():\n    work()\n\n\
         @mcp.tool()\ndef show():\n    return open(kept['last']['inner'][0]['path']).read()\n"
    );
    let analysis = analyse(vec![(String::from("server.py"), server)]);
    assert!(analysis.gave_up.is_empty(), "{:?}", analysis.gave_up);
    assert_eq!(analysis.offers.len(), 4);
    let flows: Vec<_> = analysis.flows.iter().map(|flow| (flow.sink, flow.source.name.as_str())).collect();
    assert_eq!(flows, [(portcullis_source::library::SinkKind::PathRead, "path")]);
}

#[test]
fn a_class_whose_fields_are_made_of_itself_ends() {
    for (path, server) in [
        ("server.py", "class A:\n    inner = A()\n    other: 'A' = A()\n\nA()\n"),
        ("server.js", "class A { inner = new A(); other = [new A()]; }\nnew A();\n"),
    ] {
        let analysis = analyse(vec![(String::from(path), String::from(server))]);
        assert!(analysis.unread.is_empty(), "{:?}", analysis.unread);
        assert!(analysis.steps < MOST_STEPS);
    }
}

#[test]
fn a_handler_that_a_library_is_given_does_not_use_up_the_steps_for_loading() {
    let many = (0..200).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
    let text = format!(
        "from mcp.server.fastmcp import FastMCP\nimport library\n\nmcp = FastMCP('server')\nMANY = [{many}]\n\n\
         def slow():\n    for a in MANY:\n        for b in MANY:\n            for c in MANY:\n                \
         d = a + b + c\n\nlibrary.start(slow)\n\n@mcp.tool()\ndef late(name: str) -> str:\n    return name\n"
    );
    let analysis = analyse(vec![(String::from("server.py"), text)]);
    assert!(analysis.offers.iter().any(|offer| offer.name == "late"), "{:?}", analysis.offers);
    assert!(!analysis.gave_up.is_empty());
}
