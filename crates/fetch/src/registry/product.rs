//! A product that is released as several packages: its parts are fetched with it.

use std::collections::VecDeque;

use portcullis_model::{BundleFile, UnreadFile};

use super::{Fetched, fetched};
use crate::client::Clients;
use crate::limits::shown;
use crate::parts::{self, Part};
use crate::wanted::{Registry, Wanted};
use crate::web::{Options, Web};

/// Bytes of all parts of a product together, and of each one's archive: 64 MiB.
const MOST_BYTES: u64 = 64 << 20;

/// A package with its parts, where they get installed. A part that cannot be had or is too much is a gap.
pub(super) async fn whole(
    mut package: Fetched,
    clients: &Clients<'_>,
    options: &Options,
    web: &Web<'_>,
) -> Fetched {
    if package.registry != Registry::Npm {
        return package;
    }
    let mut names: Vec<String> = Vec::new();
    let mut next: VecDeque<Part> = named_by(&package).into();
    let mut left = MOST_BYTES.min(options.limits.total.saturating_sub(package.bundle.size()));
    while let Some(part) = next.pop_front() {
        if names.contains(&part.name) || part.name == package.name {
            continue;
        }
        let reason = if names.len() == parts::MOST {
            format!("a part of the product beyond {} others; it was not fetched", parts::MOST)
        } else {
            match fetch(&part, left, clients, options, web).await {
                Ok(found) => {
                    left = left.saturating_sub(found.bundle.size());
                    next.extend(named_by(&found));
                    put(&mut package, &part, found);
                    names.push(part.name);
                    continue;
                }
                Err(reason) => reason,
            }
        };
        let gap = UnreadFile::gap(part.folder(), reason);
        if !package.bundle.unread.contains(&gap) {
            package.bundle.unread.push(gap);
        }
    }
    if !names.is_empty() {
        package.bundle.files.sort_by(|a, b| a.path.cmp(&b.path));
        package.notes.push(format!(
            "`{}`: released with it under the same version, fetched and verified in the same way, and looked at as parts of it: {}",
            package.bundle.locator,
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ));
    }
    package.bundle.unread.sort();
    package
}

/// The parts that a package's manifest names, but for those that its archive brings along.
fn named_by(package: &Fetched) -> Vec<Part> {
    let manifest = package.bundle.file("package.json").and_then(BundleFile::text).unwrap_or_default();
    let mut parts = parts::named_by(manifest);
    parts.retain(|part| package.bundle.file(&format!("{}/package.json", part.folder())).is_none());
    parts
}

async fn fetch(
    part: &Part,
    left: u64,
    clients: &Clients<'_>,
    options: &Options,
    web: &Web<'_>,
) -> Result<Fetched, String> {
    if left == 0 {
        let most = shown(MOST_BYTES);
        return Err(format!("a part of the product, whose parts are larger than {most}; it was not fetched"));
    }
    let wanted =
        Wanted { registry: Registry::Npm, name: part.name.clone(), version: Some(part.version.clone()) };
    let mut options = *options;
    options.archive = options.archive.min(left);
    options.limits.total = left;
    let found = fetched(&wanted, clients, &options, web).await;
    found.map_err(|error| format!("a part of the product that could not be fetched: {error}"))
}

/// Puts the files of a part where they get installed.
fn put(package: &mut Fetched, part: &Part, found: Fetched) {
    let folder = part.folder();
    let files = found.bundle.files.into_iter();
    package
        .bundle
        .files
        .extend(files.map(|file| BundleFile { path: format!("{folder}/{}", file.path), ..file }));
    let unread = found.bundle.unread.into_iter();
    package
        .bundle
        .unread
        .extend(unread.map(|unread| UnreadFile { path: format!("{folder}/{}", unread.path), ..unread }));
    package.notes.extend(found.notes);
}
