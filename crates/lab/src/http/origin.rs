//! Who may talk to a server on the loopback interface: nobody that a web page elsewhere can speak for.

use hyper::HeaderMap;
use hyper::header::{HOST, ORIGIN};

/// The names of this machine.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Whether the host is this machine at `port`, and the origin, if any, a page of this machine.
pub(super) fn is_allowed(headers: &HeaderMap, port: u16) -> bool {
    let one = |name| {
        let mut values = headers.get_all(name).iter();
        match (values.next().map(|value| value.to_str()), values.next()) {
            (None, _) => Ok(None),
            (Some(Ok(value)), None) => Ok(Some(value)),
            _ => Err(()),
        }
    };
    let (Ok(Some(host)), Ok(origin)) = (one(HOST), one(ORIGIN)) else { return false };
    is_here(host, Some(port))
        && origin.is_none_or(|origin| {
            let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            authority.is_some_and(|authority| is_here(authority, None))
        })
}

/// Whether `authority` is this machine, at `port` if one is given.
fn is_here(authority: &str, port: Option<u16>) -> bool {
    LOOPBACK.iter().any(|name| {
        let Some(rest) = authority.strip_prefix(name) else { return false };
        match rest.strip_prefix(':') {
            None => rest.is_empty(),
            Some(given) => given.parse::<u16>().is_ok_and(|given| port.is_none_or(|port| given == port)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        is_allowed(&headers, 3000)
    }

    #[test]
    fn only_this_machine_is_served() {
        assert!(allowed("localhost:3000", None) && allowed("[::1]:3000", Some("http://localhost:3000")));
        assert!(allowed("127.0.0.1", Some("https://127.0.0.1")));
        for (host, origin) in [
            ("evil.example.com", None),
            ("localhost:3001", None),
            ("localhost.evil.example.com:3000", None),
            ("localhost:3000", Some("http://evil.example.com")),
            ("localhost:3000", Some("null")),
            ("localhost:3000", Some("http://localhost.evil.example.com")),
        ] {
            assert!(!allowed(host, origin), "{host} {origin:?}");
        }
    }
}
