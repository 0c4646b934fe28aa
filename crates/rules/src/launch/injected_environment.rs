//! Variables that load code.

use portcullis_model::{Launch, Severity};

use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Environment variables that make a program load code or another program: `LD_PRELOAD`, `DYLD_INSERT_LIBRARIES`,
    /// `NODE_OPTIONS=--require`, `PYTHONSTARTUP`, `BASH_ENV`, a changed `PATH`, disabled certificate checks.
    ///
    /// ## Why it matters
    ///
    /// The command looks harmless; the variable decides what runs (X09, X08).
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"], "env": {"NODE_OPTIONS": "--require /tmp/hook.js"}}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"], "env": {"NODE_TLS_REJECT_UNAUTHORIZED": "0"}}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"], "env": {"NODE_OPTIONS": "--max-old-space-size=4096"}}}}
    /// ```
    pub(crate) struct InjectedEnvironment {
        id: "injected-environment",
        summary: "an environment variable makes the server load other code or drop a check",
        severity: High,
        confidence: High,
        threats: [MaliciousLaunchConfiguration, PersistentConfigurationInfection],
        entry: Launch,
        remedy: "Remove the variable; if the server needs it, put it where it is reviewed and say why.",
        references: ["CWE-426", "CWE-427"],
        since: "0.1.0",
    }
}

impl Rule for InjectedEnvironment {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Launch::Stdio { env, .. } = &launch.server.launch else { return };
        for variable in env {
            if let Some((what, severity)) = effect(&variable.name, variable.value.expose()) {
                report
                    .found(launch.at(&variable.pointer, variable.span), format!("`{}` {what}", variable.name))
                    .evidence(format!("{}={}", variable.name, variable.value.expose()))
                    .severity(severity);
            }
        }
    }
}

/// What a variable does to the program that is given it.
fn effect(name: &str, value: &str) -> Option<(&'static str, Severity)> {
    let name = name.to_ascii_uppercase();
    if value.is_empty() {
        return None;
    }
    Some(match name.as_str() {
        "LD_PRELOAD" | "LD_AUDIT" | "DYLD_INSERT_LIBRARIES" => ("loads a library into the server", Severity::High),
        "LD_LIBRARY_PATH" | "DYLD_LIBRARY_PATH" => ("changes where libraries are loaded from", Severity::Low),
        "BASH_ENV" | "ENV" | "PYTHONSTARTUP" | "PERL5OPT" | "RUBYOPT" | "JAVA_TOOL_OPTIONS" | "GIT_SSH_COMMAND" => {
            ("runs code before the server does", Severity::High)
        }
        "NODE_OPTIONS" if ["--require", "-r ", "--import", "--loader", "--inspect"].iter().any(|o| value.contains(o)) => {
            ("loads code into the server", Severity::High)
        }
        "NODE_TLS_REJECT_UNAUTHORIZED" if value == "0" => ("switches certificate checks off", Severity::Medium),
        "PYTHONHTTPSVERIFY" if value == "0" => ("switches certificate checks off", Severity::Medium),
        "GIT_SSL_NO_VERIFY" => ("switches certificate checks off", Severity::Medium),
        "PATH" if value.starts_with("/tmp") || value.starts_with('.') || value.contains(":/tmp") => {
            ("finds programs in a folder that others can write to", Severity::High)
        }
        _ => return None,
    })
}
