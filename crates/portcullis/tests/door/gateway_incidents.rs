//! Incidents of other gateways with messages and their framing, played against ours while it runs.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::gateway_desk::{Gateway, HONEST, initialize, program};
use crate::peers::{Web, honest, send};

fn list() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
}

#[test]
fn g03_a_page_of_another_host_reaches_nothing_on_any_path_with_any_method() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let port = gateway.port;
    let own = format!("127.0.0.1:{port}");
    let hosts = [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("127.0.0.1:{}", port.wrapping_add(1)),
        "127.0.0.1".to_owned(),
        format!("localhost.evil.example:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
        format!("[fe80::1]:{port}"),
        format!("127.0.0.1:{port}@evil.example"),
        format!("evil.example#127.0.0.1:{port}"),
        String::new(),
    ];
    let origins = [
        "http://evil.example".to_owned(),
        "null".to_owned(),
        "file://".to_owned(),
        "http://127.0.0.1".to_owned(),
        format!("http://127.0.0.1:{}", port.wrapping_add(1)),
        format!("https://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}.evil.example"),
        format!("http://evil.example@127.0.0.1:{port}"),
        format!("http://[fe80::1]:{port}"),
    ];
    let body = initialize("2025-06-18").to_string();
    for method in ["POST", "GET", "DELETE", "OPTIONS", "PUT"] {
        for path in ["/mcp", "/mcp/web", "/", "/metrics", "/.well-known/oauth-protected-resource"] {
            for host in &hosts {
                let headers = format!("Host: {host}\r\n{HONEST}");
                let answer = gateway.send_to(method, path, &headers, &body);
                assert!(matches!(answer.status, 400 | 403), "{method} {path} Host: {host}: {answer:?}");
            }
            for origin in &origins {
                let headers = format!("Host: {own}\r\nOrigin: {origin}\r\n{HONEST}");
                let answer = gateway.send_to(method, path, &headers, &body);
                assert_eq!(answer.status, 403, "{method} {path} Origin: {origin}: {answer:?}");
            }
        }
    }
    let two = format!("Host: {own}\r\nHost: evil.example\r\n{HONEST}");
    assert_eq!(gateway.send_to("POST", "/mcp/web", &two, &body).status, 400);
    assert!(web.requests().is_empty(), "something reached the server: {:?}", web.requests());
    for host in [own.clone(), format!("localhost:{port}"), format!("[::1]:{port}")] {
        let headers = format!("Host: {host}\r\nOrigin: http://{host}\r\n{HONEST}");
        assert_eq!(gateway.send_to("POST", "/mcp/web", &headers, &body).status, 200, "{host}");
    }
}

#[test]
fn g04_only_json_is_read() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let body = initialize("2025-06-18").to_string();
    let accept = "Accept: application/json, text/event-stream\r\n";
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain; application/json",
        "application/json; charset=utf-16",
        "application/json; charset=utf-7",
        "application/jsonp",
        "application/json, text/plain",
    ] {
        let answer = gateway.send("POST", "/mcp/web", &format!("{accept}Content-Type: {kind}\r\n"), &body);
        assert_eq!(answer.status, 415, "{kind}: {answer:?}");
    }
    assert_eq!(gateway.send("POST", "/mcp/web", accept, &body).status, 415, "no type");
    let encoded = format!("{HONEST}Content-Encoding: gzip\r\n");
    assert_eq!(gateway.send("POST", "/mcp/web", &encoded, &body).status, 415, "encoded");
    for accept in
        ["", "Accept: application/json\r\n", "Accept: text/event-stream\r\n", "Accept: text/html\r\n"]
    {
        let headers = format!("{accept}Content-Type: application/json\r\n");
        assert_eq!(gateway.send("POST", "/mcp/web", &headers, &body).status, 406, "{accept}");
    }
    assert!(web.requests().is_empty());
    let kind = format!("{accept}Content-Type: Application/JSON; Charset=\"UTF-8\"\r\n");
    assert_eq!(gateway.send("POST", "/mcp/web", &kind, &body).status, 200);
}

#[test]
fn g05_keys_that_two_readers_read_differently_are_refused() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let session = gateway.session("/mcp/web");
    let before = web.requests().len();
    for body in [
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call","params":{"name":"add"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","name":"other"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","\u006eame":"other"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":{"x":1,"x":2}}}}"#,
        r#"{"jsonrpc":"2.0","id":1,"Method":"tools/list"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","Method":"tools/call"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","paramſ":{},"params":{"name":"add"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","NAME":"other"}}"#,
        r#"{"jsonrpc":"2.0","id":{"a":1},"method":"tools/list"}"#,
        r#"{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}"#,
        r#"{"id":1,"method":"tools/list"}"#,
        "\u{feff}{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}",
        r#"{"jsonrpc":"2.0","id":"\ud800","method":"tools/list"}"#,
    ] {
        let answer = gateway.send("POST", "/mcp/web", &format!("{HONEST}{}", session.headers), body);
        assert_eq!(answer.status, 400, "{body}: {answer:?}");
    }
    assert_eq!(web.requests().len(), before, "something reached the server");
}

#[test]
fn g06_more_than_one_message_in_one_body_is_refused() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let session = gateway.session("/mcp/web");
    let before = web.requests().len();
    let one = list().to_string();
    let deep = "[".repeat(20_000);
    for body in [
        format!("[{one}]"),
        format!("[[{one}]]"),
        format!("{one}\n{one}"),
        format!("{one}{one}"),
        format!("{one},{one}"),
        String::from("[]"),
        String::new(),
        String::from("null"),
        deep,
    ] {
        let answer = gateway.send("POST", "/mcp/web", &format!("{HONEST}{}", session.headers), &body);
        assert_eq!(answer.status, 400, "{}: {answer:?}", &body[..body.len().min(80)]);
    }
    assert_eq!(web.requests().len(), before, "something reached the server");
}

#[test]
fn g07_an_answer_that_cannot_be_judged_does_not_pass() {
    let secret = r#"{"jsonrpc":"2.0","id":0,"result":{"content":[{"type":"text","text":"SMUGGLED"}]}}"#;
    let answers = [
        ("201 Created", "Content-Type: application/json\r\n"),
        ("206 Partial Content", "Content-Type: application/json\r\n"),
        ("203 Non-Authoritative Information", "Content-Type: application/json\r\n"),
        ("200 OK", "Content-Type: text/plain\r\n"),
        ("200 OK", "Content-Type: application/json-seq\r\n"),
        ("200 OK", ""),
        ("200 OK", "Content-Type: application/json\r\nContent-Encoding: identity\r\n"),
        ("302 Found", "Content-Type: application/json\r\nLocation: http://127.0.0.1:1/\r\n"),
        ("500 Internal Server Error", "Content-Type: application/json\r\n"),
    ];
    for (status, headers) in answers {
        let web = Web::new(move |request, stream| {
            if request.contains("tools/call") {
                let id = request.rsplit("\"id\":").next().unwrap_or("0");
                let id: String = id.chars().take_while(char::is_ascii_digit).collect();
                return send(stream, status, headers, &secret.replace("\"id\":0", &format!("\"id\":{id}")));
            }
            honest(request, stream);
        });
        let gateway = Gateway::before(&web);
        let session = gateway.session("/mcp/web");
        let answer = session.call("add", &json!({}));
        assert!(
            answer["error"].is_object() && !answer.to_string().contains("SMUGGLED"),
            "{status} {headers}: {answer}"
        );
    }
}

#[test]
fn g08_methods_that_are_not_known_go_nowhere() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let session = gateway.session("/mcp/web");
    let before = web.requests().len();
    for method in
        ["tools/call ", "tools/call\0", "Tools/Call", "tools//call", "admin/shell", "", "tools/callx"]
    {
        let answer =
            session.send(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"name": "add"}}));
        assert!(answer.message()["error"].is_object(), "{method:?}: {answer:?}");
    }
    let call = json!({"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "add", "arguments": {}}});
    let answer = session.send(&call);
    assert!(matches!(answer.status, 202 | 400), "{answer:?}");
    let requests = web.requests();
    let reached: Vec<&String> =
        requests[before..].iter().filter(|request| !request.contains("\"ping\"")).collect();
    assert!(reached.is_empty(), "{reached:?}");
}

#[test]
fn g09_what_is_denied_is_denied_in_every_revision_and_on_every_path() {
    let policy = "@id(\"no-echo\")\n@reason(\"echoes are forbidden\")\n\
        forbid (principal, action == Action::\"call_tool\", resource) when { resource.name == \"echo\" };\n";
    let desk = crate::desk::Desk::new().file("policy.cedar", policy);
    let gateway = Gateway::start_by(desk, &program("peer", ""), &["--policy", "policy.cedar"]);
    let denied = |answer: &Value| {
        assert!(!answer.to_string().contains("peer: x"), "{answer}");
        assert!(answer.to_string().contains("no-echo") || answer.to_string().contains("echoes"), "{answer}");
    };
    for (path, tool) in [("/mcp/peer", "echo"), ("/mcp", "peer__echo")] {
        for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
            let session = gateway.session_as(path, "", revision);
            assert_eq!(session.opened["result"]["protocolVersion"], revision);
            denied(&session.call(tool, &json!({"text": "x"})));
        }
        let (headers, body) =
            crate::gateway_modern::request("tools/call", json!({"name": tool, "arguments": {"text": "x"}}));
        denied(&gateway.post(path, &headers, &body).message());
    }
}

#[test]
fn g10_a_body_that_is_too_large_is_refused_and_not_cut() {
    let web = Web::new(honest);
    let gateway = Gateway::start(&format!(
        "[guard.limits]\nmessage-bytes = 100000\n[guard.servers.web]\nurl = \"{}\"\n",
        web.url()
    ));
    let session = gateway.session("/mcp/web");
    let before = web.requests().len();
    let call = |bytes: usize| {
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "add", "arguments": {"a": "x".repeat(bytes)}}})
    };
    assert_eq!(session.send(&call(100_000)).status, 413);
    let chunked = format!(
        "POST /mcp/web HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{HONEST}{}Transfer-Encoding: chunked\r\n\r\n",
        gateway.port, session.headers
    );
    let mut bytes = chunked.into_bytes();
    let body = call(200_000).to_string();
    write!(bytes, "{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).unwrap();
    assert_eq!(gateway.raw(&bytes).status, 413, "a length that nobody said");
    assert_eq!(web.requests().len(), before, "something reached the server");
}

#[test]
fn g11_what_stands_in_a_path_names_a_server_or_nothing() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let body = initialize("2025-06-18").to_string();
    for path in [
        "/mcp/web/",
        "/mcp/web/..",
        "/mcp/../mcp/web",
        "/mcp/%77eb",
        "/mcp%2fweb",
        "/mcp/web?x=1",
        "/mcp?server=web",
        "/mcp/web%00",
        "/mcp//web",
        "//mcp/web",
        "/MCP/web",
        "/mcp/WEB",
        "/mcp/other",
        "/mcp/web;x",
        "/",
        "*",
    ] {
        let answer = gateway.send("POST", path, HONEST, &body);
        assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
    }
    assert!(web.requests().is_empty());
}

#[test]
fn g12_headers_of_a_client_do_not_reach_a_server() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let session = gateway.session("/mcp/web");
    let sly = format!(
        "{HONEST}{}X-Forwarded-For: 10.0.0.1\r\nX-Guard-Principal: admin\r\nAuthorization: Bearer stolen\r\n\
         Cookie: a=b\r\nForwarded: for=admin\r\nX-Mcp-Server: other\r\nX-Original-Url: /admin\r\n",
        session.headers
    );
    assert_eq!(gateway.send("POST", "/mcp/web", &sly, &list().to_string()).status, 200);
    let nominated = format!("{sly}Connection: mcp-session-id\r\n");
    assert_eq!(gateway.send("POST", "/mcp/web", &nominated, &list().to_string()).status, 200);
    for request in web.requests() {
        let lower = request.to_lowercase();
        for word in [
            "x-forwarded",
            "x-guard",
            "stolen",
            "cookie",
            "forwarded:",
            "x-mcp-server",
            "x-original",
            &session.id,
        ] {
            assert!(!lower.contains(word), "{word} reached the server: {request}");
        }
    }
}
