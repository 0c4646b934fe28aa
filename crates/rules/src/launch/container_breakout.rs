//! Containers that are none.

use portcullis_model::Severity;

use crate::command::Command;
use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A container that is started with the host's privileges: `--privileged`, dangerous capabilities, the host's process or
    /// network namespace, a disabled security profile, or the container engine's socket.
    ///
    /// ## Why it matters
    ///
    /// With any of these the code in the image owns the machine: the container only looks like a wall (X09, T11).
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "docker", "args": ["run", "-i", "--privileged", "example/server@sha256:0000000000000000000000000000000000000000000000000000000000000000"]}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "docker", "args": ["run", "-i", "-v", "/var/run/docker.sock:/var/run/docker.sock", "example/server"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "docker", "args": ["run", "-i", "--rm", "--network", "none", "-v", "/srv/data:/data:ro", "example/server"]}}}
    /// ```
    pub(crate) struct ContainerBreakout {
        id: "container-breakout",
        summary: "a container is started with the host's privileges",
        severity: High,
        confidence: Certain,
        threats: [MaliciousLaunchConfiguration, SandboxEscape],
        entry: Launch,
        remedy: "Remove the option; give the container only the folders and capabilities that it needs.",
        references: ["CWE-250", "arXiv 2509.24272"],
        since: "0.1.0",
    }
}

impl Rule for ContainerBreakout {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Some(command) = Command::of(&launch.server.launch) else { return };
        if !command.programs().iter().any(|(name, _)| ["docker", "podman", "nerdctl"].contains(&name.as_str())) {
            return;
        }
        for word in command.args {
            if let Some((what, severity)) = breaks_out(&word.text) {
                report
                    .found(launch.at(&word.pointer, word.span), format!("the container {what}"))
                    .evidence(word.text.clone())
                    .severity(severity);
            }
        }
        for (word, value) in command.option(&["--cap-add", "--pid", "--ipc", "--userns", "--network", "--net", "--security-opt", "--device"]) {
            if let Some(what) = weakens(&word.text, value) {
                report.found(launch.at(&word.pointer, word.span), format!("the container {what}")).evidence(value);
            }
        }
    }
}

/// What a single word does to the wall around a container.
fn breaks_out(word: &str) -> Option<(&'static str, Severity)> {
    let sockets = ["docker.sock", "podman.sock", "containerd.sock", "crio.sock"];
    if sockets.iter().any(|socket| word.contains(socket)) {
        return Some(("is handed the engine's socket: it can start any container with any right", Severity::Critical));
    }
    (word == "--privileged" || word == "--privileged=true").then_some(("runs privileged", Severity::High))
}

/// What an option with this value does.
fn weakens(word: &str, value: &str) -> Option<&'static str> {
    let value = value.to_ascii_lowercase();
    match value.as_str() {
        "host" if word != "host" || !value.is_empty() => Some("shares a namespace with the host"),
        "all" | "sys_admin" | "sys_ptrace" | "sys_module" | "cap_sys_admin" | "dac_read_search" | "net_admin" => {
            Some("is given a capability that leads out of it")
        }
        _ if value.contains("unconfined") || value == "label=disable" || value == "label:disable" => {
            Some("runs without its security profile")
        }
        _ if value.starts_with("/dev/mem") || value.starts_with("/dev/sd") || value.starts_with("/dev/nvme") => {
            Some("is handed a disk or the memory of the host")
        }
        _ => None,
    }
}
