//! The one way that anything is asked: at each host's pace, recorded, within a budget.

mod network;
mod pace;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portcullis_fetch::ProxySettings;
use portcullis_model::Moment;
use reqwest::Url;

use crate::recording::Recording;
use crate::request::{Reply, Request};
use crate::robots::{self, Robots};
use network::{Heard, Network};
use pace::Pace;

/// The [trouble](Reply::trouble) of a page that was not asked for because its host does not want it.
pub const LEFT_ALONE: &str = "the host's robots.txt asks not to look at this page";

/// How polite, how patient and how greedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manners {
    /// Time between two requests to one host.
    pub pause: Duration,
    /// Requests to one host at the same time.
    pub at_once: usize,
    /// How often a request is made that fails in a way that may pass.
    pub attempts: u32,
    /// Time before the second attempt; each further one waits twice as long, up to a half more by chance.
    pub first_wait: Duration,
    /// A host that asks for a longer rest is not asked again.
    pub longest_wait: Duration,
    /// Time for one attempt as a whole.
    pub whole: Duration,
    /// Requests of all hosts together.
    pub budget: u64,
    /// Whoever runs this, as an address that a host's operator can write to.
    pub contact: Option<String>,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            pause: Duration::from_millis(250),
            at_once: 2,
            attempts: 3,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
            whole: Duration::from_secs(60),
            budget: 100_000,
            contact: None,
        }
    }
}

/// No client could be made, and why.
#[derive(Debug)]
pub struct ClientError(pub(crate) String);

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ClientError {}

/// Asks, and records what it hears; or answers from a recording.
#[derive(Debug)]
pub struct Client {
    network: Network,
    manners: Manners,
    recording: Option<Recording>,
    paces: Mutex<HashMap<String, Arc<Pace>>>,
    robots: tokio::sync::Mutex<HashMap<String, Robots>>,
    spent: AtomicU64,
}

impl Client {
    /// A client that asks through the user's proxy, if they have one.
    ///
    /// # Errors
    /// The proxy or the contact cannot be used.
    pub fn new(
        manners: Manners,
        proxy: &ProxySettings,
        recording: Option<Recording>,
    ) -> Result<Self, ClientError> {
        Ok(Self {
            network: Network::new(&manners, proxy)?,
            manners,
            recording,
            paces: Mutex::default(),
            robots: tokio::sync::Mutex::default(),
            spent: AtomicU64::new(0),
        })
    }

    /// How many requests were made.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent.load(Ordering::Relaxed)
    }

    /// True when nothing more will be asked: the budget is spent.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        self.spent() >= self.manners.budget
    }

    /// True when a recording answers and the network is left alone.
    #[must_use]
    pub fn is_replay(&self) -> bool {
        self.recording.as_ref().is_some_and(Recording::is_replay)
    }

    /// The present time; in a replay there is none.
    pub(crate) fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }

    /// Asks, and follows at most five redirects. What is asked at the end of them is a stranger when its host is another
    /// one, and learns no credentials.
    pub async fn follow(&self, request: &Request) -> Reply {
        let mut request = request.clone();
        for _ in 0..5 {
            let reply = self.get(&request).await;
            let is_redirect = matches!(reply.status, Some(301 | 302 | 303 | 307 | 308));
            let Some(target) = reply.header("location").filter(|_| is_redirect && reply.trouble.is_none())
            else {
                return reply;
            };
            let from = Url::parse(&request.url);
            let Some((from, to)) = from.ok().and_then(|from| from.join(target).ok().map(|to| (from, to)))
            else {
                return Reply { trouble: Some(String::from("it redirects to nowhere")), ..reply };
            };
            if from.origin() != to.origin() {
                request.authorization = None;
                request.is_trusted = false;
            }
            request.url = to.into();
        }
        Reply::trouble(self.now(), "it redirects more than five times")
    }

    /// Asks once, with the patience of [`Manners`]. A failure is an answer too: its [`Reply::trouble`] says why.
    pub async fn get(&self, request: &Request) -> Reply {
        if let Some(recording) = self.recording.as_ref().filter(|recording| recording.is_replay()) {
            let missing = || Reply::trouble(Moment(0), "the recording does not have the answer");
            return recording.answer(request).unwrap_or_else(missing);
        }
        let reply = match self.refused(request).await {
            Some(why) => Reply::trouble(self.now(), why),
            None => self.asked(request).await,
        };
        self.filed(request, reply)
    }

    /// Does something that is no question of the web, and records what came of it like one.
    pub(crate) async fn recorded(&self, request: &Request, work: impl Future<Output = Reply>) -> Reply {
        if let Some(recording) = self.recording.as_ref().filter(|recording| recording.is_replay()) {
            let missing = || Reply::trouble(Moment(0), "the recording does not have the answer");
            return recording.answer(request).unwrap_or_else(missing);
        }
        if self.spent.fetch_add(1, Ordering::Relaxed) >= self.manners.budget {
            return Reply::trouble(self.now(), "the budget of requests is used up");
        }
        let reply = Reply { seen: self.now(), ..work.await };
        self.filed(request, reply)
    }

    /// Asks for something that must not be kept, such as a token. In a replay nobody needs it.
    pub(crate) async fn unrecorded(&self, request: &Request) -> Reply {
        if self.is_replay() {
            return Reply { status: Some(200), body: b"{\"token\":\"\"}".to_vec(), ..Reply::default() };
        }
        match self.refused(request).await {
            Some(why) => Reply::trouble(self.now(), why),
            None => self.asked(request).await,
        }
    }

    fn filed(&self, request: &Request, reply: Reply) -> Reply {
        if let Some(recording) = &self.recording
            && let Err(error) = recording.file(request, &reply)
        {
            // What is not recorded cannot be reviewed.
            return Reply::trouble(reply.seen, error.to_string());
        }
        reply
    }

    /// Why something is not asked at all.
    async fn refused(&self, request: &Request) -> Option<String> {
        let Ok(url) = Url::parse(&request.url) else { return Some(String::from("this is no address")) };
        if let Some(why) = network::refusal(&url, request.is_trusted) {
            return Some(why);
        }
        if request.is_page && !self.is_allowed(&url, request.is_trusted).await {
            return Some(LEFT_ALONE.to_owned());
        }
        None
    }

    async fn is_allowed(&self, url: &Url, is_trusted: bool) -> bool {
        let origin = url.origin().ascii_serialization();
        let path =
            url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let mut known = self.robots.lock().await;
        if !known.contains_key(&origin) {
            let request = Request::service(format!("{origin}/robots.txt"))
                .accepting("text/plain")
                .at_most(robots::MOST);
            let reply = self.asked(&Request { is_trusted, ..request }).await;
            let robots = match reply.status {
                Some(200) if reply.trouble.is_none() => Robots::read(&reply.text()),
                // Who has none asks for nothing.
                Some(300..=499) if reply.trouble.is_none() => Robots::default(),
                _ => Robots::closed(),
            };
            if let Some(delay) = robots.delay {
                self.pace(url).slow(delay);
            }
            known.insert(origin.clone(), robots);
        }
        known.get(&origin).is_some_and(|robots| robots.allows(&path))
    }

    fn pace(&self, url: &Url) -> Arc<Pace> {
        let host =
            format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0));
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(paces.entry(host).or_insert_with(|| Arc::new(Pace::new(&self.manners))))
    }

    async fn asked(&self, request: &Request) -> Reply {
        let Ok(url) = Url::parse(&request.url) else {
            return Reply::trouble(self.now(), "this is no address");
        };
        let pace = self.pace(&url);
        let earlier = self.recording.as_ref().and_then(|recording| recording.last_good(request));
        let mut wait = self.manners.first_wait;
        let mut attempt = 1;
        loop {
            let Some(turn) = pace.turn(self.manners.longest_wait).await else {
                return Reply::trouble(self.now(), "the host asked for a long rest and is not asked again");
            };
            if self.spent.fetch_add(1, Ordering::Relaxed) >= self.manners.budget {
                return Reply::trouble(self.now(), "the budget of requests is used up");
            }
            let Heard { reply, may_pass, rest } = self.network.ask(&url, request, earlier.as_ref()).await;
            drop(turn);
            let reply = Reply { seen: self.now(), ..reply };
            if let Some(rest) = rest {
                pace.rest(rest);
            }
            if !may_pass
                || attempt >= self.manners.attempts
                || rest.is_some_and(|rest| rest > self.manners.longest_wait)
            {
                return reply;
            }
            if rest.is_none() {
                tokio::time::sleep(pace::with_chance(wait)).await;
            }
            attempt += 1;
            wait = wait.saturating_mul(2);
        }
    }
}
