//! The address of a remote server, as far as rules need to know it.

/// Scheme and host of an address.
pub(crate) struct Address {
    scheme: String,
    /// The host in lower case, brackets of IPv6 removed.
    pub(crate) host: String,
}

impl Address {
    /// Reads `scheme://[user@]host[:port]/…`. None for anything else, such as a reference.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = authority.rsplit('@').next()?;
        let host = match host.strip_prefix('[') {
            Some(v6) => v6.split(']').next()?,
            None => host.split(':').next()?,
        };
        let known = !host.is_empty() && !host.contains(['$', '{', '%']);
        known.then(|| Self {
            scheme: scheme.to_ascii_lowercase(),
            host: host.trim_end_matches('.').to_ascii_lowercase(),
        })
    }

    /// True when nothing on the way is kept from reading along.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "ws")
    }

    fn ip(&self) -> Option<std::net::IpAddr> {
        self.host.parse().ok()
    }

    /// True for an address instead of a name.
    pub(crate) fn is_ip(&self) -> bool {
        self.ip().is_some()
    }

    /// True for this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let named = self.host == "localhost"
            || self.host.ends_with(".localhost")
            || self.host == "host.docker.internal";
        named || self.ip().is_some_and(|ip| ip.is_loopback() || ip.is_unspecified())
    }

    /// True for a network that is not routed publicly.
    pub(crate) fn is_private(&self) -> bool {
        let named = [".local", ".lan", ".internal", ".home.arpa", ".intranet"]
            .iter()
            .any(|end| self.host.ends_with(end));
        let by_number = match self.ip() {
            Some(std::net::IpAddr::V4(ip)) => ip.is_private() || ip.is_link_local(),
            Some(std::net::IpAddr::V6(ip)) => ip.is_unique_local() || ip.is_unicast_link_local(),
            None => false,
        };
        named || by_number || !self.host.contains(['.', ':'])
    }

    /// True for a tunnel under a name that is given to whoever opens it next.
    pub(crate) fn is_tunnel(&self) -> bool {
        let tunnels = [
            ".trycloudflare.com",
            ".ngrok-free.app",
            ".ngrok.io",
            ".ngrok.app",
            ".loca.lt",
            ".localtunnel.me",
            ".serveo.net",
            ".lhr.life",
            ".pinggy.link",
            ".bore.pub",
            ".devtunnels.ms",
            ".gradio.live",
        ];
        tunnels.iter().any(|tunnel| self.host.ends_with(tunnel))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_through_users_ports_and_brackets() {
        let host = |url: &str| Address::of(url).map(|address| address.host);
        assert_eq!(host("https://user:pw@Example.com:8443/x"), Some("example.com".to_owned()));
        assert_eq!(host("http://[::1]:80/"), Some("::1".to_owned()));
        assert_eq!(host("${URL}"), None);
        assert_eq!(host("https://${HOST}/x"), None);
        assert!(Address::of("http://[::1]/").is_some_and(|address| address.is_loopback()));
    }
}
