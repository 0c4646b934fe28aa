//! One request of a client, sent to one server: judged, sent, and every message that comes back judged.

use std::sync::Arc;

use bytes::Bytes;
use portcullis_model::Node;
use portcullis_wire::envelope::{self, Envelope, Id};
use portcullis_wire::json::Limits;
use portcullis_wire::mirror;
use portcullis_wire::revision::Era;
use portcullis_wire::splice::Splice;
use tokio::sync::Notify;

use super::conversation::{Busy, Call, Conversation, Judged, Peer};
use super::link::{Answers, Arrival, Head, LinkFault, next_id};
use super::listen::{self, Listening};
use super::message::{self, Outside, code};
use super::opening::OpenFault;
use super::translate;
use crate::passage::Outcome;

/// A request as it will be judged: with an id of ours, and the server's own names.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// The message.
    pub(super) bytes: Bytes,
    /// Its id.
    pub(super) ours: u64,
    /// The id that the client gave it; none for a request of our own.
    pub(super) id: Option<Id>,
    /// The same, as JSON.
    pub(super) theirs: Bytes,
    /// The progress token that the client gave it, as JSON.
    pub(super) token: Bytes,
    /// Headers of arguments that the client sent.
    pub(super) params: Vec<(Box<str>, String)>,
}

impl Outgoing {
    /// The request of a client with further replacements. Nothing for what is no request.
    pub(super) fn of(request: &Envelope<'_>, mut splice: Splice) -> Option<Self> {
        let id = Some(request.id.clone()?);
        let ours = next_id();
        let place = request.root().get("id")?;
        splice.replace(place.span, ours.to_string());
        let token = progress_token(request);
        if let Some(token) = token {
            splice.replace(token.span, ours.to_string());
        }
        Some(Self {
            bytes: splice.apply(request.bytes()).into(),
            ours,
            id,
            theirs: Bytes::copy_from_slice(request.bytes_of(place)),
            token: token.map(|token| Bytes::copy_from_slice(request.bytes_of(token))).unwrap_or_default(),
            params: Vec::new(),
        })
    }
}

fn progress_token<'a>(request: &'a Envelope<'_>) -> Option<&'a Node> {
    request.params()?.get("_meta")?.get("progressToken")
}

/// What the client gets for a request.
pub(super) enum Reply {
    /// The answer.
    One(Bytes),
    /// Something before the answer, and where the rest comes from.
    Many(Turn, Box<Source>),
    /// The client does not want to know any more.
    Nothing,
}

/// Where the messages of one reply come from.
pub(super) enum Source {
    /// A request that a server answers.
    Exchange(Exchange),
    /// Changes of servers.
    Listening(Listening),
}

impl Source {
    /// What comes next. After the answer nothing may be asked for.
    pub(super) async fn next(&mut self) -> Turn {
        match self {
            Self::Exchange(exchange) => exchange.next().await,
            Self::Listening(listening) => listening.next().await,
        }
    }
}

/// What comes out of an exchange.
#[derive(Debug)]
pub(super) enum Turn {
    /// A message before the answer.
    Interim(Bytes),
    /// A sign of life.
    Comment,
    /// The answer.
    Final(Bytes),
    /// There is no answer: the client cancelled the request.
    Cancelled,
}

/// A request that is being answered.
pub(super) struct Exchange {
    conversation: Arc<Conversation>,
    peer: Arc<Peer>,
    answers: Answers,
    ours: u64,
    id: Option<Id>,
    theirs: Bytes,
    token: Bytes,
    method: Box<str>,
    cancelled: Arc<Notify>,
    finished: bool,
    _busy: Busy,
}

/// Sends a request to a server and waits for the first thing that comes back.
pub(super) async fn ask(conversation: &Arc<Conversation>, index: usize, outgoing: Outgoing) -> Reply {
    let theirs = outgoing.theirs.clone();
    match begin(conversation, index, outgoing).await {
        Ok(mut exchange) => match exchange.next().await {
            Turn::Final(answer) => Reply::One(answer),
            Turn::Cancelled => Reply::Nothing,
            turn @ (Turn::Interim(_) | Turn::Comment) => {
                Reply::Many(turn, Box::new(Source::Exchange(exchange)))
            }
        },
        Err(answer) => Reply::One(answer.unwrap_or_else(|| withheld(&theirs))),
    }
}

/// Sends a request to a server and waits for the answer alone.
pub(super) async fn answer(conversation: &Arc<Conversation>, index: usize, outgoing: Outgoing) -> Bytes {
    let theirs = outgoing.theirs.clone();
    match begin(conversation, index, outgoing).await {
        Ok(mut exchange) => loop {
            match exchange.next().await {
                Turn::Final(answer) => return answer,
                Turn::Cancelled => return withheld(&theirs),
                Turn::Interim(_) | Turn::Comment => {}
            }
        },
        Err(answer) => answer.unwrap_or_else(|| withheld(&theirs)),
    }
}

fn withheld(theirs: &[u8]) -> Bytes {
    message::error(theirs, code::SERVER, "the guard withheld the answer")
}

fn failed(conversation: &Conversation, index: usize, theirs: &[u8], why: &LinkFault) -> Bytes {
    let text = format!("server `{}` failed: {why}", conversation.server(index));
    message::error(theirs, code::SERVER, &text)
}

/// The exchange, or the answer that ends it before it began; none when the message was dropped.
pub(super) async fn begin(
    conversation: &Arc<Conversation>,
    index: usize,
    outgoing: Outgoing,
) -> Result<Exchange, Option<Bytes>> {
    let Outgoing { bytes, ours, id, theirs, token, params } = outgoing;
    let busy = conversation.busy();
    let mut again = true;
    loop {
        let peer = match conversation.peer(index).await {
            Ok(peer) => peer,
            Err(OpenFault::Link(why)) => return Err(Some(failed(conversation, index, &theirs, &why))),
            Err(OpenFault::Refused(error)) => return Err(Some(translate::readdressed(&error, &theirs))),
        };
        let message = translate::to_server(conversation, &peer, &bytes);
        let permitted = match conversation.judge_out(index, message).await {
            Judged::Pass(permitted) => permitted.into_bytes(),
            Judged::Answer(answer) => {
                let answer = translate::to_client(conversation, &peer, answer, "");
                return Err(Some(translate::readdressed(&answer, &theirs)));
            }
            Judged::Dropped => return Err(None),
        };
        let cancelled = Arc::new(Notify::new());
        if let Some(id) = id.as_ref().filter(|_| conversation.is_one_clients) {
            let call = Call { ours, peer: Arc::downgrade(&peer), cancelled: Arc::clone(&cancelled) };
            if !conversation.begin(id, call) {
                let text = "a request with this id is being answered; use another id";
                return Err(Some(message::error(&theirs, code::REQUEST, text)));
            }
        }
        let head = head(conversation, &peer, &permitted, &params);
        let method = Outside::of(&permitted).method(&permitted).unwrap_or_default().into();
        let mut exchange = Exchange {
            conversation: Arc::clone(conversation),
            peer: Arc::clone(&peer),
            answers: Answers::One(None),
            ours,
            id: id.clone(),
            theirs: theirs.clone(),
            token: token.clone(),
            method,
            cancelled,
            finished: false,
            _busy: conversation.busy(),
        };
        match peer.link.request(ours, permitted, &head).await {
            Ok(answers) => {
                exchange.answers = answers;
                drop(busy);
                return Ok(exchange);
            }
            Err(why) => {
                let answer = exchange.fail(&why);
                // What was refused for want of a session was not looked at: it is asked again in a new one, once.
                if why == LinkFault::SessionLost && std::mem::take(&mut again) {
                    conversation.lost(&peer).await;
                    continue;
                }
                let Turn::Final(answer) = answer else { return Err(None) };
                return Err(Some(answer));
            }
        }
    }
}

/// The mirrored headers of a judged request.
fn head(conversation: &Conversation, peer: &Peer, permitted: &Bytes, params: &[(Box<str>, String)]) -> Head {
    if peer.era == Era::Legacy {
        return Head::default();
    }
    let Ok(request) = envelope::read(permitted, &Limits::default()) else { return Head::default() };
    let annotated =
        translate::tool(&request).and_then(|tool| conversation.routes.annotated(peer.index, tool));
    let mut headers = mirror::headers(&request, annotated.as_deref().unwrap_or_default());
    // Where the schema was not seen, a header of the client passes when it says what the body says: that was judged.
    if annotated.is_none()
        && let Some(arguments) = request.params().and_then(|params| params.get("arguments"))
    {
        let repeating = |(_, value): &&(Box<str>, String)| mirror::repeats(value.as_bytes(), arguments);
        headers.extend(params.iter().filter(repeating).cloned());
    }
    Head { headers }
}

impl Exchange {
    /// What comes next, judged, with the ids of the client. After the answer nothing may be asked for.
    pub(super) async fn next(&mut self) -> Turn {
        loop {
            let patience = self.conversation.house.plan.limits.answer;
            let listening = &*self.method == "subscriptions/listen";
            let arrival = tokio::select! {
                biased;
                arrival = self.answers.next() => Ok(arrival),
                () = self.cancelled.notified() => {
                    self.finish();
                    return Turn::Cancelled;
                }
                () = tokio::time::sleep(patience), if !listening => Err(LinkFault::Silent),
            };
            let message = match arrival {
                Ok(Ok(Arrival::Message(message))) => message,
                Ok(Ok(Arrival::Comment)) => return Turn::Comment,
                Ok(Err(why)) => return self.fail(&why),
                Err(why) => {
                    self.abandon();
                    return self.failed(&why);
                }
            };
            let Some(permitted) = self.conversation.judge_in(&self.peer, message.clone()).await else {
                let outside = Outside::of(&message);
                if outside.method.is_none() && outside.number(&message) == Some(self.ours) {
                    self.finish();
                    return Turn::Final(withheld(&self.theirs));
                }
                continue;
            };
            if let Some(turn) = self.turn(permitted.into_bytes()).await {
                return turn;
            }
        }
    }

    /// What a judged message is to the client.
    async fn turn(&mut self, message: Bytes) -> Option<Turn> {
        let outside = Outside::of(&message);
        if let Some(method) = outside.method(&message) {
            let is_listening = &*self.method == "subscriptions/listen";
            if self.conversation.era == Era::Modern && !is_listening && listen::is_change(method) {
                self.conversation.listeners.tell(&message);
                return None;
            }
            let own = (self.ours, &self.token, &self.theirs);
            let interim = self.conversation.for_client(&self.peer, message, Some(own)).await;
            return interim.map(Turn::Interim);
        }
        // An answer to a request that this is not about belongs to nobody.
        if outside.number(&message) != Some(self.ours) {
            return None;
        }
        self.finish();
        self.conversation.routes.learn(self.peer.index, &self.method, &message);
        let message = translate::to_client(&self.conversation, &self.peer, message, &self.method);
        Some(Turn::Final(translate::readdressed(&message, &self.theirs)))
    }

    /// There will be no answer. The guard waits for one as well: an error of ours stands for it.
    fn fail(&mut self, why: &LinkFault) -> Turn {
        self.conversation.gives_up(self.peer.index, self.ours, why);
        self.failed(why)
    }

    fn failed(&mut self, why: &LinkFault) -> Turn {
        self.finish();
        Turn::Final(failed(&self.conversation, self.peer.index, &self.theirs, why))
    }

    fn finish(&mut self) {
        if !std::mem::replace(&mut self.finished, true) {
            if let Some(id) = &self.id {
                self.conversation.end(id);
            }
            self.peer.link.forget(self.ours);
        }
    }

    /// Nobody waits any more: the guard forgets the request, and the server hears of it where closing the connection
    /// does not say it.
    fn abandon(&self) {
        let was_claimed = self.peer.link.forget(self.ours);
        let (conversation, peer) = (&self.conversation, Arc::clone(&self.peer));
        let notice = translate::cancelled(&peer, self.ours);
        let server = conversation.server(peer.index);
        let Outcome::Forward(permitted) =
            conversation.house.guard.outbound(&conversation.session, server, &notice)
        else {
            return;
        };
        if (was_claimed || peer.era == Era::Legacy)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                // A server that is gone need not be told.
                let _ = peer.link.send(permitted.into_bytes(), &Head::default()).await;
            });
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if !self.finished {
            self.abandon();
            self.finish();
        }
    }
}
