//! Incidents of other gateways with clients and names, played against ours while it runs.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::gateway_desk::{Gateway, HONEST, initialize, program};
use crate::peers::{Web, honest};

fn list() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
}

#[test]
fn g13_two_clients_with_the_same_ids_each_get_their_own_answers() {
    let gateway = Gateway::before_program();
    let (one, two) = (gateway.session("/mcp/peer"), gateway.session("/mcp/peer"));
    std::thread::scope(|scope| {
        for (session, word) in [(&one, "alpha"), (&two, "beta")] {
            scope.spawn(move || {
                for round in 0..10 {
                    let answer = session.call("echo", &json!({"text": format!("{word}{round}")}));
                    assert_eq!(answer["id"], 1);
                    assert_eq!(answer["result"]["content"][0]["text"], format!("peer: {word}{round}"));
                }
                let steps = session
                    .send(&json!({"jsonrpc": "2.0", "id": "same", "method": "tools/call", "params":
                    {"name": "steps", "arguments": {"count": 3}, "_meta": {"progressToken": "same"}}}));
                let messages = steps.messages();
                assert_eq!(messages.len(), 4, "{steps:?}");
                for (step, message) in messages[..3].iter().enumerate() {
                    assert_eq!(message["params"]["progressToken"], "same");
                    assert_eq!(message["params"]["progress"], step + 1);
                }
                assert_eq!(messages[3]["id"], "same");
            });
        }
    });
    let process =
        |session: &crate::gateway_desk::Session<'_>| session.call("process", &json!({}))["result"].clone();
    assert_ne!(process(&one), process(&two), "two sessions share one process");
}

#[test]
fn g13_an_id_that_is_being_answered_is_not_taken_again() {
    let gateway = Gateway::before_program();
    let session = gateway.session("/mcp/peer");
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| session.call("wait", &json!({"seconds": 2})));
        std::thread::sleep(std::time::Duration::from_millis(700));
        let again = session.call("echo", &json!({"text": "x"}));
        assert!(again["error"].is_object(), "{again}");
        assert_eq!(slow.join().unwrap()["result"]["content"][0]["text"], "waited");
    });
}

#[test]
fn g14_a_session_is_ours_random_and_over_when_it_is_ended() {
    let gateway = Gateway::before_program();
    let chosen = format!("{HONEST}Mcp-Session-Id: chosen-by-the-client\r\n");
    let answer = gateway.send("POST", "/mcp/peer", &chosen, &initialize("2025-06-18").to_string());
    let minted = answer.header("mcp-session-id").unwrap();
    assert!(minted != "chosen-by-the-client" && minted.len() >= 32, "{minted}");
    let ask = |id: &str| gateway.post("/mcp/peer", &format!("Mcp-Session-Id: {id}\r\n"), &list()).status;
    assert_eq!(ask("chosen-by-the-client"), 404);
    assert_eq!(gateway.post("/mcp/peer", "", &list()).status, 400, "no session is not the only session");
    let (one, two) = (gateway.session("/mcp/peer"), gateway.session("/mcp/peer"));
    assert_ne!(one.id, two.id);
    assert_eq!(gateway.post("/mcp", &one.headers, &list()).status, 404, "a session belongs to its path");
    assert_eq!(gateway.send("DELETE", "/mcp/peer", &one.headers, "").status, 204);
    for (method, body) in [("POST", list().to_string()), ("GET", String::new()), ("DELETE", String::new())] {
        let answer = gateway.send(method, "/mcp/peer", &format!("{HONEST}{}", one.headers), &body);
        assert_eq!(answer.status, 404, "{method}: {answer:?}");
    }
    assert!(two.tools().contains(&String::from("echo")), "another session goes on");
}

#[test]
fn g14_a_session_of_one_principal_is_unknown_to_another() {
    let desk = crate::desk::Desk::new()
        .variable("TOKEN_OF_ANN", "ann-0123456789abcdef")
        .variable("TOKEN_OF_BOB", "bob-0123456789abcdef");
    let clients = "[guard.clients]\nann = \"env:TOKEN_OF_ANN\"\nbob = \"env:TOKEN_OF_BOB\"\n";
    let gateway = Gateway::start_with(desk, &format!("{clients}{}", program("peer", "")));
    let bearer = |token: &str| format!("Authorization: Bearer {token}\r\n");
    let nobody = gateway.post("/mcp/peer", "", &initialize("2025-06-18"));
    assert_eq!(nobody.status, 401);
    assert_eq!(nobody.header("www-authenticate").as_deref(), Some("bearer"));
    for token in ["ann-0123456789abcdeg", "ann-0123456789abcde", "", "ann-0123456789abcdef0"] {
        assert_eq!(
            gateway.post("/mcp/peer", &bearer(token), &initialize("2025-06-18")).status,
            401,
            "{token}"
        );
    }
    let ann = gateway.session_as("/mcp/peer", &bearer("ann-0123456789abcdef"), "2025-06-18");
    let as_bob = format!("{HONEST}{}Mcp-Session-Id: {}\r\n", bearer("bob-0123456789abcdef"), ann.id);
    for (method, body) in [("POST", list().to_string()), ("GET", String::new()), ("DELETE", String::new())] {
        assert_eq!(gateway.send(method, "/mcp/peer", &as_bob, &body).status, 404, "{method}");
    }
    assert!(!ann.tools().is_empty(), "the session was ended by somebody else");
}

#[test]
fn g20_a_name_means_one_server_whoever_comes_and_goes() {
    let both = program("alpha", "") + &program("beta", "");
    let gateway = Gateway::start(&both);
    let session = gateway.session("/mcp");
    let tools = session.tools();
    let mut sorted = tools.clone();
    sorted.sort();
    assert!(
        tools.iter().position(|name| name == "alpha__echo")
            < tools.iter().position(|name| name == "beta__echo")
    );
    assert!(sorted.iter().all(|name| name.starts_with("alpha__") || name.starts_with("beta__")), "{tools:?}");
    for server in ["alpha", "beta"] {
        let answer = session.call(&format!("{server}__echo"), &json!({"text": "x"}));
        assert_eq!(answer["result"]["content"][0]["text"], format!("{server}: x"));
    }
    for name in
        ["echo", "gamma__echo", "__echo", "alpha__", "ALPHA__echo", "alpha__beta__echo", "alpha_echo", ""]
    {
        let answer = session.call(name, &json!({"text": "x"}));
        let text = answer.to_string();
        assert!(!text.contains("alpha: x") && !text.contains("beta: x"), "{name}: {answer}");
    }
    // The same settings in another order, and without one of the servers.
    let turned = Gateway::start(&(program("beta", "") + &program("alpha", "")));
    assert_eq!(turned.session("/mcp").tools(), tools);
    let alone = Gateway::start(&program("beta", ""));
    let session = alone.session("/mcp");
    assert!(session.call("alpha__echo", &json!({"text": "x"}))["error"].is_object());
}

#[test]
fn g22_a_call_that_names_no_tool_reaches_no_server() {
    let reached = Arc::new(Mutex::new(0));
    let count = Arc::clone(&reached);
    let web = Web::new(move |request, stream| {
        if request.contains("tools/call") {
            *count.lock().unwrap() += 1;
        }
        honest(request, stream);
    });
    let gateway = Gateway::before(&web);
    for path in ["/mcp", "/mcp/web"] {
        let session = gateway.session(path);
        for params in [
            json!({}),
            json!({"arguments": {}}),
            json!({"name": null}),
            json!({"name": 7}),
            json!({"name": ""}),
            json!({"name": ["add"]}),
            json!({"tool": "add"}),
        ] {
            let answer = session.request("tools/call", &params);
            let refused = answer["error"].is_object() || answer["result"]["isError"] == true;
            assert!(refused, "{path} {params}: {answer}");
        }
    }
    assert_eq!(*reached.lock().unwrap(), 0);
}

#[test]
fn g35_calls_that_fail_for_one_client_go_on_for_another() {
    let gateway = Gateway::before_program();
    let (one, two) = (gateway.session("/mcp/peer"), gateway.session("/mcp/peer"));
    for _ in 0..30 {
        assert!(one.request("tools/call", &json!({"name": "fail"}))["error"].is_object());
    }
    one.call("crash", &json!({}));
    assert_eq!(two.call("echo", &json!({"text": "still"}))["result"]["content"][0]["text"], "peer: still");
    assert!(gateway.session("/mcp/peer").tools().contains(&String::from("echo")));
}

#[test]
fn pages_of_a_configured_origin_may_ask_and_no_others() {
    let web = Web::new(honest);
    let settings =
        format!("origins = [\"https://app.example\"]\n[guard.servers.web]\nurl = \"{}\"\n", web.url());
    let gateway = Gateway::start(&settings);
    let ask = |method: &str, origin: &str, body: &str| {
        gateway.send(method, "/mcp/web", &format!("{HONEST}Origin: {origin}\r\n"), body)
    };
    let preflight = ask("OPTIONS", "https://app.example", "");
    assert_eq!(preflight.status, 204, "{preflight:?}");
    assert_eq!(preflight.header("access-control-allow-origin").as_deref(), Some("https://app.example"));
    let opened = ask("POST", "https://app.example", &initialize("2025-06-18").to_string());
    assert_eq!(opened.status, 200);
    assert_eq!(opened.header("access-control-expose-headers").as_deref(), Some("mcp-session-id"));
    for other in
        ["https://app.example.evil.example", "http://app.example", "https://app.example:8443", "null"]
    {
        let refused = ask("OPTIONS", other, "");
        assert_eq!((refused.status, refused.header("access-control-allow-origin")), (403, None), "{other}");
    }
}
