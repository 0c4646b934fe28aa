//! A gateway that runs, a client whose every byte the test decides, and a server behind it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::peers::{Web, python};

/// What every honest client sends.
pub(crate) const HONEST: &str =
    "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";

/// CI machines are slow and busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running gateway; ended with the test.
pub(crate) struct Gateway {
    process: Child,
    pub(crate) port: u16,
    _desk: Desk,
}

impl Gateway {
    /// A gateway with these settings below `[guard]`; it listens on a free port of this machine.
    pub(crate) fn start(settings: &str) -> Self {
        Self::start_with(Desk::new(), settings)
    }

    pub(crate) fn start_with(desk: Desk, settings: &str) -> Self {
        Self::start_by(desk, settings, &[])
    }

    /// The same with further words on the command line.
    pub(crate) fn start_by(desk: Desk, settings: &str, words: &[&str]) -> Self {
        desk.write("portcullis.toml", format!("[guard]\nlisten = \"127.0.0.1:0\"\n{settings}"));
        let command = desk.command(&[&["guard", "--config", "portcullis.toml"], words].concat());
        Self::running(desk, command)
    }

    /// The same at a terminal, where a person approves the first question.
    pub(crate) fn start_at_terminal(desk: Desk, settings: &str) -> Self {
        desk.write("portcullis.toml", format!("[guard]\nlisten = \"127.0.0.1:0\"\n{settings}"));
        let guard = desk.command(&["guard", "--config", "portcullis.toml"]);
        let mut command = Command::new(python());
        command
            .arg(crate::peers::file("tests/peers/terminal.py"))
            .arg(guard.get_program())
            .args(guard.get_args());
        command.env_clear().envs(guard.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("TERM", "dumb").current_dir(guard.get_current_dir().unwrap());
        Self::running(desk, command)
    }

    fn running(desk: Desk, mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let port = loop {
            let Some(Ok(line)) = lines.next() else { panic!("the gateway did not start: {said}") };
            if let Some((_, rest)) = line.split_once("http://127.0.0.1:") {
                break rest.split('/').next().unwrap().parse().unwrap();
            }
            said.push_str(&line);
            said.push('\n');
        };
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, port, _desk: desk }
    }

    /// A gateway in front of one web server, called `web`.
    pub(crate) fn before(web: &Web) -> Self {
        Self::start(&format!("[guard.servers.web]\nurl = \"{}\"\n", web.url()))
    }

    /// A gateway in front of one program, called `peer`.
    pub(crate) fn before_program() -> Self {
        Self::start(&program("peer", ""))
    }

    /// Sends these bytes and reads the answer to its end, which has to come.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Response {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // A gateway that has seen enough may close before everything is written.
        drop(stream.write_all(bytes));
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        Response::of(&answer)
    }

    /// One request with these headers; the connection ends with it.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Response {
        let host = format!("Host: 127.0.0.1:{}\r\n", self.port);
        self.send_to(method, path, &(host + headers), body)
    }

    /// The same with a `Host` header of the test's own.
    pub(crate) fn send_to(&self, method: &str, path: &str, headers: &str, body: &str) -> Response {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        self.raw((head + body).as_bytes())
    }

    pub(crate) fn post(&self, path: &str, headers: &str, body: &Value) -> Response {
        self.send("POST", path, &format!("{HONEST}{headers}"), &body.to_string())
    }

    /// Begins a session.
    pub(crate) fn session(&self, path: &str) -> Session<'_> {
        self.session_as(path, "", "2025-06-18")
    }

    pub(crate) fn session_as(&self, path: &str, headers: &str, revision: &str) -> Session<'_> {
        let answer = self.post(path, headers, &initialize(revision));
        assert_eq!(answer.status, 200, "{answer:?}");
        let id = answer.header("mcp-session-id").unwrap_or_else(|| panic!("no session: {answer:?}"));
        let headers = format!("{headers}Mcp-Session-Id: {id}\r\n");
        let session = Session { gateway: self, path: path.to_owned(), id, headers, opened: answer.message() };
        let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        assert_eq!(session.send(&ready).status, 202);
        session
    }

    /// Asks the program to end, and waits for it.
    pub(crate) fn end(mut self) -> bool {
        let pid = self.process.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A session of the older era.
pub(crate) struct Session<'a> {
    gateway: &'a Gateway,
    path: String,
    pub(crate) id: String,
    pub(crate) headers: String,
    /// The answer to `initialize`.
    pub(crate) opened: Value,
}

impl Session<'_> {
    pub(crate) fn send(&self, message: &Value) -> Response {
        self.gateway.post(&self.path, &self.headers, message)
    }

    /// The answer to a request with the id 1.
    pub(crate) fn request(&self, method: &str, params: &Value) -> Value {
        let answer = self.send(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.message()
    }

    /// What a tool returns.
    pub(crate) fn call(&self, tool: &str, arguments: &Value) -> Value {
        self.request("tools/call", &json!({"name": tool, "arguments": arguments}))
    }

    /// The names of the tools that are listed.
    pub(crate) fn tools(&self) -> Vec<String> {
        let listed = self.request("tools/list", &json!({}));
        let tools = listed["result"]["tools"].as_array().unwrap_or_else(|| panic!("{listed}"));
        tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let chunked = head.to_lowercase().contains("transfer-encoding: chunked");
        let body = if chunked { unchunked(body) } else { body.to_owned() };
        Self { status, head: head.to_owned(), body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let start = format!("{name}: ");
        self.head.lines().find_map(|line| line.to_lowercase().strip_prefix(&start).map(str::to_owned))
    }

    /// The messages: one, or those of all events.
    pub(crate) fn messages(&self) -> Vec<Value> {
        if self.header("content-type").as_deref() == Some("text/event-stream") {
            let data = self.body.lines().filter_map(|line| line.strip_prefix("data: "));
            return data.map(|data| serde_json::from_str(data).unwrap()).collect();
        }
        vec![serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no message: {self:?}"))]
    }

    /// The last message: the answer.
    pub(crate) fn message(&self) -> Value {
        self.messages().pop().unwrap_or_else(|| panic!("no message: {self:?}"))
    }

    /// The code of the error that it is.
    #[track_caller]
    pub(crate) fn code(&self) -> i64 {
        self.message()["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error: {self:?}"))
    }
}

fn unchunked(mut body: &str) -> String {
    let mut out = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 || rest.len() < size {
            break;
        }
        out.push_str(&rest[..size]);
        body = rest[size..].strip_prefix("\r\n").unwrap_or_default();
    }
    out
}

pub(crate) fn initialize(revision: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": revision,
        "capabilities": {"elicitation": {}}, "clientInfo": {"name": "test", "version": "1"}}})
}

/// The settings of a server that is the program `tests/peers/gateway_peer.py`, with further lines.
pub(crate) fn program(name: &str, more: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/gateway_peer.py");
    format!(
        "[guard.servers.{name}]\ncommand = \"{}\"\nargs = [\"-E\", \"-S\", \"{script}\", \"{name}\"]\n{more}\n",
        python()
    )
}
