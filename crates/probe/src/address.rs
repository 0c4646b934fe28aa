//! Which addresses a server may send us to.
//!
//! The user names one address, and naming it is consent, whatever it is. Everything else (a redirect, authorization
//! metadata, the endpoint of an older server) is chosen by the server, which must not turn us against the network that
//! we stand in: such an address has the same origin as the named one, or it is https and public, in every address that
//! its name resolves to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

/// Why the server may not send us from `named` to `target`; nothing when it may.
pub(crate) fn refusal(named: &Url, target: &Url) -> Option<String> {
    if !matches!(target.scheme(), "http" | "https") {
        return Some(format!("scheme `{}` is neither http nor https", target.scheme()));
    }
    if named.scheme() == "https" && target.scheme() == "http" {
        return Some("it leads from https to http".to_owned());
    }
    if named.origin() == target.origin() {
        return None;
    }
    if target.scheme() == "http" {
        return Some("another origin must be https".to_owned());
    }
    if !target.username().is_empty() || target.password().is_some() {
        return Some("it carries a user name or password".to_owned());
    }
    let literal = match target.host() {
        Some(url_host) => literal_address(&url_host.to_string()),
        None => return Some("it names no host".to_owned()),
    };
    literal.and_then(not_public)
}

fn literal_address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Why `address` is not one of the public network; nothing when it is.
#[must_use]
pub fn not_public(address: IpAddr) -> Option<String> {
    let kind = match address {
        IpAddr::V4(v4) => v4_kind(v4),
        IpAddr::V6(v6) => v6_kind(v6),
    };
    kind.map(|kind| format!("`{address}` is {kind}"))
}

fn v4_kind(address: Ipv4Addr) -> Option<&'static str> {
    let [first, second, third, _] = address.octets();
    match (first, second, third) {
        (0, ..) => Some("an address of this host"),
        (127, ..) => Some("a loopback address"),
        (10, ..) | (172, 16..=31, _) | (192, 168, _) => Some("a private address"),
        (169, 254, _) => Some("a link-local or metadata address"),
        (100, 64..=127, _) => Some("an address of a provider's inner network"),
        (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (198, 18 | 19, _) | (192, 88, 99) => {
            Some("a reserved address")
        }
        (224..=255, ..) => Some("a multicast or reserved address"),
        _ => None,
    }
}

fn v6_kind(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(embedded) = embedded_v4(address) {
        return v4_kind(embedded);
    }
    let [first, second, ..] = address.segments();
    match first {
        _ if address.is_loopback() => Some("a loopback address"),
        _ if address.is_unspecified() => Some("an address of this host"),
        0xfc00..=0xfdff => Some("a private address"),
        0xfe80..=0xfebf => Some("a link-local or metadata address"),
        0xfec0..=0xfeff => Some("a private address"),
        0xff00..=0xffff => Some("a multicast or reserved address"),
        0x2001 if second == 0x0db8 => Some("a reserved address"),
        0x2000..=0x3fff => None,
        _ => Some("a reserved address"),
    }
}

/// The IPv4 address that an IPv6 address carries: mapped, compatible, translated (NAT64), 6to4 or Teredo's client.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let from = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] => Some(from(high, low)),
        [0, 0, 0, 0, 0xffff, 0, high, low] => Some(from(high, low)),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => Some(from(high, low)),
        [0x64, 0xff9b, .., high, low] => Some(from(high, low)),
        [0x2002, high, low, ..] => Some(from(high, low)),
        [0x2001, 0, .., high, low] => Some(from(!high, !low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(named: &str, target: &str) -> Option<String> {
        refusal(&named.parse().unwrap(), &target.parse().unwrap())
    }

    #[test]
    fn a_redirect_to_the_same_origin_is_followed_whatever_it_is() {
        assert_eq!(refused("http://127.0.0.1:8080/mcp", "http://127.0.0.1:8080/mcp/"), None);
        assert_eq!(refused("https://tools.example/mcp", "https://tools.example/v2"), None);
    }

    #[test]
    fn a_redirect_from_https_to_http_is_refused_even_on_the_same_host() {
        assert!(
            refused("https://tools.example/mcp", "http://tools.example/mcp")
                .unwrap()
                .contains("https to http")
        );
    }

    #[test]
    fn a_redirect_to_another_public_origin_must_be_https() {
        assert_eq!(refused("https://tools.example/", "https://other.example/"), None);
        assert_eq!(refused("http://tools.example/", "https://other.example/"), None);
        assert!(refused("http://tools.example/", "http://other.example/").is_some());
        assert!(refused("https://tools.example/", "file:///etc/passwd").is_some());
        assert!(refused("https://tools.example/", "https://user:pass@other.example/").is_some());
    }

    #[test]
    fn every_spelling_of_an_inner_address_is_refused() {
        for inner in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.31.255.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "198.18.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "[fec0::1]",
            "[ff02::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::a00:1]",
            "[2002:7f00:1::]",
            "[2001:0:1::80ff:fffe]",
            "[2001:db8::1]",
            "[100::1]",
        ] {
            let target = format!("https://{inner}:8443/x");
            assert!(refused("https://tools.example/mcp", &target).is_some(), "{inner} was let through");
        }
    }

    #[test]
    fn public_addresses_are_let_through() {
        for public in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "[2606:4700::1111]", "[::ffff:1.1.1.1]"] {
            let target = format!("https://{public}/x");
            assert_eq!(refused("https://tools.example/mcp", &target), None, "{public}");
        }
    }
}
