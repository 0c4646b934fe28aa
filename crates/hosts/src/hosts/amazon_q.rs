use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::servers::mcp_servers;

use super::kiro::agent;

/// Amazon Q Developer.
pub(super) const HOST: Host = Host {
    id: HostId("amazon-q"),
    name: "Amazon Q Developer",
    locations: &[
        Location::user("~/.aws/amazonq/{mcp.json,default.json}", mcp_servers),
        Location::user("~/.aws/amazonq/{cli-agents,agents}/*.json", agent),
        Location::user("~/.aws/amazonq/agents/*/*.json", agent),
        Location::project(".amazonq/{mcp.json,default.json}", mcp_servers),
        Location::project(".amazonq/{cli-agents,agents}/*.json", agent),
    ],
};

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn servers_and_agents_are_found() {
        assert_eq!(
            found("~/.aws/amazonq/mcp.json", r#"{"mcpServers": {"a": {"command": "a", "timeout": 9000}}}"#),
            ["amazon-q user ~/.aws/amazonq/mcp.json", "  a = a"]
        );
        assert_eq!(
            found(".amazonq/cli-agents/x.json", r#"{"mcpServers": {}, "allowedTools": ["@git"]}"#),
            ["amazon-q project ~/work/app/.amazonq/cli-agents/x.json", "  ApproveTools @git"]
        );
    }
}
