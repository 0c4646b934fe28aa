//! Settings that stop asking.

use portcullis_model::{HostConfig, Safety, Scope, SettingKind, Severity};

use crate::evidence::{setting_place, switched_off};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Settings that let tools run without a question, start every server that a repository brings, skip permission prompts, or
    /// switch a sandbox off.
    ///
    /// ## Why it matters
    ///
    /// They remove the moment at which a person could notice an attack. In a project's file they do it for everybody who opens
    /// the project.
    ///
    /// ## Examples
    ///
    /// ```config bad path=/srv/project/.claude/settings.json
    /// {"permissions": {"defaultMode": "bypassPermissions"}}
    /// ```
    ///
    /// ```config good path=/srv/project/.claude/settings.json
    /// {"permissions": {"defaultMode": "default"}, "mcpServers": {}}
    /// ```
    pub(crate) struct ProtectionSwitchedOff {
        id: "protection-switched-off",
        summary: "a setting lets things run without asking or switches a sandbox off",
        severity: High,
        confidence: Certain,
        threats: [PersistentConfigurationInfection, SandboxEscape, ToolPoisoning],
        entry: HostConfig,
        remedy: "Remove the setting.",
        references: ["CWE-862", "CWE-693"],
        since: "0.1.0",
    }
}

impl Rule for ProtectionSwitchedOff {
    fn check_host_config(&self, config: &HostConfig, report: &mut Report<'_>) {
        for setting in &config.settings {
            let what = match setting.kind {
                SettingKind::ApproveProjectServers => "starts every server that a repository brings",
                SettingKind::ApproveTools => "lets tools run without asking",
                SettingKind::BypassPermissions => "skips permission prompts",
                SettingKind::DisableSandbox => "switches the sandbox off",
                _ => continue,
            };
            let severity = if config.scope == Scope::Project { Severity::High } else { Severity::Medium };
            report
                .found(setting_place(config, setting), what)
                .evidence(setting.value.text.clone())
                .severity(severity)
                .fix("Switch the protection on again.", Safety::Unsafe, switched_off(config, &setting.value));
        }
    }
}
