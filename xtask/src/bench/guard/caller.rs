//! One client of a server, over HTTP or over a pair of pipes: plain bytes, so that it costs next to nothing itself.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{ChildStdin, ChildStdout};
use std::time::Duration;

/// What the text of every honest answer begins with: an answer without it is a refusal.
const HONEST: &[u8] = b"The ferry to";
/// How far from the begin of an answer its text begins at most.
const NEAR: usize = 400;
/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}"#;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

/// A call that is answered with so many bytes.
fn call(id: u64, payload: usize) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"payload","arguments":{{"size":{payload}}}}}}}"#
    )
}

/// Whether this is the honest answer to a call of that payload, and no refusal.
pub(super) fn is_answer(answer: &[u8], payload: usize) -> bool {
    let begin = answer.get(..NEAR).unwrap_or(answer);
    answer.len() >= payload && begin.windows(HONEST.len()).any(|window| window == HONEST)
}

/// The number that a message has as its id, at its begin or at its end.
fn id_of(message: &[u8]) -> Option<u64> {
    const MARK: &[u8] = b"\"id\":";
    let find = |part: &[u8]| {
        let at = part.windows(MARK.len()).position(|window| window == MARK)?;
        let digits = part.get(at + MARK.len()..)?;
        let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
        std::str::from_utf8(digits.get(..end)?).ok()?.parse().ok()
    };
    let begin = message.get(..64).unwrap_or(message);
    let end = message.get(message.len().saturating_sub(64)..).unwrap_or(message);
    find(begin).or_else(|| find(end))
}

/// The revision that an answer to `initialize` agrees on.
fn revision(answer: &[u8]) -> Option<&str> {
    let answer = std::str::from_utf8(answer).ok()?;
    let (_, rest) = answer.split_once("\"protocolVersion\":\"")?;
    rest.split('"').next()
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

fn stream(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(BufReader::with_capacity(64 << 10, stream))
}

/// A client on one connection that is kept open.
pub(super) struct Http {
    address: SocketAddr,
    /// The id of its last request: none is used twice in a session.
    last: u64,
    stream: BufReader<TcpStream>,
    head: String,
    /// The headers that name the session.
    pub(super) session: String,
    request: Vec<u8>,
    line: String,
    answer: Vec<u8>,
}

impl Http {
    /// Connects; the ids of its requests begin behind `last`.
    pub(super) fn connect(address: SocketAddr, last: u64) -> io::Result<Self> {
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\n"
        );
        Ok(Self {
            address,
            last,
            stream: stream(address)?,
            head,
            session: String::new(),
            request: Vec::new(),
            line: String::new(),
            answer: Vec::new(),
        })
    }

    /// Connects anew: a server may close a connection that was not used for long.
    pub(super) fn refresh(&mut self) -> io::Result<()> {
        self.stream = stream(self.address)?;
        Ok(())
    }

    /// Begins a session.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        let named = self.exchange(INITIALIZE)?;
        let mut session = named.map_or(String::new(), |named| format!("Mcp-Session-Id: {named}\r\n"));
        if let Some(revision) = revision(&self.answer) {
            session.push_str(&format!("MCP-Protocol-Version: {revision}\r\n"));
        }
        self.join(&session);
        self.exchange(INITIALIZED)?;
        self.exchange(LIST).map(drop)
    }

    /// Uses a session that was begun on another connection.
    pub(super) fn join(&mut self, session: &str) {
        self.head.push_str(session);
        session.clone_into(&mut self.session);
    }

    /// Calls the tool; whether its answer came.
    pub(super) fn call(&mut self, payload: usize) -> io::Result<bool> {
        self.last += 1;
        self.exchange(&call(self.last, payload))?;
        Ok(is_answer(&self.answer, payload))
    }

    /// Sends one message and reads what is answered; the session that the answer names.
    fn exchange(&mut self, message: &str) -> io::Result<Option<String>> {
        self.request.clear();
        write!(self.request, "{}Content-Length: {}\r\n\r\n{message}", self.head, message.len())?;
        self.stream.get_mut().write_all(&self.request)?;
        let is_well = self.read_line()?.starts_with("HTTP/1.1 2");
        let (mut length, mut chunked, mut session) = (0, false, None);
        while !self.read_line()?.is_empty() {
            let (name, value) = self.line.split_once(':').ok_or_else(|| broken("no header"))?;
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().map_err(|_| broken("no length"))?,
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                "mcp-session-id" => session = Some(value.to_owned()),
                _ => {}
            }
        }
        self.answer.clear();
        if chunked {
            self.read_chunks()?;
        } else {
            self.read_more(length)?;
        }
        if is_well { Ok(session) } else { Err(broken(&String::from_utf8_lossy(&self.answer))) }
    }

    fn read_chunks(&mut self) -> io::Result<()> {
        loop {
            let length = usize::from_str_radix(self.read_line()?, 16).map_err(|_| broken("no chunk"))?;
            self.read_more(length)?;
            self.read_line()?;
            if length == 0 {
                return Ok(());
            }
        }
    }

    fn read_line(&mut self) -> io::Result<&str> {
        self.line.clear();
        if self.stream.read_line(&mut self.line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.line.truncate(self.line.trim_end().len());
        Ok(&self.line)
    }

    fn read_more(&mut self, bytes: usize) -> io::Result<()> {
        let at = self.answer.len();
        self.answer.resize(at + bytes, 0);
        self.stream.read_exact(self.answer.get_mut(at..).unwrap_or_default())
    }
}

/// A client on the standard streams of a server.
pub(super) struct Pipe {
    last: u64,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    line: Vec<u8>,
}

impl Pipe {
    pub(super) fn new(input: ChildStdin, output: ChildStdout) -> Self {
        Self { last: 1, input, output: BufReader::with_capacity(64 << 10, output), line: Vec::new() }
    }

    /// Begins the conversation.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        self.send(INITIALIZE)?;
        self.receive()?;
        self.send(INITIALIZED)?;
        self.send(LIST)?;
        self.receive().map(drop)
    }

    /// Calls the tool; the id of the call.
    pub(super) fn ask(&mut self, payload: usize) -> io::Result<u64> {
        self.last += 1;
        self.send(&call(self.last, payload))?;
        Ok(self.last)
    }

    /// Sends one message.
    fn send(&mut self, message: &str) -> io::Result<()> {
        self.line.clear();
        self.line.extend_from_slice(message.as_bytes());
        self.line.push(b'\n');
        self.input.write_all(&self.line)
    }

    /// Waits for the next message; the id of what it answers.
    pub(super) fn receive(&mut self) -> io::Result<u64> {
        self.line.clear();
        if self.output.read_until(b'\n', &mut self.line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        id_of(&self.line).ok_or_else(|| broken("an answer without an id"))
    }

    /// The message that was received last.
    pub(super) fn received(&self) -> &[u8] {
        &self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_at_either_end_of_an_answer() {
        let text = "x".repeat(1000);
        assert_eq!(id_of(format!(r#"{{"jsonrpc":"2.0","id":17,"result":"{text}"}}"#).as_bytes()), Some(17));
        assert_eq!(id_of(format!(r#"{{"result":"{text}","jsonrpc":"2.0","id":18}}"#).as_bytes()), Some(18));
        assert_eq!(id_of(br#"{"jsonrpc":"2.0","method":"x"}"#), None);
    }

    #[test]
    fn a_refusal_is_no_answer() {
        assert!(is_answer(br#"{"result":{"content":[{"text":"The ferry to the"}]}}"#, 10));
        assert!(!is_answer(br#"{"result":{"content":[{"text":"The ferry to the"}]}}"#, 1000));
        assert!(!is_answer(br#"{"result":{"isError":true,"content":[{"text":"refused"}]}}"#, 10));
    }
}
