//! Servers for the tests to talk to: small programs, and a small web server whose every byte the test decides.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use serde_json::{Value, json};

use crate::desk::Desk;

/// The interpreter itself: what is found first may be a wrapper that takes its time.
pub(crate) fn python() -> &'static str {
    static PYTHON: OnceLock<String> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let script = ["-c", "import sys; print(sys.executable)"];
        let output = Command::new("python3").args(script).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    })
}

pub(crate) fn file(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).canonicalize().unwrap().display().to_string()
}

/// The words that start a server which misbehaves in this way.
pub(crate) fn misbehaving(mode: &str) -> Vec<String> {
    let peer = file("../probe/tests/peers/peer.py");
    [python(), "-E", "-S", &peer, mode].map(str::to_owned).to_vec()
}

/// The words that start a server which offers what the desk's `surface.json` says, and leaves a line in `started`.
pub(crate) fn serving(desk: &Desk) -> Vec<String> {
    let at = |path: &str| desk.path(path).display().to_string();
    vec![python().to_owned(), file("tests/peers/serve.py"), at("surface.json"), at("started")]
}

/// How often the server of the desk was started.
pub(crate) fn starts(desk: &Desk) -> usize {
    std::fs::read_to_string(desk.path("started")).unwrap_or_default().lines().count()
}

/// An entry of `mcpServers` for these words.
pub(crate) fn entry(words: &[String]) -> Value {
    json!({"command": words[0], "args": words[1..]})
}

/// A web server that ends with the test's process. It remembers the requests, each as one text.
pub(crate) struct Web {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Web {
    /// Lets `handler` write the answer to every request.
    pub(crate) fn new(handler: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (log, handler) = (Arc::clone(&requests), Arc::new(handler));
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (log, handler) = (Arc::clone(&log), Arc::clone(&handler));
                thread::spawn(move || {
                    let request = request(&stream);
                    log.lock().unwrap().push(request.clone());
                    handler(&request, &mut stream);
                });
            }
        });
        Self { port, requests }
    }

    /// Answers every request with this status, these headers and this body.
    pub(crate) fn always(status: &'static str, headers: &'static str, body: &'static str) -> Self {
        Self::new(move |_, stream| send(stream, status, headers, body))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/mcp", self.port)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Head and body as one text.
fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut text = String::new();
    while !text.ends_with("\r\n\r\n") && reader.read_line(&mut text).unwrap_or(0) > 0 {}
    let length =
        text.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    drop(reader.read_exact(&mut body));
    text + &String::from_utf8_lossy(&body)
}

/// A client that hangs up is what some tests want: failures are no news.
pub(crate) fn send(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
    drop(stream.write_all((head + body).as_bytes()));
}

/// The answers of an honest web server that offers one tool.
pub(crate) fn honest(request: &str, stream: &mut TcpStream) {
    let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
    let Ok(message) = serde_json::from_str::<Value>(body) else {
        return send(stream, "405 Method Not Allowed", "", "");
    };
    let reply = match message["method"].as_str().unwrap_or_default() {
        "initialize" => json!({"result": {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
            "serverInfo": {"name": "web", "version": "1"}}}),
        "tools/list" => json!({"result": {"tools": [{"name": "add", "description": "Adds two numbers."}]}}),
        method if method.starts_with("notifications/") => return send(stream, "202 Accepted", "", ""),
        _ => json!({"error": {"code": -32601, "message": "Method not found"}}),
    };
    let mut reply = reply;
    reply["jsonrpc"] = json!("2.0");
    reply["id"] = message["id"].clone();
    send(stream, "200 OK", "Content-Type: application/json\r\n", &reply.to_string());
}
