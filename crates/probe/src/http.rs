//! HTTP that goes only where it may, and takes only as much as it should.
//!
//! Redirects are followed by hand, each hop judged anew; a name is resolved once and its addresses are kept, so that it
//! cannot point elsewhere a moment later; configured headers go to the named origin only; nothing is decompressed,
//! because nothing compressed is asked for; proxies come from options, never from the environment.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use portcullis_model::Secret;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Client, Method, Proxy, Response, StatusCode, Url, redirect};

use crate::address;
use crate::authentication::Challenge;
use crate::link::Failure;
use crate::neutral::one_line;

/// Redirects that are followed for one request.
const HOPS: usize = 5;

/// HTTP towards one server that the user named.
pub(crate) struct Web {
    named: Url,
    /// Headers of the configuration, for the named origin only.
    headers: HeaderMap,
    agent: String,
    proxy: Option<String>,
    direct: Client,
    guarded: OnceLock<Client>,
    /// Bytes of bodies that may still be read.
    budget: AtomicUsize,
}

/// One request.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
}

impl Web {
    /// HTTP towards `named`, introducing itself as `agent`.
    pub(crate) fn new(
        named: &str,
        headers: &[(String, Secret)],
        agent: &str,
        proxy: Option<&str>,
        budget: usize,
    ) -> Result<Self, Failure> {
        let named = Url::parse(named)
            .map_err(|error| Failure::Network(format!("address cannot be read: {error}")))?;
        Ok(Self {
            named,
            headers: configured(headers)?,
            agent: agent.to_owned(),
            proxy: proxy.map(str::to_owned),
            direct: client(Resolver::default(), agent, proxy)?,
            guarded: OnceLock::new(),
            budget: AtomicUsize::new(budget),
        })
    }

    /// The address that the user named.
    pub(crate) const fn named(&self) -> &Url {
        &self.named
    }

    /// Sends a request, following redirects that may be followed. Statuses 401 and 403 with a challenge are failures,
    /// other statuses are for the caller.
    pub(crate) async fn call(&self, mut call: Call) -> Result<Answer<'_>, Failure> {
        for _ in 0..=HOPS {
            let response = self.hop(&call).await?;
            let status = response.status();
            if let Some(challenge) = Challenge::of(status.as_u16(), response.headers(), &call.url) {
                return Err(Failure::Unauthenticated(Box::new(challenge)));
            }
            if !is_redirect(status) {
                return Answer::of(response, &self.budget);
            }
            call.url = self.next_hop(&call.url, &response)?;
        }
        Err(Failure::Refused(format!("more than {HOPS} redirects; name the final address")))
    }

    async fn hop(&self, call: &Call) -> Result<Response, Failure> {
        let same_origin = call.url.origin() == self.named.origin();
        let client = if same_origin { &self.direct } else { self.guarded()? };
        let mut headers = call.headers.clone();
        if same_origin {
            headers.extend(self.headers.clone());
        } else {
            headers.remove("mcp-session-id");
        }
        let mut request = client.request(call.method.clone(), call.url.clone()).headers(headers);
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        request.send().await.map_err(failure)
    }

    fn next_hop(&self, from: &Url, response: &Response) -> Result<Url, Failure> {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let Some(location) = location else {
            return Err(Failure::NotProtocol("a redirect without a readable location".to_owned()));
        };
        let shown = one_line(location, 200);
        let target = from.join(location).map_err(|error| {
            Failure::NotProtocol(format!("a redirect to `{shown}`, which is no address: {error}"))
        })?;
        if response.status() == StatusCode::SEE_OTHER {
            return Err(Failure::Refused(format!(
                "a redirect to the page `{shown}`; name the address of the server"
            )));
        }
        self.may_go(&target)?;
        // A chain that began with https may not leave it in a later hop either.
        if from.scheme() == "https" && target.scheme() == "http" {
            return Err(Failure::Refused(format!("a redirect to `{shown}`: it leads from https to http")));
        }
        Ok(target)
    }

    /// Whether the server may send us to `target`.
    pub(crate) fn may_go(&self, target: &Url) -> Result<(), Failure> {
        match address::refusal(&self.named, target) {
            None => Ok(()),
            Some(why) => {
                let shown = one_line(target.as_str(), 200);
                Err(Failure::Refused(format!(
                    "the server points to `{shown}`, where a scan does not go: {why}"
                )))
            }
        }
    }

    /// The client for every other origin: its names resolve to public addresses or not at all.
    fn guarded(&self) -> Result<&Client, Failure> {
        if self.guarded.get().is_none() {
            let resolver = Resolver { public_only: true, ..Resolver::default() };
            // Somebody else may have been quicker; then theirs is used.
            let _ = self.guarded.set(client(resolver, &self.agent, self.proxy.as_deref())?);
        }
        self.guarded.get().ok_or_else(|| Failure::Network("no HTTP client could be made".to_owned()))
    }
}

/// 300 and 304 to 306 lead nowhere.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn configured(headers: &[(String, Secret)]) -> Result<HeaderMap, Failure> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let shown = one_line(name, 100);
        let parsed: Result<HeaderName, _> = name.parse();
        let parsed =
            parsed.map_err(|_| Failure::Network(format!("header name `{shown}` is not one; correct it")))?;
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| {
            Failure::Network(format!("the value of header `{shown}` has a character that no header may have"))
        })?;
        value.set_sensitive(true);
        map.append(parsed, value);
    }
    Ok(map)
}

fn client(resolver: Resolver, agent: &str, proxy: Option<&str>) -> Result<Client, Failure> {
    let wrong = |error: reqwest::Error| Failure::Network(format!("no HTTP client could be made: {error}"));
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .user_agent(agent)
        .dns_resolver(Arc::new(resolver));
    if let Some(proxy) = proxy {
        builder = builder.proxy(Proxy::all(proxy).map_err(wrong)?);
    }
    builder.build().map_err(wrong)
}

/// The failure of a request, with its causes and without the address, which may carry secrets in its query.
pub(crate) fn failure(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<NotPublic>() {
            return Failure::Refused(refused.to_string());
        }
        words.push_str(": ");
        words.push_str(&inner.to_string());
        cause = inner.source();
    }
    Failure::Network(one_line(&words, 400))
}

/// An answer whose body was not read yet.
pub(crate) struct Answer<'a> {
    response: Response,
    budget: &'a AtomicUsize,
}

impl<'a> Answer<'a> {
    fn of(response: Response, budget: &'a AtomicUsize) -> Result<Self, Failure> {
        let encoding = response.headers().get(CONTENT_ENCODING).map(HeaderValue::as_bytes);
        if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case(b"identity")) {
            return Err(Failure::NotProtocol("the answer is compressed, which was not asked for".to_owned()));
        }
        Ok(Self { response, budget })
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The media type in lower case, without parameters; empty when there is none.
    pub(crate) fn media_type(&self) -> String {
        let whole = self.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        whole.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The whole body, when it has at most `limit` bytes.
    pub(crate) async fn body(mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        while let Some(chunk) = next_chunk(&mut self.response, self.budget).await? {
            if body.len() + chunk.len() > limit {
                return Err(Failure::TooLong(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The body as a stream.
    pub(crate) fn into_stream(self) -> Response {
        self.response
    }
}

impl Web {
    /// The next bytes of a body; nothing at its end.
    pub(crate) async fn chunk(&self, response: &mut Response) -> Result<Option<Vec<u8>>, Failure> {
        next_chunk(response, &self.budget).await
    }
}

async fn next_chunk(response: &mut Response, budget: &AtomicUsize) -> Result<Option<Vec<u8>>, Failure> {
    let Some(chunk) = response.chunk().await.map_err(failure)? else { return Ok(None) };
    let left = budget.load(Ordering::Relaxed);
    let Some(left) = left.checked_sub(chunk.len()) else {
        return Err(Failure::Exhausted(
            "the server sent more bytes than are taken from one session".to_owned(),
        ));
    };
    budget.store(left, Ordering::Relaxed);
    Ok(Some(chunk.to_vec()))
}

/// Resolves a name once and keeps to the addresses.
#[derive(Default)]
struct Resolver {
    public_only: bool,
    pinned: Arc<Mutex<HashMap<String, Vec<SocketAddr>>>>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let pinned = Arc::clone(&self.pinned);
        let public_only = self.public_only;
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let known = pinned.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
            let addresses = match known {
                Some(addresses) => addresses,
                None => lookup(&name, public_only).await?,
            };
            pinned.lock().unwrap_or_else(PoisonError::into_inner).insert(name, addresses.clone());
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

async fn lookup(name: &str, public_only: bool) -> Result<Vec<SocketAddr>, Box<dyn Error + Send + Sync>> {
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name, 0)).await?.collect();
    if public_only && let Some(why) = addresses.iter().find_map(|address| address::not_public(address.ip())) {
        return Err(Box::new(NotPublic(format!(
            "the server points to `{}`, where a scan does not go: {why}",
            one_line(name, 200)
        ))));
    }
    Ok(addresses)
}

/// A name that the server chose leads into a network that is not public.
#[derive(Debug)]
struct NotPublic(String);

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for NotPublic {}
