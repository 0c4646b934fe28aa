use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

/// LibreChat.
pub(super) const HOST: Host = Host {
    id: HostId("librechat"),
    name: "LibreChat",
    locations: &[Location::project("{librechat.yaml,librechat.yml}", mcp_servers)
        .elsewhere("its servers are started where LibreChat runs, mostly a container; put the gateway in front of them")],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_servers_are_found() {
        let text = "version: 1.2.1\nmcpServers:\n  a:\n    type: streamable-http\n    url: https://a.example/mcp\n    headers:\n      Authorization: \"Bearer ${A}\"\n";
        assert_eq!(
            found("librechat.yaml", text),
            [
                "librechat project ~/work/app/librechat.yaml",
                "  a = https://a.example/mcp (streamable-http) [Authorization: Bearer ${A}]",
            ]
        );
    }
}
