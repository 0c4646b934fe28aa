//! JSON in every host's shape: the first byte chooses the host.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_hosts::read_bytes;
use portcullis_hosts_fuzz::places_lie_in_the_text;

const FILES: &[&str] = &[
    "unknown.json",
    ".cursor/mcp.json",
    ".cursor/hooks.json",
    ".claude.json",
    ".claude/settings.json",
    ".vscode/mcp.json",
    ".vscode/settings.json",
    ".vscode/tasks.json",
    "x.code-workspace",
    ".devcontainer/devcontainer.json",
    ".gemini/settings.json",
    "opencode.json",
    ".kiro/agents/x.json",
    ".kiro/hooks/x.kiro.hook",
    ".zed/settings.json",
    ".continue/config.json",
    ".factory/settings.json",
    ".amp/settings.json",
    ".augment/settings.json",
    ".crush.json",
    ".grok/settings.json",
    ".openclaw/openclaw.json",
    "manifest.json",
    "server.json",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let file = FILES[usize::from(*first) % FILES.len()];
    if let Ok(reading) = read_bytes(rest, file) {
        places_lie_in_the_text(&reading);
    }
});
