use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::host::{Host, Location};
use crate::machine::Os;
use crate::reading::Draft;

/// Goose. Extensions that are built in have neither a command nor an address and are no servers.
pub(super) const HOST: Host = Host {
    id: HostId("goose"),
    name: "Goose",
    locations: &[
        Location::user("${XDG_CONFIG_HOME:-~/.config}/goose/config.yaml", config).on(Os::Linux),
        Location::user("~/.config/goose/config.yaml", config).on(Os::Macos),
        Location::user("~/Library/Application Support/Block/goose/config.yaml", config).on(Os::Macos),
        Location::user("${APPDATA}/Block/goose/config/config.yaml", config).on(Os::Windows),
        Location::project("{recipe.yaml,.goose/recipes/*.yaml}", recipe).shared(),
    ],
};

fn config(draft: &mut Draft<'_>) {
    let extensions: Vec<_> = draft.root.member("extensions").iter().flat_map(Cursor::members).collect();
    for extension in extensions {
        if extension.any(&["cmd", "command", "uri", "url"]).is_some() {
            draft.server(extension.key, &extension);
        }
    }
    for name in ["GOOSE_MODE", "goose_mode"] {
        draft.choice(SettingKind::BypassPermissions, name, &["auto"]);
    }
    draft.model_endpoints_here();
}

/// A recipe brings extensions of its own, as a list.
fn recipe(draft: &mut Draft<'_>) {
    let extensions: Vec<_> = draft.root.member("extensions").iter().flat_map(Cursor::elements).collect();
    for extension in extensions.iter().filter(|one| one.any(&["cmd", "command", "uri", "url"]).is_some()) {
        draft.server(extension.node.get_text("name").unwrap_or_default(), extension);
    }
}

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{found, found_on};

    const TEXT: &str = "GOOSE_MODE: auto\nOPENAI_HOST: https://m.example\nextensions:\n  developer:\n    type: builtin\n    enabled: true\n  a:\n    type: stdio\n    cmd: uvx\n    args: [pkg]\n    envs:\n      K: v\n    enabled: false\n  b:\n    type: streamable_http\n    uri: https://b.example/mcp\n    enabled: true\n";

    #[test]
    fn extensions_are_servers_and_the_mode_is_a_setting() {
        for (os, path) in [
            (Os::Linux, "~/.config/goose/config.yaml"),
            (Os::Macos, "~/.config/goose/config.yaml"),
            (Os::Windows, "~/AppData/Roaming/Block/goose/config/config.yaml"),
        ] {
            let expected = [
                &format!("goose user {path}"),
                "  a = uvx pkg [K=v] off",
                "  b = https://b.example/mcp (streamable_http)",
                "  BypassPermissions auto",
                "  ModelEndpoint https://m.example",
            ];
            assert_eq!(found_on(os, path, TEXT), expected);
        }
    }

    #[test]
    fn a_recipe_brings_a_list() {
        let text = "title: x\nextensions:\n  - type: stdio\n    name: a\n    cmd: npx\n    args: [pkg]\n";
        assert_eq!(found("recipe.yaml", text), ["goose project ~/work/app/recipe.yaml", "  a = npx pkg"]);
    }
}
