//! HTTP towards a registry: bounded, patient for a while, and only where it may go.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use portcullis_model::Secret;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Client, NoProxy, Proxy, Response, StatusCode, Url, redirect};

use crate::client::Clients;
use crate::error::{FetchError, FetchErrorKind};
use crate::limits::{Limits, shown};

/// Redirects that are followed for one request.
const HOPS: usize = 5;

/// How patient and how greedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How often a request is made that fails in a way that may pass.
    pub attempts: u32,
    /// Time before the second attempt; each further one waits three times as long.
    pub first_wait: Duration,
    /// The longest time to wait when a registry says how long.
    pub longest_wait: Duration,
    /// Time after which nothing is tried again.
    pub patience: Duration,
    /// Time to connect.
    pub connect: Duration,
    /// Time without a byte.
    pub idle: Duration,
    /// Time for one attempt as a whole.
    pub whole: Duration,
    /// Bytes of what a registry says of a package.
    pub metadata: u64,
    /// Bytes of an archive.
    pub archive: u64,
    /// What is unpacked.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(400),
            longest_wait: Duration::from_secs(10),
            patience: Duration::from_secs(30),
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(20),
            whole: Duration::from_secs(180),
            metadata: 32 << 20,
            archive: 96 << 20,
            limits: Limits::default(),
        }
    }
}

/// How far a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The host that is asked.
    pub host: &'a str,
    /// Bytes so far.
    pub received: u64,
    /// Bytes of the whole, where the host says so.
    pub total: Option<u64>,
}

/// A proxy that the user's environment names.
#[derive(Debug, Clone, Default)]
pub struct ProxySettings {
    /// Its address, which may hold a password.
    pub proxy: Option<Secret>,
    /// Hosts that are asked without it, as `NO_PROXY` spells them.
    pub direct: Option<String>,
}

/// Who we are towards an address.
pub(crate) enum Credentials {
    Nobody,
    Bearer(Secret),
    /// Name and password, already encoded together.
    Basic(Secret),
    /// Name and password.
    User(String, Secret),
}

/// HTTP for the packages of one registry.
pub(crate) struct Web<'a> {
    client: Client,
    options: &'a Options,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
    hosts: Mutex<Vec<String>>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) body: Vec<u8>,
    /// Media type in lower case, without parameters.
    pub(crate) media_type: String,
    /// Where it came from in the end: addresses in it are relative to this.
    pub(crate) url: Url,
}

/// Why one attempt failed, and whether another one may not.
struct Setback {
    error: FetchError,
    again: bool,
    wait: Option<Duration>,
}

impl From<FetchError> for Setback {
    fn from(error: FetchError) -> Self {
        Self { error, again: false, wait: None }
    }
}

impl<'a> Web<'a> {
    pub(crate) fn new(
        options: &'a Options,
        proxy: &ProxySettings,
        progress: &'a (dyn Fn(Progress<'_>) + Sync),
    ) -> Result<Self, FetchError> {
        let wrong = |error: reqwest::Error| {
            let message = format!("no HTTP client could be made: {}", words(error));
            FetchError::new(FetchErrorKind::Configuration, message)
        };
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(options.connect)
            .read_timeout(options.idle)
            .timeout(options.whole)
            .user_agent(concat!("portcullis/", env!("CARGO_PKG_VERSION")));
        if let Some(url) = &proxy.proxy {
            let direct = proxy.direct.as_deref().and_then(NoProxy::from_string);
            builder = builder.proxy(Proxy::all(url.expose()).map_err(wrong)?.no_proxy(direct));
        }
        Ok(Self { client: builder.build().map_err(wrong)?, options, progress, hosts: Mutex::default() })
    }

    /// The hosts that were asked, in the order of the first request.
    pub(crate) fn hosts(&self) -> Vec<String> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gets what lies at an address, of at most `most` bytes. `None` when the host says that nothing does.
    pub(crate) async fn get(
        &self,
        url: &Url,
        accept: &'static str,
        credentials: &(dyn Fn(&Url) -> Credentials + Sync),
        most: u64,
    ) -> Result<Option<Answer>, FetchError> {
        let began = Instant::now();
        let mut wait = self.options.first_wait;
        let mut attempt = 1;
        loop {
            let setback = match self.attempt(url, accept, credentials, most).await {
                Ok(answer) => return Ok(answer),
                Err(setback) => setback,
            };
            let is_late = began.elapsed() > self.options.patience;
            if !setback.again || is_late || attempt >= self.options.attempts {
                return Err(setback.error);
            }
            tokio::time::sleep(setback.wait.unwrap_or(wait).min(self.options.longest_wait)).await;
            attempt += 1;
            wait *= 3;
        }
    }

    async fn attempt(
        &self,
        url: &Url,
        accept: &'static str,
        credentials: &(dyn Fn(&Url) -> Credentials + Sync),
        most: u64,
    ) -> Result<Option<Answer>, Setback> {
        let mut at = url.clone();
        for _ in 0..=HOPS {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            let request = self.client.get(at.clone()).headers(headers);
            let request = match credentials(&at) {
                Credentials::Nobody => request,
                Credentials::Bearer(token) => request.bearer_auth(token.expose()),
                Credentials::User(name, password) => request.basic_auth(name, Some(password.expose())),
                Credentials::Basic(encoded) => {
                    let value = HeaderValue::from_str(&format!("Basic {}", encoded.expose()));
                    let mut value = value.map_err(|_| unusable_credentials(&at))?;
                    value.set_sensitive(true);
                    request.header(AUTHORIZATION, value)
                }
            };
            self.asks(&at);
            let response = request.send().await.map_err(|error| unreachable(&at, error))?;
            let status = response.status();
            if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                at = next_hop(url, &at, &response)?;
                continue;
            }
            return match status.as_u16() {
                200 => Ok(Some(self.body(response, &at, most).await?)),
                404 | 410 => Ok(None),
                _ => Err(refusal(&at, status, &response)),
            };
        }
        let message = format!("`{}` leads through more than {HOPS} redirects", harmless(url));
        Err(FetchError::new(FetchErrorKind::Refused, message).into())
    }

    fn asks(&self, url: &Url) {
        let host = host(url);
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }

    async fn body(&self, mut response: Response, url: &Url, most: u64) -> Result<Answer, Setback> {
        let total = response.content_length();
        let too_large = || {
            let message = format!("`{}` is larger than {}; it is not read", harmless(url), shown(most));
            Setback::from(FetchError::new(FetchErrorKind::TooLarge, message))
        };
        if total.is_some_and(|total| total > most) {
            return Err(too_large());
        }
        let media_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or_default().split(';').next().unwrap_or_default();
        let media_type = media_type.trim().to_ascii_lowercase();
        let host = host(url);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(url, error))? {
            if (body.len() + chunk.len()) as u64 > most {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
            (self.progress)(Progress { host: &host, received: body.len() as u64, total });
        }
        Ok(Answer { body, media_type, url: url.clone() })
    }
}

/// Gets the file at an address that the user named, as far as the proxies of their clients let it.
///
/// # Errors
/// The address is none, there is nothing, or it is larger than [`Options::archive`].
pub async fn download(
    address: &str,
    clients: &Clients<'_>,
    options: &Options,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<Vec<u8>, FetchError> {
    let url = Url::parse(address).map_err(|error| {
        FetchError::new(FetchErrorKind::Name, format!("`{address}` is no address: {error}"))
    })?;
    let web = Web::new(options, &clients.proxy(), progress)?;
    let answer = web.get(&url, "*/*", &|_| Credentials::Nobody, options.archive).await?;
    let nothing =
        || FetchError::new(FetchErrorKind::Unreachable, format!("there is nothing at `{}`", harmless(&url)));
    answer.map(|answer| answer.body).ok_or_else(nothing)
}

/// A redirect may lead to https, or stay on the host that was named.
fn next_hop(first: &Url, from: &Url, response: &Response) -> Result<Url, FetchError> {
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let target = location.and_then(|location| from.join(location).ok());
    let refused = |why: &str| FetchError::new(FetchErrorKind::Refused, format!("`{}` {why}", harmless(from)));
    let target = target.ok_or_else(|| refused("redirects to nowhere"))?;
    if may_go(first, &target) {
        Ok(target)
    } else {
        Err(refused(&format!(
            "redirects to `{}`, where a download does not go: only https will do",
            harmless(&target)
        )))
    }
}

/// Whether what `from` names may be fetched from `target`: over https, or as plainly as the user named it themselves
/// and from the same host.
pub(crate) fn may_go(from: &Url, target: &Url) -> bool {
    let is_safe = target.scheme() == "https" && target.host_str().is_some();
    is_safe
        || (target.scheme() == from.scheme() && target.origin() == from.origin())
        || (from.scheme() == "http" && target.scheme() == "http" && is_loopback(from) && is_loopback(target))
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

/// The host and port of an address.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// An address as it may be shown: without a name, a password or a query.
pub(crate) fn harmless(url: &Url) -> String {
    let shown: String = format!("{}://{}{}", url.scheme(), host(url), url.path());
    shown.chars().filter(|letter| !letter.is_control()).take(300).collect()
}

fn unusable_credentials(url: &Url) -> FetchError {
    let message = format!("the credentials for `{}` have a character that no header may have", host(url));
    FetchError::new(FetchErrorKind::Configuration, message)
}

fn unreachable(url: &Url, error: reqwest::Error) -> Setback {
    let why = if error.is_timeout() { String::from("it took too long to answer") } else { words(error) };
    let message =
        format!("`{}` could not be reached: {why}; check the network and the registry's address", host(url));
    Setback { error: FetchError::new(FetchErrorKind::Unreachable, message), again: true, wait: None }
}

fn refusal(url: &Url, status: StatusCode, response: &Response) -> Setback {
    let code = status.as_u16();
    let at = host(url);
    let again = code == 429 || status.is_server_error();
    let (kind, what) = match code {
        401 => {
            (FetchErrorKind::Unauthorised, "wants to know who is asking; log in to it with its own client")
        }
        403 => (
            FetchErrorKind::Unauthorised,
            "does not let you; check the credentials of its own client, or whether it blocks the package",
        ),
        429 => (FetchErrorKind::Unreachable, "is asked too often; try again later"),
        500..=599 => (FetchErrorKind::Unreachable, "is in trouble; try again later"),
        _ => {
            (FetchErrorKind::Unreachable, "gives an answer that a registry does not give; check its address")
        }
    };
    let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let error = FetchError::new(kind, format!("`{at}` {what} (status {code})"));
    Setback { error, again, wait: after.map(Duration::from_secs) }
}

/// An error with its causes and without the address, which may carry a password.
#[must_use]
pub fn words(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        words.push_str(": ");
        words.push_str(&inner.to_string());
        cause = inner.source();
    }
    words.chars().filter(|letter| !letter.is_control()).take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(from: &str, target: &str) -> bool {
        may_go(&Url::parse(from).unwrap(), &Url::parse(target).unwrap())
    }

    #[test]
    fn a_download_goes_to_https_or_stays_where_it_was_named() {
        assert!(may("https://a.example/x", "https://b.example/y"));
        assert!(may("http://a.example/x", "https://b.example/y"));
        assert!(may("http://a.example/x", "http://a.example/y"));
        assert!(may("http://127.0.0.1:1/x", "http://127.0.0.1:2/y"));
        assert!(!may("http://a.example/x", "http://b.example/y"));
        assert!(!may("https://a.example/x", "http://a.example/y"));
        assert!(!may("https://a.example/x", "http://127.0.0.1/y"));
        assert!(!may("https://a.example/x", "file:///etc/passwd"));
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let url = Url::parse("https://user:canary@a.example:8443/simple/?token=canary").unwrap();
        assert_eq!(harmless(&url), "https://a.example:8443/simple/");
    }
}
