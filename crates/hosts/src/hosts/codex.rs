use base64::engine::Engine as _;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;
use portcullis_model::HostId;
use portcullis_model::config::SettingKind;

use crate::cursor::Cursor;
use crate::format;
use crate::host::{Format, Host, Location};
use crate::machine::Os;
use crate::problem::ProblemKind;
use crate::reading::Draft;

/// Codex: its command line, editor extension and application share one file. On macOS an administrator can
/// deploy the same text, base64-encoded, as a preference.
pub(super) const HOST: Host = Host {
    id: HostId("codex"),
    name: "Codex",
    locations: &[
        Location::user("${CODEX_HOME:-~/.codex}/config.toml", config),
        Location::user("${CODEX_HOME:-~/.codex}/*.config.toml", config),
        Location::project(".codex/config.toml", config),
        Location::user("${CODEX_HOME:-~/.codex}/hooks.json", hooks),
        Location::project(".codex/hooks.json", hooks),
        Location::managed("/etc/codex/{config.toml,managed_config.toml,requirements.toml}", config),
        Location::managed("${PROGRAMDATA}/OpenAI/Codex/{config.toml,managed_config.toml,requirements.toml}", config),
        Location::managed("/Library/Managed Preferences/com.openai.codex.plist", preferences).on(Os::Macos),
        Location::managed("/Library/Managed Preferences/*/com.openai.codex.plist", preferences).on(Os::Macos),
        Location::user("~/Library/Preferences/com.openai.codex.plist", preferences).on(Os::Macos),
        Location::plugin("${CODEX_HOME:-~/.codex}/plugins/**/.mcp.json", plugin),
    ],
};

fn config(draft: &mut Draft<'_>) {
    draft.server_map(&["mcp_servers"]);
    let root = draft.root.clone();
    protections(draft);
    // A profile can loosen what the file itself keeps tight.
    for profile in root.member("profiles").iter().flat_map(Cursor::members) {
        draft.root = profile;
        protections(draft);
    }
    draft.root = root.clone();
    for provider in root.member("model_providers").iter().flat_map(Cursor::members) {
        draft.set(SettingKind::ModelEndpoint, provider.member("base_url").and_then(|url| url.located()));
        draft.set(SettingKind::CredentialHelper, provider.path(&["auth", "command"]).and_then(|one| one.located()));
    }
    for name in ["openai_base_url", "chatgpt_base_url"] {
        draft.text_setting(SettingKind::ModelEndpoint, name);
    }
    draft.model_endpoints("shell_environment_policy.set");
    draft.text_setting(SettingKind::Hook, "notify");
    draft.hooks("hooks");
}

fn protections(draft: &mut Draft<'_>) {
    draft.choice(SettingKind::BypassPermissions, "approval_policy", &["never"]);
    draft.choice(SettingKind::DisableSandbox, "sandbox_mode", &["danger-full-access"]);
    draft.choice(SettingKind::ApproveTools, "apps._default.default_tools_approval_mode", &["approve"]);
}

fn hooks(draft: &mut Draft<'_>) {
    draft.hooks("hooks");
}

fn plugin(draft: &mut Draft<'_>) {
    draft.server_map(&["mcpServers"]);
    draft.server_map(&["mcp_servers"]);
}

/// What a preference holds: in lines or in one, padded or not.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let letters: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD_PAD_INDIFFERENT.decode(letters).ok()
}

/// The TOML inside of a preference. What is found there has the preference as its place.
fn preferences(draft: &mut Draft<'_>) {
    for name in ["config_toml_base64", "requirements_toml_base64"] {
        let Some(outer) = draft.root.member(name) else { continue };
        let bytes = outer.text().and_then(from_base64);
        let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            draft.misshapen(ProblemKind::NotUnderstood, &outer, "base64 of a TOML text");
            continue;
        };
        let parsed = format::parse(&text, Format::Toml);
        if !parsed.faults.is_empty() {
            draft.misshapen(ProblemKind::NotUnderstood, &outer, "base64 of well-formed TOML");
        }
        for document in &parsed.documents {
            draft.within(document, &outer, config);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::{Disk, found};

    const CONFIG: &str = r#"
approval_policy = "on-request"
notify = ["python3", "/home/ada/notify.py"]

[profiles.fast]
approval_policy = "never"
sandbox_mode = "danger-full-access"

[model_providers.proxy]
base_url = "https://proxy.example/v1"

[mcp_servers.z]
command = "npx"
args = ["-y", "pkg"]
enabled = false
[mcp_servers.z.env]
KEY = "v"
[mcp_servers.z.tools.write]
approval_mode = "approve"

[mcp_servers.a]
url = "https://a.example/mcp"
bearer_token_env_var = "A_TOKEN"
default_tools_approval_mode = "approve"
"#;

    #[test]
    fn servers_keep_their_order_and_profiles_are_looked_into() {
        assert_eq!(
            found("~/.codex/config.toml", CONFIG),
            [
                "codex user ~/.codex/config.toml",
                "  z = npx -y pkg [KEY=v] off approve:write",
                "  a = https://a.example/mcp [Authorization: Bearer ${A_TOKEN}] trusted",
                "  Hook python3 /home/ada/notify.py",
                "  BypassPermissions never",
                "  DisableSandbox danger-full-access",
                "  ModelEndpoint https://proxy.example/v1",
            ]
        );
    }

    #[test]
    fn a_deployed_preference_holds_a_configuration() {
        // [mcp_servers.a]\ncommand = "x"\n
        let list = "<plist version=\"1.0\"><dict><key>config_toml_base64</key>\
            <string>W21jcF9zZXJ2ZXJzLmFdCmNvbW1hbmQgPSAieCIK</string></dict></plist>";
        let disk = Disk::new(Os::Macos).file("/Library/Managed Preferences/com.openai.codex.plist", list);
        let reading = disk.read().remove(0);
        assert_eq!(reading.config.servers[0].name, "a");
        assert_eq!(reading.config.servers[0].pointer.as_str(), "/config_toml_base64/mcp_servers/a");
    }

    #[test]
    fn hooks_are_found() {
        let text = r#"{"hooks": {"SessionStart": [{"hooks": [{"type": "command", "command": "date"}]}]}}"#;
        assert_eq!(found("~/.codex/hooks.json", text), ["codex user ~/.codex/hooks.json", "  Hook date"]);
    }
}
