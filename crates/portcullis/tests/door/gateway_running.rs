//! A gateway at work: settings, programs that it starts, streams, questions of servers, and its end.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::gateway_desk::{Gateway, HONEST, Session, initialize, program};
use crate::guarded::tool;
use crate::peers::{Web, honest, python};

fn text(answer: &Value) -> String {
    answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// The process of the server behind a session.
fn process(session: &Session<'_>) -> u32 {
    text(&session.call("process", &json!({}))).parse().unwrap()
}

/// Whether the process ends within some seconds.
fn is_gone(process: u32) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(20) {
        let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        if state.is_empty() || state.contains(") Z ") {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

#[test]
fn settings_that_cannot_be_meant_are_refused_with_their_place_and_what_to_do() {
    let server = "[guard.servers.a]\ncommand = \"true\"\n";
    for (settings, words) in [
        (
            String::from("[guard]\nlisen = \"127.0.0.1:1\"\n"),
            vec!["line 2", "unknown key `lisen`", "did you mean `listen`"],
        ),
        (format!("[guard]\nlisten = \"0.0.0.0:1\"\n{server}"), vec!["guard.listen", "guard.clients"]),
        (
            format!("[guard.clients]\nann = \"hunter2hunter2hunter2\"\n{server}"),
            vec!["guard.clients.ann", "env:NAME"],
        ),
        (
            String::from(
                "[guard.servers.a]\nurl = \"https://a.example/mcp\"\nheaders = {Authorization = \"Bearer abc\"}\n",
            ),
            vec!["servers.a.headers.Authorization", "env:NAME"],
        ),
        (
            format!("{server}env = {{API_KEY = \"abc\"}}\n"),
            vec!["servers.a.env.API_KEY", "env:NAME", "file:PATH"],
        ),
        (
            format!("{server}env = {{API_KEY = \"env:NOBODY_SET_THIS\"}}\n"),
            vec!["`NOBODY_SET_THIS` is not set"],
        ),
        (
            String::from("[guard.servers.a]\ncommand = \"true\"\nurl = \"http://127.0.0.1:1/\"\n"),
            vec!["either `command` or `url`"],
        ),
        (String::from("[guard.servers.A__b]\ncommand = \"true\"\n"), vec!["servers.A__b", "is named with"]),
        (
            String::from("[guard.servers.a]\ncommand = \"no-such-program-here\"\n"),
            vec!["no-such-program-here"],
        ),
        (
            format!("{server}prefix = false\n[guard.servers.b]\ncommand = \"true\"\n"),
            vec!["servers.a.prefix", "same name"],
        ),
        (String::from("[guard]\n"), vec!["guard.servers", "no server"]),
    ] {
        let desk = Desk::new().file("portcullis.toml", &settings);
        let run = desk.run(&["guard", "--config", "portcullis.toml"]);
        run.exits(2);
        for word in words {
            assert!(run.stderr.contains(word), "no `{word}` in {}\n{settings}", run.stderr);
        }
        for secret in ["hunter2", "Bearer abc"] {
            assert!(!run.stderr.contains(secret), "{}", run.stderr);
        }
    }
}

#[test]
fn a_started_server_gets_the_variables_that_are_named_and_no_others() {
    let desk = Desk::new()
        .variable("SECRET_OF_THE_USER", "canary-9f1b")
        .variable("KEY_FOR_THE_SERVER", "for-the-server")
        .file("token.txt", "from-a-file\n");
    let more = "env = {SERVER_KEY = \"env:KEY_FOR_THE_SERVER\", SERVER_TOKEN = \"file:token.txt\", LEVEL = \"debug\"}";
    let gateway = Gateway::start_with(desk, &program("peer", more));
    let variables = text(&gateway.session("/mcp/peer").call("variables", &json!({})));
    let variables: Value = serde_json::from_str(&variables).unwrap();
    assert_eq!(variables["SERVER_KEY"], "for-the-server");
    assert_eq!(variables["SERVER_TOKEN"], "from-a-file");
    assert_eq!(variables["LEVEL"], "debug");
    for name in ["SECRET_OF_THE_USER", "KEY_FOR_THE_SERVER"] {
        assert!(variables[name].is_null(), "{name} was handed on");
    }
}

#[test]
fn a_server_that_ends_is_started_again_for_the_next_call() {
    let gateway = Gateway::before_program();
    let session = gateway.session("/mcp/peer");
    let before = process(&session);
    let crashed = session.call("crash", &json!({}));
    assert!(crashed["error"]["message"].as_str().unwrap().contains("ended"), "{crashed}");
    let after = process(&session);
    assert_ne!(before, after);
}

#[test]
fn the_end_of_a_session_or_of_the_gateway_is_the_end_of_its_programs() {
    let gateway = Gateway::before_program();
    let (one, two) = (gateway.session("/mcp/peer"), gateway.session("/mcp/peer"));
    let (first, second) = (process(&one), process(&two));
    assert_eq!(gateway.send("DELETE", "/mcp/peer", &one.headers, "").status, 204);
    assert!(is_gone(first), "the program outlived its session");
    assert!(Path::new(&format!("/proc/{second}")).exists(), "another session lost its program");
    drop((one, two));
    assert!(gateway.end(), "the gateway did not end well");
    assert!(is_gone(second), "the program outlived the gateway");
    let gateway = Gateway::before_program();
    let third = process(&gateway.session("/mcp/peer"));
    // Dropping kills without a warning.
    drop(gateway);
    assert!(is_gone(third), "the program outlived the killed gateway");
}

#[test]
fn a_call_that_is_being_answered_may_finish_when_the_gateway_is_asked_to_end() {
    let gateway = Gateway::before_program();
    let session = gateway.session("/mcp/peer");
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "wait", "arguments": {"seconds": 2}}})
    .to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", gateway.port)).unwrap();
    let head = format!(
        "POST /mcp/peer HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{HONEST}{}Content-Length: {}\r\n\r\n{body}",
        gateway.port,
        session.headers,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    drop(session);
    assert!(gateway.end());
    let answer = std::io::read_to_string(stream).unwrap();
    assert!(answer.contains("waited"), "{answer}");
}

#[test]
fn a_session_that_nobody_uses_ends_and_there_are_not_too_many() {
    let limits = "[guard.limits]\nsessions = 2\nidle-seconds = 1\n";
    let gateway = Gateway::start(&format!("{limits}{}", program("peer", "")));
    let one = gateway.session("/mcp/peer");
    let program = process(&one);
    let _two = gateway.session("/mcp/peer");
    assert_eq!(gateway.post("/mcp/peer", "", &initialize("2025-06-18")).status, 503);
    assert!(is_gone(program), "the session never ended");
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    assert_eq!(one.send(&list).status, 404);
    gateway.session("/mcp/peer");
}

/// A request whose answer is read as it comes.
fn stream(gateway: &Gateway, session: &Session<'_>, method: &str, body: &str) -> BufReader<TcpStream> {
    stream_with(gateway, &session.headers, method, body)
}

fn stream_with(gateway: &Gateway, headers: &str, method: &str, body: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", gateway.port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = format!(
        "{method} /mcp/peer HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{HONEST}{}Content-Length: {}\r\n\r\n{body}",
        gateway.port,
        headers,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    BufReader::new(stream)
}

/// The next message of a stream.
fn next(reader: &mut BufReader<TcpStream>) -> Value {
    loop {
        let mut line = String::new();
        assert!(reader.read_line(&mut line).unwrap() > 0, "the stream ended");
        if let Some(data) = line.strip_prefix("data: ") {
            return serde_json::from_str(data).unwrap();
        }
    }
}

#[test]
fn a_question_of_a_server_reaches_the_client_and_its_answer_the_server() {
    let gateway = Gateway::before_program();
    let session = gateway.session("/mcp/peer");
    let call = json!({"jsonrpc": "2.0", "id": 5, "method": "tools/call",
        "params": {"name": "question", "arguments": {}}});
    let mut events = stream(&gateway, &session, "POST", &call.to_string());
    let question = next(&mut events);
    assert_eq!(question["method"], "elicitation/create");
    assert_ne!(question["id"], 77, "the server's id is the server's");
    let answer = |id: Value| {
        session.send(&json!({"jsonrpc": "2.0", "id": id, "result": {"action": "accept", "content": {"colour": "red"}}}))
    };
    assert_eq!(answer(json!(77)).status, 400, "an answer that nobody asked for");
    let other = gateway.session("/mcp/peer");
    let foreign = json!({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}});
    assert_eq!(other.send(&foreign).status, 400, "an answer of somebody else");
    assert_eq!(answer(question["id"].clone()).status, 202);
    let last = next(&mut events);
    assert_eq!(last["id"], 5);
    assert!(text(&last).contains("red"), "{last}");
    assert_eq!(answer(question["id"].clone()).status, 400, "a second answer");
}

#[test]
fn a_call_that_the_client_cancels_has_no_answer() {
    let gateway = Gateway::before_program();
    let session = gateway.session("/mcp/peer");
    let call = json!({"jsonrpc": "2.0", "id": "slow", "method": "tools/call",
        "params": {"name": "wait", "arguments": {"seconds": 30}}});
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| session.send(&call));
        std::thread::sleep(Duration::from_millis(500));
        let cancelled =
            json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "slow"}});
        assert_eq!(session.send(&cancelled).status, 202);
        let answer = waiting.join().unwrap();
        assert!(answer.messages().is_empty(), "{answer:?}");
    });
    assert_eq!(text(&session.call("echo", &json!({"text": "on"}))), "peer: on");
}

#[test]
fn the_stream_of_a_session_has_one_reader() {
    let gateway = Gateway::before_program();
    let session = gateway.session("/mcp/peer");
    let mut first = stream(&gateway, &session, "GET", "");
    let mut line = String::new();
    first.read_line(&mut line).unwrap();
    assert!(line.contains("200"), "{line}");
    let headers = format!("Accept: text/event-stream\r\n{}", session.headers);
    assert_eq!(gateway.send("GET", "/mcp/peer", &headers, "").status, 409);
    let json = format!("Accept: application/json\r\n{}", session.headers);
    assert_eq!(gateway.send("GET", "/mcp/peer", &json, "").status, 406);
}

#[test]
fn what_a_server_says_on_its_own_is_numbered_and_kept_for_a_client_that_comes_back() {
    let gateway = Gateway::before_program();
    let session = gateway.session("/mcp/peer");
    let mut first = stream(&gateway, &session, "GET", "");
    session.call("later", &json!({}));
    let mut id = String::new();
    while !id.starts_with("id: ") {
        id.clear();
        assert!(first.read_line(&mut id).unwrap() > 0, "the stream ended");
    }
    assert_eq!(next(&mut first)["params"]["data"], 0);
    drop(first);
    std::thread::sleep(Duration::from_millis(500));
    let resumed = format!("{}Last-Event-ID: {}\r\n", session.headers, id.trim().trim_start_matches("id: "));
    let mut again = stream_with(&gateway, &resumed, "GET", "");
    assert_eq!(next(&mut again)["params"]["data"], 1);
    assert_eq!(next(&mut again)["params"]["data"], 2);
}

#[test]
fn a_redirect_is_not_followed_and_a_server_that_is_gone_is_named() {
    let target = Web::new(honest);
    let port = target.port;
    let web = Web::new(move |_, stream| {
        let location = format!("Location: http://127.0.0.1:{port}/mcp\r\n");
        crate::peers::send(stream, "307 Temporary Redirect", &location, "");
    });
    let gateway = Gateway::before(&web);
    let answer = gateway.post("/mcp/web", "", &initialize("2025-06-18")).message();
    assert!(answer["error"]["message"].as_str().unwrap().contains("`web` failed"), "{answer}");
    assert!(target.requests().is_empty());
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let gateway = Gateway::start(&format!("[guard.servers.gone]\nurl = \"http://127.0.0.1:{closed}/mcp\"\n"));
    let answer = gateway.post("/mcp/gone", "", &initialize("2025-06-18")).message();
    assert!(answer["error"]["message"].as_str().unwrap().contains("`gone` failed"), "{answer}");
}

#[test]
fn a_host_that_starts_the_gateway_speaks_to_all_servers_over_standard_input() {
    let desk = Desk::new().file("portcullis.toml", program("alpha", "") + &program("beta", ""));
    let mut command = desk.command(&["guard", "--config", "portcullis.toml", "--stdio"]);
    let mut process =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut input = process.stdin.take().unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let mut say = |message: &Value| writeln!(input, "{message}").unwrap();
    let mut hear = || {
        let mut line = String::new();
        assert!(output.read_line(&mut line).unwrap() > 0, "nothing was said");
        serde_json::from_str::<Value>(&line).unwrap()
    };
    say(&json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}));
    assert!(hear()["error"].is_object(), "there is no conversation yet");
    say(&initialize("2025-06-18"));
    assert_eq!(hear()["result"]["serverInfo"]["name"], "portcullis");
    say(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    say(&json!({"jsonrpc": "2.0", "id": "slow", "method": "tools/call",
        "params": {"name": "alpha__wait", "arguments": {"seconds": 1}}}));
    say(&json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call",
        "params": {"name": "beta__echo", "arguments": {"text": "x"}}}));
    let first = hear();
    assert_eq!((first["id"].as_i64(), text(&first).as_str()), (Some(3), "beta: x"));
    assert_eq!(hear()["id"], "slow");
    say(&json!({"jsonrpc": "2.0", "id": 4, "method": "tools/call",
        "params": {"name": "alpha__steps", "arguments": {"count": 1}, "_meta": {"progressToken": "p"}}}));
    assert_eq!(hear()["params"]["progressToken"], "p");
    assert_eq!(hear()["id"], 4);
    drop(input);
    assert!(process.wait().unwrap().success());
}

#[test]
fn a_person_at_the_terminal_of_the_gateway_is_asked_and_answers_there() {
    let desk = Desk::new();
    let tools = json!({"tools": [[tool("send_message", "Sends a message to a chat channel.")]]});
    desk.write("answers.json", tools.to_string());
    let words =
        [crate::peers::file("tests/peers/hostile.py"), desk.path("answers.json").display().to_string()];
    let settings = format!(
        "[guard.servers.notes]\ncommand = {:?}\nargs = [\"-E\", \"-S\", {:?}, {:?}, {:?}]\nprefix = false\n",
        python(),
        words[0],
        words[1],
        desk.path("received").display().to_string()
    );
    let gateway = Gateway::start_at_terminal(desk, &settings);
    let session = gateway.session("/mcp");
    assert_eq!(session.tools(), ["send_message"]);
    let credential = ["ghp", "_k7QmVt3RzX9sLwBn4HcYpD2fGjU8aE3CtjI5"].concat();
    let answer = session.call("send_message", &json!({"text": credential}));
    assert_ne!(answer["result"]["isError"], true, "{answer}");
    assert!(answer["result"].is_object(), "{answer}");
}
