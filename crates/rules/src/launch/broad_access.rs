//! Servers given the whole disk.

use portcullis_model::Severity;

use crate::command::Command;
use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server or container that is given the root of the file system, a whole home directory, or a folder that holds
    /// credentials (`.ssh`, `.aws`, `/etc`, ...), as a mount or as an allowed directory.
    ///
    /// ## Why it matters
    ///
    /// Whatever text reaches the model can make the server read it: keys, tokens, mail, other projects.
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2026.7.10", "/"]}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "docker", "args": ["run", "-i", "-v", "/:/host", "example/files"]}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2026.7.10", "/home/ann/.ssh"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2026.7.10", "/home/ann/notes"]}}}
    /// ```
    pub(crate) struct BroadAccess {
        id: "broad-access",
        summary: "the server is given the whole disk, a whole home or a folder of credentials",
        severity: High,
        confidence: High,
        threats: [MaliciousLaunchConfiguration, SandboxEscape, CredentialTheft],
        entry: Launch,
        remedy: "Give the server the one folder that it is for, read-only where it need not write.",
        references: ["CWE-732"],
        since: "0.1.0",
    }
}

impl Rule for BroadAccess {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Some(command) = Command::of(&launch.server.launch) else { return };
        let first = command.args.first().map(|word| word.text.to_ascii_lowercase());
        for (index, word) in command.args.iter().enumerate() {
            // `cmd /c`: one letter after a slash is a switch of Windows, and the first word may be one.
            if index == 0 && first.as_deref().is_some_and(|first| first == "/c" || first == "/k") {
                continue;
            }
            if let Some((what, severity)) = folder(&word.text).and_then(breadth) {
                report
                    .found(launch.at(&word.pointer, word.span), format!("the server may read {what}"))
                    .evidence(word.text.clone())
                    .severity(severity);
            }
        }
    }
}

/// The folder that an argument names: by itself, as the value of an option, or as the source of a mount.
fn folder(word: &str) -> Option<&str> {
    let value = match word.split_once('=') {
        Some((name, value)) if name.starts_with('-') => value,
        _ => word,
    };
    let value = value.split(',').find_map(|part| part.strip_prefix("src=").or(part.strip_prefix("source="))).unwrap_or(value);
    let is_windows = value.as_bytes().get(1) == Some(&b':') && value.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    let from = if is_windows { 2 } else { 0 };
    let end = value.get(from..)?.find(':').map_or(value.len(), |at| at + from);
    let source = value.get(..end)?;
    (source.starts_with(['/', '~', '$', '%']) || is_windows).then_some(source)
}

/// How much a folder holds.
fn breadth(folder: &str) -> Option<(&'static str, Severity)> {
    let folder = folder.replace('\\', "/");
    let trimmed = folder.trim_end_matches('/').to_ascii_lowercase();
    let segments: Vec<&str> = trimmed.split('/').collect();
    let last = segments.last().copied().unwrap_or_default();
    let secret = [".ssh", ".aws", ".gnupg", ".kube", ".docker", ".azure", ".config/gcloud", ".password-store", "keychains"];
    if trimmed.is_empty() || (trimmed.len() == 2 && trimmed.ends_with(':')) {
        return Some(("the whole disk", Severity::High));
    }
    if secret.iter().any(|name| trimmed.ends_with(name) && (trimmed.len() == name.len() || trimmed.ends_with(&format!("/{name}")))) {
        return Some(("a folder of credentials", Severity::Critical));
    }
    let home = matches!(trimmed.as_str(), "~" | "$home" | "${home}" | "${env:home}" | "%userprofile%" | "${userhome}" | "/root" | "/home" | "/users" | "c:/users");
    let one_home = segments.len() == 3 && matches!(segments.as_slice(), ["", "home" | "users", _]) || matches!(segments.as_slice(), [drive, "users", _] if drive.ends_with(':'));
    if home || one_home {
        return Some(("a whole home directory", Severity::Medium));
    }
    let system = segments.len() == 2 && matches!(last, "etc" | "var" | "proc" | "sys" | "dev" | "boot" | "windows");
    system.then_some(("a folder of the system", Severity::High))
}
