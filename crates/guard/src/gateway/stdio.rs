//! The front over standard input and output: one client, one message a line.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use portcullis_wire::envelope::{self, Envelope, Kind};
use portcullis_wire::frame::{self, Framer};
use portcullis_wire::json::Limits as JsonLimits;
use portcullis_wire::mirror;
use portcullis_wire::revision::Era;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::conversation::Conversation;
use super::desk;
use super::exchange::{Reply, Turn};
use super::house::House;
use super::mailbox::Numbered;
use super::message::{self, code};
use crate::session::Principal;

/// Requests that are answered at a time.
const MOST: usize = 256;

/// Messages that may wait until the client reads them.
const WAITING: usize = 256;

/// How long calls may go on after the client closed its end.
const GRACE: Duration = Duration::from_secs(10);

/// The conversation with the one client, which begins with its first message.
struct Line {
    house: Arc<House>,
    principal: Principal,
    legacy: Option<Arc<Conversation>>,
    modern: Option<Arc<Conversation>>,
    client: mpsc::Sender<Bytes>,
    calls: JoinSet<()>,
}

/// Serves the one client until it closes its end.
///
/// # Errors
/// Its input cannot be read.
pub(super) async fn serve(
    house: &Arc<House>,
    principal: Principal,
    mut input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
) -> io::Result<()> {
    let (client, messages) = mpsc::channel(WAITING);
    let writer = tokio::spawn(write(output, messages));
    let house = Arc::clone(house);
    let longest = house.plan.limits.message;
    let mut line = Line { house, principal, legacy: None, modern: None, client, calls: JoinSet::new() };
    let mut framer = Framer::new(longest);
    let mut chunk = vec![0; 1 << 16];
    let ended = loop {
        let count = match input.read(&mut chunk).await {
            Ok(0) => break Ok(()),
            Ok(count) => count,
            Err(why) => break Err(why),
        };
        let mut bytes = chunk.get(..count).unwrap_or_default();
        while !bytes.is_empty() {
            match framer.next_line(&mut bytes) {
                Ok(Some(message)) => line.message(&Bytes::from(message)).await,
                Ok(None) => {}
                Err(fault) => line.say(message::error(b"null", code::REQUEST, &fault.message)).await,
            }
        }
    };
    let calls = async { while line.calls.join_next().await.is_some() {} };
    // Who is not done by then is cut off.
    let _ = tokio::time::timeout(GRACE, calls).await;
    line.calls.shutdown().await;
    for conversation in [line.legacy.take(), line.modern.take()].into_iter().flatten() {
        conversation.close().await;
    }
    drop(line);
    writer.abort();
    ended
}

async fn write(mut output: impl AsyncWrite + Unpin, mut messages: mpsc::Receiver<Bytes>) {
    while let Some(message) = messages.recv().await {
        let Ok(line) = frame::line(&message) else { continue };
        if output.write_all(&line).await.is_err() || output.flush().await.is_err() {
            return;
        }
    }
}

impl Line {
    /// A client that does not listen any more needs no answer.
    async fn say(&self, message: Bytes) {
        let _ = self.client.send(message).await;
    }

    async fn message(&mut self, bytes: &Bytes) {
        let message = match envelope::read(bytes, &JsonLimits { bytes: bytes.len(), ..JsonLimits::default() })
        {
            Ok(message) => message,
            Err(fault) => return self.say(message::error(b"null", code::REQUEST, &fault.to_string())).await,
        };
        if message.method.as_deref() == Some("initialize") && message.kind == Kind::Request {
            return self.begin(&message).await;
        }
        let Some(conversation) = self.conversation(&message) else {
            let id = message.root().get("id").map(|id| message.bytes_of(id)).unwrap_or(b"null");
            return self.say(message::error(id, code::REQUEST, "begin with `initialize`")).await;
        };
        match message.kind {
            Kind::Request => self.request(conversation, bytes).await,
            Kind::Notification => desk::notification(&conversation, &message).await,
            Kind::Response | Kind::Error => {
                // What nobody asked for goes nowhere.
                desk::answer(&conversation, &message).await;
            }
        }
    }

    /// Begins in the older way. The client sends nothing more before it has its answer.
    async fn begin(&mut self, message: &Envelope<'_>) {
        let id = message.root().get("id").map(|id| message.bytes_of(id)).unwrap_or(b"null");
        let greeting = desk::greeting(message).filter(|_| self.legacy.is_none());
        let Some(greeting) = greeting else {
            let why = "`initialize` needs `params`, and is sent once";
            return self.say(message::error(id, code::REQUEST, why)).await;
        };
        let conversation = Conversation::of_one(
            &self.house,
            self.principal.clone(),
            Era::Legacy,
            self.house.whole(),
            Some(greeting),
        );
        let (answer, begun) = desk::begin(&conversation, message).await;
        self.say(answer).await;
        if begun {
            if let Some(messages) = conversation.mailbox.open(None) {
                tokio::spawn(forward(messages, self.client.clone()));
            }
            for peer in conversation.open_peers().await {
                peer.link.listen();
            }
            self.legacy = Some(conversation);
        }
    }

    fn conversation(&mut self, message: &Envelope<'_>) -> Option<Arc<Conversation>> {
        let is_modern =
            mirror::version(message).is_some() || message.method.as_deref() == Some("server/discover");
        if !is_modern {
            return self.legacy.clone();
        }
        let (house, principal) = (&self.house, &self.principal);
        let modern = self.modern.get_or_insert_with(|| {
            Conversation::of_one(house, principal.clone(), Era::Modern, house.whole(), None)
        });
        Some(Arc::clone(modern))
    }

    /// Answers while further messages are read. The first step is taken here, so that messages are judged in the order
    /// in which they came.
    async fn request(&mut self, conversation: Arc<Conversation>, bytes: &Bytes) {
        while self.calls.len() >= MOST {
            self.calls.join_next().await;
        }
        while self.calls.try_join_next().is_some() {}
        let mut call: Pin<Box<dyn Future<Output = ()> + Send>> =
            Box::pin(call(conversation, bytes.clone(), self.client.clone()));
        let first = std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await;
        if first.is_pending() {
            self.calls.spawn(call);
        }
    }
}

async fn call(conversation: Arc<Conversation>, bytes: Bytes, client: mpsc::Sender<Bytes>) {
    let Ok(message) = envelope::read(&bytes, &JsonLimits { bytes: bytes.len(), ..JsonLimits::default() })
    else {
        return;
    };
    let (mut turn, mut exchange) = match desk::request(&conversation, &message, Vec::new()).await {
        // A client that does not listen any more needs no answer.
        Reply::One(answer) => return drop(client.send(answer).await),
        Reply::Nothing => return,
        Reply::Many(turn, exchange) => (turn, exchange),
    };
    loop {
        let (bytes, is_last) = match turn {
            Turn::Interim(message) => (message, false),
            Turn::Final(message) => (message, true),
            Turn::Cancelled => return,
            Turn::Comment => (Bytes::new(), false),
        };
        if !bytes.is_empty() && (client.send(bytes).await.is_err() || is_last) {
            return;
        }
        turn = exchange.next().await;
    }
}

async fn forward(mut messages: mpsc::Receiver<Numbered>, client: mpsc::Sender<Bytes>) {
    while let Some((_, message)) = messages.recv().await {
        if client.send(message).await.is_err() {
            return;
        }
    }
}
