//! HTTP itself: one attempt.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use portcullis_fetch::ProxySettings;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use reqwest::{Client, ClientBuilder, Method, NoProxy, Proxy, Response, Url, redirect};

use super::{ClientError, Manners};
use crate::request::{Reply, Request};

/// The headers that anything is made of.
const KEPT: &[&str] = &[
    "content-type",
    "date",
    "docker-content-digest",
    "etag",
    "last-modified",
    "link",
    "location",
    "retry-after",
    "server",
    "www-authenticate",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-render-routing",
    "x-vercel-error",
    "ngrok-error-code",
];
/// A header has no more bytes.
const LONGEST_HEADER: usize = 2048;

/// What one attempt came to.
pub(super) struct Heard {
    pub(super) reply: Reply,
    /// Another attempt may end otherwise.
    pub(super) may_pass: bool,
    /// How long the host wants to be left alone.
    pub(super) rest: Option<Duration>,
}

/// The two kinds of clients: for services that the settings name, and for hosts that strangers name.
#[derive(Debug)]
pub(super) struct Network {
    trusted: Client,
    strange: Client,
}

impl Network {
    pub(super) fn new(manners: &Manners, proxy: &ProxySettings) -> Result<Self, ClientError> {
        let builder = || -> Result<ClientBuilder, ClientError> {
            let contact =
                manners.contact.as_ref().map(|contact| format!(" (+{contact})")).unwrap_or_default();
            let name = format!("portcullis/{}{contact}", env!("CARGO_PKG_VERSION"));
            let name = HeaderValue::from_str(&name).map_err(|_| {
                ClientError(String::from(
                    "the contact has a character that no header may have; write an address",
                ))
            })?;
            let mut builder = Client::builder()
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .no_proxy()
                .connect_timeout(manners.whole.min(Duration::from_secs(10)))
                .timeout(manners.whole)
                .user_agent(name);
            if let Some(address) = &proxy.proxy {
                let direct = proxy.direct.as_deref().and_then(NoProxy::from_string);
                let proxy = Proxy::all(address.expose()).map_err(|error| ClientError(failure(error)))?;
                builder = builder.proxy(proxy.no_proxy(direct));
            }
            Ok(builder)
        };
        let build = |builder: ClientBuilder| builder.build().map_err(|error| ClientError(failure(error)));
        Ok(Self { trusted: build(builder()?)?, strange: build(builder()?.dns_resolver(Arc::new(Public)))? })
    }

    /// One attempt. When an `earlier` answer is known only a change is asked for.
    pub(super) async fn ask(&self, url: &Url, request: &Request, earlier: Option<&Reply>) -> Heard {
        let client = if request.is_trusted { &self.trusted } else { &self.strange };
        let headers = match headers(request, earlier) {
            Ok(headers) => headers,
            Err(why) => return failed(why, false),
        };
        let method = if request.method == "HEAD" { Method::HEAD } else { Method::GET };
        let response = match client.request(method, url.clone()).headers(headers).send().await {
            Ok(response) => response,
            Err(error) => return failed(failure(error), true),
        };
        let status = response.status().as_u16();
        let reply = Reply { status: Some(status), headers: kept(&response), ..Reply::default() };
        if let (304, Some(earlier)) = (status, earlier) {
            let reply = Reply { is_unchanged: true, ..earlier.clone() };
            return Heard { reply, may_pass: false, rest: None };
        }
        let rest = rest(&reply);
        let is_limit = status == 429 || (matches!(status, 403 | 503) && rest.is_some());
        let reply = match body(response, request.most).await {
            Ok(body) => Reply { body, ..reply },
            Err((why, may_pass)) => {
                return Heard { reply: Reply { trouble: Some(why), ..reply }, may_pass, rest: None };
            }
        };
        let trouble = is_limit.then(|| format!("the host is asked too often (status {status})"));
        let may_pass = is_limit || matches!(status, 408 | 425 | 500..=599);
        Heard { reply: Reply { trouble, ..reply }, may_pass, rest: rest.filter(|_| is_limit) }
    }
}

fn failed(why: String, may_pass: bool) -> Heard {
    Heard { reply: Reply { trouble: Some(why), ..Reply::default() }, may_pass, rest: None }
}

fn headers(request: &Request, earlier: Option<&Reply>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let value = |text: &str| {
        HeaderValue::from_str(text).map_err(|_| String::from("a header has a character that none may have"))
    };
    headers.insert(ACCEPT, value(&request.accept)?);
    if let Some(authorization) = &request.authorization {
        let mut secret = value(authorization.expose())?;
        secret.set_sensitive(true);
        headers.insert(AUTHORIZATION, secret);
    }
    if let Some(tag) = earlier.and_then(|earlier| earlier.header("etag")) {
        headers.insert(IF_NONE_MATCH, value(tag)?);
    } else if let Some(date) = earlier.and_then(|earlier| earlier.header("last-modified")) {
        headers.insert(IF_MODIFIED_SINCE, value(date)?);
    }
    Ok(headers)
}

fn kept(response: &Response) -> Vec<(String, String)> {
    let one = |name: &&str| {
        let value = response.headers().get(*name)?.to_str().ok()?;
        Some(((*name).to_owned(), value.chars().take(LONGEST_HEADER).collect()))
    };
    KEPT.iter().filter_map(one).collect()
}

/// How long the host wants to be left alone: `Retry-After` in seconds or as a date, or the reset of a limit that is used up.
fn rest(reply: &Reply) -> Option<Duration> {
    let date = |name: &str| reply.header(name).and_then(|text| httpdate::parse_http_date(text).ok());
    let now = date("date").unwrap_or_else(std::time::SystemTime::now);
    if let Some(text) = reply.header("retry-after") {
        let seconds = text.trim().parse::<u64>().ok().map(Duration::from_secs);
        return seconds.or_else(|| Some(date("retry-after")?.duration_since(now).unwrap_or_default()));
    }
    if reply.header("x-ratelimit-remaining") == Some("0") {
        let reset = reply.header("x-ratelimit-reset")?.parse::<u64>().ok()?;
        let reset = std::time::UNIX_EPOCH.checked_add(Duration::from_secs(reset))?;
        return Some(reset.duration_since(now).unwrap_or_default());
    }
    None
}

/// The body, whole; else why not, and whether it may come whole another time.
async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, (String, bool)> {
    let too_large = || (format!("the answer is larger than {most} bytes"), false);
    if response.content_length().is_some_and(|length| length > most as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| (failure(error), true))? {
        if body.len() + chunk.len() > most {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why an address is not asked.
pub(super) fn refusal(url: &Url, is_trusted: bool) -> Option<String> {
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
        return Some(String::from("only addresses of the web are asked"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some(String::from("the address holds a name or password"));
    }
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_inside = host
        .parse::<IpAddr>()
        .map_or(host == "localhost" || host.ends_with(".localhost"), |ip| !is_public(ip));
    (!is_trusted && is_inside).then(|| String::from("the address does not lie on the public network"))
}

/// Finds addresses on the public network only: a name that strangers choose may lead anywhere.
#[derive(Debug)]
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the name does not lead to the public network".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            let is_benchmark = first == 198 && (18..20).contains(&second);
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_broadcast()
                || address.is_documentation()
                || address.is_multicast()
                || is_shared
                || is_benchmark
                || first == 0
                || first >= 240)
        }
        IpAddr::V6(address) => {
            if let Some(inner) = address.to_ipv4_mapped() {
                return is_public(IpAddr::V4(inner));
            }
            // Global unicast only, and no way into another network through it.
            let first = address.segments().first().copied().unwrap_or_default();
            let second = address.segments().get(1).copied().unwrap_or_default();
            (0x2000..0x4000).contains(&first) && first != 0x2002 && !(first == 0x2001 && second < 0x200)
        }
    }
}

/// Why nothing came back, without the address.
fn failure(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return String::from("it took too long to answer");
    }
    portcullis_fetch::words(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(url: &str) -> bool {
        refusal(&Url::parse(url).unwrap(), false).is_some()
    }

    #[test]
    fn what_strangers_name_must_lie_on_the_public_network() {
        for url in [
            "http://127.0.0.1/",
            "http://localhost:1/",
            "http://10.1.2.3/",
            "http://169.254.169.254/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://100.64.0.1/",
            "http://0x7f000001/",
            "https://u:p@a.example/",
            "file:///etc/passwd",
        ] {
            assert!(is_refused(url), "{url}");
        }
        for url in ["https://a.example/", "http://93.184.216.34/", "https://[2606:4700::1]/"] {
            assert!(!is_refused(url), "{url}");
        }
    }

    #[test]
    fn a_rest_is_asked_for_in_three_ways() {
        let with = |headers: &[(&str, &str)]| {
            let headers =
                headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            rest(&Reply { headers, ..Reply::default() })
        };
        let now = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(with(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        assert_eq!(
            with(&[now, ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT")]),
            Some(Duration::from_secs(10))
        );
        let reset = [now, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "784111787")];
        assert_eq!(with(&reset), Some(Duration::from_secs(10)));
        assert_eq!(with(&[("x-ratelimit-remaining", "5"), ("x-ratelimit-reset", "784111787")]), None);
    }
}
