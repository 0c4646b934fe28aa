//! The vocabulary of threats: 16 of arXiv 2503.23278 (T01 to T16) and those of arXiv 2510.16558 and the systems both
//! papers name (X01 to X18), with the lifecycle activities in which they are planted and fire.

use std::fmt;
use std::str::FromStr;

use crate::scale::UnknownWord;

/// The four phases of a server's life (arXiv 2503.23278, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Creation.
    Creation,
    /// Deployment.
    Deployment,
    /// Operation.
    Operation,
    /// Maintenance.
    Maintenance,
}

/// The sixteen activities of a server's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activity {
    /// Metadata definition.
    MetadataDefinition,
    /// Capability declaration.
    CapabilityDeclaration,
    /// Code implementation.
    CodeImplementation,
    /// Slash command definition.
    SlashCommandDefinition,
    /// Server release.
    ServerRelease,
    /// Installer deployment.
    InstallerDeployment,
    /// Environment setup.
    EnvironmentSetup,
    /// Tool registration.
    ToolRegistration,
    /// Intent analysis.
    IntentAnalysis,
    /// External resource access.
    ExternalResourceAccess,
    /// Tool invocation.
    ToolInvocation,
    /// Session management.
    SessionManagement,
    /// Version control.
    VersionControl,
    /// Configuration change.
    ConfigurationChange,
    /// Access audit.
    AccessAudit,
    /// Log audit.
    LogAudit,
}

impl Activity {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Activity::MetadataDefinition => "metadata-definition",
            Activity::CapabilityDeclaration => "capability-declaration",
            Activity::CodeImplementation => "code-implementation",
            Activity::SlashCommandDefinition => "slash-command-definition",
            Activity::ServerRelease => "server-release",
            Activity::InstallerDeployment => "installer-deployment",
            Activity::EnvironmentSetup => "environment-setup",
            Activity::ToolRegistration => "tool-registration",
            Activity::IntentAnalysis => "intent-analysis",
            Activity::ExternalResourceAccess => "external-resource-access",
            Activity::ToolInvocation => "tool-invocation",
            Activity::SessionManagement => "session-management",
            Activity::VersionControl => "version-control",
            Activity::ConfigurationChange => "configuration-change",
            Activity::AccessAudit => "access-audit",
            Activity::LogAudit => "log-audit",
        }
    }

    /// The phase it belongs to.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Activity::MetadataDefinition
            | Activity::CapabilityDeclaration
            | Activity::CodeImplementation
            | Activity::SlashCommandDefinition => Phase::Creation,
            Activity::ServerRelease
            | Activity::InstallerDeployment
            | Activity::EnvironmentSetup
            | Activity::ToolRegistration => Phase::Deployment,
            Activity::IntentAnalysis
            | Activity::ExternalResourceAccess
            | Activity::ToolInvocation
            | Activity::SessionManagement => Phase::Operation,
            Activity::VersionControl
            | Activity::ConfigurationChange
            | Activity::AccessAudit
            | Activity::LogAudit => Phase::Maintenance,
        }
    }
}

impl fmt::Display for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! threats {
    ($($variant:ident = $id:literal, $name:literal, $origin:ident, $trigger:ident, $attack:literal, $stopped_by:literal;)+) => {
        /// A way in which an MCP system is attacked or fails.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Threat { $(
            #[doc = concat!($id, ", ", $name, ": ", $attack, ".")]
            $variant
        ),+ }

        impl Threat {
            /// Every threat in the order of its id.
            pub const ALL: &'static [Threat] = &[$(Threat::$variant),+];

            /// The id, such as `T04`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Threat::$variant => $id),+ }
            }

            /// The name, such as `tool poisoning`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Threat::$variant => $name),+ }
            }

            /// The activity in which it is planted.
            #[must_use]
            pub const fn origin(self) -> Activity {
                match self { $(Threat::$variant => Activity::$origin),+ }
            }

            /// The activity in which it fires.
            #[must_use]
            pub const fn trigger(self) -> Activity {
                match self { $(Threat::$variant => Activity::$trigger),+ }
            }

            /// The reference attack in one line.
            #[must_use]
            pub const fn attack(self) -> &'static str {
                match self { $(Threat::$variant => $attack),+ }
            }

            /// What has to stop it.
            #[must_use]
            pub const fn stopped_by(self) -> &'static str {
                match self { $(Threat::$variant => $stopped_by),+ }
            }
        }

        impl FromStr for Threat {
            type Err = UnknownWord;

            fn from_str(id: &str) -> Result<Self, UnknownWord> {
                match id {
                    $($id => Ok(Threat::$variant),)+
                    _ => Err(UnknownWord { expected: "T01 to T16, X01 to X18" }),
                }
            }
        }
    };
}

threats! {
    NamespaceTyposquatting = "T01", "namespace typosquatting", MetadataDefinition, ToolRegistration,
        "a look-alike server beside the real one offers the same tool and takes the token",
        "signed name-to-publisher binding; look-alike gate; verified publisher preferred and shown";
    ToolNameConflict = "T02", "tool name conflict", CapabilityDeclaration, ToolInvocation,
        "two servers offer `send_email` and the wrong one runs",
        "qualified identity of server, tool and definition; a conflict stops or asks at load";
    PreferenceManipulation = "T03", "preference manipulation", CapabilityDeclaration, IntentAnalysis,
        "three identical adders, one praising itself and asking to be used instead of the others",
        "phrase and classifier rules; neutralised description; order independent of wording";
    ToolPoisoning = "T04", "tool poisoning", CapabilityDeclaration, ToolInvocation,
        "`add` whose description orders a key to be read and sent",
        "rejected at publish and install; withheld or neutralised at run time; flow rule stops key to network";
    RugPull = "T05", "rug pull", CapabilityDeclaration, ToolInvocation,
        "the second load changes description and output under the same name and schema",
        "pin of the whole surface and of the observed effects; a change is withheld until approved again";
    CrossServerShadowing = "T06", "cross-server shadowing", CapabilityDeclaration, ToolInvocation,
        "`add` whose description says every mail must also go to the attacker",
        "cross-reference rule; a recipient that does not come from the user is stopped";
    CommandInjection = "T07", "command injection, backdoor", CodeImplementation, ToolInvocation,
        "`read_file` with `;exec=` in the path runs a shell",
        "source rule; argument schema; sandbox without exec";
    InstallerSpoofing = "T08", "installer spoofing", InstallerDeployment, InstallerDeployment,
        "a package whose digest or signature does not match, from an unofficial installer",
        "install refuses; shows source, version, signature, path; asks";
    IndirectPromptInjection = "T09", "indirect prompt injection", ExternalResourceAccess, IntentAnalysis,
        "a public issue asks for the private repository's files",
        "the result is tainted; a call that derives from it needs approval; text rules on results";
    CredentialTheft = "T10", "credential theft", ToolInvocation, ToolInvocation,
        "a plaintext key in a host configuration that others can read",
        "secret finding; moved to a keyring or injected at run time; 0600";
    SandboxEscape = "T11", "sandbox escape", ToolInvocation, ToolInvocation,
        "a file server outside its directory; a browser page driving a local server",
        "sandbox by server role; Host and Origin checks; authentication on every connection";
    ToolChainingAbuse = "T12", "tool chaining abuse", ToolInvocation, ToolInvocation,
        "list, read `.env`, query, write to a public folder: each step permitted alone",
        "flow labels and sequence rules; ask at secret to public";
    UnauthorizedAccess = "T13", "unauthorized access", SessionManagement, SessionManagement,
        "a leaked session id is replayed; a token of another audience is passed through",
        "sessions bound to the principal; audience checked; no passthrough";
    VulnerableVersionRedeployed = "T14", "vulnerable version redeployed", VersionControl, InstallerDeployment,
        "rollback or stale cache to a version with an advisory",
        "advisory match; minimum secure version; anti-rollback";
    PrivilegePersistence = "T15", "privilege persistence", VersionControl, SessionManagement,
        "a role is revoked while a stream with the old token is open",
        "revocation reaches open streams and all replicas; credentials tied to the version";
    ConfigurationDrift = "T16", "configuration drift", ConfigurationChange, ConfigurationChange,
        "one setting edited by hand; a partial update",
        "signed baseline, drift found within one interval, rollback";
    MaintainerHijacking = "X01", "maintainer hijacking", ServerRelease, InstallerDeployment,
        "a listing points to an account that no longer exists",
        "ownership probe: account state by immutable id";
    RedirectionHijacking = "X02", "redirection hijacking", ServerRelease, InstallerDeployment,
        "a renamed account still redirects and its old name is free",
        "redirect followed, owner changed, old owner absent";
    AffixSquatting = "X03", "affix squatting", MetadataDefinition, ToolRegistration,
        "`mcp-x`, `x-mcp` and `mcp-x-server` by different maintainers",
        "affix-normalised groups with distinct owners";
    CredentialInListing = "X04", "credential leaked in a listing", ServerRelease, ServerRelease,
        "a live token in a configuration example",
        "secret rules on listings; owner told, value never stored";
    DeadListing = "X05", "dead, empty or unconfigurable listing", ServerRelease, InstallerDeployment,
        "an address that answers 404, an empty repository, no configuration example",
        "listing probe";
    ContextDanglingTool = "X06", "context-dangling tool", ToolRegistration, ToolInvocation,
        "a removed tool still named in the conversation is called",
        "call only what the live roster holds; typed error";
    ParasiticToolchain = "X07", "parasitic toolchain", ExternalResourceAccess, ToolInvocation,
        "ingestion, privacy and network tools, each benign, joined by planted text",
        "capability classes; reachability over the installed set; flow labels";
    PersistentConfigurationInfection = "X08", "persistent configuration infection", EnvironmentSetup, EnvironmentSetup,
        "a payload in an editor or agent configuration that is executed later and spreads with the repository",
        "command-bearing keys found; hash baseline; approval again on change; agent writes attributed";
    MaliciousLaunchConfiguration = "X09", "malicious launch configuration", EnvironmentSetup, ToolRegistration,
        "`docker run -v /:/host`, download piped to a shell, over-privileged flags",
        "launch rules; exact argv shown and approved; sandbox";
    PoisonedPromptOrResource = "X10", "poisoned prompt, resource or template", SlashCommandDefinition, ToolInvocation,
        "a prompt template that says to fetch the bank balance first",
        "the same rules on every surface text, not only tools";
    SteeringByResult = "X11", "steering by result or error text", ToolInvocation, IntentAnalysis,
        "an error message that orders another call",
        "text rules and labels on results and errors";
    ResourceExhaustion = "X12", "resource exhaustion", SessionManagement, SessionManagement,
        "notification flood, giant result, deep JSON, schema bomb",
        "size, depth and rate limits; budgets";
    CrossSessionContamination = "X13", "replay, identity or cross-session contamination", SessionManagement, SessionManagement,
        "the same request id, a late reply, a replayed call",
        "id spaces per client; nonce; trajectory checks";
    AuditTampering = "X14", "audit tampering or evasion", LogAudit, LogAudit,
        "an edited, reordered or truncated log; log injection",
        "signed hash chain, verified offline; refusals logged";
    WrongProvider = "X15", "wrong provider", IntentAnalysis, ToolInvocation,
        "the same tool name at several servers and a resolver that picks wrongly",
        "provider-bound resolution";
    StalePrivilegeGrants = "X16", "stale privilege grants", AccessAudit, AccessAudit,
        "a grant nobody has used or reviewed for months",
        "access review from the ledger; least-privilege suggestion";
    LinkedRepositoryPayload = "X17", "linked-repository payload", CodeImplementation, EnvironmentSetup,
        "a clean package whose linked repository carries malicious editor or agent settings",
        "repository hygiene rules";
    MaliciousPackage = "X18", "malicious package", InstallerDeployment, InstallerDeployment,
        "install hook, obfuscated loader or exfiltration in the package itself",
        "package rules; advisories; sandboxed install";
}

impl fmt::Display for Threat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threat_ids_are_in_order_and_read_back() {
        let ids: Vec<_> = Threat::ALL.iter().map(|threat| threat.id()).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        assert_eq!(ids, sorted);
        assert_eq!(ids.len(), 34);
        for threat in Threat::ALL {
            assert_eq!(threat.id().parse::<Threat>().as_ref(), Ok(threat));
        }
    }
}
