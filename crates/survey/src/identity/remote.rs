//! Addresses of remote servers.

/// Longer addresses are no addresses.
const LONGEST: usize = 2048;

/// The address of a remote server in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remote {
    /// The host, in lower case, without a port.
    pub host: String,
    /// Host, port when it is not the usual one, and path; without query, fragment and credentials.
    pub address: String,
}

impl Remote {
    /// The normal form. None for what is no address of the web, and where the host is a placeholder.
    #[must_use]
    pub fn read(address: &str) -> Option<Self> {
        let address = address.trim();
        if address.len() > LONGEST {
            return None;
        }
        let (scheme, rest) = address.split_once("://")?;
        let usual = match scheme.to_ascii_lowercase().as_str() {
            "http" | "ws" => "80",
            "https" | "wss" => "443",
            _ => return None,
        };
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let authority = authority.rsplit('@').next().unwrap_or(authority);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
                (host, port)
            }
            _ => (authority, usual),
        };
        let host = host.trim_end_matches('.').to_lowercase();
        let plain = |c: char| c.is_alphanumeric() || "-._[]:".contains(c);
        if host.is_empty() || !host.chars().all(plain) || !(host.contains('.') || host.contains(':')) {
            return None;
        }
        let path = path.trim_end_matches('/');
        let port = if port == usual { String::new() } else { format!(":{port}") };
        Some(Self { address: format!("{host}{port}/{path}"), host })
    }
}

/// The host of an address, in lower case.
#[must_use]
pub fn host(address: &str) -> Option<String> {
    Remote::read(address).map(|remote| remote.host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_an_address_are_one() {
        for (address, shown) in [
            ("https://MCP.example.com/mcp/", "mcp.example.com/mcp"),
            ("https://user:word@mcp.example.com:443/mcp?key=1#x", "mcp.example.com/mcp"),
            ("http://mcp.example.com:8080", "mcp.example.com:8080/"),
            ("https://mcp.example.com./mcp", "mcp.example.com/mcp"),
        ] {
            assert_eq!(Remote::read(address).unwrap().address, shown);
        }
        for address in
            ["", "mcp.example.com", "https://{host}/mcp", "https://localhost/mcp", "file:///x", "https:///x"]
        {
            assert_eq!(Remote::read(address), None, "{address}");
        }
    }
}
