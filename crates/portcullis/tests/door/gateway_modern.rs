//! The gateway with clients and servers of 2026-07-28, and between that era and the older one.

use std::net::TcpStream;

use serde_json::{Value, json};

use crate::gateway_desk::{Gateway, program};
use crate::peers::{Web, send};

const VERSION: &str = "2026-07-28";

/// A request of the newer era: its headers, and its body.
pub(crate) fn request(method: &str, mut params: Value) -> (String, Value) {
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

/// A server that asks back once, and knows the state that it gave.
fn asking(request: &str, stream: &mut TcpStream) {
    let message: Value = serde_json::from_str(request.split("\r\n\r\n").nth(1).unwrap()).unwrap_or_default();
    if message["method"] != "tools/call" {
        return honest(request, stream);
    }
    let result = match message["params"]["requestState"].as_str() {
        None => {
            json!({"resultType": "input_required", "requestState": "state-of-the-server", "inputRequests":
            {"colour": {"method": "elicitation/create", "params": {"mode": "form", "message": "Which colour?",
                "requestedSchema": {"type": "object", "properties": {"colour": {"type": "string"}}}}}}})
        }
        Some("state-of-the-server") => {
            json!({"resultType": "complete", "content": [{"type": "text", "text": "painted"}]})
        }
        Some(other) => {
            json!({"resultType": "complete", "content": [{"type": "text", "text": format!("WRONG {other}")}]})
        }
    };
    let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": result});
    send(stream, "200 OK", "Content-Type: application/json\r\n", &answer.to_string());
}

/// A request whose client can be asked by a form.
fn asked(mut params: Value) -> (String, Value) {
    params["name"] = json!("tell");
    let (headers, mut body) = request("tools/call", params);
    body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
        json!({"elicitation": {"form": {}}});
    (headers, body)
}

#[test]
fn g23_answers_come_back_with_the_state_that_was_given_for_exactly_this_call() {
    let desk = crate::desk::Desk::new()
        .variable("TOKEN_OF_ANN", "ann-0123456789abcdef")
        .variable("TOKEN_OF_BOB", "bob-0123456789abcdef");
    let web = Web::new(asking);
    let settings = format!(
        "[guard.clients]\nann = \"env:TOKEN_OF_ANN\"\nbob = \"env:TOKEN_OF_BOB\"\n[guard.servers.web]\nurl = \"{}\"\n",
        web.url()
    );
    let gateway = Gateway::start_with(desk, &settings);
    let post = |who: &str, (headers, body): (String, Value)| {
        let bearer = format!("Authorization: Bearer {who}-0123456789abcdef\r\n");
        gateway.post("/mcp/web", &format!("{bearer}{headers}"), &body)
    };
    let (headers, list) = request("tools/list", json!({}));
    for who in ["ann", "bob"] {
        assert_eq!(post(who, (headers.clone(), list.clone())).status, 200);
    }
    let begin = || {
        let answer = post("ann", asked(json!({"arguments": {"a": 1}}))).message();
        answer["result"]["requestState"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    };
    let given = json!({"colour": {"action": "accept", "content": {"colour": "red"}}});
    let retry = |state: &str, arguments: Value| {
        asked(json!({"arguments": arguments, "requestState": state, "inputResponses": given}))
    };
    let state = begin();
    assert!(!state.contains("state-of-the-server"), "the server's state is not sealed: {state}");
    let mut edited = state.clone().into_bytes();
    let middle = edited.len() / 2;
    edited[middle] = if edited[middle] == b'A' { b'B' } else { b'A' };
    let refused = [
        ("another call", post("ann", retry(&state, json!({"a": 2})))),
        ("somebody else", post("bob", retry(&state, json!({"a": 1})))),
        ("an edited state", post("ann", retry(&String::from_utf8(edited).unwrap(), json!({"a": 1})))),
        ("a made-up state", post("ann", retry("state-of-the-server", json!({"a": 1})))),
        ("no state", post("ann", asked(json!({"arguments": {"a": 1}, "inputResponses": given})))),
    ];
    for (what, answer) in refused {
        assert!(!answer.body.contains("painted") && !answer.body.contains("WRONG"), "{what}: {answer:?}");
    }
    let state = begin();
    let answer = post("ann", retry(&state, json!({"a": 1})));
    assert!(answer.body.contains("painted"), "{answer:?}");
}

#[test]
fn g21_a_task_is_known_to_whoever_began_it_and_to_nobody_else() {
    let web = Web::new(|request, stream| {
        let message: Value =
            serde_json::from_str(request.split("\r\n\r\n").nth(1).unwrap()).unwrap_or_default();
        let task = json!({"taskId": "task-1", "status": "working", "createdAt": "2026-01-01T00:00:00Z", "ttlMs": null});
        let result = match message["method"].as_str() {
            Some("tools/call") => json!({"resultType": "task", "taskId": "task-1", "status": "working",
                "createdAt": "2026-01-01T00:00:00Z", "lastUpdatedAt": "2026-01-01T00:00:00Z", "ttlMs": null}),
            Some("tasks/get") => task,
            _ => return honest(request, stream),
        };
        let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": result});
        send(stream, "200 OK", "Content-Type: application/json\r\n", &answer.to_string());
    });
    let gateway = Gateway::before(&web);
    let task = |method: &str, knows: &Value| {
        let (headers, mut body) = request(method, json!({"taskId": "task-1"}));
        body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({"extensions": knows});
        gateway.post("/mcp/web", &format!("{headers}Mcp-Name: task-1\r\n"), &body)
    };
    for method in ["tasks/get", "tasks/cancel", "tasks/update"] {
        assert_eq!(task(method, &json!({})).code(), -32021, "{method} of a client that knows no tasks");
        let knows = json!({"io.modelcontextprotocol/tasks": {}});
        assert_eq!(task(method, &knows).code(), -32602, "{method} of somebody else");
    }
    let (headers, mut body) =
        request("subscriptions/listen", json!({"notifications": {"taskIds": ["task-1"]}}));
    body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
        json!({"extensions": {"io.modelcontextprotocol/tasks": {}}});
    assert_eq!(gateway.post("/mcp/web", &headers, &body).code(), -32602);
    assert!(!web.requests().iter().any(|request| request.contains("task-1")));
}

#[test]
fn a_client_of_the_newer_era_hears_of_changes_of_servers_of_both() {
    let gateway = Gateway::before_program();
    let (headers, body) =
        request("subscriptions/listen", json!({"notifications": {"toolsListChanged": true}}));
    let mut stream = TcpStream::connect(("127.0.0.1", gateway.port)).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
    let body = body.to_string();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{}{headers}Content-Length: {}\r\n\r\n{body}",
        gateway.port,
        crate::gateway_desk::HONEST,
        body.len()
    );
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(stream)).map(Result::unwrap);
    let mut next = || loop {
        if let Some(data) = lines.next().expect("the stream ended").strip_prefix("data: ") {
            return serde_json::from_str::<Value>(data).unwrap();
        }
    };
    let acknowledged = next();
    assert_eq!(acknowledged["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(acknowledged["params"]["notifications"], json!({"toolsListChanged": true}));
    let (headers, call) = request("tools/call", json!({"name": "peer__change", "arguments": {}}));
    let answer = gateway.post("/mcp", &headers, &call);
    assert_eq!(answer.messages().len(), 1, "a change belongs to listeners: {answer:?}");
    let change = next();
    assert_eq!(change["method"], "notifications/tools/list_changed");
    assert_eq!(change["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], "m1");
}
