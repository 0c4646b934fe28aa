//! What a package or archive brings for the hosts and agents of whoever opens it: their configurations, and the texts
//! that steer them.

use std::collections::BTreeMap;

use portcullis_model::{
    Bundle, BundleFile, ContextDocument, ContextKind, Finding, Scope, Span, TargetKind, UnreadFile,
};
use portcullis_rules::Neighbours;

use super::gather::Gather;
use super::{configs, packages};

/// Texts that agents read by themselves.
const STEERING: &[&str] = &[
    "CLAUDE.md",
    "AGENTS.md",
    "GEMINI.md",
    "SKILL.md",
    ".cursorrules",
    ".windsurfrules",
    ".clinerules",
    "copilot-instructions.md",
];
/// A longer text steers nobody: 1 MiB.
const LONGEST: usize = 1 << 20;

/// What was found, what must not be shown of the files, and what could not be read.
#[derive(Default)]
pub(super) struct Brought {
    pub(super) findings: Vec<Finding>,
    pub(super) secrets: BTreeMap<String, Vec<Span>>,
    pub(super) unread: Vec<UnreadFile>,
}

/// Looks at the configurations and texts for hosts and agents in a bundle. Those of a folder that discovery found were
/// looked at already.
pub(super) fn look(target: &str, kind: TargetKind, bundle: &Bundle, gather: &Gather<'_>) -> Brought {
    let mut brought = Brought::default();
    for file in bundle.files.iter().filter(|file| file.bytes.len() <= LONGEST) {
        let shown = packages::shown(bundle, &file.path);
        if gather.seen.configs().any(|config| config.path == shown) {
            continue;
        }
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        if is_for_hosts(file, name) {
            configuration(target, file, gather, &mut brought);
        } else if kind == TargetKind::Package && (STEERING.contains(&name) || is_rule(&file.path)) {
            let Some(text) = file.text() else { continue };
            let kind = if name == "SKILL.md" { ContextKind::Skill } else { ContextKind::Instructions };
            let (path, text) = (file.path.clone(), text.to_owned());
            let document = ContextDocument { kind, path, scope: Scope::Project, text };
            brought.findings.extend(gather.scan.engine.document(target, &document, &Neighbours::default()));
        }
    }
    brought
}

/// Only what hosts keep in folders of theirs, or under names that nothing else has.
fn is_for_hosts(file: &BundleFile, name: &str) -> bool {
    let mut folders = file.path.split('/');
    name.ends_with(".code-workspace")
        || matches!(name, "opencode.json" | "opencode.jsonc")
        || folders.any(|part| part.starts_with('.')) && !file.path.contains("node_modules/")
}

fn is_rule(path: &str) -> bool {
    path.contains(".cursor/rules/") || path.contains(".clinerules/") || path.contains(".windsurf/rules/")
}

fn configuration(target: &str, file: &BundleFile, gather: &Gather<'_>, brought: &mut Brought) {
    // What cannot be read as one is looked at as any other file.
    let Ok(mut reading) = portcullis_hosts::read_bytes(&file.bytes, &file.path) else { return };
    if reading.config.host == portcullis_hosts::UNKNOWN_HOST {
        return;
    }
    // Some hosts keep a file of the same name for the user: this one travels with the package.
    reading.config.scope = Scope::Project;
    brought.findings.extend(gather.scan.engine.host_config(target, &reading.config));
    brought.secrets.insert(file.path.clone(), configs::secrets(&reading.config, &reading.text));
    for problem in reading.problems.iter().filter(|problem| problem.kind.leaves_a_gap()) {
        brought.unread.push(UnreadFile::gap(&*file.path, problem.message.to_string()));
    }
}
