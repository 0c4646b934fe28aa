use portcullis_model::HostId;

use crate::containers::container;
use crate::host::{Host, Location};
use crate::reading::Draft;

/// Docker's MCP toolkit: catalogues describe servers, the registry lists those that are switched on.
pub(super) const HOST: Host = Host {
    id: HostId("docker-mcp"),
    name: "Docker MCP Toolkit",
    locations: &[
        Location::user("~/.docker/mcp/catalogs/*.{yaml,yml}", catalogue).elsewhere(TOOLKIT),
        Location::user("~/.docker/mcp/{registry.yaml,config.yaml}", catalogue).elsewhere(TOOLKIT),
    ],
};

/// Who starts the servers of these files.
const TOOLKIT: &str = "its servers are containers of Docker's toolkit; guard the host's entry for that toolkit";

/// A catalogue: `registry`, a mapping of names to images or addresses. In `registry.yaml` the entries refer
/// to descriptions elsewhere and start nothing of their own.
fn catalogue(draft: &mut Draft<'_>) {
    let entries: Vec<_> = ["registry", "servers"]
        .iter()
        .filter_map(|name| draft.root.member(name))
        .flat_map(|servers| servers.members().collect::<Vec<_>>())
        .collect();
    for entry in entries {
        if let Some(remote) = entry.member("remote") {
            draft.server_at(&entry, &remote);
        } else if entry.any(&["image", "command"]).is_some() {
            let launch = container(draft, &entry);
            draft.add(entry.key, &entry, launch);
        } else if entry.any(&["url", "endpoint"]).and_then(|url| url.text()).is_some_and(|url| !url.is_empty()) {
            draft.server(entry.key, &entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn a_catalogue_describes_containers_and_addresses() {
        let text = "version: 3\nname: mine\nregistry:\n  a:\n    title: A\n    type: server\n    image: mcp/a@sha256:00\n    command: [--stdio]\n    env:\n      - name: K\n        value: v\n    volumes: [\"/home/ada:/data\"]\n  b:\n    type: remote\n    remote:\n      url: https://b.example/mcp\n      transport_type: streamable-http\n";
        assert_eq!(
            found("~/.docker/mcp/catalogs/mine.yaml", text),
            [
                "docker-mcp user ~/.docker/mcp/catalogs/mine.yaml",
                "  a = docker run --volume /home/ada:/data mcp/a@sha256:00 --stdio [K=v]",
                "  b = https://b.example/mcp (streamable-http)",
            ]
        );
    }

    #[test]
    fn the_list_of_what_is_switched_on_starts_nothing_itself() {
        assert_eq!(
            found("~/.docker/mcp/registry.yaml", "registry:\n  a:\n    ref: \"\"\n"),
            ["docker-mcp user ~/.docker/mcp/registry.yaml"]
        );
    }
}
