//! Servers with administrator rights.

use portcullis_model::Severity;

use crate::command::Command;
use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server that is started with administrator rights or with its own protection switched off: `sudo`, `runas`,
    /// `--user root`, `--no-sandbox`, `--allow-all`, `--dangerously-…`.
    ///
    /// ## Why it matters
    ///
    /// Everything a text makes the server do happens with those rights.
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "sudo", "args": ["node", "/opt/server/index.js"]}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "deno", "args": ["run", "-A", "server.ts"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "deno", "args": ["run", "--allow-net=api.example.com", "server.ts"]}}}
    /// ```
    pub(crate) struct ElevatedLaunch {
        id: "elevated-launch",
        summary: "the server is started with administrator rights or its protection switched off",
        severity: High,
        confidence: High,
        threats: [MaliciousLaunchConfiguration, SandboxEscape],
        entry: Launch,
        remedy: "Start it as yourself with only the rights that it needs.",
        references: ["CWE-250"],
        since: "0.1.0",
    }
}

impl Rule for ElevatedLaunch {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Some(command) = Command::of(&launch.server.launch) else { return };
        let programs = command.programs();
        for (program, word) in &programs {
            if ["sudo", "doas", "runas", "pkexec", "su", "gsudo"].contains(&program.as_str()) {
                report
                    .found(launch.at(&word.pointer, word.span), format!("`{program}` gives the server administrator rights"));
            }
        }
        let is_deno = programs.iter().any(|(program, _)| program == "deno");
        for word in command.args {
            let text = word.text.to_ascii_lowercase();
            let switched_off = ["--no-sandbox", "--disable-sandbox", "--disable-web-security", "--allow-all", "--unsafe-perm", "--yolo"]
                .contains(&text.as_str())
                || text.starts_with("--dangerously-")
                || text.starts_with("--dangerously_")
                || (is_deno && text == "-a");
            if switched_off {
                report
                    .found(launch.at(&word.pointer, word.span), format!("`{}` switches a protection off", word.text))
                    .severity(Severity::Medium);
            }
        }
    }
}
