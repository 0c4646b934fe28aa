//! A server behind `portcullis guard -- COMMAND`, and the client in front of it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::peers::python;

/// How long an answer may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// A running guard with a server of `tests/peers/hostile.py` behind it.
pub(crate) struct Guarded {
    pub(crate) guard: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    log: PathBuf,
    answers: PathBuf,
    next: u64,
}

/// A tool of the server.
pub(crate) fn tool(name: &str, description: &str) -> Value {
    json!({"name": name, "description": description, "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}}})
}

/// What an honest server says.
pub(crate) fn honest() -> Value {
    json!({"tools": [[tool("note", "Keeps a note."), tool("count", "Counts the notes.")]]})
}

impl Guarded {
    /// Starts the guard with these further words in front of a server that answers so.
    pub(crate) fn start(desk: &Desk, words: &[&str], answers: &Value) -> Self {
        let (file, log) = (desk.path("answers.json"), desk.path("received"));
        std::fs::write(&file, answers.to_string()).unwrap();
        let peer = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/hostile.py").display().to_string();
        let (said, kept) = (file.display().to_string(), log.display().to_string());
        let server = ["guard", "--server", "notes"];
        let command = ["--", python(), "-E", "-S", &peer, &said, &kept];
        Self::of(desk, desk.command(&[&server, words, &command].concat()))
    }

    /// A client of whatever this command starts.
    pub(crate) fn of(desk: &Desk, mut command: Command) -> Self {
        let mut guard = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(desk.path("stderr")).unwrap())
            .spawn()
            .unwrap();
        let output = BufReader::new(guard.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let (log, answers) = (desk.path("received"), desk.path("answers.json"));
        Self { input: guard.stdin.take(), guard, lines, log, answers, next: 1 }
    }

    /// The same, with the conversation opened and the tools listed.
    pub(crate) fn open(desk: &Desk, words: &[&str], answers: &Value) -> Self {
        let mut guarded = Self::start(desk, words, answers);
        guarded.initialize();
        guarded.list();
        guarded
    }

    pub(crate) fn initialize(&mut self) -> Value {
        let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
        let answer = self.request("initialize", &params);
        self.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        answer
    }

    /// The names of the tools, all pages.
    pub(crate) fn list(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        let mut params = json!({});
        loop {
            let answer = self.request("tools/list", &params);
            let tools = answer["result"]["tools"].as_array().cloned().unwrap_or_default();
            names.extend(tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()));
            match answer["result"]["nextCursor"].as_str() {
                Some(cursor) if names.len() < 1_000 => params = json!({"cursor": cursor}),
                _ => return names,
            }
        }
    }

    /// The answer to a call.
    pub(crate) fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        self.request("tools/call", &json!({"name": tool, "arguments": arguments}))
    }

    /// The answer to a request.
    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Value {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// Asks and does not wait.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> u64 {
        let id = self.next;
        self.next += 1;
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string());
        id
    }

    /// Sends one line. A guard that has ended takes none.
    pub(crate) fn send(&mut self, line: impl AsRef<[u8]>) {
        if let Some(input) = &mut self.input {
            let sent = input.write_all(line.as_ref()).and_then(|()| input.write_all(b"\n"));
            drop(sent.and_then(|()| input.flush()));
        }
    }

    /// The next line that the client gets.
    pub(crate) fn line(&self, patience: Duration) -> Option<String> {
        self.lines.recv_timeout(patience).ok()
    }

    /// The answer to a request that was asked.
    #[track_caller]
    pub(crate) fn answer(&self, id: u64) -> Value {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            let Some(line) = self.line(Duration::from_secs(1)) else { continue };
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
        panic!("request {id} was not answered; the server received:\n{}", self.received().join("\n"));
    }

    /// What the server says from now on.
    pub(crate) fn answers(&self, answers: &Value) {
        std::fs::write(&self.answers, answers.to_string()).unwrap();
    }

    /// Every line that the server received.
    pub(crate) fn received(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().filter(|line| line.parse::<u32>().is_err()).map(str::to_owned).collect()
    }

    /// The processes of the server.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// The client hangs up.
    pub(crate) fn hang_up(&mut self) {
        self.input = None;
    }

    /// Waits until the guard has ended.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            if let Some(status) = self.guard.try_wait().unwrap() {
                return status;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("the guard did not end");
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.guard.kill());
        drop(self.guard.wait());
    }
}

/// True while a process runs.
pub(crate) fn runs(process: u32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    state
        .rsplit(')')
        .next()
        .is_some_and(|rest| !rest.trim().is_empty() && !rest.trim().starts_with(['Z', 'X']))
}

/// Waits until none of these processes runs.
#[track_caller]
pub(crate) fn gone(processes: &[u32]) {
    assert!(!processes.is_empty());
    let since = Instant::now();
    while processes.iter().any(|process| runs(*process)) {
        assert!(since.elapsed() < PATIENCE, "left behind: {processes:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// True for an answer that says that something was stopped.
pub(crate) fn is_refused(answer: &Value) -> bool {
    answer.get("error").is_some() || answer["result"]["isError"] == true
}
