//! Paths and file names that matter: where credentials lie, what starts programs, what instructs agents.

use super::concept::{Concept, Concepts};

const SECRET: &[&str] = &[
    ".ssh",
    "id_rsa",
    "id_ed25519",
    "id_ecdsa",
    "id_dsa",
    "authorized_keys",
    ".env",
    "/shadow",
    "/passwd",
    ".aws",
    "credentials",
    ".npmrc",
    ".pypirc",
    ".netrc",
    ".pgpass",
    ".kube",
    "kubeconfig",
    ".gnupg",
    ".git-credentials",
    "wallet.dat",
    "keychain",
    "secrets",
    "cookies",
    "login data",
    ".docker/config",
    "master.key",
    "private.key",
    ".pem",
    ".p12",
    ".pfx",
    ".kdbx",
    "/sudoers",
    "gcloud",
    "secret.",
    "secret_",
    "private_key",
    "access_key",
    "api_key",
    "apikey",
    "password",
    "tokens.json",
    "proc/self/environ",
];

const SYSTEM: &[&str] = &[
    "/etc/",
    "/var/",
    "/usr/",
    "/boot",
    "/root",
    "/proc/",
    "/sys/",
    "/dev/",
    "/bin/",
    "/sbin/",
    "/lib/",
    ".bashrc",
    ".bash_profile",
    ".zshrc",
    ".profile",
    "crontab",
    "cron.d",
    "system32",
    ":/windows",
    "launchagents",
    "autostart",
    ".git/hooks",
    "systemd",
    ".bash_history",
    "/tmp/.",
    "/library/",
    "rm -rf",
];

const AGENT: &[&str] = &[
    "mcp.json",
    "mcp_config",
    "claude_desktop_config",
    ".cursor",
    ".claude",
    "claude.md",
    "agents.md",
    "gemini.md",
    ".cursorrules",
    ".windsurfrules",
    "copilot-instructions",
    "memory.md",
    ".vscode/settings",
    "mcp-config",
];

/// What a path or file name stands for. Looked at in lower case, at most 300 bytes of it.
pub(crate) fn concepts(chunk: &str) -> Concepts {
    let lower: String = chunk.chars().take(300).flat_map(char::to_lowercase).collect();
    let lower = lower.replace('\\', "/");
    let holds = |list: &[&str]| list.iter().any(|part| lower.contains(part));
    let mut concepts = Concepts::NONE;
    if holds(AGENT) {
        concepts.insert(Concept::AgentConfig);
    }
    if holds(SECRET) && !is_example(&lower) {
        concepts.insert(Concept::SecretPath);
    }
    if holds(SYSTEM) {
        concepts.insert(Concept::SystemPath);
    }
    concepts
}

/// What a name in a machine's spelling stands for: `id_rsa` is a file, `API_KEY` the name of a credential.
pub(crate) fn concepts_of_name(chunk: &str) -> Concepts {
    let found = concepts(chunk);
    let is_file = chunk.contains('.')
        || chunk.to_ascii_lowercase().contains("id_rsa")
        || found.has(Concept::AgentConfig);
    if found.has(Concept::SecretPath) && !is_file { Concept::Secret.into() } else { found }
}

/// Templates that are committed on purpose.
fn is_example(lower: &str) -> bool {
    [".env.example", ".env.sample", ".env.template"].iter().any(|name| lower.ends_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_credentials_are_known_on_every_system() {
        for path in
            ["~/.ssh/id_rsa", "C:\\Users\\me\\.aws\\credentials", "/etc/shadow", ".env", "/proc/self/environ"]
        {
            assert!(concepts(path).has(Concept::SecretPath), "{path}");
        }
        for path in ["src/main.rs", "/home/me/report.pdf", ".env.example"] {
            assert!(!concepts(path).has(Concept::SecretPath), "{path}");
        }
        assert!(concepts("~/.cursor/mcp.json").has(Concept::AgentConfig));
    }
}
