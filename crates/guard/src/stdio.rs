//! In front of one server that speaks over standard input and output.
//!
//! Two threads, one for each direction, each of which reads a line, has it judged, and writes it: nothing stands
//! between a message and its reader but the judgement.

use std::io::{self, Read, Write};
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use portcullis_wire::frame::{self, Framer};

use crate::guard::Guard;
use crate::passage::Outcome;
use crate::session::Session;

/// How much is read at a time, in bytes.
const CHUNK: usize = 64 * 1024;
/// How long a server may take to end when its input has ended.
const GRACE: Duration = Duration::from_secs(2);
/// The most messages that wait for a person at a time.
const MOST_WAITING: usize = 64;
/// The most answers to the server that it has not read yet. Further ones are dropped: who asks and does not read gets
/// none, and must not keep us from reading what it says.
const MOST_REPLIES: usize = 256;

/// Where lines go: one writer at a time.
#[derive(Clone)]
struct Sink(Arc<Mutex<Option<Box<dyn Write + Send>>>>);

impl Sink {
    fn new(writer: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(writer)))))
    }

    /// Writes one message as a line, at once.
    fn send(&self, message: &[u8]) -> io::Result<()> {
        let mut line = frame::line(message).map_err(|fault| io::Error::other(fault.to_string()))?;
        if line.last() != Some(&b'\n') {
            line.push(b'\n');
        }
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(writer) => writer.write_all(&line).and_then(|()| writer.flush()),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Ends the stream.
    fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// What both directions share.
struct Line {
    guard: Arc<Guard>,
    session: Arc<Session>,
    server: Box<str>,
    to_server: Sink,
    to_client: Sink,
    waiting: Arc<()>,
    /// Our own answers to the server, written by a thread that may have to wait for it.
    replies: SyncSender<Bytes>,
    /// True when the client's stream has ended.
    hung_up: AtomicBool,
}

/// Carries messages between `client` and the child until one of them ends; how the child ended.
///
/// # Errors
/// The child has no standard input or output, or cannot be waited for.
pub fn run(
    guard: Arc<Guard>,
    session: Arc<Session>,
    server: &str,
    mut child: Child,
    client: (impl Read + Send + 'static, impl Write + Send + 'static),
) -> io::Result<ExitStatus> {
    let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::Error::other("the server has no standard input and output"));
    };
    let (replies, unread) = sync_channel::<Bytes>(MOST_REPLIES);
    let to_server = Sink::new(input);
    let sink = to_server.clone();
    thread::Builder::new().name(String::from("replies")).spawn(move || {
        // It ends with the server, or with the line.
        while unread.recv().is_ok_and(|reply| sink.send(&reply).is_ok()) {}
    })?;
    let line = Arc::new(Line {
        guard,
        session,
        server: server.into(),
        to_server,
        to_client: Sink::new(client.1),
        waiting: Arc::new(()),
        replies,
        hung_up: AtomicBool::new(false),
    });
    let outwards = Arc::clone(&line);
    // This thread is not joined: a host that keeps our input open after the server has ended would hold us up for ever.
    thread::Builder::new().name(String::from("to-server")).spawn(move || {
        carry(client.0, &outwards, Direction::ToServer);
        outwards.hung_up.store(true, Ordering::Release);
        outwards.to_server.close();
    })?;
    let inwards = Arc::clone(&line);
    let reader = thread::Builder::new()
        .name(String::from("to-client"))
        .spawn(move || carry(output, &inwards, Direction::ToClient))?;
    let status = ended(&mut child, &line)?;
    // What the server wrote last still arrives; a grandchild that keeps its output open does not hold us up.
    let since = Instant::now();
    while !reader.is_finished() && since.elapsed() < GRACE {
        thread::sleep(Duration::from_millis(2));
    }
    line.to_client.close();
    Ok(status)
}

/// Waits for the child. When its input has ended it gets some time to end by itself.
fn ended(child: &mut Child, line: &Line) -> io::Result<ExitStatus> {
    let mut closed: Option<Instant> = None;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        // Not asked of the sink: a server that does not read keeps it busy.
        let is_closed = line.hung_up.load(Ordering::Acquire);
        if is_closed && closed.get_or_insert_with(Instant::now).elapsed() > GRACE {
            child.kill()?;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    ToServer,
    ToClient,
}

/// Reads lines until the stream ends.
fn carry(mut from: impl Read, line: &Arc<Line>, direction: Direction) {
    let mut framer = Framer::new(line.guard.conduct.limits.message_bytes);
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = match from.read(&mut chunk) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        let mut rest = chunk.get(..read).unwrap_or_default();
        loop {
            match framer.next_line(&mut rest) {
                Ok(Some(message)) => {
                    if judge(line, direction, &Bytes::from(message)).is_err() {
                        return;
                    }
                }
                Ok(None) => break,
                Err(fault) => {
                    let outcome = match direction {
                        Direction::ToServer => {
                            line.guard.unreadable_outbound(&line.session, &line.server, &fault)
                        }
                        Direction::ToClient => {
                            line.guard.unreadable_inbound(&line.session, &line.server, &fault)
                        }
                    };
                    if follow(line, direction, outcome).is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// Has one message judged, and does what follows.
fn judge(line: &Arc<Line>, direction: Direction, message: &Bytes) -> io::Result<()> {
    let outcome = match direction {
        Direction::ToServer => line.guard.outbound(&line.session, &line.server, message),
        Direction::ToClient => line.guard.inbound(&line.session, &line.server, message),
    };
    follow(line, direction, outcome)
}

fn follow(line: &Arc<Line>, direction: Direction, outcome: Outcome) -> io::Result<()> {
    let (ahead, back) = match direction {
        Direction::ToServer => (&line.to_server, &line.to_client),
        Direction::ToClient => (&line.to_client, &line.to_server),
    };
    match outcome {
        Outcome::Forward(permitted) => ahead.send(permitted.bytes()),
        Outcome::Answer(answer) if direction == Direction::ToClient => {
            // A queue that is full is the server's own doing.
            let _ = line.replies.try_send(answer);
            Ok(())
        }
        Outcome::Answer(answer) => back.send(&answer),
        Outcome::Drop => Ok(()),
        Outcome::Wait(pending) => {
            if Arc::strong_count(&line.waiting) > MOST_WAITING {
                return back.send(&pending.give_up(&line.session));
            }
            let (line, ticket) = (Arc::clone(line), Arc::clone(&line.waiting));
            thread::Builder::new().name(String::from("waits-for-person")).spawn(move || {
                let outcome = line.guard.wait_blocking(&line.session, pending);
                drop(ticket);
                // A stream that has ended meanwhile needs no answer.
                let _ = follow(&line, direction, outcome);
            })?;
            Ok(())
        }
    }
}
