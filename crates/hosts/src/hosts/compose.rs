use portcullis_model::HostId;

use crate::containers::container;
use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::reading::Draft;

/// Compose files. Of their services, those that have to do with MCP by name, image or command are servers.
pub(super) const HOST: Host = Host {
    id: HostId("compose"),
    name: "Compose",
    locations: &[Location::project(
        "{compose.yaml,compose.yml,docker-compose.yaml,docker-compose.yml,compose.*.yaml,docker-compose.*.yml}",
        services,
    )
    .shared()
    .elsewhere("its servers are containers of Compose; put the gateway in front of them")],
};

fn services(draft: &mut Draft<'_>) {
    let services: Vec<_> = draft.root.member("services").iter().flat_map(Cursor::members).collect();
    for service in services.iter().filter(|service| speaks_mcp(service)) {
        let launch = container(draft, service);
        draft.add(service.key, service, launch);
    }
}

fn speaks_mcp(service: &Cursor<'_>) -> bool {
    let parts = ["image", "command", "entrypoint", "container_name"];
    let texts = parts.iter().filter_map(|part| service.member(part)?.command_line());
    let mut names = texts.map(|text| text.text).chain([service.key.to_owned()]);
    names.any(|name| name.to_ascii_lowercase().split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word == "mcp"))
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn services_that_speak_mcp_are_servers_and_others_are_not() {
        let text = "services:\n  db:\n    image: postgres:16\n  gateway:\n    image: docker/mcp-gateway:latest\n    privileged: true\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock\n      - type: bind\n        source: /\n        target: /host\n    environment:\n      - TOKEN=x\n    command: [\"--servers=a\"]\n    network_mode: host\n";
        assert_eq!(
            found("compose.yaml", text),
            [
                "compose project ~/work/app/compose.yaml",
                "  gateway = docker run --privileged --network host --volume /var/run/docker.sock:/var/run/docker.sock --volume /:/host docker/mcp-gateway:latest --servers=a [TOKEN=x]",
            ]
        );
    }

    #[test]
    fn merged_fragments_belong_to_a_service() {
        let text = "x-mcp: &mcp\n  image: mcp/base\n  privileged: true\nservices:\n  one:\n    <<: *mcp\n    command: serve\n";
        assert_eq!(
            found("docker-compose.yml", text),
            ["compose project ~/work/app/docker-compose.yml", "  one = docker run --privileged mcp/base serve"]
        );
    }
}
