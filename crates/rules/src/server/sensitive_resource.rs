//! Resources that are nobody's business.

use portcullis_model::{ItemKind, Pointer, Severity};

use crate::evidence::{ServerEvidence, Subject};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A resource or template whose URI is a place of secrets: `/etc/shadow`, `~/.ssh`, `.aws/credentials`, `.env`, a
    /// key store, a browser's profile, another process, a cloud's metadata service.
    ///
    /// ## Why it matters
    ///
    /// Hosts read resources when the user or the model picks them, some by themselves. The secret is then in the
    /// conversation.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"server": "files", "resources": [{"name": "notes", "uri": "file:///home/user/.ssh/id_ed25519"}]}
    /// ```
    ///
    /// ```json good
    /// {"server": "files", "resources": [{"name": "notes", "uri": "file:///home/user/notes/ssh.md"}]}
    /// ```
    pub(crate) struct SensitiveResource {
        id: "sensitive-resource",
        summary: "a resource is a place of secrets",
        severity: High,
        confidence: High,
        threats: [PoisonedPromptOrResource, CredentialTheft, SandboxEscape],
        entry: Server,
        remedy: "Do not let the host read this resource; remove the server unless it exists to manage that secret.",
        references: ["CWE-200", "CWE-538"],
        since: "0.1.0",
    }
}

/// Parts of paths where secrets lie, lower case.
const PLACES: &[&str] = &[
    "/etc/shadow", "/etc/passwd", "/etc/sudoers", "/.ssh/", "/.aws/credentials", "/.aws/config", "/.gnupg/", "/.netrc",
    "/.docker/config.json", "/.kube/config", "/.git-credentials", "/.config/gcloud", "/.azure/", "/.npmrc", "/.pypirc",
    "/.bash_history", "/.zsh_history", "/.password-store", "/library/keychains", "/login data", "/cookies.sqlite",
    "/logins.json", "/proc/self/environ", "/environ", "/appdata/roaming/microsoft/credentials", "/config/sam",
    "/.claude.json", "/.cursor/mcp.json", "/claude_desktop_config.json", "169.254.169.254", "metadata.google.internal",
    "/wallet.dat", "/.electrum/", "/1password", "/keystore/",
];
/// Last parts of paths that are secrets wherever they lie.
const FILES: &[&str] =
    &[".env", "id_rsa", "id_ed25519", "id_ecdsa", "id_dsa", ".ssh", ".aws", ".gnupg", "credentials.json", "secrets.yaml"];

impl Rule for SensitiveResource {
    fn check_server(&self, server: &ServerEvidence<'_>, report: &mut Report<'_>) {
        for (kind, key) in [(ItemKind::Resource, "uri"), (ItemKind::Template, "uriTemplate")] {
            for item in server.surface.of_kind(kind) {
                let Some(uri) = item.node.get(key) else { continue };
                let text = uri.text().unwrap_or_default();
                let plain = plain(text);
                let last = plain.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
                let is_environment = last.starts_with(".env.") && !last.ends_with("example");
                let in_place = PLACES.iter().any(|place| plain.contains(place));
                if !in_place && !FILES.contains(&last) && !is_environment {
                    continue;
                }
                let subject = Subject { item: Some(kind), name: Some(&item.name), ..server.subject };
                let draft = report
                    .found(subject.at(&Pointer::of(&[key]), uri.span), format!("the {kind} `{text}` is a place of secrets"))
                    .evidence(text);
                if last == "passwd" {
                    draft.severity(Severity::Medium);
                }
            }
        }
    }
}

/// A URI in lower case with its percent escapes resolved and one kind of slash.
fn plain(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let escape = (byte == b'%').then(|| ahead.next().zip(ahead.next())).flatten();
        match escape.and_then(|(high, low)| hexadecimal(high).zip(hexadecimal(low))) {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = ahead;
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).to_lowercase().replace('\\', "/")
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
