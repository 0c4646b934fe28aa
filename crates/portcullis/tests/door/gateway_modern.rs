//! The gateway with clients and servers of 2026-07-28, and between that era and the older one.

use std::net::TcpStream;

use serde_json::{Value, json};

use crate::gateway_desk::{Gateway, program};
use crate::peers::{Web, send};

const VERSION: &str = "2026-07-28";

/// A request of the newer era: its headers, and its body.
fn request(method: &str, mut params: Value) -> (String, Value) {
    let name = params["name"].as_str().or(params["uri"].as_str()).map(str::to_owned);
    params["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!(VERSION);
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({});
    params["_meta"]["io.modelcontextprotocol/clientInfo"] = json!({"name": "test", "version": "1"});
    let name = name.map(|name| format!("Mcp-Name: {name}\r\n")).unwrap_or_default();
    let headers = format!("MCP-Protocol-Version: {VERSION}\r\nMcp-Method: {method}\r\n{name}");
    (headers, json!({"jsonrpc": "2.0", "id": "m1", "method": method, "params": params}))
}

/// What an honest server of the newer era answers, mirrored headers compared. Its tool returns the request.
fn honest(request: &str, stream: &mut TcpStream) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let Ok(message) = serde_json::from_str::<Value>(body) else {
        return send(stream, "405 Method Not Allowed", "", "");
    };
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let id = message["id"].clone();
    let reply = |status: &str, stream: &mut TcpStream, mut body: Value| {
        body["jsonrpc"] = json!("2.0");
        body["id"] = id.clone();
        send(stream, status, "Content-Type: application/json\r\n", &body.to_string());
    };
    let method = message["method"].as_str().unwrap_or_default();
    let meta = &message["params"]["_meta"];
    if method == "initialize" || meta["io.modelcontextprotocol/protocolVersion"] != VERSION {
        let error = json!({"error": {"code": -32022, "message": "speak 2026-07-28", "data": {"supported": [VERSION]}}});
        return reply("400 Bad Request", stream, error);
    }
    let named = message["params"]["name"].as_str().map(str::to_owned);
    if header("mcp-method").as_deref() != Some(method)
        || (method == "tools/call" && header("mcp-name") != named)
    {
        return reply(
            "400 Bad Request",
            stream,
            json!({"error": {"code": -32020, "message": "the headers disagree"}}),
        );
    }
    let result = match method {
        "server/discover" => json!({"resultType": "complete", "supportedVersions": [VERSION],
            "capabilities": {"tools": {}}, "ttlMs": 0, "cacheScope": "private", "instructions": "Add with care."}),
        "tools/list" => json!({"resultType": "complete", "ttlMs": 0, "cacheScope": "private", "tools": [
            {"name": "tell", "description": "Tells what it was asked.", "inputSchema": {"type": "object", "properties":
                {"region": {"type": "string", "x-mcp-header": "Region"}}}}]}),
        "tools/call" => json!({"resultType": "complete", "content": [{"type": "text", "text": json!({
            "head": head.to_lowercase(), "message": message.clone()}).to_string()}]}),
        _ => {
            return reply(
                "404 Not Found",
                stream,
                json!({"error": {"code": -32601, "message": "no such method"}}),
            );
        }
    };
    reply("200 OK", stream, json!({"result": result}));
}

/// What the tool of the honest server says that it was asked.
fn told(answer: &Value) -> Value {
    let text = answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}"));
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_client_and_a_server_of_the_newer_era_need_no_session() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let (headers, body) = request("server/discover", json!({}));
    let found = gateway.post("/mcp/web", &headers, &body);
    assert_eq!(found.status, 200, "{found:?}");
    assert_eq!(found.header("mcp-session-id"), None);
    assert_eq!(found.message()["result"]["instructions"], "Add with care.");
    let (headers, body) = request("tools/call", json!({"name": "tell", "arguments": {}, "x": {"y": 1}}));
    let called = gateway.post("/mcp/web", &headers, &body);
    assert_eq!((called.status, &called.message()["id"]), (200, &json!("m1")), "{called:?}");
    assert_eq!(told(&called.message())["message"]["params"]["x"], json!({"y": 1}), "what is not known stays");
    for method in ["GET", "DELETE"] {
        assert_eq!(gateway.send(method, "/mcp/web", "Accept: text/event-stream\r\n", "").status, 405);
    }
    assert!(web.requests().iter().all(|request| !request.to_lowercase().contains("mcp-session-id")));
}

#[test]
fn g33_headers_that_disagree_with_the_body_are_refused_and_reach_nobody() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let (headers, body) = request("tools/list", json!({}));
    assert_eq!(gateway.post("/mcp/web", &headers, &body).status, 200);
    let before = web.requests().len();
    let version = format!("MCP-Protocol-Version: {VERSION}\r\n");
    let (_, call) = request("tools/call", json!({"name": "tell", "arguments": {"region": "a"}}));
    let good = format!("{version}Mcp-Method: tools/call\r\nMcp-Name: tell\r\nMcp-Param-Region: a\r\n");
    for headers in [
        format!("{version}Mcp-Method: tools/call\r\nMcp-Param-Region: a\r\n"),
        format!("{version}Mcp-Name: tell\r\nMcp-Param-Region: a\r\n"),
        String::from("Mcp-Method: tools/call\r\nMcp-Name: tell\r\nMcp-Param-Region: a\r\n"),
        good.replace("2026-07-28", "2025-11-25"),
        good.replace("tools/call", "tools/list"),
        good.replace("Name: tell", "Name: other"),
        good.replace("Name: tell", "Name: TELL"),
        good.replace("Region: a", "Region: b"),
        good.replace("Mcp-Param-Region: a\r\n", ""),
        format!("{good}Mcp-Param-Region: a\r\n"),
        format!("{good}Mcp-Name: tell\r\n"),
        good.replace("Region: a", "Region: =?base64?YQ?="),
        good.replace("Region: a", "Region: \u{e4}"),
    ] {
        let answer = gateway.post("/mcp/web", &headers, &call);
        assert_eq!((answer.status, answer.code()), (400, -32020), "{headers}: {answer:?}");
        assert_eq!(answer.message()["id"], "m1");
    }
    assert_eq!(web.requests().len(), before, "something reached the server");
    assert_eq!(gateway.post("/mcp/web", &good, &call).status, 200);
    let encoded = good
        .replace("Region: a", "Region: =?base64?YQ==?=")
        .replace("Name: tell", "Name: =?base64?dGVsbA==?=");
    let answer = gateway.post("/mcp/web", &encoded, &call);
    let told = told(&answer.message());
    let head = told["head"].as_str().unwrap();
    assert!(head.contains("mcp-name: tell") && head.contains("mcp-param-region: a"), "{head}");
}

#[test]
fn headers_follow_a_name_that_was_changed_on_the_way() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let (headers, body) = request("tools/list", json!({}));
    let listed = gateway.post("/mcp", &headers, &body).message();
    assert_eq!(listed["result"]["tools"][0]["name"], "web__tell", "{listed}");
    assert_eq!(listed["result"]["resultType"], "complete");
    let (headers, body) = request("tools/call", json!({"name": "web__tell", "arguments": {"region": "a"}}));
    let answer = gateway.post("/mcp", &format!("{headers}Mcp-Param-Region: a\r\n"), &body);
    let told = told(&answer.message());
    assert!(told["head"].as_str().unwrap().contains("mcp-name: tell\r\n"), "{told}");
    assert_eq!(told["message"]["params"]["name"], "tell");
}

#[test]
fn a_request_of_the_newer_era_that_lacks_something_is_refused_with_its_code() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let (headers, body) = request("tools/list", json!({}));
    let refused = |headers: &str, body: &Value, status: u16, code: i64| {
        let answer = gateway.post("/mcp/web", headers, body);
        assert_eq!((answer.status, answer.code()), (status, code), "{body}: {answer:?}");
        answer.message()
    };
    let mut other = body.clone();
    other["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("2099-01-01");
    let answer = refused(&headers.replace(VERSION, "2099-01-01"), &other, 400, -32022);
    assert_eq!(answer["error"]["data"], json!({"supported": [VERSION], "requested": "2099-01-01"}));
    let mut other = body.clone();
    other["params"] = json!({});
    refused(&headers, &other, 400, -32602);
    let mut other = body.clone();
    other["params"]["_meta"].as_object_mut().unwrap().remove("io.modelcontextprotocol/clientCapabilities");
    refused(&headers, &other, 400, -32602);
    for method in ["initialize2", "ping", "logging/setLevel", "tools/run"] {
        let (headers, body) = request(method, json!({}));
        refused(&headers, &body, 404, -32601);
    }
    let mut answered = body.clone();
    answered.as_object_mut().unwrap().remove("method");
    answered.as_object_mut().unwrap().remove("params");
    answered["result"] = json!({});
    assert_eq!(gateway.post("/mcp/web", &headers, &answered).status, 400);
}

#[test]
fn a_client_of_the_newer_era_reaches_a_server_of_the_older_one() {
    let gateway = Gateway::before_program();
    let (headers, body) = request("server/discover", json!({}));
    let found = gateway.post("/mcp/peer", &headers, &body).message();
    assert_eq!(found["result"]["supportedVersions"], json!([VERSION]), "{found}");
    assert_eq!(found["result"]["resultType"], "complete");
    let (headers, body) = request("tools/call", json!({"name": "echo", "arguments": {"text": "x"}}));
    let called = gateway.post("/mcp/peer", &headers, &body).message();
    assert_eq!(called["result"]["content"][0]["text"], "peer: x");
    assert_eq!(called["result"]["resultType"], "complete");
    let (headers, body) = request(
        "tools/call",
        json!({"name": "steps", "arguments": {"count": 2}, "_meta": {"progressToken": 9}}),
    );
    let messages = gateway.post("/mcp/peer", &headers, &body).messages();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert_eq!(messages[0]["params"]["progressToken"], 9);
}

#[test]
fn a_client_of_the_older_era_reaches_a_server_of_the_newer_one() {
    let web = Web::new(honest);
    let gateway = Gateway::before(&web);
    let session = gateway.session("/mcp/web");
    assert_eq!(session.opened["result"]["protocolVersion"], "2025-06-18");
    assert_eq!(session.opened["result"]["instructions"], "Add with care.");
    assert_eq!(session.tools(), ["tell"]);
    let told = told(&session.call("tell", &json!({"region": "a"})));
    let meta = &told["message"]["params"]["_meta"];
    assert_eq!(meta["io.modelcontextprotocol/protocolVersion"], VERSION);
    assert_eq!(meta["io.modelcontextprotocol/clientInfo"]["name"], "test");
    assert!(told["head"].as_str().unwrap().contains("mcp-param-region: a"), "{told}");
    assert_eq!(session.request("ping", &json!({}))["result"], json!({}));
}

#[test]
fn servers_of_both_eras_stand_behind_one_address() {
    let web = Web::new(honest);
    let both = format!("{}[guard.servers.web]\nurl = \"{}\"\n", program("peer", ""), web.url());
    let gateway = Gateway::start(&both);
    let session = gateway.session("/mcp");
    assert_eq!(session.call("peer__echo", &json!({"text": "x"}))["result"]["content"][0]["text"], "peer: x");
    assert_eq!(told(&session.call("web__tell", &json!({})))["message"]["params"]["name"], "tell");
    let (headers, body) = request("tools/list", json!({}));
    let listed = gateway.post("/mcp", &headers, &body).message();
    let names: Vec<&str> = listed["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"peer__echo") && names.contains(&"web__tell"), "{names:?}");
}
