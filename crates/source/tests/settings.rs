//! Checks that an operator can switch off are checks.

use portcullis_model::{Bundle, BundleFile};
use portcullis_source::library::SinkKind;

/// How many tools ask a host that the caller chooses. They check it if this condition holds.
fn asks(condition: &str) -> usize {
    let text = format!(
        "import ipaddress, os, socket, urllib.parse\nimport httpx\nfrom mcp.server.fastmcp import FastMCP\n\n\
         mcp = FastMCP(\"x\")\nWORDS = [\"a\", \"b\"]\n\n\
         def check(url):\n    host = urllib.parse.urlsplit(url).hostname\n    \
         for info in socket.getaddrinfo(host, 80):\n        \
         if ipaddress.ip_address(info[4][0]).is_private:\n            raise ValueError(\"private\")\n\n\
         @mcp.tool()\ndef fetch(url: str, fast: bool) -> str:\n    if {condition}:\n        check(url)\n    \
         return httpx.get(url).text\n"
    );
    let file = BundleFile { path: "server.py".to_owned(), bytes: text.as_bytes().into(), executable: false };
    let bundle = Bundle { locator: ".".to_owned(), files: vec![file], unread: Vec::new() };
    let analysis = portcullis_source::analyse(&bundle);
    analysis.flows.iter().filter(|flow| flow.sink == SinkKind::Url && !flow.configured).count()
}

#[test]
fn a_check_that_one_of_two_settings_switches_off_is_one() {
    assert_eq!(asks("not os.environ.get(\"OPEN\")"), 0);
    assert_eq!(asks("not (os.environ.get(\"OPEN\") or os.environ.get(\"LOCAL\"))"), 0);
    assert_eq!(asks("os.environ.get(\"STRICT\") and os.environ.get(\"PUBLIC\")"), 0);
}

#[test]
fn a_check_that_the_caller_switches_off_is_none() {
    assert_eq!(asks("not fast"), 1);
    assert_eq!(asks("os.environ.get(\"STRICT\") and not fast"), 1);
}
