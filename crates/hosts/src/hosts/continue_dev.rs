use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::reading::Draft;

/// Continue. Servers are a list, each with its name; older files keep them under `experimental`.
pub(super) const HOST: Host = Host {
    id: HostId("continue"),
    name: "Continue",
    locations: &[
        Location::user("~/.continue/{config.yaml,config.json}", config),
        Location::user("~/.continue/mcpServers/*.{yaml,yml,json}", block),
        Location::user("~/.continue/permissions.yaml", permissions),
        Location::project(".continue/{config.yaml,config.json}", config),
        Location::project(".continue/mcpServers/*.{yaml,yml,json}", block),
        Location::project(".continue/{agents,assistants}/*.{yaml,yml}", config),
        Location::project(".continuerc.json", config),
    ],
};

fn config(draft: &mut Draft<'_>) {
    draft.server_map(&["mcpServers"]);
    let root = draft.root.clone();
    let older = root.path(&["experimental", "modelContextProtocolServers"]);
    for server in older.iter().flat_map(Cursor::elements) {
        let launch = server.member("transport").unwrap_or_else(|| server.clone());
        draft.server(server.node.get_text("name").unwrap_or_default(), &launch);
    }
    for model in root.member("models").iter().flat_map(Cursor::elements) {
        draft.set(SettingKind::ModelEndpoint, model.member("apiBase").and_then(|url| url.located()));
    }
}

/// A file of one server, or of servers in another host's shape.
fn block(draft: &mut Draft<'_>) {
    config(draft);
    let root = draft.root.clone();
    if root.any(&["command", "url"]).is_some() {
        draft.server(root.node.get_text("name").unwrap_or_default(), &root);
    }
}

fn permissions(draft: &mut Draft<'_>) {
    draft.list_setting(SettingKind::ApproveTools, "allow", |tool| matches!(tool, "*" | "Bash" | "Bash(*)"));
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn the_list_of_a_yaml_file_is_read() {
        let text = "name: mine\nversion: 1.0.0\nmodels:\n  - name: m\n    apiBase: https://m.example/v1\nmcpServers:\n  - name: a\n    command: npx\n    args:\n      - -y\n      - pkg\n    env:\n      KEY: ${{ secrets.KEY }}\n  - name: b\n    type: sse\n    url: https://b.example\n    requestOptions:\n      headers: {X: y}\n";
        assert_eq!(
            found("~/.continue/config.yaml", text),
            [
                "continue user ~/.continue/config.yaml",
                "  a = npx -y pkg [KEY=${{ secrets.KEY }}]",
                "  b = https://b.example (sse) [X: y]",
                "  ModelEndpoint https://m.example/v1",
            ]
        );
    }

    #[test]
    fn blocks_and_older_files_are_read() {
        assert_eq!(
            found(".continue/mcpServers/x.json", r#"{"mcpServers": {"a": {"command": "a"}}}"#),
            ["continue project ~/work/app/.continue/mcpServers/x.json", "  a = a"]
        );
        let older = r#"{"experimental": {"modelContextProtocolServers": [{"transport": {"type": "stdio", "command": "a", "args": ["b"]}}]}}"#;
        assert_eq!(found("~/.continue/config.json", older), ["continue user ~/.continue/config.json", "   = a b"]);
    }
}
