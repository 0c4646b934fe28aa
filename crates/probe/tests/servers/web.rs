//! A small HTTP server whose every byte the test decides.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use portcullis_model::{Secret, TargetStatus};
use portcullis_probe::{
    ClientIdentity, Consent, Consented, LaunchPlan, Options, Outcome, ProblemKind, probe,
};

/// A request as it came. Names of headers are in lower case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Request {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace();
        let mut request =
            Self { method: words.next()?.to_owned(), path: words.next()?.to_owned(), ..Self::default() };
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            request.headers.insert(name.to_lowercase(), value.to_owned());
        }
        let length = request.headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        request.body = String::from_utf8(body).unwrap();
        Some(request)
    }

    pub(crate) fn asks(&self, method: &str) -> bool {
        self.body.contains(&format!("\"method\":\"{method}\""))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The number of the request, as JSON-RPC has it.
    pub(crate) fn id(&self) -> &str {
        let rest = self.body.split("\"id\":").nth(1).unwrap_or("0");
        rest.split([',', '}']).next().unwrap()
    }
}

type Handler = dyn Fn(&Request, &mut TcpStream) + Send + Sync;

/// A listening server; it ends with the test's process.
pub(crate) struct Web {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Web {
    /// Lets `handler` write the answer to every request.
    pub(crate) fn new(handler: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, handler): (_, Arc<Handler>) = (Arc::clone(&seen), Arc::new(handler));
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (log, handler) = (Arc::clone(&log), Arc::clone(&handler));
                thread::spawn(move || {
                    let Some(request) = Request::read(&stream) else { return };
                    log.lock().unwrap().push(request.clone());
                    handler(&request, &mut stream);
                });
            }
        });
        Self { port, seen }
    }

    /// Answers every request with these bytes.
    pub(crate) fn always(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::new(move |_, stream| drop(stream.write_all(&answer)))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/mcp", self.port)
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Probes the server as one client, with a secret header.
    pub(crate) async fn ask(&self) -> Outcome {
        self.ask_with(&quick()).await
    }

    pub(crate) async fn ask_with(&self, options: &Options) -> Outcome {
        probe(&plan(&self.url()), options).await
    }
}

pub(crate) fn plan(url: &str) -> Consented<LaunchPlan> {
    let headers = vec![("Authorization".to_owned(), Secret::new("Bearer canary-4711"))];
    LaunchPlan::contact("web", url, headers, false).unwrap().consent(Consent::given_by("a test"))
}

pub(crate) fn quick() -> Options {
    let mut options =
        Options { identities: vec![ClientIdentity::new("claude-ai", "0.1.0")], ..Options::default() };
    options.deadlines.phase = Duration::from_secs(2);
    options.deadlines.question = Duration::from_millis(1500);
    options.deadlines.discovery = Duration::from_secs(1);
    options
}

pub(crate) fn send(stream: &mut TcpStream, status: &str, headers: &[&str], body: &str) {
    let mut head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    // A client that hangs up is what some tests want.
    drop(stream.write_all(format!("{head}\r\n{body}").as_bytes()));
}

pub(crate) fn send_json(stream: &mut TcpStream, body: &str) {
    send(stream, "200 OK", &["Content-Type: application/json"], body);
}

/// What an honest server of revision 2025-06-18 answers.
pub(crate) fn honest(request: &Request, stream: &mut TcpStream) {
    let id = request.id();
    if request.asks("initialize") {
        send_json(
            stream,
            &format!(
                r#"{{"jsonrpc":"2.0","id":{id},"result":{{"protocolVersion":"2025-06-18","capabilities":{{"tools":{{}}}},"serverInfo":{{"name":"web","version":"1"}}}}}}"#
            ),
        );
    } else if request.asks("tools/list") {
        send_json(
            stream,
            &format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"tools":[{{"name":"add"}}]}}}}"#),
        );
    } else if request.body.contains("notifications/") {
        send(stream, "202 Accepted", &[], "");
    } else if request.asks("server/discover") {
        send(stream, "400 Bad Request", &[], "");
    } else {
        let error = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32601,"message":"Method not found"}}}}"#
        );
        send_json(stream, &error);
    }
}

pub(crate) fn problems(outcome: &Outcome) -> String {
    outcome.problems.iter().map(|problem| format!("{:?} {problem}\n", problem.kind)).collect()
}

pub(crate) fn tools(outcome: &Outcome) -> usize {
    outcome.surface.as_ref().map_or(0, |surface| surface.tools().count())
}

/// The problem that kept a session from coming about.
pub(crate) fn refusal(outcome: &Outcome) -> (ProblemKind, String) {
    assert!(outcome.surface.is_none());
    assert!(matches!(outcome.status(), TargetStatus::Failed(_)));
    let problem = outcome.problems.first().expect("a reason");
    (problem.kind, problem.message.clone())
}
