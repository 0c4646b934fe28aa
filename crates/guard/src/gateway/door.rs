//! Who may come in: the host that is addressed, the page that asks, the token that is shown. Looked at before anything
//! else, on every path and with every method.

use std::net::{IpAddr, SocketAddr};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use hyper::header::{AUTHORIZATION, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use hyper::{StatusCode, Uri};

use super::message::code;
use crate::session::Principal;
use crate::settings::GatewayPlan;

/// The door of one listener.
#[derive(Debug)]
pub(super) struct Door {
    address: SocketAddr,
}

/// Why somebody stays outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// The code of the error that says so.
    pub(super) code: i32,
    pub(super) message: &'static str,
}

/// A refusal of a request that cannot be meant.
pub(super) const fn refuse(status: StatusCode, message: &'static str) -> Refusal {
    Refusal { status, code: code::REQUEST, message }
}

impl Door {
    /// The door of a listener at `address`.
    pub(super) const fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Who comes in.
    pub(super) fn admit(
        &self,
        plan: &GatewayPlan,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Principal, Refusal> {
        self.lets_in(plan, uri, headers)?;
        identify(plan, headers)
    }

    /// Whether the host that is addressed and the page that asks are known.
    pub(super) fn lets_in(&self, plan: &GatewayPlan, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        let host =
            only(headers, HOST).ok_or(refuse(StatusCode::BAD_REQUEST, "one `Host` header is needed"))?;
        let addressed = uri.authority().is_none_or(|authority| self.is_ours(plan, authority.as_str()));
        if !addressed || !self.is_ours(plan, host) {
            return Err(refuse(StatusCode::FORBIDDEN, "this host is not served here"));
        }
        if headers.contains_key(ORIGIN) {
            let origin = only(headers, ORIGIN).filter(|origin| self.may_ask(plan, origin));
            origin.ok_or(refuse(StatusCode::FORBIDDEN, "pages of this origin may not use the gateway"))?;
        }
        Ok(())
    }

    /// Whether a `Host` header means us.
    fn is_ours(&self, plan: &GatewayPlan, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        if plan.hosts.contains(&host) {
            return true;
        }
        let Some((name, port)) = split(&host) else { return false };
        if plan.hosts.iter().any(|known| known == name) {
            return true;
        }
        if port.unwrap_or(80) != self.address.port() {
            return false;
        }
        let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
        let literal: Option<IpAddr> = bare.parse().ok();
        let own = self.address.ip();
        literal == Some(own) && !own.is_unspecified()
            || own.is_loopback() && (name == "localhost" || literal.is_some_and(|ip| ip.is_loopback()))
    }

    /// Whether pages of an origin may use the gateway: those of the plan, and our own.
    fn may_ask(&self, plan: &GatewayPlan, origin: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        plan.origins.contains(&origin)
            || origin.strip_prefix("http://").is_some_and(|host| {
                self.address.ip().is_loopback()
                    && split(host).is_some_and(|(_, port)| port.is_some())
                    && self.is_ours(plan, host)
            })
    }
}

/// Name and port of a host; nothing when it is written in another way than those.
fn split(host: &str) -> Option<(&str, Option<u16>)> {
    let end = match host.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, rest) = host.split_at_checked(end)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    if name.is_empty() || !name.bytes().all(plain) {
        return None;
    }
    match rest.strip_prefix(':') {
        None => rest.is_empty().then_some((name, None)),
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some((name, Some(port.parse().ok()?)))
        }
        Some(_) => None,
    }
}

/// The one value of a header.
pub(super) fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    match (values.next().map(HeaderValue::to_str), values.next()) {
        (Some(Ok(value)), None) => Some(value),
        _ => None,
    }
}

/// Whose token is shown. Where nobody is named, everybody on this machine is the same person.
fn identify(plan: &GatewayPlan, headers: &HeaderMap) -> Result<Principal, Refusal> {
    if plan.clients.is_empty() {
        return Ok(plan.person.clone());
    }
    let shown = only(headers, AUTHORIZATION).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    let shown = shown.unwrap_or_default().as_bytes();
    // Every token is compared, so that the time tells nothing about which one was nearly right.
    let mut found = None;
    for client in &plan.clients {
        if verify_slices_are_equal(client.token.expose().as_bytes(), shown).is_ok() {
            found = Some(Principal { issuer: "gateway".into(), subject: client.subject.clone() });
        }
    }
    found.ok_or(refuse(StatusCode::UNAUTHORIZED, "show a bearer token of `guard.clients`"))
}
