//! Servers that are used together: what only shows when one looks at all of them.

use std::collections::BTreeMap;
use std::io;

use portcullis_model::{Change, Target, TargetKind};
use portcullis_rules::capability::Correction;
use portcullis_rules::{Installation, InstalledServer, LaunchEvidence};

use super::gather::Gather;
use crate::lock::Lock;
use crate::summary;

/// Lets the rules about whole installations look.
pub(super) fn compose(gather: &mut Gather<'_>) -> io::Result<()> {
    let seen = std::mem::take(&mut gather.seen);
    let target = Target::scanned(TargetKind::HostConfig, "installation");
    let asked = |name: &str, path: &str| {
        seen.surfaces.iter().find(|seen| seen.surface.server == name && seen.origin == path)
    };
    let mut servers = Vec::new();
    for config in seen.configs() {
        servers.extend(config.servers.iter().map(|server| {
            let asked = asked(&server.name, &config.path);
            InstalledServer {
                name: &server.name,
                target: asked.map_or(&*target.id, |seen| &*seen.target),
                launch: Some(LaunchEvidence { server, config }),
                surface: asked.map(|seen| &seen.surface),
                file: Some(&config.path),
            }
        }));
    }
    let configured = |name: &str, path: &str| {
        seen.configs()
            .any(|config| config.path == path && config.servers.iter().any(|server| server.name == name))
    };
    let recorded = seen.surfaces.iter().filter(|seen| !configured(&seen.surface.server, &seen.origin));
    servers.extend(recorded.map(|seen| InstalledServer {
        name: &seen.surface.server,
        target: &seen.target,
        launch: None,
        surface: Some(&seen.surface),
        file: Some(&seen.origin),
    }));
    let installation = Installation { target: &target.id, servers, corrections: &gather.scan.corrections };
    let findings = gather.scan.engine.installation(&installation);
    summary::classify(&mut gather.assessment, &installation);
    let unfit: Vec<String> =
        gather.scan.corrections.iter().filter_map(|it| without_tool(it, &installation)).collect();
    gather.assessment.notes.extend(unfit);
    gather.seen = seen;
    gather.afterwards(&target, findings)
}

/// A correction of a tool that its server does not show corrects nothing: a misspelt name must not pass unseen.
fn without_tool(correction: &Correction, installation: &Installation<'_>) -> Option<String> {
    let mut surfaces = installation
        .servers
        .iter()
        .filter(|it| it.name == correction.server)
        .filter_map(|it| it.surface)
        .peekable();
    surfaces.peek()?;
    let shown = surfaces.any(|surface| surface.tools().any(|tool| tool.name == correction.tool));
    (!shown).then(|| {
        format!(
            "`[[tool]]` of the settings names `{}`, which the server `{}` does not show; correct the name",
            correction.tool, correction.server
        )
    })
}

/// Lets the rules about changes look at what differs from the pins.
pub(super) fn compare(gather: &mut Gather<'_>) -> io::Result<()> {
    let Some(lock) = &gather.scan.lock else { return Ok(()) };
    let now = Lock::of(&gather.seen, &gather.scan.machine.home);
    let mut by_target: BTreeMap<String, Vec<Change>> = BTreeMap::new();
    for change in lock.changes(&now) {
        by_target.entry(target_of(&change, gather)).or_default().push(change);
    }
    for (id, changes) in by_target {
        let findings = gather.scan.engine.changes(&id, &changes);
        let target = gather.assessment.targets.iter().find(|target| target.id == id).cloned();
        let target = target.unwrap_or_else(|| Target::scanned(TargetKind::HostConfig, "installation"));
        gather.afterwards(&target, findings)?;
    }
    Ok(())
}

/// The target that a change belongs to: the surface of its server when there is one, else the file that names it.
fn target_of(change: &Change, gather: &Gather<'_>) -> String {
    let origin = change.location.file.as_deref().unwrap_or_default();
    let surface = gather
        .seen
        .surfaces
        .iter()
        .find(|seen| seen.surface.server == change.server && seen.origin == origin);
    match surface {
        Some(seen) => seen.target.clone(),
        None => Target::scanned(TargetKind::HostConfig, origin).id,
    }
}
