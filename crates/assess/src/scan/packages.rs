//! Packages, archives and source folders: their files are read, and rules look at them. Nothing of them is executed.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use portcullis_fetch::{
    Clients, Limits, Options, Progress, Root, Wanted, is_source_name, read_folder, unpack,
};
use portcullis_model::{Bundle, Finding, Location, Span, Target, TargetKind, TargetStatus, UnreadFile};
use portcullis_report::SourceText;
use portcullis_source::decoded;
use portcullis_text::secret;
use sha2::{Digest, Sha256};

use super::gather::Gather;
use super::{inventory, manifests, offered, repository};

/// A larger archive is not read: 96 MiB.
const LARGEST_ARCHIVE: u64 = 96 << 20;
/// Unread files that a target's status names; the rest is counted.
const NAMED: usize = 5;
/// Files that were left out on purpose and have a note of their own; the rest is counted.
const NOTED: usize = 40;
/// How packages are fetched from registries.
#[derive(Clone, Copy)]
pub struct Fetching<'a> {
    /// What the user's machine says of its package clients.
    pub clients: Clients<'a>,
    /// How patient and how greedy.
    pub options: Options,
    /// Hears of each download as it goes on.
    pub progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

impl fmt::Debug for Fetching<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetching").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Fetches a package that was named, which is consent to ask its registry, and looks at it.
pub(super) fn package(name: &str, gather: &mut Gather<'_>) -> io::Result<()> {
    let Some(fetching) = &gather.scan.fetching else {
        let reason = "nothing may be fetched here; scan the package by its name with `portcullis scan`";
        return failed(TargetKind::Package, name, String::from(reason), gather);
    };
    let wanted: Wanted = match name.parse() {
        Ok(wanted) => wanted,
        Err(error) => return failed(TargetKind::Package, name, error.to_string(), gather),
    };
    let work = portcullis_fetch::fetch(&wanted, &fetching.clients, &fetching.options, fetching.progress);
    let attempt = portcullis_probe::run_blocking(work)
        .map_err(|error| io::Error::new(io::ErrorKind::Interrupted, error.to_string()))?;
    for host in &attempt.hosts {
        gather.asked(host);
    }
    match attempt.outcome {
        Ok(fetched) => {
            gather.assessment.notes.push(format!(
                "`{}`: read from `{}`, which has the digest that the registry states: {}",
                fetched.bundle.locator, fetched.file, fetched.digest
            ));
            gather.assessment.notes.extend(fetched.notes);
            bundle_done(TargetKind::Package, &fetched.bundle, Some(&fetched.digest), gather)
        }
        Err(error) => failed(TargetKind::Package, name, error.to_string(), gather),
    }
}

/// Looks at the source of a folder.
pub(super) fn folder(path: &Path, gather: &mut Gather<'_>) -> io::Result<()> {
    let shown = gather.scan.machine.shown(path);
    match read_folder(path, &shown, &Limits::default()) {
        Ok(bundle) if holds_source(&bundle) => bundle_done(TargetKind::Source, &bundle, None, gather),
        Ok(_) => {
            // A folder that holds nothing else must not look as if all of it had been looked at.
            let status = TargetStatus::Skipped(String::from(
                "it holds no source code; its host configurations and the texts that steer an agent were looked at",
            ));
            gather.done(Target::new(TargetKind::Source, shown, status), Vec::new(), None)
        }
        Err(error) => failed(TargetKind::Source, &shown, format!("could not be listed: {error}"), gather),
    }
}

/// Looks at an archive of a package.
pub(super) fn archive(path: &Path, gather: &mut Gather<'_>) -> io::Result<()> {
    let shown = gather.scan.machine.shown(path);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = match bytes_of(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            return failed(TargetKind::Package, &shown, format!("could not be read: {error}"), gather);
        }
    };
    let unpacked = unpack(&shown, &name, &bytes, Root::Common, &Limits::default());
    let digest = gather.scan.inventory.then(|| digest(&bytes));
    // Rules need the memory.
    drop(bytes);
    match unpacked {
        Ok(bundle) => bundle_done(TargetKind::Package, &bundle, digest.as_deref(), gather),
        Err(error) => failed(TargetKind::Package, &shown, error.to_string(), gather),
    }
}

fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file: File = super::open(path)?;
    file.take(LARGEST_ARCHIVE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_ARCHIVE {
        return Err(io::Error::other("larger than 96 MiB; unpack it and scan the folder"));
    }
    Ok(bytes)
}

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn failed(kind: TargetKind, locator: &str, reason: String, gather: &mut Gather<'_>) -> io::Result<()> {
    gather.done(Target::new(kind, locator, TargetStatus::Failed(reason)), Vec::new(), None)
}

/// Lets the rules look at a bundle, and accounts for every part of it that was not read.
fn bundle_done(
    kind: TargetKind,
    bundle: &Bundle,
    digest: Option<&str>,
    gather: &mut Gather<'_>,
) -> io::Result<()> {
    if gather.scan.inventory {
        gather.assessment.inventories.push(inventory::of_bundle(bundle, digest));
    }
    if !gather.scan.engine.looks_at_bundles() {
        let status =
            TargetStatus::Skipped(String::from("none of the selected rules looks at packages or source"));
        return gather.done(Target::new(kind, &bundle.locator, status), Vec::new(), None);
    }
    let mut target = Target::new(kind, &bundle.locator, TargetStatus::Scanned);
    let mut looked = gather.scan.engine.bundle(&target.id, bundle);
    let brought = repository::look(&target.id, kind, bundle, gather);
    looked.findings.extend(brought.findings);
    looked.analysis.unread.extend(brought.unread);
    looked.analysis.unread.extend(manifests::unread(bundle));
    let gave_up = &looked.analysis.gave_up;
    target.status = status(bundle, &looked.analysis.unread, gave_up);
    for name in gave_up.iter().take(NOTED) {
        gather.assessment.notes.push(given_up(&bundle.locator, name));
    }
    if let Some(more) = gave_up.len().checked_sub(NOTED + 1) {
        let note = format!("`{}`: {} more tools are not followed to their end", bundle.locator, more + 1);
        gather.assessment.notes.push(note);
    }
    let left_out: Vec<&UnreadFile> = bundle.unread.iter().filter(|unread| unread.left_out).collect();
    for unread in left_out.iter().take(NOTED) {
        gather
            .assessment
            .notes
            .push(format!("`{}`: `{}` is left out: {}", bundle.locator, unread.path, unread.reason));
    }
    if let Some(more) = left_out.len().checked_sub(NOTED + 1) {
        let note = format!("`{}`: {} more files or folders are left out", bundle.locator, more + 1);
        gather.assessment.notes.push(note);
    }
    let tools = offered::tools(&looked, bundle);
    if !tools.is_empty() {
        gather.assessment.source_tools.insert(target.id.clone(), tools);
    }
    let (known, note) = gather.advisories.of_bundle(&target, bundle, gather.scan.engine);
    looked.findings.extend(known);
    gather.note(note);
    show(&mut looked.findings, bundle, &brought.secrets, gather);
    gather.done(target, looked.findings, None)
}

/// A tool whose code is too large to be followed to the end.
fn given_up(locator: &str, tool: &str) -> String {
    let what = if tool.is_empty() { String::from("loading its files") } else { format!("tool `{tool}`") };
    format!(
        "`{locator}`: {what}: the code is too large to be followed to its end; what was found until there is told"
    )
}

/// A file of a bundle, as it is named to people. The folder that is worked in is not named before its files.
pub(super) fn shown(bundle: &Bundle, path: &str) -> String {
    match bundle.locator.as_str() {
        "." => path.to_owned(),
        locator => format!("{locator}/{path}"),
    }
}

/// Gives every finding the place in its file, and the report the texts that findings point into, without their secrets.
fn show(
    findings: &mut [Finding],
    bundle: &Bundle,
    values: &BTreeMap<String, Vec<Span>>,
    gather: &mut Gather<'_>,
) {
    let mut places: BTreeMap<String, Vec<&mut Location>> = BTreeMap::new();
    for finding in findings {
        let steps = finding.flow.iter_mut().map(|step| &mut step.location);
        for location in std::iter::once(&mut finding.location).chain(steps) {
            if let Some(path) = location.file.clone() {
                places.entry(path).or_default().push(location);
            }
        }
    }
    for (path, locations) in places {
        let shown = shown(bundle, &path);
        let text = bundle.file(&path).map(|file| decoded(&path, &file.bytes).0);
        let text = text.as_deref();
        if let Some(text) = text {
            let mut secrets: Vec<Span> = secret::find(text).iter().map(|hit| hit.span).collect();
            secrets.extend(values.get(&path).into_iter().flatten());
            gather.assessment.sources.insert(&shown, text, &secrets);
        }
        let lines = text.map(|text| SourceText::redacted(text, &[]));
        for location in locations {
            if let (Some(lines), Some(span)) = (&lines, location.span) {
                location.place = Some(lines.place(span));
            }
            location.file = Some(shown.clone());
        }
    }
}

/// What could not be read or followed of a bundle is said, and never counts as clean.
fn status(bundle: &Bundle, unread: &[UnreadFile], gave_up: &[String]) -> TargetStatus {
    let gaps: Vec<&UnreadFile> = unread.iter().filter(|unread| !unread.left_out).collect();
    if gaps.is_empty() && bundle.files.is_empty() {
        return TargetStatus::Failed(String::from("it holds no files"));
    }
    let mut parts: Vec<String> =
        gaps.iter().take(NAMED).map(|gap| format!("`{}`: {}", gap.path, gap.reason)).collect();
    if let Some(more) = gaps.len().checked_sub(NAMED + 1) {
        parts.push(format!("{} more could not be read", more + 1));
    }
    if !gave_up.is_empty() {
        let tools: Vec<String> = gave_up
            .iter()
            .filter(|name| !name.is_empty())
            .take(NAMED)
            .map(|name| format!("`{name}`"))
            .collect();
        parts.push(match gave_up.len().saturating_sub(tools.len()) {
            _ if tools.is_empty() => String::from("the code is too large to be followed to its end"),
            0 => format!("the code of {} is too large to be followed to its end", tools.join(", ")),
            more => format!(
                "the code of {} and {more} more is too large to be followed to its end",
                tools.join(", ")
            ),
        });
    }
    if parts.is_empty() { TargetStatus::Scanned } else { TargetStatus::Failed(parts.join("; ")) }
}

/// True when a folder holds code or the manifest of a package, also one that could not be read.
fn holds_source(bundle: &Bundle) -> bool {
    let mut gaps = bundle.unread.iter().filter(|unread| !unread.left_out);
    bundle.files.iter().any(|file| is_source_name(&file.path)) || gaps.any(|gap| is_source_name(&gap.path))
}
