//! Opens a session: finds a connection that works, and the newest revision that both sides speak.
//!
//! A server of revision 2026-07-28 answers `server/discover`; an older one answers it with some error, or not at all,
//! or ends. Then the handshake of the older revisions is tried, and over HTTP, when that has no answer either, their
//! older transport.

use std::sync::Arc;

use portcullis_model::Node;
use portcullis_wire::revision::{Era, Revision};

use crate::clock::Clock;
use crate::http::Web;
use crate::identity::ClientIdentity;
use crate::legacy_sse::LegacySse;
use crate::link::{Failure, Link};
use crate::message;
use crate::neutral::one_line;
use crate::options::Options;
use crate::outcome::{Problem, ProblemKind};
use crate::plan::{Contact, Start, Way};
use crate::session::{Question, Session};
use crate::stdio::Stdio;
use crate::streamable::Streamable;

/// What a server is already known to speak, so that it is not asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) era: Era,
    /// True when it is reached over HTTP+SSE.
    pub(crate) is_sse: bool,
}

/// An open session and what the server said at its opening.
pub(crate) struct Opened {
    pub(crate) session: Session,
    /// The result of `server/discover` or `initialize`.
    pub(crate) opening: Node,
    /// The revision as the server said it, safe to show.
    pub(crate) said: String,
    pub(crate) known: Known,
}

/// Why no session came about.
pub(crate) struct Unopened {
    pub(crate) failure: Option<Failure>,
    pub(crate) problem: Problem,
    /// The session as far as it came, for its notes and the end of the program.
    pub(crate) session: Option<Box<Session>>,
}

impl Unopened {
    fn before_session(problem: Problem) -> Self {
        Self { failure: None, problem, session: None }
    }

    fn failed(failure: Failure, phase: &str, session: Option<Session>) -> Self {
        Self { problem: failure.problem(phase), failure: Some(failure), session: session.map(Box::new) }
    }
}

/// Opens sessions with one server.
pub(crate) struct Opener<'a> {
    pub(crate) options: &'a Options,
    pub(crate) clock: Clock,
}

impl Opener<'_> {
    /// Opens a session as `identity`.
    pub(crate) async fn open(
        &self,
        way: &Way,
        identity: &ClientIdentity,
        known: Option<Known>,
    ) -> Result<Opened, Unopened> {
        let era = match identity.revision {
            Some(revision) => Some(revision.era()),
            None => known.map(|known| known.era),
        };
        match way {
            Way::Start(start) => self.over_stdio(start, identity, era).await,
            Way::Contact(contact) => {
                let prefers_sse = known.map_or(contact.prefers_sse, |known| known.is_sse);
                self.over_http(contact, identity, era, prefers_sse).await
            }
        }
    }

    async fn over_stdio(
        &self,
        start: &Start,
        identity: &ClientIdentity,
        era: Option<Era>,
    ) -> Result<Opened, Unopened> {
        let session = self.started(start, identity)?;
        if era == Some(Era::Legacy) {
            return self.shake_hands(session, identity).await;
        }
        match self.discover(session, era).await {
            Discovery::Modern(opened) => Ok(*opened),
            Discovery::Failed(unopened) => Err(*unopened),
            // Some older servers end when the first message is not the handshake.
            Discovery::Older(session, Failure::Closed(_)) => {
                drop(session.close(self.clock.farewell()).await);
                self.shake_hands(self.started(start, identity)?, identity).await
            }
            Discovery::Older(session, failure) => {
                self.shake_hands_or_wait(*session, identity, &failure).await
            }
        }
    }

    fn started(&self, start: &Start, identity: &ClientIdentity) -> Result<Session, Unopened> {
        let limits = self.options.limits;
        let link = Stdio::start(start, self.options.confinement.as_ref(), limits.session)
            .map_err(Unopened::before_session)?;
        Ok(Session::new(Link::Stdio(Box::new(link)), identity, limits))
    }

    async fn over_http(
        &self,
        contact: &Contact,
        identity: &ClientIdentity,
        era: Option<Era>,
        prefers_sse: bool,
    ) -> Result<Opened, Unopened> {
        let web = self.web(contact, identity)?;
        if prefers_sse {
            return match self.over_sse(Arc::clone(&web), identity).await {
                Err(unopened) if unopened.failure.as_ref().is_some_and(speaks_another_transport) => {
                    self.over_streamable(web, identity, era).await.map_err(|(unopened, _)| *unopened)
                }
                other => other,
            };
        }
        match self.over_streamable(Arc::clone(&web), identity, era).await {
            Err((unopened, true)) => match self.over_sse(web, identity).await {
                // Neither transport is there: what the address answered to the newer one says more.
                Err(Unopened { failure: Some(Failure::Status(..)), .. }) => Err(*unopened),
                other => other,
            },
            other => other.map_err(|(unopened, _)| *unopened),
        }
    }

    fn web(&self, contact: &Contact, identity: &ClientIdentity) -> Result<Arc<Web>, Unopened> {
        let agent = format!("{}/{}", identity.name, identity.version);
        let budget = self.options.limits.session;
        Web::new(&contact.url, &contact.headers, &agent, self.options.proxy.as_deref(), budget)
            .map(Arc::new)
            .map_err(|failure| Unopened::failed(failure, "the address cannot be used", None))
    }

    /// The second part of a failure says whether the older transport is worth a try.
    async fn over_streamable(
        &self,
        web: Arc<Web>,
        identity: &ClientIdentity,
        era: Option<Era>,
    ) -> Result<Opened, (Box<Unopened>, bool)> {
        let link = Link::Streamable(Box::new(Streamable::new(web)));
        let session = Session::new(link, identity, self.options.limits);
        let opened = if era == Some(Era::Legacy) {
            self.shake_hands(session, identity).await
        } else {
            match self.discover(session, era).await {
                Discovery::Modern(opened) => Ok(*opened),
                Discovery::Failed(unopened) => Err(*unopened),
                Discovery::Older(session, failure) => {
                    self.shake_hands_or_wait(*session, identity, &failure).await
                }
            }
        };
        opened.map_err(|unopened| {
            let is_older = unopened.failure.as_ref().is_some_and(speaks_another_transport);
            (Box::new(unopened), is_older)
        })
    }

    async fn over_sse(&self, web: Arc<Web>, identity: &ClientIdentity) -> Result<Opened, Unopened> {
        let limits = self.options.limits;
        let opening = LegacySse::open(web, limits.message);
        let link = match tokio::time::timeout_at(self.clock.phase(), opening).await {
            Ok(Ok(link)) => link,
            Ok(Err(failure)) => return Err(Unopened::failed(failure, "opening the event stream", None)),
            Err(_) => return Err(Unopened::failed(Failure::TimedOut, "opening the event stream", None)),
        };
        let session = Session::new(Link::LegacySse(Box::new(link)), identity, limits);
        self.shake_hands(session, identity).await
    }

    /// Asks a server that may be of the newest revision to introduce itself.
    async fn discover(&self, mut session: Session, era: Option<Era>) -> Discovery {
        session.speak(Revision::NEWEST);
        let deadline = if era == Some(Era::Modern) { self.clock.phase() } else { self.clock.discovery() };
        let question = Question {
            method: "server/discover",
            params: Vec::new(),
            name: None,
            limit: self.options.limits.message,
            deadline,
        };
        match session.ask(question).await {
            Ok(reply) if offers_newest(&reply.result) => {
                let known = Known { era: Era::Modern, is_sse: false };
                let said = Revision::NEWEST.to_string();
                Discovery::Modern(Box::new(Opened { session, opening: reply.result, said, known }))
            }
            Ok(_) => {
                let failure = Failure::NotProtocol("it offers no revision that is known here".to_owned());
                Discovery::Older(Box::new(session), failure)
            }
            Err(
                failure @ (Failure::Unauthenticated(_)
                | Failure::Network(_)
                | Failure::Refused(_)
                | Failure::Exhausted(_)),
            ) => Discovery::Failed(Box::new(Unopened::failed(failure, "server/discover", Some(session)))),
            Err(failure) => Discovery::Older(Box::new(session), failure),
        }
    }

    /// The handshake; when it fails although the server was merely slow to say that it is a newer one, the question is
    /// asked again.
    async fn shake_hands_or_wait(
        &self,
        session: Session,
        identity: &ClientIdentity,
        discovery: &Failure,
    ) -> Result<Opened, Unopened> {
        let refused = match self.shake_hands(session, identity).await {
            Err(unopened) => unopened,
            opened => return opened,
        };
        let (was_slow, answered) = (
            matches!(discovery, Failure::TimedOut),
            matches!(refused.failure, Some(Failure::Answered(..) | Failure::Status(..))),
        );
        match refused {
            Unopened { session: Some(session), failure, problem } if was_slow && answered => {
                match self.discover(*session, Some(Era::Modern)).await {
                    Discovery::Modern(opened) => Ok(*opened),
                    Discovery::Failed(unopened) => Err(*unopened),
                    Discovery::Older(session, _) => {
                        Err(Unopened { session: Some(session), failure, problem })
                    }
                }
            }
            refused => Err(refused),
        }
    }

    /// The handshake of the revisions up to 2025-11-25.
    async fn shake_hands(&self, mut session: Session, identity: &ClientIdentity) -> Result<Opened, Unopened> {
        let offered = identity.revision.filter(|revision| revision.era() == Era::Legacy);
        let offered = offered.unwrap_or(Revision::NEWEST_LEGACY);
        session.speak(Revision::R2024_11_05);
        let deadline = self.clock.phase();
        let question = Question {
            method: "initialize",
            params: message::initialize(identity, offered),
            name: None,
            limit: self.options.limits.message,
            deadline,
        };
        let opening = match session.ask(question).await {
            Ok(reply) => reply.result,
            Err(failure) => return Err(Unopened::failed(failure, "initialize", Some(session))),
        };
        let said = one_line(opening.get_text("protocolVersion").unwrap_or_default(), 40);
        match said.parse::<Revision>() {
            Ok(revision) => session.speak(revision),
            Err(unknown) => {
                let what =
                    format!("the server speaks revision `{said}`: {unknown}; what it lists may be misread");
                session.notes.problem(Problem::new(ProblemKind::NotProtocol, what));
                session.speak(offered);
            }
        }
        if let Err(failure) = session.tell("notifications/initialized", deadline).await {
            return Err(Unopened::failed(failure, "notifications/initialized", Some(session)));
        }
        let is_sse = matches!(session.link(), Link::LegacySse(_));
        Ok(Opened { session, opening, said, known: Known { era: Era::Legacy, is_sse } })
    }
}

/// What came of the first question.
enum Discovery {
    Modern(Box<Opened>),
    /// The server is probably older: the session goes on with the handshake.
    Older(Box<Session>, Failure),
    Failed(Box<Unopened>),
}

fn offers_newest(result: &Node) -> bool {
    let versions = result.get("supportedVersions").map(Node::items).unwrap_or_default();
    versions.iter().any(|version| version.text() == Some(Revision::NEWEST.as_str()))
}

/// Whether a failure is how a server of the other HTTP transport answers.
fn speaks_another_transport(failure: &Failure) -> bool {
    matches!(failure, Failure::Status(400 | 404 | 405 | 406 | 415, None))
}
